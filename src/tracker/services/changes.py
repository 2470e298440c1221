"""The one way to change a project: its fields, who answers for it and what happened, told at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.model import Event, Project
from tracker.core.problems import Message, TrackerError, message
from tracker.store import Session, assignments, audit, events, projects
from tracker.store.audit import Act


class ChangedMeanwhileError(TrackerError):
    """Somebody else changed the project since it was shown. `shown` and `now` are its versions."""

    code = "changed_meanwhile"

    def __init__(self, shown: int, now: int) -> None:
        self.shown, self.now = shown, now
        super().__init__(
            message("Somebody else has changed the project since it was shown."),
            remedy=message("Look at it again; nothing was written."),
        )


class NoReasonError(TrackerError):
    """Something that has to say why, and does not."""

    code = "no_reason"

    def __init__(self, remedy: Message) -> None:
        super().__init__(message("A reason is missing."), remedy=remedy)


@dataclass(frozen=True, slots=True)
class Change:
    """A project before and after, and what happened to its steps. A new one has no `before`."""

    before: Project | None
    after: Project
    events: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """The project as it is kept, and the entry that tells the change."""

    project: Project
    entry: int


def keep(
    session: Session,
    act: Act,
    change: Change,
    *,
    action: str,
    known_by: date,
    cause: int | None = None,
    import_id: int | None = None,
    more: Mapping[str, object] | None = None,
) -> Kept:
    """Write a change and the entry that tells it. The caller owns the transaction.

    Who answers for the project does so from `known_by` on. Raises ChangedMeanwhileError when the
    project is not at the version that `before` has.
    """
    before, after = change.before, change.after
    if before is None:
        after = projects.add(session, after)
    else:
        _check_version(session, before)
    fields = projects.moved(before, after) if before else {}
    version = None
    if before is None:
        version = projects.first_version(after, known_by)
    elif fields:
        after = replace(after, version=before.version)
        version = projects.next_version(session, after, known_by)
    people = _beginnings(session, before, after, known_by)
    told = events.rows_of(after.id, change.events, by=act.by, import_id=import_id)
    rows = {
        "project_version": [projects.row_of(version)] if version else [],
        "assignment": people,
        "event": told,
    }
    content: dict[str, object] = {
        "rows": {table: found for table, found in rows.items() if found},
        **({"fields": fields} if fields else {}),
        **(more or {}),
    }
    entry = audit.record(
        session,
        act,
        action=action,
        about=after.name,
        project=after.id,
        cause=cause,
        content=content,
    )
    if version:
        projects.add_version(session, version, entry=entry)
    assignments.add(session, people, entry=entry)
    events.add(session, told, entry=entry)
    return Kept(version.project if version else after, entry)


def assign(
    session: Session,
    act: Act,
    project: Project,
    role: str,
    name: str,
    from_day: date,
    *,
    known_by: date,
    cause: int | None = None,
) -> int:
    """Let somebody answer for a project from a day on, which may lie ahead; return the entry.

    A day that has passed is told late: what was believed until `known_by` stays what it was. The
    caller owns the transaction. Raises EarlierThanTheNewestError.
    """
    row = assignments.row_of(session, project.id, role, name, from_day, known_by)
    content = {"role": role, "name": name, "rows": {"assignment": [row]}}
    entry = audit.record(
        session, act, action="assign", about=project.name, project=project.id, cause=cause,
        content=content,
    )  # fmt: skip
    assignments.add(session, [row], entry=entry)
    return entry


def _check_version(session: Session, before: Project) -> None:
    now = projects.version_of(session, before.id)
    if now != before.version:
        raise ChangedMeanwhileError(before.version, now)


def _beginnings(
    session: Session, before: Project | None, after: Project, from_day: date
) -> list[dict[str, object]]:
    """Return the rows of those who begin to answer for the project; nobody ever stops."""
    wanted = ((assignments.LEADER, after.leader), (assignments.TASK_FORCE, after.task_force))
    if before is None:
        return [
            assignments.first_row(session, after.id, role, name, from_day)
            for role, name in wanted
            if name
        ]
    return [
        assignments.row_of(session, after.id, role, name, from_day, from_day)
        for role, name in wanted
        if name and name != getattr(before, role)
    ]
