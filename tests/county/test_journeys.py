"""Whole weeks of an office: a bad one (J12), a leader with a phone (J2), a dispatch day (J5)."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from docx import Document

from tests.conftest import DemoCounty
from tests.support.command import tracker
from tests.support.imports import bring_in
from tests.support.record import CLERK
from tests.support.workbooks import row, write
from tracker.core.digest import decisions, led_by
from tracker.core.flag import LATE_LIGHTS
from tracker.core.follow_up import ActKind, CaseState, FollowUpAct, Outcome
from tracker.core.model import Sight
from tracker.demo import DAY
from tracker.i18n.late import BRIEF, late_sentence
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.notify.config import read_channels
from tracker.services.county import causes, follow_ups, survey, weekly_report
from tracker.services.county.weekly_report import SCOPE
from tracker.services.imports import commit
from tracker.services.imports.commit import Upload
from tracker.services.installation.backup import Folders
from tracker.services.installation.jobs import BACKUP, NIGHTLY, WEEKLY
from tracker.services.installation.sending import Office
from tracker.services.installation.timetable import Outcome as Ran
from tracker.services.installation.timetable import Rounds
from tracker.store import (
    Engine,
    audit,
    engine_for,
    notices,
    reading,
    records,
    transaction,
    upgrade,
)

CHINA = ZoneInfo("Asia/Shanghai")
WEDNESDAY, FRIDAY = date(2026, 3, 4), date(2026, 3, 6)
MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=CHINA)
ZH = words_in("zh")


@dataclass
class Home:
    """A county in a folder of its own."""

    folder: Path
    engine: Engine
    law: Catalog

    def bring_in(self, path: Path, day: date) -> None:
        """Commit a ledger and keep its file, as a clerk does."""
        with commit.kept_file(Upload.of(path), self.folder / "ledgers") as workbook:
            bring_in(self.engine, self.law, path, day)
            workbook.put()

    def rounds(self, now: datetime) -> list[tuple[str, Ran]]:
        made = Rounds(
            engine=self.engine,
            catalog=self.law,
            words=ZH,
            folders=Folders.under(self.folder),
            backups=self.folder / "backups",
            clock=lambda: now,
        )
        return [(each.due.kind, each.outcome) for each in made.run(NIGHTLY, BACKUP, WEEKLY)]

    def send(self, now: datetime) -> list[str]:
        office = Office(
            engine=self.engine,
            channels=read_channels(self.folder),
            data=self.folder,
            words=ZH,
            working_days=self.law.working_days,
        )
        return [each.fault for each in office.deliver(now)]


def texts_of(files: Mapping[str, bytes]) -> list[str]:
    """What a reader of each file of a report finds in it, without line breaks."""
    document = Document(BytesIO(files["weekly.docx"]))
    word = "".join(document.element.body.itertext())
    book = openpyxl.load_workbook(BytesIO(files["weekly.xlsx"]))
    cells = (
        str(v) for sheet in book for row in sheet.iter_rows(values_only=True) for v in row if v
    )
    found = [word, "".join(cells)]
    if reader := shutil.which("pdftotext"):  # Debian's poppler-utils; CI has it
        pdf = subprocess.run(
            [reader, "-", "-"], input=files["weekly.pdf"], capture_output=True, check=True
        )
        found.append("".join(pdf.stdout.decode().split()))
    return found


@contextmanager
def home(folder: Path, law: Catalog) -> Iterator[Home]:
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(engine)
    try:
        yield Home(folder, engine, law)
    finally:
        engine.dispose()


def test_a_bad_week(law: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No power from Friday 16:00, two clerks' copies, a robot that is down, a broken workbook."""
    monkeypatch.setenv("ROBOT_KEY", "k")
    (tmp_path / "channels.yaml").write_text(
        "hosts: [127.0.0.1]\n"
        'channels: {robot: {webhook: "http://127.0.0.1:9/", key: "env:ROBOT_KEY"}}\n'
        'people: {"*": [robot]}\n',
        encoding="utf-8",
    )
    with home(tmp_path, law) as county:
        base = write(tmp_path / "a.xlsx", row(完成时限="2026-03-10", 立项="未办"))
        county.bring_in(base, WEDNESDAY)
        with transaction(county.engine) as session:
            follow_ups.review_county(session, CLERK, law, WEDNESDAY)

        # Monday: the report that was due while the power was off comes once
        ran = county.rounds(MONDAY)
        assert (WEEKLY, Ran.DONE) in ran
        assert county.rounds(MONDAY + timedelta(minutes=5)) == []
        with reading(county.engine) as session:
            (report,) = records.reports(session, SCOPE)
        assert (report.week, report.as_of, report.is_late) == ("2026-W10", FRIDAY, True)

        # the robot is down: the messages wait, are tried again, and stay in one list
        down = county.send(MONDAY + timedelta(hours=1))
        assert down
        assert all(down)
        with reading(county.engine) as session:
            waiting = notices.every(session, notices.WAITING)
        assert waiting
        assert all(each.detail for each in waiting)

        # two clerks change their copies: what both moved is asked about, nothing is overwritten
        one = write(tmp_path / "one.xlsx", row(完成时限="2026-03-31", 立项="未办"))
        other = write(tmp_path / "two.xlsx", row(完成时限="2026-04-30", 立项="未办"))
        county.bring_in(one, MONDAY.date())
        audit_head = _head(county.engine)
    clash = tracker(
        "import", other, "--json", "--dry-run", "--as-of", "2026-03-09", "--data", ".", cwd=tmp_path
    )
    assert "2026-03-31" in clash.stdout  # both days are shown
    assert "2026-04-30" in clash.stdout

    # a workbook that is broken is named with its reason, and nothing changes
    (tmp_path / "broken.xlsx").write_bytes(base.read_bytes()[:200])
    bad = tracker("import", "broken.xlsx", "--yes", "--data", ".", cwd=tmp_path)
    assert bad.returncode == 3
    assert "broken.xlsx" in bad.stderr + bad.stdout
    with home(tmp_path, law) as county:
        assert _head(county.engine) == audit_head
    listed = json.loads(tracker("notices", "list", "--json", "--data", ".", cwd=tmp_path).stdout)
    assert any(each["fault"] for each in listed["notices"])


