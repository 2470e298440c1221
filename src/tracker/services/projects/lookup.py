"""One project as of a day: found by code, number or name, with its network, progress and plan."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.clocks import Clock, case_of
from tracker.core.compile import Blueprint, open_questions
from tracker.core.flag import Standing, standing
from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.outlook import Outlook
from tracker.core.knowledge.sources import Source, source_of
from tracker.core.model import Event, Project, Question, Sight, Step
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.track import Known, Progress, State, known_on
from tracker.law import Catalog
from tracker.services.projects.planning import began, beyond, ground_for, planned
from tracker.store import Session, projects
from tracker.store.projects import Record


class NoSuchProjectError(TrackerError):
    """No project has that number, code or name, or more than one has."""

    code = "no_such_project"
    kind = ErrorKind.USAGE

    def __init__(self, wanted: str, found: Sequence[Project]) -> None:
        if found:
            names = "; ".join(f"{project.id} {project.name}" for project in found[:10])
            what = message(
                "'{text}' fits more than one project: {names}.", text=wanted, names=names
            )
            remedy = message("Give the number or more of the name.")
        else:
            what = message("No project is called '{text}'.", text=wanted)
            remedy = message("Look at the list of projects: tracker flags, or the ledger page.")
        super().__init__(what, remedy=remedy)


class WhichStepError(TrackerError):
    """More than one step has that in its name."""

    code = "which_step"
    kind = ErrorKind.USAGE

    def __init__(self, wanted: str, found: Sequence[Step]) -> None:
        super().__init__(
            message("'{text}' fits more than one step: {steps}.").of(
                text=wanted, steps=tuple(step.name for step in found)
            ),
            remedy=message("Give more of the name."),
        )


class BeforeTheRecordError(TrackerError):
    """Nothing was known on that day: what was recorded first is younger."""

    code = "before_the_record"
    kind = ErrorKind.USAGE

    def __init__(self, status_date: date, first: date) -> None:
        super().__init__(
            message("Nothing is recorded for {day}; the record begins on {first}.").of(
                day=status_date, first=first
            ),
            remedy=message("Give that day or a later one."),
        )


@dataclass(frozen=True, slots=True)
class View:
    """One project looked at closely: its plan, and what that rests on."""

    standing: Standing
    ground: Ground
    outlook: Outlook
    record: Record

    @property
    def blueprint(self) -> Blueprint:
        """Return its network."""
        return self.ground.blueprint

    def source_of(self, step: str) -> Source | None:
        """Return what an implied step follows from."""
        known = {each.step.id: each.progress for each in self.standing.plan.steps}
        found = source_of(self.blueprint, known, step)
        is_target = step == self.blueprint.ids[-1]
        if found or not is_target or known[step].known is not Known.IMPLIED:
            return found
        return beyond(self.blueprint, self.record, self.standing.plan.status_date)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return the questions nobody has answered and on which a step or a link still hangs."""
        over = {step.step.id for step in self.standing.plan.steps if _is_told(step.progress)}
        known = {**self.standing.project.answers}
        return open_questions(self.blueprint, known, frozenset(over))


def _is_told(known: Progress) -> bool:
    return known.state is State.FINISHED and known.is_certain


def by_number(session: Session, number: int, sight: Sight) -> Record | None:
    """Return a project by its number, from where one looks; None when it is not there."""
    found = projects.load(session, sight, number)
    return found[0] if found else None


def find(session: Session, wanted: str, sight: Sight) -> Record:
    """Return the project with this code, number or part of a name.

    Raises NoSuchProjectError, BeforeTheRecordError.
    """
    records = projects.load(session, sight)
    first = projects.first_day(session) if not records else None
    if first and sight.status_date < first:
        raise BeforeTheRecordError(sight.status_date, first)
    text = wanted.strip()
    exact = [r for r in records if text in (r.project.code, str(r.project.id), r.project.name)]
    close = exact or [r for r in records if text and text in r.project.name]
    if len(close) != 1:
        raise NoSuchProjectError(wanted, [r.project for r in close])
    return close[0]


def blueprint_of(
    record: Record, catalog: Catalog, status_date: date, target: str | None = None
) -> Blueprint:
    """Return the network of a project: its procedure as of the day on which it began."""
    project = record.project
    return catalog.blueprint(
        project.procedure,
        target or project.target,
        status_date,
        began=began(record, status_date),
        answers=project.answers,
    )


def step_id(record: Record, catalog: Catalog, status_date: date, wanted: str) -> str:
    """Return the id of the step that people call so; what names none is returned as it is.

    Raises WhichStepError for a part of several names.
    """
    steps = blueprint_of(record, catalog, status_date).procedure.steps
    text = wanted.strip()
    named = [step for step in steps if text in (step.id, step.name.zh, step.name.en)]
    close = named or [step for step in steps if text and text in step.name.zh]
    if len(close) > 1:
        raise WhichStepError(text, close)
    return close[0].id if close else text


def clocks_beside(blueprint: Blueprint, record: Record, status_date: date) -> tuple[Clock, ...]:
    """Return the clocks that run on steps of the procedure which the plan does not lead through."""
    by_step: dict[str, list[Event]] = defaultdict(list)
    for event in known_on(record.events, status_date):
        by_step[event.step].append(event)
    beside = set(by_step) & set(blueprint.procedure.by_id) - set(blueprint.ids)
    steps = (step for step in blueprint.procedure.steps if step.id in beside)
    cases = (case_of(step, by_step[step.id], status_date, blueprint.working_days) for step in steps)
    return tuple(case.clock for case in cases if case and case.clock)


def look_at(
    record: Record,
    catalog: Catalog,
    status_date: date,
    *,
    target: str | None = None,
    deadline: date | None = None,
) -> View:
    """Return one project as of a day.

    Another target or deadline asks "what if" and saves nothing.
    """
    ground = ground_for(record, catalog, status_date, target)
    due = {record.project.id: deadline} if deadline else None
    (found,) = look_at_group(ground, [record], catalog, status_date, deadlines=due)
    return found


def look_at_group(
    ground: Ground,
    records: Sequence[Record],
    catalog: Catalog,
    status_date: date,
    *,
    deadlines: Mapping[int, date] | None = None,
) -> list[View]:
    """Return projects that share a ground, planned in one call.

    `deadlines`, by project, take the place of the projects' own.
    """
    found = planned(ground, records, catalog, status_date, deadlines=deadlines)
    besides = [clocks_beside(ground.blueprint, record, status_date) for record in records]
    return [
        View(
            standing=standing(record.project, each.plan, catalog.pack, beside, each.interims),
            ground=ground,
            outlook=each.outlook,
            record=record,
        )
        for record, each, beside in zip(records, found, besides, strict=True)
    ]
