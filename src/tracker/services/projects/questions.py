"""What is worth asking about projects, and a track of the work answered in one go."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.questions import (
    Asked,
    Inquiry,
    best_together,
    ranked,
    rows_of,
    settled_by,
)
from tracker.core.model import Area, Event, EventKind, Question, Step, StepKind
from tracker.core.plan.facts import Mask
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.track import Known
from tracker.law import Catalog
from tracker.services.projects import changes, lookup
from tracker.services.projects.changes import Change
from tracker.services.projects.planning import BLOCK, ground_for, inquiry_into
from tracker.store import Session
from tracker.store.audit import Act
from tracker.store.projects import Record

_MOST_RANKED = 240
_MOST_CHIEF = 4
_DECIDED = (StepKind.AUTHORITY_LIMIT, StepKind.FILING, StepKind.MILESTONE)


class NothingOpenError(TrackerError):
    """A track of which every step is told, or that the project's plan does not have."""

    code = "nothing_open"
    kind = ErrorKind.USAGE

    def __init__(self, area: Area) -> None:
        super().__init__(
            message("Nothing is open in '{track}' of this project.", track=area),
            remedy=message("Look at what is: tracker questions list PROJECT."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question worth asking: a fact, or a track of the work with its open steps.

    `of` are the numbers of the projects for which it is open, `most` how many steps of the track
    are in any of them, `chief` the few that leave a paper and that most projects need, each with
    the projects in which it is open. `gain` adds
    up what it gives each of them: the expected share of lights it settles, and a little for the
    share of the span it cuts.
    """

    fact: Question | None = None
    area: Area | None = None
    steps: tuple[Step, ...] = ()
    chief: tuple[tuple[Step, tuple[int, ...]], ...] = ()
    most: int = 1
    of: tuple[int, ...]
    gain: float

    @property
    def projects(self) -> int:
        """Return for how many projects it is open."""
        return len(self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Askings:
    """What is worth asking about some projects, the best first.

    `undecided` of `projects` have no light that is certain; `decides` is how many of them the
    questions are expected to settle when all are answered.
    """

    projects: int
    undecided: int
    decides: float
    questions: tuple[Asking, ...]


def askings(
    records: Iterable[Record], catalog: Catalog, status_date: date, *, most: int
) -> Askings:
    """Return the questions that together settle most of the lights of some projects.

    One that cannot be planned is left out. Of more than `_MOST_RANKED` undecided projects some are
    ranked, spread over all, and stand for the others.
    """
    groups: dict[Ground, list[Record]] = defaultdict(list)
    for record in records:
        try:
            groups[ground_for(record, catalog, status_date)].append(record)
        except TrackerError:
            continue
    every = [
        only
        for ground, group in groups.items()
        for first in range(0, len(group), BLOCK)
        if (only := _undecided(ground, group[first : first + BLOCK], status_date))
    ]
    undecided = sum(len(each.records) for each in every)
    step = max(1, -(-undecided // _MOST_RANKED))
    inquiries = [each.inquiry.every(step) for each in every]
    ranked_ = sum(inquiry.told.count for inquiry in inquiries)
    chosen = best_together(inquiries, most)
    gains = dict(ranked(inquiries))
    return Askings(
        projects=sum(map(len, groups.values())),
        undecided=undecided,
        decides=settled_by(inquiries, chosen) * undecided / max(1, ranked_),
        questions=tuple(_asking(asked, every, gains[asked]) for asked in chosen),
    )


@dataclass(frozen=True, slots=True)
class _Undecided:
    """Projects of one ground whose lights are open, and the inquiry into them."""

    records: Sequence[Record]
    inquiry: Inquiry

    def of(self, asked: Asked) -> list[int]:
        """Return the numbers of the projects for which a question is open."""
        is_open = self.inquiry.open.get(asked)
        return [] if is_open is None else self.where(is_open)

    def where(self, is_so: Mask) -> list[int]:
        """Return the numbers of the projects of which something is so."""
        return [self.records[n].project.id for n in np.flatnonzero(is_so).tolist()]


def _undecided(ground: Ground, records: Sequence[Record], status_date: date) -> _Undecided | None:
    found = inquiry_into(ground, records, status_date)
    only = found.undecided()
    places = np.flatnonzero(found.is_undecided).tolist()
    return _Undecided([records[n] for n in places], only) if only else None


def _asking(asked: Asked, every: Sequence[_Undecided], gain: float) -> Asking:
    of = tuple(sorted(number for each in every for number in each.of(asked)))
    concerned = [each.inquiry for each in every if asked in each.inquiry.open]
    ground = concerned[0].states.ground
    if asked.fact:
        question = ground.answers.questions[ground.answers.place[asked.fact]]
        return Asking(fact=question, of=of, gain=gain)
    steps = {step.id: step for inquiry in concerned for step in _open_steps(inquiry, asked.area)}
    most = max(
        int(inquiry.silent[rows_of(inquiry.states.ground, asked.area)].sum(axis=0).max())
        for inquiry in concerned
    )
    return Asking(
        area=Area(asked.area),
        steps=tuple(steps.values()),
        chief=_chief([each for each in every if asked in each.inquiry.open], asked.area),
        most=most,
        of=of,
        gain=gain,
    )


def _chief(every: Sequence[_Undecided], area: str) -> tuple[tuple[Step, tuple[int, ...]], ...]:
    """Return the steps of a track that an office decides, those that are needed most often.

    At most `_MOST_CHIEF`, in their order, each with the projects in which it is open.
    """
    steps: dict[str, Step] = {}
    of: dict[str, list[int]] = defaultdict(list)
    wanted: Counter[str] = Counter()
    for each in every:
        ground = each.inquiry.states.ground
        for n in rows_of(ground, area):
            step = ground.blueprint.steps[n]
            if step.kind in _DECIDED and each.inquiry.silent[n].any():
                steps[step.id] = step
                wanted[step.id] += each.inquiry.needed(n)
                of[step.id] += each.where(each.inquiry.silent[n])
    most = {step for step, count in wanted.most_common(_MOST_CHIEF) if count}
    return tuple((step, tuple(sorted(of[key]))) for key, step in steps.items() if key in most)


def _open_steps(inquiry: Inquiry, area: str) -> list[Step]:
    ground, silent = inquiry.states.ground, inquiry.silent
    return [ground.blueprint.steps[n] for n in rows_of(ground, area) if silent[n].any()]


def open_steps(record: Record, catalog: Catalog, status_date: date, area: Area) -> list[Step]:
    """Return the steps of a track of which nothing is known, in order.

    Raises NothingOpenError.
    """
    inquiry = inquiry_into(ground_for(record, catalog, status_date), [record], status_date)
    found = _open_steps(inquiry, area)
    if not found:
        raise NothingOpenError(area)
    return found


MARKS = (EventKind.FINISHED, EventKind.STARTED, EventKind.NOT_STARTED, EventKind.NOT_NEEDED)
"""What may be said of a step of a track."""


def marked(
    record: Record,
    catalog: Catalog,
    status_date: date,
    marks: Mapping[str, EventKind],
) -> tuple[Event, ...]:
    """Return the marks of some steps as events on unknown days.

    Only of steps of which nothing is recorded: a track never takes back what somebody said.
    """
    ground = ground_for(record, catalog, status_date)
    plan = lookup.look_at(record, catalog, status_date).standing.plan
    told = {s.step.id for s in plan.steps if s.progress.known is Known.RECORDED}
    return tuple(
        Event(step=step, kind=marks[step], day=None, known_by=status_date)
        for step in ground.blueprint.ids
        if step in marks and step not in told
    )


def keep(
    session: Session, act: Act, record: Record, events: Sequence[Event], status_date: date
) -> None:
    """Write the marks of a track. The caller owns the transaction."""
    if events:
        changes.keep(
            session,
            act,
            Change(record.project, record.project, events),
            action="answer track",
            known_by=status_date,
        )
