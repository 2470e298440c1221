"""What is usual in a county, by its own record: how projects answer, and how long steps take.

Few cases say little: a learned number is drawn towards that of the procedure, as if the procedure
had seen some cases of its own (additive smoothing).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import exp, log
from typing import Any

from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.compile import fits
from tracker.core.conditions import amount_of
from tracker.core.law import DayKind, Duration
from tracker.core.model import Procedure, Question, Step, StepKind, Typical
from tracker.core.track import Progress, State

PRIOR_ANSWERS, PRIOR_CASES = 20, 10
"""How many projects, and how many finished steps, the numbers of the procedure stand for."""
_NOT_LEARNED = (StepKind.MINIMUM_PERIOD, StepKind.DUTY_DEADLINE, StepKind.RECURRING)
"""Their days are the law's own: nobody's habit shortens them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How the projects of a procedure answer a question: `count` of them have answered it.

    `before` are the shares of the procedure, `after` those with the county's projects.
    """

    procedure: str
    question: Question
    count: int
    before: tuple[tuple[str, float], ...]
    after: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long a step of a procedure takes: `count` cases have both their days recorded.

    `before` is what the procedure plans with, as its median and its 80 % quantile.
    """

    procedure: str
    step: Step
    count: int
    before: Typical
    after: Typical


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a project of a procedure tells: its answers, and where its steps stand."""

    procedure: Procedure
    answers: Mapping[str, str]
    progress: Mapping[str, Progress]


def shares_of(histories: Iterable[History]) -> list[Shares]:
    """Return the shares of every question that some project of a procedure has answered.

    The projects of other procedures that ask the same count too, as a part of what is known before.
    """
    own: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    every: dict[str, Counter[str]] = defaultdict(Counter)
    questions: dict[str, dict[str, Question]] = defaultdict(dict)
    for each in histories:
        for question in each.procedure.questions:
            questions[each.procedure.id][question.fact] = question
            given = each.answers.get(question.fact)
            if given is not None and question.usual and fits(question, given):
                told = _as_usual(question, given)
                own[each.procedure.id][question.fact][told] += 1
                every[question.fact][told] += 1
    return [
        Shares(
            procedure=procedure,
            question=question,
            count=counts[question.fact].total(),
            before=question.usual,
            after=_towards(
                _towards(question.usual, every[question.fact] - counts[question.fact]),
                counts[question.fact],
            ),
        )
        for procedure, counts in sorted(own.items())
        for question in questions[procedure].values()
        if question.fact in counts
    ]


def _as_usual(question: Question, given: str) -> str:
    """Return an answer; an amount as the one of the usual amounts that is nearest to it."""
    if question.answers:
        return given
    amount = amount_of(given) or Decimal(0)

    def apart(usual: str) -> Decimal:
        return abs((amount_of(usual) or Decimal(0)) - amount)

    return min((each for each, _ in question.usual), key=apart)


def _towards(
    before: Sequence[tuple[str, float]], counts: Counter[str]
) -> tuple[tuple[str, float], ...]:
    total = counts.total() + PRIOR_ANSWERS
    shares = dict(before)
    answers = dict.fromkeys([*shares, *counts])
    return tuple(
        (each, round((counts[each] + PRIOR_ANSWERS * shares.get(each, 0.0)) / total, 4))
        for each in answers
    )


def times_of(histories: Iterable[History], working_days: Calendar) -> list[Times]:
    """Return the times of every step of which a case of a procedure has both days recorded.

    Days run from the day after the start through the finish, at least one, stops included.
    """
    seen: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    steps: dict[tuple[str, str], Step] = {}
    for each in histories:
        for step in each.procedure.steps:
            known = each.progress.get(step.id)
            if known and (days := _days_of(step, known, working_days)):
                seen[step.id][each.procedure.id].append(days)
                steps[each.procedure.id, step.id] = step
    found = []
    for step_id, by_procedure in seen.items():
        for procedure, own in by_procedure.items():
            step = steps[procedure, step_id]
            others = [d for p, days in by_procedure.items() if p != procedure for d in days]
            before = _before(step)
            after = _drawn(_drawn(before, others), own)
            found.append(
                Times(procedure=procedure, step=step, count=len(own), before=before, after=after)
            )
    return sorted(found, key=lambda each: (each.procedure, each.step.id))


def _days_of(step: Step, known: Progress, working_days: Calendar) -> int:
    """Return how many days of the step's own kind it took; 0 where that is not known."""
    if step.is_instant or step.kind in _NOT_LEARNED or known.state is not State.FINISHED:
        return 0
    if known.start is None or known.finish is None or known.finish < known.start:
        return 0
    kind = _before(step).p80.kind
    calendar = working_days if kind is DayKind.WORKING else EVERY_DAY
    return max(1, calendar.count(known.start, known.finish) - calendar.is_worked(known.start))


