"""Texts as clerks write them, made comparable."""

import re
import unicodedata
from functools import lru_cache

from tracker.core.texts import clean, is_clean

_ZERO_WIDTH = re.compile(r"[\u200b-\u200f\ufeff\u00ad]+")
_BESIDE_CHINESE = re.compile(r"(?<=[\u2e80-\uffef])\s+|\s+(?=[\u2e80-\uffef])")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a workbook writes a character that XML cannot hold, a carriage return above all."""
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\ufeff\u00ad]+")


_NOTHING = re.compile(r"^(?:[-—–/]+|无|暂无|待定|未定|待明确|待确定|不详|\?+|？+)$")


def plain(text: object) -> str:
    """Return a text after NFKC, without blanks and zero-width marks: how names are compared."""
    return _plain(str(text))


@lru_cache(maxsize=32_768)  # a ledger says the same few words over and over
def _plain(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def name_text(value: object) -> str | None:
    """Return a name as it is kept.

    Line breaks and the blanks beside Chinese characters taken out.
    """
    text = _ZERO_WIDTH.sub("", shown(value) or "")
    return _BESIDE_CHINESE.sub("", text) or None


def shown(value: object) -> str | None:
    """Return a cell's text as people read it.

    Whole numbers without their `.0`, breaks as blanks.
    """
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _shown(value if isinstance(value, str) else str(value))


@lru_cache(maxsize=32_768)
def _shown(text: str) -> str | None:
    return re.sub(r"\s+", " ", clean(_ESCAPED.sub(_unescaped, text))).strip() or None


def _unescaped(found: re.Match[str]) -> str:
    """Return nothing for a character that is not kept, a blank for a break, else what stands."""
    character = chr(int(found[1], 16))
    if character in "\t\n":
        return " "
    return found[0] if character != "\r" and is_clean(character) else ""


def is_nothing(text: str) -> bool:
    """Tell whether a comparable text stands for no value: a stroke, 无, 待定."""
    return _NOTHING.match(text) is not None
