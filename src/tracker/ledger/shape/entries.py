"""A project's cells, by field and by step: what every layout of a ledger becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tracker.ledger.book.grid import Value
from tracker.ledger.shape.aliases import Field, Part
from tracker.ledger.values.rules import Sense


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with the place that it is shown at; row and column count from 0.

    `heading` is what it stands under.
    """

    row: int
    column: int
    value: Value
    heading: str = ""
    sense: Sense | None = None
    """What a day in it means, where its heading, its group or its line says so."""


Report = Callable[[str, Cell], None]
"""Takes the code of what is wrong, and the cell."""


@dataclass(frozen=True, slots=True)
class StepCells:
    """What a ledger says of one step: a cell each for its state, its days and its document.

    `kind` is None where the heading fits no step.
    """

    heading: str
    kind: str | None
    parts: Mapping[Part, Cell]


@dataclass(frozen=True, slots=True)
class AnswerCell:
    """A cell of 是 or 否, and what it answers: a question of the procedures, or a kind of step."""

    question: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class AskedCell:
    """A cell of a column that was added to ask: `name` is that of a question or of a step."""

    name: str
    cell: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One project of a ledger, not yet read. `row` is the row of its name, or its first one."""

    row: int
    fields: Mapping[Field, Cell]
    steps: tuple[StepCells, ...] = ()
    answers: tuple[AnswerCell, ...] = ()
    asked: tuple[AskedCell, ...] = ()
    prose: tuple[Cell, ...] = ()
    """Cells that speak of several steps together."""
    section: str = ""
    rows: tuple[int, ...] = ()
    """Every row that the project takes; in a long table there are several."""
    parts: tuple["Entry", ...] = ()
    """The lines below a package, numbered 1.1 and 1.2, which count with it."""
    unnamed: tuple[int, ...] = ()
    """Those of them that name no project, and were taken to go on with the one above."""
    others: Mapping[Field, tuple[Cell, ...]] = field(default_factory=dict)
    """Cells that say of a field something else than the one in `fields`."""

    def cell(self, field: Field) -> Cell:
        """Return the cell of a field; an empty one where the table has none."""
        return self.fields.get(field, Cell(self.row, 0, None))
