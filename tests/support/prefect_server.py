"""A Prefect of its own on loopback: its server, which may be killed, and runs beside it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.record import put
from tracker import clock
from tracker.core.model import Project
from tracker.store import engine_for, transaction, upgrade

ROOT = Path(__file__).parents[2]
NO_NETWORK = ROOT / "tests" / "support" / "no_network"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@dataclass
class Prefect:
    """A home folder and a port, the server that stands there, and the county that is served."""

    home: Path
    data: Path
    port: int = field(default_factory=free_port)
    server: "subprocess.Popen[bytes] | None" = None

    @property
    def environment(self) -> dict[str, str]:
        left_out = ("PREFECT_", "TRACKER_", "CI")  # with CI set, Prefect is quiet by itself
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(left_out)},
            "PREFECT_HOME": str(self.home),
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "TRACKER_DATA": str(self.data),
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, NO_NETWORK))),
            "CONTACTS": str(self.home / "contacts"),
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        environment = {k: v for k, v in self.environment.items() if k != "PREFECT_API_URL"}
        where = ("--host", "127.0.0.1", "--port", str(self.port))
        with (self.home / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "prefect", "server", "start", *where],
                env=environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(240):
            assert self.server.poll() is None, "the Prefect server ended"
            try:
                url = f"http://127.0.0.1:{self.port}/api/health"
                with urllib.request.urlopen(url, timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.5)
        pytest.fail("the Prefect server did not start in two minutes")

    def kill_server(self) -> None:
        assert self.server
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(30)

    def begin(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start a command of its own session, so that it can be killed with all that it began."""
        with (self.home / "runs.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, path: str, body: object) -> object:
        request = urllib.request.Request(
            f"{self.environment['PREFECT_API_URL']}{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def deploy(self) -> None:
        self.run("-m", "flows.work_pool")
        self.run("-m", "prefect", "--no-prompt", "deploy", "--all")


@contextmanager
def prefect_in(home: Path) -> Iterator[Prefect]:
    """A server in a folder, until the end."""
    found = Prefect(home, home / "data")
    found.start()
    try:
        yield found
    finally:
        if found.server and found.server.poll() is None:
            found.kill_server()


def kill_all(process: "subprocess.Popen[bytes]") -> None:
    """Kill a command with all that it began, whether or not it has ended."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


WORKER = (
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
