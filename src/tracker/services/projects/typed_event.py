"""An event as somebody typed it, at the command line or on a page, becomes one of the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from tracker.core.events import BlockReason, Event, EventKind, StopReason
from tracker.core.law import Duration
from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.i18n.labels import named

Choice = TypeVar("Choice", bound=StrEnum)
_WRITE_DAY = message("Write dates as 2025-06-30.")
_WRITE_DAYS = message("Write working days as '20 wd', calendar days as '30 cd'.")
_UNITS = (("个工作日", "wd"), ("工作日", "wd"), ("个自然日", "cd"), ("自然日", "cd"), ("日", "cd"))


class BadEventError(TrackerError):
    """A part of an event that cannot be read."""

    code = "bad_event"
    kind = ErrorKind.USAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedEvent:
    """The texts of an event; '' where nothing was typed.

    `kind` is the name of an event in the program or in either language. `reason` may begin with
    the code of a lawful reason; what follows it, or all of it, is words. Dates are ISO.
    """

    step: str
    kind: str
    day: str = ""
    reason: str = ""
    note: str = ""
    document: str = ""
    until: str = ""
    add: str = ""
    approver: str = ""
    corrects: int | None = None
    why: str = ""

    def read(self, today: date) -> Event:
        """Return the event; without a day it happened today. Raises BadEventError."""
        kind = _kind(self.kind)
        code, _, rest = self.reason.partition(" ")
        stop, block = named(StopReason, code), named(BlockReason, code)
        words = self.note or (rest if stop or block else self.reason)
        return Event(
            step=self.step,
            kind=kind,
            day=_day(self.day, message("Date")) or today,
            known_by=today,
            document=self.document or None,
            reason=block if kind is EventKind.BLOCKED else None,
            expected=_day(self.until, message("Promised until")),
            note=words or None,
            stop=stop if kind is EventKind.STOPPED else None,
            added=_days(self.add),
            approver=self.approver or None,
            corrects=self.corrects,
            why=self.why or None,
        )


def typed(texts: Mapping[str, str], *, corrects: int | None) -> TypedEvent:
    """Return the texts of an event by their names; other names are left alone."""
    return TypedEvent(
        step=texts.get("step", ""),
        kind=texts.get("kind", ""),
        day=texts.get("day", ""),
        reason=texts.get("reason", ""),
        note=texts.get("note", ""),
        document=texts.get("document", ""),
        until=texts.get("until", ""),
        add=texts.get("add", ""),
        approver=texts.get("approver", ""),
        corrects=corrects,
        why=texts.get("why", ""),
    )


def _kind(text: str) -> EventKind:
    found = named(EventKind, text)
    if found is None:
        raise BadEventError(
            message("There is no event called '{kind}'.", kind=text),
            remedy=message("Use one of: {known}.", known=tuple(EventKind)),
        )
    return found


def _day(text: str, field: Message) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        what = message("{field}: '{text}' is not a valid date.").of(text=text, field=field)
        raise BadEventError(what, remedy=_WRITE_DAY) from None


def _days(text: str) -> Duration | None:
    for chinese, unit in _UNITS:
        if text.endswith(chinese):
            text = f"{text.removesuffix(chinese).strip()} {unit}"
            break
    try:
        return Duration.parse(text) if text else None
    except ValueError:
        what = message("'{value}' is not a number of days.", value=text)
        raise BadEventError(what, remedy=_WRITE_DAYS) from None
