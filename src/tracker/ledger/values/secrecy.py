"""What must not be kept: classified projects (涉密), and people's own numbers."""

import re

from tracker.ledger.values.words import plain

_DENIED = re.compile(
    r"[非不无未]涉密|涉密[:：]?(?:否|无|不涉及)|(?:不涉及|不属于|未涉及|非)(?:国家)?(?:秘密|机密"
    r"|绝密)(?:级)?"
)
_SAID = re.compile(r"涉密|秘密级|机密|绝密")


def is_classified(text: str) -> bool:
    """Tell whether anything but a denial names a grade of secrecy."""
    return "密" in text and _SAID.search(_DENIED.sub("", plain(text))) is not None


_MOBILE = r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"
_LANDLINE = r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
_IDENTITY = r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
_PRIVATE = re.compile(f"{_IDENTITY}|{_MOBILE}|{_LANDLINE}")


def without_private(text: str, mark: str = "***") -> str:
    """Return a text with `mark` for each number of a telephone or an identity card."""
    return _PRIVATE.sub(mark, text)
