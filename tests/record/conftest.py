"""Everything here runs on both databases."""

import pytest

from tests.support.both import engine
from tracker.law import Catalog

__all__ = ["engine"]


@pytest.fixture
def law_data(law: Catalog) -> Catalog:
    """The law, where a module of that name is used."""
    return law
