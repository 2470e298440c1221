"""Why a step of a project lies where it does, in the names of its steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.core.explain import EarlyReason, LateReason, explain
from tracker.core.model import Link, Step
from tracker.core.plan import PlannedStep
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.schedule import Schedule
from tracker.core.problems import Message, message
from tracker.i18n.words import Words
from tracker.services.projects.lookup import View

_CALENDARS: Mapping[str, Message] = {
    "cn": message("working days"),
    "every_day": message("calendar days"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The steps that a step waits for and that wait for it, and the chains behind its dates.

    Both chains are empty for a step that is over, or that the plan does not lead through.
    """

    step: Step
    planned: PlannedStep | None
    before: tuple[tuple[Link, Step, PlannedStep | None], ...]
    after: tuple[tuple[Link, Step, PlannedStep | None], ...]
    early: Sequence[Message] = ()
    late: Sequence[Message] = ()


def reasons_of(view: View, step: str, words: Words) -> Reasons | None:
    """Return why a step lies where it does; None where the procedure has no such step."""
    procedure = view.blueprint.procedure
    if step not in procedure.by_id:
        return None
    planned = {each.step.id: each for each in view.standing.plan.steps}
    by_id = procedure.by_id
    links = [x for x in procedure.links if x.predecessor in by_id and x.successor in by_id]
    early, late = _chains(view, step, words)
    return Reasons(
        step=by_id[step],
        planned=planned.get(step),
        before=tuple(
            (x, by_id[x.predecessor], planned.get(x.predecessor))
            for x in links
            if x.successor == step
        ),
        after=tuple(
            (x, by_id[x.successor], planned.get(x.successor))
            for x in links
            if x.predecessor == step
        ),
        early=early,
        late=late,
    )


def _chains(view: View, step: str, words: Words) -> tuple[list[Message], list[Message]]:
    """Return both chains; a day is marked where its year or the one it counts from is unsettled."""
    network = view.blueprint.network
    n = network.position.get(step)
    if n is None or view.standing.plan.fault or view.standing.plan.is_done:
        return [], []
    schedule = Schedule(solve(network, view.outlook.facts).column(0))
    if not schedule.column.is_left[n]:
        return [], []
    names = {each.id: words(each.name) for each in view.blueprint.procedure.steps}
    found = explain(schedule, n)
    days = view.blueprint.working_days
    early = [
        replace(
            _early(reason, names, words),
            start=days.marked(reason.start),
            stood=reason.stood and days.marked(reason.stood),
        ).sentence
        for reason in found.early
    ]
    until = found.late[-1].finish
    late = [
        replace(
            _late(reason, names, words),
            finish=days.marked(reason.finish, until),
            needed=reason.needed and days.marked(reason.needed, until),
        )
        for reason in found.late
    ]
    return early, [reason.sentence for reason in late]


def _early(reason: EarlyReason, names: Mapping[str, str], words: Words) -> EarlyReason:
    """Return a reason with the names of its steps and its calendar in place of their ids."""
    return replace(
        reason,
        step=names.get(reason.step, reason.step),
        link=_link(reason.link, names),
        lag_calendar=_calendar(reason.lag_calendar, words),
    )


def _late(reason: LateReason, names: Mapping[str, str], words: Words) -> LateReason:
    owner = reason.deadline_of
    return replace(
        reason,
        step=names.get(reason.step, reason.step),
        link=_link(reason.link, names),
        lag_calendar=_calendar(reason.lag_calendar, words),
        deadline_of=names.get(owner, owner) if owner else None,
    )


def _link(link: tuple[str, str] | None, names: Mapping[str, str]) -> tuple[str, str] | None:
    return link and (names.get(link[0], link[0]), names.get(link[1], link[1]))


def _calendar(name: str, words: Words) -> str:
    return words(_CALENDARS.get(name, name))
