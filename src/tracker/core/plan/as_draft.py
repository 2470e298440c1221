"""A project's network and facts as a draft: the way back from `facts_of`, for other tools.

What they do not know is said with what they do: a step that is not needed by the links across it, a
period by its days and the day on which it closes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from tracker.core.calendars import EVERY_DAY, Calendar, PeriodCalendar, day_from, day_until
from tracker.core.model import LinkType
from tracker.core.network import Network, Tie, order_of
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.plan.facts import NONE, Facts, Stage


def draft_of(network: Network, facts: Facts, *, id_: str, calendar: Calendar) -> Draft:
    """Return the only world of `facts` as a draft that schedules to the same dates.

    Days left are those the facts tell. Links that do not hold are left out. The project starts on
    the first recorded day, and steps that are over without a recorded day ended then; their links
    have no lag. Where nothing is recorded it starts on the status date.
    """
    today, deadline = int(facts.today[0]), int(facts.deadline[0])
    recorded = np.concatenate([facts.began[:, 0], facts.stood[:, 0] - 1])
    untold = today - 1 if facts.is_finished.any() else today
    first = int(recorded[recorded > 0].min(initial=untold))
    steps = tuple(_step(network, facts, n, first) for n in range(len(network.nodes)))
    return Draft(
        id=id_,
        start=day_from(first),
        status_date=day_from(today),
        deadline=None if deadline == NONE else day_until(deadline),
        calendar=calendar,
        steps=steps,
        ties=tuple(_ties(network, facts)),
        finish_rule=network.finish_rule,
    )


def _step(network: Network, facts: Facts, n: int, first: int) -> DraftStep:
    node, stage = network.nodes[n], Stage(int(facts.stage[n, 0]))
    days = int(facts.days[n, 0])
    began = int(facts.began[n, 0]) or first
    stood = int(facts.stood[n, 0]) or first + 1
    last_end, last_start = int(facts.last_end[n, 0]), int(facts.last_start[n, 0])
    floor = int(facts.not_before[n, 0])
    finish = day_until(stood) if stage is Stage.FINISHED else None
    start = day_from(began) if stage in (Stage.BEGUN, Stage.FINISHED) else None
    return DraftStep(
        id=node.id,
        duration=max(node.days, days) if stage is Stage.BEGUN else days or node.days,
        calendar=node.calendar,
        not_before=day_from(floor) if floor and stage is Stage.WAITING else None,
        deadline=None if last_end == NONE else day_until(last_end),
        start_by=None if last_start == NONE else day_until(last_start),
        actual_start=min(start, finish) if start and finish else start,
        actual_finish=finish,
        remaining=days if stage is Stage.BEGUN and not node.is_milestone else None,
        is_off=stage in (Stage.OFF, Stage.GONE),
    )


def _ties(network: Network, facts: Facts) -> list[Tie]:
    names = [node.id for node in network.nodes]
    return [
        Tie(
            predecessor=names[arc.predecessor],
            successor=names[arc.successor],
            type=arc.type,
            lag=0 if _is_untold(facts, arc.predecessor) else arc.lag,
            calendar=arc.calendar,
        )
        for arc in network.arcs
        if facts.cut is None or not facts.cut[arc.number, 0]
    ]


def _is_untold(facts: Facts, n: int) -> bool:
    return bool(facts.is_finished[n, 0]) and int(facts.stood[n, 0]) == 0


def without_unneeded(draft: Draft) -> Draft:
    """Return the draft without the steps that are off: what led through them is tied directly.

    Such a step hands a demand on unmoved, without the lags of its links. A milestone that nothing
    else led to is then seen at the start of its day. Raises CycleError.
    """
    if not any(step.is_off for step in draft.steps):
        return draft
    into: dict[str, list[Tie]] = {step.id: [] for step in draft.steps}
    for tie in draft.ties:
        into[tie.successor].append(tie)
    reaching: dict[str, set[tuple[str, bool]]] = {}
    ties: list[Tie] = []
    for id_ in order_of(list(into), draft.ties):
        step = draft.by_id[id_]
        found = [(tie, tie.predecessor in reaching) for tie in into[id_]]
        if step.is_off:
            reaching[id_] = set().union(
                *(
                    reaching[tie.predecessor]
                    if leads_through
                    else {(tie.predecessor, tie.type.is_from_start)}
                    for tie, leads_through in found
                )
            )
            continue
        ties += [tie for tie, leads_through in found if not leads_through]
        ties += [
            direct
            for tie, leads_through in found
            if leads_through
            for direct in _direct(reaching[tie.predecessor], tie)
        ]
    steps = tuple(step for step in draft.steps if not step.is_off)
    return replace(draft, steps=steps, ties=tuple(ties))


def _direct(reaching: Iterable[tuple[str, bool]], tie: Tie) -> Iterator[Tie]:
    """Yield the ties that stand for one out of a step that is off."""
    for before, is_from_start in sorted(reaching):
        ends = "S" if is_from_start else "F", "F" if tie.type.is_to_finish else "S"
        type_ = LinkType("".join(ends))
        yield replace(tie, predecessor=before, type=type_, lag=0, calendar=EVERY_DAY)


def with_closing_days(draft: Draft, title: Callable[[str], str]) -> Draft:
    """Return the draft with each period as its days but the last, and the day on which it closes.

    A period of n days closes on the first working day from its n-th day on (民法典 art. 203), which
    is what a step of one working day after n - 1 days does, forward and backward; links to its
    finish or from its start bind only one of the two. `title` names the closing day of a step. A
    period that is over, or is only its last day, stays one step.
    """
    closing = {step.id: f"{step.id}:closing" for step in draft.steps if _closes_later(step)}
    steps: list[DraftStep] = []
    for step in draft.steps:
        if step.id in closing:
            steps += _apart(step, closing[step.id], title)
        elif isinstance(step.calendar, PeriodCalendar):
            steps.append(replace(step, calendar=_closes_on(step) if _is_left(step) else EVERY_DAY))
        else:
            steps.append(step)
    ties = [
        replace(
            tie,
            predecessor=tie.predecessor
            if tie.type.is_from_start
            else closing.get(tie.predecessor, tie.predecessor),
            successor=closing.get(tie.successor, tie.successor)
            if tie.type.is_to_finish
            else tie.successor,
        )
        for tie in draft.ties
    ]
    joined = [
        Tie(
            predecessor=step,
            successor=closed,
            type=LinkType.FINISH_TO_START,
            lag=0,
            calendar=EVERY_DAY,
        )
        for step, closed in closing.items()
    ]
    return replace(draft, steps=tuple(steps), ties=(*ties, *joined))


def _is_left(step: DraftStep) -> bool:
    return step.stage <= Stage.BEGUN


def _closes_on(step: DraftStep) -> Calendar:
    calendar = step.calendar
    return (isinstance(calendar, PeriodCalendar) and calendar.closes_on) or calendar


def _closes_later(step: DraftStep) -> bool:
    """Tell whether more of a period is left than the day on which it closes."""
    is_period = isinstance(step.calendar, PeriodCalendar) and _is_left(step)
    return is_period and (step.duration if step.remaining is None else step.remaining) > 1


def _apart(step: DraftStep, closed: str, title: Callable[[str], str]) -> Iterator[DraftStep]:
    """Yield a period as two steps."""
    yield replace(
        step,
        duration=step.duration - 1,
        calendar=EVERY_DAY,
        deadline=None,
        remaining=None if step.remaining is None else step.remaining - 1,
    )
    yield DraftStep(
        id=closed,
        name=title(step.name or step.id),
        duration=1,
        calendar=_closes_on(step),
        deadline=step.deadline,
    )
