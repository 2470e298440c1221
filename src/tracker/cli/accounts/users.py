"""`tracker user`: accounts, from the shell of this machine."""

import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from tracker.cli.door import Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, By, Login, Why
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.catalogue import translations
from tracker.security.passwords import Hasher
from tracker.security.policy import ROLE_WORDS, Role
from tracker.services.accounts import administration
from tracker.store import accounts as stored
from tracker.store import audit, reading, transaction
from tracker.store.accounts import Person
from tracker.store.audit import Act

Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar=mark("ROLE"),
        help=mark("name of a role, such as auditor; may be repeated; a wrong one lists them all"),
    ),
]


class UnknownRoleError(TrackerError):
    """A role that no account can have."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, role: str) -> None:
        super().__init__(
            message("'{value}' is not a valid value for {name}.", value=role, name="--role"),
            remedy=message("Use one of: {known}.", known=tuple(ROLE_WORDS.values())),
        )


def _roles(texts: Iterable[str]) -> list[Role]:
    """Return roles by their ids, or by their names in either language. Raises UnknownRoleError."""
    found = []
    for text in texts:
        fitting = [role for role in Role if text in (role, *map(str, _names(role)))]
        if not fitting:
            raise UnknownRoleError(text)
        found += fitting
    return found


def _names(role: Role) -> tuple[str, str]:
    english = str(ROLE_WORDS[role])
    return english, translations("zh").gettext(english)


def _password(door: Door) -> tuple[str, bool]:
    """Return a first password, and whether it was made up; a terminal is asked for one."""
    if sys.stdin.isatty():
        asked = door.words.text("First password (leave empty to generate one)")
        given = typer.prompt(asked, default="", show_default=False, hide_input=True, err=True)
        if given:
            return str(given), False
    return administration.first_password(), True


def _tell(door: Door, password: str, *, made_up: bool) -> None:
    if made_up:
        typer.echo(password)
        say(
            door.words.text(
                "This first password is shown only once; it must be changed at the first sign-in."
            )
        )


def add(
    door: Door,
    login: Login,
    *,
    roles: Roles,
    name: Annotated[
        str, typer.Option(metavar=mark("NAME"), help=mark("title or name of the person"))
    ],
    office: Annotated[
        str | None,
        typer.Option(metavar=mark("OFFICE"), help=mark("office, as the ledger writes it")),
    ] = None,
    town: Annotated[
        str | None, typer.Option(metavar=mark("TOWN"), help=mark("town, as the ledger writes it"))
    ] = None,
    leader: Annotated[
        str | None,
        typer.Option(metavar=mark("TITLE"), help=mark("title as a leader in the ledger")),
    ] = None,
    task_force: Annotated[
        list[str] | None,
        typer.Option(metavar=mark("NAME"), help=mark("task force; may be repeated")),
    ] = None,
    phone: Annotated[
        str | None, typer.Option(metavar=mark("NO"), help=mark("telephone number"))
    ] = None,
    identity: Annotated[
        bool,
        typer.Option("--identity", help=mark("no password: signs in by the identity service")),
    ] = False,
    by: By = None,
) -> None:
    """Add an account."""
    person = Person(
        name=name,
        office=office,
        town=town,
        leader=leader,
        task_forces=tuple(task_force or ()),
        phone=phone,
    )
    has_password = not identity
    wanted = _roles(roles)
    password, made_up = _password(door) if has_password else ("", False)
    kept = administration.hashed(Hasher(), password, login, person) if has_password else None
    with transaction(door.made_engine) as session:
        administration.add(session, door.act(by), login, person, roles=wanted, password_hash=kept)
    _tell(door, password, made_up=made_up)
    say(door.words.text("Account '{login}' was added.", login=login.lower()))


def give_password(door: Door, login: Login, *, by: By = None) -> None:
    """Set a new password, which whoever signs in with it must change, and show it once."""
    with reading(door.engine) as session:
        found = administration.find(session, login)
    password, made_up = _password(door)
    kept = administration.hashed(Hasher(), password, found.login, found.person)
    with transaction(door.engine) as session:
        administration.set_password(session, door.act(by), login, kept, must_change=True)
    _tell(door, password, made_up=made_up)
    say(door.words.text("The password was replaced; open sessions have ended."))


def change_roles(door: Door, login: Login, *, roles: Roles, by: By = None, why: Why = None) -> None:
    """Replace the roles of an account."""
    with transaction(door.engine) as session:
        found = administration.change_roles(session, door.act(by, why), login, _roles(roles))
    say(
        door.words.text(
            "'{login}' has these roles now: {roles}.",
            login=found.login,
            roles=", ".join(door.words(ROLE_WORDS[Role(role)]) for role in sorted(found.roles)),
        )
    )


def disable(door: Door, login: Login, *, by: By = None, why: Why = None) -> None:
    """Disable an account; its sessions end at once."""
    _set_disabled(door, login, door.act(by, why), is_disabled=True)
    say(door.words.text("'{login}' is disabled; its sessions have ended.", login=login))


def enable(door: Door, login: Login, *, by: By = None, why: Why = None) -> None:
    """Enable an account again."""
    _set_disabled(door, login, door.act(by, why), is_disabled=False)
    say(door.words.text("'{login}' is enabled again.", login=login))


def _set_disabled(door: Door, login: str, act: Act, *, is_disabled: bool) -> None:
    with transaction(door.engine) as session:
        administration.set_disabled(session, act, login, is_disabled=is_disabled)


def list_all(
    door: Door,
    *,
    phones: Annotated[
        bool, typer.Option("--phones", help=mark("telephone numbers in full"))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the accounts; telephone numbers are masked unless they are asked for."""
    words = door.words
    with reading(door.engine) as session:
        found = stored.all_accounts(session)
    if as_json:
        rows = [
            {
                "login": a.login,
                "name": a.person.name,
                "roles": sorted(a.roles),
                "office": a.person.office,
                "town": a.person.town,
                "leader": a.person.leader,
                "task_forces": list(a.person.task_forces),
                "disabled": a.is_disabled,
                "phone": a.person.phone if phones else administration.masked(a.person.phone),
            }
            for a in found
        ]
        show_json({"format": "tracker-users/1", "users": rows})
        return
    if not found:
        typer.echo(words.text("There is no account yet: tracker user add."))
        return
    headings = [
        words.text(text)
        for text in (
            mark("Sign-in name"),
            mark("Name"),
            mark("Roles"),
            mark("Belongs to"),
            mark("Telephone"),
            mark("State"),
        )
    ]
    rows_ = [
        (
            a.login,
            a.person.name,
            ", ".join(words(ROLE_WORDS[Role(role)]) for role in sorted(a.roles)),
            "; ".join(
                filter(
                    None, (a.person.office, a.person.town, a.person.leader, *a.person.task_forces)
                )
            )
            or "–",
            (a.person.phone if phones else administration.masked(a.person.phone)) or "–",
            words.text("disabled")
            if a.is_disabled
            else words.text("first password")
            if a.must_change
            else words.text("active"),
        )
        for a in found
    ]
    show_table(headings, rows_)


