"""What keeps the record whole: rows that cannot be changed, and acts that cannot go untold.

The triggers are part of the schema on both databases. They are set up after every migration, since
making a table anew loses them.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from tracker.core.texts import check

KEPT_DAYS = 183
"""How long an audit entry is kept at least (网络安全法 art. 21: six months)."""

ADDED_ONLY = (
    "event",
    "evidence",
    "project_version",
    "assignment",
    "baseline",
    "calendar_year",
    "usual",
    "follow_up_act",
    "follow_up_file",
    "slip",
    "ledger_row",
    "heading",
)
_UNTOLD = frozenset(
    {
        "audit",
        "job_run",
        "notice",
        "delivery",
        "plan",
        "web_session",
        "known_address",
        "failed_sign_in",
        "alembic_version",
    }
)
"""Tables that are no part of the record: the chain itself, work under way, and caches."""

_FUNCTION = "tracker_refuse"
ANY_TEXT = "any_text"
"""An option of connections that copy a record as it is, whatever its texts hold."""


class UnauditedError(RuntimeError):
    """A change of the record that no audit entry tells. The code that did it is wrong."""


def told(session: Session) -> None:
    """Note that this act has an audit entry."""
    session.info["told"] = True


def check_told(session: Session) -> None:
    """Raise UnauditedError when the act changed the record and has no entry."""
    changed = session.connection().info.get("changed", set())
    if changed and not session.info.get("told"):
        raise UnauditedError(f"no audit entry tells the change of {', '.join(sorted(changed))}")


def watch(engine: Engine) -> None:
    """Keep a list of the tables of the record that each transaction changes."""
    event.listen(engine, "begin", _forget)
    event.listen(engine, "before_cursor_execute", _note)


def _forget(connection: Connection) -> None:
    connection.info.pop("changed", None)


def _note(connection: Connection, *details: Any) -> None:
    context = details[3]  # cursor, statement, parameters, context, executemany
    compiled = getattr(context, "compiled", None)
    if compiled is None or not (context.isinsert or context.isupdate or context.isdelete):
        return
    table = compiled.statement.table.name
    if table not in _UNTOLD:
        connection.info.setdefault("changed", set()).add(table)
    if not connection.get_execution_options().get(ANY_TEXT, False):
        _check_texts(details[2])


def _check_texts(parameters: Any) -> None:
    """Raise BadTextError for a text that may not be kept, whichever door it came through."""
    many = parameters if isinstance(parameters, list) else [parameters]
    for row in many:
        for value in row.values() if isinstance(row, dict) else row:
            if isinstance(value, str):
                check(value)


def set_up(connection: Connection) -> None:
    """Make the database refuse to change or delete rows of the record."""
    if connection.dialect.name == "postgresql":
        _set_up_postgresql(connection)
    else:
        _set_up_sqlite(connection)


def lift(connection: Connection) -> None:
    """Take the triggers away, for a migration that makes their tables anew."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {_FUNCTION}() CASCADE")
        return
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep\\_%' ESCAPE '\\'"
    )
    for (name,) in names.all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def _rules() -> list[tuple[str, str, str]]:
    """Return table, verb, and when it is refused: `always`, or for an entry that is too young."""
    rules = [(table, verb, "always") for table in ADDED_ONLY for verb in ("UPDATE", "DELETE")]
    return [*rules, ("audit", "UPDATE", "always"), ("audit", "DELETE", "young")]


def _set_up_sqlite(connection: Connection) -> None:
    young = f"OLD.at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-{KEPT_DAYS} days')"
    for table, verb, when in _rules():
        condition = f"WHEN {young}" if when == "young" else ""
        connection.exec_driver_sql(
            f"CREATE TRIGGER keep_{table}_{verb.lower()} BEFORE {verb} ON {table} {condition}"
            f" BEGIN SELECT RAISE(ABORT, 'the record is added to, never changed'); END"
        )


def _set_up_postgresql(connection: Connection) -> None:
    connection.exec_driver_sql(
        f"CREATE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'the record is added to, never changed'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    young = (
        "OLD.at > to_char((now() AT TIME ZONE 'UTC') - interval"
        f" '{KEPT_DAYS} days', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    )
    for table, verb, when in _rules():
        condition = f"WHEN ({young})" if when == "young" else ""
        connection.exec_driver_sql(
            f"CREATE TRIGGER keep_{table}_{verb.lower()} BEFORE {verb} ON {table}"
            f" FOR EACH ROW {condition} EXECUTE FUNCTION {_FUNCTION}()"
        )
