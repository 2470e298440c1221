"""Texts as clerks write them, made comparable."""

import re
import unicodedata

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\ufeff\u00ad]+")


def plain(text: object) -> str:
    """Return a text after NFKC, without blanks and zero-width marks: how names are compared."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(text)))


def shown(value: object) -> str | None:
    """Return a cell's text as people read it: whole numbers without their `.0`, breaks as blanks."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s+", " ", str(value)).strip() or None
