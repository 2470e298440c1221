"""The one way to change a project.

Its fields, who answers for it and what happened, told at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.core.model import Event, Project
from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.store import Session, assignments, audit, events, ledgers, projects
from tracker.store.audit import Act, Telling
from tracker.store.ledgers import Said
from tracker.store.projects import Version


class ChangedMeanwhileError(TrackerError):
    """Somebody else changed the project since it was shown. `shown` and `now` are its versions."""

    code = "changed_meanwhile"
    kind = ErrorKind.CONFLICT

    def __init__(self, shown: int, now: int) -> None:
        self.shown, self.now = shown, now
        super().__init__(
            message("Somebody else has changed the project since it was shown."),
            remedy=message("Look at it again; nothing was written."),
        )


class NoReasonError(TrackerError):
    """Something that has to say why, and does not."""

    code = "no_reason"
    kind = ErrorKind.USAGE

    def __init__(self, remedy: Message) -> None:
        super().__init__(message("A reason is missing."), remedy=remedy)


@dataclass(frozen=True, slots=True)
class Change:
    """A project before and after, and what happened to its steps. A new one has no `before`."""

    before: Project | None
    after: Project
    events: Sequence[Event] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change that is to be kept, what it is called, and what its entry says beside its rows."""

    change: Change
    action: str
    more: Mapping[str, object] = field(default_factory=dict)
    said: Said | None = None
    """What the row of a ledger said that the change comes from."""
    known_by: date | None = None
    """By when the change was known, where that is later than the act as a whole."""


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
    """Write a change and the entry that tells it, as `keep_all` writes many."""
    drafts = [Draft(change=change, action=action, more=more or {})]
    kept = keep_all(session, act, drafts, known_by=known_by, cause=cause, import_id=import_id)
    return kept[0]


def keep_all(
    session: Session,
    act: Act,
    drafts: Sequence[Draft],
    *,
    known_by: date,
    cause: int | None = None,
    import_id: int | None = None,
) -> list[Kept]:
    """Write changes of different projects, each with the entry that tells it, in their order.

    Who answers for a project does so from `known_by` on. The caller owns the transaction. Raises
    ChangedMeanwhileError when a project is not at the version that its `before` has.
    """
    heads = _checked_heads(session, [draft.change.before for draft in drafts])
    new = iter(projects.add_all(session, [d.change.after for d in drafts if not d.change.before]))
    moves = []
    for draft in drafts:
        before, after = draft.change.before, draft.change.after
        known = max(known_by, draft.known_by or known_by)
        version: Version | None
        fields: Mapping[str, list[object]]
        if before is None:
            after, fields = next(new), {}
            version = Version(after, known, 0)
        else:
            fields = projects.moved(before, after)
            newest, day = heads[before.id]  # what is known by a day moves forward only
            after = replace(after, version=newest + 1 if fields else newest)
            version = Version(after, max(known, day), 0) if fields else None
        rows = {
            "project_version": [projects.row_of(version)] if version else [],
            "assignment": _beginnings(session, before, after, known),
            "event": events.rows_of(after.id, draft.change.events, by=act.by, import_id=import_id),
            "ledger_row": [ledgers.row_of(after.id, import_id, draft.said)]
            if import_id and draft.said
            else [],
        }
        moves.append(
            _Move(
                draft=draft,
                after=after,
                fields=fields,
                version=version,
                rows=rows,
                parties=assignments.parties_of(session, rows["assignment"]),
            )
        )
    entries = audit.record_all(session, act, [move.telling(cause) for move in moves])
    told = list(zip(moves, entries, strict=True))
    projects.add_versions(session, [(m.version, entry) for m, entry in told if m.version])
    assignments.add(session, _rows(told, "assignment"))
    events.add(session, _rows(told, "event"))
    ledgers.add_rows(session, _rows(told, "ledger_row"))
    return [Kept(move.after, entry) for move, entry in told]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """What one change comes to: the project after it, its version if it has a new one, its rows.

    `parties` are those whom its rows name by number.
    """

    draft: Draft
    after: Project
    fields: Mapping[str, list[object]]
    version: Version | None
    rows: Mapping[str, list[dict[str, object]]]
    parties: Mapping[str, tuple[str, str]]

    def telling(self, cause: int | None) -> Telling:
        content = {
            "rows": {table: found for table, found in self.rows.items() if found},
            **({"fields": self.fields} if self.fields else {}),
            **({"parties": self.parties} if self.parties else {}),
            **self.draft.more,
        }
        return Telling(
            action=self.draft.action,
            about=self.after.name,
            content=content,
            project=self.after.id,
            cause=cause,
        )


def _rows(told: Iterable[tuple[_Move, int]], table: str) -> list[dict[str, object]]:
    return [{**row, "entry": entry} for move, entry in told for row in move.rows[table]]


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
    parties = assignments.parties_of(session, [row])
    content = {"role": role, "name": name, "rows": {"assignment": [row]}, "parties": parties}
    entry = audit.record(
        session,
        act,
        action="assign",
        about=project.name,
        project=project.id,
        cause=cause,
        content=content,
    )
    assignments.add(session, [{**row, "entry": entry}])
    return entry


def _checked_heads(
    session: Session, before: Sequence[Project | None]
) -> Mapping[int, tuple[int, date]]:
    """Return the version and its day of projects that stand. Raises ChangedMeanwhileError."""
    shown = {project.id: project.version for project in before if project}
    heads = projects.heads(session, list(shown)) if shown else {}
    for number, version in shown.items():
        now = heads[number][0] if number in heads else 0
        if now != version:
            raise ChangedMeanwhileError(version, now)
    return heads


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
