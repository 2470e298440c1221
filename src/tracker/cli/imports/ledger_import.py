"""`tracker import`: preview, ask, commit; and undo an import."""

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from tracker import clock
from tracker.cli.door import FINDINGS, FINE, USAGE, Door, asked_yes, say, show_json
from tracker.cli.frame import mark
from tracker.cli.imports.asking import ask
from tracker.cli.imports.places import check_place, warn_of_values_only
from tracker.cli.imports.preview import as_data, show
from tracker.cli.options import AsJson, AsOf, By, DryRun, Yes
from tracker.cli.questions import MOST, show_questions
from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.words import Words
from tracker.ledger.book.refusal import RefusedFileError
from tracker.ledger.reading import Watch
from tracker.services.county import follow_ups, survey
from tracker.services.imports import commit, undo
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Choices, Preview
from tracker.services.imports.mark import write_marked
from tracker.services.imports.meanings import headings_in, words_in
from tracker.services.imports.preview import (
    Committed,
    Import,
    Options,
    commit_shown,
    decided,
    prepare,
)
from tracker.services.imports.undo import Undone
from tracker.services.imports.wording import left_words
from tracker.services.projects.question_words import summary_words
from tracker.services.projects.questions import askings
from tracker.store import reading, rehearsal, transaction
from tracker.store.audit import Act


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


