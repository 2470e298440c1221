"""What a planner should know of a network beside its dates. None of it changes a date."""

from collections.abc import Iterator, Sequence
from datetime import date

from tracker.core.calendars import Lookup, boundary_after, boundary_before, day_until
from tracker.core.model import LinkType
from tracker.core.network import Arc
from tracker.core.plan.draft import Draft, Split
from tracker.core.plan.engine.lags import Measure, measure_of
from tracker.core.plan.facts import Stage
from tracker.core.plan.finding import Finding, shortened
from tracker.core.plan.reasons import asks, demand, holds, lag_of, start_of
from tracker.core.plan.schedule import Schedule
from tracker.core.plan.validity import BrokenWindow
from tracker.core.problems import message


def cycles(split: Split) -> Iterator[Finding]:
    """Yield one shortest cycle of each part that is not computed; at most ten steps are named."""
    for cycle in split.cycles:
        steps = shortened(cycle)
        words = message("These steps wait for one another: {steps}.", steps=" → ".join(steps))
        yield Finding(
            code="cycle", steps=tuple(step for step in steps if step != "…"), sentence=words
        )


def findings(draft: Draft, schedule: Schedule) -> list[Finding]:
    """Return what is odd about a computed network, in the order of its steps."""
    arcs = schedule.column.network.arcs
    return [
        *(found for arc in arcs for found in _of_arc(schedule, arc)),
        *_ahead_of_time(draft),
        *_dangling(draft, schedule),
        *_days_off(draft, schedule),
        *_not_kept(draft, schedule),
        *_bound_alone(schedule),
    ]


def _link(schedule: Schedule, arc: Arc) -> tuple[str, str]:
    nodes = schedule.column.network.nodes
    return nodes[arc.predecessor].id, nodes[arc.successor].id


def _of_arc(schedule: Schedule, arc: Arc) -> Iterator[Finding]:
    before, after = link = _link(schedule, arc)
    if arc.type is LinkType.START_TO_FINISH:
        words = message(
            "{after} may not finish before {before} starts: is this link correct?",
            before=before,
            after=after,
        )
        yield Finding(code="start_to_finish_link", steps=link, sentence=words, is_link=True)
    if _is_out_of_sequence(schedule, arc):
        words = message(
            "{after} went ahead before its predecessor {before} allowed it.",
            before=before,
            after=after,
        )
        yield Finding(code="out_of_sequence", steps=link, sentence=words, is_link=True)
    if _is_clipped(schedule, arc):
        words = message(
            "With its lead on {before}, {after} would start before the project start or the status"
            " date; it is scheduled from that date instead.",
            before=before,
            after=after,
        )
        yield Finding(code="lead_clipped", steps=link, sentence=words, is_link=True)


def _is_out_of_sequence(schedule: Schedule, arc: Arc) -> bool:
    """Tell whether the recorded days of the successor contradict the link."""
    column, facts = schedule.column, schedule.column.facts
    before, after = column.stages[arc.predecessor], column.stages[arc.successor]
    recorded = (Stage.FINISHED,) if arc.type.is_to_finish else (Stage.BEGUN, Stage.FINISHED)
    if after not in recorded or before >= Stage.OFF:
        return False
    begun = before in (Stage.BEGUN, Stage.FINISHED)
    if not (begun if arc.type.is_from_start else before is Stage.FINISHED):
        return True
    node = column.network.nodes[arc.successor]
    measure = measure_of(arc.type, column.network.finish_rule)
    at = (facts.stood if arc.type.is_to_finish else facts.began)[arc.successor, 0]
    table = node.calendar.worked_before
    if measure is Measure.FINISH_DATE:
        table = node.calendar.finish_at
    return table[asks(column, arc)] > table[int(at)]


def _is_clipped(schedule: Schedule, arc: Arc) -> bool:
    """Tell whether a lead asks for a day before the floor at which its successor then starts."""
    column, facts = schedule.column, schedule.column.facts
    before, after = column.stages[arc.predecessor], arc.successor
    met = arc.type.is_from_start and before in (Stage.BEGUN, Stage.FINISHED)
    if lag_of(column, arc) >= 0 or met or before >= Stage.FINISHED:
        return False
    if not column.is_left[after] or not holds(column, arc):
        return False
    space = column.circuit.cells[column.circuit.work[after]].space
    floor = space.worked_before[max(int(facts.start[0]), int(facts.today[0]))]
    return demand(column, arc) < floor == start_of(column, after)


def _ahead_of_time(draft: Draft) -> Iterator[Finding]:
    """Yield the steps that are recorded as done on days that are not yet known."""
    for step in draft.steps:
        for day in (step.actual_start, step.actual_finish):
            if day and draft.status_date and day >= draft.status_date:
                words = message(
                    "The recorded date {day} of {step} is not before the status date"
                    " {status_date}, so it cannot be a fact yet.",
                    step=step.id,
                    day=day,
                    status_date=draft.status_date,
                )
                yield Finding(code="out_of_sequence", steps=(step.id,), sentence=words)
                break


