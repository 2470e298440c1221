"""People, their accounts and roles, their sessions, and sign-ins that failed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, update
from sqlmodel import Session, col, select

from tracker.store.assignments import LEADER, TASK_FORCE, party
from tracker.store.damage import readable
from tracker.store.tables import (
    AccountRow,
    KnownAddressRow,
    MemberRow,
    OfficeRow,
    PartyRow,
    PersonRow,
    RoleRow,
    SessionRow,
    TownRow,
    TryRow,
)

LOCAL = "local"
"""The login of whoever holds the one-time link that the program prints on its own terminal.

It has no password.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody: where they belong, and who they are as a leader or in which task forces."""

    name: str
    office: str | None = None
    town: str | None = None
    leader: str | None = None
    task_forces: tuple[str, ...] = ()
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account with its person and its roles. The hash never leaves through a door."""

    id: int
    login: str
    person: Person
    roles: frozenset[str]
    password_hash: str | None
    must_change: bool
    is_disabled: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session by the digest of its key."""

    digest: str
    account: int
    opened_at: datetime
    seen_at: datetime
    address: str
    agent: str


def all_accounts(session: Session) -> list[Account]:
    """Return every account, by login."""
    rows = session.exec(select(AccountRow).order_by(col(AccountRow.login)))
    return [_account(session, row) for row in rows]


def by_login(session: Session, login: str) -> Account | None:
    """Return the account of a login, however its letters are written."""
    row = session.exec(select(AccountRow).where(AccountRow.login == login.lower())).first()
    return _account(session, row) if row else None


def by_number(session: Session, number: int) -> Account | None:
    """Return the account of a number."""
    row = session.get(AccountRow, number)
    return _account(session, row) if row else None


def _account(session: Session, row: AccountRow) -> Account:
    number = row.id or 0
    roles = session.exec(select(RoleRow.role).where(RoleRow.account_id == number))
    return Account(
        id=number,
        login=row.login,
        person=_person(session, row.person_id),
        roles=frozenset(roles),
        password_hash=row.password_hash,
        must_change=row.must_change,
        is_disabled=row.is_disabled,
        version=row.version,
    )


def _person(session: Session, number: int) -> Person:
    with readable():
        row = session.get_one(PersonRow, number)
    leader = session.get(PartyRow, row.leader_id) if row.leader_id else None
    forces = session.exec(
        select(PartyRow.name)
        .join(MemberRow, col(MemberRow.party_id) == PartyRow.id)
        .where(MemberRow.person_id == number)
        .order_by(col(PartyRow.name))
    )
    return Person(
        name=row.name,
        office=row.office,
        town=row.town,
        leader=leader.name if leader else None,
        task_forces=tuple(forces),
        phone=row.phone,
    )


def standings(session: Session, login: str | None = None) -> dict[str, dict[str, object]]:
    """Return how accounts stand, as an entry tells it: all, or those of one login's person.

    Neither a password nor a telephone number can be read from it.
    """
    found = all_accounts(session)
    if login is not None:
        person = next(account.person for account in found if account.login == login)
        found = [account for account in found if account.person == person]
    return {account.login: _standing(account) for account in found}


def _standing(account: Account) -> dict[str, object]:
    person, kept = account.person, account.password_hash
    return {
        "number": account.id,
        "roles": sorted(account.roles),
        "disabled": account.is_disabled,
        "must_change": account.must_change,
        "person": person.name,
        "office": person.office,
        "town": person.town,
        "leader": person.leader,
        "task_forces": list(person.task_forces),
        "password": hashlib.sha256(kept.encode()).hexdigest() if kept else None,
    }


def add(
    session: Session, login: str, person: Person, roles: Iterable[str], password_hash: str | None
) -> int:
    """Add an account with a first password, which has to be changed; return its number."""
    number = _put_person(session, person)
    row = AccountRow(login=login.lower(), person_id=number, password_hash=password_hash)
    session.add(row)
    session.flush()
    set_roles(session, row.id or 0, roles)
    return row.id or 0


def person_named(session: Session, name: str) -> Person | None:
    """Return the person of a name, whom another account may have."""
    row = session.exec(select(PersonRow).where(PersonRow.name == name)).first()
    return _person(session, row.id or 0) if row else None


def _put_person(session: Session, person: Person) -> int:
    """Return the number of a person; one that is known already stays as it is."""
    row = session.exec(select(PersonRow).where(PersonRow.name == person.name)).first()
    if row is not None:
        return row.id or 0
    row = PersonRow(name=person.name)
    for table, name in ((OfficeRow, person.office), (TownRow, person.town)):
        if name and session.get(table, name) is None:
            session.add(table(name=name))
    session.flush()
    row.office, row.town, row.phone = person.office, person.town, person.phone
    row.leader_id = party(session, LEADER, person.leader) if person.leader else None
    session.add(row)
    session.flush()
    number = row.id or 0
    for name in person.task_forces:
        session.add(MemberRow(person_id=number, party_id=party(session, TASK_FORCE, name)))
    session.flush()
    return number


def set_roles(session: Session, account: int, roles: Iterable[str]) -> None:
    """Let an account have these roles and no others; the database refuses two administrators."""
    session.connection().execute(delete(RoleRow).where(col(RoleRow.account_id) == account))
    rows = [{"account_id": account, "role": str(role)} for role in sorted(roles)]
    if rows:
        session.connection().execute(insert(RoleRow), rows)
    _touch(session, account)


def set_password(
    session: Session, account: int, password_hash: str | None, *, must_change: bool
) -> None:
    """Keep another hash; without one nobody can sign in with a password."""
    _touch(session, account, password_hash=password_hash, must_change=must_change)


def set_disabled(session: Session, account: int, *, is_disabled: bool) -> None:
    """Let an account rest, or let it in again."""
    _touch(session, account, is_disabled=is_disabled)


def _touch(session: Session, account: int, **values: object) -> None:
    session.connection().execute(
        update(AccountRow)
        .where(col(AccountRow.id) == account)
        .values(version=AccountRow.version + 1, **values)
    )
    session.expire_all()


def open_session(session: Session, opened: OpenSession) -> None:
    """Keep a session that was opened."""
    session.add(
        SessionRow(
            key_digest=opened.digest,
            account_id=opened.account,
            opened_at=opened.opened_at,
            seen_at=opened.seen_at,
            address=opened.address,
            agent=opened.agent,
        )
    )
    session.flush()


def find_session(session: Session, digest: str) -> OpenSession | None:
    """Return the session of a digest."""
    row = session.get(SessionRow, digest)
    return _opened(row) if row else None


def sessions_of(session: Session, account: int | None = None) -> list[OpenSession]:
    """Return the sessions of an account, or of all, the newest first."""
    wanted = select(SessionRow)
    if account is not None:
        wanted = wanted.where(SessionRow.account_id == account)
    rows = [_opened(row) for row in session.exec(wanted)]
    return sorted(rows, key=lambda opened: opened.opened_at, reverse=True)


def _opened(row: SessionRow) -> OpenSession:
    return OpenSession(
        digest=row.key_digest,
        account=row.account_id,
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        address=row.address,
        agent=row.agent,
    )


def note_seen(session: Session, digest: str, now: datetime) -> None:
    """Note when a session was used."""
    session.connection().execute(
        update(SessionRow).where(col(SessionRow.key_digest) == digest).values(seen_at=now)
    )


def close_sessions(
    session: Session, *, digests: Sequence[str] = (), account: int | None = None, but: str = ""
) -> int:
    """Close some sessions, or all of an account but one; return how many."""
    which: ColumnElement[bool] = col(SessionRow.key_digest).in_(digests)
    if account is not None:
        which = and_(col(SessionRow.account_id) == account, col(SessionRow.key_digest) != but)
    return session.connection().execute(delete(SessionRow).where(which)).rowcount


def close_all(session: Session) -> None:
    """Close every session."""
    session.connection().execute(delete(SessionRow))


def note_failure(session: Session, login: str, address: str, at: datetime) -> None:
    """Note a sign-in that failed, by the digest of what was typed."""
    session.add(TryRow(login_digest=login, address=address, at=at))
    session.flush()


def failures(
    session: Session, login: str, since: datetime, addresses: Sequence[str], *, inside: bool = True
) -> tuple[int, datetime | None]:
    """Return how many tries of a name failed since an instant, and when the last one was.

    Those from some addresses count, or with `inside=False` those from all others.
    """
    where = col(TryRow.address).in_(addresses)
    wanted = select(func.count(), func.max(TryRow.at)).where(
        TryRow.login_digest == login, col(TryRow.at) > since, where if inside else ~where
    )
    count, last = session.exec(wanted).one()
    return int(count), last


def addresses_of(session: Session, account: int, since: datetime) -> list[str]:
    """Return the addresses from which somebody has signed in since an instant."""
    wanted = select(KnownAddressRow.address).where(
        KnownAddressRow.account_id == account, col(KnownAddressRow.last_at) >= since
    )
    return list(session.exec(wanted))


def note_address(session: Session, account: int, address: str, at: datetime) -> None:
    """Note from where somebody has signed in."""
    session.merge(KnownAddressRow(account_id=account, address=address[:64], last_at=at))
    session.flush()


def forget_failures(session: Session, login: str, address: str) -> None:
    """Forget the tries of a name from one address."""
    own = (col(TryRow.login_digest) == login) & (col(TryRow.address) == address)
    session.connection().execute(delete(TryRow).where(own))


def forget_old(session: Session, before: datetime) -> None:
    """Forget all tries from before an instant."""
    session.connection().execute(delete(TryRow).where(col(TryRow.at) < before))
