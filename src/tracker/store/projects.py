"""Projects as core values, as of any day and any entry of the record.

Whoever adds a row names the audit entry that tells it. Bulk paths read and write plain rows, never
one object a row.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, update
from sqlmodel import Session, col, select

from tracker.core.events import Sight, seen
from tracker.core.fields import DATE_FIELDS, FIELDS, STATE_FIELDS
from tracker.core.model import Event, Project, ProjectState
from tracker.core.texts import clean
from tracker.store import assignments, events, ledgers
from tracker.store.damage import readable
from tracker.store.tables import AssignmentRow, EventRow, ImportRow, ProjectRow, VersionRow

_COLUMNS = (
    *(name for name, field in FIELDS.items() if not field.is_assigned),
    "leader_candidates",
    *STATE_FIELDS,
)
_MOST_ASKED = 10_000  # a statement takes so many values on either database
_KEYS = ("name", "code", "location", "state", "version")


@dataclass(frozen=True, slots=True)
class Record:
    """A project with what counts of its events from where it is looked at, in their order.

    `left_blank` are the steps for which its newest ledger has a cell, and nothing in it.
    """

    project: Project
    events: tuple[Event, ...]
    left_blank: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Version:
    """A project as somebody left it, and the entry that tells who and why."""

    project: Project
    known_by: date
    entry: int


def load(session: Session, sight: Sight, project: int | None = None) -> list[Record]:
    """Return all projects, or one, with their events and assignments, as of `sight`.

    One that was withdrawn by then is as if it had never been told.
    """
    versions = _versions(session, _newest(sight, project))
    told = events.of_projects(session, sight, project)
    people = assignments.on(session, sight)
    confirmed = _confirmed(session, sight)
    blank = ledgers.left_blank(session, sight, project)
    records = []
    for version in versions:
        number = version.project.id
        if version.project.state is ProjectState.WITHDRAWN:
            continue
        own = seen(told.get(number, ()), sight)
        days = [version.known_by, *(event.known_by for event in own)]
        if number in confirmed:
            days.append(confirmed[number])
        found = replace(
            version.project,
            leader=people.get((number, assignments.LEADER)),
            task_force=people.get((number, assignments.TASK_FORCE)),
            updated_on=min(max(days), sight.status_date),
        )
        records.append(Record(found, tuple(own), blank.get(number, frozenset())))
    return records


def versions_of(session: Session, project: int) -> list[Version]:
    """Return every version of a project, the oldest first."""
    wanted = select(VersionRow).where(VersionRow.project_id == project)
    rows = session.exec(wanted.order_by(col(VersionRow.version)))
    return [
        _version(row.project_id, row.version, row.known_by, row.content, row.entry) for row in rows
    ]


def add_all(session: Session, new: Sequence[Project]) -> list[Project]:
    """Store the keys of new projects and return them with their numbers.

    First versions must follow.
    """
    if not new:
        return []
    values = [{**_keys(project), "version": 1} for project in new]
    numbered = insert(ProjectRow).returning(col(ProjectRow.id), sort_by_parameter_order=True)
    numbers = session.connection().execute(numbered, values).scalars()
    return [replace(p, id=n or 0, version=1) for p, n in zip(new, numbers, strict=True)]


def heads(session: Session, numbers: Sequence[int]) -> Mapping[int, tuple[int, date]]:
    """Return the newest version of some projects and the day by which it was known."""
    found: dict[int, tuple[int, date]] = {}
    for first in range(0, len(numbers), _MOST_ASKED):
        part = numbers[first : first + _MOST_ASKED]
        wanted = (
            select(ProjectRow.id, ProjectRow.version, func.max(VersionRow.known_by))
            .join(VersionRow, col(VersionRow.project_id) == ProjectRow.id)
            .where(col(ProjectRow.id).in_(part))
            .group_by(col(ProjectRow.id), col(ProjectRow.version))
        )
        found.update({n or 0: (version, day) for n, version, day in session.exec(wanted)})
    return found


def add_versions(session: Session, versions: Sequence[tuple[Version, int]]) -> None:
    """Add versions, each with its entry, and bring the projects' keys up to them."""
    moved = [version.project for version, _ in versions if version.project.version > 1]
    if moved:
        keys: dict[str, Any] = {key: bindparam(f"new_{key}") for key in _KEYS}
        change = update(ProjectRow).where(col(ProjectRow.id) == bindparam("number")).values(**keys)
        values = [
            {"number": p.id, **{f"new_{key}": getattr(p, key) for key in _KEYS}} for p in moved
        ]
        session.connection().execute(change, values)
    if versions:
        rows = [{**row_of(version), "entry": entry} for version, entry in versions]
        session.connection().execute(insert(VersionRow), rows)