def sessions(
    door: Door,
    login: Annotated[str | None, typer.Argument(metavar=mark("LOGIN"))] = None,
    *,
    revoke: Annotated[bool, typer.Option("--revoke", help=mark("end these sessions"))] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """List open sessions, or end them."""
    words = door.words
    with reading(door.engine) as session:
        account = administration.find(session, login).id if login else None
        found = stored.sessions_of(session, account)
        names = {each.id: each.login for each in stored.all_accounts(session)}
    if revoke and found:
        with transaction(door.engine) as session:
            content = {"sessions": len(found)}
            audit.record(
                session,
                door.act(by),
                action="end sessions",
                about=login or "*",
                content=content,
            )
            stored.close_sessions(session, digests=[each.digest for each in found])
    if revoke:
        say(words.text("Sessions ended: {count}.", count=str(len(found))))
    elif as_json:
        rows = [
            {
                "login": names[s.account],
                "opened_at": s.opened_at.isoformat(),
                "seen_at": s.seen_at.isoformat(),
                "address": s.address,
                "agent": s.agent,
            }
            for s in found
        ]
        show_json({"format": "tracker-sessions/1", "sessions": rows})
    elif not found:
        typer.echo(words.text("Nobody is signed in."))
    else:
        headings = [
            words.text(text)
            for text in (
                mark("Sign-in name"),
                mark("Since"),
                mark("Last seen"),
                mark("Address"),
            )
        ]
        show_table(
            headings,
            [
                (
                    names[s.account],
                    door.at(s.opened_at),
                    door.at(s.seen_at),
                    s.address,
                )
                for s in found
            ],
        )
