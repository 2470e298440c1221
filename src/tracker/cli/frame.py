"""How the command line is put together: commands found by name, help in the user's language.

A command is a function `(door, options...)` in the module of its noun. Its module is imported when
the command is asked for, and by no help text above it.
"""

import inspect
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from tracker.cli.columns import padded, width_of, wrapped

Say = Callable[[str], str]
Each = TypeVar("Each", bound=TyperCommand | TyperGroup)


def mark(text: str) -> str:
    """Mark a text for translation where it stands; it is translated when it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `module:function` below `tracker.cli`, and what it does in a sentence."""

    where: str
    help: str


@dataclass(frozen=True, slots=True)
class Group:
    """Commands of one noun."""

    help: str
    commands: Mapping[str, Command]


Table = Mapping[str, Command | Group]


class _Deferred(TyperCommand):
    """A command that nobody has asked for yet: its name and its help."""

    def __init__(self, name: str, command: Command, say: Say) -> None:
        super().__init__(name, help=say(command.help), rich_markup_mode=None)
        self.where = command.where

    def load(self, say: Say) -> TyperCommand:
        """Import the command's module and return the command itself."""
        module, _, name = self.where.partition(":")
        function = getattr(import_module(f"tracker.cli.{module}"), name)
        holder = typer.Typer(add_completion=False, rich_markup_mode=None)
        holder.command(self.name, help=self.help)(_behind_door(function))
        command = typer.main.get_command(holder)
        assert isinstance(command, TyperCommand)
        for parameter in command.params:
            _translate(parameter, say)
        command.options_metavar = say(mark("[OPTIONS]"))
        return _in_language(command, say)


class LazyGroup(TyperGroup):
    """A group whose commands are loaded when they are run or asked for help."""

    say: Say

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that was named; a name that is none is refused as ever."""
        found = self.commands.get(args[0])
        if isinstance(found, _Deferred):
            self.commands[args[0]] = found.load(self.say)
        return super().resolve_command(ctx, args)


def group_of(
    name: str,
    *,
    help: str,  # noqa: A002  what the library calls it
    table: Table,
    say: Say,
    epilog: str | None = None,
    callback: Callable[..., None] | None = None,
) -> LazyGroup:
    """Return a group with everything below it; `callback` takes the options of the group itself."""
    holder = typer.Typer(
        cls=LazyGroup,
        add_completion=False,
        rich_markup_mode=None,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    holder.callback()(callback or _without_options)
    made = typer.main.get_command(holder)
    assert isinstance(made, LazyGroup)
    made.name, made.help, made.epilog, made.say = name, help, epilog, say
    made.subcommand_metavar = say(mark("COMMAND [ARGS]..."))
    made.options_metavar = say(mark("[OPTIONS]"))
    for key, each in table.items():
        made.commands[key] = (
            _Deferred(key, each, say)
            if isinstance(each, Command)
            else group_of(key, help=say(each.help), table=each.commands, say=say)
        )
    for parameter in made.params:
        _translate(parameter, say)
    return _in_language(made, say)


def _without_options() -> None:
    """Run nothing: a group without options of its own has this callback."""


def _behind_door(function: Callable[..., None]) -> Callable[..., None]:
    """Return a command that is given its door, and whose errors are shown as users read them."""
    signature = inspect.signature(function, eval_str=True)
    rest = list(signature.parameters.values())[1:]
    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )

    def command(context: typer.Context, **options: object) -> None:
        with context.obj.user_errors():
            for value in options.values():
                if isinstance(value, datetime):
                    _check_day(value)
            function(context.obj, **{key: _composed(each) for key, each in options.items()})

    command.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[context, *(each.replace(kind=context.kind) for each in rest)]
    )
    command.__annotations__ = {each.name: each.annotation for each in (context, *rest)}
    return command


def _composed(value: object) -> object:
    """Return a text composed (NFC), as forms and ledgers are; a file keeps the name it has."""
    if isinstance(value, list):
        return [_composed(each) for each in value]
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _check_day(given: datetime) -> None:
    from tracker.services.texts import check_day

    check_day(given.date())


def _translate(parameter: Any, say: Say) -> None:
    for attribute in ("help", "metavar"):
        if text := getattr(parameter, attribute, None):
            setattr(parameter, attribute, say(text))


def _in_language(command: Each, say: Say) -> Each:
    """Return the command, made to write its help through `say`, which translates."""
    formatter = type("Formatter", (_Help,), {"say": staticmethod(say)})
    context = command.context_class
    command.context_class = type("Context", (context,), {"formatter_class": formatter})
    return command


_FORMATTER: type[Any] = TyperCommand.context_class.formatter_class
_WIDEST = 26
_TYPES = re.compile(r" <[^>]*>")
"""What kind of value an option takes: its name says so already."""
_HEADINGS = (mark("Options:"), mark("Arguments:"), mark("Commands:"))
_EXTRAS = (mark("Show this message and exit."), mark("[required]"), mark("[default:"))
"""What the library writes into a help text."""


class _Help(_FORMATTER):  # type: ignore[misc]
    """A help text with headings in the user's language, in columns of a terminal."""

    say: Say

    @property
    def _margin(self) -> str:
        return " " * int(self.current_indent)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        usage = self.say(mark("Usage:"))
        self.write(f"{usage} {prog} {args.replace('{', '').replace('}', '')}\n")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{self._margin}{self.say(f'{heading}:')}\n")

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        for line in wrapped(text, self.width - self.current_indent):
            self.write(f"{self._margin}{line}\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], *_: int, **__: int) -> None:
        """Write names and what they mean, side by side."""
        firsts = [_TYPES.sub("", first) for first, _ in rows]
        column = min(max(map(width_of, firsts)), _WIDEST)
        room = self.width - self.current_indent - column - 2
        for first, (_first, text) in zip(firsts, rows, strict=True):
            lines = wrapped(self._translated(text), room)
            if width_of(first) > column:  # the text begins on a line of its own
                lines.insert(0, "")
            for n, line in enumerate(lines):
                lead = padded(first if n == 0 else "", column)
                self.write(f"{self._margin}{lead}  {line}".rstrip() + "\n")

    def _translated(self, text: str) -> str:
        for english in _EXTRAS:
            text = text.replace(english, self.say(english))
        return text
