"""What the sentences of a row say of its steps: proposals, and what none could be read from."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from tracker.core.model import Procedure
from tracker.ledger.book.grid import letters
from tracker.ledger.model import LedgerProject, LedgerProposal, LedgerStep
from tracker.ledger.proposals import Proposer
from tracker.ledger.row_steps import StepReader
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.shape.columns import step_kinds_in
from tracker.ledger.shape.entries import Cell, Entry
from tracker.ledger.shape.sense import is_plan
from tracker.ledger.values.dates import EXACT_RULES, DayRole, read_day
from tracker.ledger.values.rules import CellRules, Status
from tracker.ledger.values.statuses import read_status
from tracker.ledger.values.words import shown

__all__ = ["Telling"]

_PIECES = re.compile("[，,；;。、\\n]")


class Telling:
    """Reads the sentences of the entries of one table; what is left unread is reported."""

    def __init__(
        self, rules: CellRules, steps: StepReader, report: Callable[[str, Cell], None]
    ) -> None:
        self.rules, self.steps, self.report = rules, steps, report
        self.proposer = Proposer(rules, steps.step_of)

    def proposals(
        self,
        entry: Entry,
        steps: Sequence[LedgerStep],
        procedure: Procedure,
        facts: Mapping[str, str],
    ) -> tuple[LedgerProposal, ...]:
        """Return what the sentences propose of the steps that no column speaks of."""
        said = {step.step for step in steps if step.status is not Status.UNKNOWN}
        cells = (*entry.prose, *_sentences(entry, steps))
        found = (*self._begun(entry), *self.proposer.read(cells, procedure, facts))
        return tuple(each for each in found if each.step not in said)

    def _begun(self, entry: Entry) -> Iterator[LedgerProposal]:
        """Yield the start of works as a proposal, where a past day stands under 开工时间."""
        cell = entry.fields.get(Field.PLANNED_START)
        if cell is None or is_plan(cell.heading):
            return
        # a month that has begun is not over: its end counts
        reading = read_day(cell.value, DayRole.END, self.rules.reads_as_of)
        if reading.day and reading.day <= self.rules.as_of:
            yield LedgerProposal(
                step="start",
                status=Status.DONE,
                day=reading.day if reading.rule in EXACT_RULES else None,
                words=f"{cell.heading} {shown(cell.value)}",
                row=cell.row + 1,
                column=letters(cell.column),
            )

    def note_single_states(self, entry: Entry) -> None:
        """Report a state that is said of all steps together, and so of none."""
        for cell in entry.prose:
            said = read_status(cell.value, self.rules).status
            names_steps = step_kinds_in(shown(cell.value) or "")
            if cell.value is not None and said is not Status.UNKNOWN and not names_steps:
                self.report("several_steps", cell)

    def note_unread(self, entry: Entry, project: LedgerProject, procedure: Procedure) -> None:
        """Report the sentences that speak of steps or of all 手续, and propose nothing."""
        read = {(each.row - 1, each.column) for each in project.proposals}
        said = any(step.status is not Status.UNKNOWN for step in project.steps)
        for cell in entry.prose:
            text = shown(cell.value) or ""
            speaks = bool(step_kinds_in(text)) or "手续" in text
            is_word = read_status(cell.value, self.rules).status is not Status.UNKNOWN
            if (cell.row, letters(cell.column)) in read:
                self._note_partly_read(cell, project, procedure)
            elif speaks and not said and not is_word:
                self.report("prose_unread", cell)

    def _note_partly_read(self, cell: Cell, project: LedgerProject, procedure: Procedure) -> None:
        """Report the words of a sentence about steps of which neither it nor a column says more."""
        text = shown(cell.value) or ""
        kinds = frozenset(step_kinds_in(text))
        told = {each.step for each in project.proposals} | {each.step for each in project.steps}
        left = [
            piece
            for piece in map(str.strip, _PIECES.split(text))
            if any(
                (step := self.steps.step_of(kind, procedure, project.facts, kinds))
                and step not in told
                for kind in step_kinds_in(piece)
            )
        ]
        if left:
            self.report("prose_partly", Cell(cell.row, cell.column, "，".join(left)))


def _sentences(entry: Entry, steps: Sequence[LedgerStep]) -> list[Cell]:
    """Return the cells of states that no rule could read and that speak of steps by name."""
    unread = {step.cells.get(Part.STATE) for step in steps if step.is_unread}
    cells = (step.parts.get(Part.STATE) for step in entry.steps)
    return [
        cell
        for cell in cells
        if cell and (cell.row, cell.column) in unread and step_kinds_in(shown(cell.value) or "")
    ]
