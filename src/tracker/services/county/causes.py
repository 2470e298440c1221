"""Why projects are late, where their slips come from, and what would help each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.delay import account
from tracker.core.digest import Cause
from tracker.core.flag import LATE_LIGHTS, Light, Standing
from tracker.core.model import Sight
from tracker.core.plan.variance import Baseline, finishes, forecast_of
from tracker.core.why_late import why_late
from tracker.law import Catalog
from tracker.services.county import survey
from tracker.services.projects.help import help_for
from tracker.services.projects.lookup import View
from tracker.store import Session, baselines, projects
from tracker.store.projects import Record


@dataclass(frozen=True, slots=True)
class Measured:
    """A plan that a forecast is measured against, and what it showed as its finish."""

    baseline: Baseline
    shown: date


def causes(
    session: Session, views: Iterable[View], catalog: Catalog, sight: Sight
) -> Mapping[int, Cause]:
    """Return the cause of each project that is late or undecided, by number."""
    wanted = [v for v in views if v.standing.light in (*LATE_LIGHTS, Light.OPEN)]
    agreed = measured_against(session, [view.record for view in wanted], catalog, sight)
    return {
        v.record.project.id: _cause(v, agreed.get(v.record.project.id), catalog) for v in wanted
    }


def cause_of(session: Session, view: View, catalog: Catalog, sight: Sight) -> Cause:
    """Return the cause of one project, whatever its light."""
    agreed = measured_against(session, [view.record], catalog, sight)
    return _cause(view, agreed.get(view.record.project.id), catalog)


def _cause(view: View, agreed: Measured | None, catalog: Catalog) -> Cause:
    helped, plan = help_for(view, catalog), view.standing.plan
    return Cause(
        why=why_late(view.standing, helped),
        help=helped,
        accounting=account(view.blueprint, plan, agreed.baseline, shown=agreed.shown)
        if agreed and plan.steps
        else None,
    )


def measured_against(
    session: Session, records: Sequence[Record], catalog: Catalog, sight: Sight
) -> Mapping[int, Measured]:
    """Return the plan that was agreed for each project, or else the first that was known of it."""
    agreed = baselines.newest(session, sight)
    found = {number: Measured(each, each.finish) for number, each in agreed.items()}
    days = projects.first_days(session, sight.through)
    groups: dict[date, set[int]] = defaultdict(set)
    for number in {record.project.id for record in records} - found.keys():
        groups[days[number]].add(number)
    for day, numbers in groups.items():
        first = Sight.on(day, through=sight.through)
        then = [r for r in projects.load(session, first) if r.project.id in numbers]
        for standing in survey.views_of(then, catalog, day).standings:
            if measure := _first(standing, day):
                found[standing.project.id] = measure
    return found


def _first(standing: Standing, day: date) -> Measured | None:
    """Return the first plan of a project as one that a forecast is measured against."""
    plan = standing.plan
    shown = forecast_of(plan) if plan.steps else None
    if shown is None:
        return None
    baseline = Baseline(
        number=0,
        agreed_on=day,
        reason="",
        decision=None,
        target=standing.project.target,
        deadline=plan.deadline,
        finish=plan.span.likely or shown,
        steps=finishes(plan),
    )
    return Measured(baseline, shown)
