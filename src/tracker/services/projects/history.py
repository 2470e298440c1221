"""Who changed what, when and why, and which computed dates that moved.

Moves of computed dates are not stored: the plan is made just before an entry and just after it, on
the same day, so that the entry alone explains the difference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tracker.core.model import Name, Sight
from tracker.core.plan import Plan
from tracker.core.plan.variance import finish_of, forecast_of
from tracker.core.problems import TrackerError
from tracker.services import law
from tracker.services.projects import lookup
from tracker.store import Session, audit, projects
from tracker.store.audit import Entry

_OF_ALL = ("load calendar", "keep usual")
"""What moves dates without being about any project."""
_AHEAD = timedelta(hours=8)  # China has one time zone, and no summer time


@dataclass(frozen=True, slots=True)
class Move:
    """A date that an entry moved: of one step, or of the whole project where `step` is None."""

    step: str | None
    name: Name
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry about a project, with the dates it moved."""

    entry: Entry
    moves: tuple[Move, ...]


def of_project(
    session: Session, folder: Path | None, project: int, *, most: int, step: str | None = None
) -> list[Moment]:
    """Return what happened to a project, the newest first, `most` entries at most.

    Loaded holidays count, and times that were learned. With `step`, only the entries that moved a
    date of it or tell of it.
    """
    own = list(audit.entries(session, project=project))
    every = [e for action in _OF_ALL for e in audit.entries(session, action=action)]
    later = [entry for entry in every if own and entry.seq > own[0].seq]
    found = []
    for entry in sorted([*own, *later], key=lambda each: -each.seq):
        moves = tuple(_moves(session, folder, project, entry))
        if entry.action in _OF_ALL and not moves:
            continue
        if step:
            moves = tuple(move for move in moves if move.step == step)
            if not moves and step not in _steps_told(entry):
                continue
        found.append(Moment(entry, moves))
        if len(found) == most:
            break
    return found


def _steps_told(entry: Entry) -> set[str]:
    rows: dict[str, list[dict[str, Any]]] = entry.content.get("rows", {})
    return {row["step"] for row in rows.get("event", ())}


def _moves(session: Session, folder: Path | None, project: int, entry: Entry) -> Iterable[Move]:
    day = known_by(entry)
    before = _plan(session, folder, project, Sight.on(day, through=entry.seq - 1))
    after = _plan(session, folder, project, Sight.on(day, through=entry.seq))
    if after is None:
        return
    old = {step.step.id: finish_of(step) for step in before.steps} if before else {}
    for step in after.steps:
        then, now = old.get(step.step.id), finish_of(step)
        if before and then != now:
            yield Move(step.step.id, step.step.name, then, now)
    then, now = forecast_of(before) if before else None, forecast_of(after)
    if then != now:
        yield Move(None, after.target.name, then, now)


def known_by(entry: Entry) -> date:
    """Return the day on which what an entry tells was known: that of its rows, else its own day.

    Entries bear UTC, and the county's day began eight hours earlier.
    """
    rows: dict[str, list[dict[str, Any]]] = entry.content.get("rows", {})
    days = [row["known_by"] for found in rows.values() for row in found if "known_by" in row]
    if days:
        return date.fromisoformat(max(days))
    return (datetime.fromisoformat(entry.at) + _AHEAD).date()


def _plan(session: Session, folder: Path | None, project: int, sight: Sight) -> Plan | None:
    found: Sequence[projects.Record] = projects.load(session, sight, project)
    if not found:
        return None
    catalog = law.catalog_for(session, folder, sight.through)
    try:
        return lookup.look_at(found[0], catalog, sight.status_date).standing.plan
    except TrackerError:  # nothing could be planned then: no procedure in force, an impossible day
        return None
