"""One file a procedure version becomes a procedure; overlays are laid over a base."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from tracker.core.law import Duration, Name
from tracker.core.model import Basis, Level, Link, Procedure, Question, Regime, Step
from tracker.core.network import order_of
from tracker.core.problems import CycleError, Place, UnknownStepError, message
from tracker.law.library import (
    Entry,
    Faults,
    Library,
    Written,
    citations,
    condition_of,
    day_of,
    name_of,
    office_of,
    read_form,
    written_links,
)
from tracker.law.yaml_lines import Lined, fault, read_yaml

SHARED = (
    "steps.yaml",
    "facts.yaml",
    "county.yaml",
    "changes.yaml",
    "vocabulary.yaml",
    "objections.yaml",
    "levers.yaml",
    "lights.yaml",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A procedure file as read: the procedure without its links, and its steps with theirs."""

    procedure: Procedure
    entries: Mapping[str, Entry]
    lines: Lined

    def place(self, key: str) -> Place:
        """Return where a step, or a field of the file, stands in it."""
        steps: Lined = self.lines["steps"]
        line = steps.line_of(key) if key in steps else self.lines.line_of(key)
        return Place(file=self.procedure.file, line=line)


def read_sheets(folder: Path, library: Library, faults: Faults) -> list[Sheet]:
    """Return every procedure file of a folder that keeps its form. Faults are noted."""
    files = sorted(p for p in folder.glob("[!.]*.yaml") if p.name not in SHARED)
    found = (_read_sheet(path, library, faults) for path in files)
    return [sheet for sheet in found if sheet]


def _read_sheet(path: Path, library: Library, faults: Faults) -> Sheet | None:
    data, file = read_form(path, "procedure", faults, read_yaml), path.name
    if data is None:
        return None
    uses: Lined = data["steps"]
    entries = {}
    for key in uses:
        if key in library.entries:
            entries[key] = _used(library.entries[key], uses[key], library, file, faults)
        else:
            faults.append(
                UnknownStepError(key, library.entries, Place(file=file, line=uses.line_of(key)))
            )
    for target in data["targets"]:
        if target not in uses:
            faults.append(
                UnknownStepError(target, uses, Place(file=file, line=data.line_of("targets")))
            )
    procedure = Procedure(
        id=data["id"],
        name=name_of(data["name"]),
        regime=Regime(data["regime"]) if "regime" in data else None,
        valid_from=day_of(data, "valid_from") or date.min,
        valid_to=day_of(data, "valid_to"),
        steps=tuple(entry.step for entry in entries.values()),
        links=(),
        questions=_questions(data, library, file, faults),
        file=file,
        targets=tuple(target for target in data["targets"] if target in uses),
        given=library.profile.answers,
        switches=data.get("running") == "switch",
    )
    return Sheet(procedure, entries, data)


def _questions(data: Lined, library: Library, file: str, faults: Faults) -> tuple[Question, ...]:
    careful: Lined | dict[str, str] = data.get("careful") or {}
    for fact, answer in careful.items():
        question = library.questions.get(fact)
        if question is None or (question.answers and answer not in question.answers):
            what = message("'{text}' does not match any question.", text=f"{fact}: {answer}")
            faults.append(
                fault("unknown_fact", what, Place(file=file, line=data.line_of("careful")))
            )
    return tuple(
        replace(question, careful=str(careful.get(fact, question.careful)))
        for fact, question in library.questions.items()
    )


def _used(entry: Entry, use: Lined, library: Library, file: str, faults: Faults) -> Entry:
    """Return a step of the library as this procedure takes it."""
    step, after = entry.step, entry.after
    if "when" in use:
        condition = condition_of(use, library.questions, file, faults)
        step = replace(step, condition=condition or step.condition)
    if "takes" in use:
        step = replace(step, takes=Duration.parse(use["takes"]))
    if "office" in use:
        step = replace(step, office=office_of(use, library.profile, file, faults))
    if "law" in use:
        step = replace(step, laws=citations(use["law"]))
    if "level" in use:
        step = replace(step, level=Level(use["level"]))
    if "after" in use:
        after = written_links(use, "after", library.questions, step.laws, faults, file)
    added = written_links(use, "also_after", library.questions, step.laws, faults, file)
    return replace(entry, step=step, after=after + added, added=added)


