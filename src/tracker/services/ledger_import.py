"""Commit a previewed ledger: all good rows in one transaction, or nothing."""

import hashlib
from datetime import date
from pathlib import Path

from tracker.core.problems import TrackerError, message
from tracker.services.ledger_diff import Preview, RowChange
from tracker.store import Session, audit, projects, records
from tracker.store.projects import LEADER, TASK_FORCE


class ChangedMeanwhileError(TrackerError):
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


def commit(session: Session, found: Preview, *, path: Path, by: str) -> int | None:
    """Write the rows without errors; return the import's number, or None when nothing changed.

    The caller owns the transaction.
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
    number = records.add_import(session, file=path.name, sha256=digest, as_of=as_of, by=by)
    projects.touch(session, confirmed, as_of)
    for change in moving:
        _write(session, change, number, as_of, by)
    audit.record(
        session, by=by, action="import", about=path.name,
        content={
            "import": number, "sha256": digest, "as_of": as_of, "rows": len(moving),
            "confirmed": confirmed,
        },
    )  # fmt: skip
    return number


def _write(session: Session, change: RowChange, number: int, as_of: date, by: str) -> None:
    project = change.after
    if change.is_new:
        project = projects.add(session, project)
    elif change.moved_fields:
        projects.change(session, project)
    else:
        projects.touch(session, [project.id], as_of)
    for role, name in ((LEADER, project.leader), (TASK_FORCE, project.task_force)):
        if name:
            projects.assign(session, project.id, role, name, as_of)
    for event in change.events:
        projects.add_event(session, project.id, event, by=by, import_id=number)
    audit.record(
        session, by=by, action="add project" if change.is_new else "change project",
        about=project.name,
        content={
            "import": number, "row": change.row.row, "fields": change.moved_fields,
            "events": [f"{e.step} {e.kind} {e.day}" for e in change.events],
        },
    )  # fmt: skip
