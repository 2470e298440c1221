"""What is worth asking, and a track answered in one go, from the command line."""

import json
from pathlib import Path

import pytest

from tests.support.command import tracker
from tests.support.workbooks import row, write

DAY = "2025-06-20"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A county whose ledger says little: one project, its feasibility approved, due in a year."""
    path = write(tmp_path / "台账.xlsx", row(立项="已办结", 完成时限="2026年6月底前"))
    done = tracker("import", path, "--yes", "--as-of", DAY, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1个待定" in done.stdout
    return tmp_path


def asked(county: Path, *arguments: str) -> dict[str, object]:
    done = tracker(*arguments, "--as-of", DAY, "--json", cwd=county)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_best_questions_are_listed_and_answered(county: Path) -> None:
    found = asked(county, "questions", "list")
    assert (found["format"], found["projects"], found["undecided"]) == (
        "tracker-questions/1",
        1,
        1,
    )
    tracks = [q for q in found["questions"] if q["kind"] == "track"]
    assert tracks
    before = asked(county, "plan", "甲镇小学")["span"]
    open_ = asked(county, "questions", "track", "甲镇小学", "用地")["open"]
    every = f"1-{len(open_)}"
    kept = asked(county, "questions", "track", "甲镇小学", "用地", "--not-started", every)["kept"]
    assert set(kept) == set(open_)
    after = asked(county, "plan", "甲镇小学")["span"]
    assert after["best"] > (before["best"] or "")
    assert after["worst"] <= before["worst"]
    nothing = tracker("questions", "track", "甲镇小学", "用地", "--as-of", DAY, cwd=county)
    assert nothing.returncode == 2
    assert "没有未登记的环节" in nothing.stderr


@pytest.mark.parametrize("text", ["0", "99", "3-1", "甲", "1,1"])
def test_numbers_that_name_no_step_are_refused(county: Path, text: str) -> None:
    done = tracker(
        "questions", "track", "甲镇小学", "用地", "--done", text, "--as-of", DAY, cwd=county
    )
    assert done.returncode == 2
    assert "编号" in done.stderr


def test_a_step_named_twice_and_an_unknown_track_are_refused(county: Path) -> None:
    track = ("questions", "track", "甲镇小学")
    twice = tracker(*track, "用地", "--done", "1-3", "--under-way", "3", "--as-of", DAY, cwd=county)
    assert twice.returncode == 2
    unknown = tracker(*track, "天文", "--as-of", DAY, cwd=county)
    assert unknown.returncode == 2
    assert "没有“天文”这条线" in unknown.stderr


def test_a_plan_says_how_each_step_is_known_and_what_it_depends_on(county: Path) -> None:
    found = asked(county, "plan", "甲镇小学")
    known = {step["id"]: step["known"] for step in found["steps"]}
    assert known["fs_approval"] == "recorded"
    assert known["fs_prepare"] == "implied"
    sources = {step["id"]: step["source"] for step in found["steps"]}
    assert sources["fs_prepare"] == {"step": "fs_approval", "basis": "logic", "law": []}
    assert sources["fs_approval"] is None
    assert {"assumed", "silent"} & set(known.values())
    assert found["feasible"] is None
    assert found["depends_on"]
    assert 0 < found["span"]["chance_late"] < 1
    (flag,) = asked(county, "flags")["flags"]
    assert (flag["kind"], flag["light"], flag["span"]) == ("open", "open", found["span"])
    assert found["span"]["best"] < found["deadline"] < found["span"]["worst"]
