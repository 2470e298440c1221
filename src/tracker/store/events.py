"""Events and their evidence: rows that are added, each with the audit entry that tells it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self

from sqlalchemy import insert
from sqlmodel import Session, col, func, select

from tracker.core.events import Attachment
from tracker.core.model import BlockReason, Duration, Event, EventKind, Sight, StopReason
from tracker.core.texts import clean
from tracker.store.tables import AuditRow, EventRow, EvidenceRow, FollowUpFileRow


@dataclass(frozen=True, slots=True)
class Told:
    """An event with who recorded it, when (UTC), and the entry that tells why."""

    event: Event
    by: str
    at: datetime | None
    entry: int


@dataclass(frozen=True, slots=True)
class Evidence(Attachment):
    """A file that proves an event, by its number."""

    event: int

    @classmethod
    def of(cls, file: Attachment, event: int) -> Self:
        """Return a file as the proof of an event."""
        return cls(file.name, file.sha256, file.size, event)


def of_projects(
    session: Session, sight: Sight, project: int | None = None
) -> Mapping[int, Sequence[Event]]:
    """Return every event that was known by then, by project, in the order of recording."""
    table = EventRow.__table__  # type: ignore[attr-defined]
    wanted = select(table).where(table.c.known_by <= sight.known_by).order_by(table.c.id)
    if sight.through is not None:
        wanted = wanted.where(table.c.entry <= sight.through)
    if project is not None:
        wanted = wanted.where(table.c.project_id == project)
    found: dict[int, list[Event]] = defaultdict(list)
    for row in session.connection().execute(wanted):
        found[row.project_id].append(_event(row))
    return found


def history(session: Session, project: int) -> list[Told]:
    """Return everything that was ever recorded of a project, corrected or not, in order."""
    wanted = select(EventRow).where(EventRow.project_id == project).order_by(col(EventRow.id))
    return [
        Told(_event(row), row.recorded_by, row.recorded_at, row.entry)
        for row in session.exec(wanted)
    ]


def newest_day(session: Session, project: int, step: str) -> date | None:
    """Return the day by which the newest event of a step was known."""
    return session.exec(
        select(func.max(EventRow.known_by)).where(
            EventRow.project_id == project, EventRow.step == step
        )
    ).one()


def rows_of(
    project: int, told: Iterable[Event], *, by: str, import_id: int | None = None
) -> list[dict[str, object]]:
    """Return the rows of some events, but for the entry that tells them."""
    who = {"project_id": project, "recorded_by": by, "import_id": import_id}
    return [{**_values(event), **who} for event in told]


def add(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Add events to the record, in their order; each row has its entry."""
    if rows:
        session.connection().execute(insert(EventRow), rows)


def add_evidence(session: Session, files: Sequence[Evidence], *, entry: int) -> None:
    """Note which files prove an event."""
    if files:
        rows = [{**evidence_row(file), "entry": entry} for file in files]
        session.connection().execute(insert(EvidenceRow), rows)


def evidence_row(file: Evidence) -> dict[str, object]:
    """Return the row of a file, but for the entry that tells it."""
    return {"event_id": file.event, "name": file.name, "sha256": file.sha256, "size": file.size}


def evidence(session: Session, project: int | None = None) -> list[Evidence]:
    """Return the files that prove the events of a project, or of all."""
    wanted = select(EvidenceRow).order_by(col(EvidenceRow.id))
    if project is not None:
        of_project = select(EventRow.id).where(EventRow.project_id == project)
        wanted = wanted.where(col(EvidenceRow.event_id).in_(of_project))
    return [Evidence(row.name, row.sha256, row.size, row.event_id) for row in session.exec(wanted)]


def bytes_added(session: Session, login: str, since: datetime) -> int:
    """Return the bytes of the files that somebody added after an instant, as proof of anything."""
    after = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    total = 0
    for table in (EvidenceRow, FollowUpFileRow):
        wanted = (
            select(func.sum(table.size))
            .join(AuditRow, col(AuditRow.seq) == table.entry)
            .where(AuditRow.actor == login, col(AuditRow.at) > after)
        )
        total += session.exec(wanted).one() or 0
    return total


def newest_number(session: Session, project: int) -> int:
    """Return the number of the event of a project that was added last."""
    return (
        session.exec(select(func.max(EventRow.id)).where(EventRow.project_id == project)).one() or 0
    )


def content_of(event: Event) -> dict[str, object]:
    """Return what an event says, without what is empty."""
    return {key: value for key, value in _values(event).items() if value is not None}


def _values(event: Event) -> dict[str, Any]:
    return {
        "step": event.step,
        "kind": str(event.kind),
        "day": event.day,
        "known_by": event.known_by,
        "document": event.document,
        "reason": event.reason or event.stop,
        "expected": event.expected,
        "note": event.note,
        "added": str(event.added) if event.added else None,
        "approver": event.approver,
        "corrects": event.corrects,
        "why": event.why,
    }


def _event(row: Any) -> Event:
    kind = EventKind(row.kind)
    return Event(
        step=row.step,
        kind=kind,
        day=row.day,
        known_by=row.known_by,
        document=_clean(row.document),
        reason=BlockReason(row.reason) if row.reason and kind is EventKind.BLOCKED else None,
        expected=row.expected,
        note=_clean(row.note),
        stop=StopReason(row.reason) if row.reason and kind is EventKind.STOPPED else None,
        added=Duration.parse(row.added) if row.added else None,
        approver=_clean(row.approver),
        corrects=row.corrects,
        why=_clean(row.why),
        id=row.id,
    )


def _clean(text: str | None) -> str | None:
    """Return a text as pages and reports can show it; an old record may hold any."""
    return clean(text) if text else text
