"""The commands and their options (`contracts/cli.md`); what they do stands in modules beside."""

import gc
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from tracker import settings
from tracker.cli.accounts.user_app import user
from tracker.cli.county.law_app import calendar, procedures
from tracker.cli.county.report_app import follow_ups, report
from tracker.cli.door import USAGE, Door, say
from tracker.cli.imports.ledger_app import ledger as ledger_commands
from tracker.cli.installation.audit_app import audit
from tracker.cli.installation.ops_app import backup, db, doctor, restore
from tracker.cli.options import AsJson, AsOf, By, Known, Port, mark
from tracker.cli.projects.project_app import hand_over, project
from tracker.cli.usage import told
from tracker.core.problems import TrackerError
from tracker.i18n import LANGUAGES, words_in

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""A ledger makes a million objects that stay.

To look at them at every 700th takes a fifth of its time.
"""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help=mark(
        "Back-schedules a county's key projects and says what is late, why, and who holds it."
    ),
    epilog=mark(
        "Examples: tracker demo · tracker import 台账.xlsx --dry-run · tracker flags"
        " · tracker report weekly.  --data DIR, --lang zh|en and --debug go anywhere."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(ledger_commands, name="ledger")
app.add_typer(report, name="report")
app.add_typer(follow_ups, name="follow-ups")


@app.callback()
def common(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help=mark("data folder (default: ./tracker-data)"))
    ] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="zh|en", help=mark("language of all output"))
    ] = None,
    debug: Annotated[bool, typer.Option(help=mark("show the traceback of an error"))] = False,
) -> None:
    """Take the options that every command knows."""
    if context.invoked_subcommand == "demo" and data is None:
        data = Path("tracker-demo")
    context.obj = Door(settings.from_environment(data=data, language=lang), debug)


@app.command(help=mark("Do the main job on a made-up county of 86 projects, and show it."))
def demo(
    context: typer.Context,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help=mark("do not start the web page"))
    ] = False,
    as_of: AsOf = None,
    port: Port = 8000,
) -> None:
    """Run the demonstration."""
    from tracker.cli.installation import demo as demonstrate

    demonstrate.run(context.obj, as_of, port, serve_page=not no_serve)


@app.command("import", help=mark("Read a ledger workbook, show what it changes, and commit it."))
def import_ledger(
    context: typer.Context,
    ledger: Annotated[
        Path | None, typer.Argument(metavar="LEDGER", help=mark(".xlsx, .xls or .csv"))
    ] = None,
    as_of: AsOf = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=mark("preview only; nothing is written"))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=mark("commit without asking"))] = False,
    reason: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help=mark("take over steps that move backwards, for this reason")
        ),
    ] = None,
    renamed: Annotated[
        list[str] | None,
        typer.Option(
            "--rename", metavar="NAME", help=mark("this name is the new one of a known project")
        ),
    ] = None,
    other: Annotated[
        list[str] | None,
        typer.Option("--new", metavar="NAME", help=mark("this name is another project")),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="HEADING=MEANING",
            help=mark("what a heading means, such as 批文=立项/文号; it is remembered"),
        ),
    ] = None,
    marked: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=mark("write the workbook with its bad cells marked")),
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help=mark("take back the last import, or import LEDGER"))
    ] = False,
    only_good: Annotated[
        bool, typer.Option("--only-good", help=mark("leave out rows with errors"))
    ] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Read a ledger."""
    from tracker.cli.imports import ledger_import

    if undo:
        number = str(ledger) if ledger else None
        ledger_import.undo(context.obj, as_of, ledger_import.Undo(number, by, reason, dry_run, yes))
        return
    asked = ledger_import.Asked(
        dry_run,
        yes,
        only_good,
        as_json,
        reason,
        by,
        renamed or (),
        other or (),
        columns or (),
        marked,
    )
    ledger_import.run(context.obj, ledger, as_of, asked)


