"""Every option of every command is given values that nobody should type: no traceback."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.support.command import tracker
from tests.support.workbooks import row, write
from tracker.cli.app import root

HARD = (
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "99999999999999999999",
    "nan",
    "9999-12-31",
    "0001-01-01",
    "2040-12-31",
    "2026-02-30",
    "2026-W53",
    "9999-W52",
    "甲" * 300,
    "'; DROP TABLE audit; --",
    "../../etc/passwd",
    "/",
    "{}",
    "=1+1",
    "%s %d {0}",
    "e\u0301\u202e",
    "\U0001f4a9",
)
LEFT_OUT = {"serve", "demo"}
"""They do not end by themselves, or take a minute; their values are those of others."""
GOOD = {
    "project": "甲镇小学",
    "step": "立项",
    "file": "台账.xlsx",
    "day": "2025-06-20",
    "until": "2025-06-27",
    "out": "out.x",
}
DAY = "2025-06-20"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    write(folder / "台账.xlsx", row(立项="办理中", 用地预审="退回", 完成时限="2026年1月底前"))
    done = tracker("import", "台账.xlsx", "--yes", "--as-of", DAY, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def commands(group: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with its path."""
    for name, each in group.commands.items():
        if name in LEFT_OUT:
            continue
        found = each.load(group.say) if hasattr(each, "load") else each
        if hasattr(found, "commands"):
            yield from commands(found, *path, name)
        else:
            yield (*path, name), found


def plain(command: Any, hard: Any) -> list[str]:
    """Return the words that a command needs beside the option that is tried."""
    words: list[str] = []
    for parameter in command.params:
        if parameter is hard or not parameter.required:
            continue
        value = GOOD.get(parameter.name, "x")
        words += [value] if parameter.param_type_name == "argument" else [parameter.opts[0], value]
    return words


def tried(command: Any, parameter: Any, value: str) -> Sequence[str]:
    """Return the words of one try."""
    if parameter.param_type_name == "argument":
        return ["--", *plain(command, parameter), value] if parameter.required else [value]
    if parameter.is_flag:
        return [*plain(command, parameter), parameter.opts[0]]
    return [*plain(command, parameter), f"{parameter.opts[0]}={value}"]


def test_no_value_of_an_option_ends_in_a_traceback(
    county: Path, tmp_path: Path, rounds: Any
) -> None:
    luck = Random(20)
    count = 0
    for path, command in commands(root("zh")):
        for parameter in command.params:
            if parameter.name in ("help", "context"):
                continue
            for value in luck.sample(HARD, rounds(1, len(HARD))):
                folder = tmp_path / "try"
                shutil.copytree(county, folder)
                words = (*path, *tried(command, parameter, value))
                done = tracker(*words, cwd=folder)
                said = done.stdout + done.stderr
                assert "Traceback" not in said, (words, said[-500:])
                assert done.returncode in (0, 1, 2, 3, 4), (words, said)
                shutil.rmtree(folder)
                count += 1
    assert count > 200
