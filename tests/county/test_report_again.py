"""Any report that was made can be made again, to the byte, whatever was recorded since."""

import hashlib
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.projects.test_history import NOTICE
from tests.support.record import CLERK, put, tell
from tracker.core.events import Sight
from tracker.core.model import Event, EventKind, Project
from tracker.core.weeks import Week
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.law.calendars import read_year
from tracker.resources import procedures_folder
from tracker.services import law
from tracker.services.county import calendar, follow_ups, survey, weekly_report
from tracker.services.county.weekly_report import NoSuchReportError
from tracker.services.files import scratch
from tracker.services.projects import changes, lookup
from tracker.services.projects.changes import Change
from tracker.store import Engine, Session, events, reading, records, transaction

FRIDAY = date(2026, 11, 13)
NOW = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)
WORDS = words_in("zh")
SCHOOL = Project(
    id=0,
    name="甲镇小学",
    procedure="gov_building",
    target="start",
    deadline=date(2027, 3, 31),
    location="甲镇",
    leader="县长",
    updated_on=FRIDAY - timedelta(days=7),
    facts={"land": "approved", "eia": "form"},
)


def make(engine: Engine, day: date) -> dict[str, bytes]:
    with transaction(engine) as session:
        catalog = law.catalog_for(session, None)
        standings = survey.survey(session, catalog, Sight.on(day))
        follow_ups.review(session, CLERK, standings, catalog, day)
        made = weekly_report.prepare(
            session, catalog, WORDS, status_date=day, now=NOW + (day - FRIDAY)
        )
        weekly_report.keep(session, CLERK, made)
    return dict(made.files)


def change_everything(engine: Engine, folder: Path) -> None:
    """All that decides what a report says, told with the very day of the report."""
    with transaction(engine) as session:
        school = lookup.find(session, "甲镇小学", Sight.on(FRIDAY)).project
        tell(
            session,
            school,
            [Event(step="fs_prepare", kind=EventKind.FINISHED, day=FRIDAY, known_by=FRIDAY)],
            known_by=FRIDAY,
        )
        first = events.newest_number(session, school.id)
        wrong = Event(
            step="fs_prepare",
            kind=EventKind.RETRACTED,
            day=None,
            known_by=FRIDAY,
            corrects=first - 1,
            why="误登",
        )
        tell(session, school, [wrong], known_by=FRIDAY)
        moved = replace(school, deadline=date(2029, 1, 1), leader="副县长", remark="调整")
        changes.keep(
            session, CLERK, Change(school, moved), action="change project", known_by=FRIDAY
        )
        put(session, replace(SCHOOL, name="后来的项目"), known_by=FRIDAY)
        path = folder / "2027.yaml"
        path.write_text(NOTICE, encoding="utf-8")
        calendar.load_year(session, CLERK, None, read_year(path, procedures_folder()), FRIDAY)


