"""Many at once: nobody is told that the database is locked, and nothing is lost or half read."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.reliability.client import LISTS, list_of
from tests.reliability.list_append import Appended, Read, Transaction, anomalies
from tests.support.databases import Server
from tests.support.record import put
from tracker.core.model import Project
from tracker.store import Engine, audit, engine_for, reading, transaction, upgrade
from tracker.store.audit import rows

pytestmark = pytest.mark.all

ROOT = Path(__file__).parents[2]
DAY = date(2026, 5, 6)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind, with the schema."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'tracker.sqlite'}"
        upgrade(engine_for(url))
        yield url
    else:
        server: Server = request.getfixturevalue("server")
        with server.database() as url:
            yield url
    engine_for(url).dispose()


def fill(url: str, count: int) -> None:
    with transaction(engine_for(url)) as session:
        for n in range(count):
            put(
                session,
                Project(
                    id=0, name=f"项目{n}", procedure="gov_building", target="start", updated_on=DAY
                ),
            )
    engine_for(url).dispose()


def begin(kind: str, url: str, seconds: float, number: int) -> subprocess.Popen[str]:
    arguments = [
        sys.executable,
        "-m",
        "tests.reliability.client",
        kind,
        url,
        str(seconds),
        str(number),
    ]
    return subprocess.Popen(
        arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True, stderr=subprocess.PIPE
    )


def told(client: subprocess.Popen[str]) -> list[dict[str, object]]:
    out = client.stdout.read()  # not by communicate alone: it forgets what readline read ahead
    _, err = client.communicate(timeout=1800)
    assert client.returncode in (0, -signal.SIGKILL), err
    lines = out.splitlines()
    if client.returncode:
        lines = [line for line in lines if line.endswith("}")]  # the last one may be cut
    return [json.loads(line) for line in lines]


def until_saved(client: subprocess.Popen[str]) -> list[dict[str, object]]:
    """Return what a client says until a save went well."""
    lines: list[dict[str, object]] = []
    while not lines or "took" not in lines[-1]:
        lines.append(json.loads(client.stdout.readline()))
    return lines


def test_writers_and_readers_do_not_stop_one_another(
    address: str, rounds: Callable[[int, int], int]
) -> None:
    """Eight write, twenty read, and a large import runs in between."""
    seconds = rounds(3, 60)
    few = rounds(1, 0)
    fill(address, 8)
    writers = [begin("write", address, seconds, n) for n in range(4 if few else 8)]
    readers = [begin("read", address, seconds, n) for n in range(6 if few else 20)]
    large = begin("import", address, seconds, rounds(200, 5000))
    saves = [line for client in writers for line in told(client)]
    looks = [line for client in readers for line in told(client)]
    imported = told(large)
    assert not [line for line in (*saves, *looks, *imported) if "error" in line]
    assert len(imported) == 1
    assert looks
    engine = engine_for(address)
    with reading(engine) as session:
        kept = {row.content["n"] for row in audit.entries(session, action="record event")}
        assert audit.first_broken(session) is None
        assert rows.first_bent(session) is None
    assert kept >= {line["n"] for line in saves}  # no save that was acknowledged is lost
    waits = sorted(float(str(line["took"])) for line in saves)
    figures = {"saves": len(saves), "looks": len(looks), "max": waits[-1]}
    print(json.dumps({**figures, "p99": waits[int(len(waits) * 0.99)]}))


def test_histories_of_appends_have_no_anomaly(
    address: str, rounds: Callable[[int, int], int], tmp_path: Path
) -> None:
    """Eight clients append to lists and read them, some are killed; then the history is checked."""
    share = rounds(30, 1_800)
    fill(address, LISTS)
    clients = [begin("append", address, share, n) for n in range(8)]
    lines = []
    for client in clients[:2]:  # two die in the middle of something
        lines.append(json.loads(client.stdout.readline()))
        os.kill(client.pid, signal.SIGKILL)
    lines += [line for client in clients for line in told(client)]
    assert not [line for line in lines if "error" in line]
    history = [_transaction(line) for line in lines]
    with reading(engine_for(address)) as session:
        final = {key: _list_of(session, key) for key in range(1, LISTS + 1)}
    history.append(Transaction("final", tuple(Read(key, tuple(v)) for key, v in final.items())))
    assert anomalies(history) == []
    print(json.dumps({"transactions": len(history)}))
    assert len(history) > 6 * share


def _transaction(line: dict[str, object]) -> Transaction:
    acts = tuple(
        Appended(key, value) if kind == "append" else Read(key, tuple(value))
        for kind, key, value in line["acts"]  # type: ignore[union-attr]
    )
    return Transaction(str(line["name"]), acts)


def _list_of(session: object, key: int) -> list[int]:
    return list_of(session, key)


@pytest.mark.parametrize("how", ["immediate"])
def test_a_restart_of_the_server_loses_nothing(
    server: Server, rounds: Callable[[int, int], int], how: str
) -> None:
    with server.database() as url:
        fill(url, 4)
        restarts, down = rounds(2, 20), []
        client = begin("save slowly", url, 1800, rounds(30, 600))
        lines = until_saved(client)
        for _ in range(restarts):
            begun = time.monotonic()
            server.restart(how)
            down.append(time.monotonic() - begun)
            lines += until_saved(client)
        lines += told(client)
        engine: Engine = engine_for(url)
        engine.dispose()
        with reading(engine) as session:
            numbers = [row.content["n"] for row in audit.entries(session, action="record event")]
            assert audit.first_broken(session) is None
            assert rows.first_bent(session) is None
        engine.dispose()
    acknowledged = [line["n"] for line in lines if "took" in line]
    failed = [line for line in lines if "error" in line]
    assert set(acknowledged) <= set(numbers)  # acknowledged and missing: none
    assert len(numbers) == len(set(numbers))  # twice: none
    assert all(line["error"] in ("bad_database", "busy") for line in failed)
    recovered = [float(str(line["after"])) for line in lines if "after" in line]
    figures = {"acknowledged": len(acknowledged), "failed": len(failed), "restarts": restarts}
    print(json.dumps({**figures, "restart": max(down), "recovered": max(recovered, default=0)}))
    assert recovered or not failed  # saving goes on by itself
