"""A whole database into another, row by row, and digests that say whether two hold the same."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel

from tracker.core.problems import TrackerError, message
from tracker.private import private_folder
from tracker.store import audit
from tracker.store.database import guards
from tracker.store.database.engines import ONLY_READS, engine_of_its_own
from tracker.store.database.schema import in_words, is_current, reading, told, upgrade

_BATCH = 2000


class NotEmptyError(TrackerError):
    """The database that should receive the data holds some already."""

    code = "not_empty"

    def __init__(self) -> None:
        super().__init__(
            message("The other database is not empty."),
            remedy=message("Name an empty one; nothing was copied."),
        )


class OldSchemaError(TrackerError):
    """The data were written by an older program."""

    code = "old_schema"

    def __init__(self) -> None:
        super().__init__(
            message("The data are of an older version of the program."),
            remedy=message("Bring them up to date first: tracker db upgrade."),
        )


def copy(source: Engine, target: Engine) -> Mapping[str, int]:
    """Copy every row into an empty database, in one transaction; return the counts by table.

    The source is seen as of one instant. Raises NotEmptyError, OldSchemaError.
    """
    if not is_current(source):
        raise OldSchemaError
    upgrade(target)
    with (
        in_words(),
        source.execution_options(**{ONLY_READS: True}).connect() as reading,
        target.execution_options(**{guards.ANY_TEXT: True}).connect() as writing,
    ):
        _check_empty(writing)
        counts = _fill(reading, writing)
        writing.commit()
    return counts


def replace(source: Engine, target: Engine) -> Mapping[str, int]:
    """Put the rows of one database in the place of another's, in one transaction."""
    upgrade(target)
    with (
        in_words(),
        source.execution_options(**{ONLY_READS: True}).connect() as reading,
        target.execution_options(**{guards.ANY_TEXT: True}).connect() as writing,
    ):
        guards.lift(writing)
        for table in reversed(SQLModel.metadata.sorted_tables):
            writing.execute(table.delete())
        counts = _fill(reading, writing)
        guards.set_up(writing)
        writing.commit()
    return counts


def digests(engine: Engine) -> Mapping[str, str]:
    """Return a SHA-256 of the rows of each table, the same on every kind of database."""
    with in_words(), engine.execution_options(**{ONLY_READS: True}).connect() as connection:
        return {table.name: _digest(connection, table) for table in SQLModel.metadata.sorted_tables}


def snapshot(engine: Engine, path: Path) -> None:
    """Write the data, as of one instant, into a new file of SQLite; others go on working."""
    if engine.dialect.name != "sqlite":
        with opened(path) as copied:
            copy(engine, copied)
        return
    with _plain_files(Path(engine.url.database or ""), path) as (live, copied_file):
        live.backup(copied_file)


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    """Open a file of SQLite and let it go in the end, with nothing left beside it."""
    engine = engine_of_its_own(f"sqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA journal_mode=DELETE")


def newest_in(engine: Engine) -> tuple[int, str] | tuple[None, None]:
    """Return the newest entry of the data that will be replaced; nothing where none can be read."""
    try:
        with reading(engine) as session:
            return audit.newest(session)
    except (TrackerError, ProgrammingError):  # damaged, or never made: replaced all the same
        return None, None


def put_back(path: Path, engine: Engine) -> None:
    """Put a snapshot in the place of the data.

    A crash leaves the old or the new, never a mixture.
    """
    if engine.dialect.name != "sqlite":
        with opened(path) as copied:
            replace(copied, engine)
        return
    private_folder(Path(engine.url.database or "").parent)
    engine.dispose()
    with _plain_files(path, Path(engine.url.database or "")) as (copied_file, live):
        live.execute("PRAGMA journal_mode=WAL")
        copied_file.backup(live)


@contextmanager
def _plain_files(one: Path, other: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    try:
        with (
            closing(sqlite3.connect(one)) as first,
            closing(sqlite3.connect(other, timeout=10)) as second,
        ):
            yield first, second
    except sqlite3.Error as error:
        raise told(error) from None


def faults_of(path: Path) -> str | None:
    """Return what SQLite finds wrong in a file, or None."""
    try:
        with closing(sqlite3.connect(path)) as file:
            found = file.execute("PRAGMA integrity_check").fetchall()
            broken = file.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        return str(error)
    if found != [("ok",)]:
        return str(found[0][0])
    return f"foreign key of {broken[0][0]}" if broken else None


def _check_empty(connection: Connection) -> None:
    for table in SQLModel.metadata.sorted_tables:
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise NotEmptyError


def _fill(reading: Connection, writing: Connection) -> dict[str, int]:
    counts = {}
    for table in SQLModel.metadata.sorted_tables:
        counts[table.name] = 0
        for rows in _rows(reading, table):
            writing.execute(insert(table), rows)
            counts[table.name] += len(rows)
        _go_on_counting(writing, table)
    return counts


def _rows(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table in the order of their keys, some at a time."""
    wanted = select(table).order_by(*table.primary_key.columns)
    result = connection.execute(wanted.execution_options(yield_per=_BATCH))
    for rows in result.mappings().partitions(_BATCH):
        yield [dict(row) for row in rows]


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were copied."""
    keys: Sequence[str] = [column.name for column in table.primary_key.columns]
    if connection.dialect.name != "postgresql" or keys not in (["id"], ["seq"]):
        return
    key = keys[0]
    connection.exec_driver_sql(
        f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key}'),"  # noqa: S608  our names # nosec B608
        f" coalesce(max({key}), 0) + 1, false) FROM {table.name}"
    )


def _digest(connection: Connection, table: Table) -> str:
    digest = hashlib.sha256()
    for rows in _rows(connection, table):
        for row in rows:
            plain = {key: _plain(value) for key, value in row.items()}
            digest.update(json.dumps(plain, sort_keys=True).encode())
    return digest.hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        there = value if value.tzinfo else value.replace(tzinfo=UTC)
        return there.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