def assemble(
    base: Sheet, overlays: Sequence[Sheet], library: Library, faults: Faults
) -> Procedure | None:
    """Return the procedure of a base and what is laid over it; None when its steps form a cycle.

    A prerequisite counts where both steps are there; the base decides how a step is taken, and an
    overlay only adds to what it waits for. What a base's own file names must stand in it.
    """
    parts = [base, *overlays]
    entries = _merged(parts)
    careful = {q.fact: q.careful for q in base.procedure.questions} | dict(library.profile.answers)
    own = {q.fact for q in base.procedure.questions if q.of_county}
    waivers = {(w.predecessor, w.successor): w for w in library.profile.waivers}
    links, waived, asked = [], [], set[str]()
    for key, link in ((key, link) for key, entry in entries.items() for link in entry.after):
        if link.step not in entries:
            _note_unknown(link, entries, library, base, faults)
            continue
        waiver = waivers.get((link.step, key))
        if waiver and link.basis in (Basis.CUSTOM, Basis.ADVICE):
            waived.append(waiver)
            continue
        asked |= link.when.facts if link.when else set()
        hangs_on_project = link.when is not None and not link.when.facts <= own
        if link.when is None or hangs_on_project or link.when.holds(careful):
            made = Link(
                predecessor=link.step,
                successor=key,
                type=link.type,
                lag=link.lag,
                basis=link.basis or Basis.LOGIC,
                laws=link.laws,
                tolerable=link.tolerable,
                condition=link.when if hangs_on_project else None,
            )
            links.append(made)
    steps = [entry.step for entry in entries.values()]
    try:
        order_of(list(entries), links)
    except CycleError as error:
        faults.append(CycleError(error.steps, _place_of_cycle(error.steps, entries, base)))
        return None
    return replace(
        base.procedure,
        id="+".join(part.procedure.id for part in parts),
        name=_joined(parts),
        steps=tuple(steps),
        links=tuple(links),
        targets=tuple(dict.fromkeys(t for part in parts for t in part.procedure.targets)),
        waived=tuple(waived),
        alike=tuple(g for group in library.alike if len(g := _inside(group, entries)) > 1),
        questions=_asked(base.procedure.questions, steps, asked),
    )


def _inside(group: Sequence[str], entries: Mapping[str, Entry]) -> tuple[str, ...]:
    return tuple(step for step in group if step in entries)


def _merged(parts: Sequence[Sheet]) -> dict[str, Entry]:
    """Return every step once: as the first part takes it, with what later ones add to its waits."""
    entries: dict[str, Entry] = {}
    for part in parts:
        for key, entry in part.entries.items():
            known = entries.get(key)
            entries[key] = replace(known, after=known.after + entry.added) if known else entry
    return entries


def _note_unknown(
    link: Written, entries: Mapping[str, Entry], library: Library, base: Sheet, faults: Faults
) -> None:
    """Note a prerequisite that is no step, or one that a base names and does not have."""
    is_own = link.place.file == base.procedure.file and not base.procedure.is_overlay
    if is_own or link.step not in library.entries:
        known = entries if is_own else library.entries
        error = UnknownStepError(link.step, known, link.place)
        if not any(str(each) == str(error) for each in faults):
            faults.append(error)


def _place_of_cycle(cycle: Sequence[str], entries: Mapping[str, Entry], base: Sheet) -> Place:
    """Return the line of a link of the cycle, in the procedure's own file if it has one."""
    around = pairwise(cycle)
    places = [
        link.place
        for before, after in around
        for link in entries[after].after
        if link.step == before
    ]
    own = [place for place in places if place.file == base.procedure.file]
    return min(own or places, key=lambda place: place.line or 0)


def _joined(parts: Sequence[Sheet]) -> Name:
    names = [part.procedure.name for part in parts]
    return Name("＋".join(n.zh for n in names), " + ".join(n.en for n in names))


def _asked(
    questions: Iterable[Question], steps: Iterable[Step], of_links: set[str]
) -> tuple[Question, ...]:
    """Return the questions on which a step or a link of the procedure hangs, or an amount of it."""
    facts = set(of_links)
    for step in steps:
        facts |= step.condition.facts if step.condition else set()
        for _, condition in step.raised:
            facts |= condition.facts
        if step.growth:
            facts |= {step.growth.before, step.growth.after, step.growth.settled_by}
    return tuple(question for question in questions if question.fact in facts)
