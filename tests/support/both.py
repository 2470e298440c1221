"""The fixture of rooms whose tests run on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import postgresql_engine, sqlite_engine
from tracker.store import Engine


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.all)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        with sqlite_engine(tmp_path) as made:
            yield made
    else:
        with postgresql_engine(request.getfixturevalue("server")) as made:
            yield made
