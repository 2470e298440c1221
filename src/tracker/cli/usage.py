"""What is wrong with a command line, in the user's language: the library says it in English."""

import re
from collections.abc import Sequence

from typer.exceptions import TyperException

from tracker.core.problems import Message, message
from tracker.i18n.words import Words

_REASONS: Sequence[tuple[str, Message]] = (
    (r"does not match the formats", message("write days as 2025-06-30")),
    (r"does not exist", message("there is no such file or folder")),
    (r"is a directory", message("that is a folder, not a file")),
    (r"is a file", message("that is a file, not a folder")),
    (r"is not (readable|writable)", message("it may not be read or written")),
    (r"valid (integer|number|float)", message("write a number")),
    (r"greater than or equal to (?P<least>\S+)", message("write {least} or more")),
    (r"less than or equal to (?P<most>\S+)", message("write {most} or less")),
)
_COMMAND = re.compile(r"No such command '(.*?)'")
_MORE = re.compile(r"unexpected extra argument\(?s?\)? \((.*)\)")


def explained(error: TyperException, words: Words, *, typed: str) -> str:
    """Return what is wrong, and where help is to be had; `typed` is the command as it was typed."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return error.format_message()  # the help itself
    context = getattr(error, "ctx", None)
    command = context.command_path if context else typed
    remedy = words.text("See: {command} -h", command=command)
    return f"{words(_fault(error, words))}\n{remedy}"


def _fault(error: TyperException, words: Words) -> Message:
    given = vars(error)
    name, english = given.get("option_name"), error.format_message()
    if "possibilities" in given:
        close = ", ".join(given["possibilities"] or ())
        if close:
            return message("There is no option {name}; similar: {close}.", name=name, close=close)
        return message("There is no option {name}.", name=name)
    if name:
        return message("The option {name} needs a value.", name=name)
    parameter = given.get("param")
    if "param_type" in given and parameter:
        return message("{name} is missing.", name=_name(parameter))
    if parameter:
        why = words(_reason(english))
        return message("The value of {name} is not valid: {why}.", name=_name(parameter), why=why)
    return _of_commands(english)


def _of_commands(english: str) -> Message:
    if english.startswith("Missing command"):
        return message("A command is missing.")
    if found := _COMMAND.search(english):
        return message("There is no command '{name}'.", name=found[1])
    if found := _MORE.search(english):
        return message("Unexpected extra argument: {text}.", text=found[1])
    return message("{why}", why=english)


def _name(parameter: object) -> str:
    options: Sequence[str] = getattr(parameter, "opts", ())
    if any(option.startswith("-") for option in options):
        return options[0]
    return str(getattr(parameter, "metavar", None) or options[0].upper())


def _reason(english: str) -> Message:
    for pattern, reason in _REASONS:
        if found := re.search(pattern, english):
            return reason.of(**found.groupdict())
    return message("{why}", why=english.rpartition(": ")[2].rstrip("."))
