"""Accounts: who there is, what they are for, and their passwords. Every change is told."""

import re
import secrets
from collections.abc import Iterable

from tracker.core.problems import TrackerError, message
from tracker.security import passwords
from tracker.security.passwords import Hasher
from tracker.security.policy import ADMINISTRATORS, Role, User
from tracker.store import Session, accounts, audit
from tracker.store.accounts import Account, Person
from tracker.store.audit import Act

LOCAL = "local"
"""Whoever holds the one-time link that the program prints on its own terminal; it has no password."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
_NEEDS = {
    Role.DEPARTMENT_CLERK: ("office", message("an office")),
    Role.TOWN_CLERK: ("town", message("a town")),
    Role.LEADER: ("leader", message("the leader's title in the ledger")),
    Role.TASK_FORCE: ("task_forces", message("a task force")),
}


class NoSuchAccountError(TrackerError):
    """Nobody signs in with that name."""

    code = "no_such_account"

    def __init__(self, login: str) -> None:
        super().__init__(
            message("There is no account '{login}'.", login=login),
            remedy=message("Look at the list: tracker user list."),
        )


class BadAccountError(TrackerError):
    """An account that cannot be as it was asked for."""

    code = "bad_account"


def user_of(account: Account) -> User:
    """Return who has signed in, for the table of permissions."""
    person = account.person
    return User(
        account.id, account.login, person.name, frozenset(Role(role) for role in account.roles),
        person.office, person.town, person.leader, frozenset(person.task_forces),
        account.must_change,
    )  # fmt: skip


def find(session: Session, login: str) -> Account:
    """Return an account. Raises NoSuchAccountError."""
    found = accounts.by_login(session, login)
    if found is None:
        raise NoSuchAccountError(login)
    return found


def first_password() -> str:
    """Return a password to be handed over once and changed at once."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look like another
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def add(
    session: Session,
    act: Act,
    hasher: Hasher,
    login: str,
    person: Person,
    *,
    roles: Iterable[Role],
    password: str,
) -> Account:
    """Add an account, whose password has to be changed at the first sign-in.

    The caller owns the transaction. Raises BadAccountError, BadPasswordError.
    """
    name, wanted = login.lower(), frozenset(roles)
    if not _LOGIN.fullmatch(name) or name == LOCAL:
        raise BadAccountError(
            message("'{login}' cannot be signed in with.", login=login),
            remedy=message("Use 3 to 64 letters, digits, dots or dashes, such as fgj.zhang."),
        )
    if accounts.by_login(session, name):
        raise BadAccountError(
            message("There is an account '{login}' already.", login=name),
            remedy=message("Choose another name."),
        )
    _check_roles(wanted, person)
    passwords.check(password, _context(name, person))
    number = accounts.add(session, name, person, wanted, hasher.hash(password))
    content = {"account": number, "roles": sorted(wanted), "person": _told(person)}
    audit.record(session, act, action="add account", about=name, content=content)
    return find(session, name)


def local(session: Session, act: Act) -> Account:
    """Return the account behind the one-time link, made when it is first needed; it has no password."""
    found = accounts.by_login(session, LOCAL)
    if found is None:
        roles = [Role.BUREAU_CLERK, Role.AUDITOR]
        content = {"roles": roles}
        audit.record(session, act, action="add account", about=LOCAL, content=content)
        accounts.add(session, LOCAL, Person(LOCAL), roles, None)
        found = find(session, LOCAL)
        accounts.set_password(session, found.id, None, must_change=False)
    return find(session, LOCAL)


def change_roles(session: Session, act: Act, login: str, roles: Iterable[Role]) -> Account:
    """Let an account have other roles; its sessions end. Raises BadAccountError."""
    found, wanted = find(session, login), frozenset(roles)
    _check_roles(wanted, found.person)
    content = {"roles": [sorted(found.roles), sorted(wanted)]}
    audit.record(session, act, action="change roles", about=found.login, content=content)
    accounts.set_roles(session, found.id, wanted)
    accounts.close_sessions(session, account=found.id)
    return find(session, login)


def set_disabled(session: Session, act: Act, login: str, *, is_disabled: bool) -> Account:
    """Let an account rest, which ends its sessions at once, or let it in again."""
    found = find(session, login)
    action = "disable account" if is_disabled else "enable account"
    audit.record(session, act, action=action, about=found.login, content={"account": found.id})
    accounts.set_disabled(session, found.id, is_disabled=is_disabled)
    if is_disabled:
        accounts.close_sessions(session, account=found.id)
    return find(session, login)


def set_password(
    session: Session,
    act: Act,
    hasher: Hasher,
    login: str,
    password: str,
    *,
    must_change: bool,
    keep_session: str = "",
) -> None:
    """Give an account another password; its other sessions end. Raises BadPasswordError."""
    found = find(session, login)
    if found.login == LOCAL:
        raise NoSuchAccountError(login)
    passwords.check(password, _context(found.login, found.person))
    content = {"account": found.id, "must_change": must_change}
    audit.record(session, act, action="change password", about=found.login, content=content)
    accounts.set_password(session, found.id, hasher.hash(password), must_change=must_change)
    accounts.close_sessions(session, account=found.id, but=keep_session)


def masked(phone: str | None) -> str:
    """Return a telephone number of which only the ends can be read."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"


def _check_roles(roles: frozenset[Role], person: Person) -> None:
    if len(roles & ADMINISTRATORS) > 1 or (roles & ADMINISTRATORS and roles - ADMINISTRATORS):
        raise BadAccountError(
            message("An administrator has no second role."),
            remedy=message("System, security and audit are three accounts of three people."),
        )
    for role, (field, what) in _NEEDS.items():
        if role in roles and not getattr(person, field):
            raise BadAccountError(
                message("The role {role} needs {what}.").of(role=str(role), what=what),
                remedy=message("Say which, as the ledger writes it."),
            )


def _context(login: str, person: Person) -> list[str]:
    texts = (login, person.name, person.office, person.town, person.leader, person.phone)
    return [text for text in texts if text]


def _told(person: Person) -> dict[str, object]:
    """Return what the record keeps of a person; the telephone number stays out of the chain."""
    return {
        "name": person.name, "office": person.office, "town": person.town,
        "leader": person.leader, "task_forces": list(person.task_forces),
    }  # fmt: skip
