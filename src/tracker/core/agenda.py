"""The days that a leader, a task force or an office has to keep, for a calendar of their own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tracker.core.digest import led_by
from tracker.core.flag import Standing
from tracker.core.follow_up import Case, CaseState, Outcome
from tracker.core.problems import Message, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A day to keep. `key` names it for good; of one that `is_over` a calendar lets go.

    `version` grows whenever what stands behind it changed.
    """

    key: str
    day: date
    what: Message
    version: int
    is_over: bool = False


def agenda(standings: Iterable[Standing], cases: Iterable[Case], whose: str) -> tuple[Entry, ...]:
    """Return the days of a leader, a task force or an office, in order."""
    everyone = list(standings)
    by_id = {standing.project.id: standing for standing in everyone}
    own = _own(everyone, whose)
    found: list[Entry] = []
    for standing in own:
        found.extend(_deadlines(standing))
    for standing in everyone:
        found.extend(_clocks(standing, whose))
    ids = {standing.project.id for standing in own}
    for case in cases:
        if case.project in by_id and (case.project in ids or case.office == whose):
            found.extend(_of_case(case, by_id[case.project]))
    return tuple(sorted(found, key=lambda entry: (entry.day, entry.key)))


def known(standings: Iterable[Standing], cases: Iterable[Case], whose: str) -> bool:
    """Tell whether anybody is called so: a leader, a task force, or an office with a step."""
    everyone = list(standings)
    offices = {step.step.office.zh for s in everyone for step in s.plan.steps}
    forces = {s.project.task_force for s in everyone}
    return bool(led_by(everyone, whose)) or whose in offices | forces | {c.office for c in cases}


def _own(standings: list[Standing], whose: str) -> list[Standing]:
    """Return the projects that a leader or a task force answers for."""
    forces = [s for s in standings if s.project.task_force == whose]
    return led_by(standings, whose) or forces


def _deadlines(standing: Standing) -> Iterator[Entry]:
    """Yield the deadline of a project and those of steps on its way."""
    project, plan = standing.project, standing.plan
    if plan.deadline:
        yield Entry(
            key=f"deadline-{project.id}",
            day=plan.deadline,
            what=message(
                "{project}: {target} is due", project=project.name, target=plan.target.name
            ),
            version=project.version,
            is_over=plan.is_done,
        )
    for interim in standing.interims:
        yield Entry(
            key=f"deadline-{project.id}-{interim.step.id}",
            day=interim.deadline,
            what=message(
                "{project}: {target} is due", project=project.name, target=interim.step.name
            ),
            version=project.version,
            is_over=interim.span.worst is None,
        )


def _clocks(standing: Standing, whose: str) -> Iterator[Entry]:
    """Yield the last days that the law gives an office."""
    for clock in standing.clocks:
        if clock.due and clock.step.office.zh == whose:
            yield Entry(
                key=f"clock-{standing.project.id}-{clock.step.id}-{clock.accepted}",
                day=clock.due,
                what=message(
                    "{project}: last day for {step}",
                    project=standing.project.name,
                    step=clock.step.name,
                ),
                version=standing.project.version,
            )


def _of_case(case: Case, standing: Standing) -> Iterator[Entry]:
    """Yield the promises of a follow-up, those that are over too, and until when to answer it."""
    number, acts = case.follow_up.number, len(case.follow_up.acts)
    for n, promise in enumerate(case.promises):
        if promise.act.until:
            yield Entry(
                key=f"promise-{number}-{n}",
                day=promise.act.until,
                what=message(
                    "{project}: promise of {who}: {text}",
                    project=standing.project.name,
                    who=promise.act.who,
                    text=promise.act.text or "–",
                ),
                version=acts,
                is_over=promise.outcome is not Outcome.DUE,
            )
    yield Entry(
        key=f"answer-{number}",
        day=case.due,
        what=message("{project}: answer the follow-up", project=standing.project.name),
        version=acts,
        is_over=case.state in (CaseState.CLOSED, CaseState.TO_CHECK) or case.promise is not None,
    )
