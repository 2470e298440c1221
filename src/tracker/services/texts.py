"""What people write into a field: text that is not too long, and days."""

from datetime import date

from tracker.core.calendars import FIRST_DAY, LAST_DAY
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


class FarDayError(TrackerError):
    """A day of another age: no calendar says which days of its year are worked."""

    code = "bad_day"
    kind = ErrorKind.USAGE

    def __init__(self, day: date) -> None:
        super().__init__(
            message("{day} lies outside the years of the calendars.", day=day.isoformat()),
            remedy=message("Give a day from {first} to {last}.", first=FIRST_DAY, last=LAST_DAY),
        )


def day_in(text: str, field: Message) -> date:
    """Return the day that somebody wrote into a field, ISO. Raises BadDayError."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadDayError(text, field) from None
    check_day(found)
    return found


def check_day(day: date) -> None:
    """Raise FarDayError for a day that no calendar knows."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise FarDayError(day)


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
