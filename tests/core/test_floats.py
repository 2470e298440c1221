"""Floats in the corners that random networks seldom reach."""

from datetime import date

from tests.support.networks import WEEKDAYS, unstarted
from tracker.catalog import Catalog
from tracker.core.calendars import EVERY_DAY
from tracker.core.model import DayKind, Duration, Event, EventKind, Link, LinkType
from tracker.core.network import Node, build
from tracker.core.plan import plan
from tracker.core.plan.floats import floats
from tracker.core.plan.numbers import ONE_WORLD
from tracker.core.plan.passes import early, late, network_finish
from tracker.core.plan.worlds import world_of
from tracker.core.track import progress


def test_free_float_counts_to_the_last_day_on_which_work_can_begin() -> None:
    """The milestone falls on Monday; the step may begin on Friday at the latest, not on Saturday."""
    lag = Duration(2, DayKind.CALENDAR)
    network = build(
        [Node("survey", 1, WEEKDAYS), Node("told", 0, WEEKDAYS), Node("long", 9, WEEKDAYS)],
        [Link("survey", "told", LinkType.START_TO_START, lag)],
        EVERY_DAY,
    )
    friday = date(2026, 3, 6)
    world = world_of(network, unstarted(network), status_date=friday, deadline=None)
    forward = early(network, world, ONE_WORLD)
    backward = late(network, world, network_finish(forward, ONE_WORLD), ONE_WORLD)
    assert floats(network, world, forward, backward).free[network.position["survey"]] == 0


def test_the_fastest_course_keeps_what_the_law_gives_bidders(law: Catalog) -> None:
    """Twenty calendar days from notice to opening (招标投标法 art. 24), whatever a plan counts."""
    day = date(2025, 6, 23)
    tender = law.blueprint("gov_building", "tender_open", day)
    done = [Event("tender_documents", EventKind.FINISHED, None, day)]
    found = plan(tender, progress(tender, done, frozenset(), day), status_date=day, deadline=None)
    left = [step.step.id for step in found.steps if not step.progress.is_over]
    assert left == ["tender_open"]
    assert (found.fastest, found.finish) == (date(2025, 7, 12), date(2025, 7, 17))
