"""One-time links that a second shell makes for a server that is running on the same machine.

The folder is the data's own, which only its owner may enter: whoever can write there can do
anything anyway. A link is kept as the digest of its key and is good for a quarter of an hour.
"""

import hashlib
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.security.tokens import new_key
from tracker.services.files import write_private

GOOD_FOR = timedelta(minutes=15)
_PATIENCE = 2
"""Seconds to wait for a server on this very machine."""


class NoServerError(TrackerError):
    """No server runs on these data that takes links from this machine."""

    code = "no_server"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("No server for this machine alone runs on these data."),
            remedy=message("Start one: tracker serve; it prints a link."),
        )


@dataclass(frozen=True, slots=True)
class Links:
    """The folder of a running server: its address, and the links that were not used yet."""

    folder: Path

    @property
    def _address(self) -> Path:
        return self.folder / "address"

    def announce(self, address: str) -> None:
        """Tell other shells where the server is; links that are left of another open nothing."""
        self.withdraw()
        write_private(self._address, address.encode())

    def withdraw(self) -> None:
        """Tell other shells that the server is gone; links that are left open nothing."""
        for path in self.folder.glob("*"):
            path.unlink(missing_ok=True)

    def make(self) -> str:
        """Return the address of a new link. Raises NoServerError.

        A server that was killed has left its address behind; nothing answers there.
        """
        try:
            address = self._address.read_text(encoding="utf-8")
            place = urlsplit(address)
            socket.create_connection((place.hostname or "", place.port or 0), _PATIENCE).close()
        except OSError:
            raise NoServerError from None
        key = new_key()
        write_private(self._place(key), b"")
        return f"{address}enter/{key}"

    def take(self, key: str, now: datetime) -> bool:
        """Tell whether a link of this key is open; the right one counts the first time only."""
        place = self._place(key)
        with suppress(OSError):
            is_fresh = now.timestamp() - place.stat().st_mtime < GOOD_FOR.total_seconds()
            place.unlink()  # of two who come at once one finds it gone
            return is_fresh
        return False

    def _place(self, key: str) -> Path:
        return self.folder / hashlib.sha256(key.encode()).hexdigest()
