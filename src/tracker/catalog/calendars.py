"""Working days of mainland China: our year files decide, the `holidays` library fills the rest."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays

from tracker.catalog.yaml_lines import Lined, fault, read_yaml
from tracker.core.calendars import LAST_DAY, Calendar
from tracker.core.problems import Place, message

FIRST_COVERED = date(2004, 1, 1)
_FIRST_OWN_YEAR = (
    2024  # before it the library's announced years stand; after our files, its guesses
)


def read_working_days(folder: Path) -> Calendar:
    """Return the calendar `cn`; years after the last official file are provisional.

    A year file names the notice, the days off and the weekend days that are worked.
    """
    library = holidays.country_holidays("CN", years=range(FIRST_COVERED.year, LAST_DAY.year + 1))
    off, worked = set(library), set[date]()
    weekend_worked = set(library.weekend_workdays)
    official = set(range(FIRST_COVERED.year, _FIRST_OWN_YEAR))
    for path in sorted(folder.glob("*.yaml")):
        year, days_off, workdays = _read_year(path)
        off = {day for day in off if day.year != year} | days_off
        weekend_worked = {day for day in weekend_worked if day.year != year}
        worked |= workdays
        official.add(year)
    worked |= weekend_worked
    provisional = set(range(FIRST_COVERED.year, LAST_DAY.year + 1)) - official

    def is_worked(day: date) -> bool:
        return day in worked or (day.weekday() < 5 and day not in off)

    return Calendar.of("cn", is_worked, provisional, FIRST_COVERED)


def _read_year(path: Path) -> tuple[int, set[date], set[date]]:
    data = read_yaml(path)
    year = data.get("year")
    if not isinstance(year, int):
        what = message("The year is missing.")
        raise fault("missing_field", what, Place(path.name, data.line_of("year")))
    return year, _days(path, data, "days_off", year), _days(path, data, "workdays", year)


def _days(path: Path, data: Lined, key: str, year: int) -> set[date]:
    groups: Mapping[str, Any] = data.get(key) or {}
    days = {day for listed in groups.values() for day in listed}
    for day in days:
        if not isinstance(day, date) or abs(day - date(year, 7, 1)) > timedelta(days=200):
            what = message("'{day}' is no day of {year}.", day=str(day), year=str(year))
            raise fault("bad_date", what, Place(path.name, data.line_of(key)))
    return days
