"""What people write into a field: text that is not too long, and days."""

from datetime import date

from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.core.texts import is_clean

SHORT, LONG = 32, 200


class BadDayError(TrackerError):
    """A text that is no day of the calendar."""

    code = "bad_day"
    kind = ErrorKind.USAGE

    def __init__(self, text: str, field: Message) -> None:
        super().__init__(
            message("{field}: '{text}' is not a valid date.").of(text=text, field=field),
            remedy=message("Write dates as 2025-06-30."),
        )


def day_in(text: str, field: Message) -> date:
    """Return the day that somebody wrote into a field, ISO. Raises BadDayError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDayError(text, field) from None


def fault_of(text: str, most: int = LONG, *, lines: bool = False) -> Message | None:
    """Return what keeps a text out of a field of `most` characters, or None.

    Control characters would break lists, files and one of the databases; with `lines` it may have
    more than one line.
    """
    if lines:
        text = text.replace("\r\n", " ").replace("\n", " ")
    if len(text) > most:
        return message("It is longer than {most} characters.", most=str(most))
    if "\n" in text or "\r" in text or "\t" in text or not is_clean(text):
        return message("It holds a line break or a character that cannot be seen.")
    return None
