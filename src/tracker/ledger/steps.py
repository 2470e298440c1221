"""What a ledger says of a step.

Its state, its days and its document, from one cell or from four.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.ledger.shape.aliases import Part
from tracker.ledger.shape.entries import Cell, Report, StepCells
from tracker.ledger.values.answers import read_answer
from tracker.ledger.values.dates import PERIODS, DayRole, read_day
from tracker.ledger.values.documents import is_no_document, read_document
from tracker.ledger.values.rules import CellRules, Sense, Status
from tracker.ledger.values.statuses import STATUS_OF, StatusReading, is_promise, read_status
from tracker.ledger.values.words import plain, shown

_SILENT = StatusReading(status=Status.UNKNOWN, rule="blank", problem="status_blank")


@dataclass(frozen=True, slots=True)
class StepReading:
    """What was read of a step; `first` is the cell that speaks first."""

    said: StatusReading
    first: Cell


def read_step(step: StepCells, rules: CellRules, report: Report, *, is_known: bool) -> StepReading:
    """Read the cells of a step. What is unsure is left out and reported.

    An empty state is reported only for a step that `is_known`, and when nothing else is said of it.
    """
    state = step.parts.get(Part.STATE)
    said = read_status(state.value, rules.read_as(state.sense)) if state else _SILENT
    if state and len(step.parts) == 1:
        if said.problem and (said.problem != "status_blank" or is_known):
            report(said.problem, state)
        return StepReading(said, state)
    filled = {part: cell for part, cell in step.parts.items() if cell.value is not None}
    first = filled.get(Part.STATE) or next(iter([*filled.values(), *step.parts.values()]))
    beside = {part: cell for part, cell in filled.items() if part is not Part.STATE}
    days = {
        part: cell
        for part, cell in beside.items()
        if part in (Part.NEEDED, Part.WORK) or not _says_state(cell, rules.legend)
    }
    voices: list[StatusReading | None] = [
        _beside(part, cell, rules, report) for part, cell in beside.items() if part not in days
    ]
    needed = _needed(days.pop(Part.NEEDED, None), report)
    work = _work(days.pop(Part.WORK, None), rules)
    either = _either(days.get(Part.DAY), said, rules, report)
    planned = _planned(days.get(Part.PLANNED), rules, report) or either.planned
    voices += [
        _actual(days.get(Part.ACTUAL), rules, report),
        _document(days.get(Part.DOCUMENT), rules, report),
        either if either.status is not Status.UNKNOWN else None,
        needed,
    ]
    if state is None and not any(voices) and _is_crossed_out(step):
        voices = [read_status(first.value, rules)]
    if said.problem and (said.problem != "status_blank" or (is_known and not filled)):
        report(said.problem, first)
    if work and said.status is Status.UNKNOWN and not any(voices):
        voices = [work]
    merged = _merged(said, planned, [voice for voice in voices if voice])
    if merged is None:
        for cell in filled.values():
            report("columns_disagree", cell)
        merged = StatusReading(status=Status.UNKNOWN, rule="disagree", planned=planned)
    return StepReading(merged, first)


def _beside(part: Part, cell: Cell, rules: CellRules, report: Report) -> StatusReading | None:
    """Return what a word of state says in a column of days; in one of plans only 不需要 counts."""
    said = read_status(cell.value, rules)
    if part is Part.PLANNED and said.status is not Status.NOT_REQUIRED:
        report("state_in_plan", cell)
        return None
    return said


def _needed(cell: Cell | None, report: Report) -> StatusReading | None:
    """Return what 否 under 是否需要 says; 是 there says nothing of the state."""
    if cell is None:
        return None
    is_yes = read_answer(cell.value)
    if is_yes is None and not _is_stroke(cell):
        report("unknown_answer", cell)
    if is_yes is not False:
        return None
    return StatusReading(status=Status.NOT_REQUIRED, rule="answer")


def _work(cell: Cell | None, rules: CellRules) -> StatusReading | None:
    """Return what work on a paper says of its approval: it is under way at most."""
    if cell is None:
        return None
    said = read_status(cell.value, rules.read_as(cell.sense)).status
    if said in (Status.DONE, Status.IN_PROGRESS):
        return StatusReading(status=Status.IN_PROGRESS, rule="work")
    return StatusReading(status=said, rule="work") if said is not Status.UNKNOWN else None


def _either(
    cell: Cell | None, said: StatusReading, rules: CellRules, report: Report
) -> StatusReading:
    """Return what a day means under a heading that says neither plan nor actual.

    Beside a state it is the day of that state, and planned where the step is still open.
    """
    if cell is None or _is_stroke(cell):
        return _SILENT
    reading = read_day(cell.value, DayRole.END, rules.reads_as_of)
    if reading.day is None:
        if reading.problem:
            report(reading.problem, cell)
        return _SILENT
    sense = cell.sense or rules.sense
    is_open = said.status not in (Status.DONE, Status.UNKNOWN)
    if said.status is Status.DONE and sense is not Sense.PLANNED and reading.day <= rules.as_of:
        return replace(said, rule=f"day:{reading.rule}", day=reading.day, problem=None)
    if is_open and sense is None:
        if reading.day <= rules.as_of:
            report("plan_or_actual", cell)
        return replace(_SILENT, planned=reading.day)
    found = read_status(cell.value, rules.read_as(cell.sense))
    if found.problem:
        report(found.problem, cell)
    return found


def _planned(cell: Cell | None, rules: CellRules, report: Report) -> date | None:
    if cell is None or _is_stroke(cell):
        return None
    reading = read_day(cell.value, DayRole.END, rules.reads_as_of)
    if reading.problem:
        report(reading.problem, cell)
    return reading.day


def _actual(cell: Cell | None, rules: CellRules, report: Report) -> StatusReading | None:
    """Return what a column of days of completion says; a promise there is asked about."""
    if cell is None or _is_stroke(cell):
        return None
    reading, as_of = read_day(cell.value, DayRole.END, rules.reads_as_of), rules.as_of
    if reading.problem:
        report(reading.problem, cell)
    if reading.day is None:
        return None
    if reading.day > as_of or is_promise(cell.value):
        report("future_done" if reading.day > as_of else "promised_day", cell)
        return StatusReading(status=Status.UNKNOWN, rule=reading.rule)
    return StatusReading(status=Status.DONE, rule=f"day:{reading.rule}", day=reading.day)


def _document(cell: Cell | None, rules: CellRules, report: Report) -> StatusReading | None:
    if cell is None:
        return None
    both = read_status(cell.value, rules)
    if both.document and both.day:
        return both  # 县发改〔2024〕56号（2024年11月3日）
    text = shown(cell.value) or ""
    if is_no_document(text):
        return None
    number, rule = read_document(text)
    if number is None:
        report("bad_document", cell)
        return None
    return StatusReading(status=Status.DONE, rule=rule, document=number)


def _says_state(cell: Cell, legend: Mapping[str, Status]) -> bool:
    """Tell whether a column of days or numbers holds a word of state; a stroke there is a blank."""
    text = plain(cell.value) if isinstance(cell.value, str) else ""
    return text in legend or (text.casefold() in STATUS_OF and not _is_stroke(cell))


def _is_stroke(cell: Cell) -> bool:
    return isinstance(cell.value, str) and not plain(cell.value).strip("/-—–")


def _is_crossed_out(step: StepCells) -> bool:
    """Tell whether strokes stand in all columns of days, two at least: the step is not needed.

    One stroke alone says that there is no day yet, or no number.
    """
    days = [step.parts.get(part) for part in (Part.PLANNED, Part.ACTUAL)]
    return all(cell is not None and _is_stroke(cell) for cell in days)


def _days(voices: Sequence[StatusReading]) -> set[date]:
    """Return the days that are said; a month agrees with a day in it."""
    exact = {v.day for v in voices if v.day and v.rule.rpartition(":")[2] not in PERIODS}
    months = {(day.year, day.month) for day in exact}
    return exact | {v.day for v in voices if v.day and (v.day.year, v.day.month) not in months}


def _merged(
    said: StatusReading, planned: date | None, others: Sequence[StatusReading]
) -> StatusReading | None:
    """Return what the columns of a step say together; None when they contradict each other."""
    voices = [voice for voice in (said, *others) if voice.status is not Status.UNKNOWN]
    doubted = any(voice.status is Status.UNKNOWN for voice in others)
    statuses = {voice.status for voice in voices}
    days = _days(voices)
    documents = {plain(voice.document) for voice in voices if voice.document}
    if len(statuses) > 1 or len(days) > 1 or len(documents) > 1:
        return None
    if not voices or doubted or (said.problem and said.problem != "status_blank"):
        kept = (
            said
            if said.problem or not voices
            else StatusReading(status=Status.UNKNOWN, rule=said.rule)
        )
        return replace(kept, planned=planned or said.planned)
    first = voices[0]
    return replace(
        first,
        day=next(iter(days), None),
        document=next((v.document for v in voices if v.document), None),
        planned=planned or said.planned,
    )
