"""`tracker import`: preview, ask, commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from tracker import clock
from tracker.cli.door import FINDINGS, FINE, USAGE, Door, asked_yes, say, show_json, show_table
from tracker.core.model import Sight
from tracker.i18n import Words
from tracker.ledger.model import LedgerIssue, LedgerProject, RefusedFileError, Severity
from tracker.services import ledger_import
from tracker.services.ledger_diff import Preview, preview
from tracker.services.ledger_import import FutureLedgerError, ShownOtherwiseError
from tracker.store import projects, reading, transaction
from tracker.store.audit import Act

_SHOWN_WARNINGS = 30


def run(
    door: Door,
    path: Path,
    as_of: datetime | None,
    *,
    dry_run: bool,
    yes: bool,
    only_good: bool,
    as_json: bool,
    reason: str | None,
    by: str | None,
) -> None:
    """Preview a ledger and, unless it is a dry run, commit it."""
    with door.user_errors():
        found = _preview(door, path, as_of, reason, as_json=as_json)
    if as_json:
        show_json(as_data(found, door.words))
    else:
        show(found, door.words)
    if dry_run:
        raise typer.Exit(FINDINGS if found.has_errors else FINE)
    if found.has_errors and not only_good:
        say(
            door.words.text(
                "Nothing was written: correct the errors, or commit the good rows with --only-good."
            )
        )
        raise typer.Exit(FINDINGS)
    if not yes and not asked_yes(door.words.text("Commit these changes?")):
        say(door.words.text("Nothing was written. Without a terminal, add --yes."))
        raise typer.Exit(USAGE)
    with door.user_errors():
        _commit(door, path, found, door.act(by, reason))
    if found.has_errors:
        raise typer.Exit(FINDINGS)


def _preview(
    door: Door, path: Path, as_of: datetime | None, reason: str | None, *, as_json: bool
) -> Preview:
    day, today = door.day(as_of), clock.today(door.setting.timezone)
    if day > today:
        raise FutureLedgerError(day, today)
    known = []
    if door.has_data:
        with reading(door.engine) as session:
            ledger_import.check_day(session, day)
            known = projects.load(session, Sight.on(day))
    try:
        return preview(path, door.catalog, day, known, reason=reason)
    except RefusedFileError as error:
        if as_json:
            words = door.words
            what = {"code": error.code, "message": words(error.what), "remedy": words(error.remedy)}
            show_json({"format": "tracker-import/1", "file": path.name, "error": what})
        raise


def _commit(door: Door, path: Path, found: Preview, act: Act) -> None:
    as_of, words = found.ledger.as_of, door.words
    ledger_import.keep_file(path, door.setting.ledgers)
    with transaction(door.made_engine) as session:
        known = projects.load(session, Sight.on(as_of))
        fresh = preview(path, door.catalog, as_of, known, reason=act.why)
        if fresh.changes != found.changes:
            raise ShownOtherwiseError
        number = ledger_import.commit(session, act, fresh, path=path)
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


def show(found: Preview, words: Words) -> None:
    """Print the preview for people: what was found, each project's plan, then what is wrong."""
    ledger = found.ledger
    for sheet in ledger.sheets:
        rows = "–".join(str(row) for row in (sheet.header_rows[0], sheet.header_rows[-1]))
        typer.echo(
            words.text(
                "{sheet}: heading in rows {rows}, unit {unit}, {count} projects",
                sheet=sheet.sheet or ledger.file, rows=rows, unit=sheet.unit or "万元", count=sheet.projects,
            )
        )  # fmt: skip
    headings = (
        words.text("Row"), words.text("Project"), words.text("Procedure"), words.text("Target"), words.text("Due"),
    )  # fmt: skip
    show_table(
        headings,
        [
            (str(p.row), p.name, p.procedure or "–", p.target or "–", words.short_day(p.deadline))
            for p in ledger.projects
        ],
    )
    total = sum(project.total_investment_wan or 0 for project in ledger.projects)
    typer.echo(words.text("Total investment: {total} (10,000 yuan)", total=words.wan(total)))
    for hidden in (i for i in ledger.ignored if i.kind == "hidden"):
        what = hidden.text if hidden.row is None else f"{hidden.row} {hidden.text}"
        typer.echo(words.text("  hidden, not read: {sheet} {what}", sheet=hidden.sheet, what=what))
    _show_issues(ledger.issues, words)
    counts = change_counts(found)
    typer.echo(
        words.text(
            "{new} new, {changed} changed, {unchanged} unchanged, {missing} missing, {conflicts} conflicts",
            new=counts["new"], changed=counts["changed"], unchanged=counts["unchanged"],
            missing=len(counts["missing"]), conflicts=len(counts["conflicts"]),
        )
    )  # fmt: skip
    for name in found.missing:
        typer.echo(words.text("  missing in the ledger: {project}; it is kept.", project=name))
    for change in found.changes:
        if change.renamed_from:
            old, new = change.renamed_from, change.after.name
            typer.echo(words.text("  renamed: {old} is now {new}.", old=old, new=new))
    for conflict in (c for change in found.changes for c in change.conflicts):
        typer.echo(
            words.text(
                "  conflict: {project}, {step}: the record says {recorded}, the ledger {ledger}; it stays as it is.",
                project=conflict.project, step=conflict.name, recorded=conflict.recorded, ledger=conflict.says,
            )
        )  # fmt: skip


