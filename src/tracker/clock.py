"""The only module that asks what time it is, apart from the database for the record."""

from datetime import date, datetime

import pendulum


def now() -> datetime:
    """Return this instant, in UTC."""
    return pendulum.now("UTC")


def today(timezone: str) -> date:
    """Return the civil day in a time zone."""
    return local(timezone).date()


def local(timezone: str) -> datetime:
    """Return this instant as the clocks of a time zone show it."""
    return pendulum.now(timezone)
