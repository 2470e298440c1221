"""The law as the county has it: which catalog counts, what a new year or a change moves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from tracker.core.flag import Standing
from tracker.core.law import Duration
from tracker.core.model import Project, Sight, Step, StepKind
from tracker.core.plan import plan
from tracker.core.problems import TrackerError, message
from tracker.core.track import Progress, State
from tracker.law import Catalog, Change, Year, catalog
from tracker.services.county import survey
from tracker.store import Engine, Session, audit, projects, reading, records
from tracker.store.audit import Act
from tracker.store.projects import Record


class UnknownChangeError(TrackerError):
    """The register of changes holds no entry of that name."""

    code = "unknown_change"

    def __init__(self, wanted: str, known: Sequence[str]) -> None:
        super().__init__(
            message("No change of law is called '{id}'.").of(id=wanted),
            remedy=message("Choose one of: {known}.", known=", ".join(known)),
        )


def catalog_for(session: Session, folder: Path | None, through: int | None = None) -> Catalog:
    """Return the catalog with the years that the county has loaded, up to an entry."""
    return _catalog(folder, tuple(sorted(records.loaded_years(session, through).items())))


def catalog_of(engine: Engine, folder: Path | None) -> Catalog:
    """Return the catalog of a county, in a look of its own at the data."""
    with reading(engine) as session:
        return catalog_for(session, folder)


@lru_cache(maxsize=4)
def _catalog(folder: Path | None, years: tuple[tuple[int, str], ...]) -> Catalog:
    return catalog(folder, tuple(_year(content) for _, content in years))


def _year(content: str) -> Year:
    data = json.loads(content)
    days = {key: frozenset(map(date.fromisoformat, data[key])) for key in ("days_off", "workdays")}
    return Year(data["year"], data["is_official"], data["notice"], data["number"], **days)


def _content(year: Year) -> str:
    data = {
        "year": year.year,
        "is_official": year.is_official,
        "notice": year.notice,
        "number": year.number,
        "days_off": sorted(day.isoformat() for day in year.days_off),
        "workdays": sorted(day.isoformat() for day in year.workdays),
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


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


def load_year(session: Session, act: Act, folder: Path | None, year: Year, as_of: date) -> Loaded:
    """Keep a year of holidays and replan; the caller owns the transaction.

    `settled` counts the projects whose forecast rested on a provisional year and no longer does.
    """
    before_catalog = catalog_for(session, folder)
    before = {s.project.id: s for s in _survey(session, before_catalog, as_of)}
    replaced = before_catalog.years.get(year.year)
    row = {"year": year.year, "content": _content(year), "loaded_by": act.by}
    entry = audit.record(
        session, act, action="load calendar", about=str(year.year),
        content={"rows": {"calendar_year": [row]}, "number": year.number},
    )  # fmt: skip
    records.load_year(session, year.year, _content(year), by=act.by, entry=entry)
    after = _survey(session, catalog_for(session, folder), as_of)
    moved, settled = [], 0
    for standing in after:
        was, now = before[standing.project.id].plan, standing.plan
        if was.finish and now.finish and was.finish != now.finish:
            moved.append(Moved(standing.project, was.finish, now.finish))
        settled += was.is_provisional and not now.is_provisional
    moved.sort(key=lambda each: (each.before - each.after, each.project.id))
    return Loaded(year, replaced, tuple(moved), settled)


def _survey(session: Session, law: Catalog, as_of: date) -> Sequence[Standing]:
    return survey.survey(session, law, Sight.on(as_of)) if projects.first_day(session) else ()


class Rule(StrEnum):
    """Which rule a step has when the law changes."""

    OLD = "old"
    NEW = "new"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Touched:
    """A step of a running project that a change of law touches, and the rule it has.

    A case keeps the rule of the day on which it was accepted; one that has not begun has that of
    the day on which it is planned to; an unknown day leaves it open.
    """

    project: Project
    step: Step
    progress: Progress
    limit: Duration | None
    rule: Rule


def find_change(law: Catalog, wanted: str) -> Change:
    """Return the change of that name. Raises UnknownChangeError."""
    found = {change.id: change for change in law.changes}
    if wanted not in found:
        raise UnknownChangeError(wanted, list(found))
    return found[wanted]


def touched_by(session: Session, law: Catalog, change: Change, as_of: date) -> tuple[Touched, ...]:
    """Return the unfinished steps of running projects that a change touches, by project.

    A change that is only watched touches all that is unfinished.
    """
    return tuple(
        touched
        for record in projects.load(session, Sight.on(as_of))
        for step in change.steps
        if (touched := _touched_step(record, law, change, step, as_of))
    )


def _touched_step(
    record: Record, law: Catalog, change: Change, step_id: str, as_of: date
) -> Touched | None:
    procedure = survey.blueprint_of(record, law, as_of).procedure
    step = procedure.by_id.get(step_id)
    if step is None:
        return None
    if step.kind is StepKind.RECURRING:
        return Touched(record.project, step, Progress(), step.limit_on(as_of), Rule.NEW)
    blueprint = survey.blueprint_of(record, law, as_of, target=step_id)
    found = survey.progress_of(blueprint, record, as_of)
    progress = found[step_id]
    if progress.is_over:
        return None
    planned = plan(blueprint, found, status_date=as_of, deadline=record.project.deadline).steps[-1]
    begins = _begins(progress, planned.early_start, change)
    limit = step.limit_on(begins or as_of, seen_from=as_of)
    return Touched(record.project, step, progress, limit, _rule(change, begins))


def _begins(progress: Progress, planned: date | None, change: Change) -> date | None:
    """Return the day whose rule counts, or None where nobody knows it."""
    if progress.state not in (State.UNDER_WAY, State.SUSPENDED):
        return planned
    known = progress.known_by
    before = known is not None and change.day is not None and known < change.day
    return progress.start or (known if before else None)


def _rule(change: Change, begins: date | None) -> Rule:
    if begins is None:
        return Rule.UNKNOWN
    is_old = change.day is None or begins < change.day
    return Rule.OLD if is_old and not change.switches else Rule.NEW
