"""Files that prove an event: kept under their digest, so that the same file is kept once."""

import hashlib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from tracker.core.events import Attachment
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.services.files import write_private

Kept = TypeVar("Kept", bound=Attachment)
MOST_BYTES = 50 * 1024 * 1024


class BadEvidenceError(TrackerError):
    """A file that cannot be kept: it is empty, or too large."""

    code = "bad_evidence"
    kind = ErrorKind.USAGE

    def __init__(self, name: str, size: int) -> None:
        most = str(MOST_BYTES // 1024 // 1024)
        super().__init__(
            message("{name} is empty.", name=name)
            if size == 0
            else message("{name} is larger than {most} MB.", name=name, most=most),
            remedy=message("Give the scan of one paper, such as a .pdf or a .jpg."),
        )


def place_of(folder: Path, sha256: str) -> Path:
    """Return where a file of that digest stands."""
    return folder / sha256[:2] / sha256


def put(folder: Path, name: str, data: bytes) -> Attachment:
    """Put a file in its place and return what the record says of it. Raises BadEvidenceError.

    This comes before the transaction: a file that no record names does no harm.
    """
    if not 0 < len(data) <= MOST_BYTES:
        raise BadEvidenceError(name, len(data))
    digest = hashlib.sha256(data).hexdigest()
    place = place_of(folder, digest)
    if not place.exists():
        write_private(place, data)
    return Attachment(plain_name(name), digest, len(data))


def plain_name(name: str) -> str:
    """Return the last part of a file's name, without marks that lead elsewhere or say nothing."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(mark for mark in last if mark.isprintable()).strip(". ")
    return kept[-120:] or "file"


def lost(folder: Path, files: Sequence[Kept]) -> list[Kept]:
    """Return the files that are gone or are no longer what the record says."""
    return [file for file in files if not _is_whole(folder, file)]


def _is_whole(folder: Path, file: Attachment) -> bool:
    place = place_of(folder, file.sha256)
    if not place.is_file():
        return False
    with place.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest() == file.sha256
