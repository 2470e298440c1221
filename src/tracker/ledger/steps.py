"""What a ledger says of a step: its state, its days and its document, from one cell or from four."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracker.ledger.aliases import Part
from tracker.ledger.dates import DayRole, read_day
from tracker.ledger.documents import is_no_document, read_document
from tracker.ledger.entries import Cell, StepCells
from tracker.ledger.model import Status
from tracker.ledger.statuses import STATUS_OF, StatusReading, read_status
from tracker.ledger.words import plain, shown

Report = Callable[[str, Cell], None]
"""Takes the code of what is wrong, and the cell."""


@dataclass(frozen=True, slots=True)
class StepReading:
    """What was read of a step; `first` is the cell that speaks first."""

    said: StatusReading
    first: Cell


def read_step(
    step: StepCells, as_of: date, legend: Mapping[str, Status], report: Report, *, is_known: bool
) -> StepReading:
    """Read the cells of a step. What is unsure is left out and reported.

    An empty state is reported only for a step that `is_known`, and when nothing else is said of it.
    """
    state = step.parts.get(Part.STATE)
    said = read_status(state.value, as_of, legend) if state else read_status(None, as_of, {})
    if state and len(step.parts) == 1:
        if said.problem and (said.problem != "status_blank" or is_known):
            report(said.problem, state)
        return StepReading(said, state)
    filled = {part: cell for part, cell in step.parts.items() if cell.value is not None}
    first = filled.get(Part.STATE) or next(iter([*filled.values(), *step.parts.values()]))
    planned = _planned(filled.get(Part.PLANNED), as_of, report)
    actual = _actual(filled.get(Part.ACTUAL), as_of, report)
    document = _document(filled.get(Part.DOCUMENT), report)
    alone = len(step.parts) == 1 or not filled
    if said.problem and (said.problem != "status_blank" or (is_known and alone)):
        report(said.problem, first)
    merged = _merged(said, planned, actual, document)
    if merged is None:
        for cell in filled.values():
            report("columns_disagree", cell)
        merged = StatusReading(Status.UNKNOWN, "disagree", planned=planned)
    return StepReading(merged, first)


def _planned(cell: Cell | None, as_of: date, report: Report) -> date | None:
    if cell is None or _says_state(cell):
        return None
    reading = read_day(cell.value, DayRole.END, as_of)
    if reading.problem:
        report(reading.problem, cell)
    return reading.day


def _actual(cell: Cell | None, as_of: date, report: Report) -> StatusReading | None:
    """Return what a column of days of completion says; a word of state there counts as one."""
    if cell is None:
        return None
    if _says_state(cell):
        return read_status(cell.value, as_of, {})
    reading = read_day(cell.value, DayRole.END, as_of)
    if reading.problem:
        report(reading.problem, cell)
    if reading.day is None:
        return None
    if reading.day > as_of:
        report("future_done", cell)
        return StatusReading(Status.UNKNOWN, reading.rule)
    return StatusReading(Status.DONE, f"day:{reading.rule}", day=reading.day)


def _document(cell: Cell | None, report: Report) -> StatusReading | None:
    if cell is None:
        return None
    text = shown(cell.value) or ""
    if _says_state(cell) or is_no_document(text):
        return None
    number, rule = read_document(text)
    if number is None:
        report("bad_document", cell)
        return None
    return StatusReading(Status.DONE, rule, document=number)


def _says_state(cell: Cell) -> bool:
    return isinstance(cell.value, str) and plain(cell.value) in STATUS_OF


def _merged(
    said: StatusReading,
    planned: date | None,
    actual: StatusReading | None,
    document: StatusReading | None,
) -> StatusReading | None:
    """Return what the columns of a step say together; None when they contradict each other."""
    voices = [v for v in (said, actual, document) if v and v.status is not Status.UNKNOWN]
    doubted = actual is not None and actual.status is Status.UNKNOWN
    statuses = {voice.status for voice in voices}
    days = {voice.day for voice in voices if voice.day}
    documents = {plain(voice.document) for voice in voices if voice.document}
    if len(statuses) > 1 or len(days) > 1 or len(documents) > 1:
        return None
    if not voices or doubted or (said.problem and said.problem != "status_blank"):
        kept = said if said.problem or not voices else StatusReading(Status.UNKNOWN, said.rule)
        return replace(kept, planned=planned or said.planned)
    first = voices[0]
    return replace(
        first,
        day=next(iter(days), None),
        document=next((v.document for v in voices if v.document), None),
        planned=planned or said.planned,
    )
