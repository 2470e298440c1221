"""Follow-ups from the command line: opened by an import, answered, broken, closed, opened again."""

import json
import zipfile
from pathlib import Path

import docx
import pytest

from tests.support.command import Done, tracker
from tests.support.workbooks import row, write

DAY, LATER = "2025-06-20", "2025-07-04"
WHY = ("--why", "县政府常务会议决定", "--as-of", DAY)
OFFICE = ("--who", "县自然资源和规划局")


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county with a late project and one that is undecided."""
    late = row(立项="办理中", 用地预审="退回", 完成时限="2026年1月底前")
    open_ = row(项目名称="乙镇中学", 立项="已办结", 用地预审=None, 施工许可=None)
    write(tmp_path / "台账.xlsx", late, open_)
    done = tracker("import", "台账.xlsx", "--yes", "--as-of", DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def follow_ups(county: Path, *more: str, day: str = DAY) -> list[dict[str, object]]:
    done = tracker("follow-ups", "list", *more, "--as-of", day, "--json", cwd=county)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["follow_ups"]


def said(county: Path, *words: str, day: str = DAY) -> Done:
    return tracker("follow-ups", *words, "--as-of", day, cwd=county)


def test_an_import_opens_a_case_of_what_is_late_and_asks_the_undecided(county: Path) -> None:
    (case,) = follow_ups(county)
    assert (case["project"], case["level"], case["state"]) == ("甲镇小学", 1, "new")
    assert case["days"] > 0
    (question,) = follow_ups(county, "--questions")
    assert (question["project"], question["question"], question["level"]) == ("乙镇中学", True, 1)
    again = tracker("import", "台账.xlsx", "--yes", "--as-of", "2025-06-27", cwd=county)
    assert again.returncode == 0, again.stderr
    report = tracker("report", "weekly", "--as-of", "2025-06-27", cwd=county)
    assert report.returncode == 0, report.stderr
    assert len(follow_ups(county, day="2025-06-27")) == 1  # never two for one cause


def test_a_case_is_taken_up_promised_broken_and_printed(county: Path) -> None:
    assert said(county, "take", "甲镇小学").returncode == 0
    assert follow_ups(county)[0]["state"] == "working"
    done = said(county, "promise", "甲镇小学", "2025-06-27", *OFFICE, "--text", "补正后重报")
    assert done.returncode == 0, done.stderr
    assert "已承诺，期限2025年6月27日" in done.stdout + done.stderr
    (case,) = follow_ups(county, day="2025-06-27")
    assert (case["state"], case["promised_until"], case["level"]) == ("promised", "2025-06-27", 1)
    (late,) = follow_ups(county, day=LATER)
    assert (late["state"], [p["outcome"] for p in late["promises"]]) == ("overdue", ["broken"])
    assert late["level"] > 1
    report = tracker("report", "weekly", "--as-of", LATER, cwd=county)
    assert report.returncode == 0, report.stderr
    text = next(county.rglob("weekly.txt")).read_text(encoding="utf-8")
    assert text
    shown = said(county, "show", "甲镇小学", day=LATER)
    assert "补正后重报" in shown.stdout
    assert "承诺" in shown.stdout
    assert tracker("audit", "verify", cwd=county).returncode == 0


def test_a_case_closes_only_by_the_plan_or_for_a_reason(county: Path) -> None:
    refused = said(county, "close", "甲镇小学")
    assert refused.returncode == 2
    assert "排期仍未恢复" in refused.stderr
    closed = said(county, "close", "甲镇小学", "--why", "县政府同意调整时限")
    assert closed.returncode == 0, closed.stderr
    assert follow_ups(county) == []
    none = said(county, "take", "甲镇小学")
    assert none.returncode == 2
    assert "没有正在跟踪的事项" in none.stderr
    worse = tracker("project", "set", "甲镇小学", "完成时限=2025-10-31", *WHY, cwd=county)
    assert worse.returncode == 0, worse.stderr
    night = tracker("report", "weekly", "--as-of", "2025-06-27", cwd=county)
    assert night.returncode == 0, night.stderr
    (again,) = follow_ups(county, day="2025-06-27")
    assert [each["kind"] for each in again["acts"]][:2] == ["closed", "reopened"]


def test_the_report_prints_who_closed_a_case_against_the_plan(county: Path) -> None:
    closed = said(county, "close", "甲镇小学", "--why", "县政府同意调整时限", "--by", "县府办")
    assert closed.returncode == 0, closed.stderr
    report = tracker("report", "weekly", "--as-of", DAY, cwd=county)
    assert report.returncode == 0, report.stderr
    paper = docx.Document(str(next(county.rglob("weekly.docx"))))
    text = "".join(paragraph.text for paragraph in paper.paragraphs)
    assert "县政府同意调整时限" in text
    assert "县府办" in text


def test_a_case_that_recovers_waits_to_be_confirmed(county: Path) -> None:
    eased = tracker("project", "set", "甲镇小学", "完成时限=2028-12-31", *WHY, cwd=county)
    assert eased.returncode == 0, eased.stderr
    assert tracker("report", "weekly", "--as-of", "2025-06-27", cwd=county).returncode == 0
    (case,) = follow_ups(county, day="2025-06-27")
    assert case["state"] == "to_check"
    closed = said(county, "close", "甲镇小学", day="2025-06-27")
    assert closed.returncode == 0, closed.stderr
    assert follow_ups(county, day="2025-06-27") == []


@pytest.mark.parametrize(
    "words",
    [
        ("promise", "甲镇小学", "2025-06-19", *OFFICE),
        ("promise", "甲镇小学", "明天", *OFFICE),
        ("contact", "甲镇小学", "催办", "--who", ""),
        ("take", "月球基地"),
    ],
)
def test_what_cannot_be_said_is_refused_and_keeps_nothing(
    county: Path, words: tuple[str, ...]
) -> None:
    done = said(county, *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert follow_ups(county)[0]["acts"] == []


def test_a_report_of_a_week_to_come_tells_nothing(county: Path) -> None:
    week = tracker("report", "weekly", "--week", "2030-W40", "--as-of", DAY, cwd=county)
    assert week.returncode in (0, 2), week.stderr
    assert follow_ups(county)[0]["acts"] == []


def test_a_report_of_an_earlier_week_does_not_print_what_came_later(county: Path) -> None:
    assert tracker("report", "weekly", "--as-of", DAY, cwd=county).returncode == 0
    closed = said(county, "close", "甲镇小学", "--why", "县政府同意调整", day="2025-06-24")
    assert closed.returncode == 0, closed.stderr
    assert tracker("report", "weekly", "--week", "2025-W25", cwd=county).returncode == 0
    for path in county.rglob("weekly.docx"):
        paper = docx.Document(str(path))
        assert "县政府同意调整" not in "".join(p.text for p in paper.paragraphs)


def test_an_import_can_be_taken_back_whatever_the_plan_said_since(county: Path) -> None:
    assert tracker("report", "weekly", "--as-of", LATER, cwd=county).returncode == 0
    undone = tracker("import", "--undo", "--reason", "导错了", "--as-of", LATER, cwd=county)
    assert undone.returncode == 0, undone.stderr
    listed = tracker("project", "list", "--as-of", LATER, "--json", cwd=county)
    assert json.loads(listed.stdout)["projects"] == []


def test_looking_back_tells_nothing_new(county: Path) -> None:
    assert said(county, "take", "甲镇小学", day=LATER).returncode == 0
    before = follow_ups(county, day=LATER)
    assert tracker("report", "weekly", "--as-of", DAY, cwd=county).returncode == 0
    assert follow_ups(county, day=LATER) == before


def test_a_paper_proves_what_was_promised(county: Path) -> None:
    (county / "承诺书.pdf").write_bytes(b"%PDF-1.7 promised")
    (county / "empty.pdf").touch()
    asked = ("promise", "甲镇小学", "2025-06-27", *OFFICE, "--file")
    assert said(county, *asked, "empty.pdf").returncode == 2
    assert follow_ups(county)[0]["acts"] == []
    assert said(county, *asked, "承诺书.pdf").returncode == 0
    assert "附件：承诺书.pdf" in said(county, "show", "甲镇小学").stdout
    (act,) = follow_ups(county)[0]["acts"]
    assert [file["name"] for file in act["files"]] == ["承诺书.pdf"]
    assert "承诺书.pdf" in tracker("project", "history", "甲镇小学", cwd=county).stdout
    assert tracker("audit", "verify", cwd=county).returncode == 0
    assert tracker("backup", cwd=county).returncode == 0
    (made,) = county.rglob("tracker-*.zip")
    with zipfile.ZipFile(made) as packed:
        assert [n for n in packed.namelist() if n.startswith("evidence/")]
    for kept in (county / "tracker-data" / "evidence").rglob("*"):
        if kept.is_file():
            kept.unlink()
    assert "承诺书.pdf" in tracker("doctor", cwd=county).stdout


def test_a_report_that_was_changed_on_disk_is_found(county: Path) -> None:
    assert tracker("report", "weekly", "--as-of", DAY, cwd=county).returncode == 0
    assert tracker("audit", "verify", cwd=county).returncode == 0
    (file,) = county.rglob("weekly.txt")
    file.write_bytes(file.read_bytes() + b"x")
    done = tracker("audit", "verify", cwd=county)
    assert done.returncode == 1
    assert "2025-W25/weekly.txt" in done.stdout
    assert "2025-W25/weekly.txt" in tracker("doctor", cwd=county).stdout
