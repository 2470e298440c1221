"""What the pages of imports keep between requests."""

from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated

from fastapi import Depends, Request

from tracker.core.flag import Light
from tracker.services.imports.desk import Desk
from tracker.web.imports.background import Readings

_KEPT = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """A project whose light an import changed; `before` is None for a new one."""

    project: int
    name: str
    before: Light | None
    after: Light


@dataclass(slots=True)
class Importing:
    """What the pages of imports keep between requests.

    `turned` holds the lights that each import changed, while the server runs.
    """

    desk: Desk
    readings: Readings = field(default_factory=Readings)
    turned: dict[int, list[Turn]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    """Held while a decision is kept: two windows may decide at once."""

    def keep_turned(self, number: int, turned: list[Turn]) -> None:
        """Keep the lights that an import changed, of the newest imports."""
        self.turned[number] = turned
        for old in sorted(self.turned)[:-_KEPT]:
            del self.turned[old]

    def let_go(self, login: str, key: str) -> None:
        """Let a workbook that waits go, and what was read of it."""
        self.desk.drop(login, key)
        self.readings.drop(f"{login} {key}")


def importing_of(request: Request) -> Importing:
    """Return what the application keeps of imports."""
    found: Importing = request.app.state.imports
    return found


ImportingDep = Annotated[Importing, Depends(importing_of)]
