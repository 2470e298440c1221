"""A procedure planned for nobody: what an official reads line by line and may object to.

The steps in order with their days from a stated day on, under stated answers; and the critical path
in one sum: so many working days, of which so many in each part of the work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.compile import fits, open_questions, switched_off
from tracker.core.model import Area, Level, Link, Procedure, Question
from tracker.core.plan import Plan, PlannedStep, plan
from tracker.core.problems import BadFileError, ErrorKind, Place, TrackerError, message
from tracker.core.track import State, progress
from tracker.law import Catalog
from tracker.law.objections import Objection

__all__ = ["CountedBy", "Outline", "OutlineLine", "outline", "typed_answers"]


class CountedBy(StrEnum):
    """Where the days that a plan counts for a step come from."""

    PROMISE = "promise"
    EXPERIENCE = "experience"
    LAW = "law"
    GUIDE = "guide"
    PROCEDURE = "procedure"
    """What one procedure counts whatever else is said, such as a permit issued with another."""
    INSTANT = "instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineLine:
    """One step: its number, what it waits for among the steps shown, and where its days are from.

    `level` is who decides under the answers; `objections` are those somebody raised to it.
    """

    number: int
    planned: PlannedStep
    waits: Sequence[Link]
    counted_by: CountedBy
    level: Level
    objections: Sequence[Objection]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The lines of a procedure up to its target, and its critical path.

    `shares` are the working days of the critical path by part of the work, the largest first; they
    add up to the days that the plan needs. `assumed` are the questions, of the project and of the
    county, that took a careful answer.
    """

    plan: Plan
    lines: Sequence[OutlineLine]
    shares: Sequence[tuple[Area, int]]
    assumed: Sequence[Question]


def outline(
    catalog: Catalog, procedure_id: str, target: str, day: date, answers: Mapping[str, str]
) -> Outline:
    """Return a procedure planned from `day` on, nothing of it recorded.

    Raises UnknownStepError or BadFileError for a target or a procedure that is not there.
    """
    blueprint = catalog.blueprint(procedure_id, target, day, answers=answers)
    off = switched_off(blueprint.procedure, answers)
    found = plan(blueprint, progress(blueprint, (), off, day), status_date=day, deadline=None)
    needed = [step for step in found.steps if step.progress.state is not State.NOT_NEEDED]
    shown = {step.step.id for step in needed}
    return Outline(
        plan=found,
        lines=[
            OutlineLine(
                number=number,
                planned=step,
                waits=[
                    link
                    for link in blueprint.links
                    if link.successor == step.step.id and link.predecessor in shown
                ],
                counted_by=_counted_by(step, day),
                level=step.step.level_for(answers),
                objections=[o for o in catalog.objections if o.step == step.step.id],
            )
            for number, step in enumerate(needed, 1)
        ],
        shares=_shares(found, catalog),
        assumed=(*open_questions(blueprint, answers), *_of_county(blueprint.procedure)),
    )


def typed_answers(typed: Sequence[str], procedure: Procedure) -> Mapping[str, str]:
    """Return answers written as `fact=answer`. Raises BadFileError for one that does not fit."""
    found = {}
    asked = {question.fact: question for question in procedure.questions}
    for each in typed:
        fact, _, said = (part.strip() for part in each.partition("="))
        question = asked.get(fact)
        if question is None or not fits(question, said):
            raise _bad_answer(each, procedure)
        found[fact] = said
    return found


def _bad_answer(typed: str, procedure: Procedure) -> TrackerError:
    return BadFileError(
        "bad_answer",
        message("'{text}' answers no question of {procedure}.").of(
            text=typed, procedure=procedure.name
        ),
        remedy=message("The questions are listed by: tracker procedures show {id}.").of(
            id=procedure.id
        ),
        place=Place(file=procedure.file),
        kind=ErrorKind.USAGE,
    )


def _of_county(procedure: Procedure) -> Sequence[Question]:
    """Return the questions that the county has one answer to and has not answered."""
    return [q for q in procedure.questions if q.of_county and q.fact not in procedure.given]


def _counted_by(planned: PlannedStep, day: date) -> CountedBy:
    """Return what `Step.plan_time_on` took, in its order."""
    step = planned.step
    if step.is_instant:
        return CountedBy.INSTANT
    if step.takes is not None:
        return CountedBy.PROCEDURE
    if step.promised_on(day):
        return CountedBy.PROMISE
    if step.typical:
        return CountedBy.EXPERIENCE
    return CountedBy.LAW if step.limit_law_on(day) else CountedBy.GUIDE


def _shares(found: Plan, catalog: Catalog) -> Sequence[tuple[Area, int]]:
    """Return the working days that each part of the work adds to the critical path.

    Where two critical steps run beside one another, the days count once, for the one that begins
    first.
    """
    critical = [
        (step.early_finish, step.early_start, step.step.area)
        for step in found.steps
        if step.on_longest_path and step.early_start and step.early_finish
    ]
    shares: dict[Area, int] = {}
    covered = 0
    for finish, _, area in sorted(critical, key=lambda each: each[:2]):
        until = catalog.working_days.count(found.status_date, finish)
        if until > covered:
            shares[area] = shares.get(area, 0) + until - covered
            covered = until
    return sorted(shares.items(), key=lambda each: -each[1])
