"""Days as the law counts them, and rules that hold from one day to another."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, Self, TypeVar

Value = TypeVar("Value")
_NUMBER = re.compile(r"（([^（）]*号)）")
"""The number of a document behind its name: （国办发〔2019〕11号）."""


class DayKind(StrEnum):
    """Which days a duration counts."""

    WORKING = "wd"
    CALENDAR = "cd"


@dataclass(frozen=True, slots=True)
class Duration:
    """A number of days, and which days it counts: `20 wd` (工作日) or `30 cd` (自然日)."""

    days: int
    kind: DayKind = DayKind.WORKING

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError(f"a duration counts days from 0, not {self.days}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `20 wd` or `30 cd`. Raises ValueError on anything else."""
        days, _, kind = text.partition(" ")
        return cls(int(days), DayKind(kind))

    def __str__(self) -> str:
        """Return what `parse` reads."""
        return f"{self.days} {self.kind}"


NO_DAYS = Duration(0)


@dataclass(frozen=True, slots=True)
class Term:
    """How long an approval holds, in whole months: `5 y` or `3 m`."""

    months: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `5 y` or `3 m`. Raises ValueError on anything else."""
        count, _, unit = text.partition(" ")
        return cls(int(count) * {"y": 12, "m": 1}[unit]) if unit in ("y", "m") else cls._fail(text)

    @classmethod
    def _fail(cls, text: str) -> Self:
        raise ValueError(f"'{text}' is no number of years or months")

    def after(self, day: date) -> date:
        """Return the last day of the term that begins after `day`.

        The day of the same number, or the last of a shorter month (民法典 art. 202).
        """
        year, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    def before(self, day: date) -> date:
        """Return the first day whose term reaches `day`."""
        year, month = divmod(day.year * 12 + day.month - 1 - self.months, 12)
        first = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        while self.after(first) < day:  # months differ in length: at most three days on
            first = date.fromordinal(first.toordinal() + 1)
        return first

    def __str__(self) -> str:
        """Return what `parse` reads."""
        years, months = divmod(self.months, 12)
        return f"{self.months} m" if months else f"{years} y"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages. Statutory terms are data: the Chinese one is the term of law."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Return the English name, for logs; doors choose by language."""
        return self.en


class Sureness(StrEnum):
    """How well a fact is established: its text read, seen in print, or only known by practice."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A rule that a step rests on, and the days it is in force; both ends inclusive."""

    law: str
    article: str
    in_force_from: date | None = None
    in_force_to: date | None = None
    sure: bool = True

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on `day`."""
        return holds(self.in_force_from, self.in_force_to, day)

    @property
    def brief(self) -> str:
        """Return the citation with the law's document number in place of its name, if it has one.

        国办发〔2019〕11号第8条, but 《行政许可法》第42条.
        """
        number = _NUMBER.search(self.law)
        name = number[1] if number else f"《{self.law.partition('（')[0]}》"
        return f"{name}{self.article}"

    def shortened(self, most: int) -> str:
        """Return the brief citation with at most so many characters of the law's name."""
        name, end, article = self.brief.partition("》")
        return f"{name[:most]}…{end}{article}" if end and len(name) > most else self.brief

    def __str__(self) -> str:
        """Return the citation as Chinese offices write it."""
        return f"《{self.law}》{self.article}"


def holds(first: date | None, last: date | None, day: date) -> bool:
    """Tell whether `day` lies between two days, both inclusive; None leaves a side open."""
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class Dated(Generic[Value]):
    """A value that holds from one day to another, both inclusive.

    What is under way when it begins keeps the old value, unless `switches`.
    """

    value: Value
    in_force_from: date | None = None
    in_force_to: date | None = None
    switches: bool = False

    def holds_on(self, day: date) -> bool:
        """Tell whether the value holds on `day`."""
        return holds(self.in_force_from, self.in_force_to, day)


def in_force(
    values: Sequence[Dated[Value]], day: date, *, seen_from: date | None = None
) -> Value | None:
    """Return the value for something that began on `day`, as it stands on `seen_from`.

    A later value that switches what is under way takes over on its own first day.
    """
    found = next((dated.value for dated in values if dated.holds_on(day)), None)
    for dated in values:
        begins = dated.in_force_from
        if seen_from and dated.switches and begins and day < begins <= seen_from:
            found = dated.value
    return found
