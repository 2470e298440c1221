"""The law as data: `procedures/*.yaml` become core values, and every fault names its line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from tracker.catalog.calendars import read_working_days
from tracker.catalog.procedures import read_procedures
from tracker.core.calendars import Calendar
from tracker.core.compile import Blueprint, compile_target
from tracker.core.model import Procedure
from tracker.core.problems import BadFileError, Place, message

__all__ = ["Catalog", "catalog", "procedures_folder"]


@dataclass(frozen=True, eq=False)
class Catalog:
    """The procedures and the calendar; blueprints are compiled once and kept."""

    procedures: Mapping[str, Procedure]
    working_days: Calendar
    _compiled: dict[tuple[str, str], Blueprint] = field(default_factory=dict, repr=False)

    def procedure(self, procedure_id: str, day: date) -> Procedure:
        """Return the procedure in force on `day`."""
        found = self.procedures.get(procedure_id)
        if found is None or not found.is_valid_on(day):
            raise BadFileError(
                "no_procedure",
                message("No procedure '{id}' is in force on {day}.", id=procedure_id, day=day),
                remedy=message("Choose one of: {known}.", known=", ".join(self.procedures)),
                place=Place("procedures"),
            )
        return found

    def blueprint(self, procedure_id: str, target: str, day: date) -> Blueprint:
        """Return the network that leads to `target`, compiled on first use."""
        procedure = self.procedure(procedure_id, day)
        if (procedure_id, target) not in self._compiled:
            compiled = compile_target(procedure, target, self.working_days)
            self._compiled[procedure_id, target] = compiled
        return self._compiled[procedure_id, target]


def procedures_folder() -> Path:
    """Return where the procedures stand: in the installed package, else in the checkout."""
    package = Path(__file__).parents[1]
    installed = package / "procedures"
    return installed if installed.is_dir() else package.parents[1] / "procedures"


@cache
def catalog() -> Catalog:
    """Return the catalog that ships with the program."""
    folder = procedures_folder()
    return Catalog(read_procedures(folder), read_working_days(folder / "calendars"))
