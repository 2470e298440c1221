"""What python-calamine does not tell of an .xls, read from the file's own records ([MS-XLS])."""

import io
import struct
from collections.abc import Iterator

import olefile

from tracker.ledger.book.formats import Shown, shown_parts
from tracker.ledger.book.grid_xlsx import Details
from tracker.ledger.book.refusal import Refused

_BOF, _EOF, _FILE_PASS = 0x0809, 0x000A, 0x002F
_FORMAT, _XF, _ROW, _COLUMNS = 0x041E, 0x00E0, 0x0208, 0x007D
_NUMBER, _RK, _MANY_RK, _FORMULA, _BOOL_OR_ERROR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
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

    def details(self) -> list[Details]:
        """Return the details of every worksheet. Raises Refused for a file with a password."""
        found: list[Details] = []
        sheet: Details | None = None
        depth = 0
        for kind, data in self._records():
            if kind == _FILE_PASS:
                raise Refused("password")
            if kind == _BOF:
                depth += 1
                if depth == 1 and _short(data, 2) == _WORKSHEET:
                    sheet = Details()
                    found.append(sheet)
            elif kind == _EOF:
                depth -= 1
                sheet = sheet if depth else None
            elif sheet is None:
                self._note_format(kind, data)
            elif depth == 1:
                self._note(kind, data, sheet)
        return found

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
            number = _short(data, 2)
            self.styles.append(shown_parts(number, self.formats.get(number)))

    def _note(self, kind: int, data: bytes, sheet: Details) -> None:
        if kind == _ROW and len(data) >= 14 and _short(data, 12) & 0x20:
            sheet.hidden_rows.add(_short(data, 0))
        elif kind == _COLUMNS and len(data) >= 10 and _short(data, 8) & 1:
            sheet.hidden_columns.update(range(_short(data, 0), min(_short(data, 2), 255) + 1))
        elif kind in (_NUMBER, _RK, _FORMULA, _BOOL_OR_ERROR) and len(data) >= 8:
            place = _short(data, 0), _short(data, 2)
            self._note_style(sheet, place, _short(data, 4))
            if kind == _BOOL_OR_ERROR and data[7]:
                sheet.errors[place] = _ERRORS.get(data[6], "#N/A")
            if kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
                sheet.errors[place] = _ERRORS.get(data[8], "#N/A")
        elif kind == _MANY_RK:
            row, first = _short(data, 0), _short(data, 2)
            for n in range((len(data) - 6) // 6):
                self._note_style(sheet, (row, first + n), _short(data, 4 + 6 * n))

    def _note_style(self, sheet: Details, place: tuple[int, int], style: int) -> None:
        shown = self.styles[style] if style < len(self.styles) else None
        if shown:
            sheet.shown[place] = shown


def _short(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")
