"""Floats in the corners that random networks seldom reach."""

from datetime import date

from tests.support.networks import scheduled
from tracker.core.calendars import EVERY_DAY, WEEKDAYS
from tracker.core.model import Event, EventKind, LinkType
from tracker.core.network import Tie
from tracker.core.plan import plan
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.track import progress
from tracker.law import Catalog


def test_free_float_counts_to_the_last_day_on_which_work_can_begin() -> None:
    """The milestone falls on Monday.

    The step may begin on Friday at the latest, not on Saturday.
    """
    steps = (
        DraftStep(id="survey", duration=1, calendar=WEEKDAYS),
        DraftStep(id="told", duration=0, calendar=WEEKDAYS),
        DraftStep(id="long", duration=9, calendar=WEEKDAYS),
    )
    tie = Tie(
        predecessor="survey",
        successor="told",
        type=LinkType.START_TO_START,
        lag=2,
        calendar=EVERY_DAY,
    )
    schedule = scheduled(Draft(id="told", start=date(2026, 3, 6), steps=steps, ties=(tie,)))
    assert schedule.free_floats[schedule.column.network.position["survey"]] == 0


def test_the_fastest_course_keeps_what_the_law_gives_bidders(law: Catalog) -> None:
    """Twenty calendar days from notice to opening (招标投标法 art. 24) end on a Saturday.

    On Monday.
    """
    day = date(2025, 6, 23)
    tender = law.blueprint("gov_building", "tender_open", day)
    done = [
        Event(step=step, kind=EventKind.FINISHED, day=None, known_by=day)
        for step in tender.ids
        if step != "tender_open"
    ]
    found = plan(tender, progress(tender, done, frozenset(), day), status_date=day, deadline=None)
    assert (found.span.fastest, found.finish) == (date(2025, 7, 14), date(2025, 7, 17))
