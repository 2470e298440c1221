"""Characters that no text of the record may contain.

XML 1.0 (production 2) excludes control characters, noncharacters and lone surrogates; direction
marks display a text in another order than it is stored.
"""

import re
import unicodedata

from tracker.core.problems import ErrorKind, TrackerError, message

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
_NO_CHARACTERS = r"\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_REFUSED = re.compile(f"[{_CONTROLS}{_NO_CHARACTERS}{_DIRECTIONS}]")
_EXCERPT = 40
"""Characters of a refused text that its error quotes."""


class BadTextError(TrackerError):
    """A text contains a character that is not allowed."""

    code = "bad_text"
    kind = ErrorKind.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            message(
                "'{text}' holds a character that cannot be seen and cannot be kept.",
                text=clean(text)[:_EXCERPT],
            ),
            remedy=message("Type the text again instead of pasting it; nothing was changed."),
        )


def is_clean(text: str) -> bool:
    """Tell whether a text contains no such character; line breaks and tabs are allowed."""
    return _REFUSED.search(text) is None


def clean(text: str) -> str:
    """Return a text in NFC without the characters that are not allowed."""
    return unicodedata.normalize("NFC", _REFUSED.sub("", text))


def check(text: str) -> None:
    """Raise BadTextError for a text with a character that is not allowed."""
    if not is_clean(text):
        raise BadTextError(text)
