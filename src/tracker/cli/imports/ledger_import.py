"""`tracker import`: preview, ask, commit; and take an import back."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import typer

from tracker import clock
from tracker.cli.door import FINDINGS, FINE, USAGE, Door, asked_yes, say, show_json
from tracker.cli.imports.headings import check_choices, headings_in
from tracker.cli.imports.places import check_place, warn_of_values_only
from tracker.cli.imports.preview import as_data, left_words, show
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n import Words
from tracker.ledger.book.refusal import RefusedFileError
from tracker.ledger.model import Ledger
from tracker.services.imports import commit as ledger_import
from tracker.services.imports import headings
from tracker.services.imports import mark as ledger_return
from tracker.services.imports import undo as ledger_undo
from tracker.services.imports.commit import FutureLedgerError, ShownOtherwiseError, Upload
from tracker.services.imports.compare import Choices, Known, Preview, compare
from tracker.services.imports.undo import Undone
from tracker.store import ledgers, reading, transaction
from tracker.store.audit import Act


@dataclass(frozen=True)
class Asked:
    """What was asked for beside the file and the day."""

    dry_run: bool
    yes: bool
    only_good: bool
    as_json: bool
    reason: str | None
    by: str | None
    renamed: Sequence[str]
    other: Sequence[str]
    columns: Sequence[str]
    marked: Path | None

    @property
    def choices(self) -> Choices:
        """Return what was decided about names."""
        return Choices(frozenset(self.renamed), frozenset(self.other))


class NoLedgerError(TrackerError):
    """No workbook is named."""

    code = "no_ledger"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("{name} is missing.", name="LEDGER"),
            remedy=message("Name the workbook: tracker import 台账.xlsx."),
        )


class NoNumberError(TrackerError):
    """What is to be taken back is named by something else than a number."""

    code = "nothing_to_undo"
    kind = ErrorKind.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            message("'{text}' is not the number of an import.", text=text),
            remedy=message(
                "Write tracker import --undo for the last one, or tracker import N --undo."
            ),
        )


def run(door: Door, path: Path | None, as_of: datetime | None, asked: Asked) -> None:
    """Preview a ledger and, unless it is a dry run, commit it."""
    with door.user_errors():
        if path is None:
            raise NoLedgerError
        upload = _upload(door, path, asked)
        importing = _Importing(door, upload, door.day(as_of), asked)
        found = importing.preview()
        check_choices(found, asked.choices, importing.told)
        if not (asked.yes or asked.dry_run or asked.as_json):
            found = importing.ask_about_names(found)
        if asked.marked:
            check_place(asked.marked, path)
            importing.mark(found, asked.marked)
    if asked.as_json:
        show_json(as_data(found, door.words))
    else:
        show(found, door.catalog.in_force(found.ledger.as_of), door.words)
    if asked.dry_run:
        raise typer.Exit(FINDINGS if found.has_errors else FINE)
    _check_errors(door, found, asked)
    if not asked.yes and not asked_yes(door.words.text("Commit these changes?")):
        say(door.words.text("Nothing was written. Without a terminal, add --yes."))
        raise typer.Exit(USAGE)
    with door.user_errors():
        importing.commit(found, door.act(asked.by, asked.reason))
    if found.has_errors:
        raise typer.Exit(FINDINGS)


class _OnlyLookedError(Exception):
    """Nothing is kept: somebody only wanted to see what would be taken back."""


@dataclass(frozen=True)
class Undo:
    """Which import is to be taken back, by whom and why; `looks` only says what that would be."""

    number: str | None
    by: str | None
    why: str | None
    looks: bool
    yes: bool


def undo(door: Door, as_of: datetime | None, asked: Undo) -> None:
    """Take back the last import, or another; on a terminal it is shown and asked first."""
    words = door.words
    with door.user_errors():
        if asked.looks or (sys.stdin.isatty() and not asked.yes):
            say(words.text("This is only a look, nothing is written:"))
            _tell_undone(_undone(door, as_of, asked, keep=False), words)
            if asked.looks or not asked_yes(words.text("Take it back?")):
                return
        _tell_undone(_undone(door, as_of, asked, keep=True), words)


def _undone(door: Door, as_of: datetime | None, asked: Undo, *, keep: bool) -> Undone:
    reason = asked.why or door.words.text("the import is taken back")
    with suppress(_OnlyLookedError), transaction(door.engine) as session:
        done = ledger_undo.undo(
            session, door.act(asked.by, reason), _number(asked.number), door.day(as_of)
        )
        if not keep:
            raise _OnlyLookedError
    return done


def _tell_undone(done: Undone, words: Words) -> None:
    found = done.found
    say(
        words.text(
            "Import {number} ({file}, ledger of {day}) is taken back: {withdrawn} projects"
            " withdrawn, {restored} restored.",
            number=found.number,
            file=found.file,
            day=found.as_of,
            withdrawn=len(done.withdrawn),
            restored=len(done.restored),
        )
    )
    for project, key in done.left:
        say(left_words(project, key, words))


def _number(text: str | None) -> int | None:
    """Return the number of an import. Raises NoNumberError."""
    if text is not None and not text.isdecimal():
        raise NoNumberError(text)
    return None if text is None else int(text)


def _check_errors(door: Door, found: Preview, asked: Asked) -> None:
    if found.has_errors and not asked.only_good:
        say(
            door.words.text(
                "Nothing was written: correct the errors, or commit the good rows with --only-good."
            )
        )
        raise typer.Exit(FINDINGS)


def _upload(door: Door, path: Path, asked: Asked) -> Upload:
    try:
        return Upload.of(path)
    except RefusedFileError as error:
        _tell_refusal(door, error, path, asked)
        raise


def _tell_refusal(door: Door, error: RefusedFileError, path: Path, asked: Asked) -> None:
    if asked.as_json:
        words = door.words
        what = {"code": error.code, "message": words(error.what), "remedy": words(error.remedy)}
        show_json({"format": "tracker-import/1", "file": path.name, "error": what})


class _Importing:
    """One ledger on its way into the record."""

    def __init__(self, door: Door, upload: Upload, day: date, asked: Asked) -> None:
        self.door, self.upload, self.day, self.asked = door, upload, day, asked
        self.choices = asked.choices
        self.told = headings_in(asked.columns)
        self.ledger: Ledger | None = None

    def preview(self) -> Preview:
        """Read the file once and compare it. Raises FutureLedgerError, OlderLedgerError."""
        today = clock.today(self.door.setting.timezone)
        if self.day > today:
            raise FutureLedgerError(self.day, today)
        known = Known()
        if self.door.has_data:
            with reading(self.door.engine) as session:
                ledger_import.check_day(session, self.day)
                known = ledger_import.known_on(session, self.day)
        told = {key: said for key, said in {**known.headings, **self.told}.items() if said}
        try:
            self.ledger = self.upload.read(self.door.catalog, self.day, told, self._show_progress)
        except RefusedFileError as error:
            _tell_refusal(self.door, error, Path(self.upload.name), self.asked)
            raise
        return self._compared(known)

    def _compared(self, known: Known) -> Preview:
        assert self.ledger is not None
        return compare(
            self.ledger, self.door.catalog, known, reason=self.asked.reason, choices=self.choices
        )

    def ask_about_names(self, found: Preview) -> Preview:
        """Ask, on a terminal, whether an unknown project is a known one under a new name."""
        if not sys.stdin.isatty():
            return found
        words = self.door.words
        for change in found.changes:
            if change.renamed_from and not change.takes_name:
                question = words.text(
                    "Row {row}: is '{new}' the new name of '{old}'?",
                    row=change.row.row,
                    new=change.row.name,
                    old=change.renamed_from,
                )
                name = frozenset({change.row.name})
                if typer.confirm(question, err=True):
                    self.choices = replace(self.choices, same=self.choices.same | name)
                else:
                    self.choices = replace(self.choices, other=self.choices.other | name)
        if self.choices == self.asked.choices:
            return found
        with reading(self.door.engine) as session:
            return self._compared(ledger_import.known_on(session, self.day))

    def mark(self, found: Preview, place: Path) -> None:
        """Write the workbook back with its bad cells marked."""
        ledger_return.write_marked(self.upload, found, place, self.door.words)
        say(self.door.words.text("The workbook with its marks is {path}.", path=str(place)))
        warn_of_values_only(self.door, self.upload)

    def commit(self, found: Preview, act: Act) -> None:
        """Write the rows without errors, if the record is still as it was when it was shown."""
        door, words = self.door, self.door.words
        ledger_import.keep_file(self.upload, door.setting.ledgers)
        with transaction(door.made_engine) as session:
            fresh = self._compared(ledger_import.known_on(session, self.day))
            if fresh.changes != found.changes:
                raise ShownOtherwiseError
            number = ledger_import.commit(session, act, fresh, upload=self.upload)
            headings.remember(session, act, self.told, cause=ledgers.entry_of(session, number))
        left_out = len(found.ledger.rows_with_errors)
        if left_out:
            say(words.text("{count} rows with errors were left out.", count=left_out))
        conflicts = sum(len(change.conflicts) for change in found.changes)
        if conflicts:
            say(
                words.text(
                    "{count} conflicting cells were not taken over; --reason takes them over.",
                    count=conflicts,
                )
            )
        if number is None:
            say(words.text("Nothing else in the ledger is new; the record did not change."))
            return
        say(words.text("Committed as import {number}.", number=number))

    def _show_progress(self, sheet: str | None, done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == total else ""
            text = self.door.words.text(
                "reading {sheet}: {done} of {total} rows",
                sheet=sheet or self.upload.name,
                done=done,
                total=total,
            )
            sys.stderr.write(f"\r{text}{end}")
            sys.stderr.flush()
