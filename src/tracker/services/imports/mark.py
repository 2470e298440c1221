"""Back to the clerk: the same workbook, with what could not be read marked in its own cells."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tracker.i18n.words import Words
from tracker.ledger.book.confine import read_workbook
from tracker.ledger.book.convert import as_xlsx, sheet_in
from tracker.ledger.book.grid import place_of
from tracker.ledger.book.in_place import Book, Mark
from tracker.ledger.model import LedgerIssue, Severity
from tracker.services.files import write_whole
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Preview

_LOOKED_AT = (Severity.ERROR, Severity.WARNING)


def marked(upload: Upload, found: Preview, words: Words) -> bytes:
    """Return the workbook with its bad cells coloured, each with a note that says what is wrong.

    Nothing else is changed, and it can be imported again. A file that is no .xlsx becomes one.
    """
    by_sheet: dict[str, dict[tuple[int, int], Mark]] = {}
    for sheet, issues in _by_sheet(found.ledger.issues).items():
        by_sheet[sheet_in(sheet)] = _marks(issues, words)
    book = Book(_as_xlsx(upload))
    for sheet in book.sheets:
        book.mark(sheet, by_sheet.get(sheet, {}))
    return book.save()


def write_marked(upload: Upload, found: Preview, place: Path, words: Words) -> None:
    """Write the marked workbook to a file, whole or not at all."""
    write_whole(place, marked(upload, found, words))


def _as_xlsx(upload: Upload) -> bytes:
    workbook = read_workbook(upload.data, upload.name)
    return upload.data if workbook.kind == "xlsx" else as_xlsx(workbook)


def _by_sheet(issues: Sequence[LedgerIssue]) -> Mapping[str | None, list[LedgerIssue]]:
    found: dict[str | None, list[LedgerIssue]] = {}
    for issue in issues:
        if issue.severity in _LOOKED_AT and issue.column:
            found.setdefault(issue.sheet, []).append(issue)
    return found


def _marks(issues: Sequence[LedgerIssue], words: Words) -> dict[tuple[int, int], Mark]:
    """Return a mark a cell; what is wrong twice is said in two lines."""
    found: dict[tuple[int, int], Mark] = {}
    for issue in issues:
        place = place_of(f"{issue.column}{issue.row}")
        gap = " " if words.language == "en" else ""
        text = f"{words(issue.what)}{gap}{words(issue.remedy)}"
        is_error = issue.severity is Severity.ERROR
        if before := found.get(place):
            text, is_error = f"{before.text}\n{text}", is_error or before.is_error
        found[place] = Mark(text, is_error)
    return found
