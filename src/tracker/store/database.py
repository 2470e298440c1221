"""Opening the database, and the one way to write to it.

A write transaction begins with BEGIN IMMEDIATE, so that a writer waits its turn at the start and
never fails in the middle; `busy_timeout` is set before anything else, then WAL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlmodel import Session

from tracker.core.problems import TrackerError, message

__all__ = ["BusyError", "Engine", "Session", "engine_for", "reading", "transaction", "upgrade"]

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MILLISECONDS = 10_000


class NewerDataError(TrackerError):
    """The data were written by a newer program than this one."""

    code = "newer_data"

    def __init__(self) -> None:
        super().__init__(
            message("These data were written by a newer version of the program."),
            remedy=message("Use that version; nothing was changed."),
        )


class BusyError(TrackerError):
    """Somebody else has been writing for longer than we wait."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__(
            message("Somebody else is writing to the data."),
            remedy=message("Try again in a minute; nothing was changed."),
        )


class UnusableDatabaseError(TrackerError):
    """The database cannot be opened or written: a wrong address, no permission, a full disk."""

    code = "bad_database"

    def __init__(self, why: str) -> None:
        super().__init__(
            message("The database cannot be used: {why}.", why=why),
            remedy=message("Check the data folder, its permissions and the free space."),
        )


@cache
def engine_for(url: str) -> Engine:
    """Return the engine of a database, one for the whole process; a file gets its folder."""
    try:
        place = make_url(url)
    except ArgumentError:
        raise UnusableDatabaseError(url) from None
    if place.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if place.database:
        Path(place.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in (
        f"busy_timeout={_BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=NORMAL",
        "foreign_keys=ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One act: everything inside is kept together, or nothing is. Raises BusyError."""
    with Session(engine) as session:
        with _busy_in_words():
            session.connection()  # takes the write lock now, or waits for it
        yield session
        session.commit()


@contextmanager
def _busy_in_words() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise BusyError from None
        raise UnusableDatabaseError(str(error.orig)) from None


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent look at the data; nothing can be written through it."""
    with Session(engine.execution_options(only_reads=True), autoflush=False) as session:
        with _busy_in_words():
            session.connection()
        yield session
        session.rollback()


def upgrade(engine: Engine) -> None:
    """Bring the schema to this program's version. Raises NewerDataError for a later one."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    with _busy_in_words(), engine.execution_options(only_reads=True).connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    if now == scripts.get_current_head():
        return
    if now is not None and now not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerDataError
    with _busy_in_words(), engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
