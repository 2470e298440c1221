"""Short texts that several layouts share."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from tracker.core.delay import Share
from tracker.core.flag import Light, law_words
from tracker.core.levers import Does, Measure
from tracker.core.model import Citation, Duration, Step
from tracker.core.plan import Plan
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES


def light_words(light: Light, words: Words) -> str:
    """Return a light as a mark and a word, so that colour never stands alone."""
    return f"{TONES[light].mark} {words(light)}"


def step_and_law(step: Step, day: date, words: Words) -> str:
    """Return a step with the rule it rests on."""
    return words.text("{step} {law}", step=step.name, law=law_words(step, day))


def deadline_sentence(plan: Plan, words: Words) -> str:
    """Return in words whether the deadline can be met, with the days it needs and has."""
    if plan.is_done:
        return words.text("{target} is done.", target=plan.target.name)
    if plan.deadline is None:
        return words.text(
            "No deadline is set; {target} is forecast for {finish}.",
            target=plan.target.name,
            finish=plan.finish,
        )
    values = {
        "target": plan.target.name,
        "deadline": plan.deadline,
        "finish": plan.finish,
        "needed": Duration(plan.needed),
        "left": Duration(plan.left or 0),
        "spare": Duration(max(0, plan.spare)),
        "step": plan.because.step.name if plan.because else "",
        "office": plan.because.step.office if plan.because else "",
    }
    if plan.is_open:
        return words.text(
            "Whether {target} is met by {deadline} is undecided: {best} at the earliest, {worst} at"
            " the latest.",
            **values,
            best=plan.span.best or words.text("perhaps reached already"),
            worst=plan.span.worst,
        )
    if plan.is_feasible and not plan.span.is_certain:
        return words.text(
            "{target} can be met by {deadline} even at worst: it needs at most {needed}, {left} are"
            " left; {best} at the earliest, {finish} at the latest.",
            **values,
            best=plan.span.best or words.text("perhaps reached already"),
        )
    if plan.is_feasible:
        return words.text(
            "{target} can be met by {deadline}: it needs {needed}, {left} are left; earliest"
            " {finish}.",
            **values,
        )
    if not plan.span.is_certain:
        return words.text(
            "{target} cannot be met by {deadline}: it needs at least {needed}, {left} are left; the"
            " earliest possible day is {finish}, because of {step} ({office}).",
            **values,
        )
    return words.text(
        "{target} cannot be met by {deadline} as planned: it needs {needed}, {left} are left; the"
        " earliest possible day is {finish}, because of {step} ({office}).",
        **values,
    )


def shown_sentence(plan: Plan, words: Words) -> str:
    """Return which world the steps are shown in; nothing where only one fits what is recorded."""
    if plan.fault or plan.is_done or plan.span.is_certain:
        return ""
    if plan.span.is_late(plan.deadline):
        return words.text(
            "The steps are shown at best: those of which nothing is recorded count as done or not"
            " needed, as far as the law lets them."
        )
    if plan.span.is_in_time(plan.deadline):
        return words.text(
            "The steps are shown at worst: those of which nothing is recorded count as not begun,"
            " unless a recorded step could not be without them."
        )
    return words.text(
        "The steps are shown as they usually stand in projects alike: what is not recorded is"
        " assumed."
    )


def measure_words(measures: Sequence[Measure], day: date, words: Words) -> str:
    """Return measures of one lever at one step as one matter, with its article and its proviso."""
    first = measures[0]
    lever, step = first.lever, first.step
    before = tuple(each.name for measure in measures for each in measure.before)
    values = {"lever": lever.name, "step": step.name if step else "", "before": before}
    law = lever.law_on(day)
    rule = words.text(" ({law})", law=_article(law, words)) if law else ""
    if lever.does is Does.PARALLEL and step:
        said = words.text("{step} without waiting for {before}: {lever}", **values)
    elif lever.does is Does.TOLERATE:
        said = words.text("{lever}: {before} may follow until the decision", **values)
    elif lever.does is Does.ANSWER or step is None:
        said = words.text("{lever}", **values)
    else:
        said = words.text("{step}: {lever}", **values)
    proviso = (
        words.text("; provided that {proviso}", proviso=lever.proviso) if lever.proviso else ""
    )
    return f"{said}{rule}{proviso}"


def measures_words(measures: Sequence[Measure], day: date, words: Words, most: int = 3) -> str:
    """Return what is to be decided, a line each, those that save most first; the rest is counted.

    Measures of one lever at one step are one matter.
    """
    matters: dict[tuple[str, str], list[Measure]] = defaultdict(list)
    for measure in sorted(measures, key=lambda each: -each.saved):
        matters[measure.lever.id, measure.step.id if measure.step else ""].append(measure)
    lines = [measure_words(matter, day, words) for matter in list(matters.values())[:most]]
    if (rest := len(matters) - most) > 0:
        lines.append(words.text("… and {count} more measures", count=rest))
    return "\n".join(lines)


def _article(law: Citation, words: Words) -> str:
    return law.brief if law.sure else law.brief + words.text(" (unconfirmed)")


def shares_words(shares: Sequence[Share], words: Words) -> str:
    """Return the parts of a slip, the largest first: reason, step, who, days."""
    said = []
    for share in sorted(shares, key=lambda each: -abs(each.days)):
        what = words(share.reason or share.bucket)
        about = [words(share.step.name)] if share.step else []
        if share.holder:
            about.append(words(share.holder))
        where = words.text(" ({about})", about=tuple(about)) if about else ""
        said.append(words.text("{what}{where} {days}", what=what, where=where, days=share.days))
    return words(tuple(said))
