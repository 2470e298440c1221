"""The commands about accounts, and their options."""

from typing import Annotated

import typer

from tracker.cli.options import AsJson, By, Why, mark

user = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help=mark("Accounts; none exists by default.")
)
Login = Annotated[str, typer.Argument(metavar="LOGIN", help=mark("name to sign in with"))]
Role_ = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar="ROLE",
        help=mark(
            "system_admin, security_admin, audit_admin, bureau_clerk, department_clerk, town_clerk,"
            " leader, task_force, auditor, reader; may be repeated"
        ),
    ),
]


@user.command("add", help=mark("Add an account; its first password is asked for or made up."))
def add_user(
    context: typer.Context,
    login: Login,
    role: Role_,
    name: Annotated[str, typer.Option(metavar="NAME", help=mark("title or name of the person"))],
    office: Annotated[
        str | None, typer.Option(metavar="OFFICE", help=mark("office, as the ledger writes it"))
    ] = None,
    town: Annotated[
        str | None, typer.Option(metavar="TOWN", help=mark("town, as the ledger writes it"))
    ] = None,
    leader: Annotated[
        str | None,
        typer.Option(metavar="TITLE", help=mark("who they are as a leader in the ledger")),
    ] = None,
    task_force: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help=mark("task force; may be repeated"))
    ] = None,
    phone: Annotated[str | None, typer.Option(metavar="NO", help=mark("telephone number"))] = None,
    identity: Annotated[
        bool,
        typer.Option("--identity", help=mark("no password: comes in by the identity service")),
    ] = False,
    by: By = None,
) -> None:
    """Add one."""
    from tracker.cli.accounts import users
    from tracker.store.accounts import Person

    person = Person(name, office, town, leader, tuple(task_force or ()), phone)
    users.add(context.obj, login, person, role, by, has_password=not identity)


@user.command("password", help=mark("Give an account a new first password."))
def user_password(context: typer.Context, login: Login, by: By = None) -> None:
    """Give a password."""
    from tracker.cli.accounts import users

    users.give_password(context.obj, login, by)


@user.command("role", help=mark("Let an account have these roles and no others."))
def user_role(
    context: typer.Context, login: Login, role: Role_, by: By = None, why: Why = None
) -> None:
    """Change the roles."""
    from tracker.cli.accounts import users

    users.change_roles(context.obj, login, role, by, why)


@user.command("disable", help=mark("Let nobody in with an account; its sessions end at once."))
def user_disable(context: typer.Context, login: Login, by: By = None, why: Why = None) -> None:
    """Disable one."""
    from tracker.cli.accounts import users

    users.disable(context.obj, login, by, why, is_disabled=True)


@user.command("enable", help=mark("Let an account in again."))
def user_enable(context: typer.Context, login: Login, by: By = None, why: Why = None) -> None:
    """Enable one."""
    from tracker.cli.accounts import users

    users.disable(context.obj, login, by, why, is_disabled=False)


@user.command("list", help=mark("List the accounts with their roles."))
def user_list(
    context: typer.Context,
    phones: Annotated[
        bool, typer.Option("--phones", help=mark("telephone numbers in full"))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List them."""
    from tracker.cli.accounts import users

    users.list_all(context.obj, phones=phones, as_json=as_json)


@user.command("sessions", help=mark("List who is signed in, or end their sessions."))
def user_sessions(
    context: typer.Context,
    login: Annotated[str | None, typer.Argument(metavar="LOGIN")] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help=mark("end them"))] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """List or end sessions."""
    from tracker.cli.accounts import users

    users.sessions(context.obj, login, by, revoke=revoke, as_json=as_json)
