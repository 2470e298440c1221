"""`lights.yaml`: the rules of the lights, by pack."""

from collections.abc import Mapping
from pathlib import Path

from tracker.core.flag import RulePack
from tracker.core.problems import Place, message
from tracker.law.library import Faults, Library, name_of, read_form
from tracker.law.yaml_lines import Lined, fault, read_yaml

_NUMBERS = ("clock_share", "float_working_days", "stale_days", "expiry_days", "review_days")


def read_lights(path: Path, library: Library, faults: Faults) -> Mapping[str, RulePack]:
    """Return the packs by name; the general rules where there is no file.

    A county that names a pack which is not there is a fault of `county.yaml`.
    """
    found = {"default": RulePack()}
    listed: Lined | None = read_form(path, "lights", faults, read_yaml) if path.exists() else None
    for key, data in (listed or {}).items():
        numbers = {name: data[name] for name in _NUMBERS}
        found[key] = RulePack(
            name=name_of(data["name"]),
            by_promise=data.get("by_promise", False),
            late_months=data.get("late_months"),
            coloured_slips=data.get("coloured_slips", False),
            **numbers,
        )
    wanted = library.profile.lights
    if wanted not in found:
        what = message("There is no pack of rules '{name}'.", name=wanted)
        remedy = message("Use one of: {known}.", known=", ".join(found))
        faults.append(fault("unknown_pack", what, Place(file="county.yaml", line=1), remedy))
    return found
