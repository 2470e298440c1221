"""Number formats that hide a part of a day: the cell holds 1 June 2025 and shows 2025年6月."""

import re
from enum import StrEnum


class Shown(StrEnum):
    """What a cell shows of the day that it holds."""

    MONTH = "month"
    YEAR = "year"


_BUILT_IN_MONTHS = frozenset({17, 27, 36, 50, 52, 57})
"""Formats that a Chinese Excel does not write down (ECMA-376 18.8.30, zh-cn): yyyy年m月, mmm-yy."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def shown_parts(number: int, code: str | None) -> Shown | None:
    """Return what a number format shows of a day, None when it shows all of it or is for no day."""
    if code is None:
        return Shown.MONTH if number in _BUILT_IN_MONTHS else None
    marks = _LITERAL.sub("", code.split(";")[0]).lower()
    if "y" not in marks or any(mark in marks for mark in "dhs"):
        return None
    return Shown.MONTH if "m" in marks else Shown.YEAR
