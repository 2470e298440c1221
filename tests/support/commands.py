"""Every command of the command line, loaded."""

from collections.abc import Iterator
from typing import Any

from tracker.cli.app import root


def every_command(language: str = "zh") -> Iterator[tuple[str, Any]]:
    """Yield each command with its whole name."""
    yield from _below(root(language), "")


def _below(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name in list(group.commands):
        _, command, _ = group.resolve_command(None, [name])
        whole = f"{path} {name}".strip()
        if hasattr(command, "commands"):
            yield from _below(command, whole)
        else:
            yield whole, command
