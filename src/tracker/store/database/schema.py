"""The one way to write, the one way to look, and bringing the schema up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DatabaseError, InterfaceError, InternalError, OperationalError
from sqlmodel import Session

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.store.audit import Act, purge
from tracker.store.database import guards
from tracker.store.database.engines import ONLY_READS, REBUILDS, engine_for

__all__ = [
    "BusyError",
    "Engine",
    "Session",
    "engine_for",
    "is_current",
    "reading",
    "transaction",
    "upgrade",
]

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_LOCK_NOT_AVAILABLE = "55P03"
_FAULTS = (OperationalError, InternalError, InterfaceError, DatabaseError)
"""What is wrong with the database itself, and not with what was asked of it."""
_NO_ROOM = ("SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMMAP", "SQLITE_IOERR_WRITE")
"""Even reading needs a little room beside the data where nobody else has them open."""
_WHY = (
    ("not a database", message("the file is not a database")),
    ("unable to open database file", message("the file cannot be opened")),
    ("malformed", message("it is damaged")),
    ("readonly database", message("it may only be read")),
    ("read-only transaction", message("it may only be read")),
    ("password authentication failed", message("the user or the password is wrong")),
    ("Connection refused", message("its server does not answer")),
    ("connection timeout", message("its server does not answer")),
    ("could not translate host name", message("its server does not answer")),
)
"""What databases say of themselves, by a part of it, in words."""


class NewerDataError(TrackerError):
    """The data were written by a newer program than this one."""

    code = "newer_data"

    def __init__(self) -> None:
        super().__init__(
            message("These data were written by a newer version of the program."),
            remedy=message("Use that version; nothing was changed."),
        )


class ForeignDatabaseError(TrackerError):
    """A database that holds tables of another program."""

    code = "bad_database"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            message("This database belongs to another program."),
            remedy=message("Name another data folder or database; nothing was changed."),
        )


class BusyError(TrackerError):
    """Somebody else has been writing for longer than we wait."""

    code = "busy"
    kind = ErrorKind.BUSY

    def __init__(self) -> None:
        super().__init__(
            message("Somebody else is writing to the data."),
            remedy=message("Try again in a minute; nothing was changed."),
        )


class FullDiskError(TrackerError):
    """Nothing more fits onto the disk."""

    code = "full_disk"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(
            message("The disk is full."),
            remedy=message("Free some space and do it again; nothing was changed."),
        )


class UnusableDatabaseError(TrackerError):
    """The database cannot be opened or written.

    It is away, there is no permission, it is damaged.
    """

    code = "bad_database"
    kind = ErrorKind.UNAVAILABLE

    def __init__(self, why: str) -> None:
        known = next((said for part, said in _WHY if part in why), None)
        super().__init__(
            message("The database cannot be used: {why}.").of(why=known or why),
            remedy=message("Check the data folder, its permissions and the free space."),
        )


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One act: everything inside is kept together, or nothing is.

    Raises BusyError, FullDiskError, UnusableDatabaseError; UnauditedError, a bug, when something
    of the record changed and no audit entry tells it.
    """
    with in_words(), Session(engine) as session:
        session.connection()  # takes the turn now, or waits for it
        yield session
        session.flush()
        guards.check_told(session)
        session.commit()


@contextmanager
def rehearsal(engine: Engine) -> Iterator[Session]:
    """Yield a session whose changes are rolled back: an act is looked at, others wait meanwhile."""
    with in_words(), Session(engine) as session:
        session.connection()
        yield session
        session.rollback()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent look at the data; the database refuses to write through it."""
    looking = engine.execution_options(**{ONLY_READS: True})
    with in_words(), Session(looking, autoflush=False) as session:
        session.connection()
        yield session
        session.rollback()


@contextmanager
def in_words() -> Iterator[None]:
    """Turn the database's own errors into words that a person can act on."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        if type(error) not in _FAULTS:
            raise
        raise told(error.orig or error) from None


def told(error: BaseException) -> TrackerError:
    """Return what a person can do about it.

    Never the statement, nor the address with its password.
    """
    why = str(error).strip().splitlines()[0] if str(error).strip() else "?"
    if "locked" in why or getattr(error, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
        return BusyError()
    name = getattr(getattr(error, "orig", error), "sqlite_errorname", "")
    if "full" in why or "No space left" in why or name in _NO_ROOM:
        return FullDiskError()
    return UnusableDatabaseError(why)


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config, ScriptDirectory.from_config(config)


def _revision(connection: Connection, scripts: ScriptDirectory) -> str | None:
    now = MigrationContext.configure(connection).get_current_revision()
    if now is not None and now not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerDataError
    return now


def is_current(engine: Engine) -> bool:
    """Tell whether the schema is this program's. Raises NewerDataError for a later one."""
    _, scripts = _scripts()
    with in_words(), engine.execution_options(**{ONLY_READS: True}).connect() as connection:
        return _revision(connection, scripts) == scripts.get_current_head()


def upgrade(engine: Engine) -> None:
    """Bring the schema to this program's version, all of it or nothing.

    Raises NewerDataError for a later one, and ForeignDatabaseError.
    """
    if is_current(engine):
        return
    config, scripts = _scripts()
    with in_words(), engine.execution_options(**{REBUILDS: True}).connect() as connection:
        now = _revision(connection, scripts)  # takes the turn; another may have upgraded
        if now is None and inspect(connection).get_table_names():
            raise ForeignDatabaseError
        config.attributes["connection"] = connection
        guards.lift(connection)
        command.upgrade(config, "head")
        guards.set_up(connection)
        with Session(connection, join_transaction_mode="rollback_only") as session:
            purge.seal_older(session, Act("upgrade"))
            purge.seal_runs(session, Act("upgrade"))
            session.flush()
        connection.commit()
