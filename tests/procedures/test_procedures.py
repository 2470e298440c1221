"""Every procedure compiles, rests on a law of its day, and every broken file names its fault."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from tracker.core.compile import answer, switched_off
from tracker.core.model import Procedure
from tracker.core.plan import plan
from tracker.core.problems import BadFileError, CycleError, UnknownStepError
from tracker.core.track import progress
from tracker.law import Catalog
from tracker.law.lint import lint
from tracker.resources import procedures_folder

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
DAYS = (
    date(2025, 3, 1),
    date(2025, 6, 20),
    date(2025, 9, 1),
    date(2026, 8, 14),
    date(2026, 8, 15),
    date(2027, 1, 4),
)


BASES = (
    "gov_building",
    "gov_municipal",
    "gov_road",
    "gov_water",
    "gov_park",
    "enterprise_verification",
    "enterprise_filing",
)
OVERLAYS = ("special_bond", "central_budget", "policy_instrument")


def all_of(law: Catalog) -> list[Procedure]:
    return [law.procedure(each, date(2026, 12, 1)) for each in (*BASES, *OVERLAYS)]


def test_the_procedures_are_there(law: Catalog) -> None:
    assert sorted(law.ids) == sorted((*BASES, *OVERLAYS))


def test_every_step_has_a_law_in_force_on_every_day(law: Catalog) -> None:
    lawless = [
        (procedure.id, step.id, day)
        for procedure in all_of(law)
        for step in procedure.steps
        for day in DAYS
        if step.law_on(day) is None
    ]
    assert lawless == []


def test_no_two_rules_of_a_step_overlap_where_one_replaced_the_other(law: Catalog) -> None:
    for procedure in all_of(law):
        for step in procedure.steps:
            ends = [rule.in_force_to for rule in step.laws if rule.in_force_to]
            starts = [rule.in_force_from for rule in step.laws if rule.in_force_from]
            for end in ends:
                assert end + timedelta(days=1) in starts, step.id


def test_the_eia_law_holds_until_the_code_replaces_it(law: Catalog) -> None:
    step = law.procedure("gov_building", DAYS[1]).step("eia_report")
    assert str(step.law_on(date(2026, 8, 14))) == "《环境影响评价法》第22条"
    assert str(step.law_on(date(2026, 8, 15))) == "《生态环境法典》第102条"


@pytest.mark.parametrize(
    "target", ["construction_permit", "sector_start_permit", "start", "fs_approval"]
)
def test_every_target_compiles_and_can_be_planned(law: Catalog, target: str) -> None:
    for procedure in all_of(law):
        if target not in procedure.by_id:
            continue
        blueprint = law.blueprint(procedure.id, target, DAYS[1])
        assert blueprint.steps[-1].id == target
        found = plan(
            blueprint,
            progress(blueprint, [], switched_off(procedure, {}), DAYS[1]),
            status_date=DAYS[1],
            deadline=None,
        )
        assert found.finish and found.finish > DAYS[1]
        assert found.because and found.because.on_longest_path


def test_what_ships_has_no_fault() -> None:
    for day in (*DAYS, date(2028, 1, 3)):
        assert [str(fault) for fault in lint(procedures_folder(), day)] == []


def test_the_start_waits_for_each_environmental_step(law: Catalog) -> None:
    for procedure in all_of(law):
        if procedure.id in OVERLAYS:
            continue
        before = {link.predecessor for link in procedure.links if link.successor == "start"}
        assert {"eia_report", "eia_form", "eia_register"} <= before


def test_facts_switch_exactly_one_environmental_branch_on(law: Catalog) -> None:
    procedure = law.procedure("gov_building", DAYS[1])
    for kind in ("report", "form", "register"):
        off = switched_off(procedure, {"eia": kind})
        on = {"report", "form", "register"} - {
            k for k in ("report", "form", "register") if f"eia_{k}" in off
        }
        assert on == {kind}


def test_an_unknown_fact_takes_the_careful_answer(law: Catalog) -> None:
    question = next(q for q in law.procedure("gov_building", DAYS[1]).questions if q.fact == "eia")
    assert answer(question, {}) == "report"
    assert switched_off(law.procedure("gov_building", DAYS[1]), {}) == switched_off(
        law.procedure("gov_building", DAYS[1]), {"eia": "report"}
    ) | switched_off(law.procedure("gov_building", DAYS[1]), {})


def test_a_procedure_is_not_used_outside_its_days(law: Catalog) -> None:
    with pytest.raises(BadFileError) as caught:
        law.procedure("gov_building", date(2025, 2, 28))
    assert caught.value.code == "no_procedure"


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_names_its_code_and_line(broken: Path, tmp_path: Path) -> None:
    """The file's first lines say what is expected: `# code: x`, `# line: n`, `# as: name.yaml`.

    `# with:` names a procedure of the folder `with` that stands beside it.
    """
    text = broken.read_text(encoding="utf-8")
    wanted = dict(re.findall(r"^# (code|line|as|with): (\S+)$", text, re.MULTILINE))
    folder = tmp_path / "procedures"
    folder.mkdir()
    for shared in ("steps.yaml", "facts.yaml", "county.yaml"):
        shutil.copy(procedures_folder() / shared, folder / shared)
    for shared in ("schema", "calendars"):
        shutil.copytree(procedures_folder() / shared, folder / shared)
    if "with" in wanted:
        shutil.copy(broken.parents[1] / "with" / wanted["with"], folder / wanted["with"])
    (folder / wanted["as"]).write_text(text, encoding="utf-8")
    found = [(f.code, f.place.file, f.place.line) for f in lint(folder, DAYS[4]) if f.place]
    assert found == [(wanted["code"], wanted["as"], int(wanted["line"]))]


def test_the_kinds_of_fault_are_all_tried() -> None:
    codes = {re.search(r"^# code: (\S+)$", p.read_text(encoding="utf-8"), re.M)[1] for p in BROKEN}
    assert {
        CycleError.code,
        UnknownStepError.code,
        "missing_article",
        "bad_duration",
        "unknown_field",
        "no_unit",
        "expired_law",
        "unreachable_step",
        "window_never_met",
        "beside_but_linked",
    } <= codes
