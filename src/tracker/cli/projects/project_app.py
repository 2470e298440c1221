"""The commands about one project and about handing projects over, and their options."""

from datetime import datetime
from typing import Annotated

import typer

from tracker.cli.options import AsJson, AsOf, By, Known, Wanted, Why, mark

project = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help=mark("Projects by hand, and their history.")
)
Fields = Annotated[
    list[str],
    typer.Argument(
        metavar="FIELD=VALUE...",
        help=mark("name, procedure, target, deadline, location, ...; FIELD= empties one"),
    ),
]


@project.command("list", help=mark("List the projects with their lights."))
def list_projects(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help=mark("those that are closed as well"))
    ] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the projects."""
    from tracker.cli.projects import project as projects

    projects.list_all(context.obj, as_of, everything=everything, as_json=as_json)


@project.command(
    "show", help=mark("Show a project: its fields, who answers for it, what happened.")
)
def show_project(
    context: typer.Context,
    wanted: Wanted,
    as_of: AsOf = None,
    known: Known = None,
    as_json: AsJson = False,
) -> None:
    """Show one project."""
    from tracker.cli.projects import project as projects

    projects.show(context.obj, wanted, as_of, known, as_json=as_json)


@project.command("add", help=mark("Add a project by hand."))
def add_project(
    context: typer.Context, fields: Fields, by: By = None, why: Why = None, as_of: AsOf = None
) -> None:
    """Add one."""
    from tracker.cli.projects import project as projects

    projects.add(context.obj, fields, as_of, by, why)


@project.command("set", help=mark("Change fields of a project; who did so and why is kept."))
def set_project(
    context: typer.Context,
    wanted: Wanted,
    fields: Fields,
    by: By = None,
    why: Why = None,
    as_of: AsOf = None,
) -> None:
    """Change one."""
    from tracker.cli.projects import project as projects

    projects.change(context.obj, wanted, fields, as_of, by, why)


@project.command("suspend", help=mark("Let a project rest until a day, for a reason."))
def suspend_project(
    context: typer.Context,
    wanted: Wanted,
    until: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help=mark("day on which it goes on")),
    ],
    why: Annotated[str, typer.Option(metavar="TEXT", help=mark("why; it is kept"))],
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Let it rest."""
    from tracker.cli.projects import project as projects

    projects.suspend(context.obj, wanted, until.date(), why, as_of, by)


@project.command("resume", help=mark("Take a project up again."))
def resume_project(
    context: typer.Context, wanted: Wanted, by: By = None, why: Why = None, as_of: AsOf = None
) -> None:
    """Take it up."""
    from tracker.cli.projects import project as projects

    projects.resume(context.obj, wanted, as_of, by, why)


@project.command("close", help=mark("Close a project: it is kept and no longer planned."))
def close_project(
    context: typer.Context,
    wanted: Wanted,
    why: Annotated[str, typer.Option(metavar="TEXT", help=mark("why; it is kept"))],
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Close it."""
    from tracker.cli.projects import project as projects

    projects.close(context.obj, wanted, why, as_of, by)


@project.command("facts", help=mark("Show what a procedure asks of a project, or answer it."))
def project_facts(
    context: typer.Context,
    wanted: Wanted,
    said: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FACT=ANSWER...", help=mark("answers; FACT= takes one back; none: show them")
        ),
    ] = None,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show or answer."""
    from tracker.cli.projects import answers

    if said:
        answers.answer(context.obj, wanted, said, as_of, by, as_json=as_json)
    else:
        answers.show(context.obj, wanted, as_of, as_json=as_json)


@project.command(
    "history", help=mark("Who changed what, when and why, and which dates that moved.")
)
def project_history(
    context: typer.Context,
    wanted: Wanted,
    step: Annotated[
        str | None, typer.Option(metavar="STEP", help=mark("only what moved this step"))
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help=mark("at most"))] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the history."""
    from tracker.cli.projects import history

    history.show(context.obj, wanted, step, most, as_json=as_json)


def hand_over(
    context: typer.Context,
    giver: Annotated[str, typer.Argument(metavar="FROM", help=mark("who hands over"))],
    receiver: Annotated[
        str | None,
        typer.Argument(
            metavar="TO", help=mark("who receives; without: who could, and what is open")
        ),
    ] = None,
    role: Annotated[
        str, typer.Option(metavar="leader|task_force", help=mark("in which role"))
    ] = "leader",
    from_day: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], metavar="DATE", help=mark("first day (default: today)")
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--project", metavar="PROJECT", help=mark("only this one; may be repeated")),
    ] = None,
    why: Why = None,
    by: By = None,
    yes: Annotated[bool, typer.Option("--yes", help=mark("commit without asking"))] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Hand projects over."""
    from tracker.cli.projects import hand_over as handing

    asked = handing.Asked(
        giver, receiver, role, from_day.date() if from_day else None, tuple(only or ())
    )
    handing.run(context.obj, asked, as_of, by, why, yes=yes, as_json=as_json)
