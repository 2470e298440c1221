"""Tables, migrations, transactions: the only room that speaks SQL."""

from tracker.store.database import (
    BusyError,
    Engine,
    Session,
    engine_for,
    reading,
    transaction,
    upgrade,
)

__all__ = ["BusyError", "Engine", "Session", "engine_for", "reading", "transaction", "upgrade"]