def _before(step: Step) -> Typical:
    if step.typical and step.takes is None:
        return step.typical
    planned = step.plan_time_on(EVERY_DAY.last_day)
    return Typical(planned, planned)


def _drawn(before: Typical, days: Sequence[int]) -> Typical:
    """Return what is typical, drawn towards the quantiles of some cases by how many there are."""
    if not days:
        return before
    ordered = sorted(days)
    weight = len(ordered) / (len(ordered) + PRIOR_CASES)

    def drawn(known: Duration, share: float) -> int:
        seen = ordered[min(len(ordered) - 1, int(share * len(ordered)))]
        return max(1, round(exp(weight * log(seen) + (1 - weight) * log(max(1, known.days)))))

    p50, p80 = drawn(before.p50, 0.5), drawn(before.p80, 0.8)
    kind = before.p80.kind
    return Typical(Duration(p50, kind), Duration(max(p50, p80), kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The learned numbers that a county plans with, by procedure; nothing where it does not."""

    shares: Mapping[str, Mapping[str, tuple[tuple[str, float], ...]]] = field(default_factory=dict)
    times: Mapping[str, Mapping[str, Typical]] = field(default_factory=dict)

    @classmethod
    def of(cls, shares: Iterable[Shares], times: Iterable[Times]) -> "Usual":
        """Return the learned numbers by procedure."""
        by_fact: dict[str, dict[str, tuple[tuple[str, float], ...]]] = defaultdict(dict)
        by_step: dict[str, dict[str, Typical]] = defaultdict(dict)
        for share in shares:
            by_fact[share.procedure][share.question.fact] = share.after
        for time in times:
            by_step[time.procedure][time.step.id] = time.after
        return cls(shares=dict(by_fact), times=dict(by_step))

    def applied(self, procedure: Procedure) -> Procedure:
        """Return a procedure with what is learned in the place of its own numbers.

        Shares decide only how likely an answer is; times take the place of what a plan counts.
        """
        shares, times = self.shares.get(procedure.id, {}), self.times.get(procedure.id, {})
        if not shares and not times:
            return procedure
        return replace(
            procedure,
            questions=tuple(
                replace(each, usual=shares.get(each.fact, each.usual))
                for each in procedure.questions
            ),
            steps=tuple(
                replace(step, typical=times[step.id], takes=times[step.id].p80)
                if step.id in times
                else step
                for step in procedure.steps
            ),
        )

    def to_text(self) -> str:
        """Return it as the record keeps it."""
        times = {
            procedure: {step: [str(each.p50), str(each.p80)] for step, each in steps.items()}
            for procedure, steps in self.times.items()
        }
        return json.dumps({"shares": self.shares, "times": times}, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> "Usual":
        """Return what `to_text` wrote."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            shares={
                procedure: {fact: tuple((a, s) for a, s in each) for fact, each in facts.items()}
                for procedure, facts in data["shares"].items()
            },
            times={
                procedure: {
                    step: Typical(*(Duration.parse(each) for each in pair))
                    for step, pair in steps.items()
                }
                for procedure, steps in data["times"].items()
            },
        )
