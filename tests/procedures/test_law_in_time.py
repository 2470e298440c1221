"""Law in time: which version and which number hold for whom, and what a clerk's change does."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tracker.core.calendars import ProvisionalDate
from tracker.core.compile import open_questions, switched_off
from tracker.core.law import Duration
from tracker.core.model import Event, EventKind, LinkType
from tracker.core.plan import plan
from tracker.core.problems import BadFileError
from tracker.core.track import progress
from tracker.law import Catalog, catalog
from tracker.law.lint import lint

BEFORE, AFTER = date(2026, 4, 30), date(2026, 5, 1)


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_hazardous_chemicals_review_became_shorter(law: Catalog) -> None:
    step = law.procedure("enterprise_filing", BEFORE).step("safety_condition_review")
    assert (step.limit_on(BEFORE), step.limit_on(AFTER)) == (
        Duration.parse("45 cd"),
        Duration.parse("20 wd"),
    )
    assert "第591号" in str(step.law_on(BEFORE))
    assert str(step.law_on(AFTER)) == "《危险化学品安全法》第23条"


@pytest.mark.parametrize(
    ("step", "last", "first", "law_after"),
    [
        ("eia_report", date(2026, 8, 14), date(2026, 8, 15), "《生态环境法典》第102条"),
        ("energy_review", date(2025, 8, 31), date(2025, 9, 1), "2025年第31号令"),
    ],
)
def test_the_law_of_the_day_is_cited(
    law: Catalog, step: str, last: date, first: date, law_after: str
) -> None:
    found = law.procedure("gov_building", last).step(step)
    assert law_after not in str(found.law_on(last))
    assert law_after in str(found.law_on(first))


def test_each_period_has_a_network_of_its_own(law: Catalog) -> None:
    def blueprint(day: date) -> object:
        return law.blueprint("enterprise_filing", "construction_permit", day)

    assert blueprint(BEFORE) is blueprint(date(2026, 1, 5))
    assert blueprint(AFTER) is not blueprint(BEFORE)


def test_a_project_keeps_its_version_until_one_that_switches(folder: Path) -> None:
    old = (folder / "gov_road.yaml").read_text(encoding="utf-8")
    edit(
        folder,
        "gov_road.yaml",
        "valid_from: 2025-03-01",
        "valid_from: 2025-03-01\nvalid_to: 2026-12-31",
    )
    newer = old.replace("valid_from: 2025-03-01", "valid_from: 2027-01-01").replace(
        "  stability_risk: {}\n", ""
    )
    (folder / "gov_road_2027.yaml").write_text(newer, encoding="utf-8")
    assert lint(folder, date(2027, 2, 1)) == []
    law = catalog(folder)
    began, new, day = date(2026, 6, 1), date(2027, 1, 15), date(2027, 2, 1)
    assert "stability_risk" in law.blueprint("gov_road", "start", day, began=began).ids
    assert "stability_risk" not in law.blueprint("gov_road", "start", day, began=new).ids
    switching = newer.replace("valid_from: 2027-01-01", "valid_from: 2027-01-01\nrunning: switch")
    (folder / "gov_road_2027.yaml").write_text(switching, encoding="utf-8")
    catalog.cache_clear()
    switched = catalog(folder).blueprint("gov_road", "start", day, began=began)
    assert "stability_risk" not in switched.ids
    earlier = catalog(folder).blueprint("gov_road", "start", date(2026, 12, 1), began=began)
    assert "stability_risk" in earlier.ids


def test_two_versions_of_a_day_are_a_fault(folder: Path) -> None:
    text = (folder / "gov_road.yaml").read_text(encoding="utf-8")
    (folder / "gov_road_2027.yaml").write_text(
        text.replace("valid_from: 2025-03-01", "valid_from: 2027-01-01"), encoding="utf-8"
    )
    assert [f.code for f in lint(folder, date(2026, 12, 1))] == ["overlapping_versions"]


def test_a_project_begun_before_the_oldest_version_gets_the_oldest(law: Catalog) -> None:
    found = law.blueprint("gov_road", "start", date(2026, 1, 5), began=date(2023, 1, 5))
    assert found.procedure.valid_from == date(2025, 3, 1)
    with pytest.raises(BadFileError):
        law.procedure("gov_road", date(2023, 1, 5))


def test_a_clerk_shortens_a_limit(folder: Path) -> None:
    edit(
        folder,
        "steps.yaml",
        "  limit: 20 wd\n  typical: {p50: 5 wd, p80: 7 wd}\n  extension: 10 wd\n  when: in_town =="
        " yes\n",
        "  limit:\n    - {days: 20 wd, to: 2027-06-30}\n    - {days: 15 wd, from: 2027-07-01}\n"
        "  typical: {p50: 5 wd, p80: 7 wd}\n  extension: 10 wd\n  when: in_town == yes\n",
    )
    assert lint(folder, date(2027, 7, 1)) == []
    step = catalog(folder).procedure("gov_building", date(2027, 7, 1)).step("planning_permit")
    assert step.limit_on(date(2027, 6, 30)) == Duration(20)
    assert step.limit_on(date(2027, 7, 1)) == Duration(15)


def test_a_clerk_adds_a_step_and_forgets_what_waits_for_it(folder: Path) -> None:
    with (folder / "steps.yaml").open("a", encoding="utf-8") as steps:
        steps.write(
            "\nroad_occupation:\n  name: {zh: 临时占用城市道路许可, en: Permit to occupy a"
            " street}\n  kind: authority_limit\n"
            "  owner: authority\n  office: housing\n  limit: 5 wd\n  typical: {p50: 2 wd, p80: 3"
            " wd}\n"
            "  when: occupies_street == yes\n  after: [contract_sign custom]\n"
            "  law: [{law: 城市道路管理条例, article: 第31条}]\n  sure: high\n"
            "  source: none\n"
        )
    with (folder / "facts.yaml").open("a", encoding="utf-8") as facts:
        facts.write(
            "\noccupies_street:\n  name: {zh: 占用道路, en: Occupies a street}\n"
            "  question: {zh: 施工是否临时占用城市道路, en: Do the works"
            " occupy a street}\n"
            "  answers: [yes, no]\n  careful: yes\n"
        )
    edit(
        folder,
        "gov_building.yaml",
        "  contract_sign: {}\n",
        "  contract_sign: {}\n  road_occupation: {}\n",
    )
    assert [f.code for f in lint(folder, date(2026, 12, 1))] == ["unreachable_step"]
    edit(
        folder,
        "gov_building.yaml",
        "  start: {}\n",
        "  start: {also_after: [road_occupation law]}\n",
    )
    assert lint(folder, date(2026, 12, 1)) == []
    blueprint = catalog(folder).blueprint("gov_building", "start", date(2026, 12, 1))
    assert "road_occupation" in blueprint.ids
    assert "occupies_street" in {q.fact for q in open_questions(blueprint, {})}
    assert "road_occupation" in switched_off(blueprint.procedure, {"occupies_street": "no"})


def test_a_county_answers_for_all_its_projects(folder: Path) -> None:
    edit(
        folder,
        "county.yaml",
        "answers: {}",
        "answers: {drawing_review: dropped, airdefense_gate: construction}",
    )
    edit(folder, "county.yaml", "promised: {}", "promised: {site_preapproval: 2 wd}")
    edit(folder, "county.yaml", 'tolerance: "no"', 'tolerance: "yes"')
    assert lint(folder, date(2026, 12, 1)) == []
    law = catalog(folder)
    blueprint = law.blueprint("gov_building", "construction_permit", date(2026, 12, 1))
    assert "drawing_review" in switched_off(blueprint.procedure, {})
    after_airdefense = {x.successor for x in blueprint.links if x.predecessor == "airdefense"}
    assert after_airdefense == {"construction_permit"}
    takes = dict(zip(blueprint.ids, blueprint.takes, strict=True))
    assert takes["site_preapproval"] == Duration(2)
    kinds = {
        arc.type
        for arc in blueprint.network.arcs
        if (blueprint.ids[arc.predecessor], blueprint.ids[arc.successor])
        == ("site_preapproval", "fs_approval")
    }
    assert kinds == {LinkType.FINISH_TO_FINISH}


def test_an_overlay_makes_the_permit_wait_for_the_money(law: Catalog) -> None:
    day = date(2026, 12, 1)
    plain = law.blueprint("gov_building", "construction_permit", day)
    bond = law.blueprint("gov_building+special_bond", "construction_permit", day)
    """Money is to be arranged (工资支付条例 art. 23), and need not be issued yet."""
    assert "bond_budget" not in plain.ids
    pairs = {(x.predecessor, x.successor) for x in bond.links}
    assert ("bond_budget", "construction_permit") in pairs
    assert not any(before.startswith("bond") and "tender" in after for before, after in pairs)
    both = law.blueprint("gov_building+special_bond+central_budget", "construction_permit", day)
    assert {"bond_budget", "cbi_decompose"} <= set(both.ids)
    assert "cbi_dispatch" not in both.ids  # recurring steps are never scheduled
    assert "省" not in both.procedure.name.en


def test_the_next_year_is_provisional_until_its_notice_is_known(law: Catalog) -> None:
    assert isinstance(law.working_days.nth_after(date(2026, 12, 28), 10), ProvisionalDate)
    assert not isinstance(law.working_days.nth_after(date(2026, 11, 2), 10), ProvisionalDate)
    assert 2027 in law.working_days.provisional_years


def test_a_planned_notice_that_ends_on_a_holiday_ends_on_the_next_working_day(law: Catalog) -> None:
    """Thirty days after 1 September 2026 end on 1 October.

    The plan says 8 October and goes on from there.
    """
    blueprint = law.blueprint("gov_building", "land_comp_agreement", date(2026, 9, 1))
    done = [
        Event(
            step=step.id, kind=EventKind.FINISHED, day=date(2026, 9, 1), known_by=date(2026, 9, 1)
        )
        for step in blueprint.steps
        if step.id not in ("land_comp_notice", "land_comp_agreement", "land_hearing")
    ]
    off = switched_off(blueprint.procedure, {})
    day = date(2026, 9, 2)
    found = plan(
        blueprint, progress(blueprint, done, off, day), status_date=day, deadline=date(2026, 12, 31)
    )
    notice, agreement = (
        next(s for s in found.steps if s.step.id == name)
        for name in ("land_comp_notice", "land_comp_agreement")
    )
    assert (notice.early_start, notice.early_finish) == (day, date(2026, 10, 8))
    assert agreement.early_start == date(2026, 10, 9)
    assert notice.late_finish is not None
    assert agreement.late_start is not None
    assert notice.late_finish < agreement.late_start
    assert law.working_days.is_worked(notice.late_finish)


def test_a_promise_that_ends_is_counted_until_then_whatever_is_asked_first(folder: Path) -> None:
    edit(
        folder,
        "county.yaml",
        "promised: {}",
        "promised: {site_preapproval: [{days: 2 wd, to: 2026-12-31}]}",
    )
    law = catalog(folder)

    def takes(day: date) -> Duration:
        blueprint = law.blueprint("gov_building", "fs_approval", day)
        return dict(zip(blueprint.ids, blueprint.takes, strict=True))["site_preapproval"]

    assert (takes(date(2026, 12, 1)), takes(date(2027, 2, 1))) == (Duration(2), Duration(5))


def test_in_a_village_the_rural_permit_takes_the_place_of_the_planning_permit(law: Catalog) -> None:
    for base in (
        "gov_building",
        "gov_municipal",
        "gov_park",
        "enterprise_filing",
        "enterprise_verification",
    ):
        procedure = law.procedure(base, date(2026, 12, 1))
        for answer, needed in (("yes", "planning_permit"), ("no", "rural_permit")):
            off = switched_off(procedure, {"in_town": answer})
            assert {"planning_permit", "rural_permit"} - off == {needed}


def test_the_start_of_works_waits_for_the_supervisor_in_every_procedure(law: Catalog) -> None:
    for base in law.ids:
        procedure = law.procedure(base, date(2026, 12, 1))
        if not procedure.is_overlay:
            assert "supervision_tender" in procedure.by_id
            assert "supervision_tender" in switched_off(procedure, {"supervision": "no"})


def test_an_overlay_may_add_to_what_a_step_of_the_base_waits_for(folder: Path) -> None:
    added = (
        "  bond_plan: {also_after: [fs_approval custom]}\n"
        "  fs_approval: {also_after: [bond_need custom]}\n"
    )
    edit(folder, "special_bond.yaml", "  bond_plan: {}\n", added)
    before = "    - fs_approval custom\n    - performance_review by 地方"
    edit(
        folder,
        "steps.yaml",
        before,
        "    - performance_review by 地方",
    )
    assert lint(folder, date(2026, 12, 1)) == []
    found = catalog(folder).procedure("gov_building+special_bond", date(2026, 12, 1))
    pairs = {(link.predecessor, link.successor) for link in found.links}
    assert {("fs_approval", "bond_plan"), ("bond_need", "fs_approval")} <= pairs
    assert ("fs_review", "fs_approval") in pairs


@pytest.mark.parametrize("wrong", ["special_bond+gov_building", "gov_building+gov_road"])
def test_an_overlay_lies_on_a_base(law: Catalog, wrong: str) -> None:
    with pytest.raises(BadFileError):
        law.procedure(wrong, date(2026, 12, 1))


def test_a_county_is_asked_what_its_links_hang_on(law: Catalog) -> None:
    asked = {
        q.fact for q in law.procedure("gov_building", date(2026, 12, 1)).questions if q.of_county
    }
    assert {
        "scheme_waits_for_land",
        "airdefense_gate",
        "prelim_before_land",
        "drawing_review",
    } <= asked


NOON = date(2026, 12, 1)


def gap(folder: Path) -> None:
    edit(
        folder,
        "gov_road.yaml",
        "valid_from: 2025-03-01",
        "valid_from: 2025-03-01\nvalid_to: 2027-12-31",
    )
    text = (folder / "gov_road.yaml").read_text(encoding="utf-8")
    later = text.replace("valid_from: 2025-03-01\nvalid_to: 2027-12-31", "valid_from: 2028-02-01")
    (folder / "gov_road_2028.yaml").write_text(later, encoding="utf-8")


def reversed_dates(folder: Path) -> None:
    edit(
        folder,
        "steps.yaml",
        "days: 20 wd, from: 2026-05-01}",
        "days: 20 wd, from: 2026-05-01, to: 2026-01-01}",
    )


def unset_law(folder: Path) -> None:
    edit(
        folder,
        "steps.yaml",
        "  limit_law: {law: 建设工程消防设计审查验收管理暂行规定（住建部令第51号）, article:"
        " 审查时限条款, sure: false}",
        "  limit_law:\n    - {law: 旧规定, article: 第1条, to: 2026-06-30}\n"
        "    - {law: 新规定, article: 第1条, from: 2026-06-01}",
    )


def chinese_windows(folder: Path) -> None:
    path = folder / "gov_road.yaml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))


@pytest.mark.parametrize(
    ("change", "code", "file"),
    [
        (gap, "overlapping_versions", "gov_road_2028.yaml"),
        (reversed_dates, "overlapping_dates", "steps.yaml"),
        (unset_law, "overlapping_dates", "steps.yaml"),
        (chinese_windows, "bad_encoding", "gov_road.yaml"),
        (lambda f: (f / "facts.yaml").unlink(), "missing_file", "facts.yaml"),
        (lambda f: (f / "gov_road.yaml").rename(f / "gov_road.yml"), "unread_file", "gov_road.yml"),
        (
            lambda f: edit(f, "facts.yaml", 'careful: "50000"', "careful: 五万"),
            "bad_value",
            "facts.yaml",
        ),
        (
            lambda f: edit(f, "changes.yaml", "- id: holidays-13", "- id: bonds-52-2024"),
            "duplicate_key",
            "changes.yaml",
        ),
        (
            lambda f: edit(f, "calendars/2026.yaml", "2026-10-01,", "2026-10-32,"),
            "bad_date",
            "2026.yaml",
        ),
        (lambda f: edit(f, "facts.yaml", "river:", "River:"), "bad_value", "facts.yaml"),
        (
            lambda f: edit(f, "facts.yaml", "auction: 0.7", "auction: 0.6"),
            "bad_value",
            "facts.yaml",
        ),
        (lambda f: edit(f, "facts.yaml", "auction: 0.7", "sale: 0.7"), "bad_value", "facts.yaml"),
        (
            lambda f: edit(f, "steps.yaml", "  when: eia == register", "  when: eia == True"),
            "bad_condition",
            "steps.yaml",
        ),
    ],
)
def test_a_clerks_slip_is_found_with_its_file(
    folder: Path, change: Callable[[Path], object], code: str, file: str
) -> None:
    change(folder)
    found = [(fault.code, fault.place.file) for fault in lint(folder, NOON) if fault.place]
    assert (code, file) in found


def test_a_file_of_a_mac_beside_another_is_not_read(folder: Path) -> None:
    (folder / "._gov_road.yaml").write_bytes(b"\x00\x05\x16\x07")
    assert lint(folder, NOON) == []
