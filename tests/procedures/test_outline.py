"""A procedure as lines to be objected to: its pages are those of the law as it is."""

from pathlib import Path

import pytest

from docs.write_procedures import DAY, PAGES, file_of, page
from tests.support.golden import CASES, FARMLAND, planned
from tracker.core.model import Level, LinkType
from tracker.core.plan import PlannedStep
from tracker.core.problems import BadFileError
from tracker.core.track import State
from tracker.i18n.words import Words
from tracker.law import Catalog, catalog, read_law
from tracker.law.library import article_of
from tracker.services.outline import CountedBy, outline, typed_answers


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("procedure", PAGES)
def test_the_pages_are_those_of_the_law(law: Catalog, procedure: str, language: str) -> None:
    """`python docs/write_procedures.py` writes them anew; read the difference."""
    kept = file_of(procedure, language).read_text(encoding="utf-8")
    assert page(law, procedure, Words(language)) == kept


@pytest.mark.parametrize("procedure", PAGES)
def test_the_shares_add_up_to_the_critical_path(law: Catalog, procedure: str) -> None:
    found = outline(law, procedure, "start", DAY, PAGES[procedure])
    assert sum(days for _, days in found.shares) == found.plan.needed
    assert [line.number for line in found.lines] == list(range(1, len(found.lines) + 1))
    assert {line.counted_by for line in found.lines} <= set(CountedBy)


def test_batch_land_does_not_wait_for_the_study(law: Catalog) -> None:
    """土地管理法 art. 44: inside the planned range land is converted in batches."""
    ends = {}
    for lot in ("single", "batch"):
        found = outline(law, "gov_building", "start", DAY, {**FARMLAND, "lot": lot})
        lines = {line.planned.step.id: line for line in found.lines}
        waits = {link.predecessor for link in lines["land_approval"].waits}
        assert ("fs_approval" in waits) == (lot == "single")
        assert ("site_preapproval" in lines) == (lot == "single")
        ends[lot] = lines["land_approval"].planned.early_finish
    assert ends["batch"] < ends["single"]


def test_the_level_follows_the_land(law: Catalog) -> None:
    """土地管理法 art. 46: 永久基本农田, above 35 and 70 hectares."""
    for said, level in (
        ({}, Level.PROVINCE),
        ({"permanent_farmland": "yes"}, Level.STATE),
        ({"other_farmland_ha": "35"}, Level.PROVINCE),
        ({"other_farmland_ha": "35.1"}, Level.STATE),
        ({"other_land_ha": "71"}, Level.STATE),
    ):
        found = outline(law, "gov_building", "start", DAY, {**FARMLAND, **said})
        line = next(x for x in found.lines if x.planned.step.id == "land_approval")
        assert line.level is level


def test_an_objection_stands_with_its_line(folder: Path) -> None:
    (folder / "objections.yaml").write_text(
        "- {step: site_preapproval, day: 2026-12-02, by: 县自然资源和规划局,"
        " text: 批次用地不办预审}\n",
        encoding="utf-8",
    )
    found = outline(catalog(folder), "gov_building", "start", DAY, FARMLAND)
    said = {x.planned.step.id: x.objections for x in found.lines if x.objections}
    assert [(o.by, o.answer) for o in said["site_preapproval"]] == [("县自然资源和规划局", None)]
    (folder / "objections.yaml").write_text(
        "- {step: site_preaproval, day: 2026-12-02, by: 县局, text: 不对}\n", encoding="utf-8"
    )
    assert [fault.code for fault in read_law(folder).faults] == ["unknown_step"]


def test_custom_can_be_left_out_by_a_county_and_law_cannot(folder: Path) -> None:
    path = folder / "county.yaml"
    text = path.read_text(encoding="utf-8")
    waived = "without: [{{link: {} > {}, by: 县发展和改革局, reason: 本县不办}}]\n"
    path.write_text(text + waived.format("pool_entry", "decision_meeting"), encoding="utf-8")
    found = catalog(folder).procedure("gov_building", DAY)
    pairs = {(link.predecessor, link.successor) for link in found.links}
    assert ("pool_entry", "decision_meeting") not in pairs
    assert [(w.by, w.reason) for w in found.waived] == [("县发展和改革局", "本县不办")]
    path.write_text(text + waived.format("land_approval", "land_final_notice"), encoding="utf-8")
    assert [fault.code for fault in read_law(folder).faults] == ["bad_link"]


@pytest.mark.parametrize("typed", ["lot=both", "moon=full", "land_ha=big", "lot"])
def test_an_answer_that_does_not_fit_is_refused(law: Catalog, typed: str) -> None:
    procedure = law.procedure("gov_building", DAY)
    assert typed_answers(["lot=batch", "land_ha=3"], procedure) == {"lot": "batch", "land_ha": "3"}
    with pytest.raises(BadFileError):
        typed_answers([typed], procedure)


@pytest.mark.parametrize("name", CASES)
def test_no_step_begins_before_what_it_waits_for_is_shown_to_end(law: Catalog, name: str) -> None:
    procedure, facts = CASES[name]
    blueprint = law.blueprint(procedure, "start", DAY, answers=facts)
    steps = {step.step.id: step for step in planned(law, procedure, facts).steps}
    for link in blueprint.links:
        before, after = steps[link.predecessor], steps[link.successor]
        if link.type is LinkType.FINISH_TO_START and _is_planned(before) and _is_planned(after):
            assert after.early_start is not None
            assert before.early_finish is not None
            begins = after.early_start > before.early_finish
            same_day = after.takes.days == 0 or before.takes.days == 0
            assert begins or (same_day and after.early_start >= before.early_finish), link


@pytest.mark.parametrize("name", CASES)
def test_the_driver_that_is_named_binds(law: Catalog, name: str) -> None:
    """A step without a driver begins on the status date; one with a driver right after it."""
    procedure, facts = CASES[name]
    steps = {step.step.id: step for step in planned(law, procedure, facts).steps}
    for step in filter(_is_planned, steps.values()):
        assert step.early_start is not None
        if not step.driven_by:
            assert law.working_days.count(DAY, step.early_start) <= 1, step.step.id
        for driver in step.driven_by:
            ends = steps[driver].early_finish
            starts = steps[driver].early_start
            assert ends is None or starts is None or starts <= step.early_start


def _is_planned(step: PlannedStep) -> bool:
    return step.progress.state is not State.NOT_NEEDED


def test_an_article_is_told_from_the_number_of_an_order() -> None:
    found = article_of("机关团体建设楼堂馆所管理条例（国务院令第688号）第4条（待核实）")
    assert (found.article, found.sure) == ("第4条", False)
    assert found.law == "机关团体建设楼堂馆所管理条例（国务院令第688号）"
    assert article_of("土地管理法第44条、第46条").article == "第44条、第46条"
