"""One-on-one follow-ups, and what was said of them, as of any entry of the record."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from tracker.core.events import Attachment
from tracker.core.flag import FlagKind
from tracker.core.follow_up import ActKind, FollowUp, FollowUpAct
from tracker.core.texts import clean
from tracker.store.damage import readable
from tracker.store.tables import FollowUpActRow, FollowUpFileRow, FollowUpRow


def load(session: Session, through: int | None = None) -> list[FollowUp]:
    """Return every follow-up, the oldest first, closed ones too.

    What entries later than `through` tell is left out.
    """
    wanted = select(FollowUpRow).order_by(col(FollowUpRow.opened_on), col(FollowUpRow.id))
    if through is not None:
        wanted = wanted.where(FollowUpRow.entry <= through)
    with readable():
        acts = _acts(session, through)
        return [
            FollowUp(
                number=row.id or 0,
                project=row.project_id,
                step=row.step,
                office=row.office,
                kind=FlagKind(row.kind),
                days=row.days,
                opened_on=row.opened_on,
                acts=tuple(acts.get(row.id or 0, ())),
            )
            for row in session.exec(wanted)
        ]


def _acts(session: Session, through: int | None) -> Mapping[int, Sequence[FollowUpAct]]:
    wanted = select(FollowUpActRow).order_by(col(FollowUpActRow.id))
    if through is not None:
        wanted = wanted.where(FollowUpActRow.entry <= through)
    proofs = _files(session)
    found = defaultdict[int, list[FollowUpAct]](list)
    for row in session.exec(wanted):
        act = FollowUpAct(
            kind=ActKind(row.kind),
            day=row.day,
            who=clean(row.who),
            text=clean(row.text),
            until=row.until,
            level=row.level,
            days=row.days,
            files=tuple(proofs.get(row.entry, ())),
        )
        found[row.follow_up_id].append(act)
    return found


def _files(session: Session) -> Mapping[int, Sequence[Attachment]]:
    """Return the files by the entry that tells them, with the act that they prove."""
    found = defaultdict[int, list[Attachment]](list)
    for row in session.exec(select(FollowUpFileRow).order_by(col(FollowUpFileRow.id))):
        found[row.entry].append(Attachment(row.name, row.sha256, row.size))
    return found


def project_of(session: Session, number: int) -> int | None:
    """Return the project of a follow-up, or None where there is no such."""
    row = session.get(FollowUpRow, number)
    return row.project_id if row else None


def files(session: Session) -> list[Attachment]:
    """Return every file that proves something said of a follow-up."""
    return [file for told in _files(session).values() for file in told]


def next_number(session: Session) -> int:
    """Return the number that the next follow-up will have."""
    newest = session.exec(select(FollowUpRow.id).order_by(col(FollowUpRow.id).desc()).limit(1))
    return (newest.first() or 0) + 1


def add(session: Session, new: FollowUp, *, entry: int) -> None:
    """Store a new follow-up; the database refuses a second open one of the same project."""
    session.add(
        FollowUpRow(
            id=new.number,
            project_id=new.project,
            step=new.step,
            office=new.office,
            kind=new.kind,
            days=new.days,
            opened_on=new.opened_on,
            entry=entry,
        )
    )
    session.flush()


def act_rows(number: int, acts: Iterable[FollowUpAct]) -> list[dict[str, Any]]:
    """Return the rows of what was said of a follow-up, but for the entry that tells them."""
    return [
        {
            "follow_up_id": number,
            "kind": str(act.kind),
            "day": act.day,
            "who": act.who,
            "text": act.text,
            "until": act.until,
            "level": act.level,
            "days": act.days,
        }
        for act in acts
    ]


def file_rows(number: int, act: FollowUpAct) -> list[dict[str, Any]]:
    """Return the rows of the files that prove an act, but for the entry that tells them."""
    return [
        {"follow_up_id": number, "name": file.name, "sha256": file.sha256, "size": file.size}
        for file in act.files
    ]


def add_files(session: Session, rows: Sequence[Mapping[str, Any]], *, entry: int) -> None:
    """Note which files prove the act that the same entry tells."""
    session.connection().execute(insert(FollowUpFileRow), [{**r, "entry": entry} for r in rows])


def add_acts(session: Session, rows: Sequence[Mapping[str, Any]], *, entry: int) -> None:
    """Keep what was said; a follow-up that closes or opens again is so for the database too."""
    session.connection().execute(insert(FollowUpActRow), [{**r, "entry": entry} for r in rows])
    for row in rows:
        if row["kind"] in (ActKind.CLOSED, ActKind.REOPENED):
            closed = row["day"] if row["kind"] == ActKind.CLOSED else None
            session.connection().execute(
                update(FollowUpRow)
                .where(col(FollowUpRow.id) == row["follow_up_id"])
                .values(closed_on=closed)
            )
