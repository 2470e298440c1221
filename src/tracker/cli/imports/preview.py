"""A ledger beside the record, as people read it and as `tracker-import/1` says it."""

from collections.abc import Mapping, Sequence
from typing import Any

import typer

from tracker.cli.door import show_table
from tracker.cli.imports.moves import moves_data, show_moves
from tracker.core.fields import FIELDS
from tracker.i18n.fields import Names
from tracker.i18n.words import Words
from tracker.ledger.model import (
    ColumnReading,
    LedgerIssue,
    LedgerProject,
    LedgerStep,
    Severity,
    SheetReading,
)
from tracker.ledger.shape.columns import NOT_USED
from tracker.services.imports.compare import Preview
from tracker.services.imports.questions import Kind, questions
from tracker.services.imports.witness import STATE_OF
from tracker.services.imports.wording import conflict_words, hidden_words, issue_words

_SHOWN_WARNINGS, _SHOWN_NOTES = 30, 10
_APPROVAL = "立项/"


def show(found: Preview, words: Words, names: Names) -> None:
    """Print the preview for people.

    What was found, each project's plan, what changes, what is wrong.
    """
    ledger = found.ledger
    for sheet in ledger.sheets:
        _show_sheet(sheet, ledger.file, _approvals(ledger.projects, sheet, words, names), words)
    headings = (
        words.text("Row"),
        words.text("Project"),
        words.text("Procedure"),
        words.text("Target"),
        words.text("Due"),
    )
    show_table(
        headings,
        [
            (str(p.row), p.name, *_plan_of(p, words, names), words.short_day(p.deadline))
            for p in ledger.projects
        ],
    )
    total = sum(project.investment_wan or 0 for project in ledger.projects)
    typer.echo(words.text("Total investment: {total} (10,000 yuan)", total=words.wan(total)))
    struck = {(i.sheet, i.row) for i in ledger.issues if i.code == "struck_rows"}
    unseen = (i for i in ledger.ignored if i.kind == "hidden" and (i.sheet, i.row) not in struck)
    for hidden in unseen:
        typer.echo(f"  {hidden_words(hidden, words)}")
    _show_issues(ledger.issues, words)
    _show_questions(found, words, names)
    counts = change_counts(found)
    typer.echo(
        words.text(
            "{new} new, {changed} changed, {unchanged} unchanged, {missing} missing, {conflicts}"
            " conflicts",
            new=counts["new"],
            changed=counts["changed"],
            unchanged=counts["unchanged"],
            missing=len(counts["missing"]),
            conflicts=len(counts["conflicts"]),
        )
    )
    show_moves(found, words, names)
    for name in found.missing:
        typer.echo(words.text("  missing in the ledger: {project}; it is kept.", project=name))
    _show_names(found, words)
    behind = sum(len(change.behind) for change in found.changes)
    if behind:
        typer.echo(
            words.text(
                "  in {count} cells the records are newer than the ledger; tracker ledger write"
                " copies them to the ledger.",
                count=behind,
            )
        )
    for conflict in (c for change in found.changes for c in change.conflicts):
        typer.echo(f"  {conflict_words(conflict, words, names)}")


def proposal_lines(found: Preview, words: Words, names: Names) -> Sequence[str]:
    """Return what sentences propose, each with the words that it was read from."""
    proposed = found.open_proposals
    if not proposed:
        return ()
    head = words.text("{count} states were read from sentences:", count=len(proposed))
    lines = [
        words.text(
            "  {project}: {step} {state} {day} ({words})",
            project=project.name,
            step=names.step(each.step),
            state=STATE_OF[each.status],
            day=words.short_day(each.day) if each.day else "",
            words=each.words,
        )
        for project, each in proposed
    ]
    return (head, *lines)


def _show_questions(found: Preview, words: Words, names: Names) -> None:
    """Print what would settle most cells, and what sentences propose."""
    for each in questions(found.ledger):
        option = "--word" if each.kind is Kind.WORD else "--column"
        typer.echo(
            words.text(
                "  question: {question} Answer once with {option}.",
                question=each.text,
                option=option,
            )
        )
    lines = proposal_lines(found, words, names)
    for line in lines:
        typer.echo(f"  {line}")
    if lines:
        typer.echo(words.text("  --accept takes them over; nothing of it is recorded without."))


