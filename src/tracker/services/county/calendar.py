"""A year of holidays that the county loads, and what it moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.core.flag import Standing
from tracker.core.model import Project, Sight
from tracker.law import Catalog, Year
from tracker.services.county import survey
from tracker.services.law import catalog_for, content_of_year
from tracker.store import Session, audit, projects, records
from tracker.store.audit import Act


@dataclass(frozen=True, slots=True)
class Moved:
    """A project whose forecast another calendar moves."""

    project: Project
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Loaded:
    """A year that was loaded, what it replaced, and what it moved."""

    year: Year
    replaced: Year | None
    moved: tuple[Moved, ...]
    settled: int


def load_year(
    session: Session, act: Act, folder: Path | None, year: Year, status_date: date
) -> Loaded:
    """Keep a year of holidays and replan; the caller owns the transaction.

    `settled` counts the projects whose forecast rested on a provisional year and no longer does.
    """
    before_catalog = catalog_for(session, folder)
    before = {s.project.id: s for s in _survey(session, before_catalog, status_date)}
    replaced = before_catalog.years.get(year.year)
    row = {"year": year.year, "content": content_of_year(year), "loaded_by": act.by}
    entry = audit.record(
        session,
        act,
        action="load calendar",
        about=str(year.year),
        content={"rows": {"calendar_year": [row]}, "number": year.number},
    )
    records.load_year(session, year.year, content_of_year(year), by=act.by, entry=entry)
    after = _survey(session, catalog_for(session, folder), status_date)
    moved, settled = [], 0
    for standing in after:
        was, now = before[standing.project.id].plan, standing.plan
        if was.finish and now.finish and was.finish != now.finish:
            moved.append(Moved(standing.project, was.finish, now.finish))
        settled += was.is_provisional and not now.is_provisional
    moved.sort(key=lambda each: (each.before - each.after, each.project.id))
    return Loaded(year, replaced, tuple(moved), settled)


def _survey(session: Session, law: Catalog, status_date: date) -> Sequence[Standing]:
    return survey.survey(session, law, Sight.on(status_date)) if projects.first_day(session) else ()
