"""It keeps up while people read and save and a large ledger comes in, and it stays up for weeks.

What is asserted is that nobody is refused and nothing is lost or grows; times are printed, and the
page of promises keeps them with their machine.
"""

import gc
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import active_count
from zoneinfo import ZoneInfo

import httpx2
import pytest

from tests.support.live import CLERK, ROOT, county, serving, token_in
from tests.support.web import app_for, client_of, let_in
from tests.support.workbooks import row, write
from tracker.core.model import Sight
from tracker.demo.run import claim_folder
from tracker.i18n.words import words_in
from tracker.law import Catalog, catalog
from tracker.security.policy import Role
from tracker.services.imports.commit import Upload, commit, kept_file, known_on
from tracker.services.imports.compare import compare
from tracker.services.installation.backup import Folders
from tracker.services.installation.jobs import BACKUP, NIGHTLY, WEEKLY
from tracker.services.installation.timetable import Outcome, Rounds
from tracker.store import Engine, engine_for, projects, reading, transaction, upgrade
from tracker.store.accounts import Person
from tracker.store.audit import Act
from tracker.store.database.engines import engine_of_its_own

pytestmark = pytest.mark.all

DAY = date(2026, 5, 6)
CHINA = ZoneInfo("Asia/Shanghai")
FRIDAY = 4
READERS, READS, SAVERS, SAVES = 10, 50, 4, 10
"""People who read and save, and how often all of them do in a second."""
PAGES = ("/", "/projects", "/projects/7", "/projects/7/history", "/reports")


def read_on(browser: httpx2.Client, until: float) -> list[float]:
    """Read a page after another; return how many seconds each took."""
    took = []
    with closing(browser):
        while (began := time.monotonic()) < until:
            answer = browser.get(PAGES[len(took) % len(PAGES)])
            assert answer.status_code < 500, answer.text
            took.append(time.monotonic() - began)
            time.sleep(max(0.0, READERS / READS - took[-1]))
    return took


def save_on(
    browser: httpx2.Client, until: float, mine: Iterator[int]
) -> tuple[list[float], set[int]]:
    """Record an event of a project after another; return the seconds and the projects."""
    took, kept = [], set()
    with closing(browser):
        token = token_in(browser.get("/account").text)
        form = {"step": "fs_prepare", "kind": "started", "day": "2026-05-01", "newest": "0"}
        while (began := time.monotonic()) < until:
            project = next(mine)
            address = f"/projects/{project}/record"
            answer = browser.post(address, data={**form, "do": "record", "_token": token})
            assert answer.status_code in (303, 503), answer.text
            if answer.status_code == 303:  # else a busy machine asked to try again
                kept.add(project)
            took.append(time.monotonic() - began)
            time.sleep(max(0.0, SAVERS / SAVES - took[-1]))
    return took, kept


