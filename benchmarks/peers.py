"""The same networks in the hands of other engines. Only the benchmark imports this."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import networkx as nx
import rustworkx as rx
from longpath import cpm, model
from longpath.calendars import WorkCalendar

from tracker.core.calendars import FIRST_DAY, Calendar
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.plan.facts import Stage

EPOCH = date(1970, 1, 1)
_HOURS = [(8 * 60, 16 * 60)]
_MORNING, _EVENING = time(8), time(16)
_STATUS = {
    Stage.WAITING: model.NOT_STARTED,
    Stage.BEGUN: model.IN_PROGRESS,
    Stage.FINISHED: model.COMPLETE,
}


def longpath_calendar(calendar: Calendar) -> WorkCalendar:
    """Return a calendar of eight hours on each worked day."""
    week: list[list[tuple[int, int]]] = [list(_HOURS)] * 5 + [[], []]
    if calendar.worked.all():
        week = [list(_HOURS)] * 7
    exceptions = {}
    for n, worked in enumerate(calendar.worked.tolist()):
        day = FIRST_DAY + timedelta(days=n)
        if bool(week[day.weekday()]) != worked:
            exceptions[day] = list(_HOURS) if worked else []
    return WorkCalendar(calendar.name, calendar.name, week, exceptions, 8.0)


def longpath_project(draft: Draft) -> model.Project:
    """Return the draft as longpath's objects."""
    project = model.Project(draft.id, draft.id, draft.id)
    project.planned_start = datetime.combine(draft.start, _MORNING)
    today = draft.status_date or draft.start
    project.data_date = datetime.combine(today, _MORNING)
    if draft.deadline:
        project.must_finish = datetime.combine(draft.deadline, _EVENING)
    project.activities = {step.id: _activity(step) for step in draft.steps}
    project.relationships = [
        model.Relationship(tie.predecessor, tie.successor, str(tie.type), tie.lag * 8.0)
        for tie in draft.ties
    ]
    return project


def _activity(step: DraftStep) -> model.Activity:
    left = step.remaining if step.remaining is not None else step.duration
    return model.Activity(
        step.id,
        step.id,
        step.id,
        calendar_id=step.calendar.name,
        status=_STATUS[step.stage],
        orig_dur_h=step.duration * 8.0,
        rem_dur_h=0.0 if step.stage is Stage.FINISHED else left * 8.0,
        actual_start=datetime.combine(step.actual_start, _MORNING) if step.actual_start else None,
        actual_finish=datetime.combine(step.actual_finish, _EVENING)
        if step.actual_finish
        else None,
    )


OPTIONS = cpm.CpmOptions(lag_calendar="successor", float_type="min")


def longpath(project: model.Project, calendars: Mapping[str, WorkCalendar]) -> cpm.CpmResult:
    """Run longpath on one project."""
    return cpm.run(project, dict(calendars), OPTIONS)


def networkx_loops(graph: nx.DiGraph, days: Mapping[str, int], deadline: int) -> dict[str, int]:
    """Both passes and the floats on a finish-to-start graph, as people write them."""
    order = list(nx.topological_sort(graph))
    early: dict[str, int] = {}
    for step in order:
        early[step] = max((early[p] for p in graph.predecessors(step)), default=0) + days[step]
    late: dict[str, int] = {}
    for step in reversed(order):
        late[step] = min((late[s] - days[s] for s in graph.successors(step)), default=deadline)
    return {step: late[step] - early[step] for step in order}


def rustworkx_loops(graph: rx.PyDiGraph, days: list[int], deadline: int) -> list[int]:
    """Do the same on rustworkx's order, with lists."""
    order = rx.topological_sort(graph)
    early, late = [0] * len(days), [deadline] * len(days)
    for step in order:
        before = [early[p] for p in graph.predecessor_indices(step)]
        early[step] = max(before, default=0) + days[step]
    for step in reversed(order):
        after = [late[s] - days[s] for s in graph.successor_indices(step)]
        late[step] = min(after, default=deadline)
    return [b - a for a, b in zip(early, late, strict=True)]


def graph_of(draft: Draft) -> nx.DiGraph:
    """Return a draft's graph for the loops."""
    graph: Any = nx.DiGraph()
    graph.add_nodes_from(step.id for step in draft.steps)
    graph.add_edges_from((tie.predecessor, tie.successor) for tie in draft.ties)
    return graph
