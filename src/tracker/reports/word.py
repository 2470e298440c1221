"""The weekly report as .docx. Chinese faces are named on every run, or Word falls back."""

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from tracker.core.digest import Digest
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES
from tracker.reports.model import Report, Section, Table

TITLE, HEADING, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
_LATIN = "Times New Roman"
_LINE, _LINE_SHARE = Pt(28), 1.4
_TWIPS_A_MM = 1440 / 25.4
_HYPHEN = re.compile(r"(?<=\d)-(?=\d)")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RED = "#c8102e"


@dataclass(frozen=True, slots=True)
class Paper:
    """An A4 page, upright or on its side, with its margins and the size of what stands in tables.

    Millimetres; the upright one as GB/T 9704 has it: 37 above, 35 below, 28 left, 26 right.
    """

    width: int
    height: int
    top: int
    bottom: int
    left: int
    right: int
    table_size: float

    @property
    def text_width(self) -> int:
        """Return the width between the margins."""
        return self.width - self.left - self.right


FRONT = Paper(210, 297, 37, 35, 28, 26, 9)
ANNEX = Paper(297, 210, 24, 24, 26, 26, 9)


def docx_bytes(
    report: Report, digest: Digest, picture: bytes | None, caption: str, words: Words
) -> bytes:
    """Return the report as a Word file; the same report gives the same bytes."""
    document = Document()
    language(document)
    page(document.sections[0], FRONT)
    properties = document.core_properties
    properties.title, properties.author = report.title, "tracker"
    day = digest.status_date
    stamp = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day, no instant
    properties.created = properties.modified = stamp
    properties.language = "zh-CN" if words.language == "zh" else "en"
    _head(document, report)
    for section in report.sections:
        if section.is_front:
            add_section(document, section, FRONT)
    page(document.add_section(WD_SECTION.NEW_PAGE), ANNEX)
    add_text(document.add_paragraph(), report.annex, HEADING, 16)
    if picture:
        document.add_picture(BytesIO(picture), width=Mm(240))
        add_text(document.add_paragraph(), caption, BODY, 10.5, centre=True)
    for section in report.sections:
        if not section.is_front:
            add_section(document, section, ANNEX)
    raw = BytesIO()
    document.save(raw)
    return fixed_times(raw.getvalue())


def _head(document: Any, report: Report) -> None:
    """Write the head as a county's bulletin has it: number, office and day over a red line."""
    add_text(document.add_paragraph(), report.number, BODY, 16, centre=True)
    line = document.add_paragraph()
    add_text(line, f"{report.office}\t{report.day}", BODY, 14)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(FRONT.text_width), WD_TAB_ALIGNMENT.RIGHT)
    _rule(line)
    title = document.add_paragraph()
    add_text(title, report.title, TITLE, 22, centre=True)
    title.paragraph_format.space_before = Pt(8)
    add_text(document.add_paragraph(), " ".join(report.cover), BODY, 9, centre=True)
    summary = document.add_paragraph()
    add_text(summary, report.summary, BODY, 16)
    summary.paragraph_format.first_line_indent = Pt(32)
    summary.paragraph_format.line_spacing = _LINE


def _rule(paragraph: Any) -> None:
    """Draw a red line under a paragraph."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", _RED[1:])):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def language(document: Any) -> None:
    """Say in which language the text is, so that no word is underlined as a mistake."""
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")  # of Latin letters: a Chinese number could be broken
    language.set(qn("w:eastAsia"), "zh-CN")
    defaults.append(language)


def page(section: Any, paper: Paper) -> None:
    """Give a section of the document its paper."""
    is_upright = paper.height > paper.width
    section.orientation = WD_ORIENT.PORTRAIT if is_upright else WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(paper.width), Mm(paper.height)
    section.left_margin, section.right_margin = Mm(paper.left), Mm(paper.right)
    section.top_margin, section.bottom_margin = Mm(paper.top), Mm(paper.bottom)


def _face(run: Any, face: str, size: float) -> None:
    run.font.name, run.font.size = _LATIN, Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face)


def add_text(
    paragraph: Any, text: str, face: str, size: float, *, centre: bool = False, ink: str = ""
) -> None:
    """Add a text to a paragraph in a Chinese face of so many points."""
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    _face(run, face, size)
    if ink:
        run.font.color.rgb = RGBColor.from_string(ink.lstrip("#"))


def add_section(document: Any, section: Section, paper: Paper) -> None:
    """Add a section: its heading, its lines and its table."""
    heading = document.add_heading(level=1)
    add_text(heading, section.title, HEADING, 14, ink="#000000")
    heading.paragraph_format.space_before = Pt(8)
    for line in section.lines:
        paragraph = document.add_paragraph()
        add_text(paragraph, line, BODY, 10.5)
        paragraph.paragraph_format.line_spacing = Pt(10.5 * _LINE_SHARE)
        # with its table, as the heading is
        paragraph.paragraph_format.keep_with_next = bool(section.table and section.table.rows)
    if section.table and section.table.rows:
        _table(document, section.table, paper)
    elif section.table and section.empty:
        add_text(document.add_paragraph(), section.empty, BODY, 10.5)


def _table(document: Any, table: Table, paper: Paper) -> None:
    """Add a table, as one text of XML: cell by cell it would take longer than all the rest."""
    widths = [round(paper.text_width * share * _TWIPS_A_MM) for share in table.widths]
    rows = [_row(table.headings, widths, HEADING, paper.table_size, is_heading=True)]
    for n, texts in enumerate(table.rows):
        light = table.lights[n] if table.lights else None
        ink = TONES[light].ink.lstrip("#") if light else ""
        rows.append(_row(texts, widths, BODY, paper.table_size, ink=ink))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{''.join(rows)}</w:tbl>"
    )
    document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")


def _row(
    texts: Sequence[str],
    widths: Sequence[int],
    face: str,
    size: float,
    *,
    ink: str = "",
    is_heading: bool = False,
) -> str:
    """Return a row; no page ends within it, and a heading stands again on each page."""
    whole = '<w:cantSplit w:val="true"/>' + ('<w:tblHeader w:val="true"/>' if is_heading else "")
    keep = "<w:keepNext/>" if is_heading else ""
    line = round(20 * size * _LINE_SHARE)  # exact, so that every face takes the same room
    spacing = f'<w:spacing w:before="20" w:after="20" w:line="{line}" w:lineRule="exact"/>'
    colour = f'<w:color w:val="{ink}"/>' if ink else ""
    run = (
        f'<w:rPr><w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{face}"/>{colour}'
        f'<w:sz w:val="{round(2 * size)}"/></w:rPr>'
    )
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"<w:p><w:pPr>{keep}{spacing}</w:pPr><w:r>{run}{_lines(text)}</w:r></w:p>"
        "</w:tc>"
        for text, width in zip(texts, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{whole}</w:trPr>{cells}</w:tr>"


def _lines(text: str) -> str:
    """Return a text as XML, with a break between its lines; what XML cannot hold is left out.

    No line ends within a date.
    """
    lines = _CONTROLS.sub("", text).split("\n")
    return "<w:br/>".join(
        "<w:noBreakHyphen/>".join(map(_piece, _HYPHEN.split(line))) for line in lines
    )


def _piece(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>'


def fixed_times(data: bytes) -> bytes:
    """Pack the parts again with one time stamp, so that the same report has the same bytes."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for part in old.infolist():
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(part))
    return packed.getvalue()
