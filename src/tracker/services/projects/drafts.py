"""Scans that were chosen for an event which is previewed and not recorded yet.

They belong to the account that chose them, stand where workbooks wait, and are let go with them
after two days. Nothing in the record names them.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.services.files import owner_folder, write_private
from tracker.services.projects.evidence import MOST_BYTES, BadEvidenceError, plain_name

MOST, MOST_KEPT = 20, 60
"""Scans of one record, and of one account that wait at a time; the oldest make room."""
_DIGEST = re.compile("[0-9a-f]{64}")


class NoSuchDraftError(TrackerError):
    """A scan that no longer waits."""

    code = "gone"
    kind = ErrorKind.CONFLICT

    def __init__(self, name: str) -> None:
        super().__init__(
            message("{name} is no longer waiting.", name=name),
            remedy=message("Choose the file again; nothing was written."),
        )


class TooManyDraftsError(TrackerError):
    """More scans than one record takes."""

    code = "too_many_scans"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("A record takes {most} scans at most.", most=MOST),
            remedy=message("Leave some out, or record them with the next event."),
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A scan that waits, named as it came."""

    name: str
    sha256: str

    @property
    def key(self) -> str:
        """Return what a form carries of it, as `draft_of` reads."""
        return f"{self.sha256} {self.name}"


def draft_of(key: str) -> Draft | None:
    """Return the scan that a form means; None for what no page of ours sent."""
    digest, _, name = key.partition(" ")
    return Draft(plain_name(name), digest) if _DIGEST.fullmatch(digest) else None


def keep(
    folder: Path, login: str, scans: Sequence[tuple[str, bytes]], *, beside: Sequence[Draft] = ()
) -> list[Draft]:
    """Keep scans for the record to come, beside others that wait for it.

    Raises BadEvidenceError, TooManyDraftsError; nothing is kept then.
    """
    if len(scans) + len(beside) > MOST:
        raise TooManyDraftsError
    for name, data in scans:
        if not 0 < len(data) <= MOST_BYTES:
            raise BadEvidenceError(name, len(data))
    kept = []
    for name, data in scans:
        draft = Draft(plain_name(name), hashlib.sha256(data).hexdigest())
        write_private(_place(folder, login, draft), data)
        kept.append(draft)
    for old in _newest_first(folder, login)[MOST_KEPT:]:
        old.unlink(missing_ok=True)
    return kept


def waiting(folder: Path, login: str, drafts: Iterable[Draft]) -> list[Draft]:
    """Return those that still wait: another page may have recorded some."""
    return [draft for draft in drafts if _place(folder, login, draft).exists()]


def take(folder: Path, login: str, drafts: Sequence[Draft]) -> list[tuple[str, bytes]]:
    """Return scans that wait, each with its name. Raises NoSuchDraftError."""
    found = []
    for draft in drafts:
        try:
            found.append((draft.name, _place(folder, login, draft).read_bytes()))
        except FileNotFoundError:
            raise NoSuchDraftError(draft.name) from None
    return found


def drop(folder: Path, login: str, drafts: Iterable[Draft]) -> None:
    """Let scans go that are recorded now."""
    for draft in drafts:
        _place(folder, login, draft).unlink(missing_ok=True)


def _place(folder: Path, login: str, draft: Draft) -> Path:
    return owner_folder(folder, login) / f"{draft.sha256}.scan"


def _newest_first(folder: Path, login: str) -> list[Path]:
    found = []
    for path in owner_folder(folder, login).glob("*.scan"):
        with suppress(FileNotFoundError):  # recorded or swept meanwhile
            found.append((path.stat().st_mtime, path))
    return [path for _, path in sorted(found, reverse=True)]
