"""Look at the bytes before any reader does: what kind of file it is, and whether it is safe.

This runs in the child process and imports nothing of tracker but its neighbours.
"""

import io
import re
import zipfile
from pathlib import PurePosixPath

from tracker.ledger.book.refusal import Refused

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_IN_A_PART = 64 * 1024 * 1024
MOST_RATIO = 200
MOST_PARTS = 2_000
_SMALL_ENOUGH = 1024 * 1024  # a part this small may be packed as tightly as it likes
_PROLOGUE = 4096
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|table|meta|\?xml)", re.IGNORECASE)
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SEPARATED = re.compile(r"[,\t;，；|]|\n\S")
_ENCODINGS = ("utf-8-sig", "gb18030")


def kind_of(data: bytes) -> str:
    """Return `xlsx`, `xls` or `csv`, by content and not by name. Raises Refused."""
    if not data:
        raise Refused("empty_file")
    if len(data) > MOST_BYTES:
        raise Refused("too_large")
    if data.startswith(_ZIP):
        _check_archive(data)
        return "xlsx"
    if data.startswith(_OLE):
        _check_compound(data)
        return "xls"
    if b"%PDF-" in data[:_PROLOGUE]:  # one without pictures is text, with commas in it
        raise Refused("not_a_workbook")
    text = text_of(data)
    if _MARKUP.match(text):
        raise Refused("web_page")
    if not _SEPARATED.search(text):
        raise Refused("not_a_workbook")
    return "csv"


def text_of(data: bytes) -> str:
    """Return the text of a file that holds nothing else. Raises Refused."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _UNPRINTED.search(text):
            raise Refused("not_a_workbook")
        return text
    raise Refused("not_a_workbook" if b"\x00" in data else "bad_encoding")


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive.infolist())
            _check_prologues(archive)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        OSError,
        ValueError,
        EOFError,
        RuntimeError,
        NotImplementedError,
    ):
        raise Refused("damaged_file") from None
    except Exception as error:
        if isinstance(error, Refused):
            raise
        raise Refused("damaged_file") from None  # zlib and lzma raise errors of their own


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names:
        raise Refused("not_a_workbook")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("macros")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused("password")
    unpacked = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > _SMALL_ENOUGH and part.file_size > MOST_RATIO * max(1, part.compress_size)
        for part in parts
    )
    outside = any(PurePosixPath(name).is_absolute() or ".." in name for name in names)
    doubled = len(set(names)) != len(names)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or swollen or outside or doubled:
        raise Refused("unsafe_file")
    if any(part.file_size > MOST_IN_A_PART for part in parts if part.filename.endswith(".xml")):
        raise Refused("too_large")


def _check_prologues(archive: zipfile.ZipFile) -> None:
    """Refuse parts that declare a document type: entities can swell, or name other files."""
    for part in archive.infolist():
        if not part.filename.endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(part) as file:
            head = file.read(_PROLOGUE).replace(b"\x00", b"")  # so that UTF-16 reads the same
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise Refused("unsafe_file")


def _check_compound(data: bytes) -> None:
    import olefile  # noqa: PLC0415  few files need it, and it takes a tenth of the start

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            names = {"/".join(parts).lower() for parts in compound.listdir(storages=True)}
    except Exception:  # olefile raises whatever a damaged table leads to
        raise Refused("damaged_file") from None
    if "encryptedpackage" in names:
        raise Refused("password")
    if not names & {"workbook", "book"}:
        raise Refused("not_a_workbook")
    if any(name.startswith("_vba_project_cur") for name in names):
        raise Refused("macros")
