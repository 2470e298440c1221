"""A link that works once, and the sessions it opens. Both live as long as the process."""

import hmac
import secrets
from threading import Lock


def new_key() -> str:
    """Return a key nobody can guess."""
    return secrets.token_urlsafe(24)


class Entry:
    """Keeps the key of the one-time link and the sessions that were opened with it."""

    def __init__(self, key: str) -> None:
        self._key: str | None = key
        self._sessions: set[str] = set()
        self._lock = Lock()

    def open_session(self, key: str) -> str | None:
        """Return a new session for the right key, the first time only; None otherwise."""
        with self._lock:
            if self._key is None or not hmac.compare_digest(key.encode(), self._key.encode()):
                return None
            self._key = None
            session = new_key()
            self._sessions.add(session)
            return session

    def is_open(self, session: str | None) -> bool:
        """Tell whether a session was opened here."""
        return session is not None and any(
            hmac.compare_digest(session.encode(), known.encode()) for known in self._sessions
        )
