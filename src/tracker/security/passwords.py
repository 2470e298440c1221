"""Passwords: argon2id, long enough, and none that anybody would guess first."""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.core.problems import ErrorKind, TrackerError, message

SHORTEST, LONGEST = 12, 128
_TELLING = 3
_DIFFERENT = 5
_OWN_LETTERS = 5
"""Letters that have to be left once everything that is guessed first is taken away."""

_ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
)
_KEYS = (*_ROWS, *(row[::-1] for row in _ROWS))
_LEET = str.maketrans("013457@$!", "oleastasi")
_LETTERS = re.compile(r"[^a-z\u4e00-\u9fff]")
_AT_ONCE = BoundedSemaphore(2)  # a hash takes 64 MB


class BadPasswordError(TrackerError):
    """A password that is too short, too long, or among the first that somebody would try."""

    code = "bad_password"
    kind = ErrorKind.USAGE


class Hasher:
    """Makes and checks hashes. Tests that try thousands take a cheap one."""

    def __init__(self, *, time_cost: int = 3, memory_kib: int = 65536) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=4)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """Return the hash to keep; the whole password counts, nothing is cut off."""
        with _AT_ONCE:
            return self._hasher.hash(password)

    def fits(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one that was kept.

        Without one the time is spent all the same, so that nobody learns which accounts there are.
        """
        with _AT_ONCE:
            try:
                return self._hasher.verify(kept or self._nobody, password) and kept is not None
            except (VerificationError, InvalidHashError):
                return False


def check(password: str, context: Iterable[str]) -> None:
    """Raise BadPasswordError for a password that may not be used.

    `context` is what anybody knows of the person: login, name, office. Source: ASVS 5.0, 6.2.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPasswordError(
            message("A password has {least} to {most} characters.", least=SHORTEST, most=LONGEST),
            remedy=message("Choose a longer one; a sentence is easy to remember."),
        )
    known = {text.lower() for text in context if len(text) >= _TELLING}
    if _is_first_guess(password.lower(), known):
        raise BadPasswordError(
            message("This password is too easy to guess."),
            remedy=message(
                "Choose one without names, keyboard sequences or common words of your office."
            ),
        )


def _is_first_guess(plain: str, known: Iterable[str]) -> bool:
    """Tell whether little is left of a password once words, rows of keys and digits are gone.

    So `Password2026!`, `qwertyuiop12` and `xianzhengfu@123` are refused without standing in a list
    each: some hundred words and the habit of adding a year make many thousands.
    """
    if any(text in plain for text in known) or len(set(plain)) < _DIFFERENT:
        return True
    letters = plain.translate(_LEET)
    left = min(len(_LETTERS.sub("", _without_words(text))) for text in (plain, letters))
    return left < _OWN_LETTERS


def _without_words(text: str) -> str:
    for piece in (*_rows(text), *_words_in(text)):
        text = text.replace(piece, " ")
    return text


def _rows(text: str) -> list[str]:
    """Return the runs of neighbouring keys or letters, the longest first."""
    found = []
    for row in _KEYS:
        for size in range(len(row), _TELLING, -1):
            found += [
                row[n : n + size] for n in range(len(row) - size + 1) if row[n : n + size] in text
            ]
    return sorted(set(found), key=len, reverse=True)


def _words_in(text: str) -> list[str]:
    return sorted((word for word in _words() if word in text), key=len, reverse=True)


@cache
def _words() -> frozenset[str]:
    text = resources.files("tracker.security").joinpath("common_words.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
