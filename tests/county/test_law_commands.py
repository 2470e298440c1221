"""The commands about the law: what a legal clerk, an officer and an auditor type."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import DemoCounty
from tests.support.command import Done, tracker, tracker_process
from tracker.resources import procedures_folder

YEAR = """year: 2026
status: official
notice: 关于2026年部分节假日安排的通知（调整）
number: 国办发明电〔2026〕1号
days_off:
  元旦: [2026-01-01, 2026-01-02]
  春节: [2026-02-16, 2026-02-17, 2026-02-18, 2026-02-19, 2026-02-20]
  劳动节: [2026-05-01, 2026-05-04]
  国庆节: [2026-10-01, 2026-10-02, 2026-10-05, 2026-10-06]
"""


@pytest.fixture
def county(demo: DemoCounty, tmp_path: Path) -> Path:
    """A county of one's own, as the demonstration left it."""
    return Path(shutil.copytree(demo.folder, tmp_path / "county"))


def asked(folder: Path, *arguments: str | Path) -> Done:
    return tracker(*arguments, "--data", folder, "--as-of", "2025-06-20", cwd=folder)


def data(done: Done) -> dict[str, object]:
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_procedures_are_listed_shown_and_drawn(demo: DemoCounty, tmp_path: Path) -> None:
    listed = data(asked(demo.folder, "procedures", "list", "--json"))
    ids = [each["id"] for each in listed["procedures"]]
    assert {"gov_building", "enterprise_verification", "special_bond"} <= set(ids)
    picture = tmp_path / "net.svg"
    shown = asked(
        demo.folder, "procedures", "show", "gov_road+special_bond", "--svg", picture, "--json"
    )
    found = data(shown)
    steps = {step["id"]: step for step in found["steps"]}
    assert all(step["law"] for step in steps.values())
    assert "bond_budget" in {link["step"] for link in steps["sector_start_permit"]["after"]}
    drawn = ElementTree.parse(picture).getroot()
    texts = "".join(drawn.itertext())
    assert "债券发行" in texts
    assert len(drawn.findall(".//{*}a")) == len(steps)


def test_a_step_is_shown_with_its_time_its_prerequisites_and_its_law(demo: DemoCounty) -> None:
    said = asked(demo.folder, "procedures", "show", "gov_building").stdout
    block = said.split("\neia_report ")[1].split("\n\n")[0]
    for part in (
        "法定60个自然日",
        "eia_prepare",
        "环评类别：报告书",
        "《环境影响评价法》第22条",
        "5年",
        "市级",
    ):
        assert part in block
    assert "待核实" in said


def test_an_unknown_procedure_is_wrong_usage(demo: DemoCounty) -> None:
    done = asked(demo.folder, "procedures", "show", "gov_castle")
    assert done.returncode == 2
    assert "gov_building" in done.stderr


def test_lint_names_file_line_and_remedy(demo: DemoCounty, tmp_path: Path) -> None:
    assert asked(demo.folder, "procedures", "lint").returncode == 0
    folder = Path(shutil.copytree(procedures_folder(), tmp_path / "procedures"))
    path = folder / "gov_road.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "  fs_approval: {}", "  fs_approval: {after: [contract_sign custom]}"
    )
    path.write_text(text, encoding="utf-8")
    done = asked(demo.folder, "procedures", "lint", folder)
    assert done.returncode == 1
    line = text.splitlines().index("  fs_approval: {after: [contract_sign custom]}") + 1
    assert f"gov_road.yaml:{line}:" in done.stdout
    assert "contract_sign → " in done.stdout.replace("fs_approval → ", "")
    faults = data(asked(demo.folder, "procedures", "lint", folder, "--json"))["faults"]
    assert {fault["code"] for fault in faults} == {"cycle"}


def test_a_county_uses_the_procedures_in_its_own_folder(county: Path) -> None:
    folder = Path(shutil.copytree(procedures_folder(), county / "procedures"))
    path = folder / "county.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("县自然资源和规划局", "县自然资源局"),
        encoding="utf-8",
    )
    assert "县自然资源局" in asked(county, "procedures", "show", "gov_road").stdout
    (folder / "steps.yaml").write_text("start: {}\n", encoding="utf-8")
    broken = tracker_process("flags", "--data", county, cwd=county)  # no process reads them twice
    assert broken.returncode == 3
    assert "steps.yaml:1" in broken.stderr


