"""The county as of a day: every project with its plan, its flags and its light."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from tracker.core.digest import worst_first
from tracker.core.flag import Standing, standing
from tracker.core.knowledge.ground import Ground
from tracker.core.model import ProjectState, Sight, Step
from tracker.core.plan import no_plan
from tracker.core.problems import TrackerError, message
from tracker.law import Catalog
from tracker.services.projects.lookup import BeforeTheRecordError, clocks_beside
from tracker.services.projects.planning import ground_for, planned
from tracker.store import Session, projects
from tracker.store.projects import Record


def survey(session: Session, catalog: Catalog, sight: Sight) -> tuple[Standing, ...]:
    """Return every project that is not archived, from where one looks, worst first."""
    return worst_first(standings_of(planned_records(session, sight), catalog, sight.status_date))


def planned_records(session: Session, sight: Sight) -> list[Record]:
    """Return the projects that are not archived. Raises BeforeTheRecordError."""
    first = projects.first_day(session)
    if first and sight.status_date < first:
        raise BeforeTheRecordError(sight.status_date, first)
    found = projects.load(session, sight)
    return [record for record in found if record.project.state is not ProjectState.ARCHIVED]


def standings_of(records: Iterable[Record], catalog: Catalog, status_date: date) -> list[Standing]:
    """Return how some projects stand; those that share a network are planned in one call.

    One that cannot be planned keeps no other from it: it is unclear, and says why.
    """
    groups: dict[Ground, list[Record]] = defaultdict(list)
    found: list[Standing] = []
    for record in records:
        try:
            groups[ground_for(record, catalog, status_date)].append(record)
        except TrackerError as error:
            found.append(_unplanned(record, error, catalog, status_date, record.project.target))
    for ground, group in groups.items():
        try:
            found.extend(_planned(ground, group, catalog, status_date))
        except TrackerError:
            found.extend(_planned_alone(ground, record, catalog, status_date) for record in group)
    return found


def _planned(
    ground: Ground, group: Sequence[Record], catalog: Catalog, status_date: date
) -> list[Standing]:
    found = planned(ground, group, catalog, status_date)
    return [
        standing(record.project, each.plan, catalog.pack, beside, each.interims)
        for record, each in zip(group, found, strict=True)
        for beside in [clocks_beside(ground.blueprint, record, status_date)]
    ]


def _planned_alone(ground: Ground, record: Record, catalog: Catalog, status_date: date) -> Standing:
    try:
        return _planned(ground, [record], catalog, status_date)[0]
    except TrackerError as error:
        return _unplanned(record, error, catalog, status_date, ground.blueprint.steps[-1])


def _unplanned(
    record: Record, error: TrackerError, catalog: Catalog, status_date: date, target: Step | str
) -> Standing:
    project = record.project
    why = message("{what} {remedy}").of(what=error.what, remedy=error.remedy)
    plan = no_plan(why, target=target, status_date=status_date, deadline=project.deadline)
    return standing(project, plan, catalog.pack)
