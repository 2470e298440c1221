"""Commit a previewed ledger: all good rows in one transaction, or nothing."""

import hashlib
from datetime import date
from pathlib import Path

from tracker.core.problems import TrackerError, message
from tracker.services import changes
from tracker.services.changes import Change, Draft
from tracker.services.files import write_whole
from tracker.services.ledger_diff import Preview, RowChange
from tracker.store import Session, audit, records
from tracker.store.audit import Act


class ShownOtherwiseError(TrackerError):
    """The file or the record changed between what was shown and what would be written."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__(
            message("The file or the record has changed since it was shown."),
            remedy=message("Import it again; nothing was written."),
        )


class FutureLedgerError(TrackerError):
    """The ledger's day has not come: after it, no earlier ledger could be imported."""

    code = "future_ledger"

    def __init__(self, as_of: date, today: date) -> None:
        super().__init__(
            message("The ledger's day {day} has not come; today is {today}.").of(
                day=as_of, today=today
            ),
            remedy=message("Give the day of the ledger with --as-of."),
        )


class OlderLedgerError(TrackerError):
    """The ledger is older than one that was committed already."""

    code = "older_ledger"

    def __init__(self, as_of: date, newest: date) -> None:
        super().__init__(
            message("This ledger is of {day}, the record already holds one of {newest}.")
            .of(day=as_of, newest=newest),
            remedy=message("Give the day of the ledger with --as-of."),
        )  # fmt: skip


def check_day(session: Session, as_of: date) -> None:
    """Raise OlderLedgerError when the record already holds a ledger of a later day."""
    newest = records.newest_ledger(session)
    if newest and as_of < newest:
        raise OlderLedgerError(as_of, newest)


def keep_file(path: Path, folder: Path) -> None:
    """Keep the workbook itself. This comes before the commit: a file nobody names does no harm."""
    data = path.read_bytes()
    place = folder / records.kept_name(path.name, hashlib.sha256(data).hexdigest())
    if not place.exists():
        write_whole(place, data)


def commit(session: Session, act: Act, found: Preview, *, path: Path) -> int | None:
    """Write the rows without errors; return the import's number, or None when nothing changed.

    The entries of the rows name that of the import as their cause. The caller owns the transaction.
    """
    as_of = found.ledger.as_of
    check_day(session, as_of)
    moving = [change for change in found.good if change.is_new or change.is_changed]
    confirmed = [
        change.before.project.id
        for change in found.good
        if change.before and not change.is_changed and change.before.project.updated_on != as_of
    ]
    if not moving and not confirmed:
        return None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    number = records.next_import(session)
    entry = audit.record(
        session, act, action="import", about=path.name,
        content={
            "import": number, "sha256": digest, "as_of": as_of, "moving": len(moving),
            "confirmed": confirmed,
        },
    )  # fmt: skip
    records.add_import(
        session, file=path.name, sha256=digest, as_of=as_of, by=act.by, entry=entry,
        confirmed=confirmed,
    )  # fmt: skip
    drafts = [_draft(change) for change in moving]
    changes.keep_all(session, act, drafts, known_by=as_of, cause=entry, import_id=number)
    return number


def _draft(change: RowChange) -> Draft:
    before = change.before.project if change.before else None
    return Draft(
        Change(before, change.after, change.events),
        "add project" if change.is_new else "change project",
        {"sheet": change.row.sheet, "row": change.row.row},
    )
