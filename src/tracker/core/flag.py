"""Stage 4: a plan and its clocks become flags, and flags a light (`product.md` R2, default pack).

A light is the worst driving reason, never an average. Data that are stale make it grey, so that
a green is never an old one; what is late stays red all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.core.clocks import Clock, ClockKind
from tracker.core.model import BlockReason, DayKind, Duration, Growth, Project, Step
from tracker.core.plan import Expiry, Plan, PlannedStep
from tracker.core.problems import Message, message
from tracker.core.track import State


class Light(StrEnum):
    """How a project stands, the worst first."""

    BLACK = "black"
    RED = "red"
    YELLOW = "yellow"
    GREY = "grey"
    BLUE = "blue"
    GREEN = "green"
    HOLLOW = "hollow"
    DONE = "done"


LATE_LIGHTS = (Light.BLACK, Light.RED)
_SEVERITY = {light: n for n, light in enumerate(Light)}


class FlagKind(StrEnum):
    """What a flag is about."""

    INFEASIBLE = "infeasible"
    LATE = "late"
    OVERDUE = "overdue"
    CLOCK_NEAR = "clock_near"
    FLOAT_SHORT = "float_short"
    BLOCKED = "blocked"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    STALE = "stale"
    NO_DEADLINE = "no_deadline"
    ESTIMATE = "estimate"
    EXPIRED = "expired"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class RulePack:
    """The numbers of the lights. `product.md` R2, pack *default*."""

    name: str = "default"
    clock_share: float = 0.9
    float_working_days: int = 5
    stale_days: int = 10
    expiry_days: int = 90


@dataclass(frozen=True, slots=True)
class Flag:
    """Something someone has to look at.

    `working_days` says how bad it is: days late, days over, or the float left; `rule` names the
    rule that raised it, with its numbers.
    """

    project: Project
    kind: FlagKind
    light: Light
    working_days: int
    sentence: Message
    rule: Message
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A project as of a day: its plan, its flags (worst first) and its light."""

    project: Project
    plan: Plan
    clocks: tuple[Clock, ...]
    flags: tuple[Flag, ...]
    light: Light


BLOCK_WORDS: Mapping[BlockReason, Message] = {
    BlockReason.LAND_QUOTA: message("land quota not settled"),
    BlockReason.PLAN_CONFLICT: message("conflict with a plan"),
    BlockReason.CONSTRAINT: message("protected land or forest in the way"),
    BlockReason.FUNDS: message("funds not in place"),
    BlockReason.DEMOLITION: message("land not cleared"),
    BlockReason.SUPERIOR: message("waiting for a superior"),
    BlockReason.POLICY: message("policy changed"),
    BlockReason.DESIGN_CHANGE: message("design changed or over its estimate"),
    BlockReason.FORCE_MAJEURE: message("force majeure"),
    BlockReason.DECISION: message("waiting for a leader's decision"),
}


def standing(project: Project, plan: Plan, pack: RulePack) -> Standing:
    """Return the project with its flags and its light."""
    clocks = _clocks(plan)
    found = [
        *_plan_flags(project, plan, pack),
        *_clock_flags(project, plan, clocks, pack),
        *_step_flags(project, plan),
        *_expiry_flags(project, plan, pack),
        *_data_flags(project, plan, pack),
    ]
    found.sort(key=lambda flag: (_SEVERITY[flag.light], -abs(flag.working_days), flag.kind))
    return Standing(project, plan, clocks, tuple(found), _light(plan, found))


def _clocks(plan: Plan) -> tuple[Clock, ...]:
    cases = (step.progress.case for step in plan.steps)
    return tuple(case.clock for case in cases if case and case.clock and _alarms(case.clock))


def _alarms(clock: Clock) -> bool:
    """Tell whether running out would be somebody's failure; a minimum period only has to pass."""
    return clock.kind is not ClockKind.PERIOD


def _light(plan: Plan, flags: Sequence[Flag]) -> Light:
    if plan.is_done:
        return Light.DONE
    if flags:
        return min((flag.light for flag in flags), key=_SEVERITY.__getitem__)
    idle = (State.NOT_STARTED, State.NOT_NEEDED)
    begun = any(step.progress.state not in idle for step in plan.steps)
    return Light.GREEN if begun else Light.HOLLOW


def law_words(step: Step, day: date) -> Message:
    """Return the rule a step rests on, or say that no statutory limit exists."""
    law = step.law_on(day)
    if law is None:
        return message("no statutory limit")
    if law.sure:
        return message("{law}").of(law=str(law))
    return message("{law} (to be confirmed)").of(law=str(law))


