"""The weekly report as .xlsx: a sheet for the week, one for the ledger, one for follow-ups."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from tracker import OWN_REPORT
from tracker.core.calendars import ProvisionalDate
from tracker.core.digest import Digest
from tracker.core.flag import Light, Standing
from tracker.i18n.late import late_sentence
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES
from tracker.reports.cases import ask_words, level_words, office_words, state_words
from tracker.reports.ledger_columns import LEDGER_COLUMNS, LedgerColumn, verdict
from tracker.reports.model import Report, Section
from tracker.reports.wording import light_words

_FACE = "宋体"
_WEEK_WIDTHS = (24, 34, 48, 48, 24, 14)
_LINE = 14.5


def xlsx_bytes(
    report: Report, digest: Digest, picture: bytes | None, caption: str, words: Words
) -> bytes:
    """Return the report as a workbook with real dates and numbers. User text is never a formula."""
    raw = BytesIO()
    book = xlsxwriter.Workbook(
        raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = digest.status_date
    stamp = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a fixed stamp, no instant
    book.set_properties(
        {"title": report.title, "author": "tracker", "keywords": OWN_REPORT, "created": stamp}
    )
    styles = Styles(book)
    _week_sheet(book, styles, report, picture, caption, words)
    _ledger_sheet(book, styles, f"{report.title} {report.subtitle}", digest.standings, words)
    _follow_up_sheet(book, styles, digest, words)
    _leader_sheet(book, styles, digest, words)
    _office_sheet(book, styles, digest, words)
    book.close()
    return raw.getvalue()


def ledger_bytes(title: str, standings: Sequence[Standing], day: date, words: Words) -> bytes:
    """Return a ledger as it is shown on the screen, as a workbook. User text is never a formula."""
    raw = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(raw, options) as book:
        stamp = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a fixed stamp, no instant
        book.set_properties(
            {"title": title, "author": "tracker", "keywords": OWN_REPORT, "created": stamp}
        )
        _ledger_sheet(book, Styles(book), title, standings, words)
    return raw.getvalue()


class Styles:
    """The cell formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        base = {"font_name": _FACE, "font_size": 10, "valign": "vcenter"}
        self.title = book.add_format({**base, "font_size": 16, "bold": True})
        self.plain = book.add_format({**base, "text_wrap": True, "border": 1})
        self.note = book.add_format({**base, "text_wrap": True, "valign": "top"})
        self.soft = book.add_format({**base, "font_color": "#5f6470"})
        self.head = book.add_format(
            {
                **base,
                "bold": True,
                "bg_color": "#e4e4e9",
                "border": 1,
                "align": "center",
                "text_wrap": True,
            }
        )
        self.day = book.add_format(
            {**base, "num_format": "yyyy-mm-dd", "border": 1, "align": "center"}
        )
        self.unsettled_day = book.add_format(
            {**base, "num_format": 'yyyy-mm-dd"*"', "border": 1, "align": "center"}
        )
        self.number = book.add_format({**base, "num_format": "0", "border": 1, "align": "center"})
        self.signed = book.add_format(
            {**base, "num_format": "+0;-0;0", "border": 1, "align": "center"}
        )
        self.money = book.add_format({**base, "num_format": "0.##", "border": 1})
        self.lights = {
            light: book.add_format(
                {
                    **base,
                    "font_color": tone.ink,
                    "bg_color": tone.ground,
                    "border": 1,
                    "align": "center",
                }
            )
            for light, tone in TONES.items()
        }

    def of_day(self, day: date) -> Any:
        """Return the format of a day: with * where it is provisional."""
        return self.unsettled_day if isinstance(day, ProvisionalDate) else self.day


def _week_sheet(
    book: Any, styles: Styles, report: Report, picture: bytes | None, caption: str, words: Words
) -> None:
    sheet = book.add_worksheet(words.text("This week"))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(_WEEK_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, report.title, styles.title)
    row = 1
    for line in (report.subtitle, *report.cover):
        sheet.write_string(row, 0, line, styles.soft)
        row += 1
    sheet.merge_range(row, 0, row, len(_WEEK_WIDTHS) - 1, report.summary, styles.note)
    sheet.set_row(row, 2 * _LINE)
    row += 2
    for section in report.sections:
        if section.is_in_workbook:
            row = _week_section(sheet, styles, section, row) + 1
    if picture:
        sheet.write_string(row, 0, caption, styles.soft)
        sheet.insert_image(
            row + 1,
            0,
            "gantt.png",
            {
                "image_data": BytesIO(picture),
                "x_scale": 0.45,
                "y_scale": 0.45,
                "description": caption,
            },
        )


def _week_section(sheet: Any, styles: Styles, section: Section, row: int) -> int:
    """Write a section from `row` on; return the row after it."""
    sheet.write_string(row, 0, section.title, styles.title)
    row += 1
    if section.table is None or not section.table.rows:
        for text in section.lines if section.table is None else (section.empty,):
            sheet.write_string(row, 0, text, styles.soft)
            row += 1
        return row
    for n, texts in enumerate([section.table.headings, *section.table.rows]):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, styles.plain if n else styles.head)
        lines = max(_lines(t, w) for t, w in zip(texts, _WEEK_WIDTHS, strict=False))
        sheet.set_row(row, _LINE * lines)
        row += 1
    return row


def _lines(text: str, width: int) -> int:
    """Return how many lines a text needs in a column; a Chinese character counts twice."""
    return sum(
        1 + (sum(2 if ord(mark) > 255 else 1 for mark in part) - 1) // width
        for part in text.split("\n")
    )


