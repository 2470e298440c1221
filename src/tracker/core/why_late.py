"""Why a project is late, in the parts of one sentence.

Step, office and article, what happened to it, what that does to the deadline, and what would help:
each in a long and a brief form. Whoever shows it leaves out what does not fit.
"""

from dataclasses import dataclass

from tracker.core.clocks import State
from tracker.core.flag import LATE_LIGHTS, Flag, FlagKind, Standing
from tracker.core.flag.words import BLOCK_WORDS
from tracker.core.levers import Help
from tracker.core.model import Citation, Duration, Name
from tracker.core.plan import PlannedStep
from tracker.core.problems import Message, message


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the sentence in full and in brief."""

    full: Message
    brief: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyLate:
    """The parts of the sentence. `law` is None where no law sets a limit to the step.

    What `misses` a day is the effect; where none is missed, the cause says what is wrong.
    """

    step: Name
    office: Name
    law: Citation | None
    cause: Part | None
    effect: Part
    help: Part | None
    misses: bool = True

    @property
    def gist(self) -> Part:
        """Return the part that is never left out."""
        return self.effect if self.misses or self.cause is None else self.cause


def why_late(standing: Standing, helped: Help) -> WhyLate | None:
    """Return why a project is late; None of one that is not, or whose flag names no step."""
    if standing.light not in LATE_LIGHTS:
        return None
    flag = next((flag for flag in standing.flags if flag.step), None)
    if flag is None or flag.step is None:
        return None
    step = flag.step
    day = standing.plan.status_date
    planned = next((each for each in standing.plan.steps if each.step.id == step.id), None)
    return WhyLate(
        step=step.name,
        office=step.office,
        law=step.limit_law_on(day) if step.limit_on(day) else step.law_on(day),
        cause=_cause(standing, flag, planned),
        effect=_effect(standing, flag),
        help=_help(helped),
        misses=bool(standing.plan.days_late) or flag.kind is FlagKind.INTERIM,
    )


def _cause(standing: Standing, flag: Flag, planned: PlannedStep | None) -> Part | None:
    """Return what happened to the step, the weightiest first."""
    clock = next((c for c in standing.clocks if flag.step and c.step.id == flag.step.id), None)
    if clock and clock.over > 0:
        values = {
            "accepted": clock.accepted,
            "due": clock.due,
            "over": Duration(clock.over, clock.limit.kind),
        }
        full = message("accepted {accepted}, due {due}, {over} over").of(**values)
        return Part(full, message("{over} over").of(**values))
    if planned is None:
        return None
    progress = planned.progress
    if progress.block:
        reason = BLOCK_WORDS[progress.block.reason]
        brief = message("blocked: {reason}", reason=reason)
        if progress.block.expected is None:
            return Part(brief, brief)
        until = progress.block.expected
        return Part(message("blocked until {day}: {reason}", day=until, reason=reason), brief)
    if progress.is_over or not progress.is_certain:
        return None
    brief = message("{state}").of(state=progress.state)
    if progress.since is None or progress.state is State.NOT_STARTED:
        return Part(brief, brief)
    return Part(message("{state} since {day}", state=progress.state, day=progress.since), brief)


def _effect(standing: Standing, flag: Flag) -> Part:
    """Return what it does to the deadline, in the planner's numbers."""
    plan = standing.plan
    if plan.days_late and not plan.is_open:
        days = Duration(plan.days_late)
        values = {"target": plan.target.name, "days": days}
        if plan.span.is_certain:
            return Part(message("{target} {days} late").of(**values), _brief_late(plan.days_late))
        return Part(
            message("{target} at least {days} late").of(**values),
            message("≥{days} wd late", days=plan.days_late),
        )
    if flag.kind is FlagKind.INTERIM:
        return Part(
            message("its own deadline missed by {days}", days=Duration(flag.working_days)),
            _brief_late(flag.working_days),
        )
    if plan.deadline is None:
        none = message("no deadline is set")
        return Part(none, none)
    kept = message("the deadline can still be kept")
    return Part(kept, kept)


def _brief_late(days: int) -> Message:
    return message("{days} wd late", days=days)


def _help(helped: Help) -> Part | None:
    """Return what would help: the one matter, or how many together; days only where they matter.

    Measures of one lever at one step are one matter.
    """
    chosen = helped.best.measures if helped.best else helped.measures[:1]
    if not chosen:
        return None
    matters = {(m.lever.id, m.step.id if m.step else "") for m in chosen}
    first = max(chosen, key=lambda measure: measure.saved)
    saved = helped.best.saved if helped.best else first.saved
    values: dict[str, object] = {
        "count": len(matters),
        "lever": first.lever.name,
        "days": saved,
        "step": first.step.name if first.step else "",
    }
    full, brief = _words_of_help(helped, count=len(matters), has_step=first.step is not None)
    return Part(full.of(**values), brief.of(**values))


def _words_of_help(helped: Help, *, count: int, has_step: bool) -> tuple[Message, Message]:
    is_in_time = helped.best is not None and helped.best.is_in_time
    if count > 1 and is_in_time:
        both = message("{count} measures keep the deadline")
        return both, both
    if count > 1:
        return (
            message("{count} measures save {days} working days"),
            message("{count} measures save {days} wd"),
        )
    if is_in_time:
        return (message("{lever} of {step} keeps the deadline") if has_step else _KEEPS, _KEEPS)
    return (
        message("{lever} of {step} saves {days} working days")
        if has_step
        else message("{lever} saves {days} working days"),
        message("{lever} saves {days} wd"),
    )


_KEEPS = message("{lever} keeps the deadline")
