"""The law that counts for a county: the files, and the years of holidays that it has loaded."""

import json
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from tracker.core.usual import Usual
from tracker.i18n.fields import Names
from tracker.law import Catalog, Year, catalog
from tracker.store import Engine, Session, reading, records


def catalog_for(session: Session, folder: Path | None, through: int | None = None) -> Catalog:
    """Return the catalog with the years that the county has loaded, up to an entry.

    And with what it has learned from its own record, where somebody switched that on.
    """
    years = tuple(sorted(records.loaded_years(session, through).items()))
    return _catalog(folder, years, records.usual(session, through))


def plain_catalog(session: Session, folder: Path | None) -> Catalog:
    """Return the catalog with nothing learned."""
    return _catalog(folder, tuple(sorted(records.loaded_years(session).items())), "")


def catalog_of(engine: Engine, folder: Path | None) -> Catalog:
    """Return the catalog of a county, in a look of its own at the data."""
    with reading(engine) as session:
        return catalog_for(session, folder)


@lru_cache(maxsize=4)
def _catalog(folder: Path | None, years: tuple[tuple[int, str], ...], usual: str) -> Catalog:
    found = catalog(folder, tuple(_year(content) for _, content in years))
    learned = Usual.from_text(usual) if usual else None
    return replace(found, usual=learned, _assembled={}, _compiled={}) if learned else found


def _year(content: str) -> Year:
    data = json.loads(content)
    days = {key: frozenset(map(date.fromisoformat, data[key])) for key in ("days_off", "workdays")}
    return Year(
        year=data["year"],
        is_official=data["is_official"],
        notice=data["notice"],
        number=data["number"],
        **days,
    )


def content_of_year(year: Year) -> str:
    """Return a year as the record keeps it."""
    data = {
        "year": year.year,
        "is_official": year.is_official,
        "notice": year.notice,
        "number": year.number,
        "days_off": sorted(day.isoformat() for day in year.days_off),
        "workdays": sorted(day.isoformat() for day in year.workdays),
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def names_of(law: Catalog, status_date: date) -> Names:
    """Return what the ids of a catalog are called."""
    in_force = law.in_force(status_date)
    procedures = [in_force[each] for each in in_force]
    return Names(
        procedures={each.id: each.name for each in procedures},
        steps={key: entry.step.name for key, entry in law.library.entries.items()},
        questions=law.library.questions,
    )
