"""`tracker why`: the sentence, the days, the measures and the last starts are those of the plan."""

import json
from datetime import date

import pytest

from tests.conftest import DemoCounty
from tests.support.command import tracker
from tracker.core.flag import LATE_LIGHTS, Light
from tracker.demo import DAY


def why(demo: DemoCounty, project: str) -> dict:
    done = tracker(
        "why", project, "--json", "--data", demo.folder, "--as-of", str(DAY), cwd=demo.folder
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_late_project_says_why_and_sums(demo: DemoCounty) -> None:
    late = [s for s in demo.result.standings if s.light in LATE_LIGHTS]
    helped = 0
    for standing in late:
        found = why(demo, str(standing.project.id))
        assert len(found["brief"]) <= 60
        assert len(found["sentence"]) <= 120
        slip = found["slip"]
        assert sum(part["calendar_days"] for part in slip["parts"]) == slip["calendar_days"]
        moved = date.fromisoformat(slip["forecast"]) - date.fromisoformat(slip["baseline"])
        assert moved.days == slip["calendar_days"]
        for measure in found["measures"]:
            assert measure["decided_by"]
            assert date.fromisoformat(measure["by"]) >= DAY
        if found["best"]:
            assert found["best"]["saves_working_days"] > 0
            helped += 1
    assert helped > 2


def test_the_last_starts_of_a_project_in_time_have_a_chance(demo: DemoCounty) -> None:
    easy = next(
        s
        for s in demo.result.standings
        if s.light is Light.GREEN and s.plan.deadline and s.plan.spare > 40
    )
    starts = why(demo, str(easy.project.id))["last_starts"]
    assert starts
    assert all(0.5 < start["chance"] <= 1 for start in starts)
    assert starts == why(demo, str(easy.project.id))["last_starts"]  # the seed is fixed


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_read_by_people(demo: DemoCounty, language: str) -> None:
    said = tracker(
        "why",
        "农业产业园",
        "--data",
        demo.folder,
        "--as-of",
        str(DAY),
        "--lang",
        language,
        cwd=demo.folder,
    ).stdout
    words = (
        ("可省", "仍不能按期", "已错过") if language == "zh" else ("missed", "passed", "Decided by")
    )
    assert all(word in said for word in words)