def _show_names(found: Preview, words: Words) -> None:
    for change in found.changes:
        if change.renamed_from:
            old, new = change.renamed_from, change.row.name
            if change.takes_name:
                typer.echo(words.text("  renamed: {old} is now {new}.", old=old, new=new))
            else:
                typer.echo(
                    words.text(
                        "  perhaps renamed: {old} may now be {new}; confirm with --rename {new}.",
                        old=old,
                        new=new,
                    )
                )


def _plan_of(project: LedgerProject, words: Words, names: Names) -> tuple[str, str]:
    """Return what a project's procedure and its target are called."""
    if project.procedure is None:
        return "–", "–"
    target = words(names.step(project.target)) if project.target else "–"
    return words(names.procedure(project.procedure)), target


def _approvals(
    projects: Sequence[LedgerProject],
    sheet: SheetReading,
    words: Words,
    names: Names,
) -> Mapping[str, str]:
    """Return for each column of 立项, which has several meanings, the steps it was taken for."""
    meant: dict[str, list[str]] = {}
    columns = {c.letter for c in sheet.columns if c.meaning and c.meaning.startswith(_APPROVAL)}
    for project in projects:
        for step in project.steps if project.sheet == sheet.sheet else ():
            if step.step and step.column in columns:
                name = words(names.step(step.step))
                if name not in meant.setdefault(step.column, []):
                    meant[step.column].append(name)
    return {letter: " / ".join(names) for letter, names in meant.items()}


def _show_sheet(sheet: SheetReading, file: str, approvals: Mapping[str, str], words: Words) -> None:
    """Print where a table was found and what its columns were taken for."""
    first, last = sheet.header_rows[0], sheet.header_rows[-1]
    rows = str(first) if first == last else f"{first}–{last}"
    typer.echo(
        words.text(
            "{sheet}: heading in rows {rows}, unit {unit}, {count} projects",
            sheet=sheet.sheet or file,
            rows=rows,
            unit=sheet.unit or "万元",
            count=sheet.projects,
        )
    )
    used = [
        f"{c.letter} {c.meaning}" + (f" → {approvals[c.letter]}" if c.letter in approvals else "")
        for c in sheet.columns
        if c.meaning and c.meaning != NOT_USED
    ]
    if used:
        typer.echo(words.text("  columns: {columns}", columns=" · ".join(used)))
    passed = [f"{c.letter} {c.heading}" for c in sheet.columns if c.meaning == NOT_USED]
    if passed:
        typer.echo(words.text("  known and not kept: {columns}", columns=" · ".join(passed)))
    unused = [_with_sample(c) for c in sheet.columns if c.meaning is None]
    if unused:
        typer.echo(
            words.text(
                "  columns that were not used: {names}; --column HEADING=MEANING says what one"
                " means.",
                names=", ".join(unused),
            )
        )


def _with_sample(column: ColumnReading) -> str:
    """Return a column with what its first cell holds, so that people know which it is."""
    sample = f"（{column.sample}）" if column.sample else ""
    return f"{column.letter} {column.heading}{sample}"


def _show_issues(issues: Sequence[LedgerIssue], words: Words) -> None:
    """Print every error, then the first warnings."""
    labels = [i.raw or "" for i in issues if i.code == "unknown_column" and i.line]
    if labels:
        typer.echo(words.text("  rows that were not used: {names}", names=", ".join(labels)))
    error, warning = words.text("error:"), words.text("warning:")
    for issue in (i for i in issues if i.severity is Severity.ERROR):
        typer.echo(f"  {error} {issue_words(issue, words)}")
    warnings = [issue for issue in issues if issue.severity is Severity.WARNING]
    for issue in warnings[:_SHOWN_WARNINGS]:
        typer.echo(f"  {warning} {issue_words(issue, words)}")
    if len(warnings) > _SHOWN_WARNINGS:
        typer.echo(
            words.text("  … and {count} more; see --json", count=len(warnings) - _SHOWN_WARNINGS)
        )
    _show_notes([issue for issue in issues if issue.severity is Severity.INFO], words)


def _show_notes(notes: Sequence[LedgerIssue], words: Words) -> None:
    """Print what is only to be known; empty cells are counted."""
    blanks = sum(note.code == "status_blank" for note in notes)
    if blanks:
        typer.echo(
            words.text(
                "  {count} cells of steps are empty; nothing is known of those.", count=blanks
            )
        )
    told = [note for note in notes if note.code not in ("status_blank", "unknown_column")]
    lead = words.text("note:")
    for note in told[:_SHOWN_NOTES]:
        typer.echo(f"  {lead} {issue_words(note, words)}")
    if len(told) > _SHOWN_NOTES:
        typer.echo(words.text("  … and {count} more; see --json", count=len(told) - _SHOWN_NOTES))


