"""What is asked about a ledger, and that an answer given once is remembered."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Done, tracker
from tests.support.workbooks import row, write

Json = dict[str, Any]


def run(folder: Path, *arguments: str) -> Done:
    done = tracker(*arguments, "--data", "d", cwd=folder)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def preview(tmp_path: Path) -> Callable[..., Json]:
    def read(name: str, *options: str) -> Json:
        done = run(
            tmp_path, "import", name, "--dry-run", "--json", "--as-of", "2025-06-20", *options
        )
        found: Json = json.loads(done.stdout)
        return found

    return read


def test_a_word_is_taught_once_remembered_and_forgotten(
    tmp_path: Path, preview: Callable[..., Json]
) -> None:
    rows = [
        row(序号=n, 项目名称=f"{name}镇小学", 立项="跑办中心") for n, name in enumerate("甲乙丙", 1)
    ]
    write(tmp_path / "a.xlsx", *rows)
    asked = preview("a.xlsx")["questions"]
    assert [(q["kind"], q["key"], q["cells"]) for q in asked] == [("word", "@跑办中心", 3)]
    options = ("import", "a.xlsx", "--as-of", "2025-06-20", "--yes", "--word", "跑办中心=办理中")
    assert run(tmp_path, *options).returncode == 0
    assert preview("a.xlsx")["questions"] == []
    assert "跑办中心" in run(tmp_path, "ledger", "words").stdout
    assert "跑办中心" not in run(tmp_path, "ledger", "columns").stdout
    run(tmp_path, "ledger", "words", "跑办中心=")
    assert len(preview("a.xlsx")["questions"]) == 1


def test_what_an_import_was_told_goes_when_it_is_taken_back(
    tmp_path: Path, preview: Callable[..., Json]
) -> None:
    write(tmp_path / "a.xlsx", row(立项="跑办中心"))
    day = ("--as-of", "2025-06-20", "--yes")
    run(tmp_path, "import", "a.xlsx", "--word", "跑办中心=办理中", *day)
    assert preview("a.xlsx")["questions"] == []
    run(tmp_path, "import", "--undo", *day)
    assert len(preview("a.xlsx")["questions"]) == 1


def test_a_word_that_means_no_state_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", row())
    done = run(tmp_path, "import", "a.xlsx", "--dry-run", "--word", "快了=差不多")
    assert (done.returncode, "快了=差不多" in done.stderr) == (2, True)


def test_days_are_asked_about_once_a_column(tmp_path: Path, preview: Callable[..., Json]) -> None:
    rows = [
        row(序号=n, 项目名称=f"{name}镇小学", 立项="2025-03-01") for n, name in enumerate("甲乙", 1)
    ]
    write(tmp_path / "a.xlsx", *rows)
    (asked,) = preview("a.xlsx")["questions"]
    assert (asked["kind"], asked["column"], asked["cells"]) == ("plan_or_actual", "H", 2)
    actual, planned = asked["answers"]
    told = preview("a.xlsx", "--column", f"立项={planned}")
    steps = [s for p in told["projects"] for s in p["steps"] if s["heading"] == "立项"]
    assert [(s["status"], s["planned"]) for s in steps] == [("unknown", "2025-03-01")] * 2
    assert told["questions"] == []
    told = preview("a.xlsx", "--column", f"立项={actual}")
    steps = [s for p in told["projects"] for s in p["steps"] if s["heading"] == "立项"]
    assert [(s["status"], s["actual"]) for s in steps] == [("done", "2025-03-01")] * 2


def test_prose_is_recorded_only_when_it_is_accepted(tmp_path: Path) -> None:
    headings = ("序号", "项目名称", "建设单位", "行业", "前期手续进展情况")
    line = (1, "甲镇小学", "县教育局", "教育", "已完成可研批复，正在办理用地预审")
    write(tmp_path / "a.xlsx", line, headings=headings)
    day = ("--as-of", "2025-06-20", "--yes")
    assert run(tmp_path, "import", "a.xlsx", *day).returncode == 0
    shown = run(tmp_path, "import", "a.xlsx", "--dry-run", "--as-of", "2025-06-20").stdout
    assert "从进展文字中读出2项状态" in shown
    assert run(tmp_path, "import", "a.xlsx", "--accept", *day).returncode == 0
    again = run(tmp_path, "import", "a.xlsx", "--dry-run", "--as-of", "2025-06-20").stdout
    assert "从进展文字中读出" not in again


@pytest.mark.parametrize("day", ["2004-06-20", "2015-01-05", "2024-12-31", "2025-02-28"])
def test_a_ledger_of_any_day_is_read(tmp_path: Path, day: str) -> None:
    write(tmp_path / "a.xlsx", row(完成时限=None))
    done = run(tmp_path, "import", "a.xlsx", "--yes", "--as-of", day)
    assert done.returncode == 0, done.stderr
    assert "起施行的规定" in done.stdout
