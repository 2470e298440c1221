"""Rows whose content can no longer be read: somebody changed them beside the program."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InvalidRequestError

from tracker.core.problems import ErrorKind, TrackerError, message


class DamagedRowError(TrackerError):
    """What a row holds is no longer what was written."""

    code = "bad_database"
    kind = ErrorKind.DATA

    def __init__(self) -> None:
        super().__init__(
            message("Data in the database were changed and can no longer be read."),
            remedy=message("Find out which: tracker audit verify; then restore a backup."),
        )


@contextmanager
def readable() -> Iterator[None]:
    """Raise DamagedRowError where the content of a row is not what the program writes."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, InvalidRequestError):
        raise DamagedRowError from None
