"""Records become plans: what is recorded, the worlds that fit it, and the one that is shown."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.compile import Blueprint
from tracker.core.knowledge.ground import Ground, ground_of
from tracker.core.knowledge.outlook import Outlook, outlooks, shown_progress
from tracker.core.knowledge.questions import Inquiry, inquiry_of
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Told, told_of
from tracker.core.knowledge.worlds import Reach
from tracker.core.plan import Interim, Plan, World, plans
from tracker.core.track import Known, Progress, progress, with_duties, with_excess
from tracker.law import Catalog
from tracker.store.projects import Record

BLOCK = 128
"""Projects at a time: each is some fifty columns of the passes."""
_START = "start"
_BEGUN = Progress(known=Known.RECORDED)
_BY_FIELD = Known.ANSWERED


@dataclass(frozen=True, slots=True)
class Planned:
    """A project's plan, and what it rests on."""

    plan: Plan
    outlook: Outlook


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
    """Return what is recorded of each step; works that are planned to start have not begun."""
    found = dict(progress(blueprint, record.events, frozenset(), status_date))
    planned = record.project.planned_start
    if planned and planned > status_date and found.get(_START, _BEGUN).known is Known.SILENT:
        found[_START] = Progress(known_by=record.project.updated_on or status_date, known=_BY_FIELD)
    for step in record.left_blank & found.keys():
        found[step] = replace(found[step], left_blank=found[step].known is Known.SILENT)
    return with_excess(blueprint, found, record.project.answers, status_date)


def told_by(
    ground: Ground, records: Sequence[Record], status_date: date, due: Sequence[date | None]
) -> Told:
    """Return what records say, a column each, with the deadlines that stand beside them."""
    columns = [
        told_of(
            ground,
            recorded_of(ground.blueprint, record, status_date),
            record.project.answers,
            status_date=status_date,
            deadline=deadline,
        )
        for record, deadline in zip(records, due, strict=True)
    ]
    return Told.side_by_side(columns)


def _reach(
    ground: Ground, records: Sequence[Record], status_date: date, due: Sequence[date | None]
) -> Reach:
    return Reach(States(ground, told_by(ground, records, status_date, due)))


def inquiry_into(ground: Ground, records: Sequence[Record], status_date: date) -> Inquiry:
    """Return what is open about projects that share a ground, and what the answers likely are."""
    due = [record.project.deadline for record in records]
    return inquiry_of(_reach(ground, records, status_date, due))


_APPROVALS = ("fs_approval", "hz_approval", "enterprise_filing")
"""The step that 立项 means, by regime."""


def interims(
    records: Sequence[Record], catalog: Catalog, status_date: date
) -> Mapping[int, tuple[Interim, ...]]:
    """Return the steps that have deadlines of their own, by project: 立项时限.

    Not the target, whose deadline is the project's.
    """
    groups: dict[Ground, list[Record]] = defaultdict(list)
    for record in records:
        project = record.project
        procedure = catalog.procedure(
            project.procedure, began(record, status_date), seen_from=status_date
        )
        step = next((each for each in _APPROVALS if each in procedure.by_id), None)
        if project.approval_deadline and step and step != project.target:
            groups[ground_for(record, catalog, status_date, step)].append(record)
    return {
        record.project.id: (each,)
        for ground, group in groups.items()
        for first in range(0, len(group), BLOCK)
        for record, each in _interims(ground, group[first : first + BLOCK], status_date)
    }


def _interims(
    ground: Ground, records: Sequence[Record], status_date: date
) -> Iterator[tuple[Record, Interim]]:
    """Yield when the last step of a ground ends, which has a deadline of its own."""
    due = [record.project.approval_deadline for record in records]
    found = outlooks(_reach(ground, records, status_date, due))
    for record, deadline, outlook in zip(records, due, found, strict=True):
        if deadline:
            step = ground.blueprint.steps[-1]
            yield record, Interim(step=step, deadline=deadline, span=outlook.span)


def planned(
    ground: Ground,
    records: Sequence[Record],
    status_date: date,
    *,
    deadlines: Mapping[int, date] | None = None,
) -> list[Planned]:
    """Return the plans of projects that share a ground: a few calls for a block of them.

    `deadlines`, by project, take the place of the projects' own.
    """
    return [
        each
        for first in range(0, len(records), BLOCK)
        for each in _planned(ground, records[first : first + BLOCK], status_date, deadlines or {})
    ]


def _planned(
    ground: Ground, records: Sequence[Record], status_date: date, deadlines: Mapping[int, date]
) -> list[Planned]:
    due = [deadlines.get(r.project.id, r.project.deadline) for r in records]
    recorded = [recorded_of(ground.blueprint, record, status_date) for record in records]
    found = outlooks(_reach(ground, records, status_date, due))
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
    return [Planned(plan, outlook) for plan, outlook in zip(made, found, strict=True)]
