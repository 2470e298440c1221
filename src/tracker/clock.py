"""The only module that asks what time it is, apart from the database for the record."""

from datetime import UTC, date, datetime

import pendulum


def now() -> datetime:
    """Return this instant, in UTC."""
    return pendulum.now("UTC")


def today(timezone: str) -> date:
    """Return the civil day in a time zone."""
    return local(timezone).date()


def shown(instant: datetime | str, timezone: str) -> str:
    """Return an instant to the minute, as the clocks of a time zone show it; a text is ISO."""
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return pendulum.instance(aware).in_timezone(timezone).format("YYYY-MM-DD HH:mm")


def local(timezone: str) -> datetime:
    """Return this instant as the clocks of a time zone show it."""
    return pendulum.now(timezone)
