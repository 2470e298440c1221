"""`tracker procedures show X --plan`: a procedure as lines that an official can object to."""

from collections.abc import Mapping, Sequence
from typing import Any

import typer

from tracker.cli.door import show_table
from tracker.core.law import DayKind, Duration
from tracker.core.model import Level, Link, LinkType, Procedure
from tracker.core.problems import Message, message
from tracker.i18n.links import basis_words
from tracker.i18n.questions import answer_words
from tracker.i18n.words import Words
from tracker.services.outline import CountedBy, Outline, OutlineLine

__all__ = ["critical_path", "link_data", "outline_data", "page_of", "show_outline", "table_of"]

_COUNTED: Mapping[CountedBy, Message] = {
    CountedBy.PROMISE: message("committed time"),
    CountedBy.EXPERIENCE: message("experience, four in five"),
    CountedBy.LAW: message("limit of the law"),
    CountedBy.GUIDE: message("service guide"),
    CountedBy.PROCEDURE: message("handled with another step"),
    CountedBy.INSTANT: message("at once"),
}


def show_outline(found: Outline, words: Words) -> None:
    """Print an outline: the critical path, the lines, what was assumed, and the objections."""
    typer.echo(critical_path(found, words))
    show_table(*table_of(found, words))
    for question in found.assumed:
        typer.echo(
            words.text(
                "? {question} (planned as: {careful})",
                question=question.text,
                careful=answer_words(question, question.careful, words),
            )
        )
    for line in found.lines:
        for each in line.objections:
            typer.echo(
                words.text(
                    "! {number} {step}: {by}, {day}: {text} {answer}",
                    number=line.number,
                    step=line.planned.step.name,
                    by=each.by,
                    day=each.day,
                    text=each.text,
                    answer=each.answer or words.text("(open)"),
                )
            )


def critical_path(found: Outline, words: Words) -> str:
    """Return the critical path in one line: how many working days, and of what."""
    if found.plan.finish is None:
        return words.text("Nothing is left to do.")
    shares = [
        words.text("{area} {days}", area=words(area), days=days) for area, days in found.shares
    ]
    return words.text(
        "{target} on {day}: {days} on the critical path, of which {shares}",
        target=found.plan.target.name,
        day=found.plan.finish,
        days=Duration(found.plan.needed, DayKind.WORKING),
        shares=("、" if words.language == "zh" else ", ").join(shares),
    )


def table_of(found: Outline, words: Words) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Return the lines of an outline as a table: its headings, and a row a line."""
    numbers = {line.planned.step.id: line.number for line in found.lines}
    headings = (
        words.text("No."),
        words.text("Step"),
        words.text("Office"),
        words.text("Days"),
        words.text("Counted by"),
        words.text("From"),
        words.text("To"),
        words.text("Waits for"),
        words.text("Figures"),
    )
    return headings, [_row(line, numbers, words) for line in found.lines]


def _row(line: OutlineLine, numbers: Mapping[str, int], words: Words) -> Sequence[str]:
    step = line.planned.step
    mark = "▶" if line.planned.on_longest_path else ""
    waits = [
        f"{numbers[link.predecessor]}"
        + ("" if link.type is LinkType.FINISH_TO_START else f" {link.type}")
        + (f" + {words(link.lag)}" if link.lag.days else "")
        + f" {basis_words(link, words)}"
        for link in line.waits
    ]
    figures = words(step.sure) if step.source else words.text("no text found")
    return (
        f"{mark}{line.number}",
        words(step.name),
        words(step.office)
        if line.level is Level.COUNTY
        else words.text("{office} ({level})", office=step.office, level=line.level),
        "" if step.is_instant else words(line.planned.takes),
        words(_COUNTED[line.counted_by]),
        words.short_day(line.planned.early_start),
        words.short_day(line.planned.early_finish),
        "；".join(waits),
        figures,
    )


def page_of(found: Outline, procedure: Procedure, answers: Mapping[str, str], words: Words) -> str:
    """Return an outline as a page in Markdown, with the answers it was given and those it took."""
    headings, rows = table_of(found, words)
    known = [
        f"- {words(question.text)} {answer_words(question, answers[question.fact], words)}"
        for question in procedure.questions
        if question.fact in answers
    ]
    assumed = [
        "- "
        + words.text(
            "{question} Not known; planned as: {careful}.",
            question=question.text,
            careful=answer_words(question, question.careful, words),
        )
        for question in found.assumed
    ]
    table = [headings, ["---"] * len(headings), *rows]
    lines = [
        f"# {words(procedure.name)}",
        "",
        words.text(
            "Planned from {day} on, with nothing recorded yet. Every line can be objected to.",
            day=found.plan.status_date,
        ),
        "",
        critical_path(found, words),
        "",
        *known,
        *assumed,
        "",
        *(f"| {' | '.join(row)} |" for row in table),
        "",
        words.text("* Rests on a year whose holidays are not published yet."),
    ]
    return "\n".join(lines) + "\n"


def link_data(link: Link) -> dict[str, Any]:
    """Return what a step waits for, and what that rests on."""
    return {
        "step": link.predecessor,
        "type": link.type,
        "lag": str(link.lag),
        "basis": link.basis,
        "law": [str(law) for law in link.laws],
        "when": str(link.condition) if link.condition else None,
        "before_decision": link.tolerable,
    }


def outline_data(found: Outline, words: Words) -> dict[str, Any]:
    """Return an outline as `tracker-outline/1`."""
    return {
        "format": "tracker-outline/1",
        "target": found.plan.target.id,
        "as_of": found.plan.status_date,
        "finish": found.plan.finish,
        "working_days": found.plan.needed,
        "shares": [{"area": area, "working_days": days} for area, days in found.shares],
        "lines": [
            {
                "number": line.number,
                "step": line.planned.step.id,
                "name": words(line.planned.step.name),
                "office": words(line.planned.step.office),
                "level": line.level,
                "takes": str(line.planned.takes),
                "counted_by": line.counted_by,
                "start": line.planned.early_start,
                "finish": line.planned.early_finish,
                "critical": line.planned.on_longest_path,
                "after": [link_data(link) for link in line.waits],
                "objections": [
                    {"day": o.day, "by": o.by, "text": o.text, "answer": o.answer}
                    for o in line.objections
                ],
            }
            for line in found.lines
        ],
        "assumed": [question.fact for question in found.assumed],
    }
