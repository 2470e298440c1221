"""Offices, towns, people, and the accounts with which they come in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from tracker.store.tables.base import Instant


class OfficeRow(SQLModel, table=True):
    """A department of the county, by its name."""

    __tablename__ = "office"

    name: str = Field(primary_key=True)


class TownRow(SQLModel, table=True):
    """A town or subdistrict, by its name."""

    __tablename__ = "town"

    name: str = Field(primary_key=True)


class PersonRow(SQLModel, table=True):
    """Somebody, by title or name, with where they belong. A leader is linked to who they are."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    office: str | None = Field(default=None, foreign_key="office.name")
    town: str | None = Field(default=None, foreign_key="town.name")
    leader_id: int | None = Field(default=None, foreign_key="party.id")
    phone: str | None = Field(default=None, max_length=32)
    version: int = Field(default=1)


class MemberRow(SQLModel, table=True):
    """That a person belongs to a task force."""

    __tablename__ = "member"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    party_id: int = Field(primary_key=True, foreign_key="party.id")


class AccountRow(SQLModel, table=True):
    """With what a person signs in. `login` is compared in lower case.

    `must_change` holds until the first password, which somebody else knows, is replaced.
    """

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("login = lower(login)", name="login_is_lower_case"),)

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(max_length=64, unique=True)
    person_id: int = Field(foreign_key="person.id")
    password_hash: str | None = Field(default=None, max_length=256)
    must_change: bool = True
    is_disabled: bool = False
    version: int = Field(default=1)


class RoleRow(SQLModel, table=True):
    """A role of an account. The three administrators exclude one another in the database itself."""

    __tablename__ = "account_role"
    __table_args__ = (
        CheckConstraint(
            "role IN ('system_admin', 'security_admin', 'audit_admin', 'bureau_clerk',"
            " 'department_clerk', 'town_clerk', 'leader', 'task_force', 'auditor', 'reader')",
            name="role_known",
        ),
        Index(
            "uq_account_role_administrator",
            "account_id",
            unique=True,
            sqlite_where=text("role IN ('system_admin', 'security_admin', 'audit_admin')"),
            postgresql_where=text("role IN ('system_admin', 'security_admin', 'audit_admin')"),
        ),
    )

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    role: str = Field(primary_key=True, max_length=16)


class SessionRow(SQLModel, table=True):
    """A session, by the digest of its key: whoever reads the table cannot use it."""

    __tablename__ = "web_session"

    key_digest: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    opened_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    address: str = Field(max_length=64)
    agent: str = Field(max_length=200)


class KnownAddressRow(SQLModel, table=True):
    """An address from which somebody signed in, and when they last did."""

    __tablename__ = "known_address"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    address: str = Field(primary_key=True, max_length=64)
    last_at: datetime = Field(sa_type=Instant)


class TryRow(SQLModel, table=True):
    """A sign-in that failed, by the digests of what was typed and where from."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("ix_failed_sign_in_login", "login_digest", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    login_digest: str = Field(max_length=64)
    address: str = Field(max_length=64)
    at: datetime = Field(sa_type=Instant)
