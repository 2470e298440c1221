"""What would help a project, where its slip comes from, and the last days on which to start."""

from dataclasses import dataclass
from datetime import date

from tracker.core.levers import Bench, Help, what_helps
from tracker.core.model import Step
from tracker.core.plan.chances import Spread, chances
from tracker.core.plan.facts import NONE, Stage
from tracker.law import Catalog
from tracker.services.projects.lookup import View

WANTED = 0.8
"""The share of outcomes in which a start is to keep the deadline."""
_DRAWS, _SEED = 2000, 20260101


def help_for(view: View, catalog: Catalog) -> Help:
    """Return the measures that make a project sooner, in the world that its plan shows.

    None of one that cannot be planned.
    """
    plan = view.standing.plan
    if plan.fault or plan.finish is None:
        return Help((), None)
    bench = Bench(
        ground=view.ground,
        plan=plan,
        facts=view.outlook.facts,
        told=view.standing.project.answers,
        assumed=view.outlook.answers,
    )
    return what_helps(bench, catalog.levers)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastStart:
    """The last day on which a step may start.

    `planned` keeps the deadline if every step takes its plan's days, `likely` in four fifths of
    outcomes as steps really go; None where not even a start today does. `chance` is the share of
    outcomes in which the step as planned keeps it.
    """

    step: Step
    planned: date | None
    likely: date | None
    chance: float


def last_starts(view: View) -> tuple[LastStart, ...]:
    """Return the last starts of the steps on the critical path that have not begun, in order.

    Drawn from the typical days of each step, with a fixed seed; none without a deadline.
    """
    plan, facts, network = view.standing.plan, view.outlook.facts, view.blueprint.network
    if plan.fault or plan.finish is None or int(facts.deadline[0]) == NONE:
        return ()
    found = chances(network, facts, _spreads(view), draws=_DRAWS, seed=_SEED, wanted=WANTED)
    return tuple(
        LastStart(
            step=planned.step,
            planned=planned.late_start,
            likely=chance.start_by
            if chance.start_by and chance.start_by >= plan.status_date
            else None,
            chance=chance.chance,
        )
        for planned, chance in zip(plan.steps, found.steps, strict=True)
        if chance
        and chance.chance is not None
        and planned.on_longest_path
        and planned.takes.days
        and int(facts.stage[network.position[planned.step.id], 0]) == Stage.WAITING
    )


def _spreads(view: View) -> list[Spread | None]:
    """Return how the days of each step vary: what is typical, where it counts the same days."""
    facts, blueprint = view.outlook.facts, view.blueprint
    found: list[Spread | None] = []
    for n, (step, takes) in enumerate(zip(blueprint.steps, blueprint.takes, strict=True)):
        usual, left = step.typical, int(facts.days[n, 0])
        is_fixed = int(facts.stage[n, 0]) > Stage.BEGUN or not takes.days or not left
        if usual is None or usual.p80.kind is not takes.kind or is_fixed or not usual.p50.days:
            found.append(None)
            continue
        done = max(0, takes.days - left)
        found.append(Spread(usual.p50.days, max(usual.p80.days, usual.p50.days), done))
    return found
