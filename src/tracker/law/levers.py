"""`levers.yaml`: what lawfully makes a project sooner."""

from pathlib import Path

from tracker.core.levers import Does, Lever
from tracker.core.model import BlockReason, Duration
from tracker.core.problems import Place, UnknownStepError, message
from tracker.law.library import (
    Faults,
    Library,
    citations,
    condition_of,
    name_of,
    office_of,
    read_form,
)
from tracker.law.yaml_lines import Lined, fault, read_list


def read_levers(path: Path, library: Library, faults: Faults) -> tuple[Lever, ...]:
    """Return the levers in the order of the file; none where there is no file."""
    if not path.exists():
        return ()
    listed = read_form(path, "levers", faults, read_list) or ()
    ids = [str(data["id"]) for data in listed]
    found: list[Lever] = []
    for n, data in enumerate(listed):
        if ids[n] in ids[:n]:
            what = message("The key '{key}' appears twice.", key=ids[n])
            faults.append(fault("duplicate_key", what, Place(file=path.name, line=data.line)))
        _check(data, ids, library, path.name, faults)
        found.append(
            Lever(
                id=ids[n],
                name=name_of(data["name"]),
                does=Does(data["does"]),
                decided_by=office_of(data, library.profile, path.name, faults)
                if "office" in data
                else None,
                within=Duration.parse(data.get("within", "0 wd")),
                laws=citations(data["law"]),
                steps=frozenset(data.get("steps", ())),
                reasons=frozenset(map(BlockReason, data.get("reasons", ()))),
                fact=data.get("fact", ""),
                answer=data.get("answer", ""),
                share=float(data.get("share", 1)),
                cost=data.get("cost", 1),
                condition=condition_of(data, library.questions, path.name, faults),
                proviso=name_of(data["proviso"]) if "proviso" in data else None,
                apart=frozenset(data.get("apart", ())),
            )
        )
    return tuple(found)


def _check(data: Lined, ids: list[str], library: Library, file: str, faults: Faults) -> None:
    """Note the steps, levers, questions and answers that a lever names and that do not exist."""
    for step in data.get("steps", ()):
        if step not in library.entries:
            place = Place(file=file, line=data.line_of("steps"))
            faults.append(UnknownStepError(step, library.entries, place))
    for other in set(data.get("apart", ())) - set(ids):
        what = message("There is no lever '{id}'.", id=other)
        place = Place(file=file, line=data.line_of("apart"))
        remedy = message("The levers are: {known}.", known=", ".join(ids))
        faults.append(fault("unknown_lever", what, place, remedy))
    if "fact" not in data:
        return
    question = library.questions.get(data["fact"])
    if question and data["answer"] in question.answers:
        return
    key = "answer" if question else "fact"
    text = f"{data['fact']} == {data['answer']}" if question else data["fact"]
    what = message("'{text}' does not match any question.", text=text)
    faults.append(fault("unknown_fact", what, Place(file=file, line=data.line_of(key))))
