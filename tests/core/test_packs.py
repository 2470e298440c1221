"""Rule packs: the same county in the lights of other rules, each by its name and its numbers."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import DemoCounty
from tracker.core.clocks import Clock, ClockKind
from tracker.core.flag import Light, RulePack, Standing, standing
from tracker.core.flag.of_clocks import clock_flags
from tracker.core.law import Dated
from tracker.core.model import Duration
from tracker.law import Catalog, read_law
from tracker.resources import procedures_folder


@pytest.fixture
def late(demo: DemoCounty) -> Standing:
    return next(s for s in demo.result.standings if s.light is Light.RED and s.plan.days_late)


def in_lights_of(pack: RulePack, seen: Standing, *, moved: int = 0) -> Standing:
    """The standing by other rules, as if its deadline lay so many months earlier."""
    due = seen.plan.deadline
    assert due
    year, month = divmod(12 * due.year + due.month - 1 - moved, 12)
    plan = replace(seen.plan, deadline=date(year, month + 1, 1))
    return standing(seen.project, plan, pack)


def test_a_missed_deadline_is_yellow_for_so_many_months(late: Standing, law: Catalog) -> None:
    pack = law.law.packs["yinchuan_2025"]
    day, due = late.plan.status_date, late.plan.deadline
    assert due
    past = 12 * (day.year - due.year) + day.month - due.month
    flags = {m: in_lights_of(pack, late, moved=m - past).flags[0].light for m in (0, 2, 3, 9)}
    assert flags[0] is flags[2] is Light.YELLOW
    assert flags[3] in (Light.RED, Light.BLACK)
    assert flags[9] in (Light.RED, Light.BLACK)
    assert in_lights_of(RulePack(), late).light in (Light.RED, Light.BLACK)


def test_a_pack_by_promise_alarms_on_what_the_office_promised(late: Standing, law: Catalog) -> None:
    """Ten days promised of twenty: red on the eleventh, where the law still leaves nine."""
    step = replace(late.plan.steps[0].step, promises=(Dated(Duration(10)),))
    clock = Clock(
        kind=ClockKind.REVIEW,
        step=step,
        accepted=date(2026, 3, 2),
        limit=Duration(20),
        due=date(2026, 3, 30),
        used=11,
        over=0,
        law=None,
        left=9,
        promised_due=date(2026, 3, 16),
        promised_left=-1,
    )
    assert clock_flags(late.project, late.plan, [clock], law.law.packs["default"]) == []
    (flag,) = clock_flags(late.project, late.plan, [clock], law.law.packs["yulin"])
    assert (flag.light, flag.working_days) == (Light.RED, 1)
    kept = replace(clock, used=8, promised_left=2)
    assert clock_flags(late.project, late.plan, [kept], law.law.packs["yulin"]) == []
    unpromised = replace(clock, step=replace(step, promises=()), promised_left=None)
    assert clock_flags(late.project, late.plan, [unpromised], law.law.packs["yulin"]) == []


@pytest.mark.parametrize("pack", ["default", "yinchuan_2025", "yulin", "three_slips"])
def test_stale_data_are_grey_and_never_green(demo: DemoCounty, law: Catalog, pack: str) -> None:
    rules = law.law.packs[pack]
    green = [s for s in demo.result.standings if s.light is Light.GREEN]
    assert green
    for seen in green:
        old = seen.plan.status_date - timedelta(days=rules.stale_days + 1)
        stale = standing(replace(seen.project, updated_on=old), seen.plan, rules)
        assert stale.light is not Light.GREEN
        assert stale.pack is rules


def test_a_county_chooses_its_pack_and_a_wrong_name_is_a_fault(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(procedures_folder(), tmp_path / "procedures"))
    county = folder / "county.yaml"
    text = county.read_text(encoding="utf-8")
    county.write_text(text.replace("lights: default", "lights: yulin"), encoding="utf-8")
    assert read_law(folder).faults == ()
    county.write_text(text.replace("lights: default", "lights: none"), encoding="utf-8")
    (fault,) = read_law(folder).faults
    assert fault.code == "unknown_pack"
