"""An element of a Project XML file, and how the file is refused."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from tracker.core.calendars import FIRST_DAY
from tracker.core.problems import Message, message
from tracker.exchange.mspdi.codes import MINUTES_A_DAY
from tracker.exchange.refusal import RefusedNetworkError

_DURATION = re.compile(
    r"P(?:0+Y)?(?:0+M)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?"
)
_LAST_YEAR = 2149
"""Microsoft Project knows no later one."""
_TRUE, _FALSE = ("1", "true"), ("0", "false")
"""XML Schema allows both; Microsoft Project writes digits, others write words."""


def refused(code: str, where: str, what: Message, remedy: Message) -> RefusedNetworkError:
    """Return the refusal of a file."""
    return RefusedNetworkError(code, where, what, remedy)


def unsupported(where: str, what: Message) -> RefusedNetworkError:
    """Return the refusal of what cannot be scheduled right in whole days."""
    remedy = message("Change that in Microsoft Project, or write the plan as a network file.")
    return refused("unsupported", where, what, remedy)


def missing(where: str, field: str) -> RefusedNetworkError:
    """Return the refusal of a file that lacks a field."""
    what = message("The field '{field}' is missing.", field=field)
    return refused("missing_field", where, what, message("Add it."))


class Element:
    """An element whose children are asked for by their plain names, in its own namespace."""

    def __init__(self, element: Any) -> None:
        self.element = element
        space, brace, _ = element.tag.rpartition("}")
        self.space = space + brace

    def all(self, *path: str) -> Iterator["Element"]:
        """Yield the elements at a path."""
        names = "/".join(f"{self.space}{name}" for name in path)
        return (Element(found) for found in self.element.findall(names))

    def content(self, name: str) -> str:
        """Return what a child says, or nothing."""
        found = self.element.find(f"{self.space}{name}")
        return (found.text or "").strip() if found is not None else ""

    def is_true(self, name: str) -> bool:
        """Tell whether a child says yes."""
        return self.content(name).lower() in _TRUE

    def is_false(self, name: str) -> bool:
        """Tell whether a child says no, and is not merely absent."""
        return self.content(name).lower() in _FALSE

    def number(self, name: str, default: int = 0) -> int:
        """Return a child's whole number."""
        text = self.content(name)
        try:
            value = float(text) if text else default
            found = int(value)
        except (ValueError, OverflowError):
            raise bad(name, text) from None
        if found != value:
            raise bad(name, text)
        return found

    def moment(self, name: str) -> datetime | None:
        """Return a child's date and time; the years that mean "none" give none."""
        text = self.content(name)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            raise bad(name, text) from None
        if found.year > _LAST_YEAR:
            raise bad(name, text)
        return found if found.year > FIRST_DAY.year - 16 else None

    def edge(self, name: str) -> date:
        """Return the day of one end of a period, which may be as early as a calendar begins."""
        try:
            return datetime.fromisoformat(self.content(name)).date()
        except ValueError:
            raise bad(name, self.content(name)) from None

    def hour(self, name: str) -> time:
        """Return a child's time of day."""
        try:
            return time.fromisoformat(self.content(name))
        except ValueError:
            raise bad(name, self.content(name)) from None

    def minutes(self, name: str) -> float | None:
        """Return a child's duration in minutes, `PT40H0M0S`."""
        text = self.content(name)
        if not text:
            return None
        found = _DURATION.fullmatch(text)
        if found is None:
            raise bad(name, text)
        days, hours, minutes = (int(part or 0) for part in found.groups()[:3])
        return days * MINUTES_A_DAY + hours * 60 + minutes + float(found[4] or 0) / 60


def bad(name: str, text: str) -> RefusedNetworkError:
    """Return the refusal of a value that cannot be read."""
    code = "bad_duration" if "Duration" in name else "bad_date"
    return refused(
        code, name, message("'{value}' cannot be read.", value=text), message("Correct this entry.")
    )


def where_of(task: Element) -> str:
    """Return the place of a task, as its file numbers and names it."""
    return f"Task {task.content('UID')} {task.content('Name')}"
