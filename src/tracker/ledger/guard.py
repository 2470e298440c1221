"""Look at the bytes before any reader does: what kind of file it is, and whether it is safe."""

import zipfile
from pathlib import Path, PurePosixPath

from tracker.core.problems import Message, message
from tracker.ledger.model import RefusedFileError

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 200
MOST_PARTS = 2_000
_SAVE_AGAIN = message("Open it in Excel or WPS, save it as .xlsx, and try again.")
_SMALL_ENOUGH = 1024 * 1024  # a part this small may be packed as tightly as it likes


def kind_of(path: Path) -> str:
    """Return `xlsx`, `xls` or `csv`, by content and not by name.

    Raises RefusedFileError for a file that is missing, empty, too large, or nothing of the kind.
    """
    if not path.is_file():
        what = message("There is no file '{file}'.", file=str(path) or ".")
        remedy = message("Check the path and the name.")
        raise RefusedFileError("missing_file", what, remedy=remedy, file=path.name)
    size = path.stat().st_size
    if size == 0:
        raise _refused(path, "empty_file", message("The file is empty."))
    if size > MOST_BYTES:
        raise _refused(path, "too_large", message("The file is larger than 50 MB."))
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK\x03\x04"):
        _check_archive(path)
        return "xlsx"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if b"\x00" in head or path.suffix.lower() != ".csv":
        raise _refused(path, "not_a_workbook", message("This is no workbook."))
    return "csv"


def _refused(path: Path, code: str, what: Message) -> RefusedFileError:
    return RefusedFileError(code, what, remedy=_SAVE_AGAIN, file=path.name)


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _refused(path, "damaged_file", message("The file is damaged.")) from None
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        raise _refused(path, "not_a_workbook", message("This is no workbook."))
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _SMALL_ENOUGH and part.file_size > MOST_RATIO * max(1, part.compress_size)
        for part in parts
    )
    outside = any(PurePosixPath(name).is_absolute() or ".." in name for name in names)
    doubled = len(set(names)) != len(names)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swollen or outside or doubled:
        what = message("The file is packed in a way that no ledger is; it was not opened.")
        raise _refused(path, "unsafe_file", what)
