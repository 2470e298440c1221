"""The door is small, and text stays text: on every page that can be reached, and in every file."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from tests.support.command import tracker
from tests.support.databases import sqlite_engine
from tests.support.record import CLERK, put
from tests.support.web import app_for, client_of, let_in
from tracker.core.events import BlockReason, Event, EventKind
from tracker.core.model import Project
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.security.policy import Role
from tracker.services.county import follow_ups, weekly_report
from tracker.store import Engine, transaction
from tracker.store.accounts import Person

DAY = date(2026, 5, 6)
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)><svg/onload=alert(1)>"
FORMULA = '=HYPERLINK("http://x.example","y")'


@dataclass(frozen=True)
class Full:
    """A county in which every text is markup, or a formula, and its files."""

    engine: Engine
    folder: Path
    client: TestClient
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, law: Catalog) -> Iterator[Full]:
    folder = tmp_path_factory.mktemp("full")
    with sqlite_engine(folder) as engine:
        for n, text in enumerate((MARKUP, FORMULA)):
            with transaction(engine) as session:
                put(session, project(n, text), *events(text))
        with transaction(engine) as session:
            follow_ups.review_county(session, CLERK, law, DAY)
        with transaction(engine) as session:
            at = datetime(2026, 5, 6, 16, tzinfo=UTC)
            made = weekly_report.prepare(session, law, words_in("zh"), status_date=DAY, now=at)
            weekly_report.keep(session, CLERK, made)
            let_in(session, "clerk", Person(name=MARKUP), Role.BUREAU_CLERK)
            let_in(session, "audit", Person(name="审计"), Role.AUDIT_ADMIN)
        app = app_for(engine, folder, DAY)
        yield Full(engine, folder, client_of(app, "clerk"), dict(made.files))


def project(n: int, text: str) -> Project:
    said = {
        key: f"{text}{key}"
        for key in (
            "name",
            "category",
            "location",
            "owner_unit",
            "responsible_unit",
            "leader",
            "task_force",
            "remark",
        )
    }
    return Project(
        id=0, procedure="gov_building", target="fs_approval", deadline=DAY, updated_on=DAY, **said
    )


def events(text: str) -> tuple[Event, ...]:
    known = {"step": "fs_prepare", "known_by": DAY}
    return (
        Event(kind=EventKind.STARTED, day=date(2026, 4, 1), document=text, note=text, **known),
        Event(
            kind=EventKind.BLOCKED,
            day=date(2026, 4, 8),
            reason=next(iter(BlockReason)),
            expected=date(2026, 6, 1),
            note=text,
            **known,
        ),
    )


class Parsed(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def pages_of(client: TestClient) -> Iterator[tuple[str, str]]:
    """Yield every page that links lead to from the first one, each once."""
    waiting, seen = ["/", "/account", "/audit"], set()
    while waiting:
        address = waiting.pop()
        if address in seen or len(seen) > 400:
            continue
        seen.add(address)
        answer = client.get(address)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        yield address, answer.text
        links = re.findall(r'href="(/[^"#]*)', answer.text)
        waiting += [link.replace("&amp;", "&") for link in links if "sign-out" not in link]


@pytest.mark.parametrize("login", ["clerk", "audit"])
def test_markup_in_every_text_stays_text_on_every_page(full: Full, login: str) -> None:
    client = client_of(app_for(full.engine, full.folder, DAY), login)
    count, shown = 0, 0
    for address, text in pages_of(client):
        count += 1
        shown += "alert(1)" in text
        for tag, attributes in Parsed(text).tags:
            where = f"{address}: <{tag} {attributes}>"
            assert not any(name.startswith("on") for name in attributes), where
            assert attributes.get("src") in (None, "") or attributes["src"].startswith("/"), where
            assert "alert(1)" not in (attributes.get("href") or "") or attributes[
                "href"
            ].startswith("/")
            if tag == "script":
                assert attributes.get("src", "").startswith("/static/"), where
    assert count >= (2 if login == "audit" else 15)
    assert shown >= (1 if login == "audit" else 5)


def test_the_policy_of_every_answer_allows_no_script_of_a_page(full: Full) -> None:
    for address in ("/", "/projects/1", "/nowhere", "/static/style.css", "/health/live"):
        policy = full.client.get(address).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy


def test_markup_breaks_no_file_and_no_formula_lives(full: Full) -> None:
    kinds = {name.rpartition(".")[2]: data for name, data in full.files.items()}
    assert set(kinds) >= {"docx", "pdf", "xlsx", "txt"}
    assert kinds["pdf"].startswith(b"%PDF-")
    for kind in ("docx", "xlsx"):
        with zipfile.ZipFile(BytesIO(kinds[kind])) as package:
            parts = {
                n: package.read(n) for n in package.namelist() if n.endswith((".xml", ".rels"))
            }
        for name, part in parts.items():
            root = ET.fromstring(part)
            tags = {element.tag.rpartition("}")[2] for element in root.iter()}
            assert not (kind == "xlsx" and "worksheets" in name and "f" in tags), name
    ledger = full.client.get("/projects.xlsx").content
    with zipfile.ZipFile(BytesIO(ledger)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    plan = full.client.get("/projects/1/plan.xml").content
    names = [element.text for element in ET.fromstring(plan).iter() if "Title" in element.tag]
    assert names[0].startswith(MARKUP)


def test_a_calendar_has_no_entry_that_a_text_made(full: Full, tmp_path: Path) -> None:
    out = tmp_path / "a.ics"
    leader = f"{MARKUP}leader"
    asked = ("--data", full.folder, "agenda", leader, "--out", out, "--as-of", "2026-05-06")
    done = tracker(*asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = out.read_text(encoding="utf-8")
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT")
    assert text.count("BEGIN:VCALENDAR") == 1


@pytest.mark.parametrize(
    "address",
    ["/docs", "/redoc", "/openapi.json", "/static/", "/static/..%2fapp.py", "/static/../app.py"],
)
def test_what_helps_a_developer_is_not_there(full: Full, address: str) -> None:
    answer = full.client.get(address)
    assert answer.status_code == 404
    assert "import " not in answer.text


@pytest.mark.parametrize(
    "method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "OPTIONS", "PROPFIND"]
)
def test_no_other_method_is_answered(full: Full, method: str) -> None:
    assert full.client.request(method, "/projects/1").status_code in (400, 404, 405)


def test_the_headers_of_every_answer(full: Full) -> None:
    for address in ("/", "/sign-in", "/nowhere", "/projects/1"):
        headers = full.client.get(address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert not {"server", "x-powered-by"} & set(headers)