@app.command(help=mark("Show a project's back-schedule; what cannot be met is said in words."))
def plan(
    context: typer.Context,
    project: Annotated[
        str, typer.Argument(metavar="PROJECT", help=mark("code, number or part of the name"))
    ],
    target: Annotated[
        str | None, typer.Option(metavar="STEP", help=mark("another step to aim at"))
    ] = None,
    deadline: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help=mark("another deadline")),
    ] = None,
    baseline: Annotated[
        bool, typer.Option("--baseline", help=mark("keep the plan as the one that is agreed"))
    ] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="R", help=mark("why this plan is agreed"))
    ] = None,
    decision: Annotated[
        str | None, typer.Option(metavar="NO", help=mark("number of the decision"))
    ] = None,
    against: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help=mark("variance of each step against baseline N")),
    ] = None,
    by: By = None,
    as_of: AsOf = None,
    known: Known = None,
    as_json: AsJson = False,
) -> None:
    """Show one plan."""
    from tracker.cli.projects import plan as planning

    asked = planning.Asked(
        target, deadline.date() if deadline else None, baseline, reason, decision, against
    )
    planning.run(context.obj, project, asked, as_of, known, by, as_json=as_json)


@app.command(help=mark("Schedule network files; nothing is stored."))
def schedule(
    context: typer.Context,
    networks: Annotated[
        list[str],
        typer.Argument(
            metavar="NETWORK...",
            help=mark("network files or Microsoft Project XML; - reads one network a line"),
        ),
    ],
    as_json: AsJson = False,
    explain: Annotated[
        str | None, typer.Option(metavar="STEP", help=mark("say why this step lies where it does"))
    ] = None,
    paths: Annotated[
        int | None,
        typer.Option(min=1, max=1000, metavar="N", help=mark("the N worst paths into an end")),
    ] = None,
    into: Annotated[
        str | None, typer.Option(metavar="STEP", help=mark("the end that --paths leads to"))
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(min=1, max=1_000_000, metavar="N", help=mark("chances from p50 and p80")),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help=mark("the same seed draws the same"))] = 1,
    chance: Annotated[
        float,
        typer.Option(min=0.01, max=1.0, help=mark("the chance for which to say when to start")),
    ] = 0.8,
    to_xml: Annotated[
        Path | None, typer.Option(metavar="FILE", help=mark("write Microsoft Project XML too"))
    ] = None,
) -> None:
    """Schedule network files."""
    from tracker.cli import schedule as scheduling

    asked = scheduling.Asked(as_json, draws, seed, chance, explain, paths, into, to_xml)
    scheduling.run(context.obj, networks, asked)


@app.command(help=mark("List what is late or about to be, worst first, one sentence each."))
def flags(
    context: typer.Context,
    leader: Annotated[str | None, typer.Option(help=mark("only this leader's projects"))] = None,
    check: Annotated[
        bool, typer.Option("--check", help=mark("exit 1 if anything is late"))
    ] = False,
    as_of: AsOf = None,
    known: Known = None,
    as_json: AsJson = False,
) -> None:
    """List the flags."""
    from tracker.cli.county import flags as flagging

    flagging.run(context.obj, leader, as_of, known, check=check, as_json=as_json)


