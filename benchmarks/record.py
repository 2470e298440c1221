"""What the record costs, beside the bare database and the bare hash: same rows, one run.

    python -m benchmarks.record            # 5,000 projects, 200,000 entries: about two minutes
    python -m benchmarks.record --quick    # a tenth

Every figure is one run on one machine; the ratios are what stays. The peers do less: they keep the
same rows in plain sqlite3, or hash the same texts, with no versions, no chain and no checks.
"""

import argparse
import hashlib
import json
import platform
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.record import CLERK
from tracker.core.events import Sight
from tracker.core.model import Event, EventKind, Project
from tracker.services.installation import backup
from tracker.services.installation.backup import Folders
from tracker.services.installation.backup_file import Backup
from tracker.services.projects import changes
from tracker.services.projects.changes import Change, Draft
from tracker.store import Engine, audit, engine_for, projects, reading, transaction, upgrade
from tracker.store.audit import rows as audit_rows

DAY = date(2026, 5, 6)
STEPS = (
    "project_proposal",
    "site_preapproval",
    "fs_prepare",
    "fs_review",
    "fs_approval",
    "eia_form",
    "land_approval",
    "planning_permit",
)


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def fill(engine: Engine, count: int) -> None:
    """Write new projects with eight steps each, in one act."""
    told = [Event(step=step, kind=EventKind.STARTED, day=DAY, known_by=DAY) for step in STEPS]
    drafts = [
        Draft(change=Change(None, _project(n), told), action="add project") for n in range(count)
    ]
    with transaction(engine) as session:
        changes.keep_all(session, CLERK, drafts, known_by=DAY)


def _project(n: int) -> Project:
    people = {"leader": "县长", "task_force": "专班"}
    return Project(
        id=0, name=f"项目{n}", procedure="gov_building", target="start", updated_on=DAY, **people
    )


def bare_copy(path: Path, source: Path) -> float:
    """Put the same rows into plain tables, in one transaction."""
    names = ("project", "project_version", "event", "assignment", "audit")
    with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(path)) as to:
        rows = {name: from_.execute(f"SELECT * FROM {name}").fetchall() for name in names}
        for name, found in rows.items():
            columns = ", ".join(f"c{n}" for n in range(len(found[0])))
            to.execute(f"CREATE TABLE {name} ({columns})")

        def write() -> None:
            for name, found in rows.items():
                marks = ", ".join("?" * len(found[0]))
                to.executemany(f"INSERT INTO {name} VALUES ({marks})", found)
            to.commit()

        return seconds(write)


def bare_hash(source: Path) -> float:
    """Hash the same texts one after the other."""
    with closing(sqlite3.connect(source)) as connection:

        def walk() -> None:
            for row in connection.execute("SELECT * FROM audit ORDER BY seq"):
                hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()

        return seconds(walk)


def load(engine: Engine) -> None:
    with reading(engine) as session:
        projects.load(session, Sight.on(DAY))


def verify(engine: Engine) -> None:
    with reading(engine) as session:
        assert audit.first_broken(session) is None
        assert audit_rows.first_bent(session) is None


def lengthen(engine: Engine, entries: int) -> None:
    with transaction(engine) as session:
        for n in range(entries - audit.newest(session)[0]):
            audit.record(session, CLERK, action="record event", about="x", content={"n": n})


def figures(folder: Path, count: int, entries: int) -> Iterator[tuple[str, float, float | None]]:
    """Yield what was done, its seconds, and those of the peer."""
    path = folder / "tracker.sqlite"
    engine = engine_for(f"sqlite:///{path}")
    upgrade(engine)
    took = seconds(lambda: fill(engine, count))
    yield (
        f"write {count:,} projects x 8 events, one act",
        took,
        bare_copy(folder / "bare.sqlite", path),
    )
    yield "load them all", seconds(lambda: load(engine)), None
    folders = Folders(folder, folder / "e", folder / "l", folder / "r")
    now = datetime(2026, 5, 6, tzinfo=UTC)
    made: list[Backup] = []
    take = seconds(lambda: made.append(backup.make(engine, folders, folder / "b", now=now)))
    yield "back up and read back", take, None
    yield "restore", seconds(lambda: backup.restore(CLERK, made[0].path, engine, folders)), None
    lengthen(engine, entries)
    yield (
        f"verify {entries:,} entries and their rows",
        seconds(lambda: verify(engine)),
        bare_hash(path),
    )
    engine.dispose()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = 10 if parser.parse_args().quick else 1
    print(f"{platform.python_version()}, {platform.machine()}, SQLite {sqlite3.sqlite_version}")
    with TemporaryDirectory() as folder:
        for what, own, peer in figures(Path(folder), 5000 // quick, 200_000 // quick):
            beside = f"  bare {peer:7.2f} s  ratio {own / peer:5.1f}" if peer else ""
            print(f"{what:45} {own:7.2f} s{beside}")
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
