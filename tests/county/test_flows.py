"""Prefect as a door on a timer: its schedules make runs, and a run does the work once."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.record import put
from tracker import clock
from tracker.core.model import Project
from tracker.store import engine_for, transaction, upgrade

pytestmark = pytest.mark.all

ROOT = Path(__file__).parents[2]
NO_NETWORK = ROOT / "tests" / "support" / "no_network"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A Prefect server of its own on loopback."""
    home, port = tmp_path_factory.mktemp("prefect"), free_port()
    left_out = ("PREFECT_", "TRACKER_", "CI")  # with CI set, Prefect is quiet by itself
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(left_out)},
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "TRACKER_DATA": str(home / "data"),
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, NO_NETWORK))),
        "CONTACTS": str(home / "contacts"),
        "NO_PROXY": "127.0.0.1,localhost",
    }
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "prefect",
                "server",
                "start",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
            ],
            env={k: v for k, v in environment.items() if k != "PREFECT_API_URL"},
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            wait_until_healthy(port, server)
            yield environment
        finally:
            server.terminate()
            server.wait(30)


def wait_until_healthy(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(180):
        assert server.poll() is None, "the Prefect server ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the Prefect server did not start in 90 seconds")


def run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ask(environment: dict[str, str], path: str, body: object) -> object:
    request = urllib.request.Request(
        f"{environment['PREFECT_API_URL']}{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_deployed_schedules_make_runs(surroundings: dict[str, str]) -> None:
    run(surroundings, "-m", "flows.work_pool")
    run(surroundings, "-m", "prefect", "--no-prompt", "deploy", "--all")
    deployments = ask(surroundings, "/deployments/filter", {})
    assert {d["name"] for d in deployments} == {"nightly", "backup", "weekly"}
    wanted = {d["id"] for d in deployments}
    scheduled: list[dict[str, object]] = []
    for _ in range(120):
        runs = ask(surroundings, "/flow_runs/filter", {"limit": 200})
        scheduled = [r for r in runs if r["state_type"] == "SCHEDULED"]
        if {r["deployment_id"] for r in scheduled} == wanted:
            break
        time.sleep(0.5)
    assert {r["deployment_id"] for r in scheduled} == wanted
    assert len(scheduled) >= 4
    run(
        surroundings,
        "-m",
        "prefect",
        "worker",
        "start",
        "--pool",
        "tracker",
        "--type",
        "process",
        "--run-once",
    )


def begin_county(folder: Path) -> None:
    """A county of one project, known for a fortnight: a night, a backup and a report are due."""
    folder.mkdir(exist_ok=True)
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(engine)
    day = clock.today("Asia/Shanghai") - timedelta(days=14)
    project = Project(id=0, name="甲", procedure="gov_building", target="start", updated_on=day)
    with transaction(engine) as session:
        put(session, project)
    engine.dispose()


def test_a_flow_that_is_called_twice_does_the_night_once(surroundings: dict[str, str]) -> None:
    begin_county(Path(surroundings["TRACKER_DATA"]))
    code = (
        "from flows.nightly_recompute import nightly_recompute\n"
        "from flows.nightly_backup import nightly_backup\n"
        "from flows.weekly_report import weekly_report\n"
        "for flow in (nightly_recompute, weekly_report, nightly_backup):\n"
        "    states = [flow(return_state=True) for _ in range(2)]\n"
        "    print([(state.name, len(state.result())) for state in states])\n"
    )
    said = run(surroundings, "-c", code).splitlines()
    assert said[-3:] == ["[('Completed', 1), ('NothingDone', 0)]"] * 3
    backups = Path(surroundings["TRACKER_DATA"]) / "backups"
    assert sorted(p.suffix for p in backups.iterdir()) == [".sha256", ".zip"]
    (report,) = (Path(surroundings["TRACKER_DATA"]) / "reports").iterdir()
    assert sorted(p.suffix for p in report.iterdir()) == [".docx", ".pdf", ".txt", ".xlsx"]
