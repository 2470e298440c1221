"""Old entries leave the chain, and what they told is sealed by the entry that says so."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, desc, select

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.store import accounts, audit
from tracker.store.audit import JOB_DONE, PURGED, RUNS_SEALED, SEALED, Act, mutable, record, rows
from tracker.store.database import guards
from tracker.store.tables import AuditRow, JobRunRow

_LONGEST_GAP = timedelta(days=35)
"""A record in use has an entry every month; a longer gap is more likely a wrong clock."""


class TooYoungError(TrackerError):
    """Entries were to be purged that the law wants kept."""

    code = "too_young"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("Entries are kept for at least {days} days.", days=str(guards.KEPT_DAYS)),
            remedy=message("Name an older day; nothing was purged."),
        )


class DoubtfulClockError(TrackerError):
    """Entries lie so far apart that a clock may have been wrong, and nobody else confirms."""

    code = "doubtful_clock"
    kind = ErrorKind.USAGE

    def __init__(self, before: str, after: str) -> None:
        super().__init__(
            message(
                "After {before} the next day that a clock showed is {after}: was it right?",
                before=before[:10],
                after=after[:10],
            ),
            remedy=message(
                "If it was, let a second person who has an account confirm it: --confirmed-by NAME."
                " Nothing was purged."
            ),
        )


def purge(session: Session, act: Act, *, before: str, confirmed_by: str | None = None) -> int:
    """Delete the entries made before an instant (UTC, ISO 8601) and return how many.

    An entry says up to which one, and its digest, so that the rest still fits; it also seals the
    rows that they told. Raises TooYoungError for entries under 183 days, which the database would
    refuse as well, and DoubtfulClockError where the clock makes them look older than they are and
    no second person has confirmed the day.
    """
    if before > _oldest_kept(session):
        raise TooYoungError
    gap = audit.clock_gap(session, _LONGEST_GAP)
    is_second = _is_second(session, act, confirmed_by)
    if gap and not is_second:
        raise DoubtfulClockError(*gap)
    gone = session.exec(
        select(AuditRow.seq, AuditRow.digest, func.count().over())
        .where(AuditRow.at < before)
        .order_by(desc(AuditRow.seq))
        .limit(1)
    ).first()
    if gone is None:
        return 0
    seq, digest, count = gone
    content: dict[str, Any] = {"through": seq, "digest": digest, "before": before, "count": count}
    if is_second:
        content["confirmed_by"] = confirmed_by
    content["held"] = mutable.digests_of_untold(session, seq or 0)
    record(session, act, action=PURGED, about=before, content=content | _kept(session, seq or 0))
    session.connection().execute(delete(AuditRow).where(col(AuditRow.seq) <= seq))
    return int(count)


def _is_second(session: Session, act: Act, name: str | None) -> bool:
    """Tell whether `name` is a second person: somebody else's account, where there are any."""
    if not name or name.strip() in ("", act.by):
        return False
    others = [a for a in accounts.all_accounts(session) if a.login not in (act.by, accounts.LOCAL)]
    return not others or any(name.strip() in (o.login, o.person.name) for o in others)


def seal_older(session: Session, act: Act) -> None:
    """Seal the rows that are older than entries by row, once: what was bent later stays found."""
    wanted = select(AuditRow.seq).where(AuditRow.action == SEALED).limit(1)
    if session.exec(wanted).first() is not None:
        return
    kept = _kept(session, 0)
    if kept["kept"]:
        record(session, act, action=SEALED, about="0", content={"through": 0} | kept)


def seal_runs(session: Session, act: Act) -> None:
    """Tell, once, how many runs ended before the ends of runs had entries of their own."""
    told = select(AuditRow.seq).where(col(AuditRow.action).in_((JOB_DONE, RUNS_SEALED))).limit(1)
    ended = select(func.count()).select_from(JobRunRow).where(JobRunRow.state == "done")
    count = session.exec(ended).one()
    if count and session.exec(told).first() is None:
        record(session, act, action=RUNS_SEALED, about="", content={"older": count})


def _kept(session: Session, through: int) -> dict[str, Any]:
    """Return what the rows up to an entry are, in digests, and how the accounts stand."""
    digests = rows.digests_through(session, through)
    return {"kept": digests, "accounts": accounts.standings(session)}


def _oldest_kept(session: Session) -> str:
    """Return the instant from which on entries have to be kept."""
    if session.connection().dialect.name == "postgresql":
        now = func.timezone("UTC", func.now()) - func.make_interval(0, 0, 0, guards.KEPT_DAYS)
        then = func.to_char(now, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    else:
        then = func.strftime("%Y-%m-%dT%H:%M:%fZ", "now", f"-{guards.KEPT_DAYS} days")
    return str(session.connection().execute(select(then)).scalar_one())
