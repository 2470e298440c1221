"""The steps of an entry: the step of the procedure that each heading means, and its state."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace

from tracker.core.compile import switched_off
from tracker.core.model import Procedure, Regime
from tracker.ledger.book.grid import letters
from tracker.ledger.model import LedgerStep
from tracker.ledger.shape.aliases import Part
from tracker.ledger.shape.columns import step_kinds_in, steps_for
from tracker.ledger.shape.entries import Cell, Entry, StepCells
from tracker.ledger.steps import read_step
from tracker.ledger.values.choices import regime_in
from tracker.ledger.values.dates import DayRole, read_day
from tracker.ledger.values.rules import CellRules, Sense, Status
from tracker.ledger.values.secrecy import without_private
from tracker.ledger.values.statuses import is_promise
from tracker.ledger.values.words import is_nothing, plain, shown

_SAYS_LITTLE = (Status.UNKNOWN, Status.NOT_REQUIRED, Status.NOT_STARTED)


_SAID_IN_APPROVAL = {"核准": Regime.VERIFICATION, "备案": Regime.FILING, "可研": Regime.APPROVAL}
_ALWAYS = ("construction", "start", "acceptance")
"""What every project needs: a stroke there is no answer, and more likely means not yet."""
_REGIME_OF = {
    "proposal": Regime.APPROVAL,
    "feasibility": Regime.APPROVAL,
    "design": Regime.APPROVAL,
    "verification": Regime.VERIFICATION,
    "filing": Regime.FILING,
}
"""Kinds of steps that one regime alone has."""


def _regime_of(step: StepCells) -> Regime | None:
    """Return the regime that a step belongs to: by its kind, or 立项 by what stands below it."""
    if step.kind != "approval":
        return _REGIME_OF.get(step.kind or "")
    text = "".join(plain(c.value) for c in step.parts.values() if isinstance(c.value, str))
    named = {regime for word, regime in _SAID_IN_APPROVAL.items() if word in text}
    return named.pop() if len(named) == 1 else None


def _is_stroke(cell: Cell) -> bool:
    return isinstance(cell.value, str) and is_nothing(plain(cell.value))


def _unheard(code: str, cell: Cell) -> None:
    """Report nothing: the cells are read again by the procedure that they decide."""


class StepReader:
    """Reads the steps of the entries of one table or form.

    `is_by_row` tells whether steps stand in rows, so that no heading was reported for them;
    `valueless` are the cells that show an error or a formula nobody worked out.
    """

    def __init__(
        self,
        rules: CellRules,
        valueless: Set[tuple[int, int]],
        report: Callable[..., None],
        *,
        is_by_row: bool,
    ) -> None:
        self.rules, self.valueless = rules, valueless
        self.report, self.is_by_row = report, is_by_row
        self.kinds: frozenset[str] = frozenset()
        self.mixed: frozenset[int] = frozenset()
        self.switched: dict[tuple[object, ...], frozenset[str]] = {}

    def look_at(self, entries: Sequence[Entry]) -> None:
        """Find the columns in which days past and coming stand, and nothing says which they are."""
        days: dict[int, set[bool]] = {}
        for step in (step for entry in entries for step in entry.steps):
            for part in (Part.STATE, Part.DAY):
                cell = step.parts.get(part)
                if cell is None or (cell.sense or self.rules.sense) or is_promise(cell.value):
                    continue
                day = read_day(cell.value, DayRole.END, self.rules.reads_as_of).day
                if day:
                    days.setdefault(cell.column, set()).add(day > self.rules.as_of)
        self.mixed = frozenset(column for column, found in days.items() if len(found) > 1)

    def read(
        self, steps: Sequence[StepCells], procedure: Procedure, facts: Mapping[str, str]
    ) -> list[LedgerStep]:
        """Return what is said of each step, in the ledger's order."""
        off = self._off(procedure, facts)
        found = []
        for step in map(self._with_mixed, steps) if self.mixed else steps:
            meant = _meant(step.kind, procedure, off, self.kinds) if step.kind else None
            found.append(self._step(step, meant))
        return self.agreed(found)

    def named(self, cell: Cell, step: str) -> LedgerStep:
        """Return what a cell says of one step of the procedure."""
        return self._step(StepCells(cell.heading, None, {Part.STATE: cell}), step)

    def step_of(
        self, kind: str, procedure: Procedure, facts: Mapping[str, str], kinds: frozenset[str]
    ) -> str | None:
        """Return the step that a kind means where also `kinds` are spoken of; None for none."""
        return _meant(kind, procedure, self._off(procedure, facts), self.kinds | kinds)

    def regime_shown(self, steps: Sequence[StepCells]) -> Regime | None:
        """Return the regime whose own steps a row has begun; None for none, or two."""
        shown = {
            regime for step in steps if (regime := _regime_of(step)) and self._is_telling(step)
        }
        return shown.pop() if len(shown) == 1 else None

    def _is_telling(self, step: StepCells) -> bool:
        said = read_step(step, self.rules, _unheard, is_known=False).said
        is_open = said.status in (Status.UNKNOWN, Status.NOT_REQUIRED, Status.NOT_STARTED)
        return not is_open or said.planned is not None or said.document is not None

    def _with_mixed(self, step: StepCells) -> StepCells:
        parts = {
            part: replace(cell, sense=Sense.MIXED)
            if cell.column in self.mixed and part in (Part.STATE, Part.DAY)
            else cell
            for part, cell in step.parts.items()
        }
        return replace(step, parts=parts)

    def _off(self, procedure: Procedure, facts: Mapping[str, str]) -> frozenset[str]:
        """Return the steps that the answers switch off; most projects answer the same."""
        key = procedure.id, tuple(facts.items())
        if key not in self.switched:
            self.switched[key] = frozenset(switched_off(procedure, facts))
        return self.switched[key]

    def _step(self, step: StepCells, meant: str | None) -> LedgerStep:
        broken = any((c.row, c.column) in self.valueless for c in step.parts.values())
        rules = self.rules.without_marks() if broken else self.rules  # an error is no blank
        is_known = meant is not None and not broken
        read = read_step(step, rules, self.report, is_known=is_known)
        said = read.said
        is_told = said.rule == "legend"  # the whole text was explained, whatever it names
        if (
            meant
            and said.status is not Status.UNKNOWN
            and not is_told
            and self._names_another(read.first, meant)
        ):
            self.report("unknown_status", read.first)
            said = replace(said, status=Status.UNKNOWN, rule="none", day=None, document=None)
        if step.kind in _ALWAYS and said.status is Status.NOT_REQUIRED and _is_stroke(read.first):
            self.report("stroke_doubt", read.first)
            said = replace(said, status=Status.UNKNOWN, rule="stroke")
        if meant is None:
            self._note_unused(step, read.first, said.status)
        return LedgerStep(
            heading=step.heading,
            step=meant,
            status=said.status,
            column=letters(read.first.column),
            planned=said.planned,
            actual=said.day,
            document_no=said.document,
            raw=_without_numbers(read.first.value),
            rule=said.rule,
            cells={part: (cell.row, cell.column) for part, cell in step.parts.items()},
        )

    def _names_another(self, cell: Cell, meant: str) -> bool:
        """Tell whether a cell speaks of another step than its column: 初设已批复 under 可研."""
        text = shown(cell.value) if isinstance(cell.value, str) else None
        kinds = step_kinds_in(text or "")
        steps = {
            step
            for kind in kinds
            for regime in Regime
            for step in steps_for(kind, regime, self.kinds)
        }
        return bool(steps) and meant not in steps

    def _note_unused(self, step: StepCells, first: Cell, status: Status) -> None:
        """Report what is said of a step that is unknown or not in the project's procedure."""
        if step.kind is None and self.is_by_row and first.value is not None:
            self.report("unknown_step", first, heading=step.heading)
        elif step.kind is not None and status not in _SAYS_LITTLE:
            self.report("other_procedure", first, heading=step.heading)

    def agreed(self, steps: list[LedgerStep]) -> list[LedgerStep]:
        """Return the steps; one of which two columns say different things is left open."""
        by_step: dict[str, list[LedgerStep]] = {}
        for step in _speaking(steps):
            by_step.setdefault(step.step or "", []).append(step)
        several = {step: said for step, said in by_step.items() if len(said) > 1}
        if not several:
            return steps
        doubted = {s for s, said in several.items() if len({each.status for each in said}) > 1}
        for step in (each for each in steps if each.step in doubted):
            self._report_step("columns_disagree", step)
        return [
            replace(step, status=Status.UNKNOWN, actual=None, document_no=None, rule="disagree")
            if step.step in doubted
            else self._joined(step, several.get(step.step or "", ()))
            for step in steps
        ]

    def _joined(self, step: LedgerStep, said: Sequence[LedgerStep]) -> LedgerStep:
        """Return a step with the day and the number that its columns agree on, or neither."""
        if step not in said:
            return step
        days = {each.actual for each in said if each.actual}
        documents = {each.document_no for each in said if each.document_no}
        if max(len(days), len(documents)) > 1:
            self._report_step("parts_differ", step)
        return replace(
            step,
            actual=next(iter(days)) if len(days) == 1 else None,
            document_no=next(iter(documents)) if len(documents) == 1 else None,
        )

    def _report_step(self, code: str, step: LedgerStep) -> None:
        row, column = next(iter(step.cells.values()))
        self.report(code, Cell(row, column, step.raw))


def _meant(kind: str, procedure: Procedure, off: Set[str], kinds: frozenset[str]) -> str | None:
    """Return the step of a procedure that a kind means: the one that the project needs, if any."""
    possible = steps_for(kind, regime_in(procedure), kinds)
    known = [each for each in possible if each in procedure.by_id]
    return next((each for each in known if each not in off), known[0] if known else None)


def _without_numbers(value: object) -> str | None:
    text = shown(value)
    return without_private(text) if text else None


def _speaking(steps: Iterable[LedgerStep]) -> Iterable[LedgerStep]:
    return (step for step in steps if step.step and step.status is not Status.UNKNOWN)
