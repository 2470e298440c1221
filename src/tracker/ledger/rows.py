"""Entries become projects; what is not certain becomes an issue with its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.core.model import Procedure, Regime
from tracker.core.problems import message
from tracker.ledger.aims import AimReader
from tracker.ledger.asked import facts_asked, steps_asked
from tracker.ledger.book.grid import Grid, letters
from tracker.ledger.issues import Issues
from tracker.ledger.model import (
    LedgerAnswer,
    LedgerBlock,
    LedgerPart,
    LedgerProject,
)
from tracker.ledger.row_steps import StepReader
from tracker.ledger.settling import settled
from tracker.ledger.shape.aliases import QUESTION_WORDS, Field
from tracker.ledger.shape.columns import steps_for
from tracker.ledger.shape.entries import AnswerCell, Cell, Entry
from tracker.ledger.telling import Telling
from tracker.ledger.values.answers import read_answer
from tracker.ledger.values.choices import (
    block_of,
    facts_of,
    is_halted,
    is_lifted,
    overlays_of,
    procedure_of,
    regime_in,
    regime_of,
)
from tracker.ledger.values.codes import problem_of_code
from tracker.ledger.values.dates import DayReading, DayRole
from tracker.ledger.values.money import Amount, read_amount, slipped
from tracker.ledger.values.people import read_leaders
from tracker.ledger.values.rules import CellRules
from tracker.ledger.values.secrecy import is_classified, without_private
from tracker.ledger.values.units import read_units
from tracker.ledger.values.words import is_nothing, name_text, plain, shown

_A_CENT_IN_WAN = 0.01
_LONGEST_SERIAL = 4
_CLASSIFIED = ("是", "√", "涉密", "秘密", "机密", "绝密", "内部")
_MOST_OF_ALL, _LITTLE = 0.6, 2
_LONGEST_NAME, _LONGEST_REMARK = 200, 2000


_REGIMES = {
    Regime.APPROVAL: message("the approval regime"),
    Regime.VERIFICATION: message("the verification regime"),
    Regime.FILING: message("the filing regime"),
}


class RowReader:
    """Reads the entries of one table or form, and gathers their issues."""

    def __init__(
        self,
        grid: Grid,
        units: Mapping[int, str],
        rules: CellRules,
        procedures: Mapping[str, Procedure],
        issues: Issues,
        *,
        chosen: Mapping[str, str],
        is_by_row: bool,
    ) -> None:
        self.grid, self.units, self.chosen = grid, units, chosen
        self.rules, self.procedures, self.issues = rules, procedures, issues
        self.amounts: dict[int, Amount] = {}
        self.counts = False
        self.known: dict[str, Procedure] = {}
        self.valueless = grid.uncomputed | grid.errors.keys()
        self.steps = StepReader(rules, self.valueless, self._report, is_by_row=is_by_row)
        self.aims = AimReader(grid, rules, self.valueless, self._report)
        self.telling = Telling(rules, self.steps, self._report)
        self.errors: dict[int, list[tuple[int, str]]] = {}
        for (row, column), text in grid.errors.items():
            self.errors.setdefault(row, []).append((column, text))

    def prepare(self, entries: Sequence[Entry]) -> list[Entry]:
        """Look at all entries together: which steps have columns, and which amounts stand out.

        Returns them with one cell a field.
        """
        self.steps.kinds = frozenset(s.kind for entry in entries for s in entry.steps if s.kind)
        self.steps.look_at(entries)
        one_each = [
            settled(entry, self.units, self.rules.reads_as_of, self._report) for entry in entries
        ]
        self.amounts = self._amounts(one_each)
        numbered = [e for e in one_each if Field.NUMBER in e.fields and _is_numbered(e)]
        self.counts = len(numbered) >= _MOST_OF_ALL * len(one_each)
        return one_each

    def _amounts(self, entries: Sequence[Entry]) -> dict[int, Amount]:
        """Read all amounts at once, since a slip of the unit shows only beside the others."""
        cells = {e.row: e.fields[Field.INVESTMENT] for e in entries if Field.INVESTMENT in e.fields}
        read = {
            row: read_amount(cell.value, self.units.get(cell.column, "万元"))
            for row, cell in cells.items()
        }
        for row in self._sharing(cells):
            read[row] = Amount(None, "shared", "shared_amount")
        doubtful = {list(read)[n] for n in slipped(list(read.values()))}
        for row, amount in read.items():
            problem = "unit_doubt" if row in doubtful else amount.problem
            if problem:
                self._report(problem, cells[row])
        return {row: Amount(None, "slip") if row in doubtful else a for row, a in read.items()}

    def _sharing(self, cells: Mapping[int, Cell]) -> set[int]:
        """Return the rows of projects whose amount is merged with that of another project."""
        columns = {cell.column for cell in cells.values()}
        found: set[int] = set()
        for top, left, bottom, right in self.grid.merges:
            if top < bottom and any(left <= column <= right for column in columns):
                together = {row for row, cell in cells.items() if top <= cell.row <= bottom}
                found |= together if len(together) > 1 else set()
        return found

    def _report(self, code: str, cell: Cell, **values: object) -> None:
        self.issues.add(code, self.grid.sheet, cell.row, cell.column, cell.value, **values)

    def _text(self, entry: Entry, field: Field) -> str | None:
        return shown(entry.cell(field).value)

    def _name(self, entry: Entry, field: Field) -> str | None:
        """Return the name of a place or a person; None and an issue for a whole text."""
        cell = entry.cell(field)
        return self._kept_name(name_text(cell.value), cell)

    def _unit(self, entry: Entry, field: Field) -> str | None:
        """Return the names of units; a person beside them is reported and left out."""
        cell = entry.cell(field)
        units, person = read_units(cell.value)
        if person:
            self._report("person_in_unit", cell, person=person)
        return self._kept_name(units, cell)

    def _kept_name(self, text: str | None, cell: Cell) -> str | None:
        name = self._without_numbers(self._somebody(text, cell), cell, "")
        if name is not None and len(name) > _LONGEST_NAME:
            self._report("long_text", cell)
            return None
        return name

    def _somebody(self, text: str | None, cell: Cell) -> str | None:
        """Return a name; None for a stroke, and for 待定 with an issue."""
        if text is None or not is_nothing(plain(text)):
            return text
        if "定" in text or "确" in text:
            self._report("undecided_name", cell)
        return None

    def _without_numbers(self, text: str | None, cell: Cell, mark: str = "***") -> str | None:
        """Return a text without numbers of telephones and identity cards, which are not kept."""
        kept = without_private(text, mark) if text else None
        if kept != text:
            self.issues.add("private_number", self.grid.sheet, cell.row, cell.column, text)
        return kept

    def project(self, entry: Entry) -> LedgerProject | None:
        """Return the project of an entry; None for one without a name, or that is classified."""
        name_cell = entry.cell(Field.NAME)
        name = name_text(name_cell.value)
        if self._is_classified(entry):
            self.issues.add("classified", self.grid.sheet, entry.row, name_cell.column, "涉密")
            return None
        if name is None:
            self._report("missing_name", name_cell)
            return None
        if len(name) > _LONGEST_NAME:
            self._report("long_text", name_cell)
            name = f"{name[:_LONGEST_NAME]}…"
        for row in entry.unnamed:
            self.issues.add("name_filled", self.grid.sheet, row, name_cell.column, name)
        self._note_cells_without_value(entry)
        if self.counts and not _is_numbered(entry) and _says_little(entry):
            self._report("unnumbered", name_cell)
        start = self.aims.start(entry)
        code, code_rule = self._code(entry)
        answers = tuple(map(self._answer, (a for a in entry.answers if a.cell.value is not None)))
        self.telling.note_single_states(entry)
        project = LedgerProject(
            sheet=self.grid.sheet,
            row=name_cell.row + 1,
            name=name,
            code=code,
            category=self._name(entry, Field.CATEGORY) or entry.section or None,
            location=self._name(entry, Field.LOCATION),
            investment_wan=self.amounts.get(entry.row, Amount(None, "blank")).wan,
            owner_unit=self._unit(entry, Field.OWNER_UNIT),
            responsible_unit=self._unit(entry, Field.RESPONSIBLE_UNIT),
            leaders=self._leaders(entry),
            task_force=self._name(entry, Field.TASK_FORCE),
            planned_start=start.day,
            remark=self._remark(entry),
            facts={
                **facts_of(self._text(entry, Field.EIA_KIND), self._text(entry, Field.LAND_KIND)),
                **_facts_in(answers),
            },
            answers=answers,
            block=self._block(entry),
            is_lifted=is_lifted(self._text(entry, Field.PROBLEM_KIND)),
            rules=self._rules(entry, start, code_rule),
            cells={field: (cell.row, cell.column) for field, cell in entry.fields.items()},
            rows=tuple(row + 1 for row in entry.rows),
        )
        self.aims.check_order(entry, project.planned_start)
        if is_halted(project.name):
            self._report("project_halted", name_cell)
        elif is_halted(project.remark):
            self._report("project_halted", entry.cell(Field.REMARK))
        return self._with_plan(entry, project, start)

    def _answer(self, answer: AnswerCell) -> LedgerAnswer:
        cell, is_yes = answer.cell, read_answer(answer.cell.value)
        if is_yes is None and answer.question in QUESTION_WORDS:
            self._report("unknown_answer", cell)
        return LedgerAnswer(
            heading=cell.heading,
            column=letters(cell.column),
            question=answer.question,
            is_yes=is_yes,
            raw=shown(cell.value),
        )

    def _rules(self, entry: Entry, start: DayReading, code_rule: str) -> Mapping[str, str]:
        """Return the rule that read each field which is more than a text."""
        rules = {
            "investment_wan": self.amounts.get(entry.row, Amount(None, "blank")).rule,
            "planned_start": start.rule,
            "code": code_rule,
        }
        by_section = not self._text(entry, Field.CATEGORY) and entry.section
        return {**rules, "category": "section"} if by_section else rules

    def _is_classified(self, entry: Entry) -> bool:
        marked = plain(self._text(entry, Field.CLASSIFIED) or "") in _CLASSIFIED
        cells = (value for row in entry.rows for value in self.grid.rows[row])
        return marked or any(is_classified(value) for value in cells if isinstance(value, str))

    def _note_cells_without_value(self, entry: Entry) -> None:
        """Report the cells of the entry that show an error, or a formula nobody worked out."""
        if not self.errors and not self.grid.uncomputed:
            return
        used = {(c.row, c.column): c for c in entry.fields.values()}
        used |= {(c.row, c.column): c for step in entry.steps for c in step.parts.values()}
        for row in entry.rows:
            for column, text in self.errors.get(row, ()):
                if (row, column) in used:
                    self.issues.add("cell_error", self.grid.sheet, row, column, text)
        for place in used.keys() & self.grid.uncomputed:
            self._report("uncomputed", used[place])

    def _code(self, entry: Entry) -> tuple[str | None, str]:
        cell = entry.cell(Field.CODE)
        text = shown(cell.value)
        if text is None or (text.isdigit() and len(text) <= _LONGEST_SERIAL):
            return None, "blank"  # 1 under 项目编号 only counts the rows
        problem = problem_of_code(text)
        if problem:
            self._report(problem, cell)
        return (None, problem) if problem == "bad_code" else (plain(text), problem or "code")

    def _leaders(self, entry: Entry) -> tuple[str, ...]:
        cell = entry.cell(Field.LEADER)
        text = cell.value if isinstance(cell.value, str) else shown(cell.value)
        leaders = read_leaders(self._without_numbers(self._somebody(text, cell), cell, ""))
        if any(len(leader) > _LONGEST_NAME for leader in leaders):
            self._report("long_text", cell)
            return ()
        if len(leaders) > 1:
            self._report("two_leaders", cell, count=len(leaders))
        return leaders

    def _remark(self, entry: Entry) -> str | None:
        """Return the remark; None and an issue for one that is longer than any."""
        cell = entry.cell(Field.REMARK)
        text = shown(cell.value)
        if text is None:
            return None
        if len(text) > _LONGEST_REMARK:
            self._report("long_text", cell)
            return None
        return self._without_numbers(text, cell)

    def _block(self, entry: Entry) -> LedgerBlock | None:
        kind, problem = self._text(entry, Field.PROBLEM_KIND), self._text(entry, Field.PROBLEM)
        reason = block_of(kind)
        if reason is None:
            if block_of(problem):
                self._report("problem_not_used", entry.cell(Field.PROBLEM))
            return None
        expected = self.aims.day(entry, Field.PROBLEM_DAY, DayRole.END).day
        return LedgerBlock(reason, without_private(problem or kind or ""), expected)

    def _with_plan(self, entry: Entry, project: LedgerProject, start: DayReading) -> LedgerProject:
        """Add the procedure, its steps, and what the plan aims at."""
        regime = self._regime(entry, project)
        base, is_sure = procedure_of(regime, project.category, project.name, project.owner_unit)
        if own := self.chosen.get(plain(project.name)):
            base, is_sure = own, True
        if not is_sure:
            self.issues.add(
                "procedure_assumed",
                self.grid.sheet,
                entry.row,
                entry.cell(Field.NAME).column,
                project.name,
                procedure=self.procedures[base].name,
            )
        procedure_id = self._laid_over(base, overlays_of(self._text(entry, Field.CHANNEL)))
        if procedure_id not in self.known:
            self.known[procedure_id] = self.procedures[procedure_id]
        procedure = self.known[procedure_id]
        facts = {**project.facts, **facts_asked(entry.asked, procedure, self._report)}
        project = replace(project, facts=facts)
        approval = steps_for("approval", regime_in(procedure), self.steps.kinds)[0]
        parts = tuple(self._part(part, procedure, project.facts) for part in entry.parts)
        if parts:
            self._note_parts(entry, project, parts)
        steps = tuple(self.steps.read(entry.steps, procedure, project.facts))
        if answered := steps_asked(entry.asked, procedure, self.steps):
            steps = tuple(self.steps.agreed([*steps, *answered]))
        aim = self.aims.of(entry, steps, procedure, start, approval)
        found = replace(
            project,
            parts=parts,
            proposals=self.telling.proposals(entry, steps, procedure, project.facts),
            regime=regime or Regime.APPROVAL,
            procedure=procedure_id,
            target=aim.target,
            deadline=aim.deadline,
            approval_deadline=aim.approval_deadline,
            due=aim.due,
            steps=aim.steps,
            rules={**project.rules, "deadline": aim.rule},
        )
        self.telling.note_unread(entry, found, procedure)
        return found

    def _part(self, part: Entry, procedure: Procedure, facts: Mapping[str, str]) -> LedgerPart:
        cell = part.cell(Field.INVESTMENT)
        amount = read_amount(cell.value, self.units.get(cell.column, "万元"))
        return LedgerPart(
            row=part.row + 1,
            name=name_text(part.cell(Field.NAME).value) or "",
            investment_wan=amount.wan,
            steps=tuple(self.steps.read(part.steps, procedure, facts)),
        )

    def _note_parts(
        self, entry: Entry, project: LedgerProject, parts: Sequence[LedgerPart]
    ) -> None:
        """Say that parts do not count, and when they do not add up to what the package says."""
        self._report("parts_counted", entry.cell(Field.NAME), count=len(parts))
        if any(part.name.startswith("其中") for part in parts):
            return  # some of it, and not all
        amounts = [part.investment_wan for part in parts]
        whole, total = project.investment_wan, sum(a or 0 for a in amounts)
        if whole is not None and None not in amounts and abs(whole - total) >= _A_CENT_IN_WAN:
            self._report("parts_sum", entry.cell(Field.INVESTMENT), sum=f"{total:.2f}")

    def _regime(self, entry: Entry, project: LedgerProject) -> Regime | None:
        """Return the regime: what a column says, else what the row's cells show, else the unit."""
        written = self._text(entry, Field.REGIME)
        by_column, by_unit = regime_of(written, None), regime_of(None, project.owner_unit)
        by_cells = self.steps.regime_shown(entry.steps)
        told = by_column or by_cells or by_unit
        field = Field.REGIME if by_column else Field.OWNER_UNIT
        if told and by_cells and (by_column or by_unit) not in (by_cells, None):
            self._report("regime_doubt", entry.cell(field), regime=_REGIMES[told])
        return told

    def _laid_over(self, base: str, overlays: Sequence[str]) -> str:
        """Return the procedure with the overlays that are in force on the ledger's day."""
        known = [overlay for overlay in overlays if overlay in self.procedures]
        return "+".join((base, *known))


def _is_numbered(entry: Entry) -> bool:
    cell = entry.fields.get(Field.NUMBER)
    return cell is not None and cell.value is not None


def _says_little(entry: Entry) -> bool:
    """Tell whether a row holds a name and at most one thing more, as a line of a group does."""
    cells = [*entry.fields.values(), *(c for step in entry.steps for c in step.parts.values())]
    return len({(c.row, c.column) for c in cells if c.value is not None}) <= _LITTLE


def _facts_in(answers: Sequence[LedgerAnswer]) -> dict[str, str]:
    """Return the answers to questions of the procedures."""
    return {
        each.question: "yes" if each.is_yes else "no"
        for each in answers
        if each.question in QUESTION_WORDS and each.is_yes is not None
    }
