"""The commands about the audit chain, and their options."""

from datetime import datetime
from typing import Annotated

import typer

from tracker.cli.options import AsJson, By, Why, mark

audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=mark("The audit chain."))


@audit.command("verify", help=mark("Walk the whole audit chain; exit 1 at the first bad entry."))
def audit_verify(
    context: typer.Context,
    printed: Annotated[
        str | None,
        typer.Option("--digest", metavar="DIGEST", help=mark("a printed digest it has to hold")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the chain."""
    from tracker.cli.projects import history

    history.verify(context.obj, printed, as_json=as_json)


@audit.command("list", help=mark("List who did what, when and why."))
def audit_list(
    context: typer.Context,
    project: Annotated[
        str | None, typer.Option(metavar="PROJECT", help=mark("only this project"))
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="WHO", help=mark("only what they did"))] = None,
    action: Annotated[
        str | None, typer.Option(metavar="ACTION", help=mark("only this, such as 'record event'"))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the entries."""
    from tracker.cli.projects import history

    history.list_entries(context.obj, project, by, action, as_json=as_json)


@audit.command("purge", help=mark("Delete entries older than a day; 183 days are always kept."))
def audit_purge(
    context: typer.Context,
    before: Annotated[
        datetime,
        typer.Argument(formats=["%Y-%m-%d"], metavar="DAY", help=mark("the first day kept")),
    ],
    by: By = None,
    why: Why = None,
) -> None:
    """Delete old entries."""
    from tracker.cli.projects import history

    history.purge(context.obj, before, by, why)


@audit.command("digest", help=mark("Choose the digest of new entries: sm3 or sha256."))
def audit_digest(
    context: typer.Context,
    algorithm: Annotated[str, typer.Argument(metavar="sm3|sha256")],
    by: By = None,
) -> None:
    """Choose the digest."""
    from tracker.cli.projects import history

    history.choose(context.obj, algorithm, by)
