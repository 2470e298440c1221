"""Flags about single steps: held, returned, suspended, over their estimate."""

from datetime import date

from tracker.core.clocks import COMPLETENESS_LAW
from tracker.core.events import STOP_LAWS
from tracker.core.flag.kinds import Flag, FlagKind, Light
from tracker.core.flag.words import held_words, law_words
from tracker.core.model import Project, StepKind
from tracker.core.plan import Plan, PlannedStep
from tracker.core.problems import Message, message
from tracker.core.track import State


def step_flags(project: Project, plan: Plan) -> list[Flag]:
    """Return the flags of the steps, in the order of the plan."""
    found = (
        flag
        for step in plan.steps
        for flag in (_estimate_flag(project, step), _step_flag(project, plan, step))
    )
    return [flag for flag in found if flag]


def _step_flag(project: Project, plan: Plan, planned: PlannedStep) -> Flag | None:
    step, progress = planned.step, planned.progress
    law = law_words(step, plan.status_date)
    if progress.block:
        sentence = message("{step} ({office}) cannot go on{held}. {law}").of(
            step=step.name, office=step.office, held=held_words(planned), law=law
        )
        rule = message("a block is recorded")
        return Flag(
            project=project,
            kind=FlagKind.BLOCKED,
            light=Light.YELLOW,
            working_days=0,
            sentence=sentence,
            rule=rule,
            step=step,
        )
    if progress.state is State.RETURNED:
        sentence = message(
            "{step} ({law}) was returned to the applicant for correction; the time limit of"
            " {office} is not running."
        ).of(step=step.name, office=step.office, law=law)
        rule = message("a correction notice was given ({law})", law=str(COMPLETENESS_LAW))
        return Flag(
            project=project,
            kind=FlagKind.RETURNED,
            light=Light.BLUE,
            working_days=0,
            sentence=sentence,
            rule=rule,
            step=step,
        )
    if progress.state is State.SUSPENDED:
        return _suspended(project, planned, law, plan.status_date)
    return None


def _suspended(project: Project, planned: PlannedStep, law: Message, status_date: date) -> Flag:
    """Return the flag of a clock that stands still: blue where the law lets it, else yellow."""
    step, case = planned.step, planned.progress.case
    stop = case.stop.stop if case and case.stop else None
    if stop is None and step.kind is StepKind.AUTHORITY_LIMIT:
        words = message("The clock of {step} is stopped, but no lawful reason is recorded. {law}")
        rule = message("a clock stop without a lawful reason")
        sentence = words.of(step=step.name, law=law)
        return Flag(
            project=project,
            kind=FlagKind.SUSPENDED,
            light=Light.YELLOW,
            working_days=0,
            sentence=sentence,
            rule=rule,
            step=step,
        )
    if case and case.stop and case.stop.expected and case.stop.expected < status_date:
        words = message("The clock of {step} was to resume by {day} but is still stopped. {law}")
        rule = message("a promised resumption has passed")
        sentence = words.of(step=step.name, day=case.stop.expected, law=law)
        return Flag(
            project=project,
            kind=FlagKind.SUSPENDED,
            light=Light.YELLOW,
            working_days=0,
            sentence=sentence,
            rule=rule,
            step=step,
        )
    reason = message(": {reason} ({rule})", reason=stop, rule=STOP_LAWS[stop] or "") if stop else ""
    sentence = message("The clock of {step} is stopped{reason}. {law}").of(
        step=step.name, reason=reason, law=law
    )
    rule = message("a suspension is recorded")
    return Flag(
        project=project,
        kind=FlagKind.SUSPENDED,
        light=Light.BLUE,
        working_days=0,
        sentence=sentence,
        rule=rule,
        step=step,
    )


def _estimate_flag(project: Project, planned: PlannedStep) -> Flag | None:
    """Return the flag of an estimate that has grown: a warning, or a hold until it is decided."""
    step, excess, growth = planned.step, planned.progress.excess, planned.step.growth
    if excess is None or growth is None:
        return None
    held = excess > growth.hold_above
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
    sentence = words.of(step=step.name, excess=f"{excess:.2f}", most=growth.hold_above, law=law)
    rule = message("an estimate more than {most} % over", most=growth.warn_above)
    light = Light.RED if held else Light.YELLOW
    return Flag(
        project=project,
        kind=FlagKind.ESTIMATE,
        light=light,
        working_days=0,
        sentence=sentence,
        rule=rule,
        step=step,
    )
