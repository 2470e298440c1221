"""`tracker ledger`: the record into the county's own workbook, templates, exports, headings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.door import FINDINGS, Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.imports.places import check_place, warn_of_values_only
from tracker.cli.options import AsJson, AsOf, By, Out
from tracker.cli.questions import MOST
from tracker.core.model import ProjectState
from tracker.i18n.fields import field_words
from tracker.ledger.book.confine import read_workbook
from tracker.ledger.book.convert import as_xlsx
from tracker.ledger.template import Lists, template_bytes
from tracker.ledger.vocabulary import project_in, word_in
from tracker.reports.excel import ledger_bytes
from tracker.services.county import survey
from tracker.services.files import write_whole
from tracker.services.imports import commit, write_back
from tracker.services.imports import headings as ledger_headings
from tracker.services.imports.ask import Column, ask_in, columns_for, first_columns
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import compare
from tracker.services.imports.meanings import headings_in, words_in
from tracker.services.imports.write_back import Update, Written
from tracker.services.projects.questions import askings
from tracker.store import assignments, ledgers, projects, reading, transaction
from tracker.store.projects import Record


def write(
    door: Door,
    ledger: Annotated[
        Path, typer.Argument(metavar=mark("LEDGER"), help=mark(".xlsx, .xls or .csv"))
    ],
    *,
    ask: Annotated[
        bool,
        typer.Option("--ask", help=mark("add columns for the questions that decide most lights")),
    ] = False,
    out: Out = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write a copy of a ledger in which the cells that were behind say what the record says."""
    upload, day = Upload.of(ledger), door.status_date(as_of)
    place = out or ledger.with_name(f"{ledger.stem}-{day:%Y%m%d}.xlsx")
    check_place(place, ledger)
    with reading(door.engine) as session:
        known = commit.known_on(session, day)
    found = compare(upload.read(door.catalog, day, known.headings), door.catalog, known)
    workbook = read_workbook(upload.data, upload.name)
    data = upload.data if workbook.kind == "xlsx" else as_xlsx(workbook)
    made = write_back.update(upload, workbook, data, found, known, door.catalog)
    asked = list[str]()
    if ask:
        columns = _columns(known.records, door, day)
        made.data, asked = ask_in(workbook, made.data, found, columns)
    if made.cells or asked:
        write_whole(place, made.data)
    if as_json:
        show_json(_as_data(made, place, asked))
    else:
        _show(door, made, place, asked)
        if made.cells or asked:
            warn_of_values_only(door, upload)
    raise typer.Exit(FINDINGS if made.left else 0)


def _columns(records: Iterable[Record], door: Door, day: date) -> list[Column]:
    active = (r for r in records if r.project.state is ProjectState.ACTIVE)
    return columns_for(askings(active, door.catalog, day, most=MOST).questions)


def _show(door: Door, made: Update, place: Path, asked: Sequence[str]) -> None:
    words = door.words
    if made.cells:
        headings = tuple(
            words.text(text)
            for text in (mark("Cell"), mark("Project"), mark("Before"), mark("After"))
        )
        show_table(headings, [_row(cell) for cell in made.cells])
        say(
            words.text(
                "{count} cells were written to {path}.", count=len(made.cells), path=str(place)
            )
        )
    elif not asked:
        say(words.text("The ledger agrees with the records; nothing was written."))
    if asked:
        names = tuple(asked)
        say(words.text("Columns added to {path} ask for: {asked}.", path=str(place), asked=names))
    for project, key, why in made.left:
        what = field_words(key, words)
        say(
            words.text(
                "  not written: {project}, {what}: {why}.", project=project, what=what, why=why
            )
        )


def _row(cell: Written) -> tuple[str, str, str, str]:
    before = "–" if cell.before is None else str(cell.before)
    return f"{cell.sheet or ''} {cell.place}".strip(), cell.project, before, str(cell.after)


def _as_data(made: Update, place: Path, asked: Sequence[str]) -> dict[str, object]:
    return {
        "format": "tracker-ledger-write/1",
        "file": str(place) if made.cells or asked else None,
        "asked": list(asked),
        "cells": [
            {
                "sheet": c.sheet,
                "row": c.row + 1,
                "column": c.place.rstrip("0123456789"),
                "project": c.project,
                "before": c.before,
                "after": c.after,
            }
            for c in made.cells
        ],
        "left": [{"project": project, "what": key} for project, key, _ in made.left],
    }


def template(door: Door, *, out: Out = None) -> None:
    """Write an empty ledger; lists come from the record, where there is one."""
    status_date, lists = door.status_date(None), Lists()
    asked = first_columns(door.catalog, status_date)
    if door.has_data:
        with reading(door.engine) as session:
            known = projects.load(session, door.sight(None))
            lists = Lists(
                sorted({r.project.location for r in known if r.project.location}),
                assignments.parties(session, assignments.LEADER),
                assignments.parties(session, assignments.TASK_FORCE),
                sorted({r.project.responsible_unit for r in known if r.project.responsible_unit}),
            )
            asked = [c for c in _columns(known, door, status_date) if c.is_fact] or asked
    headings = {column.heading: column.answers for column in asked}
    place = out or Path("台账模板.xlsx")
    check_place(place)
    write_whole(place, template_bytes("重点项目前期工作台账", status_date, lists, headings))
    say(door.words.text("The template is {path}.", path=str(place)))


def export(door: Door, *, out: Out = None, as_of: AsOf = None) -> None:
    """Write the ledger with its lights, as the page shows it."""
    sight = door.sight(as_of)
    with reading(door.engine) as session:
        standings = survey.survey(session, door.catalog, sight)
    title = door.words.text("Ledger of key projects, {day}", day=sight.status_date)
    place = out or Path(f"ledger-{sight.status_date}.xlsx")
    check_place(place)
    write_whole(place, ledger_bytes(title, standings, sight.status_date, door.words))
    say(
        door.words.text(
            "{count} projects were written to {path}.", count=len(standings), path=str(place)
        )
    )


def words(
    door: Door,
    pairs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=mark("WORD=STATE"), help=mark("快了=办理中; 快了= clears the setting")
        ),
    ] = None,
    *,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Store which state a word of the ledger means, or list what is stored."""
    _remember(door, words_in(pairs or ()), by)
    with reading(door.engine) as session:
        told = ledgers.headings(session)
    known = {word: said for key, said in told.items() if (word := word_in(key)) is not None}
    if as_json:
        show_json({"format": "tracker-words/1", "words": known})
    elif known:
        show_table((door.words.text("Word"), door.words.text("State")), sorted(known.items()))
    else:
        say(door.words.text("No word was given a meaning; the usual ones are known."))


def _remember(door: Door, told: Mapping[str, str], by: str | None) -> None:
    if told:
        with transaction(door.made_engine) as session:
            ledger_headings.remember(session, door.act(by), told)


def columns(
    door: Door,
    pairs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=mark("HEADING=MEANING"),
            help=mark("批文=立项/文号; 批文=- ignores the column; 批文= clears the setting"),
        ),
    ] = None,
    *,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Store what headings of the ledger mean, or list what is stored."""
    _remember(door, headings_in(pairs or ()), by)
    with reading(door.engine) as session:
        told = ledgers.headings(session)
    known = {
        key: said for key, said in told.items() if word_in(key) is None and project_in(key) is None
    }
    if as_json:
        show_json({"format": "tracker-headings/1", "headings": dict(known)})
    elif known:
        headings = (door.words.text("Heading"), door.words.text("Meaning"))
        show_table(headings, sorted(known.items()))
    else:
        say(door.words.text("No heading was given a meaning; the usual ones are known."))
