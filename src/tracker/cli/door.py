"""What every command shares: settings, words, the day, the database, and how errors are shown."""

import getpass
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tracker import clock, settings
from tracker.cli.columns import padded, width_of
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.words import Words, words_in

if TYPE_CHECKING:
    from tracker.core.model import Sight
    from tracker.i18n.fields import Names
    from tracker.law import Catalog
    from tracker.store import Engine
    from tracker.store.audit import Act, Entry

FINE, FINDINGS, USAGE, BAD_DATA, BUSY = range(5)
_EXIT_CODES: Mapping[ErrorKind, int] = {
    ErrorKind.USAGE: USAGE,
    ErrorKind.FORBIDDEN: USAGE,
    ErrorKind.DATA: BAD_DATA,
    ErrorKind.CONFLICT: BAD_DATA,
    ErrorKind.UNAVAILABLE: BAD_DATA,
    ErrorKind.BUSY: BUSY,
}


class NoDataError(TrackerError):
    """The data folder holds no county yet."""

    code = "no_data"
    kind = ErrorKind.USAGE

    def __init__(self, folder: Path) -> None:
        super().__init__(
            message("There is no data in {folder}.", folder=str(folder)),
            remedy=message("Import a ledger first, or name the folder with --data."),
        )


class EarlierKnownError(TrackerError):
    """Somebody looks at a day with what was known before it."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, day: date, known: date) -> None:
        super().__init__(
            message("What happened on {day} could not be known on {known}.").of(
                known=known, day=day
            ),
            remedy=message("Give --known the day that --as-of names, or a later one."),
        )


@dataclass(frozen=True)
class Door:
    """One call of the command line."""

    setting: settings.Settings
    debug: bool = False

    @cached_property
    def words(self) -> Words:
        """Return the words of the user's language."""
        return words_in(self.setting.language)

    @cached_property
    def catalog(self) -> "Catalog":
        """Return the procedures and the calendar, with the years that the county loaded."""
        from tracker.law import catalog

        if not self.has_data:
            return catalog(self.setting.procedures)
        from tracker.services import law

        return law.catalog_of(self.engine, self.setting.procedures)

    def names(self, status_date: date) -> "Names":
        """Return what the ids of the law in force on a day are called."""
        from tracker.services.law import names_of

        return names_of(self.catalog, status_date)

    @cached_property
    def engine(self) -> "Engine":
        """Return the database, which must exist."""
        if not self.has_data:
            raise NoDataError(self.setting.data)
        return self.made_engine

    @cached_property
    def made_engine(self) -> "Engine":
        """Return the database, made or upgraded where needed."""
        from tracker.store import engine_for, upgrade

        engine = engine_for(self.setting.database_url)
        upgrade(engine)
        return engine

    @property
    def bare_engine(self) -> "Engine":
        """Return the database as it is: nothing is made or upgraded."""
        from tracker.store import engine_for

        return engine_for(self.setting.database_url)

    @property
    def has_data(self) -> bool:
        """Tell whether there is a database: for SQLite its file; a server counts as one."""
        url = self.setting.database_url
        return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()

    def status_date(self, as_of: datetime | None) -> date:
        """Return the day a command looks at: the one given; the demo's own; else today."""
        if as_of:
            return as_of.date()
        from tracker.demo.county import DAY
        from tracker.demo.run import MARK

        is_demo = (self.setting.data / MARK).exists()
        return DAY if is_demo else clock.today(self.setting.timezone)

    def at(self, instant: datetime | str) -> str:
        """Return an instant of the record as the county's clocks show it."""
        return clock.shown(instant, self.setting.timezone)

    def sight(self, as_of: datetime | None, known: datetime | None = None) -> "Sight":
        """Return from where a command looks. Raises EarlierKnownError."""
        from tracker.core.model import Sight

        day = self.status_date(as_of)
        if known and known.date() < day:
            raise EarlierKnownError(day, known.date())
        return Sight(day, known.date() if known else day)

    def act(self, by: str | None, why: str | None = None) -> "Act":
        """Return who acts: the name given, else the user of this machine; and why."""
        from tracker.store.audit import Act

        return Act(by or getpass.getuser(), why)

    @contextmanager
    def user_errors(self) -> Iterator[None]:
        """Show what a user can put right as it reads, and end with its exit code."""
        try:
            yield
        except TrackerError as error:
            if self.debug:
                raise
            say(self.words(error))
            raise typer.Exit(_EXIT_CODES[error.kind]) from None
        except OSError as error:
            if self.debug:
                raise
            from tracker.services.files import why_of

            what = why_of(error)
            say(
                self.words.text(
                    "{path} cannot be used: {what}.", path=str(error.filename or ""), what=what
                )
            )
            raise typer.Exit(BAD_DATA) from None


def say(text: str) -> None:
    """Print a text to standard error, as standard output is for results alone."""
    typer.echo(text, err=True)


def show_json(data: Mapping[str, Any]) -> None:
    """Print one object on one line."""
    text = json.dumps(data, ensure_ascii=False, default=_plain)
    if not text.isprintable():  # half a character cannot be written as it is
        text = json.dumps(data, default=_plain)
    typer.echo(text)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def entry_data(entry: "Entry") -> dict[str, Any]:
    """Return an entry for a program."""
    return {
        "seq": entry.seq,
        "at": entry.at,
        "by": entry.by,
        "action": entry.action,
        "about": entry.about,
        "project": entry.project,
        "cause": entry.cause,
        "why": entry.why,
        "request": entry.request,
        "content": entry.content,
        "digest": entry.digest,
    }


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns that line up, a Chinese character counting as two."""
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(width_of, column)) for column in columns]
    for row in [headings, *rows]:
        cells = [padded(text, width) for text, width in zip(row, widths, strict=True)]
        typer.echo("  ".join(cells).rstrip())


def asked_yes(question: str) -> bool:
    """Ask a yes-or-no question; False without asking where input is not a terminal."""
    return sys.stdin.isatty() and typer.confirm(question, err=True)
