"""A full disk loses nothing: what is there can be read, and writing goes on once there is room."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.support.record import put
from tracker.core.events import Sight
from tracker.core.model import Project
from tracker.store import audit, engine_for, projects, reading, transaction, upgrade
from tracker.store.audit import rows
from tracker.store.database import copying

pytestmark = pytest.mark.all

DAY = date(2026, 5, 6)
ROOT = Path(__file__).parents[2]


def mounted(size: str) -> Path | None:
    """Return a new folder of that size in memory, or None where this user may not make one."""
    folder = Path(mkdtemp(prefix="tracker-full-"))
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if made.returncode == 0:
        return folder
    folder.rmdir()
    return None


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Path]:
    folder = mounted(request.param)
    if folder is None:
        if os.environ.get("TRACKER_REQUIRE_ALL"):
            raise PermissionError("a small disk in memory needs root")
        pytest.skip("a small disk in memory needs root")
    yield folder
    engine_for(f"sqlite:///{folder / 'data' / 'tracker.sqlite'}").dispose()
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def sizes(count: int) -> list[str]:
    """Return sizes from 2 to 16 MiB, evenly spread."""
    return [f"{2048 + n * 14336 // max(1, count - 1)}k" for n in range(count)]


def tracker(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    known = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
    return subprocess.run(
        [sys.executable, "-m", "tracker", "--data", str(data), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        env=known,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("disk", ["4096k"], indirect=True)
def test_every_act_survives_a_full_disk(disk: Path, tmp_path: Path) -> None:
    check(disk, tmp_path)


@pytest.mark.parametrize("disk", ["4096k"], indirect=True)
def test_without_a_byte_free_a_new_process_reads_or_says_why(disk: Path) -> None:
    data = disk / "data"
    engine = engine_for(f"sqlite:///{data / 'tracker.sqlite'}")
    upgrade(engine)
    with transaction(engine) as session:
        put(
            session,
            Project(id=0, name="甲", procedure="gov_building", target="start", updated_on=DAY),
        )
    engine.dispose()
    ballast = disk / "ballast"
    fill_rest(ballast)
    for arguments in (("project", "list"), ("audit", "verify"), ("flags", "--as-of", "2026-05-06")):
        done = tracker(data, *arguments)
        assert done.returncode in (0, 3), (arguments, done.stderr)
        assert done.returncode == 0 or "磁盘空间已满" in done.stderr, done.stderr
        assert not re.search("Traceback|I/O", done.stderr)
    ballast.unlink()
    assert "甲" in tracker(data, "project", "list").stdout


@pytest.mark.long
def test_at_sixty_four_sizes(tmp_path: Path) -> None:
    for n, size in enumerate(sizes(64)):
        folder = mounted(size)
        if folder is None:
            pytest.skip("a small disk in memory needs root")
        try:
            place = tmp_path / str(n)
            place.mkdir()
            check(folder, place)
        finally:
            engine_for(f"sqlite:///{folder / 'data' / 'tracker.sqlite'}").dispose()
            subprocess.run(["umount", str(folder)], check=True)
            folder.rmdir()


def check(disk: Path, tmp_path: Path) -> None:
    """Write until nothing fits any more; then look, act, free some space, and write again."""
    data = disk / "data"
    url = f"sqlite:///{data / 'tracker.sqlite'}"
    upgrade(engine_for(url))
    ballast = disk / "ballast"
    ballast.write_bytes(b"x" * 600_000)
    kept = 0
    with pytest.raises(Exception, match=r"full|No space|磁盘") as raised:
        for n in range(100_000):
            with transaction(engine_for(url)) as session:
                put(
                    session,
                    Project(
                        id=0,
                        name=f"项目{n}",
                        procedure="gov_building",
                        target="start",
                        remark="长" * 2000,
                        updated_on=DAY,
                    ),
                )
            kept = n + 1
    assert getattr(raised.value, "code", "") == "full_disk"
    fill_rest(ballast)
    assert names(url) == [f"项目{n}" for n in range(kept)]  # reads keep working, nothing is lost
    codes = []
    for arguments in (
        ("project", "set", "项目0", "remark=" + "满" * 1990, "--as-of", "2026-05-06"),
        ("report", "weekly", "--as-of", "2026-05-06"),
        ("backup",),
        ("user", "add", "clerk", "--role", "reader", "--name", "x" * 190),
    ):
        done = tracker(data, *arguments)
        codes.append(done.returncode)  # a little may still fit into what the log gave back
        assert done.returncode in (0, 3), (arguments, done.stderr)
        if done.returncode:
            assert "磁盘空间已满" in done.stderr
        assert "Traceback" not in done.stderr
    assert codes[1:3] == [3, 3]  # files never fit
    leftovers = [
        p for p in data.rglob("*") if p.name.startswith((".part", ".check")) or p.suffix == ".part"
    ]
    assert leftovers == []
    ballast.unlink()
    shutil.rmtree(data / "backups", ignore_errors=True)
    assert copying.faults_of(data / "tracker.sqlite") is None
    with transaction(engine_for(url)) as session:  # the same process, without a restart
        put(
            session,
            Project(id=0, name="之后", procedure="gov_building", target="start", updated_on=DAY),
        )
    assert names(url)[-1] == "之后"
    with reading(engine_for(url)) as session:
        assert audit.first_broken(session) is None
        assert rows.first_bent(session) is None


def fill_rest(path: Path) -> None:
    with path.open("ab", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                for _ in range(100_000):
                    file.write(b"x" * size)
            except OSError:
                continue


def names(url: str) -> list[str]:
    with reading(engine_for(url)) as session:
        return [record.project.name for record in projects.load(session, Sight.on(DAY))]
