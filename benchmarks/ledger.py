"""What a ledger costs, from its bytes to the record, beside bare readers: same files, one run.

    python -m benchmarks.ledger            # 5,000 projects x 8 steps: about a minute
    python -m benchmarks.ledger --quick    # a tenth

python-calamine and openpyxl give cells and no more; the grid also knows what is hidden, errors, and
months that look like days, in a process of its own. Times are the median of three, with the garbage
collector set as the command sets it; memory is the most that a process which imports the ledger
once holds, together with the child that opened it.
"""

import argparse
import gc
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import python_calamine

from tests.support.record import CLERK
from tests.support.workbooks import HEADINGS, row, write
from tracker.cli.app import OBJECTS_BETWEEN_COLLECTIONS
from tracker.i18n.words import words_in
from tracker.law import catalog
from tracker.ledger.book.confine import read_workbook
from tracker.services.imports import commit as ledger_import
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Preview, compare
from tracker.services.imports.mark import marked
from tracker.store import Engine, engine_for, reading, transaction, upgrade

DAY = date(2025, 6, 20)
STEPS = ("立项", "用地预审", "用地报批", "环评", "能评", "初设", "招标", "施工许可")
STATES = (
    "已办结",
    "办理中",
    "未启动",
    "不需要",
    "2025.5.6",
    "已办结（2025年5月6日）",
    "示发改〔2025〕12号",
    "√",
)


def seconds(act: Callable[[], object]) -> float:
    return statistics.median(once(act) for _ in range(3))


def projects(path: Path, count: int) -> Path:
    """Write a ledger of projects with eight steps each."""
    head, tail = HEADINGS[:7], HEADINGS[10:]
    good = dict(zip(HEADINGS, row(), strict=True))
    rows = [
        (
            n + 1,
            f"甲镇第{n}号工程",
            *(good[h] for h in head[2:6]),
            3000 + n % 700,
            *(STATES[(n + k) % len(STATES)] for k in range(len(STEPS))),
            *(good[h] for h in tail),
        )
        for n in range(count)
    ]
    return write(path, *rows, headings=(*head, *STEPS, *tail))


def cells(path: Path, count: int) -> Path:
    """Write rows of fifteen cells, every third a number."""
    rows = [
        tuple(n * 1.5 if c % 3 == 0 else f"项目{n}-{c}" for c in range(15)) for n in range(count)
    ]
    return write(path, *rows, headings=tuple(f"列{n}" for n in range(15)))


def bare(path: Path) -> None:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def by_openpyxl(path: Path) -> None:
    book = openpyxl.load_workbook(path, read_only=True)
    for each in book.worksheets[0].iter_rows(values_only=True):
        list(each)
    book.close()


def held(who: int) -> int:
    """Return the most that this process or a child of it held so far, in MB."""
    return resource.getrusage(who).ru_maxrss // 1024


def import_once(path: Path) -> None:
    """Import a ledger as the command does, and print the most memory that was held at a time."""
    law, upload = catalog(), Upload.of(path)
    engine = engine_for(f"sqlite:///{path.with_suffix('.sqlite')}")
    upgrade(engine)
    with reading(engine) as session:
        known = ledger_import.known_on(session, DAY)
    read_workbook(upload.data, path.name)  # the child is gone before the rows are read
    together = held(resource.RUSAGE_SELF) + held(resource.RUSAGE_CHILDREN)
    found = compare(upload.read(law, DAY, {}), law, known)
    looked = max(together, held(resource.RUSAGE_SELF))
    commit(engine, found, upload)
    print(f"preview {looked} MB, commit {max(together, held(resource.RUSAGE_SELF))} MB")


def memory(path: Path) -> str:
    """Return what a process of its own says of its memory."""
    command = [sys.executable, "-m", "benchmarks.ledger", "--memory", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


def figures(folder: Path, scale: int) -> Iterator[tuple[str, float, str]]:
    """Yield what was done, its seconds, and what it is held against."""
    law = catalog()
    path = cells(folder / "cells.xlsx", 10_000 // scale)
    data = path.read_bytes()
    grid, peer = seconds(lambda: read_workbook(data, "a")), seconds(lambda: by_openpyxl(path))
    beside = f"openpyxl {peer:.2f} s, {peer / grid:.1f} times; wanted 5"
    yield f"{10_000 // scale:,} rows of 15 cells to the grid", grid, beside
    path = projects(folder / "projects.xlsx", 5_000 // scale)
    upload, floor = Upload.of(path), seconds(lambda: bare(path))
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(engine)

    def look() -> Preview:
        with reading(engine) as session:
            known = ledger_import.known_on(session, DAY)
        return compare(upload.read(law, DAY, {}), law, known)

    beside = f"calamine {floor:.2f} s; wanted 3 times that and 2 s, {3 * floor + 2:.2f}"
    yield f"preview of {5_000 // scale:,} projects with 8 steps", seconds(look), beside
    found = look()
    yield "commit", once(lambda: commit(engine, found, upload)), "wanted 10 s"
    yield "preview again, when nothing is new", seconds(look), ""
    yield "give back with marks", seconds(lambda: marked(upload, found, words_in("zh"))), ""
    engine.dispose()


def commit(engine: Engine, found: Preview, upload: Upload) -> None:
    with transaction(engine) as session:
        ledger_import.commit(session, CLERK, found, upload=upload)


def once(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--memory", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    if asked.memory:
        import_once(asked.memory)
        return
    scale = 10 if asked.quick else 1
    print(f"{platform.python_version()}, {platform.machine()}")
    with TemporaryDirectory() as folder:
        path = projects(Path(folder) / "memory.xlsx", 5_000 // scale)
        # first, since a new process is said to have held what the one that began it held then
        print(f"most memory at a time: {memory(path)}; wanted 400 MB")
        for what, taken, beside in figures(Path(folder), scale):
            print(f"{what:42} {taken:6.2f} s  {beside}")


if __name__ == "__main__":
    main()
