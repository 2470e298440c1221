"""Take an import back: what it changed and nobody touched since, and nothing else.

Nothing is deleted. Fields get a new version, events are retracted, leaders and task forces who came
with the import are followed by those before them, and a project that it brought in is withdrawn.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.core.model import Event, EventKind, Project, ProjectState, Sight
from tracker.core.problems import TrackerError, message
from tracker.ledger.model import Status
from tracker.services import changes
from tracker.services.changes import Change, Draft
from tracker.services.ledger_witness import EVENT_OF
from tracker.store import Session, assignments, audit, ledgers, projects
from tracker.store.assignments import Beginning
from tracker.store.audit import Act, Entry
from tracker.store.ledgers import Import, Said
from tracker.store.projects import Record

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
    undoing = _Undoing(session, act, found, day, entry, _aside(known))
    undoing.run()
    ledgers.mark_undone(session, found.number, entry=entry)
    return undoing.result


class _Undoing:
    """One import on its way back."""

    def __init__(
        self,
        session: Session,
        act: Act,
        found: Import,
        day: date,
        entry: int,
        aside: Collection[int],
    ) -> None:
        self.session, self.act, self.day, self.entry = session, act, max(day, found.as_of), entry
        self.aside = aside
        self.result = Undone(found)
        self.later = ledgers.said_after(session, found.number)
        self.told = {
            each.project: each
            for each in audit.entries(session, after=found.entry, cause=found.entry)
            if each.project is not None
        }
        self.events: dict[int, list[tuple[int, str, EventKind]]] = {}
        for project, event, step, kind in ledgers.events_of(session, found.number):
            self.events.setdefault(project, []).append((event, step, kind))

    def run(self) -> None:
        """Write what takes every project back to where it was."""
        sight = Sight(self.day, self.day)
        now = {
            r.project.id: r for r in projects.load(self.session, sight) if r.project.id in self.told
        }
        drafts = []
        for number, told in self.told.items():
            record = now.get(number)
            if record is None:
                continue  # withdrawn already, with an import that brought it in earlier
            draft = self._draft(told, record)
            if draft:
                drafts.append(draft)
        changes.keep_all(self.session, self.act, drafts, known_by=self.day, cause=self.entry)
        for number, told in self.told.items():
            if number in now and now[number].project.name not in self.result.withdrawn:
                self._hand_back(told, now[number].project)

    def _draft(self, told: Entry, record: Record) -> Draft | None:
        project = record.project
        is_new = told.action == "add project"
        if is_new and not self._was_touched(told, project):
            self.result.withdrawn.append(project.name)
            gone = replace(project, state=ProjectState.WITHDRAWN, state_why=self.act.why)
            return Draft(Change(project, gone), "withdraw project")
        if is_new:
            self.result.left.append((project.name, ""))
        fields = {} if is_new else dict(self._fields(told, project))
        events = tuple(self._retractions(project)) if not is_new else ()
        if not fields and not events:
            return None
        self.result.restored.append(project.name)
        return Draft(Change(project, replace(project, **fields), events), "change project")

    def _was_touched(self, told: Entry, project: Project) -> bool:
        """Tell whether anybody or any later ledger said something of a project since it came."""
        if project.id in self.later:
            return True
        entries = audit.entries(self.session, project=project.id, after=told.seq)
        return any(
            each.cause not in self.aside and each.action not in _NOBODYS_WORK for each in entries
        )

    def _fields(self, told: Entry, project: Project) -> Iterator[tuple[str, Any]]:
        """Yield the fields that stand as the import left them, each with the value before it."""
        stands = projects.content_of(project)
        for key, (before, after) in told.content.get("fields", {}).items():
            now = stands.get(key)
            if _plain(now) != after or self._is_said_later(project.id, key):
                self.result.left.append((project.name, key))
            elif key == "facts":
                yield key, before or {}
            else:
                is_day = key in _DAYS and before is not None
                yield key, date.fromisoformat(before) if is_day else before

    def _is_said_later(self, project: int, key: str) -> bool:
        said = self.later.get(project)
        if said is None:
            return False
        return key in said.fields or (key == "facts" and any("facts." in k for k in said.fields))

    def _retractions(self, project: Project) -> Iterator[Event]:
        said = self.later.get(project.id)
        for event, step, kind in self.events.get(project.id, ()):
            if said is not None and _says(said, step, kind):
                self.result.left.append((project.name, step))
                continue
            yield Event(step, EventKind.RETRACTED, None, self.day, corrects=event, why=self.act.why)

    def _came_to_nothing(self, later: Beginning) -> bool:
        entry = next(
            audit.entries(self.session, after=later.entry - 1, before=later.entry + 1), None
        )
        return entry is not None and entry.cause in self.aside

    def _hand_back(self, told: Entry, project: Project) -> None:
        """Let those answer again who answered before the import, where nobody was told since."""
        for role in assignments.ROLES:
            history = [
                each for each in assignments.history(self.session, project.id) if each.role == role
            ]
            brought = next((n for n, each in enumerate(history) if each.entry == told.seq), None)
            if brought is None or told.action == "add project":
                continue
            said = self.later.get(project.id)
            is_last = all(self._came_to_nothing(each) for each in history[brought + 1 :])
            if brought == 0 or not is_last or (said is not None and role in said.fields):
                self.result.left.append((project.name, role))
                continue
            changes.assign(
                self.session, self.act, project, role, history[brought - 1].name,
                history[-1].from_day, known_by=self.day, cause=self.entry,
            )  # fmt: skip
            if project.name not in self.result.restored:
                self.result.restored.append(project.name)


def _says(said: Said, step: str, kind: EventKind) -> bool:
    """Tell whether a later ledger says of a step what an event of the import said."""
    status = said.steps.get(step, "").split("|")[0]
    return bool(status) and EVENT_OF[Status(status)] is kind


def _aside(known: Sequence[Import]) -> Collection[int]:
    """Return the entries of imports that were taken back, and of the taking back: they come to nothing."""
    gone = [each for each in known if each.undone is not None]
    return frozenset([each.entry for each in gone] + [each.undone or 0 for each in gone])


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, date) else value