def bring_in(folder: Path, ledger: Path) -> float:
    """Import a ledger beside the server, as a clerk does; return how many seconds it took."""
    command = [sys.executable, "-m", "tracker", "--data", str(folder), "import", str(ledger)]
    began = time.monotonic()
    done = subprocess.run(
        [*command, "--yes", "--as-of", DAY.isoformat()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return time.monotonic() - began


def shares(took: list[float]) -> str:
    """Return half, 99 in 100 and the longest of some times, in milliseconds."""
    ordered = sorted(took)
    at = (len(ordered) // 2, len(ordered) * 99 // 100, len(ordered) - 1)
    return " / ".join(f"{1000 * ordered[n]:.0f}" for n in at) + f" ms of {len(ordered)}"


def test_people_read_and_save_while_a_large_ledger_comes_in(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    count, seconds = rounds(300, 5000), rounds(20, 300)
    folder = county(tmp_path / "data", count)
    rows = (row(项目名称=f"新项目{n}", 序号=n) for n in range(1, count + 1))
    ledger = write(tmp_path / "新.xlsx", *rows)
    with serving(folder, "--as-of", DAY.isoformat()) as live:
        browsers = [live.browser() for _ in range(READERS + SAVERS)]  # one after another
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(READERS + SAVERS) as pool:
            readers = [pool.submit(read_on, each, until) for each in browsers[:READERS]]
            mine = [iter(range(1 + n, count + 1, SAVERS)) for n in range(SAVERS)]
            savers = [
                pool.submit(save_on, browser, until, each)
                for browser, each in zip(browsers[READERS:], mine, strict=True)
            ]
            time.sleep(seconds / 4)
            imported = bring_in(folder, ledger)
            reads = [took for reader in readers for took in reader.result()]
            saves = [took for saver in savers for took in saver.result()[0]]
            kept = {project for saver in savers for project in saver.result()[1]}
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    with reading(engine) as session:
        found = projects.load(session, Sight.on(DAY))
    engine.dispose()
    assert len(found) == 2 * count
    assert kept <= {record.project.id for record in found if record.events}
    print(f"reads {shares(reads)}; saves {shares(saves)}; import {imported:.1f} s")


def memory() -> int:
    """Return the bytes this process holds, in MB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc to read memory from")
def test_weeks_of_rounds_and_pages_leave_nothing_behind(
    tmp_path: Path, law: Catalog, rounds: Callable[[int, int], int]
) -> None:
    """A day is a night, a backup and forty pages; a week has a report and every export."""
    weeks, first = rounds(5, 12), date(2025, 6, 16)
    folder = tmp_path / "data"
    claim_folder(folder)
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(engine)
    ledger = write(tmp_path / "a.xlsx", *(row(项目名称=f"项目{n}", 序号=n) for n in range(1, 13)))
    upload = Upload.of(ledger)
    with kept_file(upload, folder / "ledgers") as book, transaction(engine) as session:
        found = compare(upload.read(law, first, {}), law, known_on(session, first))
        commit(session, Act(CLERK), found, upload=upload)
        book.put()
        let_in(session, CLERK, Person(name="经办人"), Role.BUREAU_CLERK)
    now = [datetime(2025, 6, 16, 22, tzinfo=CHINA)]
    app = app_for(engine, folder, first, now=lambda: now[0], as_of=lambda: datetime.date(now[0]))
    held = []
    for week in range(weeks):
        for _ in range(7):
            now[0] += timedelta(days=1)
            a_day(engine, law, folder, now[0])
            client = client_of(app, CLERK)  # a session lasts a day
            for n in range(40):
                assert client.get(PAGES[n % len(PAGES)]).status_code == 200
        for export in ("/projects.xlsx", "/projects/7/plan.xml"):
            assert client.get(export).status_code == 200
        for address in re.findall(r'href="(/reports/[^"]+\.\w+)"', client.get("/reports").text):
            assert client.get(address).status_code == 200
        held.append((memory(), len(os.listdir("/proc/self/fd")), active_count()))
        wal = folder / "tracker.sqlite-wal"
        assert not wal.exists() or wal.stat().st_size <= 64 * 2**20
        print(f"week {week + 1}: {held[-1]}")
    engine.dispose()
    settled, last = held[1], held[-1]
    assert last[0] - settled[0] <= 20, "MB that the weeks leave behind"
    assert last[1] <= settled[1] + 2, "open files"
    assert last[2] <= settled[2] + 1, "threads"


def a_day(engine: Engine, law: Catalog, folder: Path, now: datetime) -> None:
    """Do what is due: reports in a process of their own, as the server does all of it.

    It is started anew: a copy of this process would hold what its threads had locked.
    """
    do_rounds(engine, law, folder, now, (NIGHTLY, BACKUP))
    if now.weekday() == FRIDAY:
        child = get_context("spawn").Process(target=report, args=(folder, now), daemon=True)
        child.start()
        child.join(300)
        assert child.exitcode == 0


def report(folder: Path, now: datetime) -> None:
    engine = engine_of_its_own(f"sqlite:///{folder / 'tracker.sqlite'}")
    do_rounds(engine, catalog(), folder, now, (WEEKLY,))
    engine.dispose()


def do_rounds(
    engine: Engine, law: Catalog, folder: Path, now: datetime, kinds: tuple[str, ...]
) -> None:
    made = Rounds(
        engine=engine,
        catalog=law,
        words=words_in("zh"),
        folders=Folders.under(folder),
        backups=folder / "backups",
        clock=lambda: now,
    )
    done = list(made.run(*kinds))
    assert {each.outcome for each in done} <= {Outcome.DONE}
