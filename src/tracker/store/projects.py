"""Projects and who answers for them, as core values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from tracker.core.model import BlockReason, Duration, Event, EventKind, Project, StopReason
from tracker.store.tables import AssignmentRow, EventRow, PartyRow, ProjectRow

LEADER, TASK_FORCE = "leader", "task_force"
_COLUMNS = (
    "name", "code", "category", "location", "total_investment_wan", "owner_unit",
    "responsible_unit", "procedure", "target", "deadline", "planned_start", "leader_candidates",
    "remark", "updated_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """A project with everything that was ever recorded of it, in the order of recording."""

    project: Project
    events: tuple[Event, ...]


def load(session: Session, day: date) -> list[Record]:
    """Return all projects with their events, and who answers for them on `day`."""
    events: dict[int, list[Event]] = {}
    for row in session.exec(select(EventRow).order_by(col(EventRow.id))):
        events.setdefault(row.project_id, []).append(_event(row))
    people = assigned_on(session, day)
    rows = session.exec(select(ProjectRow).order_by(col(ProjectRow.id)))
    return [Record(_project(row, people), tuple(events.get(row.id or 0, ()))) for row in rows]


def assigned_on(session: Session, day: date) -> Mapping[tuple[int, str], str]:
    """Return who answers for each project on `day`, by project and role."""
    found = session.exec(
        select(AssignmentRow.project_id, AssignmentRow.role, PartyRow.name)
        .join(PartyRow, col(PartyRow.id) == AssignmentRow.party_id)
        .where(
            col(AssignmentRow.from_day) <= day,
            (col(AssignmentRow.until).is_(None)) | (col(AssignmentRow.until) > day),
        )
    )
    return {(project, role): name for project, role, name in found}


def add(session: Session, project: Project) -> Project:
    """Store a new project and return it with its number."""
    row = ProjectRow(**_values(project))
    session.add(row)
    session.flush()
    return replace(project, id=row.id or 0)


def change(session: Session, project: Project) -> None:
    """Write the fields of a project over those that are stored."""
    row = session.get_one(ProjectRow, project.id)
    for key, value in _values(project).items():
        setattr(row, key, value)
    row.version += 1
    session.flush()


def touch(session: Session, ids: Sequence[int], day: date) -> None:
    """Note that the projects were confirmed as of `day` without any change."""
    for row in session.exec(select(ProjectRow).where(col(ProjectRow.id).in_(ids))):
        row.updated_on = max(row.updated_on, day)
    session.flush()


def assign(session: Session, project: int, role: str, name: str, from_day: date) -> None:
    """Let `name` answer for a project from `from_day` on; whoever did so before ends there."""
    party = session.exec(
        select(PartyRow).where(PartyRow.role == role, PartyRow.name == name)
    ).first()
    if party is None:
        party = PartyRow(role=role, name=name)
        session.add(party)
        session.flush()
    current = session.exec(
        select(AssignmentRow).where(
            AssignmentRow.project_id == project,
            AssignmentRow.role == role,
            col(AssignmentRow.until).is_(None),
        )
    ).first()
    if current and current.party_id == party.id:
        return
    if current:
        current.until = max(from_day, current.from_day)
        session.flush()
    row = AssignmentRow(project_id=project, role=role, party_id=party.id or 0, from_day=from_day)
    session.add(row)
    session.flush()


def add_event(
    session: Session, project: int, event: Event, *, by: str, import_id: int | None = None
) -> None:
    """Add an event to the record."""
    session.add(
        EventRow(
            project_id=project, step=event.step, kind=event.kind, day=event.day,
            known_by=event.known_by, document=event.document, reason=event.reason or event.stop,
            expected=event.expected, note=event.note, import_id=import_id, recorded_by=by,
            added=str(event.added) if event.added else None, approver=event.approver,
        )
    )  # fmt: skip
    session.flush()


def _values(project: Project) -> dict[str, Any]:
    values = {key: getattr(project, key) for key in _COLUMNS if key != "total_investment_wan"}
    return {
        **values,
        "total_investment_wan": project.investment_wan,
        "facts": json.dumps(project.facts, ensure_ascii=False, sort_keys=True),
    }


def _project(row: ProjectRow, people: Mapping[tuple[int, str], str]) -> Project:
    number = row.id or 0
    return Project(
        id=number, name=row.name, procedure=row.procedure, target=row.target,
        deadline=row.deadline, code=row.code, category=row.category, location=row.location,
        investment_wan=row.total_investment_wan, owner_unit=row.owner_unit,
        responsible_unit=row.responsible_unit, leader=people.get((number, LEADER)),
        leader_candidates=row.leader_candidates, task_force=people.get((number, TASK_FORCE)),
        planned_start=row.planned_start, remark=row.remark, updated_on=row.updated_on,
        facts=json.loads(row.facts),
    )  # fmt: skip


def _event(row: EventRow) -> Event:
    kind = EventKind(row.kind)
    return Event(
        step=row.step, kind=kind, day=row.day, known_by=row.known_by, document=row.document,
        reason=BlockReason(row.reason) if row.reason and kind is EventKind.BLOCKED else None,
        expected=row.expected, note=row.note,
        stop=StopReason(row.reason) if row.reason and kind is EventKind.STOPPED else None,
        added=Duration.parse(row.added) if row.added else None, approver=row.approver,
    )  # fmt: skip
