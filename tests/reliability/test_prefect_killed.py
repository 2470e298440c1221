"""Prefect may die: its server, its worker or a flow's process, killed at many points of a run.

The next run completes what the dead one began, once its lease has passed: one report of the week,
whole, and nothing left running.
"""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, update

from tests.support.prefect_server import WORKER, Prefect, begin_county, kill_all, prefect_in
from tracker.services.installation.jobs import WEEKLY
from tracker.store import engine_for, reading, records, transaction
from tracker.store.audit import rows
from tracker.store.tables import JobRunRow

pytestmark = pytest.mark.all

FLOW = ("-c", "from flows.weekly_report import weekly_report; weekly_report(return_state=True)")
RUN = ("-m", "prefect", "deployment", "run", "weekly-report/weekly")
PATIENCE = 30.0
"""Seconds that a run has to notice that its server is gone, before it is ended too."""


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    home = tmp_path_factory.mktemp("prefect")
    (home / "data").mkdir()
    with prefect_in(home) as found:
        found.deploy()
        yield found


def points(prefect: Prefect, folder: Path, count: int, *command: str) -> list[float]:
    """Return so many moments, evenly spread over a run that nobody disturbs."""
    prefect.data = folder / "undisturbed"
    begin_county(prefect.data)
    begun = time.monotonic()
    prefect.run(*command)
    whole = time.monotonic() - begun
    check(prefect.data)
    return [whole * (n + 1) / (count + 1) for n in range(count)]


def a_county(prefect: Prefect, folder: Path, n: int) -> None:
    prefect.data = folder / f"point{n}"
    begin_county(prefect.data)


def let_the_lease_pass(data: Path) -> None:
    engine = engine_for(f"sqlite:///{data / 'tracker.sqlite'}")
    with transaction(engine) as session:
        passed = datetime.now(UTC) - timedelta(seconds=1)
        running = update(JobRunRow).where(col(JobRunRow.state) == "running")
        session.connection().execute(running.values(lease_until=passed))
    engine.dispose()


def check(data: Path) -> None:
    """The week's report is there once, with all its files, and nothing is left running."""
    engine = engine_for(f"sqlite:///{data / 'tracker.sqlite'}")
    with reading(engine) as session:
        assert rows.first_fault(session) is None
        assert set(records.runs(session, kind=WEEKLY, scope="county").values()) == {"done"}
        (report,) = records.reports(session, "county")
    engine.dispose()
    assert {path.name for path in (data / "reports" / report.folder).iterdir()} == set(report.files)
    assert [path.name for path in (data / "reports").iterdir()] == [report.folder]


def test_a_flow_that_is_killed_is_taken_over(
    prefect: Prefect, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    for n, moment in enumerate(points(prefect, tmp_path, rounds(3, 50), *FLOW)):
        a_county(prefect, tmp_path, n)
        process = prefect.begin(*FLOW)
        time.sleep(moment)
        kill_all(process)
        let_the_lease_pass(prefect.data)
        prefect.run(*FLOW)
        check(prefect.data)


def test_a_worker_that_is_killed_leaves_its_work_to_the_next(
    prefect: Prefect, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    prefect.run(*RUN)
    for n, moment in enumerate(points(prefect, tmp_path, rounds(3, 50), *WORKER)):
        a_county(prefect, tmp_path, n)
        prefect.run(*RUN)
        worker = prefect.begin(*WORKER)
        time.sleep(moment)
        if n % 2:
            worker.kill()  # what it began goes on by itself
            time.sleep(moment)
        kill_all(worker)
        let_the_lease_pass(prefect.data)
        prefect.run(*RUN)
        prefect.run(*WORKER)
        check(prefect.data)


def test_a_server_that_is_killed_stops_nothing_for_good(
    prefect: Prefect, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    for n, moment in enumerate(points(prefect, tmp_path, rounds(3, 50), *FLOW)):
        a_county(prefect, tmp_path, n)
        process = prefect.begin(*FLOW)
        time.sleep(moment)
        prefect.kill_server()
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        kill_all(process)
        prefect.start()
        let_the_lease_pass(prefect.data)
        prefect.run(*FLOW)
        check(prefect.data)
