"""The corpus of dirty ledgers: what is read is right, or asked about with its row and column."""

from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.ledger import traps
from tests.ledger.traps import ALL, AS_OF, FIELDS, drafted, go_together
from tests.support.drafts import Placed, Trap, placed, write_draft
from tracker.law import Catalog
from tracker.ledger.model import Ledger, LedgerProject
from tracker.ledger.reading import bytes_of, read_ledger

PAIRS = [pair for pair in combinations(ALL, 2) if go_together(*pair)]
STEPS = ("立项", "环评", "施工许可")
_LONGEST_GAP = {"status_blank", "unknown_column", "planning_alone"}


def read(path: Path, law: Catalog) -> Ledger:
    return read_ledger(bytes_of(path), path.name, AS_OF, law.in_force(AS_OF), {})


def value_of(project: LedgerProject, key: str, wanted: Any) -> Any:
    if key not in STEPS:
        return getattr(project, key)
    found = [step for step in project.steps if step.step == wanted[0]]
    step = found[0] if len(found) == 1 else None
    return step and (step.step, str(step.status), step.planned, step.actual, step.document_no)


def check(folder: Path, law: Catalog, chosen: Sequence[Trap]) -> None:
    draft = drafted(*chosen)
    _, tables = placed(draft)
    ledger = read(write_draft(draft, folder), law)
    issues = {(i.code, i.sheet, i.row, i.column) for i in ledger.issues}
    for table in tables:
        _check_table(table, ledger, draft.kind)
    expected = sum(bool(line.expected) for table in tables for line, _ in table.rows)
    assert len(ledger.projects) == expected, [p.name for p in ledger.projects]
    wanted = {issue for table in tables for issue in _wanted(table, draft.kind)}
    found = {issue for issue in issues if issue[0] not in _LONGEST_GAP}
    assert found == wanted
    assert all(i.row >= 1 and i.column for i in ledger.issues)


def _sheet(table: Placed, kind: str) -> str | None:
    return None if kind == "csv" else table.draft.sheet


def _check_table(table: Placed, ledger: Ledger, kind: str) -> None:
    sheet = _sheet(table, kind)
    for line, row in table.rows:
        projects = [p for p in ledger.projects if (p.sheet, p.row) == (sheet, row)]
        if line.expected is None:
            assert not projects or line.kind == "step", line
            continue
        names = [p for p in projects if p.name == line.expected["name"]]
        assert names, (line.expected["name"], [(p.row, p.name) for p in ledger.projects])
        for key, wanted in line.expected.items():
            assert value_of(names[0], key, wanted) == wanted, (key, row)
        if line.kind in (
            "section",
            "subtotal",
            "total",
            "note",
            "legend",
            "blank",
            "hidden",
            "header",
        ):
            kinds = [i.kind for i in ledger.ignored if (i.sheet, i.row) == (sheet, row)]
            assert kinds == [line.kind]


def _wanted(table: Placed, kind: str) -> set[tuple[Any, ...]]:
    sheet = _sheet(table, kind)
    found: set[tuple[Any, ...]] = {
        (code, sheet, table.header, table.columns[_now(table, heading)])
        for code, heading in table.draft.header_issues
    }
    for line, row in table.rows:
        found |= {
            (code, sheet, row, table.columns[_now(table, heading)] if heading else None)
            for code, heading in line.issues
        }
    return found


def _now(table: Placed, heading: str | None) -> str:
    """Return what a heading is called after traps renamed it."""
    return next(
        h for h in table.columns if h == heading or h.startswith((f"{heading}（", f"{heading}|"))
    )


def test_the_plain_ledger(tmp_path: Path, law: Catalog) -> None:
    check(tmp_path, law, ())


@pytest.mark.parametrize("trap", ALL, ids=lambda trap: trap.__name__)
def test_each_trap_alone(tmp_path: Path, law: Catalog, trap: Trap) -> None:
    check(tmp_path, law, (trap,))


def test_traps_in_pairs(tmp_path: Path, law: Catalog, rounds: Callable[[int, int], int]) -> None:
    """Every pair that can stand in one ledger; a sample of them in the fast set."""
    chosen = Random(6).sample(PAIRS, rounds(60, len(PAIRS)))
    failed = {}
    for pair in chosen:
        try:
            check(tmp_path, law, pair)
        except AssertionError as error:
            failed["+".join(trap.__name__ for trap in pair)] = str(error)[:200]
    assert failed == {}


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(ALL) >= 60
    assert len(PAIRS) >= 600
    assert FIELDS.keys() <= traps.base().lines[0].expected.keys()  # type: ignore[union-attr]