def _plan_flags(project: Project, plan: Plan, pack: RulePack) -> list[Flag]:
    if plan.is_done or plan.because is None:
        return []
    if plan.deadline is None:
        sentence = message("No deadline is set for {target}.", target=plan.target.name)
        rule = message("without a deadline nothing is late or on time")
        return [Flag(project, FlagKind.NO_DEADLINE, Light.GREY, 0, sentence, rule)]
    if not plan.is_feasible:
        return [_late_flag(project, plan, plan.because)]
    if plan.spare < pack.float_working_days:
        sentence = message(
            "{target} is due {deadline} with {days} to spare;"
            " {step} ({office}) sets the pace{held}. {law}"
        ).of(days=Duration(plan.spare), **_pace(plan, plan.because))
        rule = message("float under {days}", days=Duration(pack.float_working_days))
        kind = FlagKind.FLOAT_SHORT
        step = plan.because.step
        return [Flag(project, kind, Light.YELLOW, plan.spare, sentence, rule, step)]
    return []


def _pace(plan: Plan, because: PlannedStep) -> dict[str, object]:
    return {
        "target": plan.target.name,
        "deadline": plan.deadline,
        "step": because.step.name,
        "office": because.step.office,
        "held": _held_words(because),
        "law": law_words(because.step, plan.status_date),
    }


def _late_flag(project: Project, plan: Plan, because: PlannedStep) -> Flag:
    days = plan.days_late
    values = {"finish": plan.finish, "days": Duration(days), **_pace(plan, because)}
    if plan.is_lost:
        sentence = message(
            "{target} is due {deadline} but forecast {finish}, {days} late, and cannot be met even"
            " at the fastest; {step} ({office}) sets the pace{held}. {law}"
        )
        rule = message("the fastest lawful course ends after the deadline")
        kind, light = FlagKind.INFEASIBLE, Light.BLACK
    else:
        sentence = message(
            "{target} is due {deadline} but forecast {finish}, {days} late;"
            " {step} ({office}) sets the pace{held}. {law}"
        )
        rule = message("the forecast ends after the deadline")
        kind, light = FlagKind.LATE, Light.RED
    return Flag(project, kind, light, days, sentence.of(**values), rule, because.step)


def _held_words(step: PlannedStep) -> Message | str:
    block = step.progress.block
    if block is None:
        return ""
    reason = BLOCK_WORDS[block.reason]
    if block.expected is None:
        return message(", held: {reason}, release day unknown", reason=reason)
    return message(", held until {day}: {reason}", reason=reason, day=block.expected)


def _clock_flags(
    project: Project, plan: Plan, clocks: Sequence[Clock], pack: RulePack
) -> list[Flag]:
    return [
        _clock_flag(project, plan, clock, pack)
        for clock in clocks
        if clock.over > 0 or clock.share >= pack.clock_share
    ]


