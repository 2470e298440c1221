"""Coming in by the county's identity service: only who it says, only now, only in that browser."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Semaphore

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey

from tests.accounts.test_sign_in import Clock
from tests.support.command import tracker
from tests.support.databases import sqlite_engine
from tests.support.identity import CLIENT, SECRET, FakeService, identity_service
from tests.support.record import CLERK
from tests.support.web import NOON, app_for, client_of, let_in, stranger, token_in
from tracker import settings
from tracker.security.oidc import OpenIdConnect
from tracker.security.policy import Role
from tracker.services.accounts import administration
from tracker.store import Engine, engine_for, reading, transaction
from tracker.store import accounts as stored
from tracker.store.accounts import Person

BACK = "http://testserver/identity/back"
LOGIN = "fgj.zhang"


@pytest.fixture
def service() -> Iterator[FakeService]:
    with identity_service(int(NOON.timestamp())) as fake:
        yield fake


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with sqlite_engine(tmp_path) as made:
        with transaction(made) as session:
            person = Person(name="发改局综合股")
            administration.add(
                session, CLERK, LOGIN, person, roles=[Role.BUREAU_CLERK], password_hash=None
            )
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(engine: Engine, tmp_path: Path, service: FakeService, clock: Clock) -> FastAPI:
    known = OpenIdConnect(
        issuer=service.address,
        client=CLIENT,
        secret=SECRET,
        claim="preferred_username",
        back=BACK,
        now=clock,
    )
    return app_for(engine, tmp_path, date(2026, 5, 6), now=clock, identity=known)


def begin(client: TestClient, service: FakeService, to: str = "/projects") -> dict[str, str]:
    """Go to the service and sign in there; return what the browser brings back."""
    sent = client.get("/identity/begin", params={"to": to})
    assert sent.status_code == 303
    code = service.enter(sent.headers["location"])
    return {"code": code, "state": service.asked[code]["state"]}


def test_whoever_the_service_knows_and_has_an_account_comes_in(
    app: FastAPI, service: FakeService
) -> None:
    client = stranger(app)
    assert "/identity/begin?to=" in client.get("/sign-in").text
    inside = client.get("/identity/back", params=begin(client, service))
    assert inside.status_code == 200
    assert re.search(r'http-equiv="refresh" content="0;url=/projects"', inside.text)
    assert client.get("/projects").status_code == 200
    assert "发改局综合股" in client.get("/account").text
    assert service.calls.count("/token") == 1


@pytest.mark.parametrize(
    "says",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT, "another"]},
        {"iss": "https://elsewhere"},
        {"exp": int(NOON.timestamp()) - 600},
        {"exp": None},
        {"preferred_username": None},
        {"preferred_username": ["fgj.zhang"]},
        {"preferred_username": "nobody"},
        {"preferred_username": "local"},
        {"preferred_username": ""},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(
    app: FastAPI, service: FakeService, says: dict[str, object]
) -> None:
    client = stranger(app)
    brought = begin(client, service)
    service.says = says
    refused = client.get("/identity/back", params=brought)
    assert refused.status_code == 403
    assert client.get("/projects").status_code == 303


def test_a_token_that_somebody_else_signed_opens_nothing(
    app: FastAPI, service: FakeService
) -> None:
    client = stranger(app)
    brought = begin(client, service)
    service.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert client.get("/identity/back", params=brought).status_code == 403


def test_a_code_comes_back_once_and_in_the_browser_that_asked(
    app: FastAPI, service: FakeService
) -> None:
    client, other = stranger(app), stranger(app)
    brought = begin(client, service)
    assert other.get("/identity/back", params=brought).status_code == 403
    assert client.get("/identity/back", params={**brought, "state": "x"}).status_code == 403
    assert client.get("/identity/back", params=brought).status_code == 200
    assert client.get("/identity/back", params=brought).status_code == 403


def test_a_sign_in_that_takes_too_long_is_begun_again(
    app: FastAPI, service: FakeService, clock: Clock
) -> None:
    client = stranger(app)
    brought = begin(client, service)
    clock.now += timedelta(minutes=11)
    assert client.get("/identity/back", params=brought).status_code == 403
    assert "/token" not in service.calls


def test_a_disabled_account_stays_out(app: FastAPI, service: FakeService, engine: Engine) -> None:
    with transaction(engine) as session:
        administration.set_disabled(session, CLERK, LOGIN, is_disabled=True)
    client = stranger(app)
    assert client.get("/identity/back", params=begin(client, service)).status_code == 403


def test_nobody_is_led_to_another_site(app: FastAPI, service: FakeService) -> None:
    client = stranger(app)
    inside = client.get("/identity/back", params=begin(client, service, "https://elsewhere/"))
    assert 'content="0;url=/"' in inside.text


def test_a_service_that_is_away_or_another_is_said(
    app: FastAPI, service: FakeService, engine: Engine, tmp_path: Path, clock: Clock
) -> None:
    service.says = {"issuer": "https://elsewhere"}
    client = stranger(app)
    assert client.get("/identity/begin").status_code == 403
    away = OpenIdConnect(
        issuer="http://127.0.0.1:9", client=CLIENT, secret=SECRET, claim="sub", back=BACK, now=clock
    )
    other = stranger(app_for(engine, tmp_path, date(2026, 5, 6), now=clock, identity=away))
    refused = other.get("/identity/begin")
    assert refused.status_code == 403
    assert "身份服务" in refused.text


def test_without_a_service_there_is_no_such_page(engine: Engine, tmp_path: Path) -> None:
    client = stranger(app_for(engine, tmp_path, date(2026, 5, 6)))
    assert client.get("/identity/begin").status_code == 404
    assert client.get("/identity/back").status_code == 404
    assert "/identity/" not in client.get("/sign-in").text


def test_an_account_without_a_password_cannot_be_guessed(app: FastAPI) -> None:
    client = stranger(app)
    for password in ("", "None", "null"):
        data = {"login": LOGIN, "password": password, "_token": token_in(client, "/sign-in")}
        assert client.post("/sign-in", data=data).status_code == 403


def test_such_an_account_is_made_in_the_shell(tmp_path: Path) -> None:
    given = ("user", "add", LOGIN, "--role", "bureau_clerk", "--name", "综合股", "--identity")
    done = tracker("--data", tmp_path, *given, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""  # no password is printed
    with reading(engine_for(f"sqlite:///{tmp_path / 'tracker.sqlite'}")) as session:
        found = stored.by_login(session, LOGIN)
    assert (found.password_hash, found.must_change) == (None, False)


@pytest.mark.parametrize(
    "wrong",
    [{"BACK": ""}, {"ISSUER": "http://sso.county.local"}, {"BACK": "http://tracker.county.local"}],
)
def test_a_service_is_named_in_full_and_over_tls(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str]
) -> None:
    good = {
        "ISSUER": "https://sso.county.local",
        "CLIENT": CLIENT,
        "SECRET_FILE": "/etc/secret",
        "BACK": "https://tracker.county.local/",
    }
    for name, value in good.items():
        monkeypatch.setenv(f"TRACKER_OIDC_{name}", value)
    found = settings.from_environment().identity
    assert found
    assert (found.back, found.claim) == ("https://tracker.county.local", "preferred_username")
    for name, value in wrong.items():
        monkeypatch.setenv(f"TRACKER_OIDC_{name}", value)
    with pytest.raises(settings.HalfIdentityError):
        settings.from_environment()


def test_a_slow_service_holds_up_nobody_else(engine: Engine, tmp_path: Path, clock: Clock) -> None:
    """Only a few wait for it at once; the others are told so."""
    entered, go_on = Semaphore(0), Event()

    class Slow:
        def address(self, **_: str) -> str:
            entered.release()
            go_on.wait(20)
            return "https://sso.county.local/authorize"

        def login(self, code: str, **_: str) -> str:
            raise AssertionError(code)

    app = app_for(engine, tmp_path, date(2026, 5, 6), now=clock, identity=Slow())
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(stranger(app).get, "/identity/begin") for _ in range(4)]
        for _ in waiting:
            assert entered.acquire(timeout=300)
        refused = stranger(app).get("/identity/begin")
        assert refused.status_code == 403
        assert "应答缓慢" in refused.text
        assert stranger(app).get("/sign-in").status_code == 200
        go_on.set()
        assert {each.result().status_code for each in waiting} == {303}
    assert stranger(app).get("/identity/begin").status_code == 303


def test_an_account_made_on_the_page_can_come_in_without_a_password(
    app: FastAPI, engine: Engine, service: FakeService
) -> None:
    with transaction(engine) as session:
        let_in(session, "sys.wang", Person(name="系统管理员"), Role.SYSTEM_ADMIN)
    admin = client_of(app, "sys.wang")
    fields = {"_token": token_in(admin), "login": "new.one", "name": "新人", "identity": "1"}
    shown = admin.post("/accounts", data=fields)
    assert shown.status_code == 200
    assert "<code>" not in shown.text
    service.says = {"preferred_username": "new.one"}
    client = stranger(app)
    assert client.get("/identity/back", params=begin(client, service)).status_code == 200
    assert client.get("/account").status_code == 200  # and nobody asks for a password to be changed
