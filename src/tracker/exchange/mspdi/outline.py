"""The outline of a Project XML file: its headings, and the tasks that stand below each.

A heading is said to be one, or known by a deeper line right below it. It stands for its tasks.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from tracker.core.problems import message
from tracker.exchange.mspdi.element import Element, missing, refused, unsupported, where_of

_DEEPEST = 100


class Outline:
    """The lines of a file by their `UID`, in its order; blank ones are none."""

    def __init__(self, root: Element) -> None:
        lines = [task for task in root.all("Tasks", "Task") if not task.is_true("IsNull")]
        self.by_uid: dict[str, Element] = {}
        for task in lines:
            self._add(task)
        self._levels = {uid: _level(task) for uid, task in self.by_uid.items()}

    def _add(self, task: Element) -> None:
        uid = task.content("UID")
        if not uid:
            raise missing(where_of(task), "UID")
        if uid in self.by_uid:
            raise refused(
                "duplicate_step",
                where_of(task),
                message("Two tasks have the number {uid}.", uid=uid),
                message("Give each its own id."),
            )
        self.by_uid[uid] = task

    @cached_property
    def headings(self) -> frozenset[str]:
        """Return the lines that are headings; the project's own line is the uppermost."""
        found = {uid for uid, task in self.by_uid.items() if task.is_true("Summary")}
        for uid, below in pairwise(self.by_uid):
            if self._levels[below] > self._levels[uid]:
                found.add(uid)
        return frozenset(found | ({"0"} if self.project else set()))

    @property
    def project(self) -> Element | None:
        """Return the project's own line; it has the number and the level 0, and says so."""
        found = self.by_uid.get("0")
        says = found and "0" in (found.content("OutlineLevel"), found.content("OutlineNumber"))
        return found if says else None

    @property
    def tasks(self) -> Iterator[Element]:
        """Yield the lines that are work and not switched off."""
        for uid, task in self.by_uid.items():
            if uid not in self.headings and not self.is_off(uid):
                yield task

    @property
    def by_hand(self) -> list[Element]:
        """Return the headings that are scheduled by hand, in the order of the file."""
        return [t for uid, t in self.by_uid.items() if uid in self.headings and t.is_true("Manual")]

    def refuse_empty_headings(self) -> None:
        """Refuse a heading that takes time or is linked and has no tasks: they are elsewhere."""
        linked = {
            link.content("PredecessorUID")
            for task in self.by_uid.values()
            for link in task.all("PredecessorLink")
        }
        for uid in self.headings - self._parents:
            task = self.by_uid[uid]
            is_used = uid in linked or any(task.all("PredecessorLink")) or task.minutes("Duration")
            if is_used and task is not self.project:
                words = message("The heading has no tasks in this file.")
                raise unsupported(where_of(task), words)

    def is_off(self, uid: str) -> bool:
        """Tell whether a line is switched off."""
        return self.by_uid[uid].is_false("Active")

    @cached_property
    def above(self) -> dict[str, tuple[Element, ...]]:
        """Return the headings above each line, the uppermost first."""
        found: dict[str, tuple[Element, ...]] = {}
        open_headings: list[str] = []
        for uid, level in self._levels.items():
            while open_headings and self._levels[open_headings[-1]] >= level:
                open_headings.pop()
            if len(open_headings) > _DEEPEST:
                words = message(
                    "There are more than {most} headings in one another.", most=_DEEPEST
                )
                place = where_of(self.by_uid[uid])
                raise refused("too_large", place, words, message("Flatten the outline."))
            found[uid] = tuple(self.by_uid[heading] for heading in open_headings)
            if uid in self.headings:
                open_headings.append(uid)
        return found

    @cached_property
    def _parents(self) -> frozenset[str]:
        """Return the headings that lines stand below, though all of them may be switched off."""
        return frozenset(h.content("UID") for above in self.above.values() for h in above)

    @cached_property
    def _below(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {uid: [] for uid in self.headings}
        for task in self.tasks:
            for heading in self.above[task.content("UID")]:
                found[heading.content("UID")].append(task.content("UID"))
        return {uid: tuple(tasks) for uid, tasks in found.items()}

    def work(self, uid: str) -> Sequence[str]:
        """Return the tasks a line stands for: itself, those below it, none if switched off."""
        if uid in self.headings:
            return self._below[uid]
        return () if self.is_off(uid) else (uid,)


def _level(task: Element) -> int:
    """Return how deep a line stands; some programs say it only by its number, 1.2.1."""
    if task.content("OutlineLevel") or not task.content("OutlineNumber"):
        return task.number("OutlineLevel")
    number = task.content("OutlineNumber")
    return 0 if number == "0" else number.count(".") + 1