def _dangling(draft: Draft, schedule: Schedule) -> Iterator[Finding]:
    """Yield the ends of the network but for the last: nothing waits for what they give."""
    column = schedule.column
    last = max(schedule.ends, key=lambda n: (column.ends(column.early, n), n), default=None)
    held = {tie.predecessor for tie in draft.ties if draft.is_held(tie)}
    for n in schedule.ends:
        step = column.network.nodes[n].id
        if n != last and step not in held:
            words = message("{step} has no successor: is a link missing?", step=step)
            yield Finding(code="dangling_end", steps=(step,), sentence=words)


def _days_off(draft: Draft, schedule: Schedule) -> Iterator[Finding]:
    """Yield the deadlines that fall on a day off: the last working day before it counts."""
    for n, node in enumerate(schedule.column.network.nodes):
        step = draft.by_id[node.id]
        for day in (step.deadline, step.start_by):
            if day and schedule.column.is_left[n] and not step.calendar.is_worked(day):
                last = _last_worked(step.calendar.worked_before, step.calendar.end_of, day)
                words = message(
                    "The date {day} of {step} is not a working day; {last} is used instead.",
                    day=day,
                    step=node.id,
                    last=last,
                )
                yield Finding(code="deadline_on_day_off", steps=(node.id,), sentence=words)
    if draft.deadline and not draft.calendar.is_worked(draft.deadline):
        calendar = draft.calendar
        last = _last_worked(calendar.worked_before, calendar.end_of, draft.deadline)
        words = message(
            "The deadline {day} is not a working day; {last} is used instead.",
            day=draft.deadline,
            last=last,
        )
        yield Finding(code="deadline_on_day_off", steps=(), sentence=words)


def _not_kept(draft: Draft, schedule: Schedule) -> Iterator[Finding]:
    """Yield fixed days and expected finishes that the schedule does not keep."""
    column = schedule.column
    for n, node in enumerate(column.network.nodes):
        step = draft.by_id[node.id]
        if not column.is_left[n]:
            continue
        early = schedule.early(n)
        is_held = step.is_fixed and column.stages[n] is Stage.WAITING
        wanted = boundary_before(step.not_before) if is_held and step.not_before else None
        if wanted is not None and column.starts(column.early, n) > wanted:
            words = message(
                "The dates of {step} are fixed from {day} on, which is before the project start,"
                " the status date or a working day; it is scheduled from {start}.",
                step=node.id,
                day=step.not_before,
                start=early.start,
            )
            yield Finding(code="fixed_date_missed", steps=(node.id,), sentence=words)
        expected = step.expected_finish
        if expected and early.finish > expected and not node.is_milestone:
            words = message(
                "{step} was expected to finish on {day}, but its earliest finish is {finish}.",
                step=node.id,
                day=expected,
                finish=early.finish,
            )
            yield Finding(code="expected_finish_missed", steps=(node.id,), sentence=words)


def _bound_alone(schedule: Schedule) -> Iterator[Finding]:
    """Yield the steps that can slip and move no other, yet not so far without missing a bound.

    With a lead a step may end last though another follows it: its own finish is then the bound.
    """
    for n, node in enumerate(schedule.column.network.nodes):
        free, total = schedule.free_floats[n], schedule.total_floats[n]
        if schedule.column.is_left[n] and free > total >= 0:
            words = message(
                "{step} can slip {free} d without moving another step, but only {total} d without"
                " moving the finish or missing a deadline.",
                step=node.id,
                free=free,
                total=total,
            )
            yield Finding(code="free_above_total", steps=(node.id,), sentence=words)


def _last_worked(worked_before: Lookup, end_of: Lookup, day: date) -> date:
    return day_until(end_of[worked_before[boundary_after(day)]])


def broken(schedule: Schedule, windows: Sequence[BrokenWindow]) -> Iterator[Finding]:
    """Yield what a broken window asks for: another day of issue, or a renewal."""
    names = [node.id for node in schedule.column.network.nodes]
    for found in windows:
        giver, user = names[found.window.giver], names[found.window.user]
        values = {
            "giver": giver,
            "user": user,
            "expires": found.expires,
            "used": found.used,
            "first": found.earliest_issue,
            "last": found.latest_issue,
        }
        if found.latest_issue:
            words = message(
                "The approval from {giver} is valid until {expires}, but {user} starts on {used};"
                " obtain it between {first} and {last}, or renew it.",
                **values,
            )
            yield Finding(
                code="window_broken",
                steps=(giver, user),
                sentence=words,
                latest_issue=found.latest_issue,
            )
        elif not schedule.column.is_left[found.window.giver]:
            words = message(
                "The approval obtained from {giver} is valid until {expires}, but {user} starts on"
                " {used}: renew it.",
                **values,
            )
            yield Finding(code="window_broken", steps=(giver, user), sentence=words)
        else:
            between = shortened(tuple(names[n] for n in found.conflict))
            words = message(
                "The approval from {giver} is valid until {expires}, but {user} starts on {used},"
                " and no date of issue would be late enough: {steps} take longer than the validity"
                " period. Renew it, or shorten these steps.",
                steps=", ".join(between),
                **values,
            )
            yield Finding(
                code="window_broken", steps=tuple(n for n in between if n != "…"), sentence=words
            )
