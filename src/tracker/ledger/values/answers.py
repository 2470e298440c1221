"""What 是 and 否 say under a heading that asks: 是否占用林地."""

import re

from tracker.ledger.book.grid import Value
from tracker.ledger.values.words import plain

_YES = re.compile(
    r"^(?:是|需|需要|须|应|有|涉及|占用|属于|位于|存在|符合|纳入|已纳入|√|✓|✔|y|yes|1)(?:[(:].*)?$",
    re.I,
)
_NO = re.compile(
    r"^(?:否|不|不是|不需|不需要|无需|无须|无|没有|不涉及|未涉及|不占用|未占用|不属于|不位于|不存在|不符合|未纳入"
    r"|×|✗|✘|x|n|no|0)(?:[(:].*)?$",
    re.I,
)


def read_answer(value: Value) -> bool | None:
    """Tell whether a cell says yes; None where it says neither."""
    if isinstance(value, bool) or value is None:
        return value
    text = plain(int(value) if isinstance(value, float) and value.is_integer() else value)
    if _NO.match(text):
        return False
    return True if _YES.match(text) else None