def _ledger_sheet(
    book: Any, styles: Styles, title: str, standings: Sequence[Standing], words: Words
) -> None:
    sheet = book.add_worksheet(words.text("Ledger"))
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, title, styles.title)
    sheet.set_column(0, 0, 5)
    sheet.write_string(1, 0, "#", styles.head)
    for n, column in enumerate(LEDGER_COLUMNS, start=1):
        sheet.set_column(n, n, column.width)
        sheet.write_string(1, n, words(column.heading), styles.head)
    for row, standing in enumerate(standings, start=2):
        sheet.write_number(row, 0, row - 1, styles.number)
        for n, column in enumerate(LEDGER_COLUMNS, start=1):
            _ledger_cell(sheet, styles, (row, n), column, standing, words)
    last = len(standings) + 1
    sheet.autofilter(1, 0, max(last, 2), len(LEDGER_COLUMNS))
    sheet.freeze_panes(2, 2)
    sheet.repeat_rows(1)
    sheet.print_area(0, 0, last, len(LEDGER_COLUMNS))


def _ledger_cell(
    sheet: Any,
    styles: Styles,
    place: tuple[int, int],
    column: LedgerColumn,
    standing: Standing,
    words: Words,
) -> None:
    """Write a cell: dates and numbers as such, so that they can be sorted."""
    if column.cell is None:
        light = column.key == "light"
        style = styles.lights[standing.light] if light else styles.plain
        sheet.write_string(*place, column.text(standing, words), style)
        return
    value = column.cell(standing)
    if value is None:
        sheet.write_blank(*place, None, styles.plain)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, styles.of_day(value))
    else:
        sheet.write_number(
            *place, value, styles.signed if column.key == "against" else styles.money
        )


def _follow_up_sheet(book: Any, styles: Styles, digest: Digest, words: Words) -> None:
    sheet = book.add_worksheet(words.text("Follow-ups"))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    headings = (
        words.text("Project"),
        words.text("Light"),
        words.text("Level"),
        words.text("State"),
        words.text("Office"),
        words.text("Action required"),
        words.text("Opened"),
        words.text("Reply by"),
    )
    for column, (heading, width) in enumerate(
        zip(headings, (34, 13, 26, 22, 24, 44, 12, 12), strict=True)
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, styles.head)
    by_id = {s.project.id: s for s in digest.standings}
    for row, case in enumerate(digest.follow_ups, start=1):
        standing = by_id[case.project]
        light: Light = standing.light
        sheet.write_string(row, 0, standing.project.name, styles.plain)
        sheet.write_string(row, 1, light_words(light, words), styles.lights[light])
        sheet.write_string(row, 2, level_words(case, words), styles.plain)
        sheet.write_string(row, 3, state_words(case, words), styles.plain)
        sheet.write_string(row, 4, office_words(case, words), styles.plain)
        sheet.write_string(row, 5, ask_words(case, standing, words), styles.plain)
        sheet.write_datetime(row, 6, case.opened_on, styles.day)
        sheet.write_datetime(row, 7, case.due, styles.of_day(case.due))
    sheet.freeze_panes(1, 1)


def _leader_sheet(book: Any, styles: Styles, digest: Digest, words: Words) -> None:
    """Write every project that somebody leads, by leader, the worst first."""
    columns = (
        (words.text("Leader"), 26),
        (words.text("Project"), 34),
        (words.text("Light"), 13),
        (words.text("Against the deadline"), 18),
        (words.text("Why"), 70),
    )
    led = [s for s in digest.standings if s.project.leader]
    led.sort(key=lambda standing: standing.project.leader or "")  # each leader's worst stay first
    rows = [
        (
            s.project.leader or "",
            s.project.name,
            s.light,
            verdict(s.plan, words),
            _why(s, digest, words),
        )
        for s in led
    ]
    _plain_sheet(book, styles, words.text("Leaders"), columns, rows, words)


def _office_sheet(book: Any, styles: Styles, digest: Digest, words: Words) -> None:
    """Write every flag that names a step, by the office that has it."""
    columns = (
        (words.text("Office"), 26),
        (words.text("Project"), 34),
        (words.text("Light"), 13),
        (words.text("Step"), 26),
        (words.text("Why"), 70),
    )
    rows = [
        (
            words(flag.step.office),
            s.project.name,
            flag.light,
            words(flag.step.name),
            words(flag.sentence),
        )
        for s in digest.standings
        for flag in s.flags
        if flag.step
    ]
    rows.sort(key=lambda row: row[0])
    _plain_sheet(book, styles, words.text("Offices"), columns, rows, words)


def _why(standing: Standing, digest: Digest, words: Words) -> str:
    cause = digest.causes.get(standing.project.id)
    if cause and cause.why:
        return late_sentence(cause.why, words)
    return words(standing.flags[0].sentence) if standing.flags else "–"


def _plain_sheet(
    book: Any,
    styles: Styles,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[tuple[str, str, Light, str, str]],
    words: Words,
) -> None:
    """Write a sheet of texts with a light in its third column, to be filtered and printed."""
    sheet = book.add_worksheet(title)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for n, (heading, width) in enumerate(columns):
        sheet.set_column(n, n, width)
        sheet.write_string(0, n, heading, styles.head)
    for n, (first, project, light, third, why) in enumerate(rows, start=1):
        sheet.write_string(n, 0, first, styles.plain)
        sheet.write_string(n, 1, project, styles.plain)
        sheet.write_string(n, 2, light_words(light, words), styles.lights[light])
        sheet.write_string(n, 3, third, styles.plain)
        sheet.write_string(n, 4, why, styles.plain)
        sheet.set_row(n, _LINE * max(_lines(why, columns[4][1]), _lines(project, columns[1][1])))
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)