_CLOCK_OVER = {
    ClockKind.REVIEW: message(
        "{step} ({office}) was accepted {accepted}; {limit} by {law} ran out {due}, {over} ago."
    ),
    ClockKind.DUTY: message(
        "{step} ({office}) was due {due}, {limit} after {accepted} by {law}; {over} ago."
    ),
    ClockKind.DELIVERY: message(
        "{step} ({office}) was decided {accepted} and is not delivered; {limit} by {law} ran out"
        " {due}, {over} ago."
    ),
}
_CLOCK_NEAR = {
    ClockKind.REVIEW: message(
        "{step} ({office}) was accepted {accepted}; {limit} by {law} run out {due}."
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
        "step": step.name, "office": step.office, "accepted": clock.accepted, "limit": limit,
        "due": clock.due, "over": Duration(clock.over, limit.kind),
        "law": str(clock.law) if clock.law else message("service guide, no statutory limit"),
    }  # fmt: skip
    if clock.over > 0:
        sentence = _CLOCK_OVER.get(clock.kind, _CLOCK_OVER[ClockKind.REVIEW])
        rule = message("the limit is exceeded")
        kind, light = FlagKind.OVERDUE, Light.RED
    else:
        sentence = _CLOCK_NEAR.get(clock.kind, _CLOCK_NEAR[ClockKind.REVIEW])
        rule = message("{share} % of the limit is used", share=round(pack.clock_share * 100))
        kind, light = FlagKind.CLOCK_NEAR, Light.YELLOW
    return Flag(project, kind, light, clock.over, sentence.of(**values), rule, step)


def _step_flags(project: Project, plan: Plan) -> list[Flag]:
    found = (_step_flag(project, step) for step in plan.steps)
    return [flag for flag in found if flag]


def _step_flag(project: Project, planned: PlannedStep) -> Flag | None:
    step, progress = planned.step, planned.progress
    if progress.excess is not None and step.growth:
        return _estimate_flag(project, planned, progress.excess, step.growth)
    if progress.block:
        sentence = message("{step} ({office}) is held{held}.").of(
            step=step.name, office=step.office, held=_held_words(planned)
        )
        rule = message("a block is recorded")
        return Flag(project, FlagKind.BLOCKED, Light.YELLOW, 0, sentence, rule, step)
    if progress.state is State.RETURNED:
        sentence = message(
            "{step} is back with the applicant for correction; no clock of {office} runs."
        ).of(step=step.name, office=step.office)
        rule = message("a correction is asked for ({law})", law="《行政许可法》第32条")
        return Flag(project, FlagKind.RETURNED, Light.BLUE, 0, sentence, rule, step)
    if progress.state is State.SUSPENDED:
        sentence = message("{step} is suspended.", step=step.name)
        rule = message("a suspension is recorded")
        return Flag(project, FlagKind.SUSPENDED, Light.BLUE, 0, sentence, rule, step)
    return None


def _estimate_flag(project: Project, planned: PlannedStep, excess: Decimal, growth: Growth) -> Flag:
    """Return the flag of an estimate that has grown: a warning, or a hold until it is decided."""
    step, held = planned.step, excess > growth.hold_above
    words = (
        message(
            "{step} waits: the estimate exceeds the approved one by {excess} %, more than {most} %"
            " needs a decision. {law}"
        )
        if held
        else message(
            "{step}: the estimate exceeds the approved one by {excess} %; more than {most} % needs"
            " a decision. {law}"
        )
    )
    law = step.laws[-1] if step.laws else ""
    sentence = words.of(
        step=step.name, excess=f"{excess:.2f}", most=growth.hold_above, law=str(law)
    )
    rule = message("an estimate more than {most} % over", most=growth.warn_above)
    light = Light.RED if held else Light.YELLOW
    return Flag(project, FlagKind.ESTIMATE, light, 0, sentence, rule, step)


def _expiry_flags(project: Project, plan: Plan, pack: RulePack) -> list[Flag]:
    found = (_expiry_flag(project, plan, each, pack) for each in plan.expiries)
    return [flag for flag in found if flag]


def _expiry_flag(project: Project, plan: Plan, expiry: Expiry, pack: RulePack) -> Flag | None:
    """Return the flag of an approval that lapses before it is used, or is about to."""
    validity = expiry.giver.validity
    laws = validity.laws if validity else ()
    law = next((law for law in laws if law.holds_on(plan.status_date)), None)
    left = (expiry.expires - plan.status_date).days
    values = {
        "step": expiry.giver.name, "user": expiry.user.name, "issued": expiry.issued,
        "expires": expiry.expires, "used": expiry.used, "law": str(law) if law else "",
        "renewal": _renewal(expiry),
    }  # fmt: skip
    if expiry.is_broken and expiry.is_recorded:
        words = message(
            "{step} of {issued} holds until {expires}, but {user} is planned for {used}.{renewal} {law}"
        )
        rule = message("the approval lapses before it is used")
        return Flag(project, FlagKind.EXPIRED, Light.RED, 0, words.of(**values), rule, expiry.giver)
    if expiry.is_broken:
        words = message(
            "{step} is planned for {issued} and would lapse on {expires}, before {user} on"
            " {used}.{renewal} {law}"
        )
        rule = message("the approval would lapse before it is used")
        return Flag(
            project, FlagKind.EXPIRED, Light.YELLOW, 0, words.of(**values), rule, expiry.giver
        )
    if left > pack.expiry_days:
        return None
    words = message(
        "{step} of {issued} lapses on {expires}; {user} must start before.{renewal} {law}"
    )
    rule = message(
        "an approval lapses within {days}", days=Duration(pack.expiry_days, DayKind.CALENDAR)
    )
    return Flag(
        project, FlagKind.EXPIRING, Light.YELLOW, left, words.of(**values), rule, expiry.giver
    )


def _renewal(expiry: Expiry) -> Message | str:
    if expiry.not_before:
        return message(" Issue it no sooner than {day}.").of(day=expiry.not_before)
    validity = expiry.giver.validity
    if validity is None or validity.renewal is None:
        return ""
    return message(" {renewal}.", renewal=validity.renewal)


def _data_flags(project: Project, plan: Plan, pack: RulePack) -> list[Flag]:
    if project.updated_on is None or plan.is_done:
        return []
    age = (plan.status_date - project.updated_on).days
    if age <= pack.stale_days:
        return []
    sentence = message("The record was last updated on {day}.", day=project.updated_on)
    rule = message(
        "not updated for more than {days}", days=Duration(pack.stale_days, DayKind.CALENDAR)
    )
    return [Flag(project, FlagKind.STALE, Light.GREY, age, sentence, rule)]
