"""People who are signed in on the pages, for tests."""

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from tracker.security.passwords import Hasher
from tracker.security.policy import Role
from tracker.services.accounts import administration
from tracker.settings import Settings
from tracker.store import Engine, Session, engine_for
from tracker.store.accounts import Person
from tracker.store.audit import Act
from tracker.web import create_app

PASSWORD = "gravel-tulip-93-moth"
CHEAP = Hasher(time_cost=1, memory_kib=64)
"""A hash that costs nothing, for tests that are not about its cost."""

NOON = datetime(2026, 5, 6, 4, 0, tzinfo=UTC)


HASHED = CHEAP.hash(PASSWORD)


def let_in(
    session: Session, login: str, person: Person, *roles: Role, changed: bool = True
) -> None:
    """Add an account that has replaced its first password, or has still to."""
    act = Act("test")
    administration.add(session, act, login, person, roles=roles, password_hash=HASHED)
    if changed:
        administration.set_password(session, act, login, HASHED, must_change=False)


def app_for(
    engine: Engine | None,
    folder: Path,
    day: date,
    *,
    now: Callable[[], datetime] = lambda: NOON,
    **more: object,
) -> FastAPI:
    made = engine or engine_for("sqlite://")
    setting = Settings(
        data=folder, database_url=str(made.url), timezone="Asia/Shanghai", language="zh"
    )
    asked = {"key": None, "as_of": lambda: day, "hosts": ["testserver"], "hasher": CHEAP, **more}
    return create_app(made, setting, now=now, **asked)


def stranger(app: FastAPI, address: str = "testclient") -> TestClient:
    return TestClient(
        app, follow_redirects=False, raise_server_exceptions=False, client=(address, 50000)
    )


def client_of(app: FastAPI, login: str, password: str = PASSWORD) -> TestClient:
    """Return a browser in which somebody has signed in."""
    client = stranger(app)
    answer = sign_in(client, login, password)
    assert answer.status_code == 303, answer.text
    return client


def sign_in(client: TestClient, login: str, password: str = PASSWORD):
    data = {"login": login, "password": password, "_token": token_in(client, "/sign-in")}
    return client.post("/sign-in", data=data)


def token_in(client: TestClient, page: str = "/account") -> str:
    """Return the token that the forms of a page carry."""
    found = re.search(r'name="_token" value="([0-9a-f]{64})"', client.get(page).text)
    assert found, page
    return found[1]


def form_in(text: str, action: str) -> dict[str, str]:
    """Return the fields of the form that goes to `action`, as a browser would send them."""
    body = re.search(rf'<form[^>]+action="{action}".*?</form>', text, re.S)
    assert body, action
    fields = {}
    for tag in re.findall(r"<input[^>]*>", body[0]):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and 'type="file"' not in tag:
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select name="([^"]+)">(.*?)</select>', body[0], re.S):
        chosen = re.search(r'<option value="([^"]*)"\s*selected', options)
        fields[name] = chosen[1] if chosen else ""
    for name, written in re.findall(
        r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', body[0], re.S
    ):
        fields[name] = html.unescape(written)
    return fields
