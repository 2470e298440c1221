"""Who a leader cell names: several leaders, or one whose office has several titles."""

import re
from collections.abc import Sequence

from tracker.ledger.values.words import plain, shown

_SEPARATORS = re.compile(r"[、,，;；/→]|\n")
_AND = re.compile(r"^([\u4e00-\u9fff]{2,5})[和与及]([\u4e00-\u9fff]{2,5})$")
_BLANK = re.compile(r"^([\u4e00-\u9fff]{2,3})\s([\u4e00-\u9fff]{2,3})$")
_OFFICE = re.compile(
    r"(?:书记|县长|区长|市长|州长|旗长|主任|局长|部长|主席|常委|镇长|乡长|组长|总指挥|院长|检察长|调研员)"
    r"(?:[(（][^()（）]*[)）])?(?:$|[\u4e00-\u9fff]{2,3}(?:\s|$)|\s)"
)
_NAME = re.compile(r"^[\u4e00-\u9fff]{2,3}$")
_PHONE = re.compile(r"^[\d\s()+-]{5,}$")
_JOINED_POSTS = ("县委常委", "县委委员", "党组成员", "党组副书记", "常委")
"""Posts that come before the office itself, with a comma mark between: one person."""
_DEPUTY = ("县委副书记", "区委副书记", "市委副书记")
_BESIDE_DEPUTY = re.compile(r"^(?!副)(?:县长|区长|市长|代县长|政法委书记|统战部部?长|组织部部?长)")
"""What a deputy secretary may be as well; 副县长 beside one is somebody else."""


def read_leaders(value: object) -> tuple[str, ...]:
    """Return the leaders of a cell, in its order; marks inside brackets separate nobody."""
    if value is None:
        return ()
    parts = [
        name
        for part in _outside_brackets(str(value))
        if part and not _PHONE.match(part)
        for name in _several_names(part)
    ]
    leaders: list[str] = []
    for part in _with_offices(parts):
        if leaders and _goes_on(leaders[-1].split("、")[-1], part):
            leaders[-1] = f"{leaders[-1]}、{part}"
        elif plain(part) not in map(plain, leaders):
            leaders.append(part)
    return tuple(leaders)


def _with_offices(parts: Sequence[str]) -> list[str]:
    """Return the parts with an office beside the name before it: 张三，副县长 is one person."""
    found: list[str] = []
    for part in parts:
        is_name = found and _NAME.match(found[-1]) and not _OFFICE.search(found[-1])
        if is_name and _OFFICE.search(part):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def _goes_on(post: str, office: str) -> bool:
    """Tell whether an office is that of the person whose post was named before it."""
    if post in _DEPUTY:
        return _BESIDE_DEPUTY.match(office) is not None
    return post.endswith(_JOINED_POSTS)


def _several_names(text: str) -> Sequence[str]:
    """Return 张三和李四, 张三 李四 and 常务副县长 副县长 as two; 张和平 is one, and so is 张 三."""
    offices: list[str] = []
    for each in text.split():
        if _OFFICE.search(each) or not offices:
            offices.append(each)
        else:  # the name behind an office
            offices[-1] = f"{offices[-1]} {each}"
    if len(offices) > 1 and all(_OFFICE.search(each) for each in offices):
        return offices
    match = _AND.match(text) or _BLANK.match(text)
    if match and any(_OFFICE.search(each) for each in match.groups()):
        return (text,)  # 副县长 张三, 张三 副县长
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