@app.command(help=mark("One project, one leader, one task force, one plan."))
def assignments(
    context: typer.Context,
    check: Annotated[
        bool,
        typer.Option("--check", help=mark("list only what breaks it; exit 1 if anything does")),
    ] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List who answers for what."""
    from tracker.cli.county import assignments as assigning

    assigning.run(context.obj, as_of, check=check, as_json=as_json)


app.add_typer(procedures, name="procedures")
app.add_typer(calendar, name="calendar")
app.add_typer(audit, name="audit")
app.add_typer(project, name="project")
app.add_typer(user, name="user")
app.add_typer(db, name="db")
app.command("backup", help=mark("Write a backup while others go on working, and read it back."))(
    backup
)
app.command("restore", help=mark("Put a backup in the place of the data, once it is checked."))(
    restore
)
app.command("doctor", help=mark("Look whether this installation can be relied on; exit 1 if not."))(
    doctor
)
app.command("hand-over", help=mark("Hand projects over to somebody else from a day on."))(hand_over)


@app.command(help=mark("Record one event of a step; what it will move is shown first."))
def record(
    context: typer.Context,
    project: Annotated[
        str, typer.Argument(metavar="PROJECT", help=mark("code, number or part of the name"))
    ],
    step: Annotated[str, typer.Argument(metavar="STEP", help=mark("id of the step"))],
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help=mark("lodged, accepted, stopped, granted, ..."))
    ],
    day: Annotated[
        datetime | None,
        typer.Argument(
            formats=["%Y-%m-%d"], metavar="DAY", help=mark("when it happened (default: today)")
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(metavar="R", help=mark("a code (S5, D08) and words, or words alone")),
    ] = None,
    number: Annotated[
        str | None, typer.Option(metavar="NO", help=mark("number of the paper or notice"))
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help=mark("day promised for a release or for the clock to go on"),
        ),
    ] = None,
    add: Annotated[
        str | None, typer.Option(metavar="'10 wd'", help=mark("days that an extension adds"))
    ] = None,
    approver: Annotated[
        str | None, typer.Option(metavar="WHO", help=mark("who approved an extension"))
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(metavar="F", exists=True, dir_okay=False, help=mark("a scan that proves it")),
    ] = None,
    corrects: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help=mark(
                "number of the event whose place this one takes; EVENT 'retracted': it was not"
            ),
        ),
    ] = None,
    why: Annotated[
        str | None, typer.Option(metavar="TEXT", help=mark("why it is corrected"))
    ] = None,
    by: By = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=mark("preview only; nothing is written"))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=mark("commit without asking"))] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Record an event."""
    from tracker.cli.projects import recording

    told = recording.Told(
        event,
        day.date() if day else None,
        reason,
        number,
        until.date() if until else None,
        add,
        approver,
        corrects,
        why,
        tuple(file or ()),
    )
    recording.run(
        context.obj, project, step, told, as_of, by, dry_run=dry_run, yes=yes, as_json=as_json
    )


@app.command(help=mark("Show the web page on this machine."))
def serve(
    context: typer.Context,
    host: Annotated[
        str,
        typer.Option(
            help=mark("address to listen on; another than this machine's own needs accounts")
        ),
    ] = "127.0.0.1",
    port: Port = 8000,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=mark("name by which browsers call it; may be repeated")),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help=mark("TLS certificate (PEM)")
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help=mark("its private key (PEM)")
        ),
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Serve the pages."""
    from tracker.cli.installation import serve as serving

    where = serving.Where(host, port, tuple(name or ()), certificate, key)
    serving.run(context.obj, where, as_of)


_ANYWHERE = {"--data": True, "--lang": True, "--debug": False}


def lift_common(arguments: list[str]) -> list[str]:
    """Move the options that every command knows to the front, wherever they stand."""
    front, rest, waiting = [], [], iter(arguments)
    for argument in waiting:
        name, _, value = argument.partition("=")
        if argument == "--":
            rest.extend([argument, *waiting])
        elif name not in _ANYWHERE:
            rest.append(argument)
        elif value or not _ANYWHERE[name]:
            front.append(argument)
        else:
            front.extend([name, *([following] if (following := next(waiting, None)) else [])])
    return front + rest


def _language(arguments: list[str]) -> str:
    """Return the language for the help texts, before anything is parsed."""
    for n, argument in enumerate(arguments):
        if argument == "--lang" and arguments[n + 1 : n + 2]:
            return arguments[n + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return settings.from_environment().language


def _translate(command: Any, say_it: Callable[[str], str]) -> None:
    """Put the help texts of a command and all below it into the user's language."""
    for holder, attribute in ((command, "help"), (command, "epilog"), (command, "short_help")):
        if text := getattr(holder, attribute, None):
            setattr(holder, attribute, say_it(text))
    for parameter in command.params:
        if text := getattr(parameter, "help", None):
            parameter.help = say_it(text)
    for child in getattr(command, "commands", {}).values():
        _translate(child, say_it)


def _typed(command: Any, arguments: list[str]) -> str:
    """Return the command that was typed, without what was said to it."""
    path = ["tracker"]
    for argument in arguments:
        command = getattr(command, "commands", {}).get(argument, command)
        if command.name == argument:
            path.append(argument)
    return " ".join(path)


def main() -> None:
    """Run the command line and exit."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    arguments = lift_common(sys.argv[1:])
    try:
        language = _language(arguments)
        words = words_in(language if language in LANGUAGES else "zh")
    except TrackerError as error:
        say(words_in("zh")(error))
        sys.exit(USAGE)
    command = typer.main.get_command(app)
    _translate(command, words.text)
    try:
        sys.exit(command.main(args=arguments, prog_name="tracker", standalone_mode=False))
    except TrackerError as error:
        say(words(error))
        sys.exit(USAGE)
    except typer.Abort:
        sys.exit(USAGE)
    except TyperException as error:
        say(told(error, words, typed=_typed(command, arguments)))
        sys.exit(USAGE)
