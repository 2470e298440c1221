"""The links of a Project XML file as ties; those of headings become those of their tasks."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from tracker.core.calendars import EVERY_DAY
from tracker.core.model import LinkType
from tracker.core.network import Tie
from tracker.core.plan.draft import DraftStep
from tracker.core.problems import message
from tracker.exchange.mspdi.codes import (
    ELAPSED_FORMATS,
    LAG_UNITS_A_MINUTE,
    LINK_TYPES,
    PERCENT_FORMATS,
)
from tracker.exchange.mspdi.days import WholeDays
from tracker.exchange.mspdi.element import Element, refused, unsupported, where_of
from tracker.exchange.mspdi.outline import Outline
from tracker.exchange.refusal import RefusedNetworkError

_MOST = 100_000
"""Links that those of headings may become."""


class Links:
    """The links of a file between the steps that its tasks became, by their `UID`."""

    def __init__(self, outline: Outline, steps: Mapping[str, DraftStep], count: WholeDays) -> None:
        self.outline, self.steps, self.count = outline, steps, count
        self._first: dict[str, list[str]] = {}
        self._last: dict[str, list[str]] = {}

    def ties(self) -> Iterator[Tie]:
        """Yield the ties of all lines that are not switched off."""
        count = 0
        for uid, task in self.outline.by_uid.items():
            if not self.outline.work(uid):
                continue
            for link in task.all("PredecessorLink"):
                for tie in self._ties(uid, task, link):
                    count += 1
                    if count > _MOST:
                        raise _too_many(where_of(task))
                    yield tie

    def _ties(self, uid: str, task: Element, link: Element) -> Iterator[Tie]:
        where = f"{where_of(task)}: PredecessorLink"
        before = link.content("PredecessorUID")
        self._check(uid, before, link, where)
        type_ = LINK_TYPES.get(link.number("Type", 1))
        if type_ is None:
            raise refused(
                "bad_link_type",
                where,
                message("'{value}' is not a kind of link.", value=link.content("Type")),
                message("Write FS, SS, FF or SF."),
            )
        lag, is_elapsed = self._lag(link, where)
        ends = self._predecessors(before, type_, where), self._successors(uid, type_, lag, where)
        for predecessor, successor in product(*ends):
            yield Tie(
                predecessor=predecessor,
                successor=successor,
                type=type_,
                lag=lag,
                calendar=EVERY_DAY if is_elapsed else self.steps[successor].calendar,
            )

    def _check(self, uid: str, before: str, link: Element, where: str) -> None:
        if before not in self.outline.by_uid:
            raise refused(
                "unknown_step",
                where,
                message("No step is called '{step}'.", step=before),
                message("Correct this entry."),
            )
        if link.is_true("CrossProject"):
            raise unsupported(where, message("The task has a predecessor in another file."))
        for end in (uid, before):
            if end in self.outline.headings and self.outline.by_uid[end].is_true("Manual"):
                words = message("A link joins a heading that is scheduled by hand.")
                raise unsupported(where, words)
        above = self.outline.above
        related = (*((uid, h) for h in above[before]), *((before, h) for h in above[uid]))
        if any(heading.content("UID") == line for line, heading in related):
            raise unsupported(where, message("A heading is linked to a task of its own."))

    def _lag(self, link: Element, where: str) -> tuple[int, bool]:
        """Return the days of a link's lag, below 0 for a lead, and whether every day counts."""
        format_ = link.number("LagFormat", 7)
        if format_ in PERCENT_FORMATS and link.number("LinkLag"):
            words = message("The lag is a percentage of the other task's duration.")
            raise unsupported(where, words)
        is_elapsed = format_ in ELAPSED_FORMATS
        minutes = link.number("LinkLag") / LAG_UNITS_A_MINUTE
        days = self.count.days(abs(minutes), f"{where}: LinkLag", is_elapsed=is_elapsed)
        return days if minutes >= 0 else -days, is_elapsed

    def _predecessors(self, uid: str, type_: LinkType, where: str) -> Sequence[str]:
        """Return the tasks a link comes from: of a heading, those that no other one follows."""
        work = self.outline.work(uid)
        if len(work) < 2:
            return work
        if type_.is_from_start:
            words = message("A link comes from the start of a heading with several tasks.")
            raise unsupported(where, words)
        if uid not in self._last:
            inside = set(work)
            self._last[uid] = [one for one in work if not self._followers[one] & inside]
        return self._last[uid]

    def _successors(self, uid: str, type_: LinkType, lag: int, where: str) -> Sequence[str]:
        """Return the tasks a link leads to: of a heading, those that follow none of it.

        A lag counts on the calendar of each task, so that with one no task stands for another.
        """
        work = self.outline.work(uid)
        if len(work) < 2:
            return work
        if type_.is_to_finish:
            words = message("A link leads to the finish of a heading with several tasks.")
            raise unsupported(where, words)
        if lag:
            return work
        if uid not in self._first:
            inside = set(work)
            self._first[uid] = [one for one in work if not self._followed[one] & inside]
        return self._first[uid]

    @cached_property
    def _chains(self) -> list[tuple[str, str]]:
        """Return the pairs of tasks of which the second cannot but wait for the first to end.

        Neither has begun nor has fixed dates; the link has no lead.
        """
        moves = {
            uid: step.actual_start is None and step.actual_finish is None and not step.is_fixed
            for uid, step in self.steps.items()
        }
        return [
            (before, uid)
            for uid in self.steps
            for link in self.outline.by_uid[uid].all("PredecessorLink")
            if moves[uid] and moves.get(before := link.content("PredecessorUID"))
            if LINK_TYPES.get(link.number("Type", 1)) is LinkType.FINISH_TO_START
            if link.number("LinkLag") >= 0
        ]

    @cached_property
    def _followers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {uid: set() for uid in self.steps}
        for before, after in self._chains:
            found[before].add(after)
        return found

    @cached_property
    def _followed(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {uid: set() for uid in self.steps}
        for before, after in self._chains:
            found[after].add(before)
        return found


def _too_many(where: str) -> RefusedNetworkError:
    words = message("The links of headings become more than {most} links of tasks.", most=_MOST)
    return refused("too_large", where, words, message("Link fewer headings, or divide the plan."))
