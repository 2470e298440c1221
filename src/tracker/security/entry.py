"""A link that works once, as long as the process that printed it."""

from threading import Lock

from tracker.security.tokens import same


class Entry:
    """Keeps the key of the one-time link until it is used."""

    def __init__(self, key: str) -> None:
        self._key: str | None = key
        self._lock = Lock()

    def take(self, key: str) -> bool:
        """Tell whether this is the key; the right one counts the first time only."""
        with self._lock:
            if self._key is None or not same(key, self._key):
                return False
            self._key = None
            return True
