"""Accounts: who there is, what they are for, and their passwords. Every change is told."""

import re
import secrets
from collections.abc import Iterable, Mapping

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.security import passwords
from tracker.security.passwords import Hasher
from tracker.security.policy import ADMINISTRATORS, Role, User
from tracker.services.texts import LONG, SHORT, fault_of
from tracker.store import Session, accounts, audit
from tracker.store.accounts import LOCAL, Account, Person
from tracker.store.audit import Act

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
    kind = ErrorKind.USAGE

    def __init__(self, login: str) -> None:
        super().__init__(
            message("There is no account '{login}'.", login=login),
            remedy=message("Look at the list: tracker user list."),
        )


class BadAccountError(TrackerError):
    """An account that cannot be as it was asked for."""

    code = "bad_account"
    kind = ErrorKind.USAGE


def user_of(account: Account) -> User:
    """Return who has signed in, for the table of permissions."""
    person = account.person
    return User(
        account=account.id,
        login=account.login,
        name=person.name,
        roles=frozenset(Role(role) for role in account.roles),
        office=person.office,
        town=person.town,
        leader=person.leader,
        task_forces=frozenset(person.task_forces),
        must_change=account.must_change,
    )


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


def hashed(hasher: Hasher, password: str, login: str, person: Person) -> str:
    """Return the hash of a password that may be used by somebody. Raises BadPasswordError.

    It takes a tenth of a second, which is why it is made before the turn to write is taken.
    """
    texts = (login.lower(), person.name, person.office, person.town, person.leader, person.phone)
    passwords.check(password, [text for text in texts if text])
    return hasher.hash(password)


def add(
    session: Session,
    act: Act,
    login: str,
    person: Person,
    *,
    roles: Iterable[Role],
    password_hash: str | None,
) -> Account:
    """Add an account, whose password has to be changed at the first sign-in.

    Without one they come in by the identity service. The caller owns the transaction. Raises
    BadAccountError.
    """
    name, wanted = login.lower(), frozenset(roles)
    if not _LOGIN.fullmatch(name) or name == LOCAL:
        raise BadAccountError(
            message("'{login}' cannot be used as a sign-in name.", login=login),
            remedy=message("Use 3 to 64 letters, digits, dots or dashes, such as fgj.zhang."),
        )
    if accounts.by_login(session, name):
        raise BadAccountError(
            message("There is an account '{login}' already.", login=name),
            remedy=message("Choose another name."),
        )
    _check_person(person)
    if accounts.person_named(session, person.name) not in (None, person):
        raise BadAccountError(
            message(
                "There is already another '{name}', who belongs to a different unit.",
                name=person.name,
            ),
            remedy=message("Say which one it is, such as the office and its town."),
        )
    _check_roles(wanted, person)
    number = accounts.add(session, name, person, wanted, password_hash)
    if password_hash is None:
        accounts.set_password(session, number, None, must_change=False)
    _tell(session, act, "add account", name)
    return find(session, name)


class NoPowerError(BadAccountError):
    """One administrator would let another in or out, or make one."""

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(
            message("'{login}' cannot be changed from here.", login=login),
            remedy=message("An administrator's account is changed in the shell: tracker user."),
        )


def local(session: Session, act: Act) -> Account:
    """Return the account behind the one-time link, made when it is first needed.

    It has no password.
    """
    found = accounts.by_login(session, LOCAL)
    if found is None:
        roles = [Role.BUREAU_CLERK, Role.AUDITOR]
        number = accounts.add(session, LOCAL, Person(name=LOCAL), roles, None)
        accounts.set_password(session, number, None, must_change=False)
        _tell(session, act, "add account", LOCAL)
    return find(session, LOCAL)


def change_roles(session: Session, act: Act, login: str, roles: Iterable[Role]) -> Account:
    """Let an account have other roles; its sessions end. Raises BadAccountError."""
    found, wanted = find(session, login), frozenset(roles)
    _check_roles(wanted, found.person)
    accounts.set_roles(session, found.id, wanted)
    change = {"fields": {"roles": [_listed(found.roles), _listed(wanted)]}}
    _tell(session, act, "change roles", found.login, change)
    accounts.close_sessions(session, account=found.id)
    return find(session, login)


def may_change(user: User, found: Account) -> bool:
    """Tell whether three administrators stay three when one changes an account.

    None changes their own, nor lets another administrator in or out: that takes the shell.
    """
    is_guarded = bool(found.roles & ADMINISTRATORS)
    return not is_guarded and found.id != user.account and found.login != LOCAL


def check_power(user: User, found: Account, wanted: Iterable[Role] = ()) -> None:
    """Raise NoPowerError when this administrator may not change an account, or give it `wanted`."""
    if not may_change(user, found) or ADMINISTRATORS & set(wanted):
        raise NoPowerError(found.login)


def set_disabled(session: Session, act: Act, login: str, *, is_disabled: bool) -> Account:
    """Disable an account, which ends its sessions at once, or enable it again."""
    found = find(session, login)
    action = "disable account" if is_disabled else "enable account"
    accounts.set_disabled(session, found.id, is_disabled=is_disabled)
    _tell(session, act, action, found.login)
    if is_disabled:
        accounts.close_sessions(session, account=found.id)
    return find(session, login)


def set_password(
    session: Session,
    act: Act,
    login: str,
    password_hash: str,
    *,
    must_change: bool,
    keep_session: str = "",
) -> None:
    """Give an account another password; its other sessions end. Raises NoSuchAccountError."""
    found = find(session, login)
    if found.login == LOCAL:
        raise NoSuchAccountError(login)
    accounts.set_password(session, found.id, password_hash, must_change=must_change)
    _tell(session, act, "change password", found.login)
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
            remedy=message(
                "The system, security and audit administrators must be three different people."
            ),
        )
    for role, (field, what) in _NEEDS.items():
        if role in roles and not getattr(person, field):
            raise BadAccountError(
                message("The role {role} needs {what}.").of(role=str(role), what=what),
                remedy=message("Say which, as the ledger writes it."),
            )


def _check_person(person: Person) -> None:
    if not person.name.strip():
        raise BadAccountError(
            message("An account needs the title or the name of its person."),
            remedy=message("Say who it is for."),
        )
    texts = (person.name, person.office, person.town, person.leader, *person.task_forces)
    lengths = [(text, LONG) for text in texts if text] + [(person.phone or "", SHORT)]
    for text, most in lengths:
        if fault := fault_of(text, most):
            raise BadAccountError(
                message("'{text}' cannot be kept: {why}").of(text=text[:SHORT], why=fault),
                remedy=message("Write it shorter, in one line."),
            )


def _tell(
    session: Session, act: Act, action: str, login: str, content: Mapping[str, object] | None = None
) -> None:
    """Tell a change of an account that was made, and how it and others of that person now stand."""
    now = accounts.standings(session, login)
    audit.record(
        session, act, action=action, about=login, content={**(content or {}), "accounts": now}
    )


def _listed(roles: Iterable[str]) -> str:
    return ", ".join(sorted(roles))
