"""The tables. Rows say what is stored, `core` what it means; the database refuses what cannot be."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Index,
    MetaData,
    UniqueConstraint,
    func,
    text,
)
from sqlmodel import Field, SQLModel

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _now_column() -> "Column[datetime]":
    """Return a column that the database fills with its own clock, in UTC."""
    return Column(DateTime(timezone=True), server_default=func.now(), nullable=False)


class ImportRow(SQLModel, table=True):
    """A workbook that was committed: which file, as of which day, by whom."""

    __tablename__ = "ledger_import"

    id: int | None = Field(default=None, primary_key=True)
    file: str
    sha256: str = Field(max_length=64)
    as_of: date
    imported_by: str
    imported_at: datetime | None = Field(default=None, sa_column=_now_column())


class ProjectRow(SQLModel, table=True):
    """A project. `version` counts the changes people made; a form sends back the one it showed."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("name", "location", name="uq_project_name_location"),
        UniqueConstraint("code", name="uq_project_code"),
        CheckConstraint("total_investment_wan >= 0", name="investment_not_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    code: str | None = Field(default=None, max_length=32)
    category: str | None = None
    location: str | None = None
    total_investment_wan: float | None = None
    owner_unit: str | None = None
    responsible_unit: str | None = None
    procedure: str = Field(max_length=64)
    target: str = Field(max_length=64)
    deadline: date | None = None
    planned_start: date | None = None
    leader_candidates: str | None = None
    facts: str = Field(default="{}")
    remark: str | None = None
    updated_on: date
    version: int = Field(default=1)


class EventRow(SQLModel, table=True):
    """Something that happened to a step. Rows are added, never changed: they are the record."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('started', 'returned', 'suspended', 'finished', 'not_needed',"
            " 'not_started', 'blocked', 'released', 'lodged', 'correction', 'resubmitted',"
            " 'not_accepted', 'accepted', 'stopped', 'resumed', 'extended', 'granted', 'refused',"
            " 'withdrawn', 'delivered')",
            name="kind_known",
        ),
        CheckConstraint("kind <> 'stopped' OR reason IS NOT NULL", name="stop_has_reason"),
        CheckConstraint(
            "kind <> 'extended' OR (added IS NOT NULL AND approver IS NOT NULL)",
            name="extension_has_approver",
        ),
        CheckConstraint("kind <> 'blocked' OR reason IS NOT NULL", name="block_has_reason"),
        CheckConstraint("day IS NULL OR day <= known_by", name="known_after_it_happened"),
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
    import_id: int | None = Field(default=None, foreign_key="ledger_import.id")
    recorded_by: str
    recorded_at: datetime | None = Field(default=None, sa_column=_now_column())


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
    """Who answers for a project from `from_day` on; `until` is exclusive, open while it is null.

    A partial unique index holds *one project, one leader, one task force*.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= from_day", name="ends_after_it_begins"),
        Index(
            "uq_assignment_current",
            "project_id",
            "role",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    role: str = Field(max_length=16)
    party_id: int = Field(foreign_key="party.id", index=True)
    from_day: date
    until: date | None = None


class FollowUpRow(SQLModel, table=True):
    """A one-on-one case; at most one is open for a project."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 4", name="level_on_the_ladder"),
        Index(
            "uq_follow_up_open",
            "project_id",
            unique=True,
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    step: str = Field(max_length=64)
    office: str
    level: int
    kind: str = Field(max_length=16)
    days: int
    opened_on: date
    due: date
    closed_on: date | None = None
    version: int = Field(default=1)


class ReportRow(SQLModel, table=True):
    """A weekly report as it was made: its figures, frozen, and the digests of its files."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("scope", "week", "issue", name="uq_report_scope_week_issue"),
    )

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(max_length=64)
    week: str = Field(max_length=8)
    issue: int
    is_draft: bool
    as_of: date
    figures: str
    fingerprint: str = Field(max_length=64)
    audit_head: str = Field(max_length=64)
    files: str
    made_at: datetime | None = Field(default=None, sa_column=_now_column())


class JobRunRow(SQLModel, table=True):
    """One period of a job in one scope: claimed with a lease, done once."""

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("kind", "scope", "period", name="uq_job_run_kind_scope_period"),
        CheckConstraint("state IN ('due', 'running', 'done')", name="state_known"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=32)
    scope: str = Field(max_length=64)
    period: str = Field(max_length=16)
    state: str = Field(max_length=8)
    lease_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    attempts: int = Field(default=0)
    result: str | None = None


class AuditRow(SQLModel, table=True):
    """One entry of the audit chain: each holds the digest of the one before it."""

    __tablename__ = "audit"

    seq: int | None = Field(default=None, primary_key=True)
    at: str = Field(max_length=32)
    actor: str
    action: str = Field(max_length=32)
    object: str
    content: str
    previous: str = Field(max_length=64)
    digest: str = Field(max_length=64, unique=True)


class CalendarYearRow(SQLModel, table=True):
    """A year of holidays that the county loaded; it takes the place of the file that ships."""

    __tablename__ = "calendar_year"

    year: int = Field(primary_key=True)
    content: str
    loaded_by: str
    loaded_at: datetime | None = Field(default=None, sa_column=_now_column())


class SettingRow(SQLModel, table=True):
    """A fact about this data folder, such as that it holds the demo county."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True, max_length=32)
    value: str