def import_ledger(
    door: Door,
    ledger: Annotated[
        Path | None, typer.Argument(metavar=mark("LEDGER"), help=mark(".xlsx, .xls or .csv"))
    ] = None,
    *,
    as_of: AsOf = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    reason: Annotated[
        str | None,
        typer.Option(
            metavar=mark("TEXT"), help=mark("accept steps that move backwards, for this reason")
        ),
    ] = None,
    renamed: Annotated[
        list[str] | None,
        typer.Option(
            "--rename",
            metavar=mark("NAME"),
            help=mark("this name is the new one of a known project"),
        ),
    ] = None,
    other: Annotated[
        list[str] | None,
        typer.Option("--new", metavar=mark("NAME"), help=mark("this name is another project")),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar=mark("HEADING=MEANING"),
            help=mark("what a heading means, such as 批文=立项/文号; it is remembered"),
        ),
    ] = None,
    taught: Annotated[
        list[str] | None,
        typer.Option(
            "--word",
            metavar=mark("WORD=STATE"),
            help=mark("what a word of state means, such as 快了=办理中; it is remembered"),
        ),
    ] = None,
    accept: Annotated[
        bool,
        typer.Option("--accept", help=mark("take over the states that were read from sentences")),
    ] = False,
    marked: Annotated[
        Path | None,
        typer.Option(metavar=mark("FILE"), help=mark("write the workbook with its errors marked")),
    ] = None,
    take_back: Annotated[
        bool,
        typer.Option("--undo", help=mark("undo the last import, or the import numbered LEDGER")),
    ] = False,
    only_good: Annotated[
        bool, typer.Option("--only-good", help=mark("leave out rows with errors"))
    ] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Preview a ledger and, unless it is a dry run, commit it."""
    if take_back:
        _undo(door, ledger, as_of, door.act(by, reason), looks=dry_run, yes=yes)
        return
    if ledger is None:
        raise NoLedgerError
    options = Options(
        choices=Choices(frozenset(renamed or ()), frozenset(other or ())),
        meanings={**headings_in(columns or ()), **words_in(taught or ())},
        takes_proposals=accept,
        reason=reason,
    )
    day = door.status_date(as_of)
    found = _prepared(door, ledger, day, options, as_json=as_json)
    if not (yes or dry_run or as_json):
        found = ask(door, found, lambda chosen: _prepared(door, ledger, day, chosen))
        found = _ask_about_names(door, found)
    if marked:
        check_place(marked, ledger)
        _mark(door, found, marked)
    if as_json:
        show_json(as_data(found.preview, door.words))
    else:
        show(found.preview, door.words, door.names(door.status_date(as_of)))
    if dry_run:
        raise typer.Exit(FINDINGS if found.preview.has_errors else FINE)
    _confirm(door, found.preview, only_good=only_good, yes=yes)
    _commit(door, found, door.act(by, reason))
    if found.preview.has_errors:
        raise typer.Exit(FINDINGS)


def _prepared(
    door: Door, path: Path, as_of: date, options: Options, *, as_json: bool = False
) -> Import:
    try:
        return prepare(
            door.engine if door.has_data else None,
            Upload.of(path),
            door.catalog,
            as_of,
            today=clock.today(door.setting.timezone),
            options=options,
            watch=_progress(door, path.name),
        )
    except RefusedFileError as error:
        if as_json:
            _show_refusal(door, error, path)
        raise


def _confirm(door: Door, found: Preview, *, only_good: bool, yes: bool) -> None:
    """End the command unless everything, or what is good, is to be committed."""
    words = door.words
    if found.has_errors and not only_good:
        say(
            words.text(
                "Nothing was written: correct the errors, or import only the rows without errors"
                " with --only-good."
            )
        )
        raise typer.Exit(FINDINGS)
    if not yes and not asked_yes(words.text("Import these changes?")):
        say(words.text("Nothing was written. Without a terminal, add --yes."))
        raise typer.Exit(USAGE)


def _show_refusal(door: Door, error: RefusedFileError, path: Path) -> None:
    words = door.words
    what = {"code": error.code, "message": words(error.what), "remedy": words(error.remedy)}
    show_json({"format": "tracker-import/1", "file": path.name, "error": what})


def _ask_about_names(door: Door, found: Import) -> Import:
    """Ask, on a terminal, whether an unknown project is a known one under a new name."""
    if not sys.stdin.isatty() or not found.open_names:
        return found
    choices = found.options.choices
    for change in found.open_names:
        question = door.words.text(
            "Row {row}: is '{new}' the new name of '{old}'?",
            row=change.row.row,
            new=change.row.name,
            old=change.renamed_from,
        )
        name = frozenset({change.row.name})
        if typer.confirm(question, err=True):
            choices = replace(choices, same=choices.same | name)
        else:
            choices = replace(choices, other=choices.other | name)
    return decided(door.engine, found, door.catalog, replace(found.options, choices=choices))


def _mark(door: Door, found: Import, place: Path) -> None:
    """Write the workbook back with its errors marked."""
    write_marked(found.upload, found.preview, place, door.words)
    say(door.words.text("Marked workbook: {path}", path=str(place)))
    warn_of_values_only(door, found.upload)


def _commit(door: Door, found: Import, act: Act) -> None:
    with (
        commit.kept_file(found.upload, door.setting.ledgers) as workbook,
        transaction(door.made_engine) as session,
    ):
        done = commit_shown(session, act, found, door.catalog)
        if done.number is not None:
            follow_ups.review_county(session, act, door.catalog, found.preview.ledger.as_of)
            workbook.put()
    _show_committed(done, door.words)
    if done.number is not None:
        _ask_on(door, found.preview.ledger.as_of)


def _ask_on(door: Door, day: date) -> None:
    """Print the questions that would decide most lights of the projects on a day."""
    with reading(door.engine) as session:
        records = survey.planned_records(session, Sight.on(day))
    found = askings(records, door.catalog, day, most=MOST)
    if found.questions:
        typer.echo(summary_words(found, door.words))
        show_questions(found.questions, door.words)


def _show_committed(done: Committed, words: Words) -> None:
    if done.left_out:
        say(words.text("{count} rows with errors were left out.", count=done.left_out))
    if done.conflicts:
        say(
            words.text(
                "{count} conflicting cells were not imported; to import them, give a reason with"
                " --reason.",
                count=done.conflicts,
            )
        )
    if done.number is None:
        say(words.text("The ledger contains nothing else new; the records did not change."))
    else:
        say(words.text("Imported as import {number}.", number=done.number))


def _progress(door: Door, file: str) -> Watch:
    """Return what shows on a terminal how far reading is."""

    def watch(sheet: str | None, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        text = door.words.text(
            "reading {sheet}: {done} of {total} rows", sheet=sheet or file, done=done, total=total
        )
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r{text}{end}")
        sys.stderr.flush()

    return watch


def _undo(
    door: Door, named: Path | None, as_of: datetime | None, act: Act, *, looks: bool, yes: bool
) -> None:
    """Undo the last import, or another; on a terminal it is shown and asked first."""
    words, number = door.words, _number(named)
    act = replace(act, why=act.why or words.text("the import is undone"))
    if looks or (sys.stdin.isatty() and not yes):
        say(words.text("This is a preview; nothing is written:"))
        with rehearsal(door.engine) as session:
            done = undo.undo(session, act, number, door.status_date(as_of))
        _tell_undone(done, words)
        if looks or not asked_yes(words.text("Undo this import?")):
            return
    with transaction(door.engine) as session:
        done = undo.undo(session, act, number, door.status_date(as_of))
    _tell_undone(done, words)


def _tell_undone(done: Undone, words: Words) -> None:
    found = done.found
    say(
        words.text(
            "Import {number} ({file}, ledger of {day}) was undone: {withdrawn} new projects"
            " removed, {restored} earlier values restored.",
            number=found.number,
            file=found.file,
            day=found.as_of,
            withdrawn=len(done.withdrawn),
            restored=len(done.restored),
        )
    )
    for project, key in done.left:
        say(left_words(project, key, words))


def _number(named: Path | None) -> int | None:
    """Return the number of an import. Raises NoNumberError."""
    text = str(named) if named else None
    if text is not None and not text.isdecimal():
        raise NoNumberError(text)
    return None if text is None else int(text)
