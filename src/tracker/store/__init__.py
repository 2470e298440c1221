"""Tables, migrations, transactions: the only room that speaks SQL."""

from tracker.store.database.schema import (
    BusyError,
    Engine,
    Session,
    engine_for,
    is_current,
    reading,
    rehearsal,
    transaction,
    upgrade,
)

__all__ = [
    "BusyError",
    "Engine",
    "Session",
    "engine_for",
    "is_current",
    "reading",
    "rehearsal",
    "transaction",
    "upgrade",
]
