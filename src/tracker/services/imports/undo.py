"""Take an import back: what it changed and nobody touched since, and nothing else.

Nothing is deleted. Fields get a new version, events are retracted, leaders and task forces who came
with the import are followed by those before them, and a project that it brought in is withdrawn.

What stands is told by imports, by people, and by what took imports back. Whatever order imports are
taken back in, what people and the other imports told last is what stands afterwards: so with each
one, what an earlier one had to leave because of this one goes too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.core.fields import DATE_FIELDS
from tracker.core.model import Event, EventKind, Project, ProjectState, Sight
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.ledger.values.rules import Status
from tracker.services.imports import headings, witness
from tracker.services.imports.witness import EVENT_OF, apart, together
from tracker.services.projects import changes
from tracker.services.projects.changes import Change, Draft
from tracker.store import Session, assignments, audit, ledgers, projects
from tracker.store.assignments import Beginning
from tracker.store.audit import Act, Entry
from tracker.store.ledgers import Import, Said

_NOBODYS_WORK = ("open follow-up", "review follow-up")


class NothingToUndoError(TrackerError):
    """There is no such import, or it was taken back already."""

    code = "nothing_to_undo"
    kind = ErrorKind.USAGE

    def __init__(self, known: Sequence[Import]) -> None:
        standing = ", ".join(f"{each.number} {each.file}" for each in known if not each.undone)
        super().__init__(
            message("There is no such import to undo."),
            remedy=message("Those in effect are: {known}.", known=standing or "–"),
        )


class ToldTooLongAgoError(TrackerError):
    """What the import changed is not told any more: its entries were purged."""

    code = "nothing_to_undo"
    kind = ErrorKind.USAGE

    def __init__(self, number: int) -> None:
        super().__init__(
            message("What import {number} changed is not kept any more.", number=number),
            remedy=message("Correct the projects one by one."),
        )


@dataclass(slots=True)
class Undone:
    """What came of taking an import back.

    `left` names what stays although the import brought it: the project and the field, the step, or
    nothing for the project as a whole, because somebody or a later ledger said it since.
    """

    found: Import
    withdrawn: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def undo(session: Session, act: Act, number: int | None, day: date) -> Undone:
    """Undo the newest import, or import `number`; known by `day`. The caller owns the transaction.

    `act` says why. Raises NothingToUndoError, ToldTooLongAgoError.
    """
    known = ledgers.imports(session)
    found = next((e for e in known if e.undone is None and number in (None, e.number)), None)
    if found is None:
        raise NothingToUndoError(known)
    if found.entry <= audit.purged_through(session)[0]:
        raise ToldTooLongAgoError(found.number)
    entry = audit.record(
        session,
        act,
        action="undo import",
        about=found.file,
        cause=found.entry,
        content={"import": found.number},
    )
    ledgers.mark_undone(session, found.number, entry=entry)
    undoing = _Undoing(session, act, found, day, entry)
    undoing.run()
    headings.take_back(session, act, undoing.gone, cause=entry)
    return undoing.result


class _Undoing:
    """One import on its way back, and with it what those before it had to leave."""

    def __init__(self, session: Session, act: Act, found: Import, day: date, entry: int) -> None:
        self.session, self.act, self.entry = session, act, entry
        self.result = Undone(found)
        self.withdrawn: set[int] = set()
        self.restored: set[int] = set()
        purged = audit.purged_through(session)[0]
        self.undone = [e for e in ledgers.imports(session) if e.undone and e.entry > purged]
        self.gone = frozenset(
            [each.entry for each in self.undone] + [each.undone or 0 for each in self.undone]
        )
        """The entries that come to nothing: those of imports taken back, and of the taking back."""
        self.mine = ledgers.said_by(session, found.number)
        self.told = self._told()
        newest = projects.newest_days(session)  # what was told of these projects since counts
        self.day = max([day, found.as_of, *(newest[p] for p in self.told if p in newest)])
        self.said = ledgers.last_said(session)
        self.events = self._events()
        self.entry_of = {each.number: each.entry for each in ledgers.imports(session)}

    def _told(self) -> Mapping[int, list[Entry]]:
        """Return what was recorded of these projects since the first import that is undone."""
        first = min(each.entry for each in self.undone)
        told: dict[int, list[Entry]] = {}
        for each in audit.entries(self.session, after=first):
            if each.project is not None:
                told.setdefault(each.project, []).append(each)
        found = self.result.found.entry
        return {
            project: entries
            for project, entries in told.items()
            if project in self.mine or any(each.cause == found for each in entries)
        }

    def _events(self) -> Mapping[int, list[tuple[int, str, EventKind, int]]]:
        """Return the events of imports taken back, by project.

        Number, step, kind, entry of the import.
        """
        found: dict[int, list[tuple[int, str, EventKind, int]]] = {}
        for each in self.undone:
            for project, event, step, kind in ledgers.events_of(self.session, each.number):
                found.setdefault(project, []).append((event, step, kind, each.entry))
        return found

    def run(self) -> None:
        """Write what takes every project back to what stands without the import."""
        sight = Sight(self.day, self.day)
        now = {
            r.project.id: r for r in projects.load(self.session, sight) if r.project.id in self.told
        }
        drafts = [draft for record in now.values() if (draft := self._draft(record.project))]
        changes.keep_all(self.session, self.act, drafts, known_by=self.day, cause=self.entry)
        for record in now.values():
            if record.project.id not in self.withdrawn:
                self._hand_back(record.project)

    def _draft(self, project: Project) -> Draft | None:
        told = self.told[project.id]
        came = next((e for e in told if e.action == "add project" and e.cause in self.gone), None)
        if came and not self._was_touched(came, project):
            self.result.withdrawn.append(project.name)
            self.withdrawn.add(project.id)
            gone = replace(project, state=ProjectState.WITHDRAWN, state_why=self.act.why)
            return Draft(change=Change(project, gone), action="withdraw project")
        if came and came.cause == self.result.found.entry:
            self.result.left.append((project.name, ""))
        fields = together(dict(self._fields(told, project)), project)
        events = tuple(self._retractions(project, brought_by=came.cause if came else None))
        if not fields and not events:
            return None
        self._note_restored(project)
        return Draft(
            change=Change(project, replace(project, **fields), events), action="change project"
        )

    def _note_restored(self, project: Project) -> None:
        if project.id not in self.restored:
            self.restored.add(project.id)
            self.result.restored.append(project.name)

    def _was_touched(self, came: Entry, project: Project) -> bool:
        """Tell whether anybody, or any other ledger, said something of a project since it came."""
        if project.id in self.said:
            return True
        return any(
            each.seq > came.seq and each.cause not in self.gone and each.action not in _NOBODYS_WORK
            for each in self.told[project.id]
        )

    def _fields(self, told: Sequence[Entry], project: Project) -> Iterator[tuple[str, Any]]:
        """Yield the fields that still are as an undone import left them, with the value before."""
        stands = apart(projects.content_of(project))
        for key, moved in _moves(told).items():
            live = [each for each in moved if each.entry.cause not in self.gone]
            value = live[-1].after if live else moved[0].before
            is_as_before = value == _plain(stands.get(key))
            is_live = bool(live) and live[-1] is moved[-1]
            since = (live[-1] if live else moved[0]).entry.seq
            if is_live or (not is_as_before and self._is_said(project, key, since)):
                if any(each.entry.cause == self.result.found.entry for each in moved):
                    self.result.left.append((project.name, key))
            elif not is_as_before:
                yield key, _restored(key, value)

    def _is_said(self, project: Project, key: str, since: int) -> bool:
        """Tell whether a ledger that stands, later than entry `since`, says what stands now."""
        said = self.said.get(project.id)
        if said is None or self.entry_of.get(said.number, 0) <= since:
            return False
        now = witness.text_of(witness.values_of(project).get(key))
        return said.fields.get(key) == now

    def _retractions(self, project: Project, *, brought_by: int | None) -> Iterator[Event]:
        """Yield what takes back the events of imports.

        Those that came with the project stay with it.
        """
        said = self.said.get(project.id)
        spoken = self.entry_of.get(said.number, 0) if said else 0
        for event, step, kind, entry in self.events.get(project.id, ()):
            if entry == brought_by:
                continue
            if said is not None and spoken > entry and _says(said, step, kind):
                self.result.left.append((project.name, step))
                continue
            yield Event(
                step=step,
                kind=EventKind.RETRACTED,
                day=None,
                known_by=self.day,
                corrects=event,
                why=self.act.why,
            )

    def _hand_back(self, project: Project) -> None:
        """Let those answer again who answered without the imports taken back."""
        for role in assignments.ROLES:
            history = [
                each for each in assignments.history(self.session, project.id) if each.role == role
            ]
            live = [each for each in history if not self._came_to_nothing(project, each)]
            if len(live) == len(history):
                continue  # no import taken back named anybody
            stands = history[-1]
            mine = any(self._is_of(project, each, self.result.found.entry) for each in history)
            is_said = self._is_said(project, role, live[-1].entry if live else 0)
            if not live or live[-1] is stands or is_said:
                if mine:
                    self.result.left.append((project.name, role))
            elif live[-1].name != stands.name:
                changes.assign(
                    self.session,
                    self.act,
                    project,
                    role,
                    live[-1].name,
                    max(stands.from_day, self.day),
                    known_by=self.day,
                    cause=self.entry,
                )
                self._note_restored(project)

    def _came_to_nothing(self, project: Project, each: Beginning) -> bool:
        """Tell whether an import taken back brought somebody.

        The first of a project that is kept stays.
        """
        return any(
            e.seq == each.entry and e.cause in self.gone and e.action != "add project"
            for e in self.told[project.id]
        )

    def _is_of(self, project: Project, each: Beginning, cause: int) -> bool:
        return any(
            e.seq == each.entry and e.cause == cause and e.action != "add project"
            for e in self.told[project.id]
        )


@dataclass(frozen=True, slots=True)
class _Moved:
    """A field that an entry moved."""

    entry: Entry
    before: Any
    after: Any


def _moves(told: Sequence[Entry]) -> Mapping[str, list[_Moved]]:
    found: dict[str, list[_Moved]] = {}
    for each in told:
        fields = each.content.get("fields", {})
        old, new = (apart({key: pair[n] for key, pair in fields.items()}) for n in (0, 1))
        for key in sorted({*old, *new}):
            if old.get(key) != new.get(key):
                found.setdefault(key, []).append(_Moved(each, old.get(key), new.get(key)))
    return found


def _restored(key: str, value: Any) -> Any:
    """Return a value as the project holds it, from how an entry tells it."""
    is_day = key in DATE_FIELDS or key.startswith("due.")
    return date.fromisoformat(value) if is_day and value else value


def _says(said: Said, step: str, kind: EventKind) -> bool:
    """Tell whether a later ledger says of a step what an event of the import said."""
    if kind in (EventKind.BLOCKED, EventKind.RELEASED):
        block = said.fields.get("block", "")
        return bool(block) and (block == "lifted") is (kind is EventKind.RELEASED)
    if step == "project_code" and "code" in said.fields:
        return True
    status = said.steps.get(step, "").split("|")[0]
    return bool(status) and EVENT_OF[Status(status)] is kind


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else value
