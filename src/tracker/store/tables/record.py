"""The record: rows that are added and never changed, each with the audit entry that brought it.

`entry` is that entry's number; 0 for what was recorded before entries were kept by row.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.core.events import EventKind
from tracker.store.tables.base import now_column


class AuditRow(SQLModel, table=True):
    """One entry of the audit chain: each holds the digest of the one before it.

    `cause` is the entry that this one follows from, `request` a number that people quote.
    `algorithm` made the digest; None for the first form of an entry, which had fewer parts.
    """

    __tablename__ = "audit"

    seq: int | None = Field(default=None, primary_key=True)
    at: str = Field(max_length=32)
    actor: str
    action: str = Field(max_length=32)
    object: str
    project_id: int | None = Field(default=None, index=True)
    cause: int | None = None
    why: str | None = None
    request: str | None = Field(default=None, max_length=16)
    content: str
    algorithm: str | None = Field(default=None, max_length=8)
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64, unique=True)


_STANDING: dict[str, Any] = {
    "unique": True,
    "sqlite_where": text("state <> 'withdrawn'"),
    "postgresql_where": text("state <> 'withdrawn'"),
}
"""One name in one town, and one code, among the projects that were not withdrawn."""


class ProjectRow(SQLModel, table=True):
    """A project by its keys, as of its newest version; everything else stands in the versions."""

    __tablename__ = "project"
    __table_args__ = (
        Index("uq_project_name_location", "name", "location", **_STANDING),
        Index("uq_project_code", "code", **_STANDING),
        CheckConstraint(
            "state IN ('active', 'suspended', 'archived', 'withdrawn')", name="state_known"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    code: str | None = Field(default=None, max_length=32)
    location: str | None = None
    state: str = Field(default="active", max_length=16)
    version: int = Field(default=1)


class VersionRow(SQLModel, table=True):
    """A project as somebody left it, known by a day. Only people's changes make a version."""

    __tablename__ = "project_version"

    project_id: int = Field(primary_key=True, foreign_key="project.id")
    version: int = Field(primary_key=True)
    known_by: date
    content: str
    entry: int = Field(index=True)


class EventRow(SQLModel, table=True):
    """Something that happened to a step. `corrects` is the event whose place it takes."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(
            f"kind IN ({', '.join(repr(str(kind)) for kind in EventKind)})",
            name="kind_known",
        ),
        CheckConstraint("kind <> 'stopped' OR reason IS NOT NULL", name="stop_has_reason"),
        CheckConstraint(
            "kind <> 'extended' OR (added IS NOT NULL AND approver IS NOT NULL)",
            name="extension_has_approver",
        ),
        CheckConstraint("kind <> 'blocked' OR reason IS NOT NULL", name="block_has_reason"),
        CheckConstraint("kind <> 'retracted' OR corrects IS NOT NULL", name="retracts_something"),
        CheckConstraint("corrects IS NULL OR why IS NOT NULL", name="correction_has_reason"),
        CheckConstraint("day IS NULL OR day <= known_by", name="known_after_it_happened"),
        UniqueConstraint("corrects", name="uq_event_corrects"),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    step: str = Field(max_length=64)
    kind: str = Field(max_length=16)
    day: date | None = None
    known_by: date
    document: str | None = None
    reason: str | None = Field(default=None, max_length=8)
    expected: date | None = None
    note: str | None = None
    added: str | None = Field(default=None, max_length=16)
    approver: str | None = None
    corrects: int | None = Field(default=None, foreign_key="event.id")
    why: str | None = None
    import_id: int | None = Field(default=None, foreign_key="ledger_import.id")
    recorded_by: str
    recorded_at: datetime | None = Field(default=None, sa_column=now_column())
    entry: int = Field(index=True)


class EvidenceRow(SQLModel, table=True):
    """A file that proves an event; the file itself stands in a folder, under its digest."""

    __tablename__ = "evidence"

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    name: str
    sha256: str = Field(max_length=64)
    size: int
    entry: int = Field(index=True)


class PartyRow(SQLModel, table=True):
    """Somebody who can answer for a project, by official title: a leader or a task force."""

    __tablename__ = "party"
    __table_args__ = (
        UniqueConstraint("role", "name", name="uq_party_role_name"),
        CheckConstraint("role IN ('leader', 'task_force')", name="role_known"),
    )

    id: int | None = Field(default=None, primary_key=True)
    role: str = Field(max_length=16)
    name: str


class AssignmentRow(SQLModel, table=True):
    """The day from which somebody answers for a project; nothing says when that ends.

    On a day it is whoever was told last of the newest `from_day` not after it: never two, and never
    none once there was one. What is told late, of a day that has passed, was not known by that day.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("role IN ('leader', 'task_force')", name="role_known"),
        Index("ix_assignment_whose", "project_id", "role", "from_day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id")
    role: str = Field(max_length=16)
    party_id: int = Field(foreign_key="party.id", index=True)
    from_day: date
    known_by: date
    entry: int = Field(index=True)


class BaselineRow(SQLModel, table=True):
    """A plan as it was agreed on a day: replaced by a newer one, never edited."""

    __tablename__ = "baseline"
    __table_args__ = (CheckConstraint("reason <> ''", name="has_reason"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    agreed_on: date
    reason: str
    decision: str | None = None
    target: str = Field(max_length=64)
    deadline: date | None = None
    finish: date
    content: str
    entry: int = Field(index=True)
