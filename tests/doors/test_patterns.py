"""Patterns that may not come in: read from the syntax of every file, not from its text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
SOURCES = sorted([*(HOME / "src").rglob("*.py"), *(HOME / "flows").rglob("*.py")])
TEMPLATES = sorted((HOME / "src").rglob("*.html"))
PARSERS = ("xml.etree.", "xml.dom.", "xml.sax.", "lxml.etree.")
READERS = {"parse", "fromstring", "iterparse", "XML", "parseString"}
STATEMENTS = {"text", "exec_driver_sql", "execute"}
CALLS_OUT = {"urlopen", "request", "get", "post", "put", "delete"}
CLIENTS = {"urllib", "requests", "httpx", "http"}
UNSAFE = {"yaml.Loader", "yaml.FullLoader", "yaml.UnsafeLoader", "yaml.CLoader"}
FORBIDDEN = {
    "os.system": "a shell",
    "os.popen": "a shell",
    "pickle.load": "objects out of bytes",
    "pickle.loads": "objects out of bytes",
    "marshal.load": "objects out of bytes",
    "marshal.loads": "objects out of bytes",
    "eval": "text that is run",
    "exec": "text that is run",
}


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
            found |= {a.asname: a.name for a in node.names if a.asname}
        elif isinstance(node, ast.ImportFrom):
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


def full_name(node: ast.AST, modules: dict[str, str]) -> str:
    """Return the dotted name of what is called, through the imports; of a call, what it made."""
    if isinstance(node, ast.Name):
        return modules.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{full_name(node.value, modules)}.{node.attr}"
    return full_name(node.func, modules) if isinstance(node, ast.Call) else "?"


def of_call(node: ast.Call, modules: dict[str, str]) -> Iterator[str]:
    whole = full_name(node.func, modules)
    name = whole.rpartition(".")[2]
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    shell, first = given.get("shell"), node.args[0] if node.args else None
    loader = given.get("Loader") or (node.args[1] if len(node.args) > 1 else None)
    is_guarded = whole.startswith("lxml.") and ("parser" in given or len(node.args) > 1)
    found = {
        FORBIDDEN.get(whole, ""): whole in FORBIDDEN,
        "a shell": whole in ("os.system", "os.popen")
        or (shell is not None and ast.unparse(shell) != "False"),
        "a YAML loader that makes objects": whole in ("yaml.load", "yaml.load_all")
        and (loader is None or full_name(loader, modules) in UNSAFE),
        "an XML parser that fetches": name in READERS
        and whole.startswith(PARSERS)
        and not is_guarded,
        "a statement put together from values": name in STATEMENTS and is_put_together(first),
        "a call out without a time limit": name in CALLS_OUT
        and whole.partition(".")[0] in CLIENTS
        and "timeout" not in given,
    }
    return (fault for fault, is_there in found.items() if is_there)


def is_put_together(node: ast.AST | None) -> bool:
    """Tell whether a text is made of values: by an f-string, by % or +, or by format."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        return any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in sides)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "format"
    )


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
    "from pickle import loads\nloads(x)": "objects out of bytes",
    "from yaml import load\nload(x)": "a YAML loader that makes objects",
    "from yaml import CLoader, load\nload(x, CLoader)": "a YAML loader that makes objects",
    "import urllib.request\nurllib.request.urlopen(x)": "a call out without a time limit",
    "import httpx\nhttpx.Client().get(x)": "a call out without a time limit",
    "import xml.etree.cElementTree\nxml.etree.cElementTree.XML(x)": "an XML parser that fetches",
    "session.execute('SELECT ' + x)": "a statement put together from values",
    "session.execute('SELECT %s' % x)": "a statement put together from values",
    "session.execute('SELECT {}'.format(x))": "a statement put together from values",
    "import os\nos.system(x)": "a shell",
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
