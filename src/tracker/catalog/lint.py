"""What is wrong with a folder of procedures, beyond the form of its files: place and remedy."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx

from tracker.catalog import Law, read_law
from tracker.catalog.library import Entry, Faults, Library
from tracker.catalog.procedures import Sheet, assemble
from tracker.catalog.yaml_lines import fault
from tracker.core.conditions import can_hold
from tracker.core.law import Citation, Dated, Duration, Term
from tracker.core.model import Link, LinkType, Procedure, Step, StepKind
from tracker.core.problems import TrackerError, UnknownStepError, message


def lint(folder: Path, day: date) -> list[TrackerError]:
    """Return every fault of a folder by the law of `day`, in the order of files and lines."""
    law = read_law(folder)
    found: Faults = list(law.faults)
    if law.library:
        found += _of_library(law, law.library, day)
        for sheet in law.sheets:
            found += _of_sheet(law, sheet, law.library, day)
        found += _of_versions(law.sheets)
    unique = {str(each): each for each in found}
    return sorted(unique.values(), key=_where)


def _where(error: TrackerError) -> tuple[str, int]:
    place = error.place
    return (place.file, place.line or 0) if place else ("", 0)


def _of_library(law: Law, library: Library, day: date) -> Iterator[TrackerError]:
    for entry in library.entries.values():
        for link in entry.after:
            if link.step not in library.entries:
                yield UnknownStepError(link.step, library.entries, link.place)
        yield from _names(entry, library)
        yield from _numbers(entry)
        yield from _laws(entry, law, day)


def _names(entry: Entry, library: Library) -> Iterator[TrackerError]:
    used = entry.step.validity.used_by if entry.step.validity else ()
    for key, names in (("beside", entry.step.beside), ("valid", used)):
        for name in names:
            if name not in library.entries:
                yield UnknownStepError(name, library.entries, entry.place(key))


def _numbers(entry: Entry) -> Iterator[TrackerError]:
    step = entry.step
    typical = step.typical
    if typical and (
        typical.p50.kind is not typical.p80.kind or typical.p50.days > typical.p80.days
    ):
        what = message("p50 is more than p80, or counts other days.")
        yield fault("bad_value", what, entry.place("typical"))
    for key, values in (("limit", step.limits), ("promised", step.promises)):
        if _overlap(values):
            what = message(
                "On some day two numbers of '{key}' hold, or none between them.", key=key
            )
            remedy = message("Let each begin on the day after the one before it ends.")
            yield fault("overlapping_dates", what, entry.place(key), remedy)
    for key, more, asked in (
        ("extension", step.extension, step.limits),
        ("acceptance", step.acceptance if step.acceptance.days else None, step.promises),
        ("delivery", step.delivery if step.delivery.days else None, step.promises),
    ):
        if more and any(each.value.kind is not more.kind for each in asked):
            what = message("'{key}' counts other days than what it is added to.", key=key)
            yield fault("bad_value", what, entry.place(key))
    if step.kind is StepKind.MINIMUM_PERIOD and typical:
        least = max((d.value for d in step.limits), key=lambda d: d.days, default=None)
        if least and least.kind is typical.p50.kind and typical.p50.days < least.days:
            what = message(
                "A minimum period cannot typically be shorter than {least}.", least=least
            )
            yield fault("below_minimum", what, entry.place("typical"))


def _overlap(values: Sequence[Dated[Duration]]) -> bool:
    """Tell whether dated values overlap or leave a gap."""
    ordered = sorted(values, key=lambda each: each.in_force_from or date.min)
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
                what = message("{law} ended on {day}, but is cited as if it went on.").of(
                    law=rule.law, day=change
                )
                remedy = message("Give the citation its last day with 'to:'.")
                yield fault("expired_law", what, entry.place(key), remedy)


def _repealed(rule: Citation, law: Law, day: date) -> date | None:
    """Return the day on which a law ended, where the citation goes on beyond it."""
    for change in law.changes:
        ended = change.day is not None and change.day <= day and rule.law in change.repeals
        if ended and (rule.in_force_to is None or rule.in_force_to >= (change.day or date.max)):
            return change.day
    return None


def _of_sheet(law: Law, sheet: Sheet, library: Library, day: date) -> Iterator[TrackerError]:
    """Yield the faults of a base, alone and under each overlay; an overlay is tried on every base."""
    if sheet.procedure.is_overlay:
        return
    overlays = [other for other in law.sheets if other.procedure.is_overlay]
    for over in ([], *([overlay] for overlay in overlays)):
        faults: Faults = []
        procedure = assemble(sheet, over, library, faults)
        yield from faults
        if procedure:
            yield from _of_procedure(procedure, over[0] if over else sheet, library, day)


def _of_procedure(
    procedure: Procedure, sheet: Sheet, library: Library, day: date
) -> Iterator[TrackerError]:
    graph = _graph(procedure)
    yield from _unreachable(procedure, sheet, graph)
    for step in procedure.steps:
        for name in step.beside:
            if name in graph and (
                nx.has_path(graph, step.id, name) or nx.has_path(graph, name, step.id)
            ):
                what = message("{step} may run beside {other}, but one waits for the other.").of(
                    step=step.id, other=name
                )
                place = library.entries[step.id].place("beside")
                remedy = message("Drop the link between them, or the entry here.")
                yield fault("beside_but_linked", what, place, remedy)
    yield from _windows(procedure, library, day)


def _graph(procedure: Procedure) -> "nx.DiGraph[Any]":
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(step.id for step in procedure.steps)
    graph.add_edges_from((link.predecessor, link.successor) for link in procedure.links)
    return graph


def _unreachable(
    procedure: Procedure, sheet: Sheet, graph: "nx.DiGraph[Any]"
) -> Iterator[TrackerError]:
    answers = {q.fact: q.answers for q in procedure.questions}
    leads = set(procedure.targets).union(*(nx.ancestors(graph, t) for t in procedure.targets))
    for step in (entry.step for entry in sheet.entries.values()):
        if step.condition and not can_hold(step.condition, answers):
            what = message("No answers make '{when}' true: {step} is never needed.").of(
                when=str(step.condition), step=step.id
            )
            yield fault("unreachable_step", what, sheet.place(step.id))
        if step.id not in leads and step.kind is not StepKind.RECURRING:
            what = message("{step} leads to no target of the procedure.").of(step=step.id)
            remedy = message("Let a later step wait for it, or name it among the targets.")
            yield fault("unreachable_step", what, sheet.place(step.id), remedy)


def _windows(procedure: Procedure, library: Library, day: date) -> Iterator[TrackerError]:
    """Yield the approvals that would lapse before they can be used, however fast all goes."""
    for step in procedure.steps:
        for user in step.validity.used_by if step.validity else ():
            if step.validity is None or user not in procedure.by_id:
                continue
            least = _least_days_between(procedure, step.id, user, day)
            if least > _most_days(step.validity.term):
                what = message(
                    "What {step} gives holds {term}, but {user} cannot start sooner than {days}"
                    " calendar days later."
                ).of(step=step.id, term=step.validity.term, user=user, days=least)
                remedy = message("Check the term, or let the later step start sooner.")
                place = library.entries[step.id].place("valid")
                yield fault("window_never_met", what, place, remedy)


def _most_days(term: Term) -> int:
    return term.after(date(2024, 3, 1)).toordinal() - date(2024, 3, 1).toordinal()


def _least_days_between(procedure: Procedure, giver: str, user: str, day: date) -> int:
    """Return the fewest calendar days from the end of one step to the start of another.

    What can be hurried takes a day, minimum periods what the law asks; days off are left out, so
    that the true wait is never shorter.
    """
    waits: Mapping[str, list[Link]] = {step.id: [] for step in procedure.steps}
    for link in procedure.links:
        waits[link.successor].append(link)
    order = [s for s in nx.topological_sort(_graph(procedure)) if s in procedure.by_id]
    starts: dict[str, int] = {}
    for step in order:
        asked = []
        for link in waits[step]:
            before = link.predecessor
            if before == giver and link.type is LinkType.FINISH_TO_START:
                asked.append(link.lag.days)
            elif before in starts and link.type is LinkType.FINISH_TO_START:
                asked.append(starts[before] + _least(procedure.step(before), day) + link.lag.days)
            elif before in starts and link.type is LinkType.START_TO_START:
                asked.append(starts[before] + link.lag.days)
        if asked:
            starts[step] = max(asked)
    return starts.get(user, 0)


def _least(step: Step, day: date) -> int:
    if step.condition or step.is_instant:
        return 0
    limit = step.limit_on(day)
    return limit.days if step.kind is StepKind.MINIMUM_PERIOD and limit else 1


def _of_versions(sheets: Sequence[Sheet]) -> Iterator[TrackerError]:
    """Yield the versions of one procedure that are in force on the same day."""
    ordered = sorted(sheets, key=lambda s: (s.procedure.id, s.procedure.valid_from))
    for before, after in pairwise(ordered):
        one, two = before.procedure, after.procedure
        if one.id == two.id and (one.valid_to is None or one.valid_to >= two.valid_from):
            what = message("Two versions of '{id}' are in force from {day}: {other} too.").of(
                id=two.id, day=two.valid_from, other=one.file
            )
            remedy = message("Let the older one end the day before, with 'valid_to:'.")
            yield fault("overlapping_versions", what, after.place("valid_from"), remedy)
