"""A task of a Project XML file as a step of a draft."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.plan.draft import DraftStep
from tracker.core.problems import message
from tracker.exchange.mspdi.codes import ELAPSED_FORMATS, Constraint
from tracker.exchange.mspdi.days import WholeDays, start_for
from tracker.exchange.mspdi.element import Element, missing, unsupported, where_of

_FREE = (Constraint.AS_SOON_AS_POSSIBLE, Constraint.AS_LATE_AS_POSSIBLE)


def step_of(task: Element, calendar: Calendar, count: WholeDays) -> DraftStep:
    """Return a task as a step; `calendar` is its own, or the project's."""
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
    left = task.minutes("RemainingDuration") if begun and not ended else None
    step = DraftStep(
        id=task.content("UID"),
        name=task.content("Name"),
        duration=count.days(minutes, f"{where}: Duration", is_elapsed=is_elapsed),
        calendar=calendar,
        actual_start=begun.date() if begun else None,
        actual_finish=ended.date() if ended else None,
        remaining=None
        if left is None
        else count.days(left, f"{where}: RemainingDuration", is_elapsed=is_elapsed),
    )
    return _with_deadline(_with_constraint(step, task, count, where), task, count, where)


def is_by_hand(task: Element) -> bool:
    """Tell whether a task that is not over is scheduled by hand."""
    return task.is_true("Manual") and not task.moment("ActualFinish")


def _refuse(task: Element, calendar: Calendar, where: str) -> None:
    if task.is_true("ExternalTask"):
        raise unsupported(where, message("The task is in another file."))
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
    if start is None and finish is None:
        raise unsupported(where, message("The task is scheduled by hand, but has no dates."))
    minutes = task.minutes("Duration")
    is_instant = minutes == 0 or (start is not None and start == finish)
    first = start and count.first_day(start, f"{where}: Start")
    last = finish and count.last_day(finish, f"{where}: Finish")
    if not is_instant and any(day and not calendar.is_worked(day) for day in (first, last)):
        calendar = EVERY_DAY
    if is_instant:
        duration = 0
    elif first and last:
        duration = calendar.count(first, last)
    elif minutes is None:
        raise missing(where, "Duration")
    else:
        is_elapsed = calendar is EVERY_DAY
        duration = count.days(minutes, f"{where}: Duration", is_elapsed=is_elapsed)
    begun = task.moment("ActualStart")
    at = first or start_for(last, duration, calendar) if last else first
    step = DraftStep(
        id=task.content("UID"),
        name=task.content("Name"),
        duration=duration,
        calendar=calendar,
        not_before=at,
        is_fixed=True,
        actual_start=begun.date() if begun else None,
        expected_finish=last if begun else None,
    )
    return _with_deadline(step, task, count, where)


def _with_deadline(step: DraftStep, task: Element, count: WholeDays, where: str) -> DraftStep:
    if (at := task.moment("Deadline")) is None:
        return step
    return bounded(step, deadline=count.last_day(at, f"{where}: Deadline"))


def _with_constraint(step: DraftStep, task: Element, count: WholeDays, where: str) -> DraftStep:
    """Return a step with what its constraint allows; nothing holds the start of one begun."""
    kind, at = constraint_of(task, where)
    if at is None or kind in _FREE:
        return step
    is_waiting = step.actual_start is None
    here = f"{where}: ConstraintDate"
    match kind:
        case Constraint.START_NO_EARLIER_THAN:
            return replace(step, not_before=count.first_day(at, here))
        case Constraint.START_NO_LATER_THAN:
            return replace(step, start_by=count.first_day(at, here))
        case Constraint.FINISH_NO_LATER_THAN:
            return bounded(step, deadline=count.last_day(at, here))
        case Constraint.FINISH_NO_EARLIER_THAN:
            finish = count.last_day(at, here)
            return replace(step, not_before=start_for(finish, step.duration, step.calendar))
        case Constraint.MUST_START_ON:
            day = count.first_day(at, here)
            return replace(step, not_before=day, start_by=day, is_fixed=is_waiting)
    finish = count.last_day(at, here)
    day = start_for(finish, step.duration, step.calendar)
    return bounded(replace(step, not_before=day, is_fixed=is_waiting), deadline=finish)


def constraint_of(task: Element, where: str) -> tuple[Constraint, datetime | None]:
    """Return the kind of a task's constraint and its moment."""
    number = task.number("ConstraintType")
    try:
        return Constraint(number), task.moment("ConstraintDate")
    except ValueError:
        words = message("The constraint of the task is of no known type ({kind}).", kind=number)
        raise unsupported(where, words) from None


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
