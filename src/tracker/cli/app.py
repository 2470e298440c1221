"""The command line as a whole: the options that every command knows, and how it ends."""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException

from tracker.cli.commands import COMMANDS
from tracker.cli.frame import LazyGroup, group_of, mark
from tracker.core.problems import TrackerError
from tracker.i18n.catalogue import LANGUAGES, translations

USAGE = 2
OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""A ledger makes a million objects that stay; visiting them every 700 takes a fifth of its time."""
_ANYWHERE = {"--data": True, "--lang": True, "--debug": False}


def common(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(metavar=mark("FOLDER"), help=mark("data folder (default: ./tracker-data)")),
    ] = None,
    lang: Annotated[
        str | None, typer.Option(metavar="zh|en", help=mark("language of all output"))
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help=mark("show the traceback of an error"))
    ] = False,
) -> None:
    """Read the options that stand before any command, and open the door with them."""
    from tracker import settings
    from tracker.cli.door import Door

    if context.invoked_subcommand == "demo" and data is None:
        data = Path("tracker-demo")
    context.obj = Door(settings.from_environment(data=data, language=lang), debug)


def root(language: str) -> LazyGroup:
    """Return the whole command line in a language."""
    say = translations(language).gettext
    return group_of(
        "tracker",
        help=say(
            mark(
                "Schedules a county's key projects back from their deadlines, and says what is"
                " late and why."
            )
        ),
        epilog=say(
            mark(
                "Examples: tracker demo · tracker import 台账.xlsx --dry-run · tracker flags ·"
                " tracker report weekly.  --data, --lang zh|en and --debug may stand anywhere."
            )
        ),
        table=COMMANDS,
        say=say,
        callback=common,
    )


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
    """Return the language of the help texts, before anything is parsed."""
    for n, argument in enumerate(arguments):
        if argument == "--lang" and arguments[n + 1 : n + 2]:
            return arguments[n + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return (os.environ.get("TRACKER_LANG") or "zh").lower()


def _typed(command: Any, arguments: list[str]) -> str:
    """Return the command that was typed, without its arguments."""
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
    language = "zh"
    try:
        wanted = _language(arguments)
        language = wanted if wanted in LANGUAGES else language
        command = root(language)
        sys.exit(command.main(args=arguments, prog_name="tracker", standalone_mode=False))
    except TrackerError as error:
        from tracker.i18n.words import words_in

        typer.echo(words_in(language)(error), err=True)
        sys.exit(USAGE)
    except typer.Abort:
        sys.exit(USAGE)
    except TyperException as error:
        from tracker.cli.usage import explained
        from tracker.i18n.words import words_in

        text = explained(error, words_in(language), typed=_typed(command, arguments))
        typer.echo(text, err=True)
        sys.exit(USAGE)
