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
from typing import Any

from defusedxml.ElementTree import fromstring

from tracker import OWN_REPORT
from tracker.ledger.book.formats import UNITS, Shown, shown_parts
from tracker.ledger.book.grid import MOST_COLUMNS, MOST_ROWS, Value, letters, place_of
from tracker.ledger.book.refusal import Refused

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


@dataclass(slots=True, kw_only=True)
class Details:
    """What stands beside the cells of one sheet; rows and columns count from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)


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
        return Details(
            hidden_rows=set(_hidden_rows(xml)),
            hidden_columns=set(_hidden_columns(xml)),
            errors={place_of(m[1].decode()): m[2].decode() for m in _ERROR.finditer(xml)}
            if b't="e"' in xml
            else {},
            uncomputed={place_of(m[1].decode()) for m in _UNCOMPUTED.finditer(xml)}
            if b"f>" in xml
            else set(),
            shown=dict(_shown(xml, self.styles)),
        )

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
    def styles(self) -> Mapping[int, Shown]:
        """Return the cell styles that show a day only in part, by number."""
        if "xl/styles.xml" not in self.names:
            return {}
        root = fromstring(self.archive.read("xl/styles.xml"))
        formats = {
            element.get("numFmtId"): element.get("formatCode", "")
            for element in root.iter()
            if _tag(element) == "numFmt"
        }
        used = next((element for element in root.iter() if _tag(element) == "cellXfs"), ())
        found = {}
        for number, element in enumerate(used):
            key = element.get("numFmtId", "0")
            shown = shown_parts(int(key), formats.get(key))
            if shown:
                found[number] = shown
        return found

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


def _shown(xml: bytes, styles: Mapping[int, Shown]) -> Iterator[tuple[tuple[int, int], Shown]]:
    if not styles:
        return
    wanted = re.compile(_STYLED % b"|".join(str(number).encode() for number in styles))
    for cell in wanted.finditer(xml):
        style = _STYLE.search(xml, cell.start(), xml.find(b">", cell.start()))
        if style:
            yield place_of(cell[1].decode()), styles[int(style[1])]


def as_shown(value: Value, shown: Shown) -> Value:
    """Return a value as its cell shows it.

    A day of which only the month is seen, an amount with its unit.
    """
    if isinstance(value, float) and shown in UNITS:
        return f"{value:.15g}{shown}"
    if not isinstance(value, date) or shown in UNITS:
        return value
    return f"{value.year}年{value.month}月" if shown is Shown.MONTH else f"{value.year}年"
