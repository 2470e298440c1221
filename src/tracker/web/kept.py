"""Answers that cost as much as a look at the whole county, kept while nothing moves."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
_MOST = 8


class Kept(Generic[Answer]):
    """The newest answers by what they were made from."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[Hashable, Answer] = {}

    def of(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """Return the answer for a key, made once."""
        with self._lock:
            if key not in self._found:
                self._found = {**dict(list(self._found.items())[-_MOST:]), key: make()}
            return self._found[key]
