"""Nothing is half done: every act is killed, or fails, at each step, and is then as before or
as after. The same process, or the next one, goes on.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from sqlalchemy import text

from tests.reliability.acts import ACTS, PREPARED, Place, fill, run_and_die
from tests.support.faults import chosen, failing_before, steps_of
from tracker.services.installation import backup, backup_file
from tracker.services.installation.backup_file import BrokenBackupError
from tracker.store import audit, reading
from tracker.store.audit import rows as audit_rows
from tracker.store.database import copying

pytestmark = [
    pytest.mark.all,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
]
ROOT = Path(__file__).parents[2]
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.reliability.acts"])

TIMES = {
    "at",
    "recorded_at",
    "imported_at",
    "made_at",
    "loaded_at",
    "previous",
    "digest",
    "request",
    "audit_head",
    "files",
    "lease_until",
    "result",
    "fingerprint",
    "attempts",
    "state",
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "county"
    folder.mkdir()
    fill(Place(folder))
    return folder


def state(place: Place) -> dict[str, list[str]]:
    """Return every row of every table there is, without the times and what follows from them."""
    found: dict[str, list[str]] = {}
    with place.engine.execution_options(only_reads=True).connect() as connection:
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        ).scalars()
        for name in sorted(names):
            if name == "job_run":
                continue
            rows = connection.execute(text(f"SELECT * FROM {name}")).mappings()
            found[name] = sorted(
                json.dumps({k: _plain(v) for k, v in r.items() if k not in TIMES}, sort_keys=True)
                for r in rows
            )
    return found


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else str(value)


def check_files(place: Place) -> None:
    """Every file under a final name opens and is whole.

    Nothing else is left but temporary names.
    """
    for path in place.folder.rglob("*"):
        if path.name.startswith(".") or any(
            part.startswith(".") for part in path.relative_to(place.folder).parts
        ):
            continue
        if path.suffix == ".xlsx":
            openpyxl.load_workbook(path).close()
        elif path.suffix == ".docx":
            Document(str(path))
        elif path.suffix == ".pdf":
            assert path.read_bytes().rstrip().endswith(b"%%EOF")
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed:
                assert packed.testzip() is None


def check_whole(place: Place, before: object, after: object, *, is_old: bool) -> str:
    """Check everything that must hold after a stop; return whether the act had happened."""
    assert copying.faults_of(place.folder / "tracker.sqlite") is None
    now = state(place)
    assert now in (before, after)
    if not is_old or now == after:
        with reading(place.engine) as session:
            assert audit.first_broken(session) is None
            assert audit_rows.first_bent(session) is None
    check_files(place)
    return "before" if now == before else "after"


@dataclass
class Trial:
    """One act on copies of one county."""

    name: str
    original: Path
    folder: Path

    def __post_init__(self) -> None:
        self.is_old = self.name == "migration"
        self.place = Place(self.folder / "county")
        self.fresh()
        self.before = state(self.place)
        self.count = steps_of(self.act)
        self.after = state(self.place)
        self.fresh()
        self.rows = steps_of(self.act, by_row=True)
        self.place.engine.dispose()

    def fresh(self) -> None:
        """Put the county back as it was."""
        self.place.engine.dispose()
        shutil.rmtree(self.place.folder, ignore_errors=True)
        shutil.copytree(self.original, self.place.folder)
        if self.name in PREPARED:
            PREPARED[self.name](self.place)

    def act(self) -> None:
        ACTS[self.name](self.place)

    def die_before(self, step: int) -> None:
        """Let another process do the act and die."""
        arguments = (self.name, str(self.place.folder), self.place.now, step)
        child = FORKS.Process(target=run_and_die, args=arguments)
        child.start()
        child.join(600)
        assert child.exitcode == -signal.SIGKILL, "the act ended before it was killed"

    def check(self) -> str:
        return check_whole(self.place, self.before, self.after, is_old=self.is_old)


MORE_LEDGERS = [name for name in ACTS if name.startswith("import")][1:]


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.long if name in MORE_LEDGERS else ()) for name in ACTS
    ]
)
def trial(request: pytest.FixtureRequest, original: Path, tmp_path: Path) -> Iterator[Trial]:
    made = Trial(request.param, original, tmp_path)
    yield made
    made.place.engine.dispose()


def test_killed_at_any_step_it_is_as_before_or_as_after(
    trial: Trial, rounds: Callable[[int, int], int]
) -> None:
    outcomes = []
    for step in chosen(trial.rows, rounds(8, 10_000)):
        trial.fresh()
        trial.place.engine.dispose()
        trial.die_before(step)
        outcomes.append(trial.check())
        check_backups(trial)
    print(json.dumps({"act": trial.name, "killed": len(outcomes)}))
    assert outcomes[0] == "before"
    assert outcomes == sorted(outcomes, reverse=True)  # once it has happened, it stays so
    trial.place.now += timedelta(minutes=11)  # the lease of the one that died is over
    trial.act()  # and the next process finishes what was begun, once
    assert state(trial.place) == trial.after or trial.name == "restore"  # which is told once more


def check_backups(trial: Trial) -> None:
    for path in backup.all_in(trial.place.folder / "backups"):
        if path.with_name(f"{path.name}.sha256").exists():
            assert backup_file.check(path)
        else:  # the digest comes first, so that a backup never stands without it
            raise BrokenBackupError(path.name, "no digest")


def test_failing_at_any_step_it_rolls_back_and_the_process_goes_on(
    trial: Trial, rounds: Callable[[int, int], int]
) -> None:
    for step in chosen(trial.count, rounds(8, 10_000)):
        trial.fresh()
        failing_before(step, trial.act)
        assert trial.place.engine.pool.checkedout() == 0  # no connection and no turn is kept
        outcome = trial.check()
        leaked = [
            p
            for p in trial.place.folder.rglob("*")
            if p.name.startswith(".part-") or p.suffix == ".part"
        ]
        assert leaked == []
        if outcome == "before" or trial.name in ("recompute", "weekly report"):
            trial.act()  # the same process serves the next request
        assert state(trial.place) == trial.after or trial.name == "restore"


def test_a_large_ledger_is_kept_whole_or_not_at_all(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    """Killed at random rows; a process of its own reads the ledger once and forks for each try."""
    asked = [str(tmp_path), str(rounds(60, 5000)), str(rounds(5, 200))]
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.large_import", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found.get("before", 0) + found.get("after", 0) == found["points"]
