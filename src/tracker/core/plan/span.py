"""Between which days a target is reached, in every world that fits what is known."""

from dataclasses import dataclass
from datetime import date

from tracker.core.calendars import Calendar, boundary_after
from tracker.core.model import Question, Step


@dataclass(frozen=True, slots=True)
class Hinge:
    """What an open project is late only without: a step that is done, or an answer to a question.

    Were it so, the deadline would be kept even at worst.
    """

    step: Step | None = None
    question: Question | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interim:
    """A step with a deadline of its own beside the target's, and when it ends.

    `spare` are the working days from its end to the deadline at best and at worst, negative where
    it is missed; None where it is over.
    """

    step: Step
    deadline: date
    span: "Span"
    spare: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days on which the target is reached at best and at worst; None where it already is.

    `likely` lies between them. `chance` is the share of `draws` likely worlds that miss the
    deadline; None without one. `fastest` is the end of the best world's fastest lawful course.
    `hinge` is what decides an open one, where a single thing does.
    """

    best: date | None
    likely: date | None
    worst: date | None
    fastest: date | None
    chance: float | None = None
    draws: int = 1
    hinge: Hinge | None = None

    @classmethod
    def of_one(cls, finish: date | None, fastest: date | None, deadline: date | None) -> "Span":
        """Return the span of a project of which everything is known."""
        late = bool(finish and deadline and finish > deadline)
        chance = float(late) if deadline else None
        return cls(best=finish, likely=finish, worst=finish, fastest=fastest, chance=chance)

    @property
    def is_certain(self) -> bool:
        """Tell whether it is one day, or the target is surely reached."""
        return self.best == self.worst

    def is_late(self, deadline: date | None) -> bool:
        """Tell whether the deadline is missed even at best."""
        return bool(deadline and self.best and self.best > deadline)

    def is_lost(self, deadline: date | None) -> bool:
        """Tell whether even the fastest lawful course of the best world misses the deadline."""
        return bool(deadline and self.fastest and self.fastest > deadline)

    def is_in_time(self, deadline: date | None) -> bool:
        """Tell whether the deadline is kept even at worst."""
        return self.worst is None or (deadline is not None and self.worst <= deadline)


def spare_days(calendar: Calendar, finish: date, deadline: date) -> int:
    """Return the working days after `finish` through `deadline`; negative where it is missed."""
    worked = calendar.worked_before
    return worked[boundary_after(deadline)] - worked[boundary_after(finish)]
