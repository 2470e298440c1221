"""How exceptions come back, beside what Microsoft Project made of them.

First day, last day and count of each are those that a file of Microsoft Project 2010 has.
"""

from datetime import date
from xml.etree import ElementTree as ET

import pytest

from tracker.exchange.mspdi.element import Element
from tracker.exchange.mspdi.recurrences import recurring_days

DAILY, YEARLY, YEARLY_BY_PLACE, MONTHLY, MONTHLY_BY_PLACE, WEEKLY, EVERY_N_DAYS = range(1, 8)
COUNTED = [
    ("2000-01-01", "2000-01-03", 3, DAILY, {}),
    ("2000-02-01", "2000-02-10", 4, EVERY_N_DAYS, {"Period": 3}),
    ("2000-03-01", "2000-03-21", 5, EVERY_N_DAYS, {"Period": 5}),
    ("2000-04-01", "2000-05-06", 6, EVERY_N_DAYS, {"Period": 7}),
    ("2001-01-01", "2001-01-15", 3, WEEKLY, {"Period": 1, "DaysOfWeek": 2}),
    ("2001-01-01", "2001-02-13", 4, WEEKLY, {"Period": 2, "DaysOfWeek": 4}),
    ("2001-01-01", "2001-03-28", 5, WEEKLY, {"Period": 3, "DaysOfWeek": 8}),
    ("2001-01-01", "2001-05-24", 6, WEEKLY, {"Period": 4, "DaysOfWeek": 16}),
    ("2001-01-01", "2001-08-03", 7, WEEKLY, {"Period": 5, "DaysOfWeek": 32}),
    ("2001-01-01", "2001-10-27", 8, WEEKLY, {"Period": 6, "DaysOfWeek": 64}),
    ("2001-01-01", "2002-03-17", 9, WEEKLY, {"Period": 7, "DaysOfWeek": 1}),
    (
        "2002-01-01",
        "2002-05-06",
        3,
        MONTHLY_BY_PLACE,
        {"Period": 2, "MonthItem": 4, "MonthPosition": 0},
    ),
    (
        "2002-01-01",
        "2002-10-08",
        4,
        MONTHLY_BY_PLACE,
        {"Period": 3, "MonthItem": 5, "MonthPosition": 1},
    ),
    (
        "2002-01-01",
        "2003-05-21",
        5,
        MONTHLY_BY_PLACE,
        {"Period": 4, "MonthItem": 6, "MonthPosition": 2},
    ),
    (
        "2002-01-01",
        "2004-02-26",
        6,
        MONTHLY_BY_PLACE,
        {"Period": 5, "MonthItem": 7, "MonthPosition": 3},
    ),
    (
        "2002-01-01",
        "2005-01-28",
        7,
        MONTHLY_BY_PLACE,
        {"Period": 6, "MonthItem": 8, "MonthPosition": 4},
    ),
    (
        "2002-01-01",
        "2006-02-04",
        8,
        MONTHLY_BY_PLACE,
        {"Period": 7, "MonthItem": 9, "MonthPosition": 0},
    ),
    (
        "2002-01-01",
        "2007-05-13",
        9,
        MONTHLY_BY_PLACE,
        {"Period": 8, "MonthItem": 3, "MonthPosition": 1},
    ),
    ("2003-01-01", "2003-05-01", 3, MONTHLY, {"Period": 2, "MonthDay": 1}),
    ("2003-01-01", "2005-02-04", 6, MONTHLY, {"Period": 5, "MonthDay": 4}),
    (
        "2004-01-01",
        "2007-03-06",
        4,
        YEARLY_BY_PLACE,
        {"Month": 2, "MonthItem": 5, "MonthPosition": 0},
    ),
    (
        "2004-01-01",
        "2008-04-09",
        5,
        YEARLY_BY_PLACE,
        {"Month": 3, "MonthItem": 6, "MonthPosition": 1},
    ),
    (
        "2004-01-01",
        "2009-05-21",
        6,
        YEARLY_BY_PLACE,
        {"Month": 4, "MonthItem": 7, "MonthPosition": 2},
    ),
    ("2005-01-01", "2007-02-01", 3, YEARLY, {"Month": 1, "MonthDay": 1}),
    ("2005-01-01", "2008-03-02", 4, YEARLY, {"Month": 2, "MonthDay": 2}),
    ("2005-01-01", "2009-04-03", 5, YEARLY, {"Month": 3, "MonthDay": 3}),
    (
        "2010-01-01",
        "2010-03-06",
        3,
        MONTHLY_BY_PLACE,
        {"Period": 1, "MonthItem": 9, "MonthPosition": 0},
    ),
]


def days_of(first: str, last: str, **values: int) -> list[date]:
    entry = ET.Element("Exception")
    for name, value in values.items():
        ET.SubElement(entry, name).text = str(value)
    found = recurring_days(Element(entry), date.fromisoformat(first), date.fromisoformat(last))
    assert found is not None
    return found


@pytest.mark.parametrize(("first", "last", "count", "kind", "rule"), COUNTED)
def test_an_exception_ends_where_microsoft_project_ends_it(
    first: str, last: str, count: int, kind: int, rule: dict[str, int]
) -> None:
    until = days_of(first, last, Type=kind, **rule)
    assert (len(until), until[-1].isoformat()) == (count, last)
    counted = {"EnteredByOccurrences": 1, "Occurrences": count}
    assert days_of(first, first, Type=kind, **rule, **counted) == until
