"""What can be wrong, in words a user can act on.

The core writes its words once, in English, as templates with named fields. Whoever shows them
(`tracker.i18n`) translates the template and formats the fields.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Message:
    """A translatable sentence: a template with `{named}` fields and what stands in them.

    Values may be text, whole numbers, dates, names in two languages, other messages, or a
    tuple of these.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def of(self, **values: object) -> "Message":
        """Return the sentence with its fields filled."""
        return Message(self.template, {**self.values, **values})

    def __str__(self) -> str:
        """Return the English words."""
        return self.template.format(
            **{
                name: ", ".join(map(str, value)) if isinstance(value, tuple) else value
                for name, value in self.values.items()
            }
        )


def message(template: str, /, **values: object) -> Message:
    """Return a `Message`; extraction of translations looks for this name."""
    return Message(template, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands: a file and a line, or a sheet, a row and a column of it."""

    file: str
    line: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return the place as editors and spreadsheets write it."""
        cell = f"{self.column or ''}{self.row or ''}"
        parts = [self.file, str(self.line or ""), f"{self.sheet}!{cell}" if self.sheet else cell]
        return ":".join(part for part in parts if part)


class ErrorKind(StrEnum):
    """What an error means to a door: it decides the exit code and the status of the page."""

    USAGE = "usage"
    """What was asked for or typed is not possible; asking differently helps."""
    DATA = "data"
    """A file or the record holds what cannot be used."""
    CONFLICT = "conflict"
    """Somebody else changed the same thing meanwhile."""
    FORBIDDEN = "forbidden"
    """Whoever asks is not let in."""
    BUSY = "busy"
    """Somebody else is writing; trying again helps."""
    UNAVAILABLE = "unavailable"
    """The database or the disk does not serve; whoever runs the installation has to help."""


class TrackerError(Exception):
    """Something a user can put right. Doors show it as it reads; anything else is a bug."""

    code = "error"
    kind = ErrorKind.DATA

    def __init__(self, what: Message, *, remedy: Message, place: Place | None = None) -> None:
        super().__init__(str(what))
        self.what, self.remedy, self.place = what, remedy, place

    def __str__(self) -> str:
        """Return place, fault and remedy in English."""
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.what} {self.remedy}"


class UnknownStepError(TrackerError):
    """A link or a command names a step that its procedure does not define.

    The remedy is the nearest of the `known` names; where none is near it is `otherwise`, or the
    whole list.
    """

    code = "unknown_step"
    kind = ErrorKind.USAGE

    def __init__(
        self,
        name: str,
        known: Iterable[str],
        place: Place | None = None,
        *,
        otherwise: Message | None = None,
    ) -> None:
        listed = list(known)
        close = get_close_matches(name, listed, n=1)
        remedy = (
            message("Did you mean '{step}'?", step=close[0])
            if close
            else otherwise or message("The steps are: {steps}.", steps=", ".join(listed))
        )
        super().__init__(
            message("No step is called '{step}'.", step=name), remedy=remedy, place=place
        )


class CycleError(TrackerError):
    """Steps that wait for one another, so that none of them can ever begin."""

    code = "cycle"

    def __init__(self, steps: list[str], place: Place | None = None) -> None:
        self.steps = steps
        super().__init__(
            message("These steps wait for one another: {steps}.", steps=" → ".join(steps)),
            remedy=message("Drop one of the links between them."),
            place=place,
        )


_CALENDARS = {"cn": message("working days"), "every_day": message("all days")}
"""Names of the built-in calendars."""


class OutsideCalendarError(TrackerError):
    """A date that the working-day calendar does not cover."""

    code = "outside_calendar"

    where = ""

    def at(self, step: str) -> "OutsideCalendarError":
        """Return the error with the step whose date it is."""
        self.where = f"step {step}"
        return self

    def __init__(self, calendar: str, first: object, last: object) -> None:
        super().__init__(
            message("A date falls outside the calendar '{calendar}', {first} to {last}.").of(
                calendar=_CALENDARS.get(calendar, calendar), first=first, last=last
            ),
            remedy=message("Check the dates of the project."),
        )


class NoWorkingDayError(TrackerError):
    """A calendar in which no day is left to work on."""

    code = "no_working_day"

    def __init__(self, calendar: str, first: object, last: object) -> None:
        super().__init__(
            message(
                "The calendar '{calendar}' has no working day from {first} to {last}.",
                calendar=calendar,
                first=first,
                last=last,
            ),
            remedy=message("Give it working days, or the step another calendar."),
        )


class BadFileError(TrackerError):
    """A file of ours that cannot be used: what is wrong stands with its code."""

    def __init__(
        self,
        code: str,
        what: Message,
        *,
        remedy: Message,
        place: Place,
        kind: ErrorKind = ErrorKind.DATA,
    ) -> None:
        super().__init__(what, remedy=remedy, place=place)
        self.code, self.kind = code, kind
