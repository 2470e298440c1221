"""Five years of weekly reports on a machine that is killed every week, and whose clock is wrong.

Whatever happens, every week has exactly one report in the end, and they came in order.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.databases import temporary_engine
from tests.support.faults import Steps, counted
from tests.support.record import put
from tracker.core.model import Project
from tracker.core.weeks import Week, newest_due
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.services.county import weekly_report
from tracker.services.county.weekly_report import SCOPE
from tracker.services.installation.backup import Folders
from tracker.services.installation.jobs import NIGHTLY, WEEKLY
from tracker.services.installation.timetable import Outcome, Rounds
from tracker.store import Engine, audit, reading, records, transaction

pytestmark = pytest.mark.all

WEEKS = 260
BEGAN = date(2021, 1, 4)
CHINA = ZoneInfo("Asia/Shanghai")
DUE = time(15, 5)
JUMPS = [
    timedelta(hours=1),
    timedelta(hours=-1),
    timedelta(days=3),
    timedelta(days=-8),
    timedelta(days=40),
    timedelta(days=-40),
]
DOWN_WEEKS = {20: 1, 47: 3, 90: 5, 120: 52, 200: 11}
"""How many weeks the machine stands still before it is seen again."""
REAL_FILES_EVERY = 26


class Killed(BaseException):
    """The process ends here: nothing of it runs any more, and it gives nothing back."""


@pytest.fixture
def engine(law: Catalog) -> Iterator[Engine]:
    with temporary_engine() as made:
        with transaction(made) as session:
            for name in ("甲", "乙"):
                put(
                    session,
                    Project(
                        id=0,
                        name=name,
                        procedure="gov_building",
                        target="fs_approval",
                        deadline=date(2021, 6, 30),
                        updated_on=BEGAN,
                    ),
                )
        yield made


@dataclass
class Machine:
    """A machine that does its rounds. Most reports are laid out as one small file."""

    engine: Engine
    law: Catalog
    folder: Path
    now: datetime
    lay_out: Callable[..., dict[str, bytes]] = weekly_report.lay_out
    laid_out: int = 0

    def cheap(self, found: weekly_report.Digest, *rest: object) -> dict[str, bytes]:
        self.laid_out += 1
        if self.laid_out % REAL_FILES_EVERY == 1:
            return self.lay_out(found, *rest)
        return {"weekly.txt": f"{found.week} {found.status_date}".encode()}

    def go_round(self, now: datetime, *, kill_before: int | None = None) -> tuple[int, bool]:
        """Do what is due, or die on the way; return the steps it took and whether it died."""
        self.now = now
        rounds = Rounds(
            engine=self.engine,
            catalog=self.law,
            words=words_in("zh"),
            folders=Folders.under(self.folder),
            backups=self.folder / "backups",
            clock=lambda: self.now,
        )

        def kill() -> None:
            raise Killed

        steps, died = Steps(kill_before, kill), True
        with counted(steps), suppress(Killed):
            for ran in rounds.run(NIGHTLY, WEEKLY):
                assert ran.outcome is not Outcome.FAILED, ran.fault
            died = False
        return steps.count, died

    def go_through_week(self, true: datetime, kill_before: int, draw: random.Random) -> bool:
        """Start under a wrong clock now and then, be killed, and be started again, often."""
        if draw.random() < 0.2:
            self.go_round(true + draw.choice(JUMPS))
        _, died = self.go_round(true, kill_before=kill_before)
        now = true + timedelta(minutes=11 * died)  # a lease has to pass
        self.go_round(now)
        for _ in range(draw.randrange(3)):  # a timer that fires again, late or at once
            now += timedelta(hours=draw.randrange(30))
            self.go_round(now)
        return died


def test_every_week_of_five_years_has_one_report(
    engine: Engine, law: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, day = random.Random(20260111), date(2021, 1, 8)
    machine = Machine(engine, law, tmp_path, datetime.combine(day, DUE, CHINA))
    monkeypatch.setattr(weekly_report, "lay_out", machine.cheap)
    total, _ = machine.go_round(machine.now)
    kills, started = 0, 0
    while day < BEGAN + timedelta(weeks=WEEKS):
        day += timedelta(weeks=1 + DOWN_WEEKS.get(Week.of(day) - Week.of(BEGAN), 0))
        step = 1 + started % (total + 2)
        kills += machine.go_through_week(datetime.combine(day, DUE, CHINA), step, draw)
        started += 1

    with reading(engine) as session:
        reports = sorted(records.reports(session, SCOPE), key=lambda report: report.number)
        assert audit.first_broken(session) is None
    weeks = [Week.parse(report.week) for report in reports]
    assert weeks == sorted(set(weeks))
    assert len(weeks) == weeks[-1] - weeks[0] + 1 >= WEEKS
    assert weeks[-1] >= newest_due(machine.now, law.working_days)
    assert not any(report.is_draft for report in reports)
    assert started > total > 20
    assert kills >= total
    for report in reports:
        for name in report.files:
            assert (tmp_path / "reports" / report.folder / name).stat().st_size
