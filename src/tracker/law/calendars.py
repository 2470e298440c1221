"""Working days of mainland China: our year files decide, the `holidays` library fills the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays

from tracker.core.calendars import LAST_DAY, Calendar
from tracker.core.problems import Place, message
from tracker.law.forms import form_faults
from tracker.law.library import day_of
from tracker.law.yaml_lines import Lined, fault, read_yaml

FIRST_COVERED = date(2004, 1, 1)
_STATUTORY_DAYS, _STATUTORY_DAYS_BEFORE, _THIRTEEN_SINCE = 13, 11, 2025  # 国务院令第795号
_FIRST_OWN_YEAR = 2024  # the library's announced years stand before it, its guesses after our files


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The days off and the weekend days worked of one year, by the notice that names them."""

    year: int
    is_official: bool
    notice: str
    number: str | None
    days_off: frozenset[date]
    workdays: frozenset[date]


def read_years(folder: Path) -> dict[int, Year]:
    """Return the years that have a file. Raises BadFileError with file and line."""
    years = (read_year(path, folder.parent) for path in sorted(folder.glob("[!.]*.yaml")))
    return {year.year: year for year in years}


def read_year(path: Path, procedures: Path) -> Year:
    """Read one year file; `procedures` is the folder that holds the schemas."""
    data = read_yaml(path)
    for problem in form_faults(data, "calendar", path.name, procedures):
        raise problem
    found = Year(
        year=data["year"],
        is_official=data["status"] == "official",
        notice=data["notice"],
        number=data.get("number"),
        days_off=_days(path, data, "days_off", data["year"]),
        workdays=_days(path, data, "workdays", data["year"]),
    )
    _check(path, data, found)
    return found


def _check(path: Path, data: Lined, year: Year) -> None:
    """Raise BadFileError for a day that is both off and worked, or a notice that is not whole."""
    if both := sorted(year.days_off & year.workdays):
        what = message("{day} is listed both as a day off and as a working day.").of(day=both[0])
        raise fault("bad_date", what, Place(file=path.name, line=data.line_of("workdays")))
    least = _STATUTORY_DAYS if year.year >= _THIRTEEN_SINCE else _STATUTORY_DAYS_BEFORE
    if year.is_official and len(year.days_off) < least:
        what = message("An official notice names at least {least} days off, not {count}.").of(
            least=least, count=len(year.days_off)
        )
        remedy = message("Enter the whole notice, or write 'status: provisional'.")
        raise fault("bad_value", what, Place(file=path.name, line=data.line_of("days_off")), remedy)


def _days(path: Path, data: Lined, key: str, year: int) -> frozenset[date]:
    groups: Mapping[str, Any] = data.get(key) or {}
    found = []
    for name, listed in groups.items():
        line = groups.line_of(name) if isinstance(groups, Lined) else data.line_of(key)
        for day in (day_of({"day": value}, "day") for value in listed):
            if day is None or abs(day - date(year, 7, 1)) > timedelta(days=200):
                what = message("'{day}' is not a date in {year}.", day=str(day), year=str(year))
                raise fault("bad_date", what, Place(file=path.name, line=line))
            if key == "workdays" and day.weekday() < 5:
                what = message(
                    "'{day}' is not a weekend day: only a weekend day can be a make-up working"
                    " day.",
                    day=str(day),
                )
                raise fault("bad_date", what, Place(file=path.name, line=line))
            found.append(day)
    return frozenset(found)


def calendar_of(years: Mapping[int, Year]) -> Calendar:
    """Return the calendar `cn`; a year without an official notice is provisional."""
    covered = range(FIRST_COVERED.year, LAST_DAY.year + 1)
    library = holidays.country_holidays("CN", years=covered)
    off, worked = set(library), set(library.weekend_workdays)
    for year in years.values():
        off = {day for day in off if day.year != year.year} | year.days_off
        worked = {day for day in worked if day.year != year.year}
    for year in years.values():  # a notice may name days of the year before or after
        worked |= year.workdays

    def is_worked(day: date) -> bool:
        return day in worked or (day.weekday() < 5 and day not in off)

    return Calendar.of("cn", is_worked, _provisional(years.values(), covered), FIRST_COVERED)


def _provisional(years: Iterable[Year], covered: range) -> set[int]:
    official = {year.year for year in years if year.is_official}
    return {year for year in covered if year >= _FIRST_OWN_YEAR and year not in official}
