"""The steps of a project that have deadlines of their own (阶段时限)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tracker.core.model import Project
from tracker.core.problems import message
from tracker.law import Catalog
from tracker.services.projects import changes, lookup
from tracker.services.projects.changes import Change
from tracker.services.texts import day_in
from tracker.store import Session
from tracker.store.audit import Act
from tracker.store.projects import Record


def due_by(
    record: Record, catalog: Catalog, status_date: date, texts: Mapping[str, str]
) -> Project:
    """Return the project with deadlines of some steps, ISO dates by step; '' takes one away.

    Raises UnknownStepError, WhichStepError, BadDayError.
    """
    procedure = lookup.blueprint_of(record, catalog, status_date).procedure
    due = dict(record.project.due)
    for text, day in texts.items():
        step = lookup.step_id(record, catalog, status_date, text)
        if step not in procedure.by_id:
            raise catalog.unknown_step(text, procedure)
        due.pop(step, None)
        if day:
            due[step] = day_in(day, message("Due"))
    return replace(record.project, due=due)


def keep(session: Session, act: Act, before: Project, after: Project, status_date: date) -> None:
    """Write the deadlines. The caller owns the transaction."""
    if before != after:
        change = Change(before, after)
        changes.keep(session, act, change, action="change project", known_by=status_date)
