"""The law as data: `procedures/*.yaml` become core values, and every fault names its line."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from tracker.core.calendars import Calendar
from tracker.core.compile import Blueprint, compile_target, links_dropped
from tracker.core.flag import RulePack
from tracker.core.levers import Lever
from tracker.core.model import Procedure
from tracker.core.problems import (
    BadFileError,
    ErrorKind,
    Place,
    TrackerError,
    UnknownStepError,
    message,
)
from tracker.core.usual import Usual
from tracker.law.calendars import Year, calendar_of, read_years
from tracker.law.changes import Change, read_changes
from tracker.law.levers import read_levers
from tracker.law.library import Faults, Library, Profile, read_library
from tracker.law.lights import read_lights
from tracker.law.objections import Objection, read_objections
from tracker.law.procedures import Sheet, assemble, read_sheets
from tracker.law.vocabulary import alike_in
from tracker.resources import procedures_folder

__all__ = ["Catalog", "Change", "Law", "Year", "catalog", "read_law"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A folder of procedures as read; `faults` are in the order in which they were found."""

    folder: Path
    library: Library | None
    sheets: tuple[Sheet, ...]
    changes: tuple[Change, ...]
    objections: tuple[Objection, ...]
    levers: tuple[Lever, ...]
    packs: Mapping[str, RulePack]
    faults: tuple[TrackerError, ...]


