"""What is due by the county's clocks and not done yet, and doing it: the oldest first.

A weekly report is a paper of its own week, so that every one that was missed is made up. A night
and a backup are of the data as they are: where some were missed, only the newest is due.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from tracker.core.weeks import CLOSES, Week, missing
from tracker.i18n.words import Words
from tracker.law import Catalog
from tracker.services.county.weekly_report import DEMO, SCOPE
from tracker.services.installation import jobs
from tracker.services.installation.backup import Folders
from tracker.services.installation.jobs import BACKUP, NIGHTLY, WEEKLY
from tracker.store import Engine, Session, projects, reading, records

ALL = (NIGHTLY, BACKUP, WEEKLY)
_FROM = {NIGHTLY: time(2), BACKUP: time(3)}


@dataclass(frozen=True, slots=True)
class Due:
    """A period of a job that is due since an instant. `week` is that of a weekly report."""

    since: datetime
    kind: str
    period: str
    week: Week | None = None


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What is due, the oldest first, and how many reports are too old to be made up."""

    due: tuple[Due, ...]
    too_old: int


class Outcome(StrEnum):
    """What became of a period that was due."""

    DONE = "done"
    ELSEWHERE = "elsewhere"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A period, and what became of it. `fault` is what stopped it."""

    due: Due
    outcome: Outcome
    result: Mapping[str, object] | None = None
    fault: Exception | None = None


def outstanding(session: Session, catalog: Catalog, now: datetime) -> Outstanding:
    """Return what is due at `now`, a local instant; nothing of the demo, nor without a project."""
    known_from = projects.first_day(session)
    if records.setting(session, DEMO) is not None or known_from is None:
        return Outstanding((), 0)
    daily = [
        due
        for kind in _FROM
        if (due := _daily(session, kind, now)) and due.since.date() >= known_from
    ]
    weekly = missing(
        now,
        catalog.working_days,
        known_from=known_from,
        begun=_begun(session),
        made=_made(session),
    )
    weeks = [
        Due(_moment(week, catalog, now), WEEKLY, str(week), week=week) for week in weekly.weeks
    ]
    return Outstanding(tuple(sorted([*weeks, *daily], key=lambda d: d.since)), weekly.beyond)


def _daily(session: Session, kind: str, now: datetime) -> Due | None:
    since = now.replace(hour=_FROM[kind].hour, minute=0, second=0, microsecond=0)
    if now < since:
        since -= timedelta(days=1)
    period = since.date().isoformat()
    is_done = records.runs(session, kind=kind, scope=SCOPE).get(period) == records.DONE
    return None if is_done else Due(since, kind, period)


def _begun(session: Session) -> set[Week]:
    """Return the weeks of which a report was made or begun."""
    made = {report.week for report in records.reports(session, SCOPE)}
    return {Week.parse(each) for each in made | set(_runs(session))}


def _made(session: Session) -> set[Week]:
    """Return the weeks whose report was done, by whomever."""
    final = {report.week for report in records.reports(session, SCOPE) if not report.is_draft}
    done = {period for period, state in _runs(session).items() if state == records.DONE}
    return {Week.parse(each) for each in final | done}


def _runs(session: Session) -> dict[str, str]:
    return records.runs(session, kind=WEEKLY, scope=SCOPE)


def _moment(week: Week, catalog: Catalog, now: datetime) -> datetime:
    day = week.report_day(catalog.working_days)
    return datetime.combine(day, CLOSES, tzinfo=now.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """One county's rounds. `clock` tells the instant by the county's clocks."""

    engine: Engine
    catalog: Catalog
    words: Words
    folders: Folders
    backups: Path
    clock: Callable[[], datetime]

    def run(self, *kinds: str) -> Iterator[Ran]:
        """Do what is due of some kinds, the oldest first, and yield each as it ends.

        One that fails stops no other. A week that another process is making stops the weeks after
        it, so that they come in order.
        """
        with reading(self.engine) as session:
            found = outstanding(session, self.catalog, self.clock())
        is_waiting = False
        for due in found.due:
            if due.kind not in kinds or (due.week and is_waiting):
                continue
            ran = self._ran(due)
            is_waiting = is_waiting or bool(due.week and ran.outcome is Outcome.ELSEWHERE)
            yield ran

    def _ran(self, due: Due) -> Ran:
        try:
            result = self._do(due)
        except records.LostClaimError:
            result = None
        except Exception as fault:
            return Ran(due=due, outcome=Outcome.FAILED, fault=fault)
        outcome = Outcome.ELSEWHERE if result is None else Outcome.DONE
        return Ran(due=due, outcome=outcome, result=result)

    def _do(self, due: Due) -> Mapping[str, object] | None:
        engine, catalog, folders, now = self.engine, self.catalog, self.folders, self.clock()
        day = due.since.date()
        if due.week:
            return jobs.weekly_once(
                engine,
                catalog,
                self.words,
                county=SCOPE,
                folder=folders.reports,
                week=due.week,
                now=now,
            )
        if due.kind == NIGHTLY:
            return jobs.nightly_once(engine, catalog, county=SCOPE, day=day, now=now)
        return jobs.backup_once(engine, folders, self.backups, county=SCOPE, day=day, now=now)
