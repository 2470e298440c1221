"""`tracker calendar`: a year's holidays, and what a new notice moves."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By
from tracker.core.calendars import ProvisionalDate
from tracker.i18n.words import Words
from tracker.law import Year
from tracker.law.calendars import read_year
from tracker.resources import procedures_folder
from tracker.services.county import calendar
from tracker.services.county.calendar import Loaded
from tracker.store import transaction


def show(
    door: Door,
    year: Annotated[int | None, typer.Argument(min=2004, max=2040, metavar=mark("YEAR"))] = None,
    *,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show a year's days off and make-up days, by the notice that names them, and what is open."""
    words, wanted = door.words, year or door.status_date(as_of).year
    catalog = door.catalog
    found = catalog.years.get(wanted)
    count = catalog.working_days.count(date(wanted, 1, 1), date(wanted, 12, 31))
    is_open = wanted in catalog.working_days.provisional_years
    if as_json:
        show_json(
            {
                "format": "tracker-calendar/1",
                "year": wanted,
                "provisional": is_open,
                "notice": found.notice if found else None,
                "number": found.number if found else None,
                "working_days": count,
                "days_off": sorted(found.days_off) if found else [],
                "workdays": sorted(found.workdays) if found else [],
            }
        )
        return
    status = words.text("provisional: no notice is loaded") if is_open else words.text("official")
    typer.echo(
        words.text(
            "{year}: {status}, {days}", year=str(wanted), status=status, days=_days(count, words)
        )
    )
    if found:
        typer.echo(f"{found.notice} {found.number or ''}".rstrip())
        typer.echo(words.text("Off: {days}", days=_listed(found.days_off)))
        typer.echo(words.text("Make-up working days: {days}", days=_listed(found.workdays)))


def _days(count: int, words: Words) -> str:
    return words.text("{count} working days", count=count)


def _listed(days: frozenset[date]) -> str:
    return ", ".join(f"{day:%m-%d}" for day in sorted(days)) or "–"


def load(
    door: Door,
    file: Annotated[
        Path, typer.Argument(metavar=mark("FILE"), help=mark("the file of a year, as 2026.yaml"))
    ],
    *,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Load a year's notice, replan, and say what moved."""
    status_date, words = door.status_date(as_of), door.words
    year = read_year(file, door.setting.procedures or procedures_folder())
    with transaction(door.made_engine) as session:
        loaded = calendar.load_year(
            session, door.act(by), door.setting.procedures, year, status_date
        )
    if as_json:
        show_json(_loaded(loaded))
    else:
        _show_loaded(loaded, words)


def _loaded(loaded: Loaded) -> dict[str, Any]:
    return {
        "format": "tracker-calendar-load/1",
        "year": loaded.year.year,
        "notice": loaded.year.notice,
        "number": loaded.year.number,
        "official": loaded.year.is_official,
        "replaced": loaded.replaced.notice if loaded.replaced else None,
        "settled": loaded.settled,
        "moved": [
            {
                "project": m.project.id,
                "name": m.project.name,
                "before": m.before,
                "after": m.after,
                "provisional": isinstance(m.after, ProvisionalDate),
            }
            for m in loaded.moved
        ],
    }


def _show_loaded(loaded: Loaded, words: Words) -> None:
    year: Year = loaded.year
    typer.echo(
        words.text(
            "Loaded {year}: {notice} {number}",
            year=str(year.year),
            notice=year.notice,
            number=year.number or "",
        )
    )
    if loaded.replaced:
        typer.echo(words.text("Replaces: {notice}", notice=loaded.replaced.notice))
    typer.echo(words.text("Forecasts no longer provisional: {count}.", count=loaded.settled))
    if not loaded.moved:
        typer.echo(words.text("No forecast changes."))
        return
    show_table(
        (words.text("Project"), words.text("Forecast before"), words.text("Forecast now")),
        [
            (m.project.name, words.short_day(m.before), words.short_day(m.after))
            for m in loaded.moved
        ],
    )
