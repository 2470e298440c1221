"""`changes.yaml`: what changed in the law on which day, and what is only watched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.core.law import Name, Sureness
from tracker.core.problems import Place, UnknownStepError, message
from tracker.law.library import Faults, day_of, name_of, read_form
from tracker.law.yaml_lines import fault, read_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of law and the steps it touches; without a `day` it is only watched.

    `about` says when, where the day is not known. Cases under way keep the old rule unless it
    `switches`. `repeals` are laws that end with it.
    """

    id: str
    day: date | None
    about: Name | None
    title: Name
    law: str
    steps: tuple[str, ...]
    switches: bool
    repeals: tuple[str, ...]
    sure: Sureness
    place: Place


def read_changes(path: Path, known: Mapping[str, object], faults: Faults) -> tuple[Change, ...]:
    """Return the register, by day; the changes that are only watched stand last."""
    if not path.exists():
        return ()
    found: list[Change] = []
    for data in read_form(path, "changes", faults, read_list) or ():
        place = Place(file=path.name, line=data.line)
        if data["id"] in {change.id for change in found}:
            what = message("The key '{key}' appears twice.", key=data["id"])
            faults.append(fault("duplicate_key", what, place))
        for step in data["steps"]:
            if step not in known:
                faults.append(UnknownStepError(step, known, place))
        found.append(
            Change(
                id=data["id"],
                day=day_of(data, "day"),
                about=name_of(data["about"]) if "about" in data else None,
                title=name_of(data["title"]),
                law=data["law"],
                steps=tuple(data["steps"]),
                switches=data.get("running") == "switch",
                repeals=tuple(data.get("repeals", ())),
                sure=Sureness(data.get("sure", Sureness.MEDIUM)),
                place=place,
            )
        )
    return tuple(sorted(found, key=lambda change: change.day or date.max))
