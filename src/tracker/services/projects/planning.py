"""Records become plans: what is recorded, the worlds that fit it, and the one that is shown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tracker.core.calendars import EVERY_DAY, boundary_after
from tracker.core.clocks.moves import STATE_AFTER
from tracker.core.compile import Blueprint
from tracker.core.knowledge.ground import Ground, ground_of
from tracker.core.knowledge.outlook import Outlook, outlooks, shown_progress
from tracker.core.knowledge.questions import Inquiry, inquiry_of
from tracker.core.knowledge.sources import Source, source_beyond
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Told, told_of
from tracker.core.knowledge.worlds import Reach
from tracker.core.plan import Interim, Plan, World, plans
from tracker.core.plan.facts import NONE
from tracker.core.track import (
    Known,
    Progress,
    State,
    known_on,
    progress,
    with_duties,
    with_excess,
)
from tracker.law import Catalog
from tracker.store.projects import Record

BLOCK = 128
"""Projects at a time: each is some fifty columns of the passes."""
_START = "start"
_BEGUN = Progress(known=Known.RECORDED)
_BY_FIELD = Known.ANSWERED
_APPROVALS = ("fs_approval", "hz_approval", "enterprise_filing")
"""The step that 立项 means, by regime."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A project's plan, what it rests on, and the steps that are due by days of their own."""

    plan: Plan
    outlook: Outlook
    interims: tuple[Interim, ...]


def ground_for(
    record: Record, catalog: Catalog, status_date: date, target: str | None = None
) -> Ground:
    """Return the network of a project, with the links of every answer it may still give."""
    project = record.project
    blueprint = catalog.whole_blueprint(
        project.procedure, target or project.target, status_date, began=began(record, status_date)
    )
    return ground_of(blueprint)


def began(record: Record, status_date: date) -> date:
    """Return the day on which a project began, which chooses the version of its procedure."""
    days = [event.day or event.known_by for event in record.events]
    return min([*days, status_date])


def recorded_of(blueprint: Blueprint, record: Record, status_date: date) -> Mapping[str, Progress]:
    """Return what is recorded of each step, and what follows from more than the plan leads through.

    Works that are planned to start have not begun. What is done behind the target by law tells that
    the target is reached.
    """
    found = dict(progress(blueprint, record.events, frozenset(), status_date))
    planned = record.project.planned_start
    if planned and planned > status_date and found.get(_START, _BEGUN).known is Known.SILENT:
        found[_START] = Progress(known_by=record.project.updated_on or status_date, known=_BY_FIELD)
    for step in record.left_blank & found.keys():
        found[step] = replace(found[step], left_blank=found[step].known is Known.SILENT)
    target = blueprint.ids[-1]
    if found[target].known is Known.SILENT and beyond(blueprint, record, status_date):
        found[target] = Progress(state=State.FINISHED, known_by=status_date, known=Known.IMPLIED)
    return with_excess(blueprint, found, record.project.answers, status_date)


def beyond(blueprint: Blueprint, record: Record, status_date: date) -> Source | None:
    """Return what is done behind the target and could not be without it; None for nothing."""
    states: dict[str, State] = {}
    for event in known_on(record.events, status_date):
        states[event.step] = STATE_AFTER.get(event.kind, states.get(event.step, State.NOT_STARTED))
    place = blueprint.network.position
    done = {s for s, state in states.items() if state is State.FINISHED and s not in place}
    return source_beyond(blueprint, done) if done else None


def _reach(
    ground: Ground,
    records: Sequence[Record],
    recorded: Sequence[Mapping[str, Progress]],
    status_date: date,
    due: Sequence[date | None],
    on_the_way: Sequence[Mapping[str, date]] = (),
) -> Reach:
    """Return how far projects may come, a column each, with the deadlines that stand beside them.

    `on_the_way` are those of steps before the target.
    """
    columns = [
        told_of(ground, known, each.project.answers, status_date=status_date, deadline=deadline)
        for each, known, deadline in zip(records, recorded, due, strict=True)
    ]
    states = States(ground, Told.side_by_side(columns))
    place = ground.blueprint.network.position
    steps = sorted({place[step] for each in on_the_way for step in each if step in place})
    rows = {step: np.full(len(records), NONE, dtype=np.int16) for step in steps}
    for n, each in enumerate(on_the_way):
        for step in each.keys() & place.keys():
            ends = boundary_after(each[step])
            EVERY_DAY.check_covered(ends)
            rows[place[step]][n] = ends
    return Reach(states, rows)


