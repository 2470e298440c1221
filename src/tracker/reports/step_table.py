"""The ledger by families of steps, as it stands on paper: 立项, 规划, 土地, 环评 and the rest.

One table for the page and the workbook.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tracker.core.flag import Standing
from tracker.core.model import Area, Step
from tracker.core.plan import PlannedStep
from tracker.core.problems import Message, message
from tracker.core.track import BEGUN, Known, State
from tracker.i18n.words import Words


class Family(StrEnum):
    """A group of steps that stand together in a county's ledger."""

    PROJECT = "project"
    PLANNING = "planning"
    LAND = "land"
    ENVIRONMENT = "environment"
    TENDER = "tender"
    START = "start"
    ACCEPTANCE = "acceptance"
    FUNDING = "funding"


FAMILY_WORDS: Mapping[Family, Message] = {
    Family.PROJECT: message("Project approval"),
    Family.PLANNING: message("Planning permits"),
    Family.LAND: message("Land"),
    Family.ENVIRONMENT: message("Environment"),
    Family.TENDER: message("Tender and permit"),
    Family.START: message("Start of works"),
    Family.ACCEPTANCE: message("Completion"),
    Family.FUNDING: message("Funding"),
}
_AREAS: Mapping[Family, tuple[Area, ...]] = {
    Family.PROJECT: (Area.DECISION, Area.APPROVAL),
    Family.PLANNING: (Area.DESIGN,),
    Family.LAND: (Area.LAND,),
    Family.ENVIRONMENT: (Area.ENVIRONMENT,),
    Family.TENDER: (Area.TENDER,),
    Family.START: (Area.START,),
    Family.ACCEPTANCE: (Area.ACCEPTANCE,),
    Family.FUNDING: (Area.FUNDING,),
}
_MARKS: Mapping[State, str] = {State.FINISHED: "√", State.NOT_NEEDED: "–", State.NOT_STARTED: "○"}
_BEGUN, _HELD = "●", "■"


@dataclass(frozen=True, eq=False)
class StepTable:
    """Projects in rows, the steps of a family in columns, in the order of the procedures.

    A column is there where at least one of the projects needs its step. `is_whole` shows all of
    them, else only those that leave a paper or of which something is recorded.
    """

    rows: Sequence[Standing]
    family: Family
    is_whole: bool = False

    @cached_property
    def columns(self) -> tuple[Step, ...]:
        """Return the steps, each once."""
        places: dict[str, list[float]] = {}
        steps: dict[str, Step] = {}
        for standing in self.rows:
            for place, each in enumerate(standing.plan.steps):
                if each.step.area in _AREAS[self.family] and self._is_shown(each):
                    places.setdefault(each.step.id, []).append(place / len(standing.plan.steps))
                    steps[each.step.id] = each.step
        order = sorted(steps, key=lambda id_: sum(places[id_]) / len(places[id_]))
        return tuple(steps[id_] for id_ in order)

    def cells(self, standing: Standing) -> list[PlannedStep | None]:
        """Return the steps of a project by column; None where its plan does not lead through it."""
        known = {each.step.id: each for each in standing.plan.steps}
        return [known.get(step.id) for step in self.columns]

    def _is_shown(self, each: PlannedStep) -> bool:
        if each.progress.state is State.NOT_NEEDED:
            return False
        return self.is_whole or each.step.gives is not None or each.progress.known is Known.RECORDED


def families_of(rows: Iterable[Standing]) -> list[Family]:
    """Return the families of which the projects have any step."""
    areas = {each.step.area for standing in rows for each in standing.plan.steps}
    return [family for family in Family if areas & set(_AREAS[family])]


def mark_of(each: PlannedStep | None) -> str:
    """Return the mark of a cell: √ over, – not needed, ○ to come, ● under way, ■ held."""
    if each is None:
        return ""
    if each.progress.block:
        return _HELD
    return _MARKS.get(each.progress.state, _BEGUN)


def cell_words(each: PlannedStep | None, words: Words) -> str:
    """Return what a cell says beside its mark: its last day, or the day it is wanted by."""
    if each is None:
        return ""
    known = each.progress
    if known.is_over:
        return words.short_day(known.finish) or ("" if known.is_certain else words(known.known))
    if known.state in (*BEGUN, State.LODGED):
        due = known.case.clock.due if known.case and known.case.clock else None
        day = due or each.late_finish
        return words.text("due {day}", day=words.short_day(day)) if day else words(known.state)
    return words.text("by {day}", day=words.short_day(each.late_finish)) if each.late_finish else ""
