"""Prefect as a door on a timer: its schedules make runs, and a run does the work once."""

import time
from collections.abc import Iterator

import pytest

from tests.support.prefect_server import WORKER, Prefect, begin_county, prefect_in

pytestmark = pytest.mark.all


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    with prefect_in(tmp_path_factory.mktemp("prefect")) as found:
        yield found


def test_deployed_schedules_make_runs(prefect: Prefect) -> None:
    prefect.deploy()
    deployments = prefect.ask("/deployments/filter", {})
    assert {d["name"] for d in deployments} == {"nightly", "backup", "weekly"}
    wanted = {d["id"] for d in deployments}
    scheduled: list[dict[str, object]] = []
    for _ in range(120):
        runs = prefect.ask("/flow_runs/filter", {"limit": 200})
        scheduled = [r for r in runs if r["state_type"] == "SCHEDULED"]
        if {r["deployment_id"] for r in scheduled} == wanted:
            break
        time.sleep(0.5)
    assert {r["deployment_id"] for r in scheduled} == wanted
    assert len(scheduled) >= 4
    prefect.run(*WORKER)


def test_a_flow_that_is_called_twice_does_the_night_once(prefect: Prefect) -> None:
    begin_county(prefect.data)
    code = (
        "from flows.nightly_recompute import nightly_recompute\n"
        "from flows.nightly_backup import nightly_backup\n"
        "from flows.weekly_report import weekly_report\n"
        "for flow in (nightly_recompute, weekly_report, nightly_backup):\n"
        "    states = [flow(return_state=True) for _ in range(2)]\n"
        "    print([(state.name, len(state.result())) for state in states])\n"
    )
    said = prefect.run("-c", code).splitlines()
    assert said[-3:] == ["[('Completed', 1), ('NothingDone', 0)]"] * 3
    backups = prefect.data / "backups"
    assert sorted(p.suffix for p in backups.iterdir()) == [".sha256", ".zip"]
    (report,) = (prefect.data / "reports").iterdir()
    assert sorted(p.suffix for p in report.iterdir()) == [".docx", ".pdf", ".txt", ".xlsx"]
