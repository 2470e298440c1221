"""What python-calamine does not tell of an .xlsx, read from the parts of the file itself.

Sheets are searched, not parsed: a parser that calls Python for every cell takes longer than the
rest of the reading. What is searched for stands in attributes that hold no text of a user.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from defusedxml.ElementTree import fromstring

from tracker import OWN_REPORT
from tracker.ledger.book.formats import UNITS, Shown
from tracker.ledger.book.grid import MOST_COLUMNS, MOST_ROWS, Value, letters, place_of
from tracker.ledger.book.refusal import Refused
from tracker.ledger.book.styles import Styles, styles_of

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_NOT_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_ROW = re.compile(rb"<(?:\w+:)?row\b([^<>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^<>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^<>]*)>")
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^<>]*\bt="e")[^<>]*?\br="([A-Z]+\d+)"[^<>]*>(?:(?!</(?:\w+:)?c>).)*?<'
    rb"(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b(?![^<>]*\bt="str")[^<>]*?\br="([A-Z]+\d+)"[^<>]*>\s*<(?:\w+:)?f\b(?:[^<>]*/>'
    rb"|[^<>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_FAR = re.compile(rb' r="(?:[A-Z]{3,}|I[W-Z]|[J-Z][A-Z])\d+"[^<>]*[^/]>(?!\s*</)')
_HELD = (b"<v>", b"<is>", b":v>", b":is>")
_REFERENCE = re.compile(rb'\br="[A-Z]+(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"|\b(?:ht|width)="0(?:\.0+)?"')
_HIDING = (b" hidden=", b' ht="0')
_NUMBERS = {name: re.compile(rb'\b%s="(\d+)"' % name.encode()) for name in ("r", "min", "max")}
_STYLED = rb'<(?:\w+:)?c\b(?=[^<>]*\bs="(?:%s)")[^<>]*?\br="([A-Z]+\d+)"'
_STYLE = re.compile(rb'\bs="(\d+)"')
_SHARED = re.compile(
    rb'<(?:\w+:)?c\b(?=[^<>]*\bt="s")[^<>]*?\br="([A-Z]+\d+)"[^<>]*>\s*<(?:\w+:)?v>(\d+)<'
)
_FILTER = re.compile(
    rb'<(?:\w+:)?autoFilter\b[^<>]*\bref="[A-Z$]+(\d+):[^"]*"[^<>]*?(?<!/)>(.*?)</(?:\w+:)?autoFilter>',
    re.DOTALL,
)
_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class Details:
    """What stands beside the cells of one sheet; rows and columns count from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)
    filtered_rows: set[int] = field(default_factory=set)
    struck: dict[tuple[int, int], str | None] = field(default_factory=dict)
    """Cells whose text is struck through, and what is left of it; None for nothing."""
    colours: dict[tuple[int, int], str] = field(default_factory=dict)


