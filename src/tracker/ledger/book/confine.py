"""Open a file in a process of its own, so that what is in it can harm nobody (`child.py`)."""

import json
import os
import subprocess
import sys

from tracker.core.problems import Message, message
from tracker.ledger.book.frames import drop_frames
from tracker.ledger.book.grid import Workbook, workbook_of
from tracker.ledger.book.refusal import RefusedFileError

MOST_WAIT = 60
"""Seconds on the clock; what it may compute is less, but a busy machine makes it wait."""
_SAVE_AGAIN = message("Open it in Excel or WPS, save it as .xlsx, and try again.")
_WITHOUT_PASSWORD = message("Open it in Excel or WPS, save it without a password, and try again.")
_WITHOUT_MACROS = message("Save it as .xlsx, which holds no macros, and try again.")
_SMALLER = message("Delete empty rows and columns outside the table, and try again.")

REFUSALS: dict[str, tuple[Message, Message]] = {
    "missing_file": (
        message("There is no file '{file}'."),
        message("Check the path and the name."),
    ),
    "folder": (
        message("'{file}' is a folder."),
        message("Name the workbook in it."),
    ),
    "own_report": (
        message(
            "This workbook was exported by tracker and contains nothing that is not already in the"
            " record."
        ),
        message(
            "Import the county's own ledger; to copy the record back into it, use tracker ledger"
            " write."
        ),
    ),
    "empty_file": (message("The file is empty."), _SAVE_AGAIN),
    "too_large": (message("The file is larger than any ledger."), _SMALLER),
    "sheet_too_large": (message("The sheet '{sheet}' is larger than any ledger."), _SMALLER),
    "too_long": (message("Reading the file took too long."), _SMALLER),
    "damaged_file": (message("The file is damaged."), _SAVE_AGAIN),
    "password": (message("The file is protected by a password."), _WITHOUT_PASSWORD),
    "macros": (message("The file holds macros; it was not opened."), _WITHOUT_MACROS),
    "web_page": (message("This is a web page or XML under another name."), _SAVE_AGAIN),
    "not_a_workbook": (message("This file is not a workbook."), _SAVE_AGAIN),
    "bad_encoding": (
        message("The text is neither UTF-8 nor GB18030."),
        message("Save it as .xlsx and try again."),
    ),
    "unsafe_file": (
        message("The file is compressed in an unusual way; for safety it was not opened."),
        _SAVE_AGAIN,
    ),
    "no_header": (
        message("No table with a heading row was found in the workbook."),
        message("The heading needs 项目名称 and at least two more known columns."),
    ),
}
"""Why a file is refused as a whole: each code with its sentence and its remedy."""


def refusal(code: str, file: str, sheet: str = "") -> RefusedFileError:
    """Return the error of a file that is refused."""
    what, remedy = REFUSALS["sheet_too_large" if sheet else code]
    return RefusedFileError(code, what.of(file=file, sheet=sheet), remedy=remedy, file=file)


def read_workbook(data: bytes, file: str) -> Workbook:
    """Return the cells of a file; `file` is its name. Raises RefusedFileError."""
    # -P: a csv.py in the folder that somebody stands in is no part of this program
    command = [sys.executable, "-P", "-m", "tracker.ledger.book.child"]
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"}
    surroundings = {**os.environ, **quiet}
    try:
        done = subprocess.run(  # noqa: S603  this very program, and the file as its input
            command,
            input=data,
            capture_output=True,
            timeout=MOST_WAIT,
            check=False,
            env=surroundings,
        )
    except subprocess.TimeoutExpired:
        raise refusal("too_long", file) from None
    lines = done.stdout.split(b"\n")
    del done.stdout  # a large ledger needs the room
    if lines[-2:-1] and lines[-2].startswith(b'{"refused"'):
        found = json.loads(lines[-2])
        raise refusal(found["refused"], file, found["sheet"])
    workbook = workbook_of(line.decode() for line in lines if line) if not done.returncode else None
    if workbook is None:  # it was ended by a limit, or the reader broke down
        raise refusal("damaged_file" if done.returncode in (1, 0) else "too_large", file)
    for grid in (*workbook.grids, *workbook.hidden_grids):
        drop_frames(grid)
    return workbook
