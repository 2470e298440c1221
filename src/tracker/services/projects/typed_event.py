"""An event as somebody typed it, at the command line or on a page, becomes one of the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from tracker.core.events import BlockReason, Event, EventKind, StopReason
from tracker.core.law import Duration
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.labels import named, named_first
from tracker.services.texts import day_in

Choice = TypeVar("Choice", bound=StrEnum)
_WRITE_DAYS = message("Write working days as '20 wd', calendar days as '30 cd'.")
_UNITS = (("个工作日", "wd"), ("工作日", "wd"), ("个自然日", "cd"), ("自然日", "cd"))


class BadEventError(TrackerError):
    """A part of an event that cannot be read."""

    code = "bad_event"
    kind = ErrorKind.USAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedEvent:
    """The texts of an event; '' where nothing was typed.

    `kind` is the name of an event in the program or in either language. `reason` may begin with
    the code or the name of a reason for which the law lets a clock stop, or of a block; what
    follows it, or all of it, is words. Dates are ISO.
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

    def read(self, status_date: date) -> Event:
        """Return the event; without a day it happened on the status date.

        Raises BadEventError, BadDayError.
        """
        kind = _kind(self.kind)
        stop = block = None
        words = self.reason
        if kind is EventKind.STOPPED:
            stop, words = named_first(StopReason, self.reason)
        elif kind is EventKind.BLOCKED:
            block, words = named_first(BlockReason, self.reason)
        return Event(
            step=self.step,
            kind=kind,
            day=day_in(self.day, message("Date")) if self.day else status_date,
            known_by=status_date,
            document=self.document or None,
            reason=block,
            expected=day_in(self.until, message("Promised until")) if self.until else None,
            note=self.note or words or None,
            stop=stop,
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
