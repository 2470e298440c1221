"""Work that is due once in a period: claim it, do it, store the result with its end.

Twice, late, or killed halfway: the next call finishes what is due, once. The claim is a
transaction of its own, so that a run that dies leaves a lease behind and not a lock.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from tracker.core.problems import TrackerError
from tracker.core.weeks import Week
from tracker.i18n.words import Words
from tracker.law import Catalog
from tracker.services.county import follow_ups, night, weekly_report
from tracker.services.installation import backup
from tracker.services.installation.backup import Folders
from tracker.services.installation.sweep import sweep
from tracker.store import Engine, reading, records, transaction
from tracker.store.audit import Act

NIGHTLY, WEEKLY, BACKUP = "nightly", "weekly", "backup"
NIGHTS_KEPT = 14


def nightly_once(
    engine: Engine, catalog: Catalog, *, county: str, day: date, now: datetime
) -> Mapping[str, object] | None:
    """Recompute a county's night if it is still due; None when it is done or under way."""
    with _claimed(engine, NIGHTLY, county, day.isoformat(), now) as claim:
        if claim is None:
            return None
        with transaction(engine) as session:
            result = night.recompute(session, Act(NIGHTLY), catalog, day)
            records.finish(session, Act(NIGHTLY), claim, result)
    return result


def weekly_once(
    engine: Engine,
    catalog: Catalog,
    words: Words,
    *,
    county: str,
    folder: Path,
    week: Week,
    now: datetime,
) -> Mapping[str, object] | None:
    """Write a week's report if it is still due; None when it is done or under way.

    `now` is an instant by the county's clocks.
    """
    with _claimed(engine, WEEKLY, county, str(week), now) as claim:
        if claim is None:
            return None
        day = week.report_day(catalog.working_days)
        seen = None
        if day == now.date():  # of a day that has passed nobody is told anything new
            with transaction(engine) as session:
                seen = follow_ups.review_county(session, Act(WEEKLY), catalog, day)
        with reading(engine) as session:
            prepared = weekly_report.prepare(
                session, catalog, words, week=week, status_date=day, now=now, seen=seen
            )
        result = {
            "week": prepared.stored.week,
            "fingerprint": prepared.stored.fingerprint,
            "files": list(prepared.files),
        }
        with weekly_report.staged(prepared, folder) as staged, transaction(engine) as session:
            weekly_report.keep(session, Act(WEEKLY), prepared)
            records.finish(session, Act(WEEKLY), claim, result)
            staged.put()
    return result


def backup_once(
    engine: Engine, folders: Folders, into: Path, *, county: str, day: date, now: datetime
) -> Mapping[str, object] | None:
    """Make a night's backup if it is still due; None when it is done.

    The oldest backups are dropped then, and files that nothing names.
    """
    with _claimed(engine, BACKUP, county, day.isoformat(), now) as claim:
        if claim is None:
            return None
        made = backup.make(engine, folders, into, now=now)
        gone = backup.drop_old(engine, made.path, keep=NIGHTS_KEPT)
        result = {"file": made.path.name, "sha256": made.digest, "dropped": len(gone)}
        with transaction(engine) as session:
            records.finish(session, Act(BACKUP), claim, result)
    with suppress(TrackerError, OSError):  # the backup is done: it must not be made again for this
        sweep(engine, folders, now)
    return result


@contextmanager
def _claimed(
    engine: Engine, kind: str, scope: str, period: str, now: datetime
) -> Iterator[records.Claim | None]:
    """Claim a period; give it back when the work fails, so that a retry finds it due."""
    with transaction(engine) as session:
        claim = records.claim(
            session, kind=kind, scope=scope, period=period, now=now.astimezone(UTC)
        )
    try:
        yield claim
    except Exception:
        if claim:
            with transaction(engine) as session:
                records.release(session, claim)
        raise
