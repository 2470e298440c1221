"""Reports, job runs, holidays, learned numbers and settings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, desc, select

from tracker.core.digest import Figure
from tracker.store import audit
from tracker.store.audit import Act, mutable
from tracker.store.damage import readable
from tracker.store.tables import (
    CalendarYearRow,
    JobRunRow,
    ReportRow,
    SettingRow,
    UsualRow,
)

LEASE = timedelta(minutes=10)
DUE, RUNNING, DONE = "due", "running", "done"
_EVERY_PERIOD = "weekly"
"""The job whose missed periods are all made up for; of the others only the newest counts."""
_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """A weekly report as it was made. `files` maps each file's name to its SHA-256."""

    week: str
    issue: int
    is_draft: bool
    is_late: bool = False
    as_of: date
    figures: Mapping[int, Figure]
    fingerprint: str
    audit_head: str
    through: int
    files: Mapping[str, str]
    number: int = 0

    @property
    def folder(self) -> str:
        """Return the folder of its files: every issue has its own, so that none is overwritten."""
        return self.week if self.issue == 1 else f"{self.week}-{self.issue}"


def reports(session: Session, scope: str) -> list[StoredReport]:
    """Return the reports of a scope, the newest first."""
    rows = session.exec(
        select(ReportRow)
        .where(ReportRow.scope == scope)
        .order_by(desc(ReportRow.week), desc(ReportRow.issue))
    )
    return [_report(row) for row in rows]


def _report(row: ReportRow) -> StoredReport:
    with readable():
        figures = {int(key): Figure(**value) for key, value in json.loads(row.figures).items()}
    return StoredReport(
        week=row.week,
        issue=row.issue,
        is_draft=row.is_draft,
        is_late=row.is_late,
        as_of=row.as_of,
        figures=figures,
        fingerprint=row.fingerprint,
        audit_head=row.audit_head,
        through=row.through,
        files=json.loads(row.files),
        number=row.id or 0,
    )


def figures_digest(report: StoredReport) -> str:
    """Return the digest of a report's figures, for the entry that tells it."""
    return mutable.figures_digest(_figures_text(report))


def _figures_text(report: StoredReport) -> str:
    figures = {
        str(key): {"name": f.name, "light": f.light, "days_late": f.days_late}
        for key, f in report.figures.items()
    }
    return json.dumps(figures, ensure_ascii=False, sort_keys=True)


def add_report(session: Session, scope: str, report: StoredReport) -> None:
    """Store a report; an earlier issue of the same week stays."""
    session.add(
        ReportRow(
            scope=scope,
            week=report.week,
            issue=report.issue,
            is_draft=report.is_draft,
            is_late=report.is_late,
            as_of=report.as_of,
            figures=_figures_text(report),
            fingerprint=report.fingerprint,
            audit_head=report.audit_head,
            through=report.through,
            files=json.dumps(report.files, sort_keys=True),
        )
    )
    session.flush()


def setting(session: Session, key: str) -> str | None:
    """Return a fact about the data folder."""
    row = session.get(SettingRow, key)
    return row.value if row else None


