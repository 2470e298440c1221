"""Change an .xlsx where it stands: cells, notes and marks; every other part stays byte for byte.

Libraries that load a workbook and save it again lose what they do not know: shapes, pictures,
extensions of Excel and WPS. Here only the parts that change are parsed at all (ECMA-376, parts 1
and 4).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from tracker.ledger.book.dropdowns import Dropdown, dropdowns_of
from tracker.ledger.book.grid import letters, place_of
from tracker.ledger.book.notes import Notes
from tracker.ledger.book.package import PARSER, Package, space_of

_OFFICE = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    ),
    "http://purl.oclc.org/ooxml/spreadsheetml/main": (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_STYLES, _STYLES_TYPE = (
    "xl/styles.xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
)
_LEAST_STYLES = (
    ("fonts", "font"),
    ("fills", "fill"),
    ("borders", "border"),
    ("cellStyleXfs", "xf"),
    ("cellXfs", "xf"),
)
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_BEFORE_MARKS: Sequence[str] = (
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
)
_BEFORE_DRAWING = (
    *_BEFORE_MARKS,
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
)
_BEFORE_CALCULATION = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
)
_BEFORE_DXFS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles")
_OURS = '"tracker"="tracker"'
"""The condition of our own colours: always true, and known again when the file comes back."""
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said about a cell: its note, and whether it is at fault or only to be looked at."""

    text: str
    is_error: bool