def test_the_register_of_changes_says_whom_a_change_touches(demo: DemoCounty) -> None:
    register = data(asked(demo.folder, "procedures", "changes", "--json"))["changes"]
    assert {"ecological-code-2026", "hazardous-chemicals-2026", "energy-review-31"} <= {
        c["id"] for c in register
    }
    touched = data(asked(demo.folder, "procedures", "changes", "ecological-code-2026", "--json"))[
        "touched"
    ]
    assert len({each["project"] for each in touched}) > 20
    unknown = asked(demo.folder, "procedures", "changes", "magna-carta")
    assert unknown.returncode == 2
    assert "ecological-code-2026" in unknown.stderr


def test_a_notice_is_loaded_and_what_moves_is_said(county: Path) -> None:
    before = data(asked(county, "calendar", "show", "2026", "--json"))
    (county / "2026.yaml").write_text(YEAR, encoding="utf-8")
    loaded = data(asked(county, "calendar", "load", county / "2026.yaml", "--json"))
    assert loaded["replaced"]
    assert loaded["moved"]
    after = data(asked(county, "calendar", "show", "2026", "--json"))
    assert (after["number"], before["number"]) == ("国办发明电〔2026〕1号", before["number"])
    assert after["days_off"] != before["days_off"]
    assert tracker("audit", "verify", "--data", county, cwd=county).returncode == 0
    unsettled = asked(county, "calendar", "show", "2027")
    assert "暂定" in unsettled.stdout
    (county / "2026.yaml").write_text(YEAR.replace("2026-10-06]", "2026-13-06]"), encoding="utf-8")
    bad = asked(county, "calendar", "load", county / "2026.yaml")
    assert bad.returncode == 3
    assert "2026.yaml:9" in bad.stderr


def test_an_officer_records_a_correction_and_an_acceptance(county: Path) -> None:
    step = "mineral_check"
    project = "1"

    def record(*arguments: str) -> Done:
        return asked(county, "record", project, step, *arguments)

    refused = record("granted", "2025-06-16")
    assert refused.returncode == 2
    assert "已收件" in refused.stderr
    assert record("lodged", "2025-06-09", "--dry-run").returncode == 0
    assert record("correction", "2025-06-11").returncode == 2  # the preview wrote nothing
    for told in (
        ("lodged", "2025-06-09"),
        ("correction", "2025-06-11", "--reason", "缺勘界图"),
        ("resubmitted", "2025-06-13"),
        ("accepted", "2025-06-16"),
    ):
        done = record(*told)
        assert done.returncode == 0, done.stderr
    assert "2025年7月14日" in done.stdout
    stopped = data(
        record("stopped", "2025-06-18", "--reason", "S5 评审", "--number", "函1号", "--json")
    )
    assert (stopped["state"], stopped["holder"]) == ("suspended", "agency")
    assert record("extended", "2025-06-19", "--add", "ten").returncode == 2
    assert record("resumed", "2025-07-19").returncode == 2
    assert tracker("audit", "verify", "--data", county, cwd=county).returncode == 0


@pytest.mark.parametrize(
    ("step", "remedy"),
    [
        ("压覆矿产资源查旬", "是否应为“压覆矿产资源查询”？"),
        ("盖章", "tracker procedures show gov_road"),
    ],
)
def test_a_step_that_is_not_there_is_not_answered_with_all_there_are(
    county: Path, step: str, remedy: str
) -> None:
    refused = asked(county, "record", "1", step, "lodged", "2025-06-09")
    assert refused.returncode == 2
    assert remedy in refused.stderr
    assert len(refused.stderr) < 200


def test_answers_change_the_plan_and_bad_ones_change_nothing(county: Path) -> None:
    before = data(asked(county, "plan", "1", "--target", "start", "--json"))
    assert "forest" in {question["fact"] for question in before["questions"]}
    bad = asked(county, "project", "facts", "1", "forest=perhaps")
    assert bad.returncode == 2
    assert "是、否" in bad.stderr
    assert asked(county, "project", "facts", "1", "weather=dry").returncode == 2
    known = data(asked(county, "project", "facts", "1", "forest=no", "land_ha=2.5", "--json"))[
        "facts"
    ]
    assert {f["fact"]: f["answer"] for f in known}["land_ha"] == "2.5"
    after = data(asked(county, "plan", "1", "--target", "start", "--json"))
    off = {step["id"] for step in after["steps"] if step.get("not_needed")}
    assert "forest_land_use" in off
    taken_back = data(asked(county, "project", "facts", "1", "forest=", "--json"))["facts"]
    assert {f["fact"]: f["answer"] for f in taken_back}["forest"] is None
