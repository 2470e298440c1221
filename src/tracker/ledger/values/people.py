"""Who a leader cell names: several leaders, or one whose office has several titles."""

import re

from tracker.ledger.values.words import shown

_SEPARATORS = re.compile(r"[、,，;；/]|\n")
_AND = re.compile(r"^([\u4e00-\u9fff]{2,5})[和与及]([\u4e00-\u9fff]{2,5})$")
_BLANK = re.compile(r"^([\u4e00-\u9fff]{2,3})\s([\u4e00-\u9fff]{2,3})$")
_PHONE = re.compile(r"^[\d\s()+-]{5,}$")
_JOINED_POSTS = ("县委常委", "县委副书记", "县委委员", "党组成员", "党组副书记", "常委")
"""Posts that come before the office itself, with a comma mark between: one person."""


def read_leaders(value: object) -> tuple[str, ...]:
    """Return the leaders of a cell, in its order; marks inside brackets separate nobody."""
    if value is None:
        return ()
    parts = [
        name
        for part in _outside_brackets(str(value))
        if part and not _PHONE.match(part)
        for name in _two_names(part)
    ]
    leaders: list[str] = []
    for part in parts:
        if leaders and leaders[-1].split("、")[-1] in _JOINED_POSTS:
            leaders[-1] = f"{leaders[-1]}、{part}"
        elif part not in leaders:
            leaders.append(part)
    return tuple(leaders)


def _two_names(text: str) -> tuple[str, ...]:
    """Return 张三和李四 and 张三 李四 as two; 张和平 is one, and so is 张 三."""
    match = _AND.match(text) or _BLANK.match(text)
    return (match[1], match[2]) if match else (text,)


def _outside_brackets(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for mark in text:
        depth += (mark in "(（") - (mark in ")）")
        if depth <= 0 and _SEPARATORS.match(mark):
            parts.append(current)
            current = ""
        else:
            current += mark
    return [shown(part) or "" for part in [*parts, current]]
