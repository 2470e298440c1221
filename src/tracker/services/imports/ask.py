"""Columns that ask, added to a county's own workbook: the questions that decide most lights."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.model import Question
from tracker.law import Catalog
from tracker.ledger.book.convert import sheet_in
from tracker.ledger.book.grid import Grid, Value, Workbook
from tracker.ledger.book.in_place import Book
from tracker.ledger.shape.columns import asked_in
from tracker.services.imports.compare import Preview, RowChange
from tracker.services.projects.questions import Asking

OPEN = "？"
"""What stands in a cell where an answer is wanted."""
_MARKS = ("已办结", "办理中", "未启动", "不需要")
_FIRST = ("land", "in_town", "state_houses", "eia", "tender")
"""What nearly every procedure asks, and what settles most while nothing is known."""
_MOST = 16
"""Columns that a clerk still fills in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A question or a step by its name, what may be answered, and for which projects it is open.

    An amount has no `answers`, but a `unit`.
    """

    name: str
    answers: tuple[str, ...]
    unit: str = ""
    is_fact: bool
    of: frozenset[int] = frozenset()

    @property
    def heading(self) -> str:
        """Return the heading, which reads back as the question."""
        return f"待答：{self.name}（{'/'.join(self.answers) or f'填数/{self.unit}'}）"


def first_columns(catalog: Catalog, day: date) -> list[Column]:
    """Return the columns for a county of which nothing is known yet."""
    questions = {
        question.fact: question
        for procedure in catalog.in_force(day).values()
        for question in procedure.questions
    }
    return [_of_fact(questions[fact], frozenset()) for fact in _FIRST]


def columns_for(askings: Iterable[Asking]) -> list[Column]:
    """Return the columns of some questions: one a fact, one a step of a track."""
    found: dict[str, Column] = {}
    for asking in askings:
        of = frozenset(asking.of)
        if asking.fact:
            found.setdefault(asking.fact.name.zh, _of_fact(asking.fact, of))
            continue
        for step, open_in in asking.chief:
            name = step.name.zh
            column = Column(name=name, answers=_MARKS, is_fact=False, of=frozenset(open_in))
            found.setdefault(name, column)
    return list(found.values())[:_MOST]


def _of_fact(question: Question, of: frozenset[int]) -> Column:
    words = {"yes": "是", "no": "否"} | {each: name.zh for each, name in question.words.items()}
    return Column(
        name=question.name.zh,
        answers=tuple(words.get(each, each) for each in question.answers),
        unit=question.unit.zh if question.unit else "",
        is_fact=True,
        of=of,
    )


def ask_in(
    workbook: Workbook, data: bytes, found: Preview, columns: Sequence[Column]
) -> tuple[bytes, list[str]]:
    """Return the workbook (`data` is .xlsx) with columns to the right of each table of projects.

    And what they ask, by name. A cell says ？ where the answer is wanted. A column that is there
    already is not added again.
    """
    book, added = Book(data), list[str]()
    for grid in workbook.grids:
        rows = [c for c in found.changes if c.before and c.row.sheet == grid.sheet]
        tables = [t for t in found.ledger.sheets if t.sheet == grid.sheet and t.layout == "wide"]
        if rows and len(tables) == 1:
            heading = tables[0].header_rows[-1] - 1
            new = _new(grid, heading, rows, columns)
            book.write(sheet_in(grid.sheet), dict(_cells(grid, heading, rows, new)))
            added += [column.name for column in new]
    return (book.save() if added else data), list(dict.fromkeys(added))


def _new(
    grid: Grid, heading: int, rows: Sequence[RowChange], columns: Iterable[Column]
) -> list[Column]:
    """Return the columns that a table lacks, and that some of its projects are asked."""
    there = {asked_in(value) for value in grid.rows[heading] if isinstance(value, str)}
    return [c for c in columns if c.name not in there and any(_is_asked(r, c) for r in rows)]


def _is_asked(row: RowChange, column: Column) -> bool:
    return row.before is not None and row.before.project.id in column.of


def _cells(
    grid: Grid, heading: int, rows: Sequence[RowChange], columns: Iterable[Column]
) -> Iterator[tuple[tuple[int, int], str]]:
    filled = (n for row in grid.rows for n, value in enumerate(row) if _is_filled(value))
    for at, column in enumerate(columns, start=max(filled, default=-1) + 1):
        yield (heading, at), column.heading
        yield from (((r.row.row - 1, at), OPEN) for r in rows if _is_asked(r, column))


def _is_filled(value: Value) -> bool:
    return value is not None and value != ""
