"""The lists to choose from that cells of a sheet have.

What is written there has to be one of them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from tracker.ledger.book.grid import place_of

_LAST_ROW = 1_048_575
_RANGE = re.compile(r"^(?P<left>[A-Z]{1,3})(?P<top>\d*)(?::(?P<right>[A-Z]{1,3})(?P<bottom>\d*))?$")


@dataclass(frozen=True, slots=True)
class Dropdown:
    """The cells that share a list, as (top, left, bottom, right), and its words.

    `words` is None for a list that stands elsewhere in the workbook.
    """

    ranges: tuple[tuple[int, int, int, int], ...]
    words: frozenset[str] | None

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell, counted from 0, has this list."""
        return any(t <= row <= b and left <= column <= r for t, left, b, r in self.ranges)


def dropdowns_of(root: Any) -> list[Dropdown]:
    """Return the lists of a sheet, those of newer programs (x14) included."""
    return [
        Dropdown(tuple(_ranges(_said(each, "sqref"))), _words(_said(each, "formula1")))
        for each in root.iter()
        if _name(each) == "dataValidation" and each.get("type") == "list"
    ]


def _said(element: Any, name: str) -> str:
    """Return an attribute, or the text of the child of that name."""
    child = next((each for each in element.iter() if _name(each) == name), None)
    text = "" if child is None else "".join(child.itertext())
    return element.get(name) or text


def _words(formula: str) -> frozenset[str] | None:
    text = formula.strip()
    if len(text) < 2 or not (text.startswith('"') and text.endswith('"')):
        return None
    return frozenset(word.strip() for word in text[1:-1].replace('""', '"').split(","))


def _ranges(references: str) -> Iterator[tuple[int, int, int, int]]:
    for each in references.replace("$", "").split():
        match = _RANGE.match(each)
        if match is None:
            continue  # #REF!, or something that is no range
        left, top, right, bottom = match["left"], match["top"], match["right"], match["bottom"]
        last = bottom or ("" if right else top)
        yield (
            int(top) - 1 if top else 0,
            place_of(f"{left}1")[1],
            int(last) - 1 if last else _LAST_ROW,
            place_of(f"{right or left}1")[1],
        )


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def is_allowed(
    text: str, dropdowns: Sequence[Dropdown], place: tuple[int, int], seen: frozenset[str]
) -> bool:
    """Tell whether a cell takes a text.

    Of a list that stands elsewhere only what was `seen` is sure.
    """
    mine = [each for each in dropdowns if each.holds(*place)]
    return all(text in (seen if each.words is None else each.words) for each in mine)
