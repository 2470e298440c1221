"""Texts in columns of a terminal, where a Chinese character takes two."""

import unicodedata
from collections.abc import Iterator


def width_of(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def padded(text: str, width: int) -> str:
    """Return a text filled up with blanks to a number of columns."""
    return text + " " * (width - width_of(text))


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text, broken at blanks or between Chinese characters."""
    lines, line = [], ""
    for part in _parts(text):
        if line and width_of(line + part.rstrip()) > width:
            lines.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
    return [*lines, line.rstrip()]


def _parts(text: str) -> Iterator[str]:
    """Yield what may not be broken: words with the blanks after them, and single wide characters.

    A closing mark stays with what it closes.
    """
    part = ""
    for mark in text:
        is_wide = width_of(mark) == 2
        if part and is_wide and mark not in "，。；：、）】”》？！":
            yield part
            part = ""
        part += mark
        if mark == " ":
            yield part
            part = ""
    if part:
        yield part
