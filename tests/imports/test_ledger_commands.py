"""What a clerk does with the county's workbook at the command line."""

import json
import re
from pathlib import Path

import openpyxl
import pytest
import xlwt

from tests.support.command import Done, tracker
from tests.support.workbooks import HEADINGS, row, write

DAY, WEEK_LATER = "2025-06-20", "2025-06-27"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a ledger that is in the record."""
    write(tmp_path / "a.xlsx", row(), row(项目名称="乙镇小学", 总投资="待定"))
    assert run(tmp_path, "import", "a.xlsx", "--yes", "--as-of", DAY).returncode == 0
    return tmp_path


def run(folder: Path, *arguments: str) -> Done:
    done = tracker(*arguments, "--data", "d", cwd=folder)
    assert "Traceback" not in done.stderr
    return done


def told(folder: Path, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(run(folder, *arguments, "--json").stdout)
    return found


def test_the_preview_says_what_would_change(office: Path) -> None:
    write(
        office / "b.xlsx",
        row(总投资=3600, 用地预审="已办结（2025-06-24）", 包保领导="县长"),
        row(项目名称="乙镇小学", 总投资="待定"),
    )
    done = run(office, "import", "b.xlsx", "--dry-run", "--as-of", WEEK_LATER)
    assert done.returncode == 0
    line = next(line for line in done.stdout.splitlines() if "变更：" in line)
    for said in (
        "第4行 甲镇小学",
        "3000 → 3600",
        "县长",
        "用地预审与选址意见书 → 已办结 (2025-06-24)",
    ):
        assert said in line
    assert "说明： 工作表“台账”第5行 G列：“待定”" in done.stdout
    assert "立项/办理情况 → 可行性研究报告批复" in done.stdout
    changes = told(office, "import", "b.xlsx", "--dry-run", "--as-of", WEEK_LATER)["changes"]
    assert isinstance(changes, dict)
    assert [move["project"] for move in changes["moves"]] == ["甲镇小学"]


def test_an_import_is_looked_at_and_taken_back(office: Path) -> None:
    write(
        office / "b.xlsx",
        row(总投资=3600),
        row(项目名称="乙镇小学", 总投资="待定"),
        row(项目名称="丙镇小学"),
    )
    assert run(office, "import", "b.xlsx", "--yes", "--as-of", WEEK_LATER).returncode == 0
    look = run(office, "import", "--undo", "--dry-run", "--as-of", WEEK_LATER)
    assert (look.returncode, "以下仅为预览" in look.stderr) == (0, True)
    assert "丙镇小学" in run(office, "project", "list", "--as-of", WEEK_LATER).stdout
    done = run(office, "import", "2", "--undo", "--as-of", WEEK_LATER, "--reason", "导错了")
    assert (done.returncode, "已撤销第2次导入" in done.stderr) == (0, True)
    assert "丙镇小学" not in run(office, "project", "list", "--as-of", WEEK_LATER).stdout
    again = run(office, "import", "2", "--undo")
    assert (again.returncode, "没有可撤销" in again.stderr) == (2, True)
    for text in ("²", "b.xlsx"):
        wrong = run(office, "import", text, "--undo")
        assert (wrong.returncode, "不是导入编号" in wrong.stderr) == (2, True)


def test_names_are_decided_at_the_command_line(office: Path) -> None:
    rows = (row(项目名称="甲镇小学新建工程"), row(项目名称="乙镇小学", 总投资="待定"))
    write(office / "b.xlsx", *rows)
    asked = run(office, "import", "b.xlsx", "--yes", "--as-of", WEEK_LATER)
    assert (asked.returncode, "--rename" in asked.stdout) == (1, True)
    name = "甲镇小学新建工程"
    done = run(office, "import", "b.xlsx", "--yes", "--as-of", WEEK_LATER, "--rename", name)
    assert done.returncode == 0
    assert name in run(office, "project", "list", "--as-of", WEEK_LATER).stdout
    write(office / "c.xlsx", *rows, row(项目名称="乙镇小学附属楼", 建设单位="另一单位"))
    done = run(
        office, "import", "c.xlsx", "--yes", "--as-of", WEEK_LATER, "--new", "乙镇小学附属楼"
    )
    assert done.returncode == 0
    wrong = run(office, "import", "c.xlsx", "--dry-run", "--rename", "不存在")
    assert (wrong.returncode, "不存在" in wrong.stderr) == (2, True)


def test_headings_are_explained_remembered_and_forgotten(office: Path) -> None:
    headings = (*HEADINGS[:7], "批件甲", *HEADINGS[8:])
    write(office / "b.xlsx", row(), headings=headings)
    told_once = ("import", "b.xlsx", "--yes", "--as-of", WEEK_LATER, "--column", "批件甲=能评")
    assert run(office, *told_once).returncode == 0
    assert told(office, "ledger", "columns")["headings"] == {"批件甲": "能评"}
    assert run(office, "import", "--undo", "--as-of", WEEK_LATER).returncode == 0
    assert told(office, "ledger", "columns")["headings"] == {}
    assert run(office, "ledger", "columns", "批件甲=环评").returncode == 0
    assert told(office, "ledger", "columns")["headings"] == {"批件甲": "环评"}
    assert run(office, "ledger", "columns", "批件甲=").returncode == 0
    assert told(office, "ledger", "columns")["headings"] == {}
    for pair in ("项目名称=-", "批件甲=天气", "批件甲"):
        assert run(office, "ledger", "columns", pair).returncode == 2
    wrong = run(office, "import", "b.xlsx", "--dry-run", "--column", "不存在=立项")
    assert (wrong.returncode, "不存在" in wrong.stderr) == (2, True)


def test_the_marked_workbook_overwrites_nothing(office: Path) -> None:
    write(office / "b.xlsx", row(立项="2025-02-30"))
    before = (office / "a.xlsx").read_bytes()
    for place in ("b.xlsx", "a.xlsx", "marked.txt"):
        assert run(office, "import", "b.xlsx", "--dry-run", "--marked", place).returncode == 2
    assert (office / "a.xlsx").read_bytes() == before
    assert run(office, "import", "b.xlsx", "--dry-run", "--marked", "m.xlsx").returncode == 1
    assert "2025-02-30" in str(
        openpyxl.load_workbook(office / "m.xlsx").worksheets[0]["H4"].comment.text
    )


def test_the_record_is_written_into_the_ledger(office: Path) -> None:
    assert "与系统记录一致" in run(office, "ledger", "write", "a.xlsx").stderr
    assert run(office, "project", "set", "甲镇小学", "investment_wan=4000").returncode == 0
    found = told(office, "ledger", "write", "a.xlsx", "--out", "w.xlsx")
    assert isinstance(found["cells"], list)
    assert [(c["row"], c["column"], c["after"]) for c in found["cells"]] == [(4, "G", 4000.0)]
    assert openpyxl.load_workbook(office / "w.xlsx").worksheets[0]["G4"].value == 4000
    taken = run(office, "ledger", "write", "a.xlsx", "--out", "w.xlsx")
    assert (taken.returncode, "已经存在" in taken.stderr) == (2, True)


def test_templates_and_exports(office: Path) -> None:
    assert run(office, "ledger", "template", "--out", "t.xlsx").returncode == 0
    assert run(office, "import", "t.xlsx", "--dry-run").returncode in (0, 1)
    assert run(office, "ledger", "export", "--out", "e.xlsx", "--as-of", DAY).returncode == 0
    own = run(office, "import", "e.xlsx", "--dry-run")
    assert (own.returncode, "本系统导出" in own.stderr) == (3, True)


def test_an_old_workbook_that_is_given_back_says_what_it_lacks(office: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for n, cells in enumerate((HEADINGS, row(立项="快了"))):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(n, column, value)
    book.save(str(office / "old.xls"))
    done = run(office, "import", "old.xls", "--dry-run", "--marked", "m.xlsx")
    assert "公式和格式未保留" in done.stdout + done.stderr


def test_history_says_from_which_row_of_which_file_a_value_came(tmp_path: Path) -> None:
    write(tmp_path / "六月.xlsx", row())
    assert tracker("import", "六月.xlsx", "--yes", "--as-of", DAY, cwd=tmp_path).returncode == 0
    shown = tracker("project", "history", "甲镇小学", cwd=tmp_path).stdout
    assert re.search(r"来自 六月\.xlsx“\S+”表第\d+行", shown), shown
