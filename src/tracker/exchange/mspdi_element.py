"""An element of a Project XML file, and how the file is refused."""

import re
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from tracker.core.calendars import FIRST_DAY
from tracker.core.problems import Message, message
from tracker.exchange.mspdi_codes import MINUTES_A_DAY, NAMESPACE
from tracker.exchange.refusal import RefusedNetworkError

_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


def refused(code: str, where: str, what: Message, remedy: Message) -> RefusedNetworkError:
    """Return the refusal of a file."""
    return RefusedNetworkError(code, where, what, remedy)


def unsupported(where: str, what: Message) -> RefusedNetworkError:
    """Return the refusal of what cannot be scheduled right in whole days."""
    remedy = message("Change that in Microsoft Project, or write the plan as a network file.")
    return refused("unsupported", where, what, remedy)


class Element:
    """An element whose children are asked for by their plain names."""

    def __init__(self, element: Any) -> None:
        self.element = element

    def all(self, *path: str) -> Iterator["Element"]:
        """Yield the elements at a path."""
        names = "/".join(f"{{{NAMESPACE}}}{name}" for name in path)
        return (Element(found) for found in self.element.findall(names))

    def content(self, name: str) -> str:
        """Return what a child says, or nothing."""
        found = self.element.find(f"{{{NAMESPACE}}}{name}")
        return (found.text or "").strip() if found is not None else ""

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
        return found if found.year > FIRST_DAY.year - 16 else None

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
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return days * MINUTES_A_DAY + hours * 60 + minutes + seconds / 60


def bad(name: str, text: str) -> RefusedNetworkError:
    """Return the refusal of a value that cannot be read."""
    code = "bad_duration" if "Duration" in name else "bad_date"
    return refused(
        code, name, message("'{value}' cannot be read.", value=text), message("Correct this entry.")
    )
