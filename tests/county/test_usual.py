"""A county's own numbers, from the command line: seen, switched on, and off again."""

import json
from pathlib import Path

import pytest

from tests.support.command import tracker
from tests.support.workbooks import HEADINGS, row, write

DAY = ("--as-of", "2025-06-20")
COLUMNS = (*HEADINGS, "待答：规划区内（是/否）")


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county of thirty schools outside the towns, whose studies took two days each."""
    rows = [
        (*row(项目名称=f"第{n}小学", 立项="已办结", 用地预审=None, 施工许可=None), "否")
        for n in range(1, 31)
    ]
    write(tmp_path / "台账.xlsx", *rows, headings=COLUMNS)
    done = tracker("import", "台账.xlsx", "--yes", *DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def usual(county: Path) -> dict[str, object]:
    done = tracker("usual", "show", *DAY, "--json", cwd=county)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def chances(county: Path) -> list[float]:
    done = tracker("plan", "第1小学", *DAY, "--json", cwd=county)
    span = json.loads(done.stdout)["span"]
    return [span["best"], span["worst"], span["chance_late"]]


def test_answers_are_learned_shown_and_count_only_once_somebody_says_so(county: Path) -> None:
    found = usual(county)
    assert (found["answers_count"], found["times_count"]) == (False, False)
    (in_town,) = [each for each in found["answers"] if each["fact"] == "in_town"]
    assert in_town["projects"] == 30
    assert in_town["learned"]["no"] > in_town["usual"]["no"]
    before = chances(county)
    done = tracker("usual", "keep", "--answers", *DAY, cwd=county)
    assert done.returncode == 0, done.stderr
    assert usual(county)["answers_count"] is True
    assert chances(county)[:2] == before[:2]  # shares bound nothing
    assert "均未采用" not in tracker("usual", "show", *DAY, cwd=county).stdout
    assert tracker("usual", "keep", *DAY, cwd=county).returncode == 0
    assert usual(county)["answers_count"] is False
    assert chances(county) == before
    assert tracker("audit", "verify", cwd=county).returncode == 0


def test_times_move_plans_only_where_they_are_switched_on(county: Path) -> None:
    for n in range(1, 4):
        for kind, day in (("accepted", "2025-05-06"), ("granted", "2025-05-08")):
            said = ("record", f"第{n}小学", "site_preapproval", kind, day, "--yes")
            done = tracker(*said, *DAY, cwd=county)
            assert done.returncode == 0, done.stderr
    found = usual(county)
    (site,) = [each for each in found["times"] if each["step"] == "site_preapproval"]
    assert site["cases"] == 3
    before = chances(county)
    assert tracker("usual", "keep", "--times", *DAY, cwd=county).returncode == 0
    assert usual(county)["times_count"] is True
    done = tracker("plan", "第9小学", *DAY, "--json", cwd=county)
    assert done.returncode == 0, done.stderr
    history = tracker("project", "history", "第9小学", cwd=county)
    assert history.returncode == 0, history.stderr
    assert tracker("usual", "keep", *DAY, cwd=county).returncode == 0
    assert chances(county) == before


def test_an_empty_record_tells_nothing(tmp_path: Path) -> None:
    write(tmp_path / "台账.xlsx", row(总投资=None))
    assert tracker("import", "台账.xlsx", "--yes", *DAY, cwd=tmp_path).returncode == 0
    done = tracker("usual", "show", *DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "尚无可用数据" in done.stderr
