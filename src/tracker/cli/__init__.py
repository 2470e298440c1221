"""The command line. Heavy rooms are entered only by the command that needs them."""

from tracker.cli.app import main

__all__ = ["main"]
