"""What is worth asking: which question settles most lights and cuts most of the span.

A question is a fact, or a *progress cell*: one track of the work with a mark for each of its steps,
answered in one go. What an answer would be is drawn from the likely worlds; what it would settle is
planned, at best and at worst.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tracker.core.knowledge.answers import Bits
from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.likely import draw_cases, likely, usual_cases
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import UNKNOWN, Said, Told
from tracker.core.knowledge.worlds import Bounds, Reach, bounds_of, columns
from tracker.core.model import Area
from tracker.core.plan.facts import NONE, Counts, Mask

_DRAWS = 6
_WORTH_OF_SPAN = 0.3
"""What cutting the whole span is worth beside settling the light, which one alone seldom does."""
_LEAST_GAIN = 0.02
"""What is worth asking at all, in lights."""
_SAID_OF = np.array([Said.NOT_BEGUN, Said.UNDER_WAY, Said.FINISHED, Said.NOT_NEEDED], dtype=np.int8)
"""What would be told of a step, by its stage."""


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """A question: a `fact`, or the steps of an `area`; the other is empty."""

    area: str = ""
    fact: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Truths:
    """What the answers would be in some drawn worlds, several for each project in turn."""

    said: npt.NDArray[np.int8]
    answers: Bits


@dataclass(frozen=True, eq=False, kw_only=True)
class Inquiry:
    """Projects of one ground, what is open about each, and what the answers would likely be."""

    states: States
    truths: Truths
    known: Bounds

    @cached_property
    def open(self) -> Mapping[Asked, Mask]:
        """Return the questions that are open, and for which projects each is."""
        return _open(self.states.ground, self.states)

    @property
    def told(self) -> Told:
        """Return what is told of the projects."""
        return self.states.told

    @property
    def span(self) -> Counts:
        """Return the days between best and worst."""
        return _span(self.known, self.told)

    @property
    def silent(self) -> Mask:
        """Tell which steps may still have to be done and nobody has said anything of."""
        return self.states.silent

    def needed(self, step: int) -> int:
        """Return in how many of the drawn worlds a silent step is needed, over all projects."""
        is_silent = np.repeat(self.silent[step], _DRAWS)
        return int((is_silent & (self.truths.said[step] != Said.NOT_NEEDED)).sum())

    @property
    def is_undecided(self) -> Mask:
        """Tell of which projects the light is open."""
        is_open: Mask = ~self.known.is_certain(self.told.deadline) & (self.told.deadline != NONE)
        return is_open

    def undecided(self) -> "Inquiry | None":
        """Return the inquiry into the projects whose light is open; None where none is."""
        places = np.flatnonzero(self.is_undecided)
        return self._taken(places) if len(places) else None

    def every(self, step: int) -> "Inquiry":
        """Return the inquiry into every `step`-th of the projects."""
        return self if step == 1 else self._taken(np.arange(0, self.told.count, step))

    def _taken(self, places: npt.NDArray[np.intp]) -> "Inquiry":
        states = States(self.states.ground, self.told.take(places))
        draws = (places[:, None] * _DRAWS + np.arange(_DRAWS)).ravel()
        return Inquiry(
            states=states,
            truths=Truths(said=self.truths.said[:, draws], answers=self.truths.answers[:, draws]),
            known=Bounds(self.known.best[places], self.known.worst[places]),
        )


def inquiry_of(reach: Reach) -> Inquiry:
    """Return the inquiry into some projects."""
    states = reach.states
    drawn = draw_cases(states, usual_cases(states.ground)).first(_DRAWS)
    made, guess = likely(states, drawn)
    stage = columns(made, guess).facts.stage
    return Inquiry(
        states=states,
        truths=Truths(said=_SAID_OF[stage], answers=made.answers),
        known=reach.bounds,
    )


def _open(ground: Ground, states: States) -> dict[Asked, Mask]:
    silent, found = states.silent, dict[Asked, Mask]()
    for area in Area:
        if rows := rows_of(ground, area):
            found[Asked(area=area)] = np.asarray(silent[rows].any(axis=0))
    are_open = states.open_answers
    found |= {Asked(fact=fact): are_open[n] for fact, n in ground.answers.place.items()}
    return {asked: where for asked, where in found.items() if where.any()}


def rows_of(ground: Ground, area: str) -> list[int]:
    """Return the steps of an area, by position."""
    return [n for n, step in enumerate(ground.blueprint.steps) if step.area == area]


def told_if(ground: Ground, told: Told, truths: Truths, asked: Iterable[Asked]) -> Told:
    """Return what would be told if some questions were answered as `truths` has it."""
    said, answers = told.said.copy(), told.answers.copy()
    for each in asked:
        if each.area:
            rows = rows_of(ground, each.area)
            said[rows] = np.where(said[rows] == Said.SILENT, truths.said[rows], said[rows])
        elif (n := ground.answers.place.get(each.fact)) is not None:
            answers[n] = truths.answers[n]
    is_new = said != told.said
    return replace(
        told,
        said=said,
        answers=answers,
        days=np.where(is_new, np.int16(UNKNOWN), told.days),
        stood=np.where(is_new & (said == Said.FINISHED), told.today, told.stood),
    )


def _span(bounds: Bounds, told: Told) -> Counts:
    return np.maximum(bounds.worst - np.maximum(bounds.best, told.today), 0)


def gains(
    inquiry: Inquiry, candidates: Sequence[Asked], given: Sequence[Asked] = ()
) -> npt.NDArray[np.float64]:
    """Return `(candidates, projects)`: what each would give if those `given` were answered too.

    The expected share of lights settled, and a little for the share of the span that is cut.
    """
    ground, told = inquiry.states.ground, inquiry.told
    wide = told.take(np.repeat(np.arange(told.count), _DRAWS))
    parts = [told_if(ground, wide, inquiry.truths, (*given, asked)) for asked in candidates]
    counts = np.concatenate([_apart(part, told.count) for part in parts])
    places = np.flatnonzero(counts)
    together = Told.side_by_side(parts).take(places)
    bounds = bounds_of(States(ground, together))

    def mean(values: Counts | Mask) -> npt.NDArray[np.float64]:
        total = np.zeros((len(candidates), told.count, _DRAWS))
        total.reshape(-1)[places] = values * counts[places]
        found: npt.NDArray[np.float64] = total.sum(axis=2) / _DRAWS
        return found

    settled = mean(bounds.is_certain(together.deadline))
    cut = 1 - mean(_span(bounds, together)) / np.maximum(inquiry.span, 1)
    was_open = ~inquiry.known.is_certain(told.deadline)
    found: npt.NDArray[np.float64] = (settled + _WORTH_OF_SPAN * cut) * was_open
    return found


def _apart(told: Told, count: int) -> Counts:
    """Return for how many draws of its project each draw stands: 0 for one like one before it."""
    rows = np.concatenate([told.said, told.answers]).reshape(-1, count, _DRAWS)
    alike = (rows[:, :, :, None] == rows[:, :, None, :]).all(axis=0)
    is_first = alike.argmax(axis=2) == np.arange(_DRAWS)
    found: Counts = (alike.sum(axis=2) * is_first).ravel()
    return found


def settled_by(inquiries: Sequence[Inquiry], asked: Sequence[Asked]) -> float:
    """Return how many lights are expected to become certain if all of some are answered."""
    found = 0.0
    for inquiry in inquiries:
        told = inquiry.told
        wide = told.take(np.repeat(np.arange(told.count), _DRAWS))
        answered = told_if(inquiry.states.ground, wide, inquiry.truths, asked)
        bounds = bounds_of(States(inquiry.states.ground, answered))
        was_open = ~inquiry.known.is_certain(told.deadline)
        certain = bounds.is_certain(answered.deadline).reshape(told.count, _DRAWS)
        found += float((certain.mean(axis=1) * was_open).sum())
    return found


def ranked(inquiries: Sequence[Inquiry], given: Sequence[Asked] = ()) -> list[tuple[Asked, float]]:
    """Return the open questions of a county by what they would give it, the best first."""
    total: Counter[Asked] = Counter()
    for inquiry in inquiries:
        candidates = [asked for asked in inquiry.open if asked not in given]
        if candidates:
            found = gains(inquiry, candidates, given).sum(axis=1).tolist()
            before = gains(inquiry, [Asked()], given).sum() if given else 0.0
            total.update({a: gain - before for a, gain in zip(candidates, found, strict=True)})
    return sorted(total.items(), key=lambda item: (-item[1], item[0]))


def best_together(inquiries: Sequence[Inquiry], count: int) -> list[Asked]:
    """Return the questions that give a county most when all are answered, one after another."""
    chosen: list[Asked] = []
    while len(chosen) < count and (found := ranked(inquiries, chosen)):
        asked, gain = found[0]
        if gain < _LEAST_GAIN:
            break
        chosen.append(asked)
    return chosen
