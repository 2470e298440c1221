"""What the county works with: imports, follow-ups, reports, jobs, holidays, settings, plans."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.store.tables.base import Instant, now_column


class ImportRow(SQLModel, table=True):
    """A workbook that was committed: which file, as of which day, by whom.

    `confirmed` lists the projects that it found unchanged; `undone` is the entry that took it back.
    """

    __tablename__ = "ledger_import"

    id: int | None = Field(default=None, primary_key=True)
    file: str
    sha256: str = Field(max_length=64)
    as_of: date
    confirmed: str = Field(default="[]")
    undone: int | None = None
    imported_by: str
    imported_at: datetime | None = Field(default=None, sa_column=now_column())
    entry: int = Field(default=0)


class LedgerRow(SQLModel, table=True):
    """What a row of a ledger said of a project, as far as it agrees with the record afterwards.

    The newest of an import that stands is the third witness, beside the record and the next ledger.
    """

    __tablename__ = "ledger_row"

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="project.id", index=True)
    import_id: int = Field(foreign_key="ledger_import.id")
    sheet: str | None = None
    row: int
    content: str
    entry: int = Field(index=True)


class HeadingRow(SQLModel, table=True):
    """What people say a heading of the county's ledger means.

    The newest counts, '' for nothing said.
    """

    __tablename__ = "heading"

    key: str = Field(primary_key=True)
    meaning: str
    entry: int = Field(primary_key=True)


class FollowUpRow(SQLModel, table=True):
    """A one-on-one follow-up, as it was opened; at most one is open for a project.

    Where it stands is told by its acts; `closed_on` only keeps a second one out.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
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
    kind: str = Field(max_length=16)
    days: int
    opened_on: date
    closed_on: date | None = None
    version: int = Field(default=1)
    entry: int = Field(default=0)


class FollowUpActRow(SQLModel, table=True):
    """Something said of a follow-up: taken up, promised until a day, closed, opened again."""

    __tablename__ = "follow_up_act"

    id: int | None = Field(default=None, primary_key=True)
    follow_up_id: int = Field(foreign_key="follow_up.id", index=True)
    kind: str = Field(max_length=16)
    day: date
    who: str = ""
    text: str = ""
    until: date | None = None
    level: int | None = None
    days: int | None = None
    entry: int = Field(index=True)


class FollowUpFileRow(SQLModel, table=True):
    """A file that proves what was said of a follow-up, by the entry that tells both."""

    __tablename__ = "follow_up_file"

    id: int | None = Field(default=None, primary_key=True)
    follow_up_id: int = Field(foreign_key="follow_up.id", index=True)
    name: str
    sha256: str = Field(max_length=64)
    size: int
    entry: int = Field(index=True)


class ReportRow(SQLModel, table=True):
    """A weekly report as it was made: its figures, frozen, and the digests of its files.

    `through` is the newest audit entry it knew, so that it can be made again.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("scope", "week", "issue", name="uq_report_scope_week_issue"),
    )

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(max_length=64)
    week: str = Field(max_length=8)
    issue: int
    is_draft: bool
    is_late: bool = Field(default=False)
    as_of: date
    figures: str
    fingerprint: str = Field(max_length=64)
    audit_head: str = Field(max_length=64)
    through: int = Field(default=0)
    files: str
    made_at: datetime | None = Field(default=None, sa_column=now_column())


class JobRunRow(SQLModel, table=True):
    """One period of a job in one scope: claimed with a lease, done once.

    `entry` tells how it ended; 0 while it has not, and in rows older than such entries.
    """

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
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = Field(default=0)
    result: str | None = None
    entry: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class CalendarYearRow(SQLModel, table=True):
    """A year of holidays that the county loaded.

    The newest takes the place of the file that ships.
    """

    __tablename__ = "calendar_year"

    year: int = Field(primary_key=True)
    entry: int = Field(primary_key=True)
    content: str
    loaded_by: str
    loaded_at: datetime | None = Field(default=None, sa_column=now_column())


class UsualRow(SQLModel, table=True):
    """What a county learned from its own record, as it plans with it from this entry on.

    '' where it plans with the numbers of the procedures again.
    """

    __tablename__ = "usual"

    entry: int = Field(primary_key=True)
    content: str
    kept_by: str
    kept_at: datetime | None = Field(default=None, sa_column=now_column())


class SettingRow(SQLModel, table=True):
    """A fact about this data folder, such as that it holds the demo county."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True, max_length=32)
    value: str


class PlanRow(SQLModel, table=True):
    """A plan as it was computed last: a cache, good while `key` says what it was computed from.

    `dates` holds, for each step in the order of its network, four days as 32-bit integers: early
    and late finish, and both starts; days count from 1970-01-01.
    """

    __tablename__ = "plan"

    project_id: int = Field(primary_key=True, foreign_key="project.id")
    key: str = Field(max_length=64)
    as_of: date
    light: str = Field(max_length=16)
    finish: date | None = None
    least_float: int | None = None
    late_steps: int
    dates: bytes = Field(sa_type=LargeBinary)
