"""Commit a previewed ledger: all good rows in one transaction, or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.law import Catalog
from tracker.ledger.model import Ledger
from tracker.ledger.reading import Watch, bytes_of, read_ledger, unwatched
from tracker.services.files import Staged, staged
from tracker.services.imports.compare import Known, Preview, RowChange
from tracker.services.imports.correct import Correction, corrected
from tracker.services.projects import changes
from tracker.services.projects.changes import Change, Draft
from tracker.store import Session, assignments, audit, ledgers, projects
from tracker.store.audit import Act

_OLE = b"\xd0\xcf\x11\xe0"


class ShownOtherwiseError(TrackerError):
    """The file or the record changed between what was shown and what would be written."""

    code = "changed_meanwhile"
    kind = ErrorKind.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            message("The file or the record has changed since it was shown."),
            remedy=message("Import it again; nothing was written."),
        )


class FutureLedgerError(TrackerError):
    """The ledger's day has not come: after it, no earlier ledger could be imported."""

    code = "future_ledger"
    kind = ErrorKind.USAGE

    def __init__(self, as_of: date, today: date) -> None:
        super().__init__(
            message("The ledger date {day} is in the future; today is {today}.").of(
                day=as_of, today=today
            ),
            remedy=message("Correct the day of the ledger (on a terminal: --as-of)."),
        )


class OlderLedgerError(TrackerError):
    """The ledger is older than one that was committed already."""

    code = "older_ledger"

    def __init__(self, as_of: date, newest: date) -> None:
        super().__init__(
            message("This ledger is dated {day}; one dated {newest} has already been imported.").of(
                day=as_of, newest=newest
            ),
            remedy=message("Correct the day of the ledger (on a terminal: --as-of)."),
        )


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook: its name and its bytes, read once, and the cells put right since it came."""

    name: str
    data: bytes
    corrections: tuple[Correction, ...] = ()

    @classmethod
    def of(cls, path: Path) -> "Upload":
        """Return a file. Raises RefusedFileError when there is none, or far too much."""
        return cls(path.name, bytes_of(path))

    def with_corrections(self, corrections: Sequence[Correction]) -> "Upload":
        """Return it with cells put right. Raises UncorrectableError, RefusedFileError."""
        data, name = corrected(self.data, self.name, corrections)
        return Upload(name, data, (*self.corrections, *corrections))

    @property
    def sha256(self) -> str:
        """Return the digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def is_old(self) -> bool:
        """Tell whether it is an .xls, whatever its name."""
        return self.data.startswith(_OLE)

    def read(
        self, catalog: Catalog, as_of: date, told: Mapping[str, str], watch: Watch = unwatched
    ) -> Ledger:
        """Read it as a ledger; `told` is what people say headings mean. Raises RefusedFileError."""
        return read_ledger(
            self.data, self.name, as_of, catalog.in_force(catalog.law_day(as_of)), told, watch
        )


def known_on(session: Session, as_of: date) -> Known:
    """Return what a ledger of a day is compared with.

    The newest that is recorded, though it be later.
    """
    days = projects.newest_days(session)
    newest = max(as_of, *days.values()) if days else as_of
    records = projects.load(session, Sight.on(newest))
    return Known(
        records=records,
        said=ledgers.last_said(session),
        days=days,
        headings=ledgers.headings(session),
        coming=assignments.coming(session, newest),
    )


def check_day(session: Session, as_of: date) -> None:
    """Raise OlderLedgerError when the record already holds a ledger of a later day."""
    newest = ledgers.newest_ledger(session)
    if newest and as_of < newest:
        raise OlderLedgerError(as_of, newest)


def kept_file(upload: Upload, folder: Path) -> AbstractContextManager[Staged]:
    """Write the workbook out of sight; it is put in its place with the commit that names it."""
    place = folder / ledgers.kept_name(upload.name, upload.sha256)
    return staged(folder, {place: upload.data})


def commit(session: Session, act: Act, found: Preview, *, upload: Upload) -> int | None:
    """Write the rows without errors; return the import's number, or None when nothing changed.

    The entries of the rows name that of the import as their cause. The caller owns the transaction.
    """
    as_of = found.ledger.as_of
    check_day(session, as_of)
    moving = [change for change in found.good if change.is_new or change.is_changed]
    still = [change for change in found.good if change.before and not change.is_changed]
    confirmed = [change.before.project for change in still if change.before]
    saying = [change for change in still if change.says_more]
    is_fresh = any((project.updated_on or date.min) < as_of for project in confirmed)
    if not moving and not saying and not is_fresh:
        return None
    number = ledgers.next_import(session)
    rows = [ledgers.row_of(c.before.project.id, number, c.said) for c in saying if c.before]
    corrected_cells = [[each.sheet, each.cell, each.text] for each in upload.corrections]
    entry = audit.record(
        session,
        act,
        action="import",
        about=upload.name,
        content={
            "import": number,
            "sha256": upload.sha256,
            "as_of": as_of,
            "moving": len(moving),
            "confirmed": [p.id for p in confirmed],
            **({"rows": {"ledger_row": rows}} if rows else {}),
            **({"corrected": corrected_cells} if corrected_cells else {}),
        },
    )
    ledgers.add_import(
        session,
        number,
        file=upload.name,
        sha256=upload.sha256,
        as_of=as_of,
        by=act.by,
        entry=entry,
        confirmed=[project.id for project in confirmed],
    )
    ledgers.add_rows(session, [{**row, "entry": entry} for row in rows])
    drafts = [_draft(change, upload.name) for change in moving]
    changes.keep_all(session, act, drafts, known_by=as_of, cause=entry, import_id=number)
    return number


def _draft(change: RowChange, file: str) -> Draft:
    before = change.before.project if change.before else None
    return Draft(
        change=Change(before, change.after, change.events),
        action="add project" if change.is_new else "change project",
        more={"file": file, "sheet": change.row.sheet, "row": change.row.row},
        said=change.said if change.says_more else None,
        known_by=change.known_by,
    )
