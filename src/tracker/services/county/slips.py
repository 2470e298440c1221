"""Issuing the slips of follow-ups: one a level, numbered by kind and year."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from tracker.core.digest import Cause
from tracker.core.flag import Standing
from tracker.core.follow_up import Case
from tracker.i18n.words import Words
from tracker.reports.slip import Slip, SlipKind, slip_bytes
from tracker.services import files
from tracker.store import Session, audit, slips
from tracker.store.audit import Act
from tracker.store.slips import Issued


def missing(issued: Sequence[Issued], case: Case) -> bool:
    """Tell whether a follow-up has no slip of its level since it was opened last."""
    since = max(
        [case.opened_on, *(act.day for act in case.follow_up.acts if act.kind == "reopened")]
    )
    return not any(
        each.follow_up == case.follow_up.number and each.level == case.level and each.day >= since
        for each in issued
    )


def issue(
    session: Session,
    act: Act,
    case: Case,
    standing: Standing,
    cause: Cause,
    *,
    folder: Path,
    words: Words,
) -> Issued:
    """Issue the slip of a follow-up at its level, and put its file into `folder`.

    The caller owns the transaction, so that no number is given twice; a file whose transaction
    fails gives way to the next of its number.
    """
    day = standing.plan.status_date
    kind = SlipKind.at(case.level)
    slip = Slip(
        kind=kind,
        year=day.year,
        number=slips.next_number(session, kind, day.year),
        day=day,
        case=case,
        standing=standing,
        cause=cause,
    )
    data = slip_bytes(slip, words)
    issued = Issued(
        kind=kind,
        year=slip.year,
        number=slip.number,
        follow_up=case.follow_up.number,
        level=case.level,
        day=day,
        due=case.due,
        file=f"{slip.title(words)}.docx",
        sha256=hashlib.sha256(data).hexdigest(),
    )
    row = slips.row_of(issued)
    entry = audit.record(
        session,
        act,
        action="issue slip",
        about=standing.project.name,
        project=standing.project.id,
        cause=audit.newest_about(session, standing.project.id),
        content={"level": case.level, "rows": {"slip": [row]}},
    )
    slips.add(session, row, entry=entry)
    files.write_whole(folder / issued.file, data)
    return issued
