"""Steps with deadlines of their own: from a ledger, and from the command line."""

import json
from pathlib import Path

import pytest

from tests.support.command import tracker
from tests.support.workbooks import HEADINGS, row, write

DAY = ("--as-of", "2025-06-20")
PLANNED = (*HEADINGS, "可研批复计划完成时间", "初步设计计划完成时间")


def ledger(folder: Path, name: str, study: str | None, design: str | None) -> Path:
    cells = row(立项="已办结", 用地预审="办理中", 完成时限="2027年6月底前")
    return write(folder / name, (*cells, study, design), headings=PLANNED)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county with one project, whose ledger plans two steps."""
    path = ledger(tmp_path, "台账.xlsx", "2025年6月20日", "2026年12月底")
    done = tracker("import", path, "--yes", *DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def listed(county: Path, *said: str) -> dict[str, dict[str, object]]:
    done = tracker("project", "due", "甲镇小学", *said, *DAY, "--json", cwd=county)
    assert done.returncode == 0, done.stderr
    return {each["step"]: each for each in json.loads(done.stdout)["interims"]}


def flags(county: Path) -> dict[str, tuple[str, int]]:
    done = tracker("flags", *DAY, "--json", cwd=county)
    found = [f for f in json.loads(done.stdout)["flags"] if f["kind"] == "interim"]
    return {f["step"]: (f["light"], f["working_days"]) for f in found}


def test_planned_days_of_a_ledger_are_deadlines_of_their_steps(county: Path) -> None:
    found = listed(county)
    assert list(found) == ["fs_approval", "prelim_approval"]
    study, design = found.values()
    assert study["deadline"] == "2025-06-20"
    late = -study["spare_at_best"]
    assert late > 0  # the site, which comes before it by law, is told as under way
    assert study["spare_at_worst"] < -late
    assert 0 < design["spare_at_worst"] < design["spare_at_best"]
    assert flags(county) == {"fs_approval": ("red", late)}
    done = tracker("project", "list", *DAY, "--json", cwd=county)
    assert [p["light"] for p in json.loads(done.stdout)["projects"]] == ["red"]
    shown = tracker("project", "due", "甲镇小学", *DAY, cwd=county).stdout
    assert "初步设计" in shown
    assert f"{study['spare_at_worst']}至{study['spare_at_best']}" in shown


def test_a_step_that_may_be_over_is_not_late_by_its_own_deadline(county: Path) -> None:
    """水保 waits for nothing that is told: it may be there, or not be needed at all."""
    check = listed(county, "用地预审与选址意见书=2027-06-30", "soil_water_form=2025-06-23")[
        "soil_water_form"
    ]
    assert check["spare_at_worst"] < 0
    assert (check["best"], check["spare_at_best"]) == (None, None)
    assert flags(county)["soil_water_form"] == ("open", 0)
    assert "site_preapproval" not in flags(county)


def test_a_step_beside_the_way_to_the_target_is_planned_for_itself(county: Path) -> None:
    beside = listed(county, "eia_form=2030-12-31")
    assert "eia_form" in beside
    gone = listed(county, "eia_form=")
    assert "eia_form" not in gone


def test_a_ledger_that_moves_a_day_moves_the_deadline_and_undo_moves_it_back(county: Path) -> None:
    path = ledger(county, "新.xlsx", "2025年9月30日", "2026年12月底")
    later = ("--as-of", "2025-06-27")
    assert tracker("import", path, "--yes", *later, cwd=county).returncode == 0
    done = tracker("project", "due", "甲镇小学", *later, "--json", cwd=county)
    assert json.loads(done.stdout)["interims"][0]["deadline"] == "2025-09-30"
    told = tracker("project", "history", "甲镇小学", cwd=county)
    assert told.returncode == 0, told.stderr
    assert "阶段时限" in told.stdout
    undone = tracker("import", "--undo", "--reason", "导错了", *later, cwd=county)
    assert undone.returncode == 0, undone.stderr
    done = tracker("project", "due", "甲镇小学", *later, "--json", cwd=county)
    assert json.loads(done.stdout)["interims"][0]["deadline"] == "2025-06-20"


@pytest.mark.parametrize(
    "said",
    [
        "月球许可=2026-01-01",
        "初步设计=明天",
        "初步设计",
        "初步设计及概算批复=2045-01-01",
        "开工=2026-09-01",  # it waits for the target
    ],
)
def test_what_names_no_step_or_no_day_is_refused(county: Path, said: str) -> None:
    done = tracker("project", "due", "甲镇小学", said, *DAY, cwd=county)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "every_day" not in done.stderr
