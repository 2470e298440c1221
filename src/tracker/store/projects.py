"""Projects as core values, as of any day and any entry of the record.

Whoever adds a row names the audit entry that tells it. Bulk paths read and write plain rows, never
one object a row.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, update
from sqlmodel import Session, col, select

from tracker.core.events import Sight, seen
from tracker.core.model import Event, Project, ProjectState
from tracker.store import assignments, events
from tracker.store.tables import ImportRow, ProjectRow, VersionRow

_COLUMNS = (
    "name", "code", "category", "location", "investment_wan", "owner_unit", "responsible_unit",
    "procedure", "target", "deadline", "planned_start", "leader_candidates", "remark", "state",
    "state_why", "resume_on",
)  # fmt: skip
_DAYS = ("deadline", "planned_start", "resume_on")
_KEYS = ("name", "code", "location", "state", "version")


@dataclass(frozen=True, slots=True)
class Record:
    """A project with what counts of its events from where it is looked at, in their order."""

    project: Project
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A project as somebody left it, and the entry that tells who and why."""

    project: Project
    known_by: date
    entry: int


def load(session: Session, sight: Sight, project: int | None = None) -> list[Record]:
    """Return all projects, or one, with their events and who answers for them, from where one looks."""
    versions = _versions(session, _newest(sight, project))
    told = events.of_projects(session, sight, project)
    people = assignments.on(session, sight)
    confirmed = _confirmed(session, sight)
    records = []
    for version in versions:
        number = version.project.id
        own = seen(told.get(number, ()), sight)
        days = [version.known_by, *(event.known_by for event in own)]
        if number in confirmed:
            days.append(confirmed[number])
        found = replace(
            version.project,
            leader=people.get((number, assignments.LEADER)),
            task_force=people.get((number, assignments.TASK_FORCE)),
            updated_on=min(max(days), sight.day),
        )
        records.append(Record(found, tuple(own)))
    return records


def versions_of(session: Session, project: int) -> list[Version]:
    """Return every version of a project, the oldest first."""
    wanted = select(VersionRow).where(VersionRow.project_id == project)
    rows = session.exec(wanted.order_by(col(VersionRow.version)))
    return [
        _version(row.project_id, row.version, row.known_by, row.content, row.entry) for row in rows
    ]


def add(session: Session, project: Project) -> Project:
    """Store the keys of a new project and return it with its number; its first version must follow."""
    values = {**_keys(project), "version": 1}
    number = session.connection().execute(insert(ProjectRow), values).inserted_primary_key
    assert number is not None
    return replace(project, id=number[0], version=1)


def first_version(project: Project, known_by: date) -> Version:
    """Return the version that a new project gets."""
    return Version(replace(project, version=1), known_by, 0)


def next_version(session: Session, project: Project, known_by: date) -> Version:
    """Return the version after the one a project has; `known_by` moves forward only."""
    newest = select(func.max(VersionRow.known_by)).where(VersionRow.project_id == project.id)
    before = session.exec(newest).one()
    day = max(known_by, before) if before else known_by
    return Version(replace(project, version=project.version + 1), day, 0)


def add_version(session: Session, version: Version, *, entry: int) -> None:
    """Add a version, and bring the project's keys up to it."""
    project = version.project
    if project.version > 1:
        session.connection().execute(
            update(ProjectRow)
            .where(col(ProjectRow.id) == project.id)
            .values(**_keys(project), version=project.version)
        )
    session.connection().execute(insert(VersionRow), {**row_of(version), "entry": entry})


def row_of(version: Version) -> dict[str, object]:
    """Return the row of a version, but for the entry that tells it."""
    content = content_of(version.project)
    return {
        "project_id": version.project.id,
        "version": version.project.version,
        "known_by": version.known_by,
        "content": json.dumps(content, ensure_ascii=False, sort_keys=True, default=str),
    }


def first_day(session: Session) -> date | None:
    """Return the day of the oldest thing that is recorded; None while nothing is."""
    return session.exec(select(func.min(VersionRow.known_by))).one()


def version_of(session: Session, project: int) -> int:
    """Return the newest version's number; 0 for a project that is not there."""
    found = session.exec(select(ProjectRow.version).where(ProjectRow.id == project)).first()
    return found or 0


def same_as(session: Session, project: Project) -> Project | None:
    """Return another project of the same code, or of the same name in the same town.

    One of no town that is known of could be in any.
    """
    same: ColumnElement[bool] = col(ProjectRow.name) == project.name
    if project.location is not None:
        town = col(ProjectRow.location)
        same = and_(same, or_(town == project.location, town.is_(None)))
    if project.code:
        same = or_(same, ProjectRow.code == project.code)  # type: ignore[arg-type]
    wanted = select(ProjectRow).where(same, ProjectRow.id != project.id)
    row = session.exec(wanted).first()
    return replace(project, id=row.id or 0, name=row.name) if row else None


def content_of(project: Project) -> dict[str, object]:
    """Return what a version of a project says, without what is empty."""
    values = {key: getattr(project, key) for key in _COLUMNS}
    content = {key: value for key, value in values.items() if value is not None}
    return {**content, "facts": dict(project.facts)} if project.facts else content


def moved(before: Project, after: Project) -> dict[str, list[object]]:
    """Return the fields of a project that differ, each with its value before and after."""
    old, new = content_of(before), content_of(after)
    return {
        key: [old.get(key), new.get(key)]
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    }


def _newest(sight: Sight, project: int | None) -> ColumnElement[bool]:
    known = col(VersionRow.known_by) <= sight.known_by
    if project is not None:
        known = and_(known, col(VersionRow.project_id) == project)
    return known if sight.through is None else and_(known, col(VersionRow.entry) <= sight.through)


def _versions(session: Session, known: ColumnElement[bool]) -> Iterable[Version]:
    table = VersionRow.__table__  # type: ignore[attr-defined]
    newest = (
        select(VersionRow.project_id, func.max(VersionRow.version).label("version"))
        .where(known)
        .group_by(col(VersionRow.project_id))
        .subquery()
    )
    wanted = (
        select(table)
        .join(
            newest,
            and_(table.c.project_id == newest.c.project_id, table.c.version == newest.c.version),
        )
        .order_by(table.c.project_id)
    )
    for row in session.connection().execute(wanted):
        yield _version(row.project_id, row.version, row.known_by, row.content, row.entry)


def _version(number: int, version: int, known_by: date, content: str, entry: int) -> Version:
    values: dict[str, Any] = json.loads(content)
    for key in _DAYS:
        if key in values:
            values[key] = date.fromisoformat(values[key])
    values["state"] = ProjectState(values.get("state", ProjectState.ACTIVE))
    return Version(Project(id=number, version=version, **values), known_by, entry)


def _confirmed(session: Session, sight: Sight) -> Mapping[int, date]:
    """Return the day of the newest ledger that found each project unchanged."""
    wanted = select(ImportRow).where(ImportRow.as_of <= sight.known_by)
    if sight.through is not None:
        wanted = wanted.where(ImportRow.entry <= sight.through)
    found: dict[int, date] = {}
    for row in session.exec(wanted.order_by(col(ImportRow.as_of))):
        found.update(dict.fromkeys(json.loads(row.confirmed), row.as_of))
    return found


def _keys(project: Project) -> dict[str, Any]:
    return {key: getattr(project, key) for key in _KEYS if key != "version"}
