"""A ledger of many projects, killed at random rows, in a process of its own that prints the result.

python -m tests.reliability.large_import FOLDER PROJECTS POINTS

The ledger is read once; each try commits it from a fork, on a copy of the empty data, and dies.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from tests.reliability.acts import DAY, LAW, Place
from tests.support.faults import die_before, steps_of
from tests.support.record import CLERK
from tests.support.workbooks import row, write
from tracker.services.imports import commit as ledger_import
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Known, Preview, compare
from tracker.store import audit, reading, transaction, upgrade
from tracker.store.audit import rows as audit_rows
from tracker.store.database import copying


def commit(place: Place, found: Preview, upload: Upload) -> None:
    with transaction(place.engine) as session:
        ledger_import.commit(session, CLERK, found, upload=upload)


def counts(place: Place) -> dict[str, int]:
    """Return how many rows each table has.

    The digests of the chain say that they are the right ones.
    """
    with closing(sqlite3.connect(place.folder / "tracker.sqlite")) as file:
        names = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {n: file.execute(f"SELECT count(*) FROM {n}").fetchone()[0] for (n,) in names}


def fresh(place: Place, original: Path) -> None:
    place.engine.dispose()
    shutil.rmtree(place.folder, ignore_errors=True)
    shutil.copytree(original, place.folder)


def outcome(place: Place, before: dict[str, int], after: dict[str, int]) -> str:
    """Return whether the data are as before or as after, or what else they are."""
    if copying.faults_of(place.folder / "tracker.sqlite"):
        return "damaged"
    now = counts(place)
    with reading(place.engine) as session:
        if audit.first_broken(session) or audit_rows.first_bent(session):
            return "bent"
    return "before" if now == before else "after" if now == after else "half"


def killed(place: Place, found: Preview, upload: Upload, step: int) -> None:
    child = os.fork()
    if child == 0:
        die_before(step, lambda: commit(place, found, upload))
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def main(folder: Path, projects: int, points: int) -> None:
    place, original = Place(folder / "county"), folder / "original"
    place.folder.mkdir()
    upgrade(place.engine)
    path = write(folder / "large.xlsx", *(row(项目名称=f"项目{n}") for n in range(projects)))
    upload = Upload.of(path)
    found = compare(upload.read(LAW, DAY, {}), LAW, Known())
    before = counts(place)
    place.engine.dispose()
    shutil.copytree(place.folder, original)
    rows = steps_of(lambda: commit(place, found, upload), by_row=True)
    after = counts(place)
    assert after["project"] == projects
    outcomes = []
    for step in sorted(random.Random(5).sample(range(1, rows + 1), points)):
        fresh(place, original)
        place.engine.dispose()
        killed(place, found, upload, step)
        outcomes.append(outcome(place, before, after))
    counted = {each: outcomes.count(each) for each in sorted(set(outcomes))}
    print(json.dumps({"projects": projects, "rows": rows, "points": points, **counted}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
