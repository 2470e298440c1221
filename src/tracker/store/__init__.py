"""Tables, migrations, transactions: the only room that speaks SQL."""

from tracker.store.database import Session, engine_for, reading, transaction, upgrade

__all__ = ["Session", "engine_for", "reading", "transaction", "upgrade"]
