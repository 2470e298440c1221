"""Whether a text says that something is classified (涉密); such projects are not handled here."""

import re

from tracker.ledger.words import plain

_DENIED = re.compile(
    r"[非不无未]涉密|涉密[:：]?(?:否|无|不涉及)|(?:不涉及|不属于|未涉及|非)(?:国家)?(?:秘密|机密|绝密)(?:级)?"
)
_SAID = re.compile(r"涉密|秘密级|机密|绝密")


def is_classified(text: str) -> bool:
    """Tell whether anything but a denial names a grade of secrecy."""
    return _SAID.search(_DENIED.sub("", plain(text))) is not None
