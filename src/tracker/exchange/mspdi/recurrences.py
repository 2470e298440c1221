"""Days off and days of work that come back, as a Project XML file tells them.

Source: Microsoft, "Project 2007 XML Data Interchange Schema Reference", Exception. Months and the
days of `DaysOfWeek` are counted as there: January is 0, Sunday is the lowest bit.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import takewhile
from typing import Any

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY, rrule

from tracker.core.calendars import FIRST_DAY, LAST_DAY
from tracker.exchange.mspdi.element import Element

_WEEK = (SU, MO, TU, WE, TH, FR, SA)
_GROUPS = {0: _WEEK, 1: (MO, TU, WE, TH, FR), 2: (SA, SU)}
"""What `MonthItem` means below 3: any day, a weekday, a day of the weekend."""
_POSITIONS = (1, 2, 3, 4, -1)
_MOST = 20_000
"""Times: more than the calendars have days."""


def recurring_days(entry: Element, first: date, last: date) -> list[date] | None:
    """Return the days, within the calendars, on which an exception holds; None for no known rule.

    `first` and `last`, both inclusive, are those of its period; `last` does not count where the
    exception names how often it comes.
    """
    count = entry.number("Occurrences") if entry.is_true("EnteredByOccurrences") else 0
    rule = _rule(entry)
    if rule is None or count > _MOST or not 0 < rule.get("interval", 1) <= _MOST:
        return None
    end = {"count": count} if count else {"until": datetime.combine(min(last, LAST_DAY), time())}
    found = rrule(dtstart=datetime.combine(first, time()), **rule, **end)
    days: Iterable[date] = (moment.date() for moment in found)
    return [day for day in takewhile(lambda day: day <= LAST_DAY, days) if day >= FIRST_DAY]


def _rule(entry: Element) -> dict[str, Any] | None:
    """Return how an exception comes back, in dateutil's terms."""
    every = {"interval": entry.number("Period", 1) or 1}
    month, day = entry.number("Month"), entry.number("MonthDay", 1)
    in_month = {"bymonth": month + 1} if 0 <= month < 12 else None
    on_day = {"bymonthday": day} if 1 <= day <= 31 else None
    match entry.number("Type", 1):
        case 0 | 1 | 7:
            return {"freq": DAILY, **every}
        case 2:
            return _joined({"freq": YEARLY}, in_month, on_day)
        case 3:
            return _joined({"freq": YEARLY}, in_month, _position(entry))
        case 4:
            return _joined({"freq": MONTHLY, **every}, on_day)
        case 5:
            return _joined({"freq": MONTHLY, **every}, _position(entry))
        case 6:
            named = entry.number("DaysOfWeek")
            days = [day for n, day in enumerate(_WEEK) if named >> n & 1]
            return {"freq": WEEKLY, **every, "byweekday": days, "wkst": SU} if days else None
    return None


def _joined(*parts: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the parts of a rule as one, or None where one of them is not known."""
    found: dict[str, Any] = {}
    for part in parts:
        if part is None:
            return None
        found |= part
    return found


def _position(entry: Element) -> dict[str, Any] | None:
    """Return which of a month's days it is: the first Monday, the last weekday."""
    item, position = entry.number("MonthItem"), entry.number("MonthPosition")
    if not (0 <= item <= 9 and 0 <= position < len(_POSITIONS)):
        return None
    days = _GROUPS[item] if item in _GROUPS else (_WEEK[item - 3],)
    return {"byweekday": days, "bysetpos": _POSITIONS[position]}
