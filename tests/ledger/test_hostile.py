"""Hostile files: within five seconds and 200 MB, nothing written, no connection made."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.ledger.hostile import READ, REFUSED, Maker
from tests.support.workbooks import row, write
from tracker.ledger.book.confine import REFUSALS, read_workbook
from tracker.ledger.book.refusal import RefusedFileError

ROOT = Path(__file__).parents[2]
MOST_SECONDS, MOST_MEGABYTES = 5, 200


def opened(path: Path, folder: Path) -> dict[str, object]:
    """Open a file in a process that may not reach the network, in an empty folder."""
    folder.mkdir()
    paths = [str(ROOT / "tests/support/no_network"), str(ROOT), str(ROOT / "src")]
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.opening", str(path)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("make", [*REFUSED, *READ], ids=lambda make: make.__name__)
def test_a_hostile_file_does_no_harm(tmp_path: Path, make: Maker) -> None:
    path = tmp_path / "台账.xlsx"
    make(path)
    before = path.read_bytes()
    found = opened(path, tmp_path / "cwd")
    assert found["code"] == REFUSED.get(make, "read 1")
    assert float(str(found["seconds"])) <= MOST_SECONDS
    assert int(str(found["megabytes"])) <= MOST_MEGABYTES
    assert path.read_bytes() == before


def test_code_that_lies_in_the_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("csv", "json", "tracker", "python_calamine"):
        (tmp_path / f"{module}.py").write_text("open('ran', 'w').close()\n")
    data = write(tmp_path / "台账.xlsx", row()).read_bytes()
    monkeypatch.chdir(tmp_path)
    assert len(read_workbook(data, "台账.xlsx").grids) == 1
    assert not (tmp_path / "ran").exists()


def test_flipped_bits_are_refused_or_read(
    tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    """Whatever the damage, the answer is cells or a known refusal."""
    good = write(tmp_path / "a.xlsx", row()).read_bytes()
    random = Random(7)
    for _ in range(rounds(25, 1000)):
        data = bytearray(good)
        for _ in range(random.randint(1, 8)):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        assert answer(bytes(data)) in REFUSALS.keys() | {"read"}


def answer(data: bytes) -> str:
    try:
        read_workbook(data, "a.xlsx")
    except RefusedFileError as error:
        return error.code
    return "read"
