"""Stage 4: a plan and its clocks become flags, and flags a light.

A light is the worst driving reason, never an average. Data that are stale make it grey, so that
a green is never an old one; what is late stays red all the same.
"""

from collections.abc import Sequence

from tracker.core.clocks import Clock
from tracker.core.flag.kinds import (
    LATE_LIGHTS,
    SEVERITY,
    Flag,
    FlagKind,
    Light,
    RulePack,
    Standing,
)
from tracker.core.flag.of_approvals import approval_flags
from tracker.core.flag.of_clocks import alarms, clock_flags, clocks_of, duty_flags
from tracker.core.flag.of_plan import data_flags, fault_flag, interim_flags, pause_flags, plan_flags
from tracker.core.flag.of_steps import step_flags
from tracker.core.flag.words import BLOCK_WORDS, law_words
from tracker.core.model import Project, ProjectState
from tracker.core.plan import Interim, Plan
from tracker.core.track import State

__all__ = [
    "BLOCK_WORDS",
    "LATE_LIGHTS",
    "Flag",
    "FlagKind",
    "Light",
    "RulePack",
    "Standing",
    "law_words",
    "standing",
]


def standing(
    project: Project,
    plan: Plan,
    pack: RulePack,
    beside: Sequence[Clock] = (),
    interims: Sequence[Interim] = (),
) -> Standing:
    """Return the project with its flags and its light.

    `beside` are clocks of steps that the plan does not lead through, `interims` steps with
    deadlines of their own. A suspended project is late
    for nothing: only its review and the day on which it resumes are watched. One that cannot be
    planned is unclear, and says why.
    """
    clocks = (*clocks_of(plan), *(clock for clock in beside if alarms(clock)))
    if plan.fault:
        return Standing(
            project=project,
            plan=plan,
            clocks=clocks,
            flags=(fault_flag(project, plan.fault),),
            light=Light.GREY,
            pack=pack,
        )
    if project.state is ProjectState.SUSPENDED:
        resting = pause_flags(project, plan, pack)
        return Standing(
            project=project,
            plan=plan,
            clocks=clocks,
            flags=tuple(resting),
            light=resting[0].light,
            pack=pack,
        )
    found = [
        *plan_flags(project, plan, pack),
        *interim_flags(project, plan, interims),
        *clock_flags(project, plan, clocks, pack),
        *duty_flags(project, plan),
        *step_flags(project, plan),
        *approval_flags(project, plan, pack),
        *data_flags(project, plan, pack),
    ]
    found.sort(key=lambda flag: (SEVERITY[flag.light], -abs(flag.working_days), flag.kind))
    return Standing(
        project=project,
        plan=plan,
        clocks=clocks,
        flags=tuple(found),
        light=_light(plan, found),
        interims=tuple(interims),
        pack=pack,
    )


def _light(plan: Plan, flags: Sequence[Flag]) -> Light:
    if plan.is_done:
        return Light.DONE
    if flags:
        return min((flag.light for flag in flags), key=SEVERITY.__getitem__)
    idle = (State.NOT_STARTED, State.NOT_NEEDED)
    known = (step.progress for step in plan.steps if step.progress.is_certain)
    begun = any(each.state not in idle for each in known)
    return Light.GREEN if begun else Light.HOLLOW
