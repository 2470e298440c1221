"""The demonstration county: write its ledger, so that the real import door can read it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.core.plan import Span
from tracker.demo.county import DAY, SEED, WEEK_BEFORE, Row, Section, sections, seen_on
from tracker.demo.workbook import write_ledger
from tracker.law import Catalog
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Known, RowChange, compare
from tracker.services.projects.planning import ground_for, planned
from tracker.store.projects import Record

__all__ = ["DAY", "SEED", "WEEK_BEFORE", "with_deadlines", "write_ledger_of", "write_ledgers"]

_WITHOUT_DEADLINE = (20, 61)  # two rows whose clerk left the deadline open


def write_ledgers(folder: Path, catalog: Catalog) -> tuple[Path, Path]:
    """Write the ledgers of the week before and of the demo day; return where they stand."""
    county = with_deadlines(catalog)
    return write_ledger_of(folder, county, WEEK_BEFORE), write_ledger_of(folder, county, DAY)


def write_ledger_of(folder: Path, county: Sequence[Section], day: date) -> Path:
    """Write the county's ledger as it stood on a day, and return where it stands."""
    then = [
        Section(section.title, tuple(seen_on(row, day) for row in section.rows))
        for section in county
    ]
    path = folder / f"台账{day:%Y%m%d}.xlsx"
    write_ledger(path, then, day)
    return path


def with_deadlines(catalog: Catalog) -> tuple[Section, ...]:
    """Return the county with its deadlines.

    They are chosen against the forecast of the demo day, so that most projects can be met and some
    cannot: the sheet is written once without them, read back and planned.
    """
    found = sections()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        write_ledger(path, found, DAY)
        ledger = Upload.of(path).read(catalog, DAY, {})
        changes = compare(ledger, catalog, Known()).changes
    forecasts = iter([_forecast(change, catalog) for change in changes])
    number = 0
    sections_ = []
    for section in found:
        rows = []
        for row in section.rows:
            number += 1
            span = next(forecasts)
            text = "" if number in _WITHOUT_DEADLINE else deadline_text(row, span, number)
            rows.append(row if row.deadline else replace(row, deadline=text))
        sections_.append(replace(section, rows=tuple(rows)))
    return tuple(sections_)


def _forecast(change: RowChange, catalog: Catalog) -> Span:
    """Return between which days a project reaches its target."""
    record = Record(replace(change.after, deadline=None), tuple(change.events))
    (found,) = planned(ground_for(record, catalog, DAY), [record], catalog, DAY)
    return found.plan.span


def deadline_text(row: Row, span: Span, number: int) -> str:
    """Return a deadline as clerks write it: a month's end before or after what is forecast.

    Some are before the best day, some between the best and the likely one, the rest after the
    worst, a few only just.
    """
    best, worst = span.best or DAY, span.worst or DAY
    likely = max(span.likely or DAY, best)
    if row.delayed == 2:
        aim = best - timedelta(days=20 + int(40 * row.pace))
    elif row.delayed == 1:
        aim = best + (likely - best) * row.pace
    elif row.delayed == 3:
        exact = worst + timedelta(days=7 + int(9 * row.pace))  # the week may slip
        return f"{exact.year}年{exact.month}月{exact.day}日前"
    else:
        aim = worst + timedelta(days=10 + int(60 * row.pace))
    aim = max(aim, DAY + timedelta(days=10))
    year, month = aim.year, aim.month
    ways: Sequence[str] = (
        f"{year}年{month}月底前",
        f"{year}年{month}月底",
        f"{year}年{month}月",
        f"{year}.{month}",
    )
    if year == DAY.year and number % 3 == 0:
        return f"{month}月底前"
    return ways[number % len(ways)]
