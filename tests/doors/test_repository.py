"""What the repository promises about itself."""

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tracker.law import catalog
from tracker.services.projects.typed_event import TypedEvent

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.splitlines()]


def test_no_tracked_file_names_a_registry_host() -> None:
    host = re.compile(rb"(pypi|pythonhosted|npmjs)\.(org|com)")
    assert [p for p in tracked() if p.is_file() and host.search(p.read_bytes())] == []


def test_locks_with_addresses_are_not_tracked() -> None:
    assert not {p.name for p in tracked()} & {"uv.lock", "pylock.toml"}


def test_every_package_that_is_imported_is_declared() -> None:
    """What another package brings today it may not bring tomorrow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["oidc"]]
    declared = {canonical(re.split(r"[\[<>=]", each)[0].strip()) for each in wanted}
    sources = packages_distributions()
    undeclared = set()
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "flows").rglob("*.py")]:
        for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
            if name in sys.stdlib_module_names or name in ("tracker", "flows"):
                continue
            if not declared & {canonical(each) for each in sources.get(name, [name])}:
                undeclared.add((name, path.name))
    assert not undeclared


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the top names of what a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["dev"], *extras["oidc"]]
    names = {re.split(r"[<>=\[ ]", spec)[0].lower() for spec in wanted} - {"tracker"}
    pinned = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert names <= pinned


def test_prefect_is_kept_silent() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["prefect"]
    assert said["server"]["analytics_enabled"] is False
    assert said["server"]["ui"]["v2_enabled"] is False


def test_both_readmes_name_the_only_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "./run demo" in text
        assert "./run test" in text


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_what_a_readme_records_can_be_recorded(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = re.findall(r"^ +\./run tracker record (.*)", text, re.M)
    recorded = [shlex.split(line, comments=True)[1:4] for line in lines]
    entries = catalog().library.entries.values()
    steps = {n for e in entries for n in (e.step.name.zh, e.step.name.en)}
    assert len(recorded) > 5
    for step, kind, day in recorded:
        assert step in steps
        assert TypedEvent(step=step, kind=kind, day=day).read(date(2025, 6, 30)).kind


def test_run_passes_on_what_it_is_given() -> None:
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "run"),
            "python",
            "-c",
            "import sys; print(sys.argv[1]); sys.exit(3)",
            "x y",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "x y\n")


def test_run_clears_no_folder_of_anybody_else(tmp_path: Path) -> None:
    """Neither one that is no environment nor one that another copy of this folder made."""
    for name, text in (("precious.txt", "x"), (".made-from", f"dev\n{tmp_path}\n")):
        place = tmp_path / name.strip(".")
        place.mkdir()
        (place / name).write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, str(ROOT / "run"), "tracker", "--help"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "TRACKER_VENV": str(place)},
            timeout=60,
        )
        assert done.returncode == 2
        assert "TRACKER_VENV" in done.stderr
        assert [path.name for path in place.iterdir()] == [name]


def test_run_without_a_verb_explains_itself() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "run")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "./run demo" in done.stderr


def test_the_picture_of_the_rooms_is_that_of_the_contracts() -> None:
    from docs.draw_architecture import PICTURE, picture  # noqa: PLC0415  no package of the program

    assert PICTURE.read_text(encoding="utf-8") == picture()


def test_no_docstring_cites_a_paper_that_is_not_here() -> None:
    cited = re.compile(r"`([\w./-]+\.md)`")
    sources = [p for p in tracked() if p.suffix == ".py" and p.is_file()]
    papers = {(p.name, name) for p in sources for name in cited.findall(p.read_text("utf-8"))}
    here = {p.name for p in tracked()}
    assert {pair for pair in papers if pair[1].rpartition("/")[2] not in here} == set()
