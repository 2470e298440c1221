"""How much of the corpus of dirty ledgers is read, asked about, refused, lost or wrong.

    python -m benchmarks.reading            # every trap alone and every pair: some minutes
    python -m benchmarks.reading --quick    # every trap alone

Each value that a careful person reads from a cell counts once. *Read* is the right value; *asked*
an issue at the cell instead; *refused* one that keeps the row out; *lost* no value and no word;
*wrong* another value without a word. The last two are silent, and there must be none that is wrong.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.ledger.test_corpus import PAIRS, STEPS, read, value_of
from tests.ledger.traps import ALL, FIELDS, drafted
from tests.support.drafts import Draft, Placed, Trap, placed, write_draft
from tracker.law import Catalog, catalog
from tracker.ledger.model import Ledger, LedgerIssue, LedgerProject, Severity

VERDICTS = ("read", "asked", "refused", "lost", "wrong")


def main() -> None:
    """Print the shares, and leave with 1 when anything is wrong without a word."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    alone = [(trap,) for trap in ALL]
    counts: Counter[str] = Counter()
    law = catalog()
    for traps in alone if quick else chain(alone, PAIRS):
        with TemporaryDirectory() as folder:
            for verdict, what in judged(drafted(*traps), Path(folder), law):
                counts[verdict] += 1
                if verdict in ("lost", "wrong"):
                    print(f"{verdict}: {_names(traps)}: {what}")
    total = counts.total()
    print(f"{total} values of {len(alone) if quick else len(alone) + len(PAIRS)} ledgers")
    for verdict in VERDICTS:
        print(f"{verdict:8} {counts[verdict]:7}  {counts[verdict] / total:7.2%}")
    sys.exit(bool(counts["wrong"]))


def judged(draft: Draft, folder: Path, law: Catalog) -> Iterator[tuple[str, str]]:
    """Yield a verdict for every value of a draft, and what it is about."""
    _, tables = placed(draft)
    ledger = read(write_draft(draft, folder), law)
    for table in tables:
        sheet = None if draft.kind == "csv" else table.draft.sheet
        for line, row in table.rows:
            if line.expected is None:
                continue
            issues = [i for i in ledger.issues if (i.sheet, i.row) == (sheet, row)]
            project = _project(ledger, sheet, row, line.expected["name"])
            for key, wanted in line.expected.items():
                if key in FIELDS:
                    verdict = _verdict(project, key, wanted, issues, table)
                    yield verdict, f"{key} of row {row}"


def _project(ledger: Ledger, sheet: str | None, row: int, name: str) -> LedgerProject | None:
    found = [p for p in ledger.projects if (p.sheet, p.row) == (sheet, row)]
    return next((p for p in found if p.name == name), found[0] if found else None)


def _verdict(
    project: LedgerProject | None,
    key: str,
    wanted: Any,
    issues: list[LedgerIssue],
    table: Placed,
) -> str:
    """Return the verdict on one value; a right one beside an issue of an error is refused."""
    if any(issue.severity is Severity.ERROR for issue in issues):
        return "refused"
    value = value_of(project, key, wanted) if project else None
    heading = FIELDS[key]
    column = next((c for h, c in table.columns.items() if h.startswith(heading)), None)
    doubted = any(issue.column == column for issue in issues)
    nothing = wanted is None or (key in STEPS and wanted[1] == "unknown" and not any(wanted[2:]))
    if value == wanted:
        return "asked" if nothing and doubted else "read"
    if doubted:
        return "asked"
    is_empty = value is None or (key in STEPS and value[1] == "unknown")
    return "lost" if is_empty else "wrong"


def _names(traps: tuple[Trap, ...]) -> str:
    return " + ".join(trap.__name__ for trap in traps)


if __name__ == "__main__":
    main()
