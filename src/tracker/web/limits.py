"""Time limits of requests, and limits on sign-ins and connections at the same time.

Without them a client that sends half a header, or a body byte by byte, holds its connection.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from tracker.core.problems import ErrorKind, TrackerError, message

HEAD_SECONDS, BODY_SECONDS = 15.0, 30.0
LEAST_RATE, MOST_BODY = 64 * 1024, 200 * 1024 * 1024
"""Least bytes a second of a body after its first seconds, and the largest body that is expected."""
MOST_CONNECTIONS = 60
"""Connections from one address, except a proxy that was named; a browser opens six."""
MOST_WAITING, MOST_OF_ONE = 16, 6
"""Sign-ins that are checked or wait for their check, in all and from one address."""


class TooBusyError(TrackerError):
    """The queue of sign-ins is full."""

    code = "too_busy"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            message("Too many people are signing in at this moment."),
            remedy=message("Try again in a few seconds."),
        )


class SignInQueue:
    """Limits the sign-ins in progress, in all and by address; further ones are refused at once."""

    def __init__(self, most: int = MOST_WAITING, most_of_one: int = MOST_OF_ONE) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._waiting, self._lock = Counter[str](), Lock()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Hold a place. Raises TooBusyError where there is none."""
        with self._lock:
            is_full = self._waiting.total() >= self._most
            if is_full or self._waiting[address] >= self._most_of_one:
                raise TooBusyError
            self._waiting[address] += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting[address] -= 1
                if not self._waiting[address]:
                    del self._waiting[address]


class TimeoutProtocol(H11Protocol):
    """HTTP/1.1 with time limits: `HEAD_SECONDS` for headers, a least rate for bodies."""

    _ends: asyncio.TimerHandle | None = None
    _waits_for: Any = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time limit of the headers; refuse an address with too many connections."""
        super().connection_made(transport)
        host = self.client[0] if self.client else None
        mine = sum(c.client is not None and c.client[0] == host for c in self._others())
        if mine > MOST_CONNECTIONS and host not in (self.config.forwarded_allow_ips or ()):
            transport.abort()
        else:
            self._wait(h11.IDLE, HEAD_SECONDS)

    def _others(self) -> Iterator[H11Protocol]:
        return (each for each in self.connections if isinstance(each, H11Protocol))

    def data_received(self, data: bytes) -> None:
        """Read the data, and start the time limit of what is still missing."""
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.IDLE:
            self._wait(state, HEAD_SECONDS)
        elif state is h11.SEND_BODY:
            self._wait(state, BODY_SECONDS + min(self._length(), MOST_BODY) / LEAST_RATE)
        else:
            self._rest()

    def on_response_complete(self) -> None:
        """Close the connection where the rest of a body is no longer needed."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self._rest()
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time limit."""
        self._rest()
        super().connection_lost(exc)

    def _length(self) -> int:
        for name, value in self.headers:
            if name == b"content-length":
                with suppress(ValueError):
                    return int(value)
        return 0

    def _wait(self, state: Any, seconds: float) -> None:
        """Abort the connection after `seconds` in this state, counted from when it began."""
        if self._ends is None or self._waits_for is not state:
            self._rest()
            self._waits_for = state
            self._ends = self.loop.call_later(seconds, self._end)

    def _rest(self) -> None:
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _end(self) -> None:
        self._ends = None
        self.transport.abort()
