"""What all tables share: how constraints are named, and the database's own clock."""

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, MetaData, TypeDecorator, func
from sqlmodel import SQLModel

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def now_column() -> "Column[datetime]":
    """Return a column that the database fills with its own clock, in UTC."""
    return Column(DateTime(timezone=True), server_default=func.now(), nullable=False)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC: SQLite keeps no time zone, so it is put on when the value comes back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no time zone; store UTC."""
        del dialect
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