def row_of(version: Version) -> dict[str, object]:
    """Return the row of a version, but for the entry that tells it."""
    content = content_of(version.project)
    return {
        "project_id": version.project.id,
        "version": version.project.version,
        "known_by": version.known_by,
        "content": json.dumps(content, ensure_ascii=False, sort_keys=True, default=str),
    }


def newest_days(session: Session) -> Mapping[int, date]:
    """Return by which day the newest thing that is recorded of each project was known."""
    found: dict[int, date] = {}
    for table in (VersionRow, EventRow, AssignmentRow):
        wanted = select(table.project_id, func.max(table.known_by)).group_by(col(table.project_id))
        for number, day in session.exec(wanted):
            found[number] = max(day, found.get(number, day))
    return found


def first_day(session: Session) -> date | None:
    """Return the day of the oldest thing that is recorded; None while nothing is."""
    return session.exec(select(func.min(VersionRow.known_by))).one()


def first_days(session: Session, through: int | None = None) -> Mapping[int, date]:
    """Return the day on which each project was first known."""
    wanted = select(VersionRow.project_id, func.min(VersionRow.known_by))
    if through is not None:
        wanted = wanted.where(VersionRow.entry <= through)
    return dict(session.exec(wanted.group_by(col(VersionRow.project_id))).all())


def over(session: Session) -> set[int]:
    """Return the projects that are archived, or whose import was taken back, whatever the day."""
    states = (ProjectState.ARCHIVED, ProjectState.WITHDRAWN)
    found = session.exec(select(ProjectRow.id).where(col(ProjectRow.state).in_(states)))
    return {number for number in found if number}


def same_as(session: Session, project: Project) -> Project | None:
    """Return another project of the same code, or of the same name in the same town.

    One of no town that is known of could be in any. A project that was withdrawn is none.
    """
    same: ColumnElement[bool] = col(ProjectRow.name) == project.name
    if project.location is not None:
        town = col(ProjectRow.location)
        same = and_(same, or_(town == project.location, town.is_(None)))
    if project.code:
        same = or_(same, ProjectRow.code == project.code)  # type: ignore[arg-type]
    standing = ProjectRow.state != ProjectState.WITHDRAWN
    wanted = select(ProjectRow).where(same, ProjectRow.id != project.id, standing)
    row = session.exec(wanted).first()
    return replace(project, id=row.id or 0, name=row.name) if row else None


def content_of(project: Project) -> dict[str, object]:
    """Return what a version of a project says, without what is empty."""
    values = {key: getattr(project, key) for key in _COLUMNS}
    content = {key: value for key, value in values.items() if value is not None}
    if project.facts:
        content["facts"] = dict(project.facts)
    if project.due:
        content["due"] = {step: day.isoformat() for step, day in project.due.items()}
    return content


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
    with readable():
        return _parsed_version(number, version, known_by, content, entry)


def _parsed_version(number: int, version: int, known_by: date, content: str, entry: int) -> Version:
    told: dict[str, Any] = json.loads(content)
    values: dict[str, Any] = {
        key: clean(each) if isinstance(each, str) else each for key, each in told.items()
    }
    for key in DATE_FIELDS:
        if key in values:
            values[key] = date.fromisoformat(values[key])
    if "due" in values:
        values["due"] = {step: date.fromisoformat(day) for step, day in values["due"].items()}
    values["state"] = ProjectState(values.get("state", ProjectState.ACTIVE))
    return Version(Project(id=number, version=version, **values), known_by, entry)


def _confirmed(session: Session, sight: Sight) -> Mapping[int, date]:
    """Return the day of the newest ledger that found each project unchanged, and stands."""
    wanted = select(ImportRow).where(ledgers.stands_at(sight))
    found: dict[int, date] = {}
    for row in session.exec(wanted.order_by(col(ImportRow.as_of))):
        found.update(dict.fromkeys(json.loads(row.confirmed), row.as_of))
    return found


def _keys(project: Project) -> dict[str, Any]:
    return {key: getattr(project, key) for key in _KEYS if key != "version"}
