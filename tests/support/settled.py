"""Projects of which everything is known: what is not recorded is recorded as not begun."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import told_of
from tracker.core.model import Event, EventKind, Project
from tracker.core.plan import Plan
from tracker.law import Catalog
from tracker.services.projects.planning import ground_for, planned, recorded_of
from tracker.store.projects import Record


def settled(law: Catalog, project: Project, events: Sequence[Event], day: date) -> Record:
    """Return the project with careful answers, and not begun what neither is told nor follows."""
    procedure = law.procedure(project.procedure, day)
    careful = {q.fact: q.careful for q in procedure.questions if not q.of_county}
    record = Record(replace(project, facts={**careful, **project.facts}), tuple(events))
    ground = ground_for(record, law, day)
    known = recorded_of(ground.blueprint, record, day)
    told = told_of(
        ground, known, record.project.answers, status_date=day, deadline=project.deadline
    )
    states = States(ground, told)
    silent = np.flatnonzero((states.told.said[:, 0] == 0) & ~states.implied[:, 0])
    begun = {event.step for event in events}
    more = [
        Event(step=step, kind=EventKind.NOT_STARTED, day=None, known_by=day)
        for step in (ground.blueprint.ids[n] for n in silent.tolist())
        if step not in begun
    ]
    return replace(record, events=(*more, *events))


def plan_of(law: Catalog, procedure: str, target: str, events: Sequence[Event], day: date) -> Plan:
    """Return the plan of a project without a deadline of which everything is known."""
    project = Project(id=1, name="某项目", procedure=procedure, target=target)
    record = settled(law, project, events, day)
    return planned(ground_for(record, law, day), [record], law, day)[0].plan
