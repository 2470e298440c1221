"""What is wrong with the steps of the library: names, numbers of days, laws that no longer hold."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from tracker.core.law import Citation, Dated, Duration, Sureness
from tracker.core.model import Basis, StepKind
from tracker.core.problems import TrackerError, UnknownStepError, message
from tracker.law import Law
from tracker.law.library import Entry, Library, Written
from tracker.law.yaml_lines import fault


def step_faults(law: Law, library: Library, day: date) -> Iterator[TrackerError]:
    """Yield what is wrong with each step by the law of `day`."""
    for entry in library.entries.values():
        for link in entry.after:
            if link.step not in library.entries:
                yield UnknownStepError(link.step, library.entries, link.place)
        yield from rests_on(entry.after)
        yield from _sureness(entry)
        yield from _names(entry, library)
        yield from _numbers(entry)
        yield from _laws(entry, law, day)


def rests_on(links: Sequence[Written]) -> Iterator[TrackerError]:
    """Yield the links that do not say what they rest on, or claim law and cite none."""
    for link in links:
        if link.basis is None:
            what = message("The link to {step} does not say what it rests on.").of(step=link.step)
            remedy = message("End it with law, logic, custom, advice, or by and an article.")
            yield fault("link_without_basis", what, link.place, remedy)
        elif link.basis is Basis.LAW and not link.laws:
            what = message("The link to {step} is said to be law, and no article is cited.").of(
                step=link.step
            )
            yield fault("missing_article", what, link.place)


def _sureness(entry: Entry) -> Iterator[TrackerError]:
    """Yield what claims to be surer than what it rests on."""
    step = entry.step
    rules = (*step.laws, *step.limit_laws, *(step.validity.laws if step.validity else ()))
    if step.sure is Sureness.HIGH and not all(rule.sure for rule in rules):
        what = message("The figures are said to be checked, but one of the rules is unconfirmed.")
        remedy = message("Write 'sure: medium', or confirm the rule and drop its 'sure: false'.")
        yield fault("unsure_rule", what, entry.place("sure"), remedy)
    if "source" not in entry.lines:
        what = message("The step does not say where its figures were read.")
        remedy = message("Give 'source:' an address, or 'none' where no text was found.")
        yield fault("missing_source", what, entry.place(), remedy)
    elif step.limits and not step.limit_laws and step.source is None:
        what = message("No law sets this limit, and no guide that prints it is named.")
        remedy = message("Name the guide as 'source:', or write the number as 'typical:'.")
        yield fault("estimate_as_limit", what, entry.place("limit"), remedy)


def _names(entry: Entry, library: Library) -> Iterator[TrackerError]:
    used = entry.step.validity.used_by if entry.step.validity else ()
    for key, names in (("beside", entry.step.beside), ("valid", used)):
        for name in names:
            if name not in library.entries:
                yield UnknownStepError(name, library.entries, entry.place(key))


def _numbers(entry: Entry) -> Iterator[TrackerError]:
    yield from _typical(entry)
    yield from _dated(entry)
    yield from _units(entry)
    yield from _limit_laws(entry)
    step = entry.step
    if step.is_instant and (step.limits or step.typical):
        what = message("'{kind}' takes no time: it has neither a limit nor a typical time.").of(
            kind=step.kind
        )
        yield fault("bad_value", what, entry.place("kind"))


def _typical(entry: Entry) -> Iterator[TrackerError]:
    step, typical = entry.step, entry.step.typical
    if typical is None:
        return
    if typical.p50.kind is not typical.p80.kind or typical.p50.days > typical.p80.days:
        what = message(
            "p50 is greater than p80, or one counts working days and the other calendar days."
        )
        yield fault("bad_value", what, entry.place("typical"))
    least = max((d.value for d in step.limits), key=lambda d: d.days, default=None)
    if step.kind is not StepKind.MINIMUM_PERIOD or least is None:
        return
    if least.kind is typical.p50.kind and typical.p50.days < least.days:
        what = message("A minimum period cannot typically be shorter than {least}.", least=least)
        yield fault("below_minimum", what, entry.place("typical"))


def _dated(entry: Entry) -> Iterator[TrackerError]:
    step = entry.step
    for key, values in (("limit", step.limits), ("promised", step.promises)):
        if _overlap(values):
            what = message(
                "Two values of '{key}' overlap in time, or there is a gap between them.", key=key
            )
            remedy = message("Let each begin on the day after the one before it ends.")
            yield fault("overlapping_dates", what, entry.place(key), remedy)
    if step.limits and all(each.in_force_to for each in step.limits):
        what = message("From a certain date on, no limit applies.")
        remedy = message("Let the last limit stay in force: leave out its 'to:'.")
        yield fault("overlapping_dates", what, entry.place("limit"), remedy)


def _units(entry: Entry) -> Iterator[TrackerError]:
    step = entry.step
    for key, more, asked in (
        ("extension", step.extension, step.limits),
        ("acceptance", step.acceptance if step.acceptance.days else None, step.promises),
        ("delivery", step.delivery if step.delivery.days else None, step.promises),
    ):
        if more and any(each.value.kind is not more.kind for each in asked):
            what = message(
                "'{key}' and the limit it is added to must both count working days, or both"
                " calendar days.",
                key=key,
            )
            yield fault("bad_value", what, entry.place(key))


def _limit_laws(entry: Entry) -> Iterator[TrackerError]:
    """Yield the days from which no rule sets a limit, or more than one does."""
    rules = entry.step.limit_laws
    if "limit_law" not in entry.lines or not rules:
        return
    begins = {each.in_force_from for each in entry.step.limits if each.in_force_from}
    begins |= {rule.in_force_from for rule in rules if rule.in_force_from}
    for day in sorted(begins):
        count = sum(rule.holds_on(day) for rule in rules)
        if count != 1:
            what = message("On {day} {count} rules set the limit; one should.").of(
                day=day, count=count
            )
            remedy = message("Give each rule its days with 'from:' and 'to:'.")
            yield fault("overlapping_dates", what, entry.place("limit_law"), remedy)


def _overlap(values: Sequence[Dated[Duration]]) -> bool:
    """Tell whether dated values overlap or leave a gap."""
    ordered = sorted(values, key=lambda each: each.in_force_from or date.min)
    for each in ordered:
        if each.in_force_from and each.in_force_to and each.in_force_to < each.in_force_from:
            return True
    for before, after in pairwise(ordered):
        ends, begins = before.in_force_to, after.in_force_from
        if ends is None or begins is None or begins.toordinal() != ends.toordinal() + 1:
            return True
    return False


def _laws(entry: Entry, law: Law, day: date) -> Iterator[TrackerError]:
    """Yield what is cited though it no longer holds."""
    step = entry.step
    cited = {
        "law": step.laws,
        "limit_law": step.limit_laws if "limit_law" in entry.lines else (),
        "valid": step.validity.laws if step.validity else (),
    }
    for key, rules in cited.items():
        if rules and not any(rule.holds_on(day) for rule in rules):
            what = message("On {day} none of the rules cited here is in force any more.").of(
                day=day
            )
            remedy = message("Cite the rule that took its place, with 'from:'.")
            yield fault("expired_law", what, entry.place(key), remedy)
    for key, rules in cited.items():
        for rule in rules:
            if change := _repealed(rule, law, day):
                what = message(
                    "{law} ceased to be in force on {day}, but is cited as if still in force."
                ).of(law=rule.law, day=change)
                remedy = message("Give the citation its last day with 'to:'.")
                yield fault("expired_law", what, entry.place(key), remedy)


def _repealed(rule: Citation, law: Law, day: date) -> date | None:
    """Return the day on which a law ended, where the citation goes on beyond it."""
    for change in law.changes:
        ended = change.day is not None and change.day <= day and rule.law in change.repeals
        if ended and (rule.in_force_to is None or rule.in_force_to >= (change.day or date.max)):
            return change.day
    return None
