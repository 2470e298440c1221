"""Everything here runs on both databases."""

from tests.support.both import engine

__all__ = ["engine"]
