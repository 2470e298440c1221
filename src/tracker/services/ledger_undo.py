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

from tracker.core.model import Event, EventKind, Project, ProjectState, Sight
from tracker.core.problems import TrackerError, message
from tracker.ledger.model import Status
from tracker.services import changes, ledger_headings, ledger_witness
from tracker.services.changes import Change, Draft
from tracker.services.ledger_witness import EVENT_OF
from tracker.store import Session, assignments, audit, ledgers, projects
from tracker.store.assignments import Beginning
from tracker.store.audit import Act, Entry
from tracker.store.ledgers import Import, Said

_NOBODYS_WORK = ("open follow-up",)
_DAYS = ("deadline", "planned_start", "resume_on")


class NothingToUndoError(TrackerError):
    """There is no such import, or it was taken back already."""

    code = "nothing_to_undo"

    def __init__(self, known: Sequence[Import]) -> None:
        standing = ", ".join(f"{each.number} {each.file}" for each in known if not each.undone)
        super().__init__(
            message("There is no such import that could be taken back."),
            remedy=message("Those that stand are: {known}.", known=standing or "–"),
        )


class ToldTooLongAgoError(TrackerError):
    """What the import changed is not told any more: its entries were purged."""

    code = "nothing_to_undo"

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
    """Take back the newest import, or import `number`; known by `day`. The caller owns the transaction.

    `act` says why. Raises NothingToUndoError, ToldTooLongAgoError.
    """
    known = ledgers.imports(session)
    found = next((e for e in known if e.undone is None and number in (None, e.number)), None)
    if found is None:
        raise NothingToUndoError(known)
    if found.entry <= audit.purged_through(session)[0]:
        raise ToldTooLongAgoError(found.number)
    entry = audit.record(
        session, act, action="undo import", about=found.file, cause=found.entry,
        content={"import": found.number},
    )  # fmt: skip
    ledgers.mark_undone(session, found.number, entry=entry)
    undoing = _Undoing(session, act, found, day, entry)
    undoing.run()
    ledger_headings.take_back(session, act, undoing.gone, cause=entry)
    return undoing.result


class _Undoing:
    """One import on its way back, and with it what those before it had to leave."""

    def __init__(self, session: Session, act: Act, found: Import, day: date, entry: int) -> None:
        self.session, self.act, self.day, self.entry = session, act, max(day, found.as_of), entry
        self.result = Undone(found)
        purged = audit.purged_through(session)[0]
        self.undone = [e for e in ledgers.imports(session) if e.undone and e.entry > purged]
        self.gone = frozenset(
            [each.entry for each in self.undone] + [each.undone or 0 for each in self.undone]
        )
        """The entries that come to nothing: those of imports taken back, and of the taking back."""
        self.mine = ledgers.said_by(session, found.number)
        self.told = self._told()
        self.said = ledgers.last_said(session)
        self.later = ledgers.said_after(session, found.number)
        self.events = self._events()

    def _told(self) -> Mapping[int, list[Entry]]:
        """Return what was told, since the first import taken back, of the projects this one spoke of."""
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

    def _events(self) -> Mapping[int, list[tuple[int, str, EventKind]]]:
        found: dict[int, list[tuple[int, str, EventKind]]] = {}
        for each in self.undone:
            for project, event, step, kind in ledgers.events_of(self.session, each.number):
                found.setdefault(project, []).append((event, step, kind))
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
            if record.project.name not in self.result.withdrawn:
                self._hand_back(record.project)

    def _draft(self, project: Project) -> Draft | None:
        told = self.told[project.id]
        came = next((e for e in told if e.action == "add project" and e.cause in self.gone), None)
        if came and not self._was_touched(came, project):
            self.result.withdrawn.append(project.name)
            gone = replace(project, state=ProjectState.WITHDRAWN, state_why=self.act.why)
            return Draft(Change(project, gone), "withdraw project")
        if came and came.cause == self.result.found.entry:
            self.result.left.append((project.name, ""))
        fields = dict(self._fields(told, project))
        events = () if came else tuple(self._retractions(project))
        if not fields and not events:
            return None
        self.result.restored.append(project.name)
        return Draft(Change(project, replace(project, **fields), events), "change project")

    def _was_touched(self, came: Entry, project: Project) -> bool:
        """Tell whether anybody, or any other ledger, said something of a project since it came."""
        if project.id in self.said or project.id in self.later:
            return True
        return any(
            each.seq > came.seq and each.cause not in self.gone and each.action not in _NOBODYS_WORK
            for each in self.told[project.id]
        )

    def _fields(self, told: Sequence[Entry], project: Project) -> Iterator[tuple[str, Any]]:
        """Yield the fields that stand as an import taken back left them, each with what it had before."""
        stands = projects.content_of(project)
        for key, moved in _moves(told).items():
            live = [each for each in moved if each.entry.cause not in self.gone]
            value = live[-1].after if live else moved[0].before
            is_as_before = value == _plain(stands.get(key))
            is_live = bool(live) and live[-1] is moved[-1]
            if is_live or (not is_as_before and self._is_said(project, key)):
                if any(each.entry.cause == self.result.found.entry for each in moved):
                    self.result.left.append((project.name, key))
            elif not is_as_before:
                yield key, _restored(key, value)

    def _is_said(self, project: Project, key: str) -> bool:
        """Tell whether a ledger that stands says of a field what stands now."""
        said = self.said.get(project.id)
        if said is None:
            return False
        says = ledger_witness.values_of(project)
        keys = [k for k in said.fields if k == key or (key == "facts" and k.startswith("facts."))]
        return any(said.fields[k] == ledger_witness.text_of(says.get(k)) for k in keys)

    def _retractions(self, project: Project) -> Iterator[Event]:
        said = self.later.get(project.id)
        for event, step, kind in self.events.get(project.id, ()):
            if said is not None and _says(said, step, kind):
                self.result.left.append((project.name, step))
                continue
            yield Event(step, EventKind.RETRACTED, None, self.day, corrects=event, why=self.act.why)

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
            said = self.said.get(project.id)
            is_said = said is not None and said.fields.get(role) == ledger_witness.text_of(
                stands.name
            )
            if not live or live[-1] is stands or is_said:
                if mine:
                    self.result.left.append((project.name, role))
            elif live[-1].name != stands.name:
                changes.assign(
                    self.session, self.act, project, role, live[-1].name, max(stands.from_day, self.day),
                    known_by=self.day, cause=self.entry,
                )  # fmt: skip
                if project.name not in self.result.restored:
                    self.result.restored.append(project.name)

    def _came_to_nothing(self, project: Project, each: Beginning) -> bool:
        return any(e.seq == each.entry and e.cause in self.gone for e in self.told[project.id])

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
        for key, (before, after) in each.content.get("fields", {}).items():
            found.setdefault(key, []).append(_Moved(each, before, after))
    return found


def _restored(key: str, value: Any) -> Any:
    """Return a value as the project holds it, from how an entry tells it."""
    if key == "facts":
        return value or {}
    return date.fromisoformat(value) if key in _DAYS and value else value


def _says(said: Said, step: str, kind: EventKind) -> bool:
    """Tell whether a later ledger says of a step what an event of the import said."""
    status = said.steps.get(step, "").split("|")[0]
    return bool(status) and EVENT_OF[Status(status)] is kind


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else value
