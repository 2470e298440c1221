"""The agenda in a calendar: ids that stay, exclusive ends, cancellations, the same bytes."""

from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest

from tests.conftest import DemoCounty
from tests.support.command import tracker
from tracker.core.agenda import Entry
from tracker.core.problems import message
from tracker.demo import DAY
from tracker.exchange.ical import ical_bytes
from tracker.i18n.words import words_in

ZH = words_in("zh")


def events(data: bytes) -> dict[str, icalendar.Event]:
    found = icalendar.Calendar.from_ical(data)
    return {str(event["uid"]): event for event in found.walk("VEVENT")}


def entry(*, version: int = 1, over: bool = False, day: date = DAY) -> Entry:
    return Entry(
        key="promise-1-0",
        day=day,
        what=message("{project}: answer the follow-up", project="𠮷祥路；改造，二期\\n"),
        version=version,
        is_over=over,
    )


def test_an_entry_is_a_whole_day_that_keeps_its_id_and_is_cancelled() -> None:
    (before,) = events(ical_bytes([entry()], "副县长", DAY, ZH)).values()
    assert before["dtstart"].dt == DAY
    assert before["dtend"].dt == DAY + timedelta(days=1)
    assert before["status"] == "CONFIRMED"
    assert "𠮷祥路；改造，二期" in str(before["summary"])
    later = ical_bytes([entry(version=2, over=True, day=DAY + timedelta(3))], "副县长", DAY, ZH)
    (after,) = events(later).values()
    assert after["uid"] == before["uid"]
    assert after["status"] == "CANCELLED"
    assert after["sequence"] > before["sequence"]


def test_two_runs_give_the_same_bytes_and_lines_are_folded() -> None:
    data = ical_bytes([entry()], "副县长", DAY, ZH)
    assert data == ical_bytes([entry()], "副县长", DAY, ZH)
    assert data.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


@pytest.mark.parametrize("who", ["leader", "office", "task_force"])
def test_the_demo_has_an_agenda_for_everybody(demo: DemoCounty, tmp_path: Path, who: str) -> None:
    standing = demo.result.standings[0]
    step = standing.flags[0].step
    assert step
    project = standing.project
    name = {"leader": project.leader, "office": step.office.zh, "task_force": project.task_force}[
        who
    ]
    out = tmp_path / "a.ics"
    done = tracker(
        "agenda", str(name), "--out", out, "--data", demo.folder, "--as-of", str(DAY), cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    found = events(out.read_bytes())
    assert found
    if who != "office":
        assert (
            found[f"deadline-{project.id}@tracker.county"]["dtstart"].dt == standing.plan.deadline
        )
    shown = tracker("agenda", str(name), "--data", demo.folder, "--as-of", str(DAY), cwd=tmp_path)
    assert "2025-" in shown.stdout


@pytest.mark.parametrize("who", ["无此人", " "])
def test_a_name_that_nobody_has_is_an_error(demo: DemoCounty, who: str) -> None:
    done = tracker("agenda", who, "--data", demo.folder, "--as-of", str(DAY), cwd=demo.folder)
    assert done.returncode == 2
