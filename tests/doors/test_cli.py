"""The command line, as whole processes: the main job end to end, and what bad input gets."""

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from tests.support.command import Done, tracker, tracker_process
from tests.support.workbooks import row, write


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demonstration ran from the command line."""
    folder = tmp_path_factory.mktemp("main job")
    done = tracker("demo", "--no-serve", "--weeks", "1", cwd=folder)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert str(folder / "tracker-demo" / "reports" / "2025-W25" / "weekly.pdf") in done.stdout
    return folder


def in_demo(county: Path, *arguments: str | Path) -> Done:
    return tracker(*arguments, "--data", "tracker-demo", cwd=county)


def test_the_demo_leaves_its_files(county: Path) -> None:
    folder = county / "tracker-demo"
    for name in ("docx", "pdf", "xlsx", "txt"):
        assert (folder / "reports" / "2025-W25" / f"weekly.{name}").stat().st_size > 500
    assert (folder / "ledgers" / "台账20250620.xlsx").exists()


def test_a_second_demo_changes_nothing(county: Path) -> None:
    folder = county / "tracker-demo"
    before = {p: p.read_bytes() for p in (folder / "reports").rglob("weekly.*")}
    ledgers = {p: p.read_bytes() for p in (folder / "ledgers").iterdir()}
    assert tracker("demo", "--no-serve", "--weeks", "1", cwd=county).returncode == 0
    assert {p: p.read_bytes() for p in (folder / "reports").rglob("weekly.*")} == before
    assert {p: p.read_bytes() for p in (folder / "ledgers").iterdir()} == ledgers


def test_the_preview_of_the_demos_ledger_has_86_projects_and_the_right_total(county: Path) -> None:
    ledger = county / "tracker-demo" / "ledgers" / "台账20250620.xlsx"
    done = tracker("import", ledger, "--dry-run", "--json", "--as-of", "2025-06-20", cwd=county)
    found = json.loads(done.stdout)
    assert (done.returncode, found["format"], len(found["projects"])) == (0, "tracker-import/1", 86)
    assert "total_mismatch" not in {issue["code"] for issue in found["issues"]}
    assert all(p["procedure"] and p["target"] for p in found["projects"])
    assert sum(s["projects"] for s in found["sheets"]) == 86


def test_importing_the_demos_ledger_again_changes_nothing(county: Path) -> None:
    ledger = county / "tracker-demo" / "ledgers" / "台账20250620.xlsx"
    done = in_demo(county, "import", ledger, "--yes", "--json", "--as-of", "2025-06-20")
    assert done.returncode == 0
    changes = json.loads(done.stdout)["changes"]
    assert (changes["new"], changes["changed"], changes["unchanged"]) == (0, 0, 86)


def plan(county: Path, *more: str) -> dict[str, object]:
    done = in_demo(county, "plan", "农业产业园", "--as-of", "2025-06-23", "--json", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_park_cannot_be_met_and_the_plan_says_so(county: Path) -> None:
    found = plan(county)
    assert (found["format"], found["feasible"], found["deadline"]) == (
        "tracker-plan/1",
        False,
        "2025-10-31",
    )
    assert found["working_days_left"] == 91
    assert found["working_days_needed"] > 91
    assert found["because"]["step"] == "land_approval"
    blocked = {s["id"]: s.get("blocked") for s in found["steps"]}["site_preapproval"]
    assert (blocked["reason"], blocked["expected"]) == ("D08", "2025-09-30")
    words = in_demo(county, "plan", "农业产业园", "--as-of", "2025-06-23").stdout
    assert "无法在2025年10月31日前完成" in words
    assert "只剩91个工作日" in words


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_a_readme_says_of_the_park_what_the_plan_says(
    county: Path, name: str, language: str
) -> None:
    said = in_demo(
        county, "--lang", language, "plan", "农业产业园", "--as-of", "2025-06-23"
    ).stdout.splitlines()[1]
    readme = (Path(__file__).parents[2] / name).read_text(encoding="utf-8")
    gap = " " if language == "en" else ""
    assert said in re.sub(r"\n +", gap, readme)


def test_the_earliest_day_as_deadline_is_not_red_and_one_day_less_is(county: Path) -> None:
    earliest = plan(county)["earliest_finish"]
    met = plan(county, "--deadline", earliest)
    assert met["feasible"] is not False
    assert met["light"] != "black"  # red it stays: the approval was due in March
    day_before = date.fromisoformat(earliest) - timedelta(days=1)
    missed = plan(county, "--deadline", day_before.isoformat())
    assert missed["feasible"] is False
    assert missed["light"] in ("red", "black")


def test_flags_report_and_follow_ups_agree(county: Path) -> None:
    flags = json.loads(in_demo(county, "flags", "--json").stdout)["flags"]
    report = json.loads(in_demo(county, "report", "weekly", "--json").stdout)
    lights: dict[str, set[str]] = {}
    for flag in flags:
        lights.setdefault(flag["project_light"], set()).add(flag["project"])
    for light in ("black", "red", "yellow", "grey", "blue"):
        assert len(lights.get(light, ())) == report["lights"][light], light
    cases = json.loads(in_demo(county, "follow-ups", "list", "--json").stdout)["follow_ups"]
    needing = {
        f["project"] for f in flags if f["kind"] in ("infeasible", "late", "overdue", "float_short")
    }
    assert needing <= {case["project"] for case in cases}
    assert all(flag["sentence"] and flag["rule"] for flag in flags)


def test_checks_exit_with_one_when_they_find_something(county: Path) -> None:
    assert in_demo(county, "flags", "--check").returncode == 1
    done = in_demo(county, "assignments", "--check")
    assert done.returncode == 1
    assert "多名领导" in done.stdout


def test_everything_speaks_english_too(county: Path) -> None:
    done = in_demo(county, "flags", "--lang", "en")
    assert "working days late" in done.stdout
    assert "滞后" not in done.stdout
    assert "says what is late" in " ".join(
        tracker("--lang", "en", "--help", cwd=county).stdout.split()
    )
    assert "倒排工期" in tracker("--help", cwd=county).stdout


def test_the_demo_refuses_a_real_county(tmp_path: Path) -> None:
    ledger = write(tmp_path / "a.xlsx", row())
    assert tracker("import", ledger, "--yes", "--as-of", "2025-06-20", cwd=tmp_path).returncode == 0
    done = tracker("demo", "--no-serve", "--weeks", "1", "--data", "tracker-data", cwd=tmp_path)
    assert done.returncode == 2
    assert not (tmp_path / "tracker-data" / ".tracker-demo").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("import", "nothing.xlsx", "--dry-run"), 3, "没有文件"),
        (("import", "notes.txt", "--dry-run"), 3, "不是工作簿"),
        (("import", "bare.xlsx", "--dry-run"), 3, "没有找到带表头的表格"),
        (("import", "wrong.xlsx", "--yes"), 1, "第5行 H列"),
        (("import", "wrong.xlsx", "--dry-run"), 1, "2025年2月30日"),
        (("import", "good.xlsx"), 2, "--yes"),
        (("plan", "小学"), 2, "没有数据"),
        (("flags", "--lang", "fr"), 2, "fr"),
        (("report", "weekly", "--week", "2025-W99"), 2, "2025-W99"),
        (("serve", "--host", "0.0.0.0"), 2, "还没有账号"),
    ],
)
def test_bad_input_gets_a_clear_word_and_writes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], code: int, word: str
) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    with xlsxwriter.Workbook(str(tmp_path / "bare.xlsx")) as book:
        book.add_worksheet("x").write(0, 0, "hello")
    write(tmp_path / "wrong.xlsx", row(), row(项目名称="乙镇小学", 立项="2025年2月30日"))
    write(tmp_path / "good.xlsx", row())
    done = tracker(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert word in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "tracker-data").exists()


def test_a_wrong_name_lists_what_fits(county: Path) -> None:
    done = in_demo(county, "plan", "小学")
    assert done.returncode == 2
    assert "对应多个项目" in done.stderr


NO_NETWORK = Path(__file__).parents[1] / "support" / "no_network"


def test_the_main_job_contacts_no_other_host(tmp_path: Path) -> None:
    contacts = tmp_path / "contacts"
    done = tracker_process(
        "demo",
        "--no-serve",
        "--weeks",
        "1",
        cwd=tmp_path,
        PYTHONPATH=str(NO_NETWORK),
        CONTACTS=str(contacts),
        CI="",
    )
    assert done.returncode == 0, done.stderr
    assert not contacts.exists(), contacts.read_text()


def test_the_guard_against_the_network_would_notice(tmp_path: Path) -> None:
    contacts = tmp_path / "contacts"
    code = "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=1)"
    known = {
        **os.environ,
        "PYTHONPATH": str(NO_NETWORK),
        "CONTACTS": str(contacts),
        "NO_PROXY": "*",
    }
    assert subprocess.run(
        [sys.executable, "-c", code], env=known, check=False, capture_output=True
    ).returncode
    assert contacts.read_text() == "192.0.2.1\n"
