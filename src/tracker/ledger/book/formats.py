"""Number formats that show something else than the cell holds.

2025年6月 for 1 June 2025, 1.2亿元 for 1.2.
"""

import re
from enum import StrEnum


class Shown(StrEnum):
    """What a cell shows of the day that it holds, or behind its number."""

    MONTH = "month"
    YEAR = "year"
    YUAN = "元"
    WAN = "万元"
    YI = "亿元"
    PERCENT = "%"
    SCALED = "（按格式缩小显示）"
    """The number is shown divided, so that nobody can say which of the two is meant."""


UNITS = frozenset({Shown.YUAN, Shown.WAN, Shown.YI, Shown.SCALED})


_BUILT_IN_MONTHS = frozenset({17, 27, 36, 50, 52, 57})
"""Formats that a Chinese Excel does not write down (ECMA-376 18.8.30, zh-cn): yyyy年m月, mmm-yy."""
_BUILT_IN_PERCENT = frozenset({9, 10})
_UNIT = re.compile(r"亿元?|万元?|元")
_UNIT_OF = {"亿": Shown.YI, "万": Shown.WAN, "元": Shown.YUAN}
_DIGITS = re.compile("[0#]|General|通用格式", re.IGNORECASE)
_DIVIDED = re.compile(r"[0#],+(?![0#?,])|[0#]!\.|[0#]\\\.")
"""A comma behind the last digit divides by a thousand; a point made by hand by ten thousand."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def shown_parts(number: int, code: str | None) -> Shown | None:
    """Return what a number format shows of a day or behind a number.

    None when it is just the value.
    """
    if code is None:
        percent = Shown.PERCENT if number in _BUILT_IN_PERCENT else None
        return Shown.MONTH if number in _BUILT_IN_MONTHS else percent
    first = code.split(";")[0]
    if "%" in _LITERAL.sub("", first):
        return Shown.PERCENT
    if _DIVIDED.search(first):
        return Shown.SCALED
    unit = _UNIT.search(first)
    if unit and _DIGITS.search(first):
        return _UNIT_OF[unit[0][0]]
    marks = _LITERAL.sub("", code.split(";")[0]).lower()
    if "y" not in marks or any(mark in marks for mark in "dhs"):
        return None
    return Shown.MONTH if "m" in marks else Shown.YEAR
