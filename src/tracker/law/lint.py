"""What is wrong with a folder of procedures, beyond the form of its files: place and remedy."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx

from tracker.core.compile import fits
from tracker.core.conditions import can_hold
from tracker.core.law import Term
from tracker.core.model import Link, LinkType, Procedure, Step, StepKind
from tracker.core.problems import Place, TrackerError, message
from tracker.law import Law, read_law
from tracker.law.calendars import read_year
from tracker.law.library import Faults, Library
from tracker.law.lint_steps import rests_on, step_faults
from tracker.law.procedures import Sheet, assemble
from tracker.law.yaml_lines import fault


def lint(folder: Path, day: date) -> list[TrackerError]:
    """Return every fault of a folder by the law of `day`, in the order of files and lines."""
    law = read_law(folder)
    found: Faults = list(law.faults)
    if law.library:
        found += step_faults(law, law.library, day)
        for sheet in law.sheets:
            found += _of_sheet(law, sheet, law.library, day)
            found += [
                each
                for entry in sheet.entries.values()
                for each in rests_on(
                    [w for w in entry.after if w.place.file == sheet.procedure.file]
                )
            ]
        found += _of_versions(law.sheets, day)
        found += _of_facts(law.library)
    found += _of_calendars(folder)
    found += _of_files(folder)
    unique = {(str(each.place), each.code, str(each.what)): each for each in found}
    return sorted(unique.values(), key=_where)


def _of_calendars(folder: Path) -> Iterator[TrackerError]:
    for path in sorted((folder / "calendars").glob("[!.]*.yaml")):
        try:
            read_year(path, folder)
        except TrackerError as error:
            yield error
    if not (folder / "calendars").is_dir():
        yield fault("missing_file", message("The file is missing."), Place(file="calendars"))


def _of_files(folder: Path) -> Iterator[TrackerError]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix != ".yaml" and not path.name.startswith("."):
            what = message("The file is not read.")
            remedy = message("Give it a name that ends in .yaml, or take it away.")
            yield fault("unread_file", what, Place(file=path.name), remedy)


def _of_facts(library: Library) -> Iterator[TrackerError]:
    for fact, question in library.questions.items():
        if not question.answers and not fits(question, question.careful):
            what = message("'{value}' is not a number.", value=question.careful)
            remedy = message("Write a number, 0 or more, without separators.")
            yield fault(
                "bad_value", what, Place(file="facts.yaml", line=library.lines.get(fact)), remedy
            )


def _where(error: TrackerError) -> tuple[str, int]:
    place = error.place
    return (place.file, place.line or 0) if place else ("", 0)


def _of_sheet(law: Law, sheet: Sheet, library: Library, day: date) -> Iterator[TrackerError]:
    """Yield the faults of a base, alone and under each overlay.

    An overlay is tried on every base.
    """
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
                what = message(
                    "{step} and {other} are marked for parallel handling, but one waits for the"
                    " other."
                ).of(step=step.id, other=name)
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
            what = message("{step} does not lead to any target of the procedure.").of(step=step.id)
            remedy = message("Make it a predecessor of a later step, or list it under targets.")
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
                    "The result of {step} is valid for {term}, but {user} cannot start until at"
                    " least {days} calendar days later."
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


def _of_versions(sheets: Sequence[Sheet], day: date) -> Iterator[TrackerError]:
    """Yield the versions of one procedure that overlap, leave a gap, or are over."""
    for sheet in sheets:
        ends = sheet.procedure.valid_to
        if ends and ends < sheet.procedure.valid_from:
            what = message("The version ends before it begins.")
            yield fault("overlapping_versions", what, sheet.place("valid_to"))
    for procedure_id in dict.fromkeys(sheet.procedure.id for sheet in sheets):
        own = [sheet for sheet in sheets if sheet.procedure.id == procedure_id]
        own.sort(key=lambda sheet: sheet.procedure.valid_from)
        if all(sheet.procedure.valid_to and sheet.procedure.valid_to < day for sheet in own):
            what = message("No version of '{id}' is in force any more.", id=procedure_id)
            yield fault("overlapping_versions", what, own[-1].place("valid_to"))
        for before, after in pairwise(own):
            yield from _between(before, after)


def _between(before: Sheet, after: Sheet) -> Iterator[TrackerError]:
    """Yield the fault of two versions that follow one another on another than the next day."""
    one, two = before.procedure, after.procedure
    values = {"id": two.id, "day": two.valid_from, "other": one.file, "end": one.valid_to}
    if one.valid_to is None or one.valid_to >= two.valid_from:
        what = message("Two versions of '{id}' are in force from {day}: {other} too.")
    elif (two.valid_from - one.valid_to).days > 1:
        what = message("No version of '{id}' is in force between {end} and {day}.")
    else:
        return
    remedy = message("Let the older one end the day before, with 'valid_to:'.")
    yield fault("overlapping_versions", what.of(**values), after.place("valid_from"), remedy)
