"""A slip of a follow-up as a Word file: 提示函 at level 1, 交办单 at 2, 督办单 at 3 and 4.

Letters as county offices write them; a reminder holds no blame.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from tracker.core.digest import Cause
from tracker.core.flag import Standing
from tracker.core.follow_up import Case
from tracker.i18n.late import late_sentence
from tracker.i18n.words import Words
from tracker.reports.cases import ask_words, office_words
from tracker.reports.word import BODY, FRONT, HEADING, TITLE, add_text, fixed_times, language, page
from tracker.reports.wording import measures_words


class SlipKind(StrEnum):
    """What a follow-up is issued as."""

    REMINDER = "reminder"
    ASSIGNMENT = "assignment"
    SUPERVISION = "supervision"

    @classmethod
    def at(cls, level: int) -> "SlipKind":
        """Return the kind of slip of a level."""
        return (cls.REMINDER, cls.ASSIGNMENT, cls.SUPERVISION, cls.SUPERVISION)[level - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A slip before layout. `number` counts those of its kind in the year; `due` is inclusive."""

    kind: SlipKind
    year: int
    number: int
    day: date
    due: date
    case: Case
    standing: Standing
    cause: Cause

    def title(self, words: Words) -> str:
        """Return what it is called, with its number: 督办单〔2026〕12号."""
        return words.text(
            "{kind} [{year}] No. {number}",
            kind=kind_words(self.kind, words),
            year=str(self.year),
            number=self.number,
        )


def kind_words(kind: SlipKind, words: Words) -> str:
    """Return what a kind of slip is called."""
    return {
        SlipKind.REMINDER: words.text("Reminder"),
        SlipKind.ASSIGNMENT: words.text("Assignment"),
        SlipKind.SUPERVISION: words.text("Supervision order"),
    }[kind]


def _colour(kind: SlipKind, words: Words) -> str:
    return {
        SlipKind.REMINDER: words.text("Blue"),
        SlipKind.ASSIGNMENT: words.text("Yellow"),
        SlipKind.SUPERVISION: words.text("Red"),
    }[kind]


def slip_bytes(slip: Slip, words: Words) -> bytes:
    """Return the slip as a Word file; the same slip gives the same bytes."""
    document = Document()
    language(document)
    page(document.sections[0], FRONT)
    properties = document.core_properties
    properties.title, properties.author = slip.title(words), "tracker"
    day = slip.day
    stamp = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day, no instant
    properties.created = properties.modified = stamp
    heading = kind_words(slip.kind, words)
    if slip.standing.pack.coloured_slips:
        heading = words.text("{colour} {kind}", colour=_colour(slip.kind, words), kind=heading)
    add_text(document.add_paragraph(), heading, TITLE, 22, centre=True)
    number = slip.title(words)
    add_text(document.add_paragraph(), number, BODY, 16, centre=True)
    if slip.kind is SlipKind.REMINDER:
        _letter(document, slip, words)
    else:
        _form(document, slip, words)
    raw = BytesIO()
    document.save(raw)
    return fixed_times(raw.getvalue())


def _letter(document: Any, slip: Slip, words: Words) -> None:
    case, standing = slip.case, slip.standing
    _line(document, f"{office_words(case, words)}：", indent=False)
    for text in (
        _matter(slip, words),
        ask_words(case, standing, words),
        *_help(slip, words),
        words.text(
            "Please answer in writing by {day}: what was done, and when it will be finished.",
            day=slip.due,
        ),
        words.text("This is to call it to mind."),
    ):
        _line(document, text)
    _signed(document, slip, words)


def _form(document: Any, slip: Slip, words: Words) -> None:
    case, project = slip.case, slip.standing.project
    rows = [
        (words.text("Matter"), project.name),
        (words.text("Project code"), project.code or "–"),
        (words.text("Source"), words.text("flagged by the system on {day}", day=case.opened_on)),
        (words.text("Problem"), _matter(slip, words)),
        (words.text("Undertaken by"), office_words(case, words)),
        (words.text("Assisted by"), project.task_force or "–"),
        (words.text("Linked leader"), project.leader or "–"),
        (words.text("Action required"), ask_words(case, slip.standing, words)),
        (words.text("What would help"), "\n".join(_help(slip, words)) or "–"),
        (words.text("Answer by"), words(slip.due)),
        (words.text("Promises broken"), str(case.broken)),
        (words.text("Received by, on"), ""),
        (words.text("What was done"), "\n\n\n"),
        (words.text("Checked and closed on"), ""),
    ]
    made = document.add_table(rows=len(rows), cols=2)
    made.style, made.autofit = "Table Grid", False
    widths = [Mm(FRONT.text_width * share) for share in (0.24, 0.76)]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, width, value, face in zip(row.cells, widths, texts, (HEADING, BODY), strict=True):
            cell.width = width
            add_text(cell.paragraphs[0], value, face, 12)
    _signed(document, slip, words)


def _matter(slip: Slip, words: Words) -> str:
    if slip.cause.why:
        return words.text(
            "{project}: {why}.",
            project=slip.standing.project.name,
            why=late_sentence(slip.cause.why, words),
        )
    flag = slip.case.flag
    return words(flag.sentence) if flag else slip.standing.project.name


def _help(slip: Slip, words: Words) -> list[str]:
    best = slip.cause.help.best
    measures = best.measures if best else slip.cause.help.measures[:1]
    if not measures:
        return []
    said = measures_words(measures, slip.standing.plan.status_date, words)
    return [words.text("What could be done: {measures}", measures=said)]


def _line(document: Any, text: str, *, indent: bool = True) -> None:
    paragraph = document.add_paragraph()
    add_text(paragraph, text, BODY, 16)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * 16)


def _signed(document: Any, slip: Slip, words: Words) -> None:
    for text in ("", words.text("Office of the key-project task forces"), words(slip.day)):
        paragraph = document.add_paragraph()
        add_text(paragraph, text, BODY, 16)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
