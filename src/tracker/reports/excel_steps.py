"""The ledger by families of steps as a workbook, as it is shown on its page."""

from datetime import date, datetime
from io import BytesIO

import xlsxwriter

from tracker import OWN_REPORT
from tracker.i18n.words import Words
from tracker.reports.excel import Styles
from tracker.reports.step_table import FAMILY_WORDS, StepTable, cell_words, mark_of
from tracker.reports.wording import light_words

_FIXED = (5, 34, 13)
"""Widths of the number, the project and its light."""


def steps_bytes(title: str, table: StepTable, day: date, words: Words) -> bytes:
    """Return the table as a workbook. User text is never a formula."""
    raw = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(raw, options) as book:
        stamp = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a fixed stamp, no instant
        book.set_properties(
            {"title": title, "author": "tracker", "keywords": OWN_REPORT, "created": stamp}
        )
        styles = Styles(book)
        sheet = book.add_worksheet(words(FAMILY_WORDS[table.family])[:31])
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, title, styles.title)
        heads = ["#", words.text("Project"), words.text("Light")]
        heads += [words(step.name) for step in table.columns]
        for n, head in enumerate(heads):
            sheet.set_column(n, n, _FIXED[n] if n < len(_FIXED) else 14)
            sheet.write_string(1, n, head, styles.head)
        for row, standing in enumerate(table.rows, start=2):
            sheet.write_number(row, 0, row - 1, styles.number)
            sheet.write_string(row, 1, standing.project.name, styles.plain)
            light = light_words(standing.light, words)
            sheet.write_string(row, 2, light, styles.lights[standing.light])
            for n, each in enumerate(table.cells(standing), start=len(_FIXED)):
                text = f"{mark_of(each)} {cell_words(each, words)}".strip()
                sheet.write_string(row, n, text, styles.plain)
        last = max(len(table.rows) + 1, 2)
        sheet.autofilter(1, 0, last, len(heads) - 1)
        sheet.freeze_panes(2, 2)
        sheet.repeat_rows(1)
        sheet.print_area(0, 0, last, len(heads) - 1)
    return raw.getvalue()
