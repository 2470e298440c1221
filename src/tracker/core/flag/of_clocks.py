"""Flags about the law's clocks: run out, or nearly."""

from collections.abc import Sequence
from dataclasses import replace

from tracker.core.clocks import Clock, ClockKind
from tracker.core.flag.kinds import Flag, FlagKind, Light, RulePack
from tracker.core.model import Duration, Project
from tracker.core.plan import Plan
from tracker.core.problems import message


def clocks_of(plan: Plan) -> tuple[Clock, ...]:
    """Return the clocks of a plan that somebody can fail to keep."""
    cases = (step.progress.case for step in plan.steps)
    return tuple(case.clock for case in cases if case and case.clock and alarms(case.clock))


def alarms(clock: Clock) -> bool:
    """Tell whether running out would be somebody's failure; a minimum period only has to pass."""
    return clock.kind is not ClockKind.PERIOD


def clock_flags(
    project: Project, plan: Plan, clocks: Sequence[Clock], pack: RulePack
) -> list[Flag]:
    """Return the clocks that ran out, or of which most is used."""
    return [
        _clock_flag(project, plan, clock, pack)
        for clock in (_promised(clock) if pack.by_promise else clock for clock in clocks)
        if clock.over > 0 or clock.share >= pack.clock_share
    ]


def _promised(clock: Clock) -> Clock:
    """Return the clock as the office promised it, where it promised less than the law allows."""
    promise, left = clock.step.promised_on(clock.accepted), clock.promised_left
    if promise is None or left is None or promise.kind is not clock.limit.kind:
        return clock
    return replace(
        clock, limit=promise, due=clock.promised_due, over=max(0, -left), left=left, law=None
    )


_CLOCK_OVER = {
    ClockKind.REVIEW: message(
        "{step} ({office}) was accepted on {accepted}; the limit of {limit} under {law} ended on"
        " {due}, {over} ago."
    ),
    ClockKind.DUTY: message(
        "{step} ({office}) was due {due}, {limit} after {accepted} by {law}; {over} ago."
    ),
    ClockKind.DELIVERY: message(
        "{step} ({office}) was decided on {accepted} but has not been delivered; the limit of"
        " {limit} under {law} ended on {due}, {over} ago."
    ),
}
_CLOCK_NEAR = {
    ClockKind.REVIEW: message(
        "{step} ({office}) was accepted on {accepted}; the limit of {limit} under {law} ends on"
        " {due}."
    ),
    ClockKind.DUTY: message("{step} ({office}) is due {due}, {limit} after {accepted} by {law}."),
    ClockKind.DELIVERY: message(
        "{step} ({office}) was decided {accepted}; it is to be delivered by {due} ({law})."
    ),
    ClockKind.COMPLETENESS: message(
        "{step} ({office}) was lodged {accepted}; without a notice by {due} it counts as accepted"
        " ({law})."
    ),
}


def _clock_flag(project: Project, plan: Plan, clock: Clock, pack: RulePack) -> Flag:
    step, limit = clock.step, clock.limit
    values = {
        "step": step.name,
        "office": step.office,
        "accepted": clock.accepted,
        "limit": limit,
        "due": clock.due,
        "over": Duration(clock.over, limit.kind),
        "law": clock.law or message("service guide, no statutory limit"),
    }
    if clock.over > 0:
        sentence = _CLOCK_OVER.get(clock.kind, _CLOCK_OVER[ClockKind.REVIEW])
        rule = message("the limit is exceeded")
        kind = FlagKind.OVERDUE
        light = Light.YELLOW if clock.kind is ClockKind.DELIVERY else Light.RED
    else:
        sentence = _CLOCK_NEAR.get(clock.kind, _CLOCK_NEAR[ClockKind.REVIEW])
        rule = message("{share} % of the limit is used", share=round(pack.clock_share * 100))
        kind, light = FlagKind.CLOCK_NEAR, Light.YELLOW
    return Flag(
        project=project,
        kind=kind,
        light=light,
        working_days=clock.over,
        sentence=sentence.of(**values),
        rule=rule,
        step=step,
    )


def duty_flags(project: Project, plan: Plan) -> list[Flag]:
    """Return the duties that are due and of which nothing is recorded: unknown, so not red."""
    found = (step.progress.duty for step in plan.steps)
    return [_duty_flag(project, clock) for clock in found if clock and clock.over > 0]


def _duty_flag(project: Project, clock: Clock) -> Flag:
    step = clock.step
    sentence = message(
        "{step} ({office}) was due on {due}, {limit} after {accepted} under {law}; no record of it"
        " has been made."
    ).of(
        step=step.name,
        office=step.office,
        due=clock.due,
        limit=clock.limit,
        accepted=clock.accepted,
        law=clock.law or message("service guide, no statutory limit"),
    )
    rule = message("a duty is due and has no record")
    return Flag(
        project=project,
        kind=FlagKind.UNRECORDED,
        light=Light.YELLOW,
        working_days=clock.over,
        sentence=sentence,
        rule=rule,
        step=step,
    )