def read_law(folder: Path) -> Law:
    """Read a folder of procedures; nothing is raised, every fault is kept."""
    faults: Faults = []
    library = read_library(folder, faults)
    sheets = tuple(read_sheets(folder, library, faults)) if library else ()
    if library:
        ids = {sheet.procedure.id for sheet in sheets}
        library = replace(library, alike=alike_in(folder / "vocabulary.yaml", library, ids, faults))
        for sheet in sheets:
            assemble(sheet, (), library, faults)
    changes = read_changes(folder / "changes.yaml", library.entries, faults) if library else ()
    said = folder / "objections.yaml"
    objections = read_objections(said, library.entries, faults) if library else ()
    levers = read_levers(folder / "levers.yaml", library, faults) if library else ()
    packs = read_lights(folder / "lights.yaml", library, faults) if library else {}
    return Law(
        folder=folder,
        library=library,
        sheets=sheets,
        changes=changes,
        objections=objections,
        levers=levers,
        packs=packs,
        faults=tuple(faults),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Catalog:
    """The procedures and the calendar; networks are compiled once and kept."""

    law: Law = field(repr=False)
    library: Library = field(repr=False)
    years: Mapping[int, Year] = field(repr=False)
    working_days: Calendar
    usual: Usual | None = field(default=None, repr=False)
    """What the county has learned from its own record and plans with."""
    _assembled: dict[tuple[str, ...], Procedure] = field(default_factory=dict, repr=False)
    _compiled: dict[tuple[object, ...], Blueprint] = field(default_factory=dict, repr=False)

    @property
    def profile(self) -> Profile:
        """Return what is particular to the county."""
        return self.library.profile

    @cached_property
    def fingerprint(self) -> str:
        """Return a SHA-256 of all that decides a plan here: the files, and the years that count."""
        digest = sha256()
        for path in sorted(self.law.folder.rglob("*.yaml")):
            digest.update(path.relative_to(self.law.folder).as_posix().encode())
            digest.update(path.read_bytes())
        for number in sorted(self.years):
            year = self.years[number]
            digest.update(
                repr(
                    (number, year.is_official, sorted(year.days_off), sorted(year.workdays))
                ).encode()
            )
        if self.usual:
            digest.update(self.usual.to_text().encode())
        return digest.hexdigest()

    @property
    def changes(self) -> Sequence[Change]:
        """Return the changes of law, the oldest first, and then those that are only watched."""
        return self.law.changes

    @property
    def objections(self) -> Sequence[Objection]:
        """Return what officials said against steps, in the order of the file."""
        return self.law.objections

    @property
    def pack(self) -> RulePack:
        """Return the rules of the lights that count here."""
        return self.law.packs[self.profile.lights]

    @property
    def levers(self) -> Sequence[Lever]:
        """Return what lawfully makes a project sooner here."""
        return self.law.levers

    def procedure(
        self, procedure_id: str, day: date, *, seen_from: date | None = None
    ) -> Procedure:
        """Return the version of a procedure for a project that began on `day`.

        What is under way keeps its version, until one that switches begins on or before
        `seen_from`. Overlays follow the base, joined by `+`.
        """
        parts = [self._sheet(part, day, seen_from) for part in procedure_id.split("+")]
        if any(not part.procedure.is_overlay for part in parts[1:]) or (
            parts[1:] and parts[0].procedure.is_overlay
        ):
            raise BadFileError(
                "no_procedure",
                message("'{id}' is not one base procedure followed by overlays.", id=procedure_id),
                remedy=message("Write the base first: gov_road+special_bond."),
                place=Place(file="procedures"),
                kind=ErrorKind.USAGE,
            )
        key = tuple(f"{sheet.procedure.file}" for sheet in parts)
        if key not in self._assembled:
            faults: Faults = []
            found = assemble(parts[0], parts[1:], self.library, faults)
            if found is None or faults:
                raise faults[0]
            self._assembled[key] = self.usual.applied(found) if self.usual else found
        return self._assembled[key]

    def _sheet(self, part: str, day: date, seen_from: date | None) -> Sheet:
        versions = [sheet for sheet in self.law.sheets if sheet.procedure.id == part]
        found = [sheet for sheet in versions if sheet.procedure.is_valid_on(day)]
        if seen_from and not found:  # begun before the oldest version: the oldest still in force
            found = [s for s in versions if day < s.procedure.valid_from <= seen_from]
        for sheet in versions:
            if (
                seen_from
                and sheet.procedure.switches
                and day < sheet.procedure.valid_from <= seen_from
            ):
                found = [sheet]
        if not found:
            raise BadFileError(
                "no_procedure",
                message("No procedure '{id}' is in force on {day}.").of(id=part, day=day),
                remedy=message("Choose one of: {known}.", known=", ".join(self.ids)),
                place=Place(file="procedures"),
                kind=ErrorKind.USAGE,
            )
        return min(found, key=lambda each: each.procedure.valid_from)

    @cached_property
    def first_day(self) -> date:
        """Return the first day on which every base procedure has a version in force."""
        bases = [s.procedure for s in self.law.sheets if not s.procedure.is_overlay]
        first = {each.id: min(e.valid_from for e in bases if e.id == each.id) for each in bases}
        return max(first.values(), default=date.min)

    def law_day(self, day: date) -> date:
        """Return the day whose rules hold for a ledger of `day`; never before the first rules."""
        return max(day, self.first_day)

    def unknown_step(self, step: str, procedure: Procedure) -> TrackerError:
        """Return the error of a step that a procedure, or the whole library, does not have."""
        steps = message("Look at its steps: tracker procedures show {id}.", id=procedure.id)
        if step not in self.library.entries:
            names = [name for s in procedure.steps for name in (s.id, s.name.zh, s.name.en)]
            return UnknownStepError(step, names, otherwise=steps)
        return BadFileError(
            "unknown_step",
            message("{step} is not a step of {procedure}.").of(
                step=self.library.entries[step].step.name, procedure=procedure.name
            ),
            remedy=steps,
            place=Place(file=procedure.file),
            kind=ErrorKind.USAGE,
        )

    @property
    def ids(self) -> Sequence[str]:
        """Return the ids of all procedures, bases and overlays."""
        return list(dict.fromkeys(sheet.procedure.id for sheet in self.law.sheets))

    def in_force(self, day: date) -> "InForce":
        """Return the procedures of a day, by id."""
        return InForce(self, day)

    def blueprint(
        self,
        procedure_id: str,
        target: str,
        day: date,
        *,
        began: date | None = None,
        answers: Mapping[str, str] = MappingProxyType({}),
    ) -> Blueprint:
        """Return the network that leads to `target` by the rules of `day`, compiled on first use.

        `began` is the day on which the project began; it chooses the version of the procedure. The
        project's `answers` choose its links.
        """
        procedure = self.procedure(procedure_id, began or day, seen_from=day if began else None)
        return self._blueprint(procedure, target, day, links_dropped(procedure, answers))

    def whole_blueprint(
        self, procedure_id: str, target: str, day: date, *, began: date | None = None
    ) -> Blueprint:
        """Return the network with the links of every answer, for projects that have not given it.

        Otherwise as `blueprint`.
        """
        procedure = self.procedure(procedure_id, began or day, seen_from=day if began else None)
        return self._blueprint(procedure, target, day, frozenset())

    def _blueprint(
        self, procedure: Procedure, target: str, day: date, dropped: frozenset[int]
    ) -> Blueprint:
        if target not in procedure.by_id:
            raise self.unknown_step(target, procedure)
        period = bisect_right(procedure.change_days, day)
        key = (id(procedure), target, period, dropped)
        if key not in self._compiled:
            links = tuple(link for n, link in enumerate(procedure.links) if n not in dropped)
            chosen = replace(procedure, links=links) if dropped else procedure
            self._compiled[key] = compile_target(
                chosen, target, self.working_days, day, tolerates=self.profile.tolerates
            )
        return self._compiled[key]


@dataclass(frozen=True, eq=False)
class InForce(Mapping[str, Procedure]):
    """The procedures in force on a day, by id; overlays can be asked for on any base."""

    catalog: Catalog
    day: date

    def __getitem__(self, procedure_id: str) -> Procedure:
        """Return one procedure; KeyError when none is in force."""
        try:
            return self.catalog.procedure(procedure_id, self.day)
        except BadFileError:
            raise KeyError(procedure_id) from None

    def __iter__(self) -> Iterator[str]:
        """Return the ids of what is in force: bases, then overlays."""
        sheets = [s.procedure for s in self.catalog.law.sheets]
        ids = (p.id for p in sorted(sheets, key=lambda p: p.is_overlay) if p.is_valid_on(self.day))
        return iter(list(dict.fromkeys(ids)))

    def __len__(self) -> int:
        """Return how many are in force."""
        return len(list(iter(self)))


@cache
def catalog(folder: Path | None = None, loaded: tuple[Year, ...] = ()) -> Catalog:
    """Return the catalog of a folder, by default of the one that ships with the program.

    `loaded` are years of holidays that the county has loaded; they take the place of files. Raises
    the first fault.
    """
    law = read_law(folder or procedures_folder())
    if law.faults or law.library is None:
        raise law.faults[0]
    years = read_years(law.folder / "calendars")
    years.update({year.year: year for year in loaded})
    return Catalog(law=law, library=law.library, years=years, working_days=calendar_of(years))
