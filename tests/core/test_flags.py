from dataclasses import replace
from datetime import date

import pytest

from tests.support.settled import settled
from tracker.core.assign import Gap, findings
from tracker.core.flag import FlagKind, Light, RulePack, Standing, standing
from tracker.core.model import BlockReason, Event, EventKind, Project
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.services.projects.planning import ground_for, planned

DAY = date(2025, 6, 23)
PARK = Project(
    id=1,
    name="农业产业园",
    procedure="gov_building",
    target="fs_approval",
    deadline=date(2025, 6, 30),
    leader="副县长",
    task_force="专班",
    updated_on=DAY,
)


def stands(law: Catalog, project: Project, events: list[Event], day: date = DAY) -> Standing:
    record = settled(law, project, events, day)
    found = planned(ground_for(record, law, day), [record], law, day)[0].plan
    return standing(project, found, RulePack())


def finished(*steps: str) -> list[Event]:
    return [Event(step=step, kind=EventKind.FINISHED, day=None, known_by=DAY) for step in steps]


ALL_BUT_APPROVAL = finished(
    "project_proposal",
    "fs_review",
    "site_preapproval",
    "energy_review",
    "stability_risk",
    "geohazard_assessment",
    "mineral_check",
    "funding_opinion",
    "pool_entry",
    "decision_meeting",
    "heritage_survey",
)


def test_what_can_be_met_at_leisure_is_green(law: Catalog) -> None:
    found = stands(law, replace(PARK, deadline=date(2025, 9, 30)), ALL_BUT_APPROVAL)
    assert (found.light, found.flags) == (Light.GREEN, ())


@pytest.mark.parametrize(
    ("deadline", "light", "kind"),
    [
        (date(2025, 7, 4), Light.GREEN, None),
        (date(2025, 7, 3), Light.YELLOW, FlagKind.FLOAT_SHORT),
        (date(2025, 6, 27), Light.YELLOW, FlagKind.FLOAT_SHORT),
        (date(2025, 6, 26), Light.RED, FlagKind.LATE),
        (date(2025, 6, 20), Light.BLACK, FlagKind.INFEASIBLE),
    ],
)
def test_the_light_follows_the_days_to_spare(
    law: Catalog, deadline: date, light: Light, kind: FlagKind | None
) -> None:
    found = stands(law, replace(PARK, deadline=deadline), ALL_BUT_APPROVAL)
    assert found.plan.finish == date(2025, 6, 27)
    assert found.light is light
    assert [flag.kind for flag in found.flags] == ([kind] if kind else [])


def test_days_late_count_from_a_deadline_that_has_passed(law: Catalog) -> None:
    found = stands(law, replace(PARK, deadline=date(2025, 6, 13)), ALL_BUT_APPROVAL)
    assert (found.plan.needed, found.plan.left, found.plan.days_late) == (5, 0, 10)
    assert "晚10个工作日" in words_in("zh")(found.flags[0].sentence)


def test_stale_data_never_show_green(law: Catalog) -> None:
    old = replace(PARK, deadline=date(2025, 12, 31), updated_on=date(2025, 6, 12))
    assert stands(law, old, ALL_BUT_APPROVAL).light is Light.GREY
    fresh = replace(old, updated_on=date(2025, 6, 13))
    assert stands(law, fresh, ALL_BUT_APPROVAL).light is Light.GREEN


def test_a_case_that_is_back_with_the_applicant_makes_no_office_late(law: Catalog) -> None:
    accepted = Event(
        step="site_preapproval", kind=EventKind.STARTED, day=date(2025, 4, 1), known_by=DAY
    )
    late = stands(law, replace(PARK, deadline=date(2026, 6, 30)), [accepted])
    assert FlagKind.OVERDUE in [flag.kind for flag in late.flags]
    returned = Event(
        step="site_preapproval", kind=EventKind.RETURNED, day=date(2025, 4, 8), known_by=DAY
    )
    back = stands(law, replace(PARK, deadline=date(2026, 6, 30)), [accepted, returned])
    assert [flag.kind for flag in back.flags] == [FlagKind.RETURNED]
    assert back.light is Light.BLUE


def test_every_sentence_names_a_law_or_says_there_is_none(law: Catalog) -> None:
    found = stands(law, PARK, [])
    for language in ("zh", "en"):
        sentence = words_in(language)(found.flags[0].sentence)
        assert "《" in sentence or "无法定时限" in sentence or "no statutory limit" in sentence
    assert len(words_in("zh")(found.flags[0].sentence)) <= 120


def test_a_blocked_park_says_why_and_until_when(law: Catalog) -> None:
    block = Event(
        step="site_preapproval",
        kind=EventKind.BLOCKED,
        day=None,
        known_by=DAY,
        reason=BlockReason.LAND_QUOTA,
        expected=date(2025, 12, 31),
    )
    sentence = words_in("zh")(stands(law, PARK, [block]).flags[0].sentence)
    assert "受阻至2025年12月31日：用地指标未落实" in sentence


def test_what_a_project_lacks_is_found() -> None:
    bare = replace(PARK, leader=None, task_force=None, deadline=None)
    assert [f.gap for f in findings([bare])] == [Gap.NO_LEADER, Gap.NO_TASK_FORCE, Gap.NO_PLAN]
    two = replace(PARK, leader=None, leader_candidates="副县长、县委副书记")
    assert [f.gap for f in findings([two])] == [Gap.TWO_LEADERS]
    assert findings([PARK]) == []
