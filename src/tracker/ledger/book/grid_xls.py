"""What python-calamine does not tell of an .xls, read from the file's own records ([MS-XLS])."""

import io
import struct
from collections.abc import Iterator

import olefile

from tracker.ledger.book.formats import Shown, shown_parts
from tracker.ledger.book.grid_xlsx import Details
from tracker.ledger.book.refusal import Refused
from tracker.ledger.book.styles import palette_colour

_BOF, _EOF, _FILE_PASS = 0x0809, 0x000A, 0x002F
_FORMAT, _XF, _ROW, _COLUMNS = 0x041E, 0x00E0, 0x0208, 0x007D
_NUMBER, _RK, _MANY_RK, _FORMULA, _BOOL_OR_ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
_FONT, _FILTERED, _TEXT, _BLANK, _BLANKS = 0x0031, 0x009B, 0x00FD, 0x0201, 0x00BE
_CELLS = (_NUMBER, _RK, _FORMULA, _BOOL_OR_ERROR, _TEXT, _BLANK)
_SOLID = 1
_WORKSHEET = 0x0010
_ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}


class Records:
    """The records of an .xls: its formats, and the details of its sheets in their order."""

    def __init__(self, data: bytes) -> None:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            stream = "Workbook" if compound.exists("Workbook") else "Book"
            self.stream = compound.openstream(stream).read()
        self.formats: dict[int, str] = {}
        self.styles: list[Shown | None] = []
        self.fonts: list[bool] = []
        self.struck: set[int] = set()
        self.colours: dict[int, str] = {}

    def details(self) -> list[Details]:
        """Return the details of every worksheet. Raises Refused for a file with a password."""
        found = list(self._sheets())
        for each in (each for each in found if each.filtered_rows):
            each.hidden_rows, each.filtered_rows = set(), each.hidden_rows
        return found

    def _sheets(self) -> Iterator[Details]:
        sheet: Details | None = None
        depth = 0
        for kind, data in self._records():
            if kind == _FILE_PASS:
                raise Refused("password")
            if kind == _BOF:
                depth += 1
                if depth == 1 and _short(data, 2) == _WORKSHEET:
                    sheet = Details()
                    yield sheet
            elif kind == _EOF:
                depth -= 1
                sheet = sheet if depth else None
            elif sheet is None:
                self._note_format(kind, data)
            elif depth == 1:
                self._note(kind, data, sheet)

    def _records(self) -> Iterator[tuple[int, bytes]]:
        at, stream = 0, self.stream
        while at + 4 <= len(stream):
            kind, size = struct.unpack_from("<HH", stream, at)
            yield kind, stream[at + 4 : at + 4 + size]
            at += 4 + size

    def _note_format(self, kind: int, data: bytes) -> None:
        if kind == _FORMAT and len(data) > 5:
            wide = data[4] & 1
            text = data[5:].decode("utf-16-le" if wide else "latin-1", "replace")
            self.formats[_short(data, 0)] = text
        elif kind == _XF and len(data) >= 4:
            self._note_looks(len(self.styles), data)
            number = _short(data, 2)
            self.styles.append(shown_parts(number, self.formats.get(number)))
        elif kind == _FONT and len(data) >= 4:
            self.fonts.append(bool(_short(data, 2) & 0x0008))

    def _note_looks(self, style: int, data: bytes) -> None:
        """Note the struck font and the solid fill of a style; font 4 is left out of the count."""
        font = _short(data, 0)
        font -= font > 4
        if font < len(self.fonts) and self.fonts[font]:
            self.struck.add(style)
        if len(data) >= 20 and int.from_bytes(data[14:18], "little") >> 26 == _SOLID:
            colour = palette_colour(_short(data, 18) & 0x7F)
            if colour:
                self.colours[style] = colour

    def _note(self, kind: int, data: bytes, sheet: Details) -> None:
        if kind == _ROW and len(data) >= 14 and _short(data, 12) & 0x20:
            sheet.hidden_rows.add(_short(data, 0))
        elif kind == _COLUMNS and len(data) >= 10 and _short(data, 8) & 1:
            sheet.hidden_columns.update(range(_short(data, 0), min(_short(data, 2), 255) + 1))
        elif kind == _FILTERED:
            sheet.filtered_rows.add(-1)  # which rows is said only by their being hidden
        elif kind in (_MANY_RK, _BLANKS):
            row, first = _short(data, 0), _short(data, 2)
            size = 6 if kind == _MANY_RK else 2
            for n in range((len(data) - 6) // size):
                self._note_style(sheet, (row, first + n), _short(data, 4 + size * n))
        elif kind in _CELLS and len(data) >= 6:
            self._note_cell(kind, data, sheet)

    def _note_cell(self, kind: int, data: bytes, sheet: Details) -> None:
        place = _short(data, 0), _short(data, 2)
        self._note_style(sheet, place, _short(data, 4))
        if kind == _BOOL_OR_ERROR and len(data) >= 8 and data[7]:
            sheet.errors[place] = _ERRORS.get(data[6], "#N/A")
        if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
            sheet.errors[place] = _ERRORS.get(data[8], "#N/A")

    def _note_style(self, sheet: Details, place: tuple[int, int], style: int) -> None:
        shown = self.styles[style] if style < len(self.styles) else None
        if shown:
            sheet.shown[place] = shown
        if style in self.struck:
            sheet.struck[place] = None
        if style in self.colours:
            sheet.colours[place] = self.colours[style]


def _short(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")
