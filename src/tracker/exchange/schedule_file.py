"""`tracker-schedule/1`: what `tracker schedule` answers (contract: schedule)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from tracker.core.explain import EarlyReason, Explanation, LateReason
from tracker.core.plan.chances import Chances, Quantiles, StepChance
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.plan.facts import Stage
from tracker.core.plan.finding import Finding
from tracker.core.plan.reasons import Bound, FloatPath
from tracker.core.plan.schedule import Dates, Schedule
from tracker.core.problems import Message, TrackerError

FORMAT = "tracker-schedule/1"
Say = Callable[[Message], str]


def schedule_record(
    draft: Draft,
    schedule: Schedule | None,
    findings: Sequence[Finding],
    *,
    feasible: bool,
    say: Say,
) -> dict[str, Any]:
    """Return the answer to one network, ready for JSON; `say` puts sentences into a language."""
    steps = _steps(draft, schedule) if schedule else {}
    return {
        "format": FORMAT,
        "id": draft.id,
        "finish": schedule.finish or _last_actual(draft) if schedule else None,
        "feasible": feasible,
        "steps": {step.id: steps.get(step.id, {"uncomputed": True}) for step in draft.steps},
        "problems": [_problem(finding, say) for finding in findings],
    }


def _last_actual(draft: Draft) -> date | None:
    """Return the day on which the last step was finished, when nothing is left."""
    return max((s.actual_finish for s in draft.steps if s.actual_finish), default=None)


def explanation_record(explanation: Explanation, say: Say) -> dict[str, Any]:
    """Return the chain behind each date: as data, and as sentences."""
    return {
        "step": explanation.step,
        "early": [_early_reason(reason, say) for reason in explanation.early],
        "late": [_late_reason(reason, say) for reason in explanation.late],
    }


def _early_reason(reason: EarlyReason, say: Say) -> dict[str, Any]:
    found: dict[str, Any] = {"step": reason.step, "starts": reason.start}
    if reason.link and reason.type:
        found["link"] = list(reason.link)
        found |= {"type": str(reason.type), "lag": reason.lag, "lag_calendar": reason.lag_calendar}
        found["predecessor_starts" if reason.type.is_from_start else "predecessor_ends"] = (
            reason.stood
        )
    else:
        found["floor"] = str(reason.floor)
    return {**found, "days_off": reason.days_off, "sentence": say(reason.sentence)}


def _late_reason(reason: LateReason, say: Say) -> dict[str, Any]:
    found: dict[str, Any] = {"step": reason.step, "ends_by": reason.finish}
    if reason.link and reason.type:
        found["link"] = list(reason.link)
        found |= {"type": str(reason.type), "lag": reason.lag, "lag_calendar": reason.lag_calendar}
        found["successor_ends_by" if reason.type.is_to_finish else "successor_starts_by"] = (
            reason.needed
        )
    else:
        found |= (
            {"deadline_of": reason.deadline_of} if reason.deadline_of else {"network_finish": True}
        )
    return {**found, "sentence": say(reason.sentence)}


def paths_record(schedule: Schedule, paths: Sequence[FloatPath]) -> list[dict[str, Any]]:
    """Return the worst paths into an end, the worst first."""
    nodes = schedule.column.network.nodes
    return [{"slack": path.slack, "steps": [nodes[n].id for n in path.steps]} for path in paths]


def chances_record(draft: Draft, schedule: Schedule, found: Chances) -> dict[str, Any]:
    """Return how likely each finish is; `start_by` keeps the deadlines in the share `wanted`."""
    steps = zip(schedule.column.network.nodes, found.steps, strict=True)
    project: dict[str, Any] = {"draws": found.draws, "seed": found.seed, **_quantiles(found.finish)}
    if draft.deadline:
        project["chance"] = found.chance
    if found.wanted:
        project["wanted"] = found.wanted
    return {
        "project": project,
        "steps": {node.id: _step_chance(step) for node, step in steps if step is not None},
    }


def _step_chance(step: StepChance) -> dict[str, Any]:
    found = {**_quantiles(step.finish), "criticality": step.criticality}
    if step.start_by:
        found |= {"chance": step.chance, "start_by": step.start_by}
    return found


def _quantiles(found: Quantiles) -> dict[str, Any]:
    return {"p50": found.p50, "p80": found.p80, "p95": found.p95}


def refusal_record(
    network_id: str | None, error: TrackerError, *, where: str, say: Say
) -> dict[str, Any]:
    """Return what stands in the place of an answer when a network is refused."""
    told = {
        "code": error.code,
        "message": say(error.what),
        "place": where,
        "remedy": say(error.remedy),
    }
    return {"format": FORMAT, "id": network_id, "error": told}


def _problem(finding: Finding, say: Say) -> dict[str, Any]:
    place: dict[str, Any] = {}
    if finding.is_link:
        place = {"link": list(finding.steps)}
    elif len(finding.steps) == 1:
        place = {"step": finding.steps[0]}
    elif finding.steps:
        place = {"steps": list(finding.steps)}
    issue = {"latest_issue": finding.latest_issue} if finding.latest_issue else {}
    return {"code": finding.code, **place, **issue, "message": say(finding.sentence)}


def _steps(draft: Draft, schedule: Schedule) -> Mapping[str, dict[str, Any]]:
    network = schedule.column.network
    return {
        node.id: _step(draft, draft.by_id[node.id], schedule, n)
        for n, node in enumerate(network.nodes)
    }


def _step(draft: Draft, step: DraftStep, schedule: Schedule, n: int) -> dict[str, Any]:
    if step.stage is Stage.FINISHED:
        return {
            "complete": True,
            "actual_start": step.actual_start,
            "actual_finish": step.actual_finish,
        }
    if step.stage is Stage.OFF:
        return {"off": True}
    early, late = schedule.early(n), schedule.late(n)
    holidays = draft.holidays
    return {
        "early_start": early.start,
        "early_finish": early.finish,
        "late_start": late.start,
        "late_finish": late.finish,
        **_seen(early),
        "total_float": schedule.total_floats[n],
        "free_float": schedule.free_floats[n],
        "critical": schedule.is_critical(n),
        "longest_path": schedule.is_on_longest_path(n),
        "driven_by": driven_by(schedule, n),
        "bound_by": _bound_by(schedule, schedule.bounds[n]),
        "provisional": holidays is not None and schedule.is_provisional(n, holidays),
    }


def _seen(early: Dates) -> dict[str, Any]:
    return {"date": early.seen} if early.seen else {}


def driven_by(schedule: Schedule, step: int) -> list[dict[str, Any]]:
    """Return the links and the floors that set a step's early start."""
    network, found = schedule.column.network, schedule.drivers[step]
    arcs = [network.arcs[number] for number in found.arcs]
    links = [[network.nodes[a.predecessor].id, network.nodes[a.successor].id] for a in arcs]
    return [*({"link": link} for link in links), *({"floor": str(floor)} for floor in found.floors)]


def _bound_by(schedule: Schedule, bound: Bound) -> dict[str, Any]:
    if bound.step is not None:
        return {"deadline_of": schedule.column.network.nodes[bound.step].id}
    return {"network_finish": True} if bound.is_network_finish else {"deadline_of": "project"}