def inquiry_into(ground: Ground, records: Sequence[Record], status_date: date) -> Inquiry:
    """Return what is open about projects that share a ground, and what the answers likely are."""
    due = [record.project.deadline for record in records]
    recorded = [recorded_of(ground.blueprint, record, status_date) for record in records]
    return inquiry_of(_reach(ground, records, recorded, status_date, due))


def due_of(record: Record, catalog: Catalog, status_date: date) -> Mapping[str, date]:
    """Return the steps of a project that have deadlines of their own, 立项时限 among them.

    Not the target where the project has a deadline.
    """
    project = record.project
    procedure = catalog.procedure(
        project.procedure, began(record, status_date), seen_from=status_date
    )
    found = {step: day for step, day in project.due.items() if step in procedure.by_id}
    approval = next((each for each in _APPROVALS if each in procedure.by_id), None)
    if project.approval_deadline and approval:
        found[approval] = project.approval_deadline
    if project.deadline:
        found.pop(project.target, None)
    return found


def interims_aside(
    ground: Ground, records: Sequence[Record], catalog: Catalog, status_date: date
) -> Mapping[int, tuple[Interim, ...]]:
    """Return, by project, the steps due by days of their own that `ground` does not lead through.

    What waits for the target is left out: it is not due before it.
    """
    place = ground.blueprint.network.position
    groups: dict[Ground, list[Record]] = defaultdict(list)
    for record in records:
        for step in due_of(record, catalog, status_date).keys() - place.keys():
            beside = ground_for(record, catalog, status_date, step)
            if record.project.target not in beside.blueprint.network.position:
                groups[beside].append(record)
    found: dict[int, list[Interim]] = defaultdict(list)
    for beside, group in groups.items():
        step = beside.blueprint.ids[-1]
        due = [{step: due_of(record, catalog, status_date)[step]} for record in group]
        for first in range(0, len(group), BLOCK):
            some = group[first : first + BLOCK]
            recorded = [recorded_of(beside.blueprint, record, status_date) for record in some]
            nowhere = [None] * len(some)
            reach = _reach(beside, some, recorded, status_date, nowhere, due[first : first + BLOCK])
            for record, outlook in zip(some, outlooks(reach), strict=True):
                found[record.project.id].extend(outlook.interims)
    return {number: tuple(each) for number, each in found.items()}


def planned(
    ground: Ground,
    records: Sequence[Record],
    catalog: Catalog,
    status_date: date,
    *,
    deadlines: Mapping[int, date] | None = None,
) -> list[Planned]:
    """Return the plans of projects that share a ground: a few calls for a block of them.

    `deadlines`, by project, take the place of the projects' own.
    """
    aside = interims_aside(ground, records, catalog, status_date)
    on_the_way = [due_of(record, catalog, status_date) for record in records]
    found: list[Planned] = []
    for first in range(0, len(records), BLOCK):
        some = slice(first, first + BLOCK)
        found += _planned(ground, records[some], status_date, deadlines or {}, on_the_way[some])
    return [
        replace(each, interims=_in_order((*each.interims, *aside.get(record.project.id, ()))))
        for record, each in zip(records, found, strict=True)
    ]


def _in_order(interims: Iterable[Interim]) -> tuple[Interim, ...]:
    return tuple(sorted(interims, key=lambda each: each.deadline))


def _planned(
    ground: Ground,
    records: Sequence[Record],
    status_date: date,
    deadlines: Mapping[int, date],
    on_the_way: Sequence[Mapping[str, date]],
) -> list[Planned]:
    due = [deadlines.get(r.project.id, r.project.deadline) for r in records]
    recorded = [recorded_of(ground.blueprint, record, status_date) for record in records]
    found = outlooks(_reach(ground, records, recorded, status_date, due, on_the_way))
    worlds = [
        World(
            progress=with_duties(
                ground.blueprint, shown_progress(ground, outlook, known), status_date
            ),
            facts=outlook.facts,
            deadline=deadline,
            span=outlook.span,
        )
        for outlook, known, deadline in zip(found, recorded, due, strict=True)
    ]
    made = plans(ground.blueprint, worlds, status_date=status_date)
    return [
        Planned(plan, outlook, outlook.interims) for plan, outlook in zip(made, found, strict=True)
    ]
