"""Columns that ask, in the workbook that goes back to the clerk, and the answers in them."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.support.command import tracker
from tests.support.workbooks import HEADINGS, row, write

DAY = ("--as-of", "2025-06-20")


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county with two projects, one of them undecided."""
    some = row(立项="已办结", 用地预审=None, 施工许可=None)
    late = row(项目名称="乙镇中学", 立项="未启动", 完成时限="2025年6月底前")
    write(tmp_path / "台账.xlsx", some, late)
    done = tracker("import", "台账.xlsx", "--yes", *DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def span(county: Path) -> tuple[str | None, str]:
    done = tracker("plan", "甲镇小学", *DAY, "--json", cwd=county)
    found = json.loads(done.stdout)["span"]
    return found["best"], found["worst"]


def test_the_workbook_goes_back_with_columns_that_ask(county: Path) -> None:
    before = span(county)
    done = tracker("ledger", "write", "台账.xlsx", "--ask", "--out", "回.xlsx", *DAY, cwd=county)
    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(county / "回.xlsx")
    sheet = book.active
    asked = {
        cell.value: cell.column for cell in sheet[3] if str(cell.value or "").startswith("待答：")
    }
    assert 3 <= len(asked) <= 16
    assert min(asked.values()) == len(HEADINGS) + 1
    assert {sheet.cell(4, column).value for column in asked.values()} == {"？"}  # only what is open
    assert {sheet.cell(5, column).value for column in asked.values()} == {None}  # it is decided
    again = tracker("import", "回.xlsx", "--yes", "--json", *DAY, cwd=county)
    assert again.returncode == 0, again.stderr
    assert span(county) == before  # nothing was answered yet
    for heading, column in asked.items():
        choices = heading.rpartition("（")[2].removesuffix("）").split("/")
        sheet.cell(4, column).value = choices[0] if choices[0] != "填数" else "0"
    book.save(county / "答.xlsx")
    done = tracker("import", "答.xlsx", "--yes", *DAY, cwd=county)
    assert done.returncode == 0, done.stderr
    after = span(county)
    assert after != before
    assert after[1] < before[1]
    write_ = ("ledger", "write", "答.xlsx", "--ask", "--out", "三.xlsx", "--json")
    twice = tracker(*write_, *DAY, cwd=county)
    assert twice.returncode in (0, 1), twice.stderr
    added = json.loads(twice.stdout)["asked"]
    names = {heading.removeprefix("待答：").rpartition("（")[0] for heading in asked}
    assert not names & set(added)


@pytest.mark.parametrize(
    ("heading", "value", "expected"),
    [
        ("待答：规划区内（是/否）", "是", {"in_town": "yes"}),
        ("待答:规划区内", "不在", {}),
        ("待答：用地（新征集体土地/已批建设用地）", "已批建设用地", {"land": "approved"}),
        ("待答：用地（新征集体土地/已批建设用地）", "？", {}),
        ("待答：不存在的问题", "是", {}),
    ],
)
def test_an_answer_is_read_by_the_name_of_its_question(
    tmp_path: Path, heading: str, value: str, expected: dict[str, str]
) -> None:
    write(tmp_path / "a.xlsx", (*row(), value), headings=(*HEADINGS, heading))
    done = tracker("import", "a.xlsx", "--json", *DAY, cwd=tmp_path)
    found = json.loads(done.stdout)
    facts = found["projects"][0]["facts"]
    assert {key: facts[key] for key in ("in_town", "land") if key in facts} == expected
    noted = {i["code"] for i in found["issues"] if i["column"] == "P"}
    assert noted == {"是": {"other_procedure"}, "不在": {"unknown_answer"}}.get(value, set()) - (
        {"other_procedure"} if expected else set()
    )


def test_a_step_that_is_asked_by_its_name_is_told(tmp_path: Path) -> None:
    heading = "待答：用地预审与选址材料编制（已办结/办理中/未启动/不需要）"
    write(tmp_path / "a.xlsx", (*row(用地预审=None), "已办结"), headings=(*HEADINGS, heading))
    assert tracker("import", "a.xlsx", "--yes", *DAY, cwd=tmp_path).returncode == 0
    done = tracker("plan", "甲镇小学", *DAY, "--json", cwd=tmp_path)
    steps = {step["name"]: step for step in json.loads(done.stdout)["steps"]}
    told = steps["用地预审与选址材料编制"]
    assert (told["status"], told["known"]) == ("finished", "recorded")


def test_two_cells_that_say_different_things_of_a_step_are_a_question(tmp_path: Path) -> None:
    heading = "待答：用地预审与选址意见书（已办结/办理中/未启动/不需要）"
    write(tmp_path / "a.xlsx", (*row(用地预审="办理中"), "已办结"), headings=(*HEADINGS, heading))
    done = tracker("import", "a.xlsx", "--json", *DAY, cwd=tmp_path)
    codes = {issue["code"] for issue in json.loads(done.stdout)["issues"]}
    assert "columns_disagree" in codes
