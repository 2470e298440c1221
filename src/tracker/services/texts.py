"""What people write into a field: text that is not too long."""

import unicodedata

from tracker.core.problems import Message, message

SHORT, LONG = 32, 200


def fault_of(text: str, most: int = LONG, *, lines: bool = False) -> Message | None:
    """Return what keeps a text out of a field of `most` characters, or None.

    Control characters would break lists, files and one of the databases; with `lines` it may have
    more than one line.
    """
    if lines:
        text = text.replace("\r\n", " ").replace("\n", " ")
    if len(text) > most:
        return message("It is longer than {most} characters.", most=str(most))
    if any(unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in text):
        return message("It holds a line break or a character that cannot be seen.")
    return None
