"""`tracker schedule`, as its contract has it."""

import json
from pathlib import Path

import pytest

from tests.support.command import Done, tracker

EXAMPLE = {
    "format": "tracker-network/1",
    "id": "demo",
    "start": "2026-01-05",
    "deadline": "2026-04-30",
    "status_date": "2026-02-02",
    "steps": [
        {
            "id": "project_proposal",
            "duration": 5,
            "actual_start": "2026-01-05",
            "actual_finish": "2026-01-09",
        },
        {"id": "site_preapproval", "duration": 20, "actual_start": "2026-01-12", "remaining": 8},
        {
            "id": "fs_prepare",
            "duration": 30,
            "calendar": "every_day",
            "actual_start": "2026-01-12",
            "remaining": 12,
        },
        {"id": "fs_approval", "duration": 20},
        {"id": "approved", "duration": 0},
    ],
    "links": [
        {"from": "project_proposal", "to": "site_preapproval"},
        {"from": "project_proposal", "to": "fs_prepare"},
        {"from": "site_preapproval", "to": "fs_approval"},
        {"from": "fs_prepare", "to": "fs_approval", "lag": 2},
        {"from": "fs_approval", "to": "approved"},
    ],
}


def schedule(*arguments: str | Path, cwd: Path, given: str = "", language: str = "en") -> Done:
    return tracker(
        "schedule",
        *arguments,
        "--lang",
        language,
        cwd=cwd,
        given=given.encode(errors="surrogateescape"),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.json").write_text(json.dumps(EXAMPLE), encoding="utf-8")
    return tmp_path


def test_the_example_of_the_contract(folder: Path) -> None:
    done = schedule("plan.json", "--json", cwd=folder)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    found = json.loads(done.stdout)
    assert (found["format"], found["id"], found["finish"]) == (
        "tracker-schedule/1",
        "demo",
        "2026-03-23",
    )
    assert found["feasible"] is True
    assert found["problems"] == []
    steps = found["steps"]
    assert steps["project_proposal"] == {
        "complete": True,
        "actual_start": "2026-01-05",
        "actual_finish": "2026-01-09",
    }
    assert steps["fs_approval"] == {
        "early_start": "2026-02-25",
        "early_finish": "2026-03-23",
        "late_start": "2026-04-02",
        "late_finish": "2026-04-30",
        "total_float": 27,
        "free_float": 0,
        "critical": True,
        "longest_path": True,
        "driven_by": [{"link": ["fs_prepare", "fs_approval"]}],
        "bound_by": {"deadline_of": "project"},
        "provisional": False,
    }
    assert steps["site_preapproval"]["driven_by"] == [{"floor": "status_date"}]
    assert [steps["site_preapproval"][f] for f in ("total_float", "free_float")] == [31, 4]
    assert [steps["fs_prepare"][f] for f in ("total_float", "free_float")] == [45, 0]
    assert steps["approved"]["date"] == "2026-03-23"
    assert steps["approved"]["total_float"] == 27


def test_nothing_is_stored_and_no_data_are_needed(folder: Path) -> None:
    schedule("plan.json", cwd=folder)
    assert [path.name for path in folder.iterdir()] == ["plan.json"]


def test_json_lines_are_answered_line_by_line_in_order(folder: Path) -> None:
    late = {**EXAMPLE, "id": "late", "deadline": "2026-03-01"}
    cycle = {
        **EXAMPLE,
        "id": "cycle",
        "links": [
            {"from": "fs_approval", "to": "approved"},
            {"from": "approved", "to": "fs_approval"},
        ],
    }
    lines = [json.dumps(EXAMPLE), "", json.dumps(late), '{"id": "bad"}', json.dumps(cycle), "{"]
    done = schedule("-", "--json", cwd=folder, given="\n".join(lines) + "\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in found] == ["demo", "late", "bad", "cycle", None]
    assert [answer.get("feasible") for answer in found] == [True, False, None, False, None]
    assert [answer.get("error", {}).get("code") for answer in found] == [
        None,
        None,
        "missing_field",
        None,
        "bad_json",
    ]
    assert found[1]["steps"]["fs_approval"]["total_float"] < 0
    assert found[3]["steps"]["approved"] == {"uncomputed": True}
    assert found[3]["problems"][0]["code"] == "cycle"
    assert set(found[2]["error"]) == {"code", "message", "place", "remedy"}
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [({}, 0), ({"deadline": "2026-03-01"}, 1), ({"start": "never"}, 3)],
)
def test_the_exit_code_is_the_worst_of_all(
    folder: Path, changes: dict[str, object], code: int
) -> None:
    (folder / "other.json").write_text(json.dumps({**EXAMPLE, **changes}), encoding="utf-8")
    for order in (("plan.json", "other.json"), ("other.json", "plan.json")):
        done = schedule(*order, "--json", cwd=folder)
        assert (done.returncode, len(done.stdout.splitlines())) == (code, 2)


def test_a_window_that_is_broken_is_infeasible_and_says_the_latest_issue(folder: Path) -> None:
    steps = [dict(step) for step in EXAMPLE["steps"]]  # type: ignore[union-attr]
    steps[1]["valid_for"] = {"days": 10, "used_by": "fs_approval"}
    (folder / "window.json").write_text(json.dumps({**EXAMPLE, "steps": steps}), encoding="utf-8")
    done = schedule("window.json", "--json", cwd=folder)
    found = json.loads(done.stdout)
    assert (done.returncode, found["feasible"]) == (1, False)
    (problem,) = found["problems"]
    assert problem["code"] == "window_broken"
    assert problem["latest_issue"] >= "2026-02-15"


def test_a_table_is_shown_to_people_in_their_language(folder: Path) -> None:
    done = schedule(
        "plan.json", "--explain", "fs_approval", "--paths", "2", cwd=folder, language="zh"
    )
    assert done.returncode == 0
    for words in ("最早开始", "总时差", "fs_approval于2026年2月25日开始", "第2条线路"):
        assert words in done.stdout
    assert not [line for line in done.stdout.splitlines() if "{" in line]


def test_explanations_paths_and_chances_are_data_too(folder: Path) -> None:
    steps = [dict(step) for step in EXAMPLE["steps"]]  # type: ignore[union-attr]
    steps[3] |= {"p50": 15, "p80": 20}
    (folder / "plan.json").write_text(json.dumps({**EXAMPLE, "steps": steps}), encoding="utf-8")
    options = ("--draws", "500", "--seed", "1", "--explain", "fs_approval", "--paths", "3")
    done = schedule("plan.json", "--json", *options, cwd=folder)
    found = json.loads(done.stdout)
    early = found["explain"]["early"]
    assert early[0]["link"] == ["fs_prepare", "fs_approval"]
    assert (early[0]["lag"], early[0]["predecessor_ends"]) == (2, "2026-02-13")
    assert early[-1]["floor"] == "status_date"
    assert found["explain"]["late"][-1]["deadline_of"] == "project"
    assert found["paths"][0] == {"slack": 0, "steps": ["fs_prepare", "fs_approval", "approved"]}
    project, step = found["chance"]["project"], found["chance"]["steps"]["fs_approval"]
    assert (project["draws"], project["seed"]) == (500, 1)
    assert project["p50"] < project["p80"] < project["p95"]
    assert 0.9 < project["chance"] <= 1
    assert step["criticality"] == 1
    assert "2026-03-30" < step["start_by"] < "2026-04-20"
    assert done.stdout == schedule("plan.json", "--json", *options, cwd=folder).stdout


def test_a_step_that_is_not_there_is_named_with_the_nearest(folder: Path) -> None:
    for option in ("--explain", "--into"):
        done = schedule("plan.json", option, "fs_aproval", "--paths", "2", cwd=folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert "fs_approval" in done.stderr
    done = schedule("plan.json", "--explain", "project_proposal", cwd=folder)
    assert done.returncode == 2


def test_no_line_can_stop_those_after_it(folder: Path) -> None:
    good = json.dumps(EXAMPLE)
    bad = ["[" * 100_000, '{"id": "\\ud800"}'.replace("\\\\", "\\"), '{"a": 1, "a": 2}', "\x00"]
    done = schedule("-", "--json", cwd=folder, given="\n".join([*bad, good]) + "\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.get("error", {}).get("code", "fine") for answer in found] == [
        "bad_json",
        "bad_json",
        "bad_json",
        "bad_json",
        "fine",
    ]
    assert (done.returncode, done.stderr) == (3, "")


def test_a_file_is_written_for_one_network_and_never_over_itself(folder: Path) -> None:
    before = (folder / "plan.json").read_bytes()
    for arguments in (
        ("plan.json", "plan.json", "--to-xml", "out.xml"),
        ("plan.json", "--to-xml", "plan.json"),
        ("-", "--to-xml", "out.xml"),
    ):
        done = schedule(*arguments, cwd=folder)
        assert done.returncode == 2
    assert (folder / "plan.json").read_bytes() == before
    assert not (folder / "out.xml").exists()


def test_names_cannot_play_with_the_terminal(folder: Path) -> None:
    steps = [{"id": "\x1b[31mred", "duration": 1, "name": "up\u202edown\nnew"}]
    plan = {**EXAMPLE, "steps": steps, "links": []}
    done = schedule("-", cwd=folder, given=json.dumps(plan))
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


def test_draws_that_do_not_fit_into_memory_are_refused(folder: Path) -> None:
    steps = [{"id": f"s{n}", "duration": 1} for n in range(300)]
    plan = {**EXAMPLE, "steps": steps, "links": []}
    done = schedule("-", "--json", "--draws", "1000000", cwd=folder, given=json.dumps(plan))
    assert json.loads(done.stdout)["error"]["code"] == "too_large"
    assert done.returncode == 3


def test_a_plan_that_is_done_still_says_when_it_ended(folder: Path) -> None:
    done_step = {
        "id": "a",
        "duration": 3,
        "actual_start": "2026-01-05",
        "actual_finish": "2026-01-08",
    }
    plan = {**EXAMPLE, "steps": [done_step], "links": []}
    found = json.loads(schedule("-", "--json", cwd=folder, given=json.dumps(plan)).stdout)
    assert (found["finish"], found["steps"]["a"]["complete"]) == ("2026-01-08", True)


def test_microsoft_project_xml_gives_the_same_early_dates(folder: Path) -> None:
    schedule("plan.json", "--to-xml", "plan.xml", cwd=folder)
    mine = json.loads(schedule("plan.json", "--json", cwd=folder).stdout)
    theirs = json.loads(schedule("plan.xml", "--json", cwd=folder).stdout)
    assert theirs["finish"] == mine["finish"]
    early = [[step.get("early_start"), step.get("early_finish")] for step in mine["steps"].values()]
    assert early == [
        [step.get("early_start"), step.get("early_finish")] for step in theirs["steps"].values()
    ]


def test_a_file_that_is_not_there_is_said(folder: Path) -> None:
    done = schedule("nothing.json", cwd=folder)
    assert done.returncode == 3
    assert "nothing.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_dates_in_years_without_a_notice_are_provisional(folder: Path) -> None:
    later = {**EXAMPLE, "deadline": "2027-02-26"}
    for calendar, wanted in (("cn", True), ("weekdays", False)):
        text = json.dumps({**later, "calendar": calendar})
        done = schedule("-", "--json", cwd=folder, given=text)
        assert json.loads(done.stdout)["steps"]["fs_approval"]["provisional"] is wanted
