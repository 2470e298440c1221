"""What is due is done: after a downtime, after a kill, beside another process, once."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.command import tracker
from tests.support.databases import temporary_engine
from tests.support.record import CLERK, put
from tracker import clock
from tracker.core.model import Project
from tracker.core.weeks import Week
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.services.county import weekly_report
from tracker.services.county.weekly_report import DEMO, SCOPE
from tracker.services.installation import timetable
from tracker.services.installation.backup import Folders
from tracker.services.installation.jobs import BACKUP, NIGHTLY, WEEKLY, nightly_once
from tracker.services.installation.timetable import Outcome
from tracker.settings import Settings
from tracker.store import (
    Engine,
    audit,
    engine_for,
    reading,
    records,
    transaction,
    upgrade,
)

BEGAN = date(2026, 1, 5)
FRIDAY = datetime.fromisoformat("2026-01-09T15:05:00+08:00")


@dataclass
class County:
    """A county of one project, its folders, and its clock."""

    engine: Engine
    law: Catalog
    setting: Settings
    now: datetime = FRIDAY
    said: list[timetable.Ran] = field(default_factory=list)

    def run(self, *kinds: str) -> list[tuple[str, str, Outcome]]:
        rounds = timetable.Rounds(
            engine=self.engine,
            catalog=self.law,
            words=words_in("zh"),
            folders=Folders.under(self.setting.data),
            backups=self.setting.backups,
            clock=lambda: self.now,
        )
        ran = rounds.run(*(kinds or (WEEKLY,)))
        return [(each.due.kind, each.due.period, each.outcome) for each in ran]

    @property
    def reports(self) -> list[records.StoredReport]:
        with reading(self.engine) as session:
            return records.reports(session, SCOPE)[::-1]


@pytest.fixture
def county(law: Catalog, tmp_path: Path) -> Iterator[County]:
    with begun(law, tmp_path, BEGAN) as made:
        yield made


@contextmanager
def begun(law: Catalog, folder: Path, day: date) -> Iterator[County]:
    setting = Settings(data=folder, database_url="", timezone="Asia/Shanghai", language="zh")
    with temporary_engine() as engine:
        project = Project(id=0, name="甲", procedure="gov_building", target="start", updated_on=day)
        with transaction(engine) as session:
            put(session, project)
        yield County(engine, law, setting)


def weeks(said: Sequence[tuple[str, str, Outcome]]) -> list[str]:
    return [period for _, period, outcome in said if outcome is Outcome.DONE]


def test_a_day_is_done_once(county: County) -> None:
    kinds = (NIGHTLY, BACKUP, WEEKLY)
    said = county.run(*kinds)
    assert said == [
        (NIGHTLY, "2026-01-09", Outcome.DONE),
        (BACKUP, "2026-01-09", Outcome.DONE),
        (WEEKLY, "2026-W02", Outcome.DONE),
    ]
    assert county.run(*kinds) == []
    assert [(r.week, r.is_late) for r in county.reports] == [("2026-W02", False)]


def test_five_weeks_of_downtime_lose_no_report(county: County) -> None:
    county.run()
    county.now += timedelta(weeks=5)
    assert weeks(county.run()) == [f"2026-W0{n}" for n in range(3, 8)]
    assert [(r.week, r.is_late, r.is_draft) for r in county.reports] == [
        ("2026-W02", False, False),
        *[(f"2026-W0{n}", n < 7, False) for n in range(3, 8)],
    ]
    assert county.run() == []


def test_the_week_without_a_working_day_has_its_report_after_it(county: County) -> None:
    county.run()
    county.now = datetime.fromisoformat("2026-02-23T20:00:00+08:00")
    county.run()
    county.now = datetime.fromisoformat("2026-02-24T15:00:00+08:00")
    assert weeks(county.run()) == ["2026-W08"]
    newest = county.reports[-1]
    assert (newest.week, newest.as_of, newest.is_late) == ("2026-W08", date(2026, 2, 24), False)
    text = (county.setting.reports / "2026-W08" / "weekly.txt").read_text(encoding="utf-8")
    assert "本周无工作日" in text
    with reading(county.engine) as session:
        again = weekly_report.make_again(session, None, words_in("zh"), newest)
    assert again.differing == ()


def test_a_late_report_says_so_and_is_made_again_with_the_same_bytes(county: County) -> None:
    county.now += timedelta(days=3)
    assert weeks(county.run()) == ["2026-W02"]
    (report,) = county.reports
    assert report.is_late
    text = (county.setting.reports / "2026-W02" / "weekly.txt").read_text(encoding="utf-8")
    assert "补报" in text
    with reading(county.engine) as session:
        again = weekly_report.make_again(session, None, words_in("zh"), report)
    assert again.differing == ()


def claim(county: County, week: str, now: datetime) -> None:
    with transaction(county.engine) as session:
        assert records.claim(session, kind=WEEKLY, scope=SCOPE, period=week, now=now)


@pytest.mark.parametrize("ahead", [timedelta(minutes=-11), timedelta(days=40)])
def test_a_stopped_run_of_an_earlier_week_is_taken_over(county: County, ahead: timedelta) -> None:
    """Its lease has passed, or was given by a clock that stood forty days ahead."""
    county.run()
    county.now += timedelta(weeks=3)
    claim(county, "2026-W03", county.now + ahead)
    assert weeks(county.run()) == ["2026-W03", "2026-W04", "2026-W05"]


def test_weeks_after_one_that_is_being_made_wait_for_it(county: County) -> None:
    county.run()
    county.now += timedelta(weeks=2)
    claim(county, "2026-W03", county.now)
    assert county.run() == [(WEEKLY, "2026-W03", Outcome.ELSEWHERE)]
    county.now += timedelta(minutes=11)
    assert weeks(county.run()) == ["2026-W03", "2026-W04"]


def test_a_week_that_fails_stops_no_other(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    county.run()
    county.now += timedelta(weeks=2)
    prepare = weekly_report.prepare

    def fail(*args: object, week: Week, **more: object) -> object:
        if week == Week(2026, 3):
            raise OSError("disk")
        return prepare(*args, week=week, **more)

    with monkeypatch.context() as patched:
        patched.setattr(weekly_report, "prepare", fail)
        said = county.run()
    assert said == [
        (WEEKLY, "2026-W03", Outcome.FAILED),
        (WEEKLY, "2026-W04", Outcome.DONE),
    ]
    assert weeks(county.run()) == ["2026-W03"]


def test_a_report_that_a_clerk_made_is_not_made_again(county: County) -> None:
    with reading(county.engine) as session:
        made = weekly_report.prepare(
            session, county.law, words_in("zh"), status_date=FRIDAY.date(), now=FRIDAY
        )
    with transaction(county.engine) as session:
        weekly_report.keep(session, CLERK, made)
    assert county.run() == []


def test_nothing_is_due_of_the_demo_nor_without_a_project(county: County, law: Catalog) -> None:
    with transaction(county.engine) as session:
        audit.record(session, CLERK, action="begin demo", about="demo", content={})
        records.set_setting(session, DEMO, "1")
    assert county.run(NIGHTLY, BACKUP, WEEKLY) == []
    with temporary_engine() as engine, reading(engine) as session:
        assert timetable.outstanding(session, law, FRIDAY) == timetable.Outstanding((), 0)


def test_what_is_older_than_a_year_is_counted_and_left(law: Catalog, tmp_path: Path) -> None:
    with begun(law, tmp_path, date(2024, 1, 1)) as county:
        county.now = datetime.fromisoformat("2024-01-05T15:00:00+08:00")
        county.run()
        county.now = FRIDAY
        with reading(county.engine) as session:
            found = timetable.outstanding(session, law, FRIDAY)
    assert found.too_old == Week(2025, 2) - Week(2024, 2)
    assert next(due.period for due in found.due if due.kind == WEEKLY) == "2025-W02"


def known_for_a_fortnight(folder: Path) -> None:
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(engine)
    day = clock.today("Asia/Shanghai") - timedelta(days=14)
    with transaction(engine) as session:
        put(
            session,
            Project(id=0, name="甲", procedure="gov_building", target="start", updated_on=day),
        )
    engine.dispose()


def test_the_command_does_what_is_due_and_says_so(tmp_path: Path) -> None:
    known_for_a_fortnight(tmp_path)
    done = tracker("run-due", "--data", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == 3
    assert all(line.endswith("：已完成") for line in said)
    assert tracker("run-due", "--data", ".", cwd=tmp_path).stdout.startswith("目前没有")


def test_the_command_fails_where_something_failed(tmp_path: Path) -> None:
    known_for_a_fortnight(tmp_path)
    (tmp_path / "backups").write_text("not a folder", encoding="utf-8")
    done = tracker("run-due", "--data", ".", "--json", cwd=tmp_path)
    assert done.returncode == 1
    outcomes = {ran["job"]: ran["outcome"] for ran in json.loads(done.stdout)["ran"]}
    assert outcomes == {NIGHTLY: "done", BACKUP: "failed", WEEKLY: "done"}


def test_the_pages_do_what_is_due_by_themselves(tmp_path: Path) -> None:
    known_for_a_fortnight(tmp_path)
    with (tmp_path / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tracker", "serve", "--port", "0", "--data", str(tmp_path)],
            stdout=out,
            stderr=out,
        )
        try:
            for _ in range(600):
                said = (tmp_path / "out").read_text(encoding="utf-8")
                if said.count("：已完成") == 3:
                    break
                assert process.poll() is None, said
                time.sleep(0.1)
        finally:
            process.terminate()
            process.wait(60)
    assert said.count("：已完成") == 3
    assert next((tmp_path / "reports").iterdir()).is_dir()


def test_a_night_that_stopped_is_nobodys_once_a_later_one_is_done(
    engine: Engine, law_data: Catalog
) -> None:
    """Nights and backups are made up for by the next one; a report is made up for itself."""
    first, second = date(2025, 6, 19), date(2025, 6, 20)
    at = datetime(2025, 6, 19, 22, tzinfo=UTC)
    with transaction(engine) as session:
        for kind in (NIGHTLY, WEEKLY):
            period = first.isoformat() if kind == NIGHTLY else "2025-W25"
            records.claim(session, kind=kind, scope=SCOPE, period=period, now=at)
    later = at + timedelta(days=1)
    with reading(engine) as session:
        assert records.stuck_runs(session, later) == ["nightly 2025-06-19", "weekly 2025-W25"]
    nightly_once(engine, law_data, county=SCOPE, day=second, now=later)
    with reading(engine) as session:
        assert records.stuck_runs(session, later) == ["weekly 2025-W25"]
