"""Workbooks that wait between their upload and their commit, with what was decided about them.

Each belongs to the account that brought it. It is kept for two days since it was last touched, and
an account has five at most: the oldest makes room. What is committed, refused or given up leaves
nothing behind.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.services.files import owner_folder, write_private
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Choices
from tracker.services.imports.correct import Correction
from tracker.services.imports.preview import Options

KEPT = timedelta(days=2)
MOST = 5
"""Workbooks of one account that wait at a time."""
_KEY = re.compile("[0-9a-f]{16}")


class GoneError(TrackerError):
    """A workbook that was committed, given up or kept waiting for too long."""

    code = "gone"
    kind = ErrorKind.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            message("This workbook is no longer waiting."),
            remedy=message("Look at the list of imports, or upload it again."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A workbook that waits: its name, the day it speaks of, and what was decided so far."""

    key: str
    name: str
    as_of: date
    since: datetime
    options: Options = field(default_factory=Options)
    corrections: tuple[Correction, ...] = ()

    @property
    def revision(self) -> str:
        """Return what tells whether anything else was decided since a page was shown."""
        return hashlib.sha256(_encoded(self)).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Desk:
    """The folder where workbooks wait."""

    folder: Path

    def put(self, login: str, name: str, data: bytes, as_of: date, now: datetime) -> Waiting:
        """Keep a workbook that was uploaded; `now` has a time zone."""
        self.sweep(now)
        for old in self.waiting(login)[MOST - 1 :]:
            self.drop(login, old.key)
        made = Waiting(key=secrets.token_hex(8), name=name, as_of=as_of, since=now)
        write_private(self._path(login, made.key, "workbook"), data)
        self.save(login, made)
        return made

    def save(self, login: str, waiting: Waiting) -> None:
        """Keep what was decided about a workbook; its two days begin anew."""
        with suppress(FileNotFoundError):
            self._path(login, waiting.key, "workbook").touch()
        write_private(self._path(login, waiting.key, "json"), _encoded(waiting))

    def waiting(self, login: str) -> list[Waiting]:
        """Return what waits of an account, the newest first."""
        found = []
        for path in owner_folder(self.folder, login).glob("*.json"):
            with suppress(GoneError):
                found.append(self.of(login, path.stem))
        return sorted(found, key=lambda each: each.since, reverse=True)

    def of(self, login: str, key: str) -> Waiting:
        """Return a workbook that waits, with what was decided about it. Raises GoneError."""
        return _decoded(key, self._bytes(login, key, "json"))

    def upload(self, login: str, waiting: Waiting) -> Upload:
        """Return the workbook with its cells put right. Raises GoneError, UncorrectableError."""
        whole = Upload(waiting.name, self._bytes(login, waiting.key, "workbook"))
        return whole.with_corrections(waiting.corrections)

    def drop(self, login: str, key: str) -> None:
        """Let a workbook go, with what was decided about it."""
        for kind in ("json", "workbook"):
            self._path(login, key, kind).unlink(missing_ok=True)

    def sweep(self, now: datetime) -> None:
        """Let go what has waited for too long, of all accounts."""
        for path in self.folder.glob("*/*"):
            with suppress(OSError):
                if path.stat().st_mtime < (now - KEPT).timestamp():
                    path.unlink()

    def _path(self, login: str, key: str, kind: str) -> Path:
        if not _KEY.fullmatch(key):
            raise GoneError
        return owner_folder(self.folder, login) / f"{key}.{kind}"

    def _bytes(self, login: str, key: str, kind: str) -> bytes:
        try:
            return self._path(login, key, kind).read_bytes()
        except FileNotFoundError:
            raise GoneError from None


def _encoded(waiting: Waiting) -> bytes:
    options = waiting.options
    taken = options.choices.ledger
    data = {
        "name": waiting.name,
        "as_of": waiting.as_of.isoformat(),
        "since": waiting.since.isoformat(),
        "meanings": dict(options.meanings),
        "same": sorted(options.choices.same),
        "other": sorted(options.choices.other),
        "ledger": None if taken is None else sorted(taken),
        "takes_proposals": options.takes_proposals,
        "reason": options.reason,
        "corrections": [[each.sheet, each.cell, each.text] for each in waiting.corrections],
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True).encode()


def _decoded(key: str, text: bytes) -> Waiting:
    data: dict[str, Any] = json.loads(text)
    taken = data["ledger"]
    return Waiting(
        key=key,
        name=data["name"],
        as_of=date.fromisoformat(data["as_of"]),
        since=datetime.fromisoformat(data["since"]),
        options=Options(
            choices=Choices(
                same=frozenset(data["same"]),
                other=frozenset(data["other"]),
                ledger=None if taken is None else frozenset((p, k) for p, k in taken),
            ),
            meanings=data["meanings"],
            takes_proposals=data["takes_proposals"],
            reason=data["reason"],
        ),
        corrections=tuple(_corrections(data["corrections"])),
    )


def _corrections(told: list[list[Any]]) -> Iterator[Correction]:
    for sheet, cell, text in told:
        yield Correction(sheet=sheet, cell=cell, text=text)
