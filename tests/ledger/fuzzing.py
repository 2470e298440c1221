"""Fuzz guard, grid and tables: python -m tests.ledger.fuzzing [SECONDS], with atheris.

Inputs are parts of a file put into a good one, since a random zip is never opened. Any error but a
refusal is a failure. The corpus is kept beside this file and replayed by the tests.
"""

import io
import os
import resource
import signal
import sys
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import xlwt
from xlwt.CompoundDoc import XlsDoc

from tests.support.workbooks import HEADINGS, row, write
from tracker.ledger.book.child import lines_of
from tracker.ledger.book.grid import Workbook, workbook_of
from tracker.ledger.book.grid_xls import Records
from tracker.ledger.book.refusal import Refused
from tracker.ledger.layouts.forms import MixedFormsError, forms_of
from tracker.ledger.layouts.rows import entries_of
from tracker.ledger.layouts.turning import is_turned, turned
from tracker.ledger.shape.tables import find_tables

CORPUS = Path(__file__).with_name("fuzz")
PARTS = (
    "xl/worksheets/sheet1.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/_rels/workbook.xml.rels",
)
"""What an input that begins with 0 to 4 takes the place of.

5 is a text, 6 records of an .xls, 7 a file.
"""

DAY = date(2025, 6, 20)


OLD = 6


def good_xlsx() -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.xlsx", row(), row(项目名称="乙镇小学"))
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


GOOD = good_xlsx()


def file_of(data: bytes) -> bytes:
    """Return the file that an input stands for."""
    kind, body = data[0] % 8, data[1:]
    if kind < len(PARTS):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, part in {**GOOD, PARTS[kind]: body}.items():
                archive.writestr(name, part)
        return out.getvalue()
    return old_workbook(body) if kind == OLD else body


def old_workbook(records: bytes) -> bytes:
    """Return a compound file with these records as its workbook."""
    out = io.BytesIO()
    XlsDoc().save(out, records)
    return out.getvalue()


def good_records() -> bytes:
    """Return the records of a good .xls."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    for n, cells in enumerate((HEADINGS, row())):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(n, column, value)
    return bytes(book.get_biff_data())


def open_it(data: bytes) -> Workbook | None:
    """Read an input as far as its entries; a refusal is an answer."""
    if not data:
        return None
    try:
        found = workbook_of(iter(list(lines_of(file_of(data)))))
    except Refused:
        return None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the child process dies, and is answered for
            return None
        raise
    for each in found.grids if found else ():
        grid = turned(each) if is_turned(each) else each
        tables = find_tables(grid, {})
        for table in tables:
            entries_of(table, DAY)
        if not tables:
            with suppress(MixedFormsError):
                forms_of(grid)
    return found


def open_apart(data: bytes) -> None:
    """Read an input as the child process does, where the reader of an .xls may break down.

    calamine 0.37 panics at damaged records, and asks for terabytes, which ends the process. Our own
    reading of the records stays here, so that it is followed.
    """
    if not data or data[0] % 8 != OLD:
        open_it(data)
        return
    with suppress(Refused):
        Records(file_of(data)).details()
    child = os.fork()
    if not child:
        code = 1
        with suppress(BaseException):
            for each in (signal.SIGABRT, signal.SIGSEGV, signal.SIGXCPU):
                signal.signal(each, signal.SIG_DFL)  # the fuzzer's own would take it for a fault
            resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
            resource.setrlimit(resource.RLIMIT_DATA, (500 * 2**20, 500 * 2**20))
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            open_it(data)
            code = 0
        os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise AssertionError(data)


def seeds() -> dict[str, bytes]:
    """Return a good input of each kind."""
    text = ",".join(HEADINGS) + "\n" + ",".join("" if c is None else str(c) for c in row())
    found = {f"part-{n}": bytes([n]) + GOOD[name] for n, name in enumerate(PARTS)}
    return {
        **found,
        "text": b"\x05" + text.encode(),
        "text-gb": b"\x05" + text.encode("gb18030"),
        "records": b"\x06" + good_records(),
    }


def main(seconds: int) -> None:
    import atheris  # noqa: PLC0415  only where fuzzing is done

    CORPUS.mkdir(exist_ok=True)
    for name, data in seeds().items():
        (CORPUS / name).write_bytes(data)
    atheris.instrument_all()
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            "-max_len=20000",
            "-timeout=5",
            "-rss_limit_mb=2000",
            str(CORPUS),
        ],
        open_apart,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
