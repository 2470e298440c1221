"""The server as a process of its own, and browsers that speak to it."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx2

from tests.support.record import put
from tests.support.web import PASSWORD, let_in
from tracker.core.model import Project
from tracker.demo.run import claim_folder
from tracker.security.policy import Role
from tracker.store import engine_for, transaction, upgrade
from tracker.store.accounts import Person

ROOT = Path(__file__).parents[2]
DAY = date(2026, 5, 6)
CLERK = "clerk"
READY_SECONDS, END_SECONDS = 60.0, 30.0
"""When a test gives up, not what is promised: machines are busy."""


def county(folder: Path, count: int) -> Path:
    """Make a data folder with projects and one clerk; return the address of its database."""
    claim_folder(folder)
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(engine)
    with transaction(engine) as session:
        for n in range(count):
            name, procedure = f"项目{n}", "gov_building"
            put(
                session,
                Project(id=0, name=name, procedure=procedure, target="start", updated_on=DAY),
            )
        let_in(session, CLERK, Person(name="经办人"), Role.BUREAU_CLERK)
    engine.dispose()
    return folder


class Live:
    """A server that runs; `address` is where."""

    def __init__(self, process: "subprocess.Popen[str]", address: str, seconds: float) -> None:
        self.process, self.address, self.seconds = process, address, seconds

    def browser(self) -> httpx2.Client:
        """Return a browser in which the clerk has signed in."""
        client = httpx2.Client(base_url=self.address, timeout=60.0)
        page = client.get("/sign-in").text
        data = {"login": CLERK, "password": PASSWORD, "_token": token_in(page)}
        answer = client.post("/sign-in", data=data)
        assert answer.status_code == 303, answer.text
        return client

    def end(self) -> float:
        """Tell the server to stop; return how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(END_SECONDS)
        return time.monotonic() - began


def token_in(page: str) -> str:
    found = re.search(r'name="_token" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


@contextmanager
def serving(folder: Path, *more: str) -> Iterator[Live]:
    """Run the server on a free port until the test is done; it is ready when this yields."""
    command = [sys.executable, "-m", "tracker", "--data", str(folder), "serve", "--port", "0"]
    began = time.monotonic()
    with subprocess.Popen(
        [*command, *more], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            address = _address(process)
            while not _is_ready(address):
                assert time.monotonic() - began < READY_SECONDS
                time.sleep(0.05)
            yield Live(process, address, time.monotonic() - began)
        finally:
            process.kill()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("the server told no address")


def _is_ready(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health/ready", timeout=5.0).status_code == 200
    except httpx2.HTTPError:
        return False