def change_counts(found: Preview) -> dict[str, Any]:
    """Return what committing would do, as the contract counts it."""
    changes = found.changes
    return {
        "new": sum(change.is_new for change in changes),
        "changed": sum(change.is_changed for change in changes),
        "unchanged": sum(
            not change.is_new and not change.is_changed and not change.likely for change in changes
        ),
        "missing": list(found.missing),
        "renamed": [
            {"from": change.renamed_from, "to": change.row.name}
            for change in changes
            if change.renamed_from
        ],
        "conflicts": [
            {
                "project": c.project,
                "step" if c.is_step else "field": c.key,
                "recorded": c.recorded,
                "ledger": c.ledger,
            }
            for change in changes
            for c in change.conflicts
        ],
        "behind": sum(len(change.behind) for change in changes),
        "moves": moves_data(found),
    }


def as_data(found: Preview, words: Words) -> Mapping[str, Any]:
    """Return the preview as `tracker-import/1`."""
    ledger = found.ledger
    return {
        "format": "tracker-import/1",
        "file": ledger.file,
        "as_of": ledger.as_of,
        "sheets": [
            {
                "sheet": s.sheet,
                "layout": s.layout,
                "header_rows": list(s.header_rows),
                "unit": s.unit,
                "projects": s.projects,
                "columns": [
                    {
                        "column": c.letter,
                        "heading": c.heading,
                        "meaning": c.meaning,
                        "rule": c.rule,
                        "sample": c.sample,
                    }
                    for c in s.columns
                ],
            }
            for s in ledger.sheets
        ],
        "projects": [_project(project) for project in ledger.projects],
        "ignored": [
            {"sheet": i.sheet, "row": i.row, "kind": i.kind, "text": i.text} for i in ledger.ignored
        ],
        "issues": [
            {
                "sheet": i.sheet,
                "row": i.row,
                "column": i.column,
                "code": i.code,
                "severity": i.severity,
                "raw": i.raw,
                "message": issue_words(i, words),
            }
            for i in ledger.issues
        ],
        "questions": [
            {
                "kind": each.kind,
                "sheet": each.sheet,
                "column": each.column,
                "key": each.key,
                "question": words(each.text),
                "cells": each.cells,
                "answers": [a.meaning for a in each.answers],
            }
            for each in questions(ledger)
        ],
        "changes": change_counts(found),
    }


_NAMES = {"investment_wan": "total_investment_wan"}
"""Where the published form has another name than the program."""


def _step(step: LedgerStep) -> dict[str, Any]:
    return {
        "heading": step.heading,
        "step": step.step,
        "status": step.status,
        "planned": step.planned,
        "actual": step.actual,
        "document_no": step.document_no,
        "raw": step.raw,
        "rule": step.rule,
        "column": step.column,
    }


def _project(project: LedgerProject) -> dict[str, Any]:
    fields = {_NAMES.get(key, key): getattr(project, key) for key in ("sheet", "row", *FIELDS)}
    steps = [_step(step) for step in project.steps]
    answers = [
        {
            "heading": a.heading,
            "column": a.column,
            "question": a.question or None,
            "value": None if a.is_yes is None else "yes" if a.is_yes else "no",
            "raw": a.raw,
        }
        for a in project.answers
    ]
    block = project.block
    return {
        **fields,
        "leaders": list(project.leaders),
        "facts": dict(project.facts),
        "rules": {_NAMES.get(key, key): rule for key, rule in project.rules.items()},
        "block": {"reason": block.reason, "text": block.text, "expected": block.expected}
        if block
        else None,
        "steps": steps,
        "answers": answers,
        "proposals": [
            {
                "step": each.step,
                "status": each.status,
                "day": each.day,
                "words": each.words,
                "row": each.row,
                "column": each.column,
            }
            for each in project.proposals
        ],
        "parts": [
            {
                "row": part.row,
                "name": part.name,
                "total_investment_wan": part.investment_wan,
                "steps": [_step(step) for step in part.steps],
            }
            for part in project.parts
        ],
    }
