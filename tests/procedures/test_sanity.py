"""The three base cases beside figures of an earlier count, each difference named.

The earlier count took typical times chosen by hand: about 385 days of the calendar to the start of
works on collective farmland, 343 on converted land, 153 for an enterprise on listed land.
"""

from collections.abc import Collection
from dataclasses import replace

import pytest

from tests.support.golden import CONVERTED, DAY, FARMLAND, SMALL
from tracker.core.compile import compile_target, switched_off
from tracker.core.law import NO_DAYS
from tracker.core.model import Step
from tracker.core.plan import plan
from tracker.core.track import progress
from tracker.law import Catalog

LISTED = {**SMALL, "special_fire": "no", "land_supplied": "no"}
SCHEME_FIRST = ("scheme_review", "prelim_design")
"""A second reading lets the preliminary design wait for the scheme."""
SURVEY_FIRST = ("geotech_survey", "prelim_design")
"""And for the survey, from finish to start (质量条例 art. 21)."""
NOTICE_AND_PAY = ("land_final_notice", "farmland_tax", "land_comp_paid")
"""And land supply for the final notice, the tax and the compensation."""
READ_AGAIN = ("site_materials", "fair_competition")
"""What the reading of November 2026 added on these paths."""


def days_to_start(
    law: Catalog,
    procedure_id: str,
    facts: dict[str, str],
    *,
    without: Collection[tuple[str, str]] = (),
    at_once: tuple[str, ...] = (),
) -> int:
    """Return the days to the start with p50 times, without a link, some steps taking no time."""
    procedure = law.procedure(procedure_id, DAY)

    def half(step: Step) -> Step:
        usual = step.takes if step.takes is not None else step.typical and step.typical.p50
        return replace(step, takes=NO_DAYS if step.id in at_once else usual)

    changed = replace(
        procedure,
        steps=tuple(half(step) for step in procedure.steps),
        links=tuple(x for x in procedure.links if (x.predecessor, x.successor) not in without),
    )
    blueprint = compile_target(changed, "start", law.working_days, DAY)
    known = progress(blueprint, [], switched_off(procedure, facts), DAY)
    finish = plan(blueprint, known, status_date=DAY, deadline=None).finish
    assert finish is not None
    return (finish - DAY).days


def test_the_base_cases_come_out_in_their_order(law: Catalog) -> None:
    farmland = days_to_start(law, "gov_building", FARMLAND)
    converted = days_to_start(law, "gov_building", CONVERTED)
    listed = days_to_start(law, "enterprise_filing", LISTED)
    assert (farmland, converted, listed) == (519, 385, 168)
    assert farmland > converted > listed


@pytest.mark.parametrize(
    ("facts", "at_once", "days"),
    [
        (FARMLAND, (), 519),
        (FARMLAND, ("fair_competition",), 511),
        (FARMLAND, ("site_materials",), 486),
        (FARMLAND, READ_AGAIN, 482),
        ({**FARMLAND, "lot": "batch"}, (), 486),
        (CONVERTED, (), 385),
        (CONVERTED, READ_AGAIN, 381),
    ],
)
def test_what_the_second_reading_of_the_law_added(
    law: Catalog, facts: dict[str, str], at_once: tuple[str, ...], days: int
) -> None:
    """The papers for the siting are made, and tender documents checked, before they are used."""
    assert days_to_start(law, "gov_building", facts, at_once=at_once) == days


@pytest.mark.parametrize(
    ("at_once", "days"),
    [((), 405), (("land_comp_paid",), 399), (NOTICE_AND_PAY, 385)],
)
def test_what_was_added_makes_the_difference_on_farmland(
    law: Catalog, at_once: tuple[str, ...], days: int
) -> None:
    made = (*at_once, *READ_AGAIN)
    found = days_to_start(law, "gov_building", FARMLAND, without=(SCHEME_FIRST,), at_once=made)
    assert found == days


@pytest.mark.parametrize(("at_once", "days"), [((), 360), (("fs_procurement",), 342)])
def test_what_was_added_makes_the_difference_on_converted_land(
    law: Catalog, at_once: tuple[str, ...], days: int
) -> None:
    made, without = (*at_once, *READ_AGAIN), (SCHEME_FIRST, SURVEY_FIRST)
    found = days_to_start(law, "gov_building", CONVERTED, without=without, at_once=made)
    assert found == days


def test_the_terms_of_the_grant_make_the_difference_for_an_enterprise(law: Catalog) -> None:
    """The government approves them before the listing; the supervisor is appointed, not tendered.

    Without them, three days fewer than the earlier count.
    """
    found = days_to_start(law, "enterprise_filing", LISTED, at_once=("grant_scheme",))
    assert found == 150
