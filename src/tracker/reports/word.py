"""The weekly report as .docx. Chinese faces are named on every run, or Word falls back."""

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tracker.core.digest import Digest
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES
from tracker.reports.sections import Report, Section, Table

_TITLE, _HEADING, _BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
_LATIN = "Times New Roman"
_TEXT_WIDTH = 245  # millimetres between the margins of an A4 page on its side


def docx_bytes(
    report: Report, digest: Digest, picture: bytes | None, caption: str, words: Words
) -> bytes:
    """Return the report as a Word file; the same report gives the same bytes."""
    document = Document()
    _page(document)
    properties = document.core_properties
    properties.title, properties.author = report.title, "tracker"
    day = digest.status_date
    stamp = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day, no instant
    properties.created = properties.modified = stamp
    properties.language = "zh-CN" if words.language == "zh" else "en"
    _text(document.add_paragraph(), report.title, _TITLE, 22, centre=True)
    _text(document.add_paragraph(), report.subtitle, _BODY, 14, centre=True)
    for line in report.cover:
        _text(document.add_paragraph(), line, _BODY, 10.5, centre=True)
    _text(document.add_paragraph(), report.summary, _BODY, 14)
    for n, section in enumerate(report.sections):
        _section(document, section)
        if n == 1 and picture:
            document.add_picture(BytesIO(picture), width=Mm(240))
            _text(document.add_paragraph(), caption, _BODY, 10.5, centre=True)
    raw = BytesIO()
    document.save(raw)
    return _fixed_times(raw.getvalue())


def _page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(26)
    section.top_margin = section.bottom_margin = Mm(24)


def _face(run: Any, face: str, size: float) -> None:
    run.font.name, run.font.size = _LATIN, Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face)


def _text(
    paragraph: Any, text: str, face: str, size: float, *, centre: bool = False, ink: str = ""
) -> None:
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    _face(run, face, size)
    if ink:
        run.font.color.rgb = RGBColor.from_string(ink.lstrip("#"))


def _section(document: Any, section: Section) -> None:
    heading = document.add_heading(level=1)
    _text(heading, section.title, _HEADING, 15, ink="#000000")
    for line in section.lines:
        paragraph = document.add_paragraph()
        _text(paragraph, line, _BODY, 12)
        paragraph.paragraph_format.keep_with_next = True  # with its table, as the heading is
    if section.table and section.table.rows:
        _table(document, section.table)
    elif section.empty:
        _text(document.add_paragraph(), section.empty, _BODY, 12)


def _table(document: Any, table: Table) -> None:
    made = document.add_table(rows=len(table.rows) + 1, cols=len(table.headings))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    rows = made.rows
    for column, share in zip(made.columns, table.widths, strict=True):
        column.width = Mm(_TEXT_WIDTH * share)
    for n, texts in enumerate([table.headings, *table.rows]):
        light = table.lights[n - 1] if n and table.lights else None
        cells = rows[n].cells
        _keep_whole(rows[n])
        if n == 0:
            _repeat_heading(rows[n])
        for text, cell, share in zip(texts, cells, table.widths, strict=True):
            cell.width = Mm(_TEXT_WIDTH * share)
            face = _HEADING if n == 0 else _BODY
            ink = TONES[light].ink if light else ""
            _text(cell.paragraphs[0], text, face, 9, ink=ink)
            cell.paragraphs[0].paragraph_format.keep_with_next = n == 0


def _repeat_heading(row: Any) -> None:
    """Let the heading row stand again on each page."""
    _mark(row, "w:tblHeader")


def _keep_whole(row: Any) -> None:
    """Let no page end within a row."""
    _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _fixed_times(data: bytes) -> bytes:
    """Pack the parts again with one time stamp, so that the same report has the same bytes."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(part))
    return packed.getvalue()
