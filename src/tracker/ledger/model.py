"""What reading a workbook gives: rows with the place and the rule of every value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tracker.core.model import BlockReason, Regime
from tracker.core.problems import Message
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.shape.ignored import Ignored
from tracker.ledger.values.rules import Status


class Severity(StrEnum):
    """How far a value may be used."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerIssue:
    """Something the clerk should look at: where, what, and how to put it right.

    `column` is the sheet's own letter; `raw` the text as it stands in the cell.
    """

    sheet: str | None
    row: int
    column: str | None
    code: str
    severity: Severity
    raw: str | None
    what: Message
    remedy: Message
    line: int | None = None
    """The line of the project, where it is no row: minus its column, where projects are columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStep:
    """What a row says of one step. `step` is None when the heading fits none of the procedure.

    `column` is that of the cell that speaks first, `cells` the place of each part, row and column
    counting from 0; `rule` is the one that read the state.
    """

    heading: str
    step: str | None
    status: Status
    column: str
    planned: date | None = None
    actual: date | None = None
    document_no: str | None = None
    raw: str | None = None
    rule: str = "blank"
    cells: Mapping[Part, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_unread(self) -> bool:
        """Tell whether its cell holds words that no rule could read."""
        return self.status is Status.UNKNOWN and self.rule in ("none", "clauses")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAnswer:
    """What a row answers to a question of its heading: `is_yes`, None where it is unclear.

    `question` is one of the procedures, or a step that is needed or not; '' for one nobody asks.
    """

    heading: str
    column: str
    question: str
    is_yes: bool | None
    raw: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerProposal:
    """What a sentence says of a step; nothing of it is recorded before a person takes it over.

    `row` counts from 1; `words` are the clause that it was read from.
    """

    step: str
    status: Status
    day: date | None
    words: str
    row: int
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPart:
    """A part of a package, which counts with it and is no project of its own."""

    row: int
    name: str
    investment_wan: float | None
    steps: tuple[LedgerStep, ...]


@dataclass(frozen=True, slots=True)
class LedgerBlock:
    """What holds the project, as the ledger says: the kind of problem and its promised day."""

    reason: BlockReason
    text: str
    expected: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerProject:
    """One project row. A value that is not certain is None and has an issue.

    `rules` names the rule that read each field; `cells` is where each stands, counting from 0;
    `rows` are the rows that the project takes, counting from 1.
    """

    sheet: str | None
    row: int
    name: str
    code: str | None = None
    category: str | None = None
    location: str | None = None
    investment_wan: float | None = None
    owner_unit: str | None = None
    responsible_unit: str | None = None
    leaders: tuple[str, ...] = ()
    task_force: str | None = None
    planned_start: date | None = None
    approval_deadline: date | None = None
    due: Mapping[str, date] = field(default_factory=dict)
    deadline: date | None = None
    regime: Regime | None = None
    target: str | None = None
    procedure: str | None = None
    remark: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    block: LedgerBlock | None = None
    is_lifted: bool = False
    steps: tuple[LedgerStep, ...] = ()
    answers: tuple[LedgerAnswer, ...] = ()
    parts: tuple[LedgerPart, ...] = ()
    proposals: tuple[LedgerProposal, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[Field, tuple[int, int]] = field(default_factory=dict)
    rows: tuple[int, ...] = ()

    @property
    def leader(self) -> str | None:
        """Return the leaders as one text, or None."""
        return "、".join(self.leaders) or None


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What a column was taken for: the meaning in words of the ledger, and what gave it (`rule`).

    `heading` has its rows from the top, joined by /; `meaning` is None where it means nothing
    known. `sample` is the first text below it.
    """

    letter: str
    heading: str
    meaning: str | None
    rule: str
    sample: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReading:
    """What was found on one sheet, a reading for each of its tables."""

    sheet: str | None
    layout: str
    header_rows: tuple[int, ...]
    unit: str | None
    projects: int
    columns: tuple[ColumnReading, ...] = ()
    legend: Mapping[str, Status] = field(default_factory=dict)
    units: Mapping[int, str] = field(default_factory=dict)
    """The unit of each column of amounts, which count from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A workbook, read. Nothing of it is in the record yet."""

    file: str
    as_of: date
    sheets: tuple[SheetReading, ...]
    projects: tuple[LedgerProject, ...]
    ignored: tuple[Ignored, ...]
    issues: tuple[LedgerIssue, ...]

    @property
    def rows_with_errors(self) -> frozenset[tuple[str | None, int]]:
        """Return the sheet and row of every row that has an error."""
        return frozenset(
            (i.sheet, i.line or i.row) for i in self.issues if i.severity is Severity.ERROR
        )