def _show_issues(issues: Sequence[LedgerIssue], words: Words) -> None:
    """Print every error, then the first warnings."""
    unused = [i.raw or "" for i in issues if i.code == "unknown_column"]
    if unused:
        typer.echo(words.text("  columns that were not used: {names}", names=", ".join(unused)))
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


def issue_words(issue: LedgerIssue, words: Words) -> str:
    """Return an issue with its place, its fault and its remedy."""
    where = words.text("sheet {sheet}, ", sheet=issue.sheet) if issue.sheet else ""
    if issue.column:
        where += words.text("row {row}, column {column}: ", row=issue.row, column=issue.column)
    else:
        where += words.text("row {row}: ", row=issue.row)
    gap = " " if words.language == "en" else ""
    return f"{where}{words(issue.what)}{gap}{words(issue.remedy)}"


def change_counts(found: Preview) -> dict[str, Any]:
    """Return what committing would do, as the contract counts it."""
    changes = found.changes
    return {
        "new": sum(change.is_new for change in changes),
        "changed": sum(change.is_changed for change in changes),
        "unchanged": sum(not change.is_new and not change.is_changed for change in changes),
        "missing": list(found.missing),
        "renamed": [
            {"from": change.renamed_from, "to": change.after.name}
            for change in changes
            if change.renamed_from
        ],
        "conflicts": [
            {"project": c.project, "step": c.step, "recorded": c.recorded, "ledger": c.ledger}
            for change in changes
            for c in change.conflicts
        ],
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
                "sheet": s.sheet, "layout": s.layout, "header_rows": list(s.header_rows),
                "unit": s.unit, "projects": s.projects,
            }
            for s in ledger.sheets
        ],
        "projects": [_project(project) for project in ledger.projects],
        "ignored": [
            {"sheet": i.sheet, "row": i.row, "kind": i.kind, "text": i.text} for i in ledger.ignored
        ],
        "issues": [
            {
                "sheet": i.sheet, "row": i.row, "column": i.column, "code": i.code,
                "severity": i.severity, "raw": i.raw, "message": issue_words(i, words),
            }
            for i in ledger.issues
        ],
        "changes": change_counts(found),
    }  # fmt: skip


def _project(project: LedgerProject) -> dict[str, Any]:
    keys = (
        "sheet", "row", "name", "code", "category", "location", "total_investment_wan", "owner_unit",
        "responsible_unit", "leader", "task_force", "planned_start", "deadline", "target", "procedure",
        "remark",
    )  # fmt: skip
    steps = [
        {
            "heading": s.heading, "step": s.step, "status": s.status, "planned": s.planned,
            "actual": s.actual, "document_no": s.document_no, "raw": s.raw,
        }
        for s in project.steps
    ]  # fmt: skip
    block = project.block
    return {
        **{key: getattr(project, key) for key in keys},
        "leaders": list(project.leaders),
        "facts": dict(project.facts),
        "block": {"reason": block.reason, "text": block.text, "expected": block.expected}
        if block
        else None,
        "steps": steps,
    }
