"""An engine for each kind of database, and how a transaction begins on it.

Writers take turns: BEGIN IMMEDIATE on SQLite, where `busy_timeout` is set before anything else and
then WAL; one advisory lock on PostgreSQL. So a writer waits at the start and never fails in the
middle, and the audit chain stays one line. Readers see one instant and cannot write.
"""

import sqlite3
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from random import uniform
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.private import private_file, private_folder
from tracker.store.database import guards

BUSY_MILLISECONDS = 30_000
ONLY_READS, REBUILDS = "only_reads", "rebuilds"
"""Execution options: a look that cannot write; a migration, which makes tables anew."""

_TURN = 0x74726163  # one number for all writers of a database
_ASKED_AGAIN = 0.001, 0.003
"""Seconds between two tries to begin on SQLite."""


class BadAddressError(TrackerError):
    """The address of the database cannot be read, or names a kind that is not supported."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("The address of the database cannot be used."),
            remedy=message(
                "Leave TRACKER_DATABASE_URL out for SQLite, or write"
                " postgresql://user:password@host/database."
            ),
        )


def place_of(url: str) -> URL:
    """Return the address of a database, with the driver we speak through.

    Raises BadAddressError.
    """
    try:
        place = make_url(url)
        kind = place.get_backend_name()
    except ArgumentError:
        raise BadAddressError from None
    if kind == "postgresql":
        return place.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise BadAddressError
    return place


@cache
def engine_for(url: str) -> Engine:
    """Return the engine of a database, one for the whole process; a file gets its folder."""
    return engine_of_its_own(url)


def engine_of_its_own(url: str) -> Engine:
    """Return an engine that nobody keeps, for a database that is gone soon."""
    place = place_of(url)
    if place.get_backend_name() == "postgresql":
        engine = create_engine(place, pool_pre_ping=True)
        event.listen(engine, "begin", _begin_postgresql)
        guards.watch(engine)
        return engine
    if place.database:
        private_folder(Path(place.database).parent)
    engine = create_engine(place, connect_args={"check_same_thread": False})
    if place.database:
        event.listen(engine, "do_connect", partial(_make_private, Path(place.database)))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "checkin", _leave_nothing_open)
    event.listen(engine, "begin", _begin_sqlite)
    guards.watch(engine)
    return engine


def _make_private(file: Path, *_: Any) -> None:
    """Make a database that is not there yet; SQLite gives what stands beside it the same rights."""
    with suppress(OSError):  # whoever opens it next says in words what is wrong
        private_file(file)


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # the driver begins nothing by itself
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL may lose in a power cut what was already acknowledged
    ):
        connection.execute(f"PRAGMA {pragma}")


def _leave_nothing_open(connection: Any, record: object) -> None:
    """End what a commit that failed has left open: SQLAlchemy takes such a connection for clean."""
    del record
    if connection is not None and connection.in_transaction:
        connection.rollback()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    only_reads = options.get(ONLY_READS, False)
    # dropping a table that others refer to would empty it row by row
    keys = "OFF" if options.get(REBUILDS, False) else "ON"
    for statement in (
        f"PRAGMA foreign_keys={keys}",
        f"PRAGMA query_only={'ON' if only_reads else 'OFF'}",
    ):
        connection.exec_driver_sql(statement)
    if only_reads:
        connection.exec_driver_sql("BEGIN")
    else:
        _take_turn(connection)


def _take_turn(connection: Connection) -> None:
    """Begin to write, as soon as nobody else does.

    SQLite asks ever more rarely, up to ten times a second, so that a writer in no hurry can be
    overtaken for a quarter of a minute; asked every few milliseconds, turns come round.
    """
    driver: Any = connection.connection.driver_connection
    patience: int = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    until = monotonic() + patience / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while monotonic() < until:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    break
                sleep(uniform(*_ASKED_AGAIN))  # noqa: S311  no secret
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what keeps us from it, in due form
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience}")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(ONLY_READS, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_MILLISECONDS}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
