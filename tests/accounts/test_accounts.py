"""Accounts on the pages: three administrators stay three, and forms that are too large stay out."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from fastapi import FastAPI

from tests.projects.test_two_people import form_in
from tests.support.databases import sqlite_engine
from tests.support.web import app_for, client_of, let_in, stranger, token_in
from tracker.security.policy import Role
from tracker.store import Engine, accounts, audit, reading, transaction
from tracker.store.accounts import Person

ADMINS = {"sys": Role.SYSTEM_ADMIN, "sec": Role.SECURITY_ADMIN, "aud": Role.AUDIT_ADMIN}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with sqlite_engine(tmp_path) as made:
        with transaction(made) as session:
            for login, role in ADMINS.items():
                let_in(session, f"{login}-admin", Person(name=login), role)
            let_in(session, "clerk", Person(name="经办人"), Role.READER)
        yield made


@pytest.fixture
def app(engine: Engine, tmp_path: Path) -> FastAPI:
    return app_for(engine, tmp_path, date(2026, 5, 6))


def standings(engine: Engine) -> dict[str, object]:
    with reading(engine) as session:
        return accounts.standings(session)


@pytest.mark.parametrize("login", ["sys-admin", "sec-admin", "aud-admin"])
@pytest.mark.parametrize("what", ["password", "state"])
def test_no_administrator_lets_another_in_or_out(
    app: FastAPI, engine: Engine, login: str, what: str
) -> None:
    client = client_of(app, "sys-admin")
    before = standings(engine)
    assert f"/accounts/{login}/{what}" not in client.get("/accounts").text
    fields = {"_token": token_in(client), "version": "2", "state": "disabled"}
    if what == "password":
        del fields["state"]
    answer = client.post(f"/accounts/{login}/{what}", data=fields)
    assert answer.status_code == 400
    assert "命令行" in answer.text
    assert standings(engine) == before


def test_no_administrator_grants_themselves_a_role(app: FastAPI, engine: Engine) -> None:
    client = client_of(app, "sec-admin")
    before = standings(engine)
    fields = {"_token": token_in(client), "version": "2", "role_bureau_clerk": "1"}
    assert client.post("/accounts/sec-admin/roles", data=fields).status_code == 400
    assert standings(engine) == before


@pytest.mark.parametrize(
    ("login", "roles"),
    [
        ("aud-admin", {"role_reader": "on"}),
        ("aud-admin", {}),
        ("sys-admin", {"role_audit_admin": "on"}),
        ("clerk", {"role_system_admin": "on"}),
    ],
)
def test_three_administrators_are_neither_more_nor_fewer_by_a_page(
    app: FastAPI, engine: Engine, login: str, roles: dict[str, str]
) -> None:
    client = client_of(app, "sec-admin")
    before = standings(engine)
    fields = {"_token": token_in(client), "version": "2", "why": "x", **roles}
    answer = client.post(f"/accounts/{login}/roles", data=fields)
    assert answer.status_code == 400
    assert standings(engine) == before
    with reading(engine) as session:
        (told,) = audit.entries(session, action="refuse")
    assert (told.by, told.about, told.content["act"]) == ("sec-admin", login, "grant_roles")


def test_the_second_of_two_administrators_is_asked(app: FastAPI, engine: Engine) -> None:
    with transaction(engine) as session:
        let_in(session, "sec-two", Person(name="另一位"), Role.SECURITY_ADMIN)
    first, second = client_of(app, "sec-admin"), client_of(app, "sec-two")
    page = "/accounts/clerk/roles"
    shown = [form_in(client.get("/accounts").text, page) for client in (first, second)]
    wanted = [
        {key: value for key, value in form.items() if not key.startswith("role_")} for form in shown
    ]
    assert first.post(page, data={**wanted[0], "role_auditor": "1"}).status_code == 303
    late = second.post(page, data={**wanted[1], "role_bureau_clerk": "1"})
    assert late.status_code == 409
    assert "已被他人更改" in late.text
    assert standings(engine)["clerk"]["roles"] == ["auditor"]


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", "  "), ("name", "甲\n乙"), ("phone", "1" * 40), ("office", "局" * 300)],
)
def test_an_account_that_could_not_be_read_is_refused(
    app: FastAPI, engine: Engine, field: str, text: str
) -> None:
    client = client_of(app, "sys-admin")
    before = standings(engine)
    fields = {"_token": token_in(client), "login": "new.one", "name": "甲", field: text}
    assert client.post("/accounts", data=fields).status_code == 400
    assert standings(engine) == before


def test_a_form_that_is_too_large_is_not_even_read(app: FastAPI) -> None:
    client = stranger(app)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    large = client.post("/sign-in", content=b"login=" + b"x" * 300_000, headers=kind)
    assert large.status_code == 413
    endless = client.post("/sign-in", content=iter([b"login=x"]), headers=kind)
    assert endless.status_code == 411


def test_a_form_in_pieces_is_not_read_whatever_length_it_declares(
    engine: Engine, tmp_path: Path
) -> None:
    """A real server believes the pieces, not the length.

    The client of other tests would not show it.
    """
    app = app_for(engine, tmp_path, date(2026, 5, 6), hosts=["127.0.0.1"])
    with served(app) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(
            b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n"
            b"Transfer-Encoding: chunked\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
            b"8\r\nlogin=ab\r\n"
        )
        assert line.recv(100).startswith(b"HTTP/1.1 411")  # though the form has not ended


@contextmanager
def served(app: FastAPI) -> Iterator[int]:
    """Serve an application on loopback, in a thread that ends with the test."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@pytest.mark.parametrize("origin", ["http://[", "null", "https://elsewhere"])
def test_an_origin_that_cannot_be_read_is_another(app: FastAPI, origin: str) -> None:
    client = stranger(app)
    fields = {"_token": token_in(client, "/sign-in"), "login": "clerk", "password": "x"}
    answer = client.post("/sign-in", data=fields, headers={"origin": origin})
    assert answer.status_code == 403


def test_a_form_without_files_takes_none(app: FastAPI) -> None:
    client = stranger(app)
    fields = {"_token": token_in(client, "/sign-in"), "login": "clerk", "password": "x"}
    answer = client.post("/sign-in", data=fields, files={"file": ("a.pdf", b"x" * 1000)})
    assert answer.status_code == 400


def test_what_cannot_be_seen_is_not_taken(app: FastAPI) -> None:
    """One of the databases keeps no zero byte; the form is refused before anybody asks it to."""
    client = stranger(app)
    fields = {"_token": token_in(client, "/sign-in"), "login": "a\x00b", "password": "x"}
    assert client.post("/sign-in", data=fields).status_code == 400


def test_a_name_that_is_known_belongs_where_it_did(app: FastAPI, engine: Engine) -> None:
    """Offices have the same names in every town; a second one must not move the first."""
    with transaction(engine) as session:
        let_in(session, "jia.clerk", Person(name="党政办", town="甲镇"), Role.TOWN_CLERK)
    client = client_of(app, "sys-admin")
    before = standings(engine)
    fields = {"_token": token_in(client), "login": "yi.clerk", "name": "党政办", "town": "乙镇"}
    refused = client.post("/accounts", data=fields)
    assert refused.status_code == 400
    assert "所属单位不同" in refused.text
    assert standings(engine) == before
    same = {**fields, "login": "jia.two", "town": "甲镇"}
    assert client.post("/accounts", data=same).status_code == 200
    assert standings(engine)["jia.clerk"] == before["jia.clerk"]
