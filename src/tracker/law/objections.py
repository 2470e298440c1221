"""`objections.yaml`: what officials said against a line of a procedure, and what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.core.problems import Place, UnknownStepError
from tracker.law.library import Faults, day_of, read_form
from tracker.law.yaml_lines import read_list

__all__ = ["Objection", "read_objections"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """An objection to a step: who raised it, on which day; without `answer` it is open."""

    step: str
    day: date
    by: str
    text: str
    answer: str | None
    place: Place


def read_objections(
    path: Path, known: Mapping[str, object], faults: Faults
) -> tuple[Objection, ...]:
    """Return the objections in the order of the file; none where there is no file."""
    if not path.exists():
        return ()
    found = []
    for data in read_form(path, "objections", faults, read_list) or ():
        place = Place(file=path.name, line=data.line)
        if data["step"] not in known:
            faults.append(UnknownStepError(data["step"], known, place))
        found.append(
            Objection(
                step=data["step"],
                day=day_of(data, "day") or date.min,
                by=data["by"],
                text=data["text"],
                answer=data.get("answer"),
                place=place,
            )
        )
    return tuple(found)
