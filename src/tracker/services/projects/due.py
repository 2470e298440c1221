"""The steps of a project that have deadlines of their own (阶段时限)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from tracker.core.calendars import EVERY_DAY
from tracker.core.model import Project, Step, StepKind
from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.law import Catalog
from tracker.services.projects import changes, lookup
from tracker.services.projects.changes import Change
from tracker.services.projects.planning import ground_for
from tracker.services.texts import day_in
from tracker.store import Session
from tracker.store.audit import Act
from tracker.store.projects import Record


class NeverDueError(TrackerError):
    """A deadline of its own that a step cannot have."""

    code = "never_due"
    kind = ErrorKind.USAGE

    def __init__(self, what: Message) -> None:
        super().__init__(what, remedy=message("Look at the steps on the way: tracker plan."))


def days_in(texts: Iterable[str]) -> dict[str, str]:
    """Return days by step, as typed: STEP=DATE. Raises NeverDueError without the `=`."""
    found = {}
    for text in texts:
        step, equals, day = text.partition("=")
        if not equals:
            what = message("'{text}' names no date: write STEP=DATE.", text=text)
            raise NeverDueError(what)
        found[step.strip()] = day.strip()
    return found


def due_by(
    record: Record, catalog: Catalog, status_date: date, texts: Mapping[str, str]
) -> Project:
    """Return the project with deadlines of some steps, ISO dates by step; '' takes one away.

    Raises UnknownStepError, WhichStepError, BadDayError, and NeverDueError for a step that recurs
    or waits for the target, or a day that no plan reaches.
    """
    procedure = lookup.blueprint_of(record, catalog, status_date).procedure
    due = dict(record.project.due)
    for text, day in texts.items():
        step = lookup.step_id(record, catalog, status_date, text)
        if step not in procedure.by_id:
            raise catalog.unknown_step(text, procedure)
        due.pop(step, None)
        if day:
            _check(record, catalog, status_date, procedure.step(step))
            due[step] = _covered(day_in(day, message("Due")))
    return replace(record.project, due=due)


def _covered(day: date) -> date:
    """Return a day that plans reach; beyond it the whole project could not be planned."""
    first, last = EVERY_DAY.first_day, EVERY_DAY.last_day
    if not first <= day <= last:
        what = message("{day} is beyond what can be planned, {first} to {last}.")
        raise NeverDueError(what.of(day=day, first=first, last=last))
    return day


def _check(record: Record, catalog: Catalog, status_date: date, step: Step) -> None:
    """Raise where a step can have no deadline of its own."""
    if step.kind is StepKind.RECURRING:
        raise NeverDueError(message("{step} recurs; it has no day to be due.", step=step.name))
    way = ground_for(record, catalog, status_date, step.id).blueprint
    target = record.project.target
    if step.id != target and target in way.network.position:
        raise NeverDueError(
            message("{step} waits for {target}, the target of the plan.").of(
                step=step.name, target=way.procedure.step(target).name
            )
        )


def keep(session: Session, act: Act, before: Project, after: Project, status_date: date) -> None:
    """Write the deadlines. The caller owns the transaction."""
    if before != after:
        change = Change(before, after)
        changes.keep(session, act, change, action="change project", known_by=status_date)
