"""What many tests share."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from tests.support.databases import Server, postgresql, sqlite_engine
from tracker.demo import DAY
from tracker.demo.run import Demo, DemoResult, claim_folder
from tracker.i18n.words import Words, words_in
from tracker.law import Catalog, catalog
from tracker.store import Engine, engine_for

# Times vary on small machines, and a law that fails must fail again.
settings.register_profile(
    "tracker",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("tracker")
pytest.register_assert_rewrite("tests.support.drawing")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--all",
        action="store_true",
        help="browsers, PostgreSQL, flows, LibreOffice and short counts of the promises as well",
    )
    parser.addoption("--long", action="store_true", help="the promises in full counts; by hand")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the tiers that were not asked for."""
    is_long = config.getoption("--long")
    left_out = {
        "long": not is_long,
        "all": not (is_long or config.getoption("--all")),
    }
    gone = [i for i in items if any(left_out.get(mark.name) for mark in i.iter_markers())]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in set(gone)]


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """Say how often a test does what it does: the first number, or with --long the second."""
    is_long = pytestconfig.getoption("--long")
    return lambda few, many: many if is_long else few


@pytest.fixture(scope="session")
def law() -> Catalog:
    """The procedures and the calendar that ship."""
    return catalog()


@pytest.fixture
def law_data(law: Catalog) -> Catalog:
    """The same, where a module called law is used."""
    return law


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL for all tests; each makes its own database in it.

    Its folder has a short name, since a socket's may not be long, and is nobody else's to tidy up.
    """
    with TemporaryDirectory(prefix="tracker-pg-", ignore_cleanup_errors=True) as folder:
        made = postgresql(Path(folder))
        yield made
        made.stop()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database in a file."""
    with sqlite_engine(tmp_path) as made:
        yield made


@pytest.fixture(scope="session")
def zh() -> Words:
    return words_in("zh")


class DemoCounty:
    """The demonstration, run once for all tests that only look at it."""

    def __init__(self, folder: Path, engine: Engine, result: DemoResult) -> None:
        self.folder, self.engine, self.result = folder, engine, result


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, law: Catalog) -> Iterator[DemoCounty]:
    folder = tmp_path_factory.mktemp("county") / "demo"
    claim_folder(folder)
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    result = Demo(
        engine=engine, catalog=law, words=words_in("zh"), folder=folder, say=lambda _: None
    ).run(DAY, weeks=1)
    yield DemoCounty(folder, engine, result)
    engine.dispose()
