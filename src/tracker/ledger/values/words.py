"""Texts as clerks write them, made comparable."""

import re
import unicodedata
from functools import lru_cache

_ZERO_WIDTH = re.compile(r"[\u200b-\u200f\ufeff\u00ad]+")
_BESIDE_CHINESE = re.compile(r"(?<=[\u2e80-\uffef])\s+|\s+(?=[\u2e80-\uffef])")
_UNSEEN = re.compile(r"_x000[dD]_|[\x00-\x08\x0e-\x1f\x7f]")
"""Control characters, and how a workbook escapes a carriage return."""
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
    return re.sub(r"\s+", " ", _UNSEEN.sub("", text)).strip() or None


def is_nothing(text: str) -> bool:
    """Tell whether a comparable text stands for no value: a stroke, 无, 待定."""
    return _NOTHING.match(text) is not None