def _head(engine: Engine) -> str:
    with reading(engine) as session:
        return audit.head(session)


def test_a_leader_sees_the_worst_first_with_one_sentence_each(
    demo: DemoCounty, law: Catalog
) -> None:
    standings = demo.result.standings
    leader = next(s.project.leader for s in standings if s.light in LATE_LIGHTS)
    assert leader
    own = led_by(standings, leader)
    lights = [list(LATE_LIGHTS).index(s.light) if s.light in LATE_LIGHTS else 9 for s in own]
    assert lights == sorted(lights)
    with reading(demo.engine) as session:
        seen = survey.views(session, law, Sight.on(DAY)).views
        found = causes.causes(session, seen, law, Sight.on(DAY))
    for standing in own:
        if standing.light in LATE_LIGHTS:
            why = found[standing.project.id].why
            assert why
            assert len(late_sentence(why, ZH, BRIEF)) <= 60
            chain = [step for step in standing.plan.steps if step.on_longest_path]
            assert chain or standing.plan.deadline is None
            assert all(step.step.office.zh for step in chain)  # who holds the ball


def test_what_a_meeting_decides_is_kept_or_broken_by_the_next_report(
    law: Catalog, tmp_path: Path
) -> None:
    """Decisions by recoverable days; each captured with who and until when; the report tells."""
    with home(tmp_path, law) as county:
        rows = [
            row(项目名称=name, 完成时限=due, 立项="未办")
            for name, due in (("甲镇小学", "2026-03-10"), ("乙镇中学", "2026-12-31"))
        ]
        bring_in(county.engine, law, write(tmp_path / "a.xlsx", *rows), WEDNESDAY)
        with transaction(county.engine) as session:
            follow_ups.review_county(session, CLERK, law, WEDNESDAY)
        with reading(county.engine) as session:
            seen = survey.views(session, law, Sight.on(WEDNESDAY))
            standings = seen.standings
            found = causes.causes(session, seen.views, law, Sight.on(WEDNESDAY))
        asked = decisions(standings, found)
        assert asked
        assert [d.recoverable for d in asked] == sorted(
            (d.recoverable for d in asked), reverse=True
        )
        assert all(d.by >= WEDNESDAY for d in asked)
        with transaction(county.engine) as session:
            for case in follow_ups.open_on(session, standings, law, Sight.on(WEDNESDAY)):
                standing = next(s for s in standings if s.project.id == case.project)
                said = FollowUpAct(
                    kind=ActKind.PROMISED,
                    day=WEDNESDAY,
                    who="县教育局",
                    text="报可研",
                    until=date(2026, 3, 11),
                )
                follow_ups.say(session, CLERK, standing, case, said)
        friday = date(2026, 3, 13)
        with transaction(county.engine) as session:
            follow_ups.review_county(session, CLERK, law, friday)
        now = datetime(2026, 3, 13, 16, 0, tzinfo=CHINA)
        with reading(county.engine) as session:
            made = weekly_report.prepare(session, law, ZH, status_date=friday, now=now)
        told = {each.promise.outcome for each in made.digest.promises}
        assert told == {Outcome.BROKEN}
        assert all(case.state is not CaseState.CLOSED for case in made.digest.follow_ups)
        text = made.files["weekly.txt"].decode()
        assert "县教育局" in text
        for shown in texts_of(made.files):
            assert "未兑现" in shown
            assert "报可研" in shown
            assert "没有兑现或未兑现的承诺" not in shown
