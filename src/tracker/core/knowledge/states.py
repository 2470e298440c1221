"""What follows from what is told: which steps are needed, and which must or cannot be over.

Everything here is a row of all columns at once, step by step in network order. A step that is not
needed passes logic on, as in the passes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tracker.core.knowledge.answers import Bits
from tracker.core.knowledge.ground import Ground, LawArc
from tracker.core.knowledge.told import Said, Told
from tracker.core.model import LinkType
from tracker.core.plan.facts import Counts, Mask

# plain values: to look up a member of an enumeration costs more than what is done with it here
_SILENT, _NOT_NEEDED, _NOT_BEGUN, _UNDER_WAY, _FINISHED = map(int, Said)
_FINISH_TO_START = LinkType.FINISH_TO_START


@dataclass(frozen=True, eq=False)
class States:
    """Columns of what is told, with what follows from them."""

    ground: Ground
    told: Told

    @cached_property
    def answers(self) -> Bits:
        """Return the answers that are still possible: a state that is told answers too.

        A step that is done was needed; one that is not needed (无需) was not.
        """
        said, found = self.told.said, self.told.answers.copy()
        alike = {n for group in self.ground.groups for n in group}
        for n, step in enumerate(self.ground.blueprint.steps):
            if step.condition is None:
                continue
            unmet = said[n] == _NOT_NEEDED
            met = said[n] >= _UNDER_WAY
            if n in alike:  # the heading may have meant another
                met = np.zeros_like(met)
            if met.any() or unmet.any():
                self.ground.answers.assume(step.condition, found, met=met, unmet=unmet)
        return found

    @cached_property
    def _by_answers(self) -> tuple[Mask, Mask]:
        """Return which steps the answers surely, and possibly, make necessary."""
        space, place = self.ground.answers, self.ground.condition_of
        sure = space.surely(self.ground.conditions, self.answers)
        maybe = space.possibly(self.ground.conditions, self.answers)
        return sure[place], maybe[place]

    @cached_property
    def stands(self) -> Mask:
        """Tell which steps are needed since somebody told where they stand.

        One that was lodged, is under way or done is, whatever the answers say. One told as not
        begun may still turn out not to be needed: clerks write 未办 where it should be 无需.
        Of steps that one heading may mean, this holds of the last that is possible, or, if none is,
        of what the heading was taken for.
        """
        _, maybe = self._by_answers
        begun = (self.told.said >= _UNDER_WAY) | self.told.wanted
        found: Mask = begun.copy()
        for group in self.ground.groups:
            members = list(group)
            left = maybe[members].sum(axis=0)
            is_last = np.where(left == 1, maybe[members], (left == 0) & begun[members])
            found[members] &= is_last
        return found

    @cached_property
    def needed(self) -> Mask:
        """Tell which steps are surely needed."""
        sure, _ = self._by_answers
        found: Mask = (sure & (self.told.said != _NOT_NEEDED)) | self.stands
        return found & self._leads_on(self.holds)

    @cached_property
    def possible(self) -> Mask:
        """Tell which steps may be needed."""
        _, maybe = self._by_answers
        found: Mask = (maybe & (self.told.said != _NOT_NEEDED)) | self.stands
        return found & self._leads_on(self.may_hold)

    def _leads_on(self, holds: Mask) -> Mask:
        """Tell which steps lead to the target by links that hold; the others are not planned."""
        leads = np.repeat(self.ground.leads_always, self.told.count, axis=1)
        for arc in self.ground.doubtful_arcs:
            leads[arc.predecessor] |= leads[arc.successor] & holds[arc.number]
        return leads

    @property
    def silent(self) -> Mask:
        """Tell which steps may still have to be done and nobody has said anything of."""
        found: Mask = (self.told.said == _SILENT) & self.possible & ~self.implied
        return found

    @property
    def open_answers(self) -> Mask:
        """Tell which questions, `(questions, worlds)`, have more than one answer left."""
        found: Mask = (self.answers & (self.answers - np.uint64(1))) != 0
        return found

    @cached_property
    def holds(self) -> Mask:
        """Tell which links surely hold, `(arcs, worlds)`, as far as answers decide."""
        return self._links(sure=True)

    @cached_property
    def may_hold(self) -> Mask:
        """Tell which links may hold."""
        return self._links(sure=False)

    def _links(self, *, sure: bool) -> Mask:
        found = np.ones((len(self.ground.links), self.told.count), dtype=np.bool_)
        ask = self.ground.answers.surely if sure else self.ground.answers.possibly
        numbers, conditions = self.ground.links_on_answers
        found[numbers] = ask(conditions, self.answers)
        return found

    @cached_property
    def implied(self) -> Mask:
        """Tell which silent steps are over by law, since one that is told could not be otherwise.

        Of steps that one heading may mean, only what all that are still possible share.
        """
        done = (self.told.said == _FINISHED) & self.possible
        taken_up = (self.told.said == _UNDER_WAY) & self.possible & self.ground.acceptance
        open_groups = []
        for group in self.ground.groups:
            members = list(group)
            told = (done | taken_up)[members].any(axis=0)
            several = told & (self.possible[members].sum(axis=0) > 1)
            if several.any():
                open_groups.append((members, several))
        alone_done, alone_taken = done.copy(), taken_up.copy()
        for members, several in open_groups:
            alone_done[members] &= ~several
            alone_taken[members] &= ~several
        found = self._before(alone_done, alone_taken)
        for members, several in open_groups:
            found |= self._shared(members, done, taken_up) & several
        found &= self.told.said == _SILENT
        return found

    def _shared(self, members: Iterable[int], done: Mask, taken_up: Mask) -> Mask:
        """Return what every step of a group that is possible implies."""
        found = np.ones_like(done)
        for n in members:
            one = np.zeros_like(done)
            one[n] = True
            found &= self._before(done & one, taken_up & one) | ~self.possible[n]
        return found

    def _before(self, done: Mask, taken_up: Mask) -> Mask:
        """Return what must be over before what is done, and before what was taken up."""
        found = np.zeros_like(done)
        for arcs in reversed(self.ground.law_into):
            for arc in arcs:
                if arc.type.is_from_start:
                    continue
                follows = done[arc.successor] | found[arc.successor]
                if arc.type is _FINISH_TO_START:
                    follows |= taken_up[arc.successor]
                if arc.hangs_on_answers:
                    follows = follows & self.holds[arc.number]
                found[arc.predecessor] |= follows
        return found

    def over(self, *, done: Mask, started: Mask, needed: Mask, holds: Mask) -> tuple[Mask, Mask]:
        """Return which steps are over, and which have begun.

        Silent ones are done or started where `done` and `started` say so, as far as the law lets
        them: none is done after one that is told not to be.
        """
        said, over = self.told.said, np.zeros_like(done)
        if not started.any():  # nothing to hold back
            told = (said != _SILENT) & needed
            return (
                np.where(told, said == _FINISHED, self.implied),
                np.where(told, said >= _UNDER_WAY, self.implied),
            )
        begun = np.zeros_like(done)
        for n, arcs in enumerate(self.ground.law_into):
            may_begin, may_end = _gates(arcs, over, begun, holds)
            is_silent = said[n] == _SILENT
            is_open = needed[n] & is_silent
            starts = may_begin & (started[n] | ~is_open)
            ends = may_begin & may_end & (done[n] | ~is_open)
            told_off = ~is_silent & needed[n]
            begun[n] = np.where(told_off, said[n] >= _UNDER_WAY, starts | self.implied[n])
            over[n] = np.where(told_off, said[n] == _FINISHED, ends | self.implied[n])
        return over, begun

    @cached_property
    def earliest(self) -> Counts:
        """Return the boundary before which no step can have ended, by the days that are known.

        Minimum periods (公告、公示) run their days after the last dated step that law puts before
        them; nothing else is taken to last.
        """
        told, nodes = self.told, self.ground.blueprint.network.nodes
        found = np.zeros_like(told.stood)
        dated = np.where((told.said == _FINISHED) & told.dated, told.stood, 0)
        if not dated.any():
            return found
        least = self.ground.least_days[:, 0]
        for n, arcs in enumerate(self.ground.law_into):
            after = np.zeros_like(told.today)
            for arc in arcs:
                if arc.type is _FINISH_TO_START:
                    after = np.maximum(after, found[arc.predecessor] * self.holds[arc.number])
            if least[n]:
                calendar = nodes[n].calendar
                ends = calendar.end_of.take(calendar.worked_before.take(after) + least[n])
                after = np.where(self.needed[n] & (after > 0), ends, after)
            found[n] = np.where(told.said[n] == _FINISHED, dated[n], after)
        return found


def _gates(arcs: Iterable[LawArc], over: Mask, begun: Mask, holds: Mask) -> tuple[Mask, Mask]:
    """Return where the law lets a step have begun, and where it lets it be over."""
    starts = np.ones(over.shape[1], dtype=np.bool_)
    ends = starts.copy()
    for arc in arcs:
        met = begun[arc.predecessor] if arc.type.is_from_start else over[arc.predecessor]
        gate = ends if arc.type.is_to_finish else starts
        gate &= met | ~holds[arc.number] if arc.hangs_on_answers else met
    return starts, ends
