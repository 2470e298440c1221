"""What the form of a network cannot say: names that fit, dates in reach, progress that can be."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches

from tracker.core.calendars import LAST_DAY, Calendar
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.problems import message
from tracker.exchange.refusal import RefusedNetworkError

MOST_DAYS = 10_000
MOST_STEPS, MOST_LINKS = 500_000, 5_000_000


def check(draft: Draft) -> None:
    """Raise RefusedNetworkError for the first thing that cannot be scheduled."""
    _check_size(draft)
    _check_names(draft)
    _check_quantities(draft)
    _check_project_dates(draft)
    _check_calendars(draft)
    for step in draft.steps:
        _check_step(draft, step)


def _check_size(draft: Draft) -> None:
    for what, count, most in (
        ("steps", len(draft.steps), MOST_STEPS),
        ("links", len(draft.ties), MOST_LINKS),
    ):
        if count > most:
            raise RefusedNetworkError(
                "too_large",
                what,
                message(
                    "There are {count} entries; the most allowed is {most}.", count=count, most=most
                ),
                message("Divide the plan."),
            )


def _check_quantities(draft: Draft) -> None:
    days = [(f"step {step.id}", step.duration, step.remaining or 0) for step in draft.steps]
    lags = [(f"link {tie.predecessor} → {tie.successor}", abs(tie.lag), 0) for tie in draft.ties]
    for where, *counts in [*days, *lags]:
        if max(counts) > MOST_DAYS:
            what = message(
                "{count} days is too long; the most allowed is {most}.",
                count=max(counts),
                most=MOST_DAYS,
            )
            raise RefusedNetworkError("too_large", where, what, message("Check this number."))


def _check_calendars(draft: Draft) -> None:
    """Refuse a plan that starts before a calendar it counts by, or for which it never works."""
    counting = [tie.calendar for tie in draft.ties if tie.lag]
    counting += [step.valid_for.calendar for step in draft.steps if step.valid_for]
    for calendar in dict.fromkeys([*(step.calendar for step in draft.steps), *counting]):
        calendar.check_works(max(draft.start, calendar.first_day))
        if draft.start < calendar.first_day:
            _check_reach(calendar, draft.start, "start")


def _check_names(draft: Draft) -> None:
    for step, count in Counter(step.id for step in draft.steps).items():
        if count > 1:
            raise RefusedNetworkError(
                "duplicate_step",
                f"step {step}",
                message("{count} steps are called '{step}'.", count=count, step=step),
                message("Give each its own id."),
            )
    for tie in draft.ties:
        where = f"link {tie.predecessor} → {tie.successor}"
        if tie.predecessor == tie.successor:
            raise RefusedNetworkError(
                "self_link",
                where,
                message("The step '{step}' is linked to itself.", step=tie.predecessor),
                message("Drop the link."),
            )
        _check_known(draft, (tie.predecessor, tie.successor), where)
    for step_ in draft.steps:
        if step_.valid_for:
            where = f"step {step_.id}: valid_for"
            _check_known(draft, step_.valid_for.used_by, where)
            if step_.id in step_.valid_for.used_by:
                raise RefusedNetworkError(
                    "self_link",
                    where,
                    message("The approval from '{step}' is used by the same step.", step=step_.id),
                    message("Name the step that uses it."),
                )


def _check_known(draft: Draft, steps: tuple[str, ...], where: str) -> None:
    for step in steps:
        if step not in draft.by_id:
            close = get_close_matches(step, draft.by_id, n=1)
            remedy = (
                message("Did you mean '{step}'?", step=close[0])
                if close
                else message("Define it under steps, or delete the reference to it.")
            )
            what = message("No step is called '{step}'.", step=step)
            raise RefusedNetworkError("unknown_step", where, what, remedy)


def _check_project_dates(draft: Draft) -> None:
    for name in ("start", "deadline", "status_date"):
        _check_reach(draft.calendar, getattr(draft, name), name)


def _check_step(draft: Draft, step: DraftStep) -> None:
    where = f"step {step.id}"
    if step.not_before and step.not_before > LAST_DAY:  # an earlier one holds nothing back
        _check_reach(step.calendar, step.not_before, f"{where}: not_before")
    for name, day in _dates(step):
        _check_reach(step.calendar, day, f"{where}: {name}")
    progress = (step.actual_start, step.actual_finish, step.remaining, step.expected_finish)
    if draft.status_date is None and any(value is not None for value in progress):
        raise RefusedNetworkError(
            "progress_without_status_date",
            where,
            message("The step has progress, but the plan has no status date."),
            message("Give status_date: the first day not yet known."),
        )
    if step.actual_finish and step.actual_start is None and step.duration:
        raise RefusedNetworkError(
            "finish_without_start",
            where,
            message("The step has a finish but no start."),
            message("Give actual_start too."),
        )
    if step.actual_finish and step.actual_start and step.actual_finish < step.actual_start:
        raise RefusedNetworkError(
            "finish_before_start",
            where,
            message(
                "The step ends {finish}, before its start {start}.",
                finish=step.actual_finish,
                start=step.actual_start,
            ),
            message("Check both dates."),
        )
    _check_quantiles(step, where)
    step.own_calendar.check_works(max(draft.start, step.calendar.first_day))


def _dates(step: DraftStep) -> Iterator[tuple[str, date | None]]:
    for name in (
        "deadline",
        "start_by",
        "actual_start",
        "actual_finish",
        "expected_finish",
    ):
        yield name, getattr(step, name)
    for first, last in step.stops:
        if last < first:
            raise RefusedNetworkError(
                "bad_date",
                f"step {step.id}: stops",
                message("The stop ends {last}, before it begins {first}.", last=last, first=first),
                message("Check both dates."),
            )
        yield "stops", first
        yield "stops", last


def _check_reach(calendar: Calendar, day: date | None, where: str) -> None:
    if day is None or calendar.first_day <= day <= calendar.last_day:
        return
    raise RefusedNetworkError(
        "outside_calendar",
        where,
        message(
            "A date falls outside the calendar '{calendar}', {first} to {last}.",
            calendar=calendar.name,
            first=calendar.first_day,
            last=calendar.last_day,
        ),
        message("Check the date."),
    )


def _check_quantiles(step: DraftStep, where: str) -> None:
    if (step.p50 is None) != (step.p80 is None):
        raise RefusedNetworkError(
            "missing_field",
            where,
            message("The fields p50 and p80 belong together."),
            message("Give both, or none."),
        )
    if step.p50 and step.p80 and step.p80 < step.p50:
        raise RefusedNetworkError(
            "bad_duration",
            where,
            message("p80 is smaller than p50."),
            message(
                "For p50, give the days within which half of such steps finish; for p80, the days"
                " within which 80 % finish."
            ),
        )
