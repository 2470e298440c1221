"""A task of a Project XML file as a step of a draft."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.plan.draft import DraftStep
from tracker.core.problems import message
from tracker.exchange.mspdi.codes import ELAPSED_FORMATS, Constraint
from tracker.exchange.mspdi.days import WholeDays, start_for
from tracker.exchange.mspdi.element import Element, missing, refused, unsupported, where_of

_ABOUT_FINISHES = (
    Constraint.MUST_FINISH_ON,
    Constraint.FINISH_NO_EARLIER_THAN,
    Constraint.FINISH_NO_LATER_THAN,
)
_FREE = (Constraint.AS_SOON_AS_POSSIBLE, Constraint.AS_LATE_AS_POSSIBLE)


def step_of(task: Element, calendar: Calendar, count: WholeDays, *, honours: bool) -> DraftStep:
    """Return a task as a step; `calendar` is its own, or the project's.

    A plan that `honours` its constraints keeps fixed dates whatever the links ask.
    """
    where = where_of(task)
    _refuse(task, calendar, where)
    is_elapsed = task.number("DurationFormat", 7) in ELAPSED_FORMATS
    calendar = EVERY_DAY if is_elapsed else calendar
    begun, ended = task.moment("ActualStart"), task.moment("ActualFinish")
    if task.is_true("Manual") and not ended:
        return _by_hand(task, calendar, count, where)
    minutes = task.minutes("Duration")
    if minutes is None:
        raise missing(where, "Duration")
    left = _left(task, minutes, where) if not ended else None
    step = DraftStep(
        id=task.content("UID"),
        name=task.content("Name"),
        duration=count.days(minutes, f"{where}: Duration", is_elapsed=is_elapsed),
        calendar=calendar,
        is_elapsed=is_elapsed,
        actual_start=begun.date() if begun else None,
        actual_finish=ended.date() if ended else None,
        remaining=None
        if left is None
        else count.days(left, f"{where}: RemainingDuration", is_elapsed=is_elapsed),
    )
    if step.duration == 0 and ended:
        at = count.instant(_rounded(ended, count), f"{where}: ActualFinish")
        step = replace(step, ends_day=at.ends_day)
    elif step.duration == 0:
        step = _instant_with(step, task, count, honours=honours)
    else:
        step = _with_constraint(step, task, count, where, honours=honours)
    return _with_deadline(step, task, count)


def _rounded(at: datetime, count: WholeDays) -> datetime:
    """Return when a milestone was reached; one within a day counts as reached by its end."""
    if count.hours.is_around_the_clock and at.time() != time(0):
        return datetime.combine(at.date() + timedelta(days=1), time(0))
    is_within = count.hours.first < at.time() < count.hours.last
    return datetime.combine(at.date(), count.hours.last) if is_within else at


def _left(task: Element, minutes: float, where: str) -> float | None:
    """Return the minutes left of a task under way: said, or by what is done of it."""
    share, begun = task.number("PercentComplete"), task.moment("ActualStart")
    if begun is None:
        if share:
            words = message("The task is {share} % complete, but has no actual start.", share=share)
            raise unsupported(where, words)
        return None
    if share == 100:
        words = message("The task is complete, but has no actual finish.")
        raise unsupported(where, words)
    left, done = task.minutes("RemainingDuration"), task.minutes("ActualDuration")
    if left is not None:
        return left
    if done is not None:
        return minutes - done
    return minutes * (100 - share) / 100 if share else None


def is_by_hand(task: Element) -> bool:
    """Tell whether a task that is not over is scheduled by hand."""
    return task.is_true("Manual") and not task.moment("ActualFinish")


def _refuse(task: Element, calendar: Calendar, where: str) -> None:
    if task.is_true("ExternalTask"):
        raise unsupported(where, message("The task is in another file."))
    if task.is_true("IsSubproject"):
        raise unsupported(where, message("The task stands for a plan in another file."))
    if task.number("LevelingDelay"):
        raise unsupported(where, message("The task is delayed by resource levelling."))
    stop, resume = task.moment("Stop"), task.moment("Resume")
    if not stop or not resume or task.moment("ActualFinish"):
        return
    is_apart = resume - stop > timedelta(days=1)
    if is_apart and calendar.count(stop.date(), resume.date()) > 2:
        raise unsupported(where, message("The task is split."))


def _by_hand(task: Element, calendar: Calendar, count: WholeDays, where: str) -> DraftStep:
    """Return a task scheduled by hand: its dates hold, on days off too."""
    start = task.moment("ManualStart") or task.moment("Start")
    finish = task.moment("ManualFinish") or task.moment("Finish")
    moment = start or finish
    if moment is None:
        raise unsupported(where, message("The task is scheduled by hand, but has no dates."))
    if task.minutes("Duration") == 0 or start == finish:
        at = count.instant(moment, where)
        span = _Span(at.not_before, 0, calendar, ends_day=at.ends_day)
    else:
        span = _span(task, (start, finish), calendar, count, where)
    begun = task.moment("ActualStart")
    step = DraftStep(
        id=task.content("UID"),
        name=task.content("Name"),
        duration=span.days,
        calendar=span.calendar,
        not_before=span.first,
        is_fixed=True,
        ends_day=span.ends_day,
        actual_start=begun.date() if begun else None,
        expected_finish=span.last if begun else None,
    )
    return _with_deadline(step, task, count)


@dataclass(frozen=True, slots=True)
class _Span:
    """The dates that a task scheduled by hand holds, and the calendar they are counted by."""

    first: date
    days: int
    calendar: Calendar
    last: date | None = None
    ends_day: bool = False


def _span(
    task: Element,
    moments: tuple[datetime | None, datetime | None],
    calendar: Calendar,
    count: WholeDays,
    where: str,
) -> _Span:
    """Return the days from start to finish; of one end alone, with its duration.

    An evening start is the next day worked, a finish in the morning the last one. A day off that is
    named all the same was meant: then every day counts.
    """
    start, finish = moments
    first = start and count.first_day(start, f"{where}: Start", calendar)
    last = finish and count.last_day(finish, f"{where}: Finish", calendar)
    if any(day and not calendar.is_worked(day) for day in (first, last)):
        calendar = EVERY_DAY
    if first and last:
        days = calendar.count(first, last)
    else:
        minutes = task.minutes("Duration")
        if minutes is None:
            raise missing(where, "Duration")
        is_elapsed = task.number("DurationFormat", 7) in ELAPSED_FORMATS
        days = count.days(minutes, f"{where}: Duration", is_elapsed=is_elapsed)
    if days < 1:
        words = message(
            "The task ends {finish}, before its start {start}.", finish=last, start=first
        )
        raise refused("finish_before_start", where, words, message("Check both dates."))
    if first:
        return _Span(first, days, calendar, last)
    assert last
    return _Span(start_for(last, days, calendar), days, calendar, last)


def _with_deadline(step: DraftStep, task: Element, count: WholeDays) -> DraftStep:
    if (at := task.moment("Deadline")) is None:
        return step
    return due_by(step, at, count, f"{where_of(task)}: Deadline")


def due_by(step: DraftStep, at: datetime, count: WholeDays, where: str) -> DraftStep:
    """Return a step that has to be over by a moment."""
    if step.duration:
        return bounded(step, deadline=count.last_day(at, where, step.calendar))
    instant = count.instant(at, where, is_finish=True)
    return bounded(step, deadline=instant.last_day(step.calendar))


def with_late_dates_fixed(step: DraftStep) -> DraftStep:
    """Return a step with fixed dates that may not be later either: its late dates are the plan."""
    if step.not_before is None or step.actual_start:
        return step
    if step.duration:
        return replace(step, start_by=step.not_before)
    return bounded(step, deadline=step.not_before - timedelta(days=1))


def _with_constraint(
    step: DraftStep, task: Element, count: WholeDays, where: str, *, honours: bool
) -> DraftStep:
    """Return a step with what its constraint allows; nothing holds the start of one begun."""
    kind, at = constraint_of(task, where)
    if at is None or kind in _FREE:
        return step
    is_fixed, own = honours and step.actual_start is None, step.calendar
    here = f"{where}: ConstraintDate"
    match kind:
        case Constraint.START_NO_EARLIER_THAN:
            return replace(step, not_before=count.first_day(at, here, own))
        case Constraint.START_NO_LATER_THAN:
            return replace(step, start_by=count.first_day(at, here, own))
        case Constraint.FINISH_NO_LATER_THAN:
            return bounded(step, deadline=count.last_day(at, here, own))
        case Constraint.FINISH_NO_EARLIER_THAN:
            finish = count.last_day(at, here, own)
            return replace(step, not_before=start_for(finish, step.duration, own))
        case Constraint.MUST_START_ON:
            day = count.first_day(at, here, own)
            return replace(step, not_before=day, start_by=day, is_fixed=is_fixed)
    finish = count.last_day(at, here, own)
    day = start_for(finish, step.duration, own)
    return bounded(replace(step, not_before=day, is_fixed=is_fixed), deadline=finish)


def _instant_with(step: DraftStep, task: Element, count: WholeDays, *, honours: bool) -> DraftStep:
    """Return a milestone with its constraint, which is about an instant."""
    where = where_of(task)
    kind, moment = constraint_of(task, where)
    if moment is None or kind in _FREE:
        return step
    is_finish = kind in _ABOUT_FINISHES
    at = count.instant(moment, f"{where}: ConstraintDate", is_finish=is_finish)
    match kind:
        case Constraint.START_NO_EARLIER_THAN | Constraint.FINISH_NO_EARLIER_THAN:
            at = at.worked(step.calendar)
            return replace(step, not_before=at.not_before, ends_day=at.ends_day)
        case Constraint.START_NO_LATER_THAN | Constraint.FINISH_NO_LATER_THAN:
            return bounded(step, deadline=at.last_day(step.calendar))
    is_fixed, at = honours and step.actual_start is None, at.worked(step.calendar)
    held = replace(step, not_before=at.not_before, ends_day=at.ends_day, is_fixed=is_fixed)
    return bounded(held, deadline=at.last_day(step.calendar))


def constraint_of(task: Element, where: str) -> tuple[Constraint, datetime | None]:
    """Return the kind of a task's constraint and its moment."""
    number = task.number("ConstraintType")
    try:
        kind = Constraint(number)
    except ValueError:
        words = message("The constraint of the task is of no known type ({kind}).", kind=number)
        raise unsupported(where, words) from None
    at = task.moment("ConstraintDate")
    if at is None and kind not in _FREE:
        raise missing(where, "ConstraintDate")
    return kind, at


def bounded(
    step: DraftStep, *, not_before: date | None = None, deadline: date | None = None
) -> DraftStep:
    """Return a step with further bounds; the tighter ones count."""
    floors = [day for day in (step.not_before, not_before) if day]
    limits = [day for day in (step.deadline, deadline) if day]
    return replace(
        step,
        not_before=step.not_before if step.is_fixed else max(floors, default=None),
        deadline=min(limits, default=None),
    )
