"""Texts that break files, lists or readers: refused in words at every door, stripped where old."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from tests.support.command import tracker
from tests.support.workbooks import HEADINGS, row, write
from tracker.core.texts import clean, is_clean
from tracker.store import engine_for

DAY = "2025-06-20"
BAD = {
    "noncharacter": "甲\uffff镇",
    "another plane": "甲\U0001fffe镇",
    "bell": "甲\a镇",
    "next line": "甲\x85镇",
    "right to left": "甲\u202e镇",
    "isolate": "甲\u2067镇",
    "line separator": "甲\u2028镇",
}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    late = row(立项="办理中", 用地预审="退回", 完成时限="2026年1月底前")
    write(folder / "台账.xlsx", late)
    done = tracker("import", "台账.xlsx", "--yes", "--as-of", DAY, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def doors(bad: str) -> Iterator[tuple[str, ...]]:
    """Every command that keeps something that people type."""
    project, day = "甲镇小学", ("--as-of", DAY)
    yield ("project", "set", project, f"项目名称={bad}", *day)
    yield ("project", "set", project, f"备注={bad}", *day)
    yield ("project", "set", project, f"领导={bad}", *day)
    yield ("project", "facts", project, f"land={bad}", *day)
    yield ("project", "suspend", project, "--until", "2026-01-01", "--why", bad, *day)
    yield ("record", project, "立项批复", "收件", "--number", bad, "--yes", *day)
    yield ("record", project, "立项批复", "受阻", "--reason", f"D08 {bad}", "--yes", *day)
    yield ("follow-ups", "contact", project, bad, "--who", "某局", *day)
    yield ("follow-ups", "contact", project, "催办", "--who", bad, *day)
    yield ("follow-ups", "close", project, "--why", bad, *day)
    yield ("plan", project, "--baseline", "--reason", bad, *day)
    yield ("user", "add", "clerk", "--role", "发改局人员", "--name", bad)
    yield ("project", "add", f"项目名称={bad}", "立项类型=审批", "目标环节=开工", *day)


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_no_door_keeps_a_text_that_breaks_files(county: Path, bad: str) -> None:
    before = record_of(county)
    for words in doors(bad):
        done = tracker(*words, cwd=county)
        assert done.returncode == 2, words
        assert "Traceback" not in done.stderr
    assert record_of(county) == before
    assert tracker("report", "weekly", "--as-of", DAY, cwd=county).returncode == 0


def record_of(county: Path) -> list[tuple[object, ...]]:
    engine = engine_for(f"sqlite:///{county / 'tracker-data' / 'tracker.sqlite'}")
    with engine.connect() as connection:
        found = connection.execute(
            sql("SELECT seq, action FROM audit WHERE action NOT IN ('review follow-up')")
        )
        rows = [tuple(each) for each in found if each[1] != "weekly report"]
    engine.dispose()
    return rows


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_ledger_with_such_a_text_is_read_without_it(tmp_path: Path, bad: str) -> None:
    cells = dict.fromkeys(("项目名称", "建设地点", "责任单位"), bad)
    write(tmp_path / "台账.xlsx", row(**{k: v for k, v in cells.items() if k in HEADINGS}))
    done = tracker("import", "台账.xlsx", "--yes", "--as-of", DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    listed = tracker("project", "list", "--json", "--as-of", DAY, cwd=tmp_path)
    assert is_clean(listed.stdout)
    assert "甲镇" in json.dumps(json.loads(listed.stdout), ensure_ascii=False)
    assert tracker("report", "weekly", "--as-of", DAY, cwd=tmp_path).returncode == 0


def test_an_old_record_that_holds_one_is_shown_without_it(tmp_path: Path) -> None:
    late = row(立项="办理中", 用地预审="退回", 完成时限="2026年1月底前")
    write(tmp_path / "台账.xlsx", late)
    assert tracker("import", "台账.xlsx", "--yes", "--as-of", DAY, cwd=tmp_path).returncode == 0
    engine = engine_for(f"sqlite:///{tmp_path / 'tracker-data' / 'tracker.sqlite'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER keep_project_version_update")
        for table, column in (("project_version", "content"), ("party", "name")):
            put = f"UPDATE {table} SET {column} = replace({column}, '甲镇', '甲\uffff镇')"
            connection.exec_driver_sql(put)
    engine.dispose()
    done = tracker("report", "weekly", "--as-of", DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "甲镇小学" in next(tmp_path.rglob("weekly.txt")).read_text(encoding="utf-8")


def test_a_text_is_composed() -> None:
    assert clean("e\u0301\uffff甲\n乙") == "é甲\n乙"


def test_half_a_character_is_refused_wherever_it_is_typed(county: Path) -> None:
    half = "\udcff"
    for words in (
        ("follow-ups", "close", "甲镇小学", "--why", half, "--as-of", DAY),
        ("follow-ups", "take", "甲镇小学", "--by", half, "--as-of", DAY),
    ):
        done = tracker(*words, cwd=county)
        assert done.returncode == 2, words
        assert "Traceback" not in done.stderr


def test_a_file_keeps_the_name_it_has(tmp_path: Path) -> None:
    name = "台账e\u0301.xlsx"
    write(tmp_path / name, row())
    done = tracker("import", name, "--yes", "--as-of", DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
