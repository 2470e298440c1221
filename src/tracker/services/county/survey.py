"""The county as of a day: every project with its plan, its flags and its light."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.core.digest import worst_first
from tracker.core.flag import Standing, standing
from tracker.core.knowledge.ground import Ground
from tracker.core.model import ProjectState, Sight, Step
from tracker.core.plan import no_plan
from tracker.core.problems import TrackerError, message
from tracker.law import Catalog
from tracker.services.projects.lookup import BeforeTheRecordError, View, look_at_group
from tracker.services.projects.planning import ground_for
from tracker.store import Session, projects
from tracker.store.projects import Record


@dataclass(frozen=True, slots=True)
class Survey:
    """The county on a day: each project's view, and those that cannot be planned.

    It holds for as long as `through` is the newest entry of the record.
    """

    status_date: date
    views: tuple[View, ...]
    unplanned: tuple[Standing, ...]
    through: tuple[int, str] | None = None

    @property
    def standings(self) -> tuple[Standing, ...]:
        """Return how every project stands, worst first."""
        return worst_first([*(view.standing for view in self.views), *self.unplanned])


def survey(session: Session, catalog: Catalog, sight: Sight) -> tuple[Standing, ...]:
    """Return every project that is not archived, from where one looks, worst first."""
    return views(session, catalog, sight).standings


def views(session: Session, catalog: Catalog, sight: Sight) -> Survey:
    """Return a close look at every project that is not archived, from where one looks."""
    return views_of(planned_records(session, sight), catalog, sight.status_date)


def planned_records(session: Session, sight: Sight) -> list[Record]:
    """Return the projects that are not archived. Raises BeforeTheRecordError."""
    first = projects.first_day(session)
    if first and sight.status_date < first:
        raise BeforeTheRecordError(sight.status_date, first)
    found = projects.load(session, sight)
    return [record for record in found if record.project.state is not ProjectState.ARCHIVED]


def views_of(records: Iterable[Record], catalog: Catalog, status_date: date) -> Survey:
    """Return a close look at some projects; those that share a network are planned in one call.

    One that cannot be planned keeps no other from it: it is unclear, and says why.
    """
    groups: dict[Ground, list[Record]] = defaultdict(list)
    found: list[View] = []
    unplanned: list[Standing] = []
    for record in records:
        try:
            groups[ground_for(record, catalog, status_date)].append(record)
        except TrackerError as error:
            unplanned.append(_unplanned(record, error, catalog, status_date, record.project.target))
    for ground, group in groups.items():
        try:
            found += look_at_group(ground, group, catalog, status_date)
        except TrackerError:
            for record in group:  # one by one, so that only what is wrong is left out
                try:
                    found += look_at_group(ground, [record], catalog, status_date)
                except TrackerError as error:
                    target = ground.blueprint.steps[-1]
                    unplanned.append(_unplanned(record, error, catalog, status_date, target))
    return Survey(status_date, tuple(found), tuple(unplanned))


def _unplanned(
    record: Record, error: TrackerError, catalog: Catalog, status_date: date, target: Step | str
) -> Standing:
    project = record.project
    why = message("{what} {remedy}").of(what=error.what, remedy=error.remedy)
    plan = no_plan(why, target=target, status_date=status_date, deadline=project.deadline)
    return standing(project, plan, catalog.pack)
