"""Flags about single steps: held, returned, suspended, over their estimate."""

from decimal import Decimal

from tracker.core.clocks import COMPLETENESS_LAW
from tracker.core.flag.kinds import Flag, FlagKind, Light
from tracker.core.flag.words import held_words, law_words
from tracker.core.model import Growth, Project
from tracker.core.plan import Plan, PlannedStep
from tracker.core.problems import message
from tracker.core.track import State


def step_flags(project: Project, plan: Plan) -> list[Flag]:
    """Return the flags of the steps, in the order of the plan."""
    found = (_step_flag(project, plan, step) for step in plan.steps)
    return [flag for flag in found if flag]


def _step_flag(project: Project, plan: Plan, planned: PlannedStep) -> Flag | None:
    step, progress = planned.step, planned.progress
    if progress.excess is not None and step.growth:
        return _estimate_flag(project, planned, progress.excess, step.growth)
    law = law_words(step, plan.status_date)
    if progress.block:
        sentence = message("{step} ({office}) cannot go on{held}. {law}").of(
            step=step.name, office=step.office, held=held_words(planned), law=law
        )
        rule = message("a block is recorded")
        return Flag(project, FlagKind.BLOCKED, Light.YELLOW, 0, sentence, rule, step)
    if progress.state is State.RETURNED:
        sentence = message(
            "{step} is back with the applicant for correction; no clock of {office} runs. {law}"
        ).of(step=step.name, office=step.office, law=law)
        rule = message("a correction is asked for ({law})", law=str(COMPLETENESS_LAW))
        return Flag(project, FlagKind.RETURNED, Light.BLUE, 0, sentence, rule, step)
    if progress.state is State.SUSPENDED:
        sentence = message("{step} is suspended. {law}", step=step.name, law=law)
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