@dataclass
class Book:
    """An .xlsx under change. Rows and columns count from 0."""

    data: bytes

    def __post_init__(self) -> None:
        """Open the parts; the file must have passed the guard."""
        self.package = Package(self.data)

    @property
    def sheets(self) -> Mapping[str, str]:
        """Return the part of each sheet, by its name."""
        return self.package.parts.sheets

    def save(self) -> bytes:
        """Return the file with what was changed."""
        return self.package.save()

    def write(self, sheet: str, cells: Mapping[tuple[int, int], str | float | date]) -> None:
        """Put values into cells that no formula fills; they keep their style.

        A day is its serial number.
        """
        root = self.package.tree(self.sheets[sheet])
        space = space_of(root)
        rows = {int(row.get("r")) - 1: row for row in root.iter(f"{space}row") if row.get("r")}
        for (row, column), value in sorted(cells.items()):
            cell = _cell(rows[row], row, column, space)
            assert cell.find(f"{space}f") is None, "the formula would fill the cell again"
            self._fill(cell, value, space)
        self._recalculate()

    def has_row(self, sheet: str, row: int) -> bool:
        """Tell whether a sheet has a row to write into."""
        root = self.package.tree(self.sheets[sheet])
        return any(each.get("r") == str(row + 1) for each in root.iter(f"{space_of(root)}row"))

    def _recalculate(self) -> None:
        """Let the program that opens the file work out its formulas.

        Totals count what was written.
        """
        root = self.package.tree("xl/workbook.xml")
        space = space_of(root)
        found = root.find(f"{space}calcPr")
        if found is None:
            found = etree.Element(f"{space}calcPr")
            _insert(root, found, _BEFORE_CALCULATION)
        found.set("fullCalcOnLoad", "1")

    def formulas(self, sheet: str) -> frozenset[tuple[int, int]]:
        """Return the cells of a sheet that formulas fill."""
        root = self.package.tree(self.sheets[sheet])
        space = space_of(root)
        found: set[tuple[int, int]] = set()
        for cell in root.iter(f"{space}c"):
            formula = cell.find(f"{space}f")
            if formula is not None:
                spread = formula.get("ref") if formula.get("t") in ("array", "dataTable") else None
                found.update(_places(spread or cell.get("r")))
        return frozenset(found)

    def dropdowns(self, sheet: str) -> list[Dropdown]:
        """Return the lists that cells of a sheet take their words from."""
        return dropdowns_of(self.package.tree(self.sheets[sheet]))

    def mark(self, sheet: str, marks: Mapping[tuple[int, int], Mark]) -> None:
        """Colour cells and give them notes, in the place of the marks that are there from before.

        The colour is a condition, so that no cell loses a style of its own.
        """
        part = self.sheets[sheet]
        root = self.package.tree(part)
        space = space_of(root)
        for old in root.findall(f"{space}conditionalFormatting"):
            if any(rule.findtext(f"{space}formula") == _OURS for rule in old):
                root.remove(old)
        for is_error in (True, False):
            places = [place for place, each in sorted(marks.items()) if each.is_error is is_error]
            if places:
                self._colour(root, places, is_error=is_error)
        self._note(part, root, {place: each.text for place, each in marks.items()})

    def _fill(self, cell: Any, value: str | float | date, space: str) -> None:
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, f"{space}is"), f"{space}t")
            text.text = _UNWRITABLE.sub("", value)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            return
        if isinstance(value, date):
            value = float((value - (_EPOCH_1904 if self._counts_from_1904() else _EPOCH)).days)
        etree.SubElement(cell, f"{space}v").text = f"{value:.15g}"

    def _counts_from_1904(self) -> bool:
        root = etree.fromstring(self.package.parts.archive.read("xl/workbook.xml"), PARSER)
        found = root.find(f"{space_of(root)}workbookPr")
        return found is not None and found.get("date1904") in ("1", "true")

    def _colour(self, root: Any, places: Iterable[tuple[int, int]], *, is_error: bool) -> None:
        space = space_of(root)
        priorities = [int(r.get("priority", "0")) for r in root.iter(f"{space}cfRule")]
        mark = etree.Element(f"{space}conditionalFormatting")
        mark.set("sqref", " ".join(f"{letters(column)}{row + 1}" for row, column in places))
        rule = etree.SubElement(mark, f"{space}cfRule")
        rule.set("type", "expression")
        rule.set("dxfId", str(self._colour_style(is_error=is_error)))
        rule.set("priority", str(max(priorities, default=0) + 1))
        etree.SubElement(rule, f"{space}formula").text = _OURS
        _insert(root, mark, _BEFORE_MARKS)

    def _colour_style(self, *, is_error: bool) -> int:
        """Return the number of our colour among the styles.

        It is added where it is not there yet.
        """
        root = self._styles()
        space = space_of(root)
        styles = root.find(f"{space}dxfs")
        if styles is None:
            styles = etree.Element(f"{space}dxfs")
            _insert(root, styles, _BEFORE_DXFS)
        font, ground = ("FF9C0006", "FFFFC7CE") if is_error else ("FF7F6000", "FFFFEB9C")
        for number, known in enumerate(styles):
            colours = [each.get("rgb") for each in known.iter() if each.get("rgb")]
            if colours == [font, ground] and len(known) == 2:
                return number
        style = etree.Element(f"{space}dxf")
        etree.SubElement(etree.SubElement(style, f"{space}font"), f"{space}color").set("rgb", font)
        fill = etree.SubElement(etree.SubElement(style, f"{space}fill"), f"{space}patternFill")
        etree.SubElement(fill, f"{space}bgColor").set("rgb", ground)
        styles.append(style)
        styles.set("count", str(len(styles)))
        return len(styles) - 1

    def _styles(self) -> Any:
        """Return the styles; a workbook may come without any."""
        if _STYLES in self.package.parts.names or _STYLES in self.package.trees:
            return self.package.tree(_STYLES)
        book = self.package.tree("xl/workbook.xml")
        main = etree.QName(book).namespace or ""
        root = etree.Element(f"{{{main}}}styleSheet", nsmap={None: main})
        for name, child in _LEAST_STYLES:
            etree.SubElement(
                etree.SubElement(root, f"{{{main}}}{name}", count="1"), f"{{{main}}}{child}"
            )
        etree.SubElement(root[1][0], f"{{{main}}}patternFill").set("patternType", "none")
        normal = etree.SubElement(
            etree.SubElement(root, f"{{{main}}}cellStyles"), f"{{{main}}}cellStyle"
        )
        for key, value in (("name", "Normal"), ("xfId", "0"), ("builtinId", "0")):
            normal.set(key, value)
        self.package.trees[_STYLES] = root
        self.package.relate("xl/workbook.xml", f"{_OFFICE[main]}/styles", _STYLES)
        self.package.add_type(_STYLES, _STYLES_TYPE)
        return root

    def _note(self, part: str, root: Any, texts: Mapping[tuple[int, int], str]) -> None:
        """Put notes into the comments of a sheet and the drawing that shows them."""
        office = _OFFICE[etree.QName(root).namespace]
        kind = f"{office}/comments"
        comments = self.package.target(part, lambda each: each.get("Type") == kind)
        drawing = self._drawing(part, root, office)
        if not texts and comments is None:
            return
        notes = Notes(
            etree.QName(root).namespace or "",
            self.package.read(comments) if comments else None,
            self.package.read(drawing) if drawing else None,
            len(self.sheets) + 1 + list(self.sheets.values()).index(part),
        )
        notes.replace(texts)
        if comments is None:
            comments, _ = self.package.add_part("xl/comments", ".xml", part, kind)
            self.package.add_type(comments, _COMMENTS)
        if drawing is None:
            drawing, key = self.package.add_part(
                "xl/drawings/vmlDrawing", ".vml", part, f"{office}/vmlDrawing"
            )
            self.package.add_extension("vml", _DRAWING)
            legacy = etree.Element(f"{space_of(root)}legacyDrawing")
            legacy.set(f"{{{office}}}id", key)
            _insert(root, legacy, _BEFORE_DRAWING)
        self.package.changed[comments], self.package.changed[drawing] = (
            notes.comments(),
            notes.drawing(),
        )

    def _drawing(self, part: str, root: Any, office: str) -> str | None:
        legacy = root.find(f"{space_of(root)}legacyDrawing")
        key = None if legacy is None else legacy.get(f"{{{office}}}id")
        return self.package.target(part, lambda each: each.get("Id") == key) if key else None


def _places(reference: str | None) -> list[tuple[int, int]]:
    """Return the cells of a reference such as B7 or B7:C9."""
    if not reference:
        return []
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = place_of(first), place_of(last or first)
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _insert(root: Any, element: Any, after: Iterable[str]) -> None:
    """Insert an element behind those that must come before it; the order is part of the format."""
    earlier = {f"{space_of(root)}{name}" for name in after}
    place = max((n for n, child in enumerate(root) if child.tag in earlier), default=-1)
    root.insert(place + 1, element)


def _cell(row_element: Any, row: int, column: int, space: str) -> Any:
    """Return a cell of a row; one that is not there yet is put in its place."""
    for n, cell in enumerate(row_element):
        _, at = place_of(cell.get("r", "A1"))
        if at == column:
            return cell
        if at > column:
            return _new_cell(row_element, n, row, column, space)
    return _new_cell(row_element, len(row_element), row, column, space)


def _new_cell(row_element: Any, place: int, row: int, column: int, space: str) -> Any:
    cell = etree.Element(f"{space}c")
    cell.set("r", f"{letters(column)}{row + 1}")
    row_element.insert(place, cell)
    return cell
