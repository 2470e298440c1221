"""Patterns that may not come in: read from the syntax of every file, not from its text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
SOURCES = sorted([*(HOME / "src").rglob("*.py"), *(HOME / "flows").rglob("*.py")])
TEMPLATES = sorted((HOME / "src").rglob("*.html"))
PARSERS = ("xml.etree", "xml.dom", "xml.sax", "lxml.etree")
READERS = {"parse", "fromstring", "iterparse", "XML", "XMLParser", "parseString"}
STATEMENTS = {"text", "exec_driver_sql", "execute"}
CALLS_OUT = {"urlopen", "request", "get", "post"}
UNSAFE = {"yaml.Loader", "yaml.FullLoader", "yaml.UnsafeLoader", "yaml.CLoader"}
CLIENTS = {"urllib", "requests", "httpx", "http"}


def faults(tree: ast.AST) -> Iterator[tuple[int, str]]:
    modules = imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, fault) for fault in of_call(node, modules))


def imported(tree: ast.AST) -> dict[str, str]:
    """Return what each name stands for, by the imports of a file."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


def of_call(node: ast.Call, modules: dict[str, str]) -> Iterator[str]:
    name, owner = name_of(node.func), owner_of(node.func)
    module = modules.get(owner or name, owner)
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    shell, first = given.get("shell"), node.args[0] if node.args else None
    found = {
        "a shell": shell is not None and ast.unparse(shell) != "False",
        "a YAML loader that makes objects": module == "yaml"
        and name in ("load", "load_all")
        and not is_safe(given.get("Loader") or (node.args[1] if len(node.args) > 1 else None)),
        "an XML parser that fetches": name in READERS
        and module.startswith(PARSERS)
        and not (module.startswith("lxml") and ("parser" in given or len(node.args) > 1))
        and name != "XMLParser",
        "a statement put together from values": name in STATEMENTS
        and isinstance(first, ast.JoinedStr)
        and any(isinstance(part, ast.FormattedValue) for part in first.values),
        "a call out without a time limit": name in CALLS_OUT
        and module.partition(".")[0] in CLIENTS
        and "timeout" not in given,
        "text that is run": name in ("eval", "exec") and owner == "",
        "objects out of bytes": module == "pickle" and name in ("load", "loads"),
    }
    return (fault for fault, is_there in found.items() if is_there)


def is_safe(loader: ast.expr | None) -> bool:
    """Tell whether a YAML loader is a safe one, or one of ours made from it."""
    return loader is not None and ast.unparse(loader) not in UNSAFE


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def owner_of(node: ast.AST) -> str:
    return name_of(node.value) if isinstance(node, ast.Attribute) else ""


ALLOWED = {
    # names of tables and columns of ours, never what somebody typed
    ("store/database/copying.py", "a statement put together from values"),
    ("store/database/guards.py", "a statement put together from values"),
    ("store/database/schema.py", "a statement put together from values"),
    ("store/database/engines.py", "a statement put together from values"),
}


def test_no_source_has_a_pattern_that_lets_others_in() -> None:
    found = []
    for path in SOURCES:
        place = path.relative_to(HOME).as_posix().removeprefix("src/tracker/")
        for line, fault in faults(ast.parse(path.read_text(encoding="utf-8"))):
            if (place, fault) not in ALLOWED and "migrations" not in place:
                found.append(f"{place}:{line}: {fault}")
    assert found == []


BAD = {
    "import subprocess\nsubprocess.run('x', shell=True)": "a shell",
    "import yaml\nyaml.load(x)": "a YAML loader that makes objects",
    "import yaml\nyaml.load(x, Loader=yaml.UnsafeLoader)": "a YAML loader that makes objects",
    "from xml.etree import ElementTree\nElementTree.fromstring(x)": "an XML parser that fetches",
    "from lxml import etree\netree.fromstring(x)": "an XML parser that fetches",
    "session.execute(f'SELECT {x}')": "a statement put together from values",
    "import httpx\nhttpx.get(x)": "a call out without a time limit",
    "from urllib.request import urlopen\nurlopen(x)": "a call out without a time limit",
    "eval(x)": "text that is run",
    "import pickle\npickle.loads(x)": "objects out of bytes",
}


@pytest.mark.parametrize("source", BAD)
def test_each_pattern_would_be_found(source: str) -> None:
    assert BAD[source] in {fault for _, fault in faults(ast.parse(source))}


def test_no_template_trusts_a_text_that_is_not_ours() -> None:
    """Pictures are drawn by us and marked where they are drawn; no template says what is safe."""
    assert TEMPLATES
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", text), path.name


def test_no_rule_is_ignored_for_a_whole_line_or_file() -> None:
    for path in SOURCES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            ignores = re.search(
                r"#\s*(noqa|nosec)(?!: [A-Z]+\d+| B\d+)|# ruff: noqa|type: ignore(?!\[)", line
            )
            assert not ignores, f"{path.name}:{number}"
