"""Issuing the slips of follow-ups: one a level, numbered by kind and year."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tracker.core.calendars import Calendar
from tracker.core.digest import Cause
from tracker.core.flag import Standing
from tracker.core.follow_up import Case, answer_by
from tracker.i18n.words import Words
from tracker.reports.slip import Slip, SlipKind, slip_bytes
from tracker.services import files
from tracker.store import Session, audit, slips
from tracker.store.audit import Act
from tracker.store.slips import Issued


def slip_of(issued: Sequence[Issued], case: Case) -> Issued | None:
    """Return the slip of a follow-up at its level since it was opened last; None where none is."""
    since = max(
        [case.opened_on, *(act.day for act in case.follow_up.acts if act.kind == "reopened")]
    )
    own = (each for each in issued if each.follow_up == case.follow_up.number)
    return next((e for e in own if e.level == case.level and e.day >= since), None)


def issue(
    session: Session,
    act: Act,
    case: Case,
    standing: Standing,
    cause: Cause,
    *,
    folder: Path,
    words: Words,
    working_days: Calendar,
) -> Issued:
    """Issue the slip of a follow-up at its level, and put its file into `folder`.

    The caller owns the transaction, so that no number is given twice. A number whose file is there
    already, of data that a backup has replaced since, is not used again.
    """
    day = standing.plan.status_date
    kind = SlipKind.at(case.level)
    slip = Slip(
        kind=kind,
        year=day.year,
        number=slips.next_number(session, kind, day.year),
        day=day,
        due=answer_by(case, day, working_days),
        case=case,
        standing=standing,
        cause=cause,
    )
    while (folder / f"{slip.title(words)}.docx").exists():
        slip = replace(slip, number=slip.number + 1)
    data = slip_bytes(slip, words)
    issued = Issued(
        kind=kind,
        year=slip.year,
        number=slip.number,
        follow_up=case.follow_up.number,
        level=case.level,
        day=day,
        due=slip.due,
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
    files.write_private(folder / issued.file, data)
    return issued