def set_setting(session: Session, key: str, value: str) -> None:
    """Store a fact about the data folder."""
    session.merge(SettingRow(key=key, value=value))
    session.flush()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do one period of a job, as long as nobody takes it over."""

    run: int
    attempt: int


class LostClaimError(RuntimeError):
    """The lease passed and another process took the run over; its result stands, not ours."""


def claim(session: Session, *, kind: str, scope: str, period: str, now: datetime) -> Claim | None:
    """Claim a period of a job; None when it is done or under way.

    A run whose lease has passed may be claimed again: whoever held it died. So may one whose lease
    ends later than any that could be given now: the clock was wrong then.
    """
    run = session.exec(
        select(JobRunRow).where(
            JobRunRow.kind == kind, JobRunRow.scope == scope, JobRunRow.period == period
        )
    ).first()
    if run is None:
        run = JobRunRow(kind=kind, scope=scope, period=period, state=DUE)
        session.add(run)
        session.flush()
    attempt = run.attempts + 1
    until = col(JobRunRow.lease_until)
    has_lapsed = (until < now) | (until > now + LEASE + _CLOCKS_DIFFER)
    free = (col(JobRunRow.state) == DUE) | ((col(JobRunRow.state) == RUNNING) & has_lapsed)
    taken = session.connection().execute(
        update(JobRunRow)
        .where(col(JobRunRow.id) == run.id, free)
        .values(state=RUNNING, lease_until=now + LEASE, attempts=attempt)
    )
    return Claim(run.id or 0, attempt) if taken.rowcount == 1 else None


def runs(session: Session, *, kind: str, scope: str) -> dict[str, str]:
    """Return the periods of a job that were begun, each with its state: due, running or done."""
    wanted = select(JobRunRow).where(JobRunRow.kind == kind, JobRunRow.scope == scope)
    return {row.period: row.state for row in session.exec(wanted)}


def release(session: Session, claim: Claim) -> None:
    """Give a run back, so that the next call may try it at once."""
    session.connection().execute(
        update(JobRunRow).where(*_still_ours(claim)).values(state=DUE, lease_until=None)
    )


def finish(session: Session, act: Act, claim: Claim, result: Mapping[str, object]) -> None:
    """Store a run's result together with its end, and tell it.

    Raises LostClaimError after a take-over.
    """
    ours = session.exec(select(JobRunRow).where(*_still_ours(claim))).first()
    if ours is None:
        raise LostClaimError(f"run {claim.run} was taken over")
    told = {
        "kind": ours.kind,
        "scope": ours.scope,
        "result": result,
        "older": older_ends(session),
    }
    entry = audit.record(session, act, action=audit.JOB_DONE, about=ours.period, content=told)
    stored = session.connection().execute(
        update(JobRunRow)
        .where(*_still_ours(claim))
        .values(state=DONE, lease_until=None, result=audit.canonical(result), entry=entry)
    )
    if stored.rowcount != 1:
        raise LostClaimError(f"run {claim.run} was taken over")


def older_ends(session: Session) -> int:
    """Return how many runs ended before ends were told; the number never changes."""
    wanted = select(func.count()).select_from(JobRunRow)
    return session.exec(wanted.where(JobRunRow.state == DONE, JobRunRow.entry == 0)).one()


def _still_ours(claim: Claim) -> tuple[Any, ...]:
    return (
        col(JobRunRow.id) == claim.run,
        col(JobRunRow.attempts) == claim.attempt,
        col(JobRunRow.state) == RUNNING,
    )


def report_files(session: Session) -> list[tuple[str, str]]:
    """Return every file of every report by folder and name, and its digest."""
    found = []
    for row in session.exec(select(ReportRow).order_by(col(ReportRow.id))):
        folder = row.week if row.issue == 1 else f"{row.week}-{row.issue}"
        with readable():
            found += [(f"{folder}/{n}", digest) for n, digest in json.loads(row.files).items()]
    return found


def stuck_runs(session: Session, now: datetime) -> list[str]:
    """Return the runs whose lease has passed and that nobody has finished.

    Not one of which a later period is done: that one took its place, and nobody runs it again.
    """
    stopped = (col(JobRunRow.state) == RUNNING, col(JobRunRow.lease_until) < now)
    newest = (
        select(JobRunRow.kind, JobRunRow.scope, func.max(JobRunRow.period))
        .where(JobRunRow.state == DONE)
        .group_by(col(JobRunRow.kind), col(JobRunRow.scope))
    )
    done = {(kind, scope): period for kind, scope, period in session.exec(newest)}
    rows = session.exec(select(JobRunRow).where(*stopped))
    return [
        f"{row.kind} {row.period}"
        for row in rows
        if row.period > done.get((row.kind, row.scope), "") or row.kind == _EVERY_PERIOD
    ]


def loaded_years(session: Session, through: int | None = None) -> dict[int, str]:
    """Return the years of holidays that the county loaded, as they were written last."""
    wanted = select(CalendarYearRow).order_by(col(CalendarYearRow.entry))
    if through is not None:
        wanted = wanted.where(CalendarYearRow.entry <= through)
    return {row.year: row.content for row in session.exec(wanted)}


def load_year(session: Session, year: int, content: str, *, by: str, entry: int) -> None:
    """Keep a year of holidays; the newest counts."""
    session.add(CalendarYearRow(year=year, content=content, loaded_by=by, entry=entry))
    session.flush()


def usual(session: Session, through: int | None = None) -> str:
    """Return what the county has learned and plans with, as it was written last; '' for nothing."""
    wanted = select(UsualRow).order_by(desc(UsualRow.entry)).limit(1)
    if through is not None:
        wanted = wanted.where(UsualRow.entry <= through)
    row = session.exec(wanted).first()
    return row.content if row else ""


def keep_usual(session: Session, content: str, *, by: str, entry: int) -> None:
    """Keep what the county has learned; the newest counts."""
    session.add(UsualRow(content=content, kept_by=by, entry=entry))
    session.flush()