def test_a_report_is_made_again_from_what_it_knew(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        put(
            session,
            SCHOOL,
            Event(step="fs_prepare", kind=EventKind.STARTED, day=None, known_by=SCHOOL.updated_on),
        )
    earlier = make(engine, FRIDAY - timedelta(days=7))
    made = make(engine, FRIDAY)
    change_everything(engine, tmp_path)
    corrected = make(engine, FRIDAY)
    assert corrected["weekly.txt"] != made["weekly.txt"]
    make(engine, FRIDAY - timedelta(days=7))  # another issue of the week before
    for week, issue, files in (
        ("2026-W46", 1, made),
        ("2026-W46", 2, corrected),
        ("2026-W45", 1, earlier),
    ):
        with reading(engine) as session:
            stored = weekly_report.find(session, Week.parse(week), issue)
            again = weekly_report.make_again(session, None, WORDS, stored)
        assert again.differing == ()
        assert dict(again.files) == files


def test_a_report_that_was_bent_differs(engine: Engine) -> None:
    with transaction(engine) as session:
        put(session, SCHOOL)
    make(engine, FRIDAY)
    with reading(engine) as session:
        stored = weekly_report.find(session, Week.of(FRIDAY), None)
        forged = replace(stored, files={**stored.files, "weekly.pdf": "0" * 64})
        assert weekly_report.make_again(session, None, WORDS, forged).differing == ("weekly.pdf",)


def test_a_week_without_a_report_is_named(engine: Engine, law_data: Catalog) -> None:
    del law_data
    with reading(engine) as session:
        assert records.reports(session, "county") == []
        with pytest.raises(NoSuchReportError, match="2026-W46"):
            weekly_report.find(session, Week.of(FRIDAY), 3)


def publish(engine: Engine, prepared: weekly_report.Prepared, folder: Path) -> dict[str, bytes]:
    with weekly_report.staged(prepared, folder) as staged, transaction(engine) as session:
        weekly_report.keep(session, CLERK, prepared)
        paths = staged.put()
    return {path.name: path.read_bytes() for path in paths}


def prepare(session: Session) -> weekly_report.Prepared:
    catalog = law.catalog_for(session, None)
    return weekly_report.prepare(session, catalog, WORDS, status_date=FRIDAY, now=NOW)


def test_every_issue_of_a_week_keeps_its_files(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        school = put(session, SCHOOL)
    places = []
    for name in (SCHOOL.name, "乙镇小学"):
        with transaction(engine) as session:
            change = Change(school, replace(school, name=name))
            school = changes.keep(session, CLERK, change, action="x", known_by=FRIDAY).project
            prepared = prepare(session)
        places.append(publish(engine, prepared, tmp_path))
    with reading(engine) as session:
        stored = records.reports(session, "county")
        wanted = dict(records.report_files(session))
    assert [report.folder for report in stored] == ["2026-W46-2", "2026-W46"]
    for report, files in zip(reversed(stored), places, strict=True):
        for name, data in files.items():
            assert (tmp_path / report.folder / name).read_bytes() == data
            assert hashlib.sha256(data).hexdigest() == wanted[f"{report.folder}/{name}"]


def test_who_makes_the_same_issue_later_touches_no_file_of_it(
    engine: Engine, tmp_path: Path
) -> None:
    with transaction(engine) as session:
        school = put(session, SCHOOL)
        early = prepare(session)
        change = Change(school, replace(school, name="乙镇小学"))
        changes.keep(session, CLERK, change, action="x", known_by=FRIDAY)
        late = prepare(session)
    kept = publish(engine, early, tmp_path)
    with pytest.raises(weekly_report.MadeMeanwhileError):
        publish(engine, late, tmp_path)
    for name, data in kept.items():
        assert (tmp_path / "2026-W46" / name).read_bytes() == data
    assert list(tmp_path.glob(".part-*")) == []


def test_what_a_killed_report_left_goes_after_a_day(tmp_path: Path) -> None:
    left, fresh = tmp_path / ".part-old", tmp_path / ".part-new"
    for path in (left, fresh):
        path.mkdir()
    os.utime(left, (0, 0))
    with scratch(tmp_path):
        assert not left.exists()
        assert fresh.exists()


def test_a_report_looks_again_where_somebody_has_recorded_since(engine: Engine) -> None:
    with transaction(engine) as session:
        put(session, SCHOOL, known_by=FRIDAY)
        catalog = law.catalog_for(session, None)
        seen = follow_ups.review_county(session, CLERK, catalog, FRIDAY)
    with reading(engine) as session:
        same = weekly_report.prepare(
            session, catalog, WORDS, status_date=FRIDAY, now=NOW, seen=seen
        )
    assert same.digest.standings[0] is seen.standings[0]
    with transaction(engine) as session:
        school = lookup.find(session, "甲镇小学", Sight.on(FRIDAY)).project
        done = Event(step="fs_prepare", kind=EventKind.FINISHED, day=FRIDAY, known_by=FRIDAY)
        tell(session, school, [done], known_by=FRIDAY)
    with reading(engine) as session:
        found = weekly_report.prepare(
            session, catalog, WORDS, status_date=FRIDAY, now=NOW, seen=seen
        )
        anew = weekly_report.prepare(session, catalog, WORDS, status_date=FRIDAY, now=NOW)
    assert found.stored.fingerprint == anew.stored.fingerprint != same.stored.fingerprint
