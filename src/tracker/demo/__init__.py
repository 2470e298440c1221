"""The demonstration county: write its ledger, so that the real import door can read it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.core.compile import switched_off
from tracker.core.plan import plan
from tracker.core.track import progress
from tracker.demo.county import DAY, SEED, WEEK_BEFORE, Row, Section, sections
from tracker.demo.workbook import write_ledger
from tracker.law import Catalog
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Known, RowChange, compare

__all__ = ["DAY", "SEED", "WEEK_BEFORE", "write_ledgers"]

_WITHOUT_DEADLINE = (20, 61)  # two rows whose clerk left the deadline open


def write_ledgers(folder: Path, catalog: Catalog) -> tuple[Path, Path]:
    """Write the ledgers of the week before and of the demo day; return where they stand.

    Deadlines are chosen against the forecast, so that most projects can be met and some cannot:
    the sheet is written once without them, read back and planned.
    """
    now = _with_deadlines(sections(), catalog)
    earlier = tuple(
        replace(section, rows=tuple(replace(row, seen_on=WEEK_BEFORE) for row in section.rows))
        for section in now
    )
    before, today = (folder / f"台账{day:%Y%m%d}.xlsx" for day in (WEEK_BEFORE, DAY))
    write_ledger(before, earlier, WEEK_BEFORE)
    write_ledger(today, now, DAY)
    return before, today


def _with_deadlines(found: tuple[Section, ...], catalog: Catalog) -> tuple[Section, ...]:
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
            finish = next(forecasts)
            text = "" if number in _WITHOUT_DEADLINE else deadline_text(row, finish, number)
            rows.append(row if row.deadline else replace(row, deadline=text))
        sections_.append(replace(section, rows=tuple(rows)))
    return tuple(sections_)


def _forecast(change: RowChange, catalog: Catalog) -> date:
    project = change.after
    blueprint = catalog.blueprint(project.procedure, project.target, DAY, answers=project.answers)
    off = switched_off(blueprint.procedure, project.answers)
    found = plan(
        blueprint,
        progress(blueprint, change.events, off, DAY),
        status_date=DAY,
        deadline=None,
    )
    return found.finish or DAY


def deadline_text(row: Row, finish: date, number: int) -> str:
    """Return a deadline as clerks write it: a month's end before or after the forecast."""
    if row.delayed == 2:
        aim = finish - timedelta(days=60 + int(40 * row.pace))
    elif row.delayed == 1:
        aim = finish - timedelta(days=int(30 * row.pace))
    elif row.delayed == 3:
        exact = finish + timedelta(days=7 + int(9 * row.pace))  # the week may slip
        return f"{exact.year}年{exact.month}月{exact.day}日前"
    else:
        aim = finish + timedelta(days=30 + int(70 * row.pace))
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