class Parts:
    """The parts of an .xlsx."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = set(self.archive.namelist())

    def details(self, sheet: str) -> Details:
        """Return what stands beside the cells of a sheet. Raises Refused when it is too large."""
        part = self.sheets.get(sheet, "")
        if part not in self.names:
            return Details()
        xml = self._text(part)
        if _is_too_far(xml):
            raise Refused("too_large", sheet)
        struck = self.styles.struck
        hidden, filtered = set(_hidden_rows(xml)), set(self._filtered(part, xml))
        return Details(
            hidden_rows=hidden - filtered,
            filtered_rows=hidden & filtered,
            hidden_columns=set(_hidden_columns(xml)),
            errors={place_of(m[1].decode()): m[2].decode() for m in _ERROR.finditer(xml)}
            if b't="e"' in xml
            else {},
            uncomputed={place_of(m[1].decode()) for m in _UNCOMPUTED.finditer(xml)}
            if b"f>" in xml
            else set(),
            shown=dict(_styled(xml, self.styles.shown)),
            struck={
                **dict.fromkeys(place for place, _ in _styled(xml, dict.fromkeys(struck, True))),
                **dict(_in_part_struck(xml, self.struck_texts)),
            },
            colours=dict(_styled(xml, self.styles.colours)),
        )

    def _filtered(self, part: str, xml: bytes) -> Iterator[int]:
        """Yield the rows of each range in which a filter is on, of the sheet or of a table."""
        yield from _rows_filtered(xml)
        name = part.rpartition("/")[2]
        relations = f"xl/worksheets/_rels/{name}.rels"
        if relations in self.names:
            for element in fromstring(self.archive.read(relations)):
                table = "xl/" + element.get("Target", "").lstrip("./").removeprefix("xl/")
                if "/table" in table and table in self.names:
                    yield from _rows_filtered(self.archive.read(table))

    @cached_property
    def _texts(self) -> bytes:
        part = "xl/sharedStrings.xml"
        return self.archive.read(part) if part in self.names else b""

    @cached_property
    def struck_texts(self) -> Mapping[int, tuple[str, str]]:
        """Return the shared texts that are struck through in part: what is left, what is struck."""
        if b"strike" not in self._texts:
            return {}
        found = {}
        items = (e for e in fromstring(self._texts) if _tag(e) == "si")
        for number, item in enumerate(items):
            kept, gone = "", ""
            for run in (each for each in item if _tag(each) == "r"):
                text = "".join(each.text or "" for each in run if _tag(each) == "t")
                style = next((each for each in run if _tag(each) == "rPr"), ())
                if any(_tag(e) == "strike" and e.get("val", "1") != "0" for e in style):
                    gone += text
                else:
                    kept += text
            if gone:
                found[number] = kept, gone
        return found

    @property
    def is_own_report(self) -> bool:
        """Tell whether the program wrote the file as a report.

        The mark outlives saving it again.
        """
        part = "docProps/core.xml"
        return part in self.names and OWN_REPORT.encode() in self.archive.read(part)

    @cached_property
    def sheets(self) -> Mapping[str, str]:
        """Return the part of each sheet, by its name."""
        targets = {
            element.get("Id"): element.get("Target", "")
            for element in fromstring(self.archive.read("xl/_rels/workbook.xml.rels"))
        }
        book = fromstring(self.archive.read("xl/workbook.xml"))
        found = {}
        for element in book.iter():
            if _tag(element) == "sheet":
                key = element.get(_ID) or element.get(_STRICT_ID)
                found[element.get("name", "")] = part_of(targets.get(key, ""))
        return found

    @cached_property
    def styles(self) -> Styles:
        """Return what the cell styles show beside the value."""
        part, theme = "xl/styles.xml", "xl/theme/theme1.xml"
        if part not in self.names:
            return Styles()
        colours = fromstring(self.archive.read(theme)) if theme in self.names else None
        return styles_of(fromstring(self.archive.read(part)), colours)

    def _text(self, part: str) -> bytes:
        xml = self.archive.read(part)
        if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
            xml = xml.decode("utf-16").encode()
        xml = _NOT_MARKUP.sub(b"", xml) if b"<!" in xml else xml
        return _usual(xml) if _is_unusual(xml) else xml


def part_of(target: str) -> str:
    """Return the part that a relationship of the workbook leads to."""
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _is_unusual(xml: bytes) -> bool:
    """Tell whether attributes have single quotes, or rows and cells lack their references."""
    first = _ROW.search(xml), _CELL.search(xml)
    return b"='" in xml or any(found and b' r="' not in found[0] for found in first)


def _usual(xml: bytes) -> bytes:
    """Return a part as nearly every program writes it."""
    from lxml import etree  # noqa: PLC0415  few files need it

    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    name_places(root)
    return bytes(etree.tostring(root))


def name_places(root: Any) -> None:
    """Let each row and cell of a sheet say where it is.

    One that does not stands after the one before.
    """
    row_number = 0
    for row in (element for element in root.iter() if _tag(element) == "row"):
        row_number = int(row.get("r") or row_number + 1)
        if row.get("r") is None:
            row.set("r", str(row_number))
        column = -1
        for cell in (element for element in row if _tag(element) == "c"):
            reference = cell.get("r")
            column = place_of(reference)[1] if reference else column + 1
            if reference is None:
                cell.set("r", f"{letters(column)}{row_number}")


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_too_far(xml: bytes) -> bool:
    """Tell whether a cell far out holds something: readers make room for all that lies between."""
    held = max(xml.rfind(mark) for mark in _HELD)
    before = _REFERENCE.findall(xml, max(0, held - 4096), held) if held > 0 else []
    return bool(before and int(before[-1]) > MOST_ROWS) or _FAR.search(xml) is not None


def _hidden_rows(xml: bytes) -> Iterator[int]:
    for mark in _HIDING:
        at = xml.find(mark)
        while at > 0:
            row = _ROW.match(xml, xml.rfind(b"<", 0, at))
            number = (
                row and row.end() > at and _HIDDEN.search(row[1]) and _NUMBERS["r"].search(row[1])
            )
            if number:
                yield int(number[1]) - 1
            at = xml.find(mark, at + 1)


def _hidden_columns(xml: bytes) -> Iterator[int]:
    head = xml[: xml.find(b"sheetData")]
    for column in _COLUMN.finditer(head):
        first, last = (_NUMBERS[key].search(column[1]) for key in ("min", "max"))
        if first and last and _HIDDEN.search(column[1]):
            yield from range(int(first[1]) - 1, min(int(last[1]), MOST_COLUMNS))


def _styled(xml: bytes, styles: Mapping[int, _T]) -> Iterator[tuple[tuple[int, int], _T]]:
    """Yield the cells that have one of some styles, with what the style is."""
    if not styles:
        return
    wanted = re.compile(_STYLED % b"|".join(str(number).encode() for number in styles))
    for cell in wanted.finditer(xml):
        style = _STYLE.search(xml, cell.start(), xml.find(b">", cell.start()))
        if style:
            yield place_of(cell[1].decode()), styles[int(style[1])]


def _in_part_struck(
    xml: bytes, texts: Mapping[int, tuple[str, str]]
) -> Iterator[tuple[tuple[int, int], str | None]]:
    """Yield the cells of which some text is struck through, and what is left of it."""
    if not texts:
        return
    for cell in _SHARED.finditer(xml):
        if int(cell[2]) in texts:
            yield place_of(cell[1].decode()), texts[int(cell[2])][0].strip() or None


def _rows_filtered(xml: bytes) -> Iterator[int]:
    """Yield the rows below the heading of a range in which a filter is on."""
    for found in _FILTER.finditer(xml) if b"filterColumn" in xml else ():
        if b"filterColumn" in found[2]:
            yield from range(int(found[1]), MOST_ROWS)


def as_shown(value: Value, shown: Shown) -> Value:
    """Return a value as its cell shows it.

    A day of which only the month is seen, an amount with its unit.
    """
    if isinstance(value, float) and shown is Shown.PERCENT:
        return f"{value * 100:.12g}%" if 0 <= value <= 1 else value  # 3000 is no share
    if isinstance(value, float) and shown in UNITS:
        return f"{value:.15g}{shown}"
    if not isinstance(value, date) or shown in (*UNITS, Shown.PERCENT):
        return value
    return f"{value.year}年{value.month}月" if shown is Shown.MONTH else f"{value.year}年"
