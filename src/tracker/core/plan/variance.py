"""A plan beside the one that was agreed: by how much each step and the whole have moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.core.calendars import Calendar, boundary_after
from tracker.core.plan import Plan, PlannedStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The plan as agreed on a day: the finish of its target, and of each step; None where unknown.

    `number` counts the baselines of a project from 1; the newest is the plan that holds.
    """

    number: int
    agreed_on: date
    reason: str
    decision: str | None
    target: str
    deadline: date | None
    finish: date
    steps: Mapping[str, date | None]
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Variance:
    """Forecast less baseline; above 0 is later. Working days, and calendar days for accounting."""

    baseline: date
    forecast: date
    working_days: int
    calendar_days: int


def finishes(plan: Plan) -> Mapping[str, date | None]:
    """Return when each step ends: as recorded where it is over, as forecast where it is not."""
    return {step.step.id: finish_of(step) for step in plan.steps}


def finish_of(step: PlannedStep) -> date | None:
    """Return the recorded finish of a step, else its forecast one."""
    return step.progress.finish if step.progress.is_over else step.early_finish


def forecast_of(plan: Plan) -> date | None:
    """Return the forecast of the target, or the day on which it was reached, if known."""
    return plan.finish or finish_of(plan.steps[-1])


def variance(before: date | None, now: date | None, working_days: Calendar) -> Variance | None:
    """Return by how much a day has moved; None while one of the two is unknown."""
    if before is None or now is None:
        return None
    worked = working_days.worked_before
    moved = worked[boundary_after(now)] - worked[boundary_after(before)]
    return Variance(before, now, moved, (now - before).days)


def variances(
    plan: Plan, baseline: Baseline, working_days: Calendar
) -> Mapping[str, Variance | None]:
    """Return the variance of each step that the baseline knows."""
    now = finishes(plan)
    return {
        step: variance(before, now[step], working_days)
        for step, before in baseline.steps.items()
        if step in now
    }
