"""The minutes of a dispatch meeting (调度会纪要) as a Word file: decisions, owners, days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from docx import Document

from tracker.core.flag import Standing
from tracker.core.follow_up import FollowUpAct
from tracker.i18n.words import Words
from tracker.reports.model import Section, Table
from tracker.reports.word import (
    BODY,
    FRONT,
    TITLE,
    add_section,
    add_text,
    fixed_times,
    language,
    page,
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision of the meeting, on a project."""

    standing: Standing
    act: FollowUpAct


def minutes_bytes(
    title: str, day: date, taken: Sequence[Taken], open_: Sequence[Standing], words: Words
) -> bytes:
    """Return the minutes; `open_` are the projects that were on the agenda and not decided."""
    document = Document()
    language(document)
    page(document.sections[0], FRONT)
    properties = document.core_properties
    properties.title, properties.author = title, "tracker"
    properties.created = properties.modified = datetime(  # noqa: DTZ001  a day, no instant
        day.year, day.month, day.day
    )
    properties.language = "zh-CN" if words.language == "zh" else "en"
    add_text(document.add_paragraph(), title, TITLE, 22, centre=True)
    add_text(document.add_paragraph(), words(day), BODY, 14, centre=True)
    rows = tuple(
        (
            str(n),
            each.standing.project.name,
            each.act.text or words.text("to recover"),
            each.act.who,
            words.short_day(each.act.until),
        )
        for n, each in enumerate(taken, start=1)
    )
    headings = ("#", *map(words.text, ("Project", "What is decided", "Owner", "Until")))
    add_section(
        document,
        Section(
            words.text("Decided"),
            table=Table(headings, rows, (0.06, 0.24, 0.34, 0.18, 0.18)),
            empty=words.text("Nothing was decided on this day."),
        ),
        FRONT,
    )
    if open_:
        names = tuple(standing.project.name for standing in open_)
        add_section(document, Section(words.text("Not decided"), lines=names), FRONT)
    raw = BytesIO()
    document.save(raw)
    return fixed_times(raw.getvalue())
