"""The outbox and the slips: what goes out to people, and under which number."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.store.tables.base import Instant


class NoticeRow(SQLModel, table=True):
    """Something that somebody is to be told: once a key and recipient, whoever writes it."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("key", "recipient", name="uq_notice_key_recipient"),)

    id: int | None = Field(default=None, primary_key=True)
    recipient: str
    kind: str = Field(max_length=16)
    key: str
    day: date
    project_id: int | None = Field(default=None, foreign_key="project.id", index=True)
    content: str


class DeliveryRow(SQLModel, table=True):
    """A notice in one channel, and what became of it. `detail` never holds a secret.

    Those of one `batch` were first sent as one message, and are sent again as one.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel", name="uq_delivery_notice_channel"),
        CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'dropped', 'dead')", name="state_known"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    notice_id: int = Field(foreign_key="notice.id")
    channel: str
    state: str = Field(max_length=8, index=True)
    attempts: int = Field(default=0)
    batch: str = Field(default="", max_length=12)
    next_try: datetime | None = Field(default=None, sa_type=Instant)
    detail: str = ""


class SlipRow(SQLModel, table=True):
    """A slip of a follow-up as it was issued: its number in the year, its file by digest."""

    __tablename__ = "slip"
    __table_args__ = (UniqueConstraint("kind", "year", "number", name="uq_slip_kind_year_number"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=16)
    year: int
    number: int
    follow_up_id: int = Field(foreign_key="follow_up.id", index=True)
    level: int
    day: date
    due: date
    file: str
    sha256: str = Field(max_length=64)
    entry: int = Field(index=True)
