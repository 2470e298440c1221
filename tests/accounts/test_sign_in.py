"""Coming in: guesses, passwords, sessions, forged forms, secrets, and doors that stay shut."""

import errno
import json
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.accounts.test_access import ROUTES
from tests.support.databases import sqlite_engine
from tests.support.record import CLERK, put
from tests.support.web import (
    CHEAP,
    NOON,
    PASSWORD,
    app_for,
    client_of,
    let_in,
    sign_in,
    stranger,
    token_in,
)
from tracker.core.model import Project
from tracker.core.problems import TrackerError
from tracker.security import passwords
from tracker.security.passwords import BadPasswordError, Hasher
from tracker.security.policy import Role
from tracker.services.accounts import administration
from tracker.services.accounts.sign_in import Gate, LockedError, RefusedError
from tracker.services.installation import backup
from tracker.services.installation.backup import Folders
from tracker.services.projects import editing, evidence
from tracker.store import Engine, audit, engine_for, reading, transaction
from tracker.store import accounts as stored
from tracker.store.accounts import Person
from tracker.store.database import guards

DAY = date(2026, 5, 6)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **more: float) -> None:
        self.now += timedelta(**more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with sqlite_engine(tmp_path) as made:
        with transaction(made) as session:
            put(
                session,
                Project(
                    id=0, name="甲镇小学", procedure="gov_building", target="start", updated_on=DAY
                ),
            )
        yield made


def add(engine: Engine, login: str, *roles: Role, changed: bool = True) -> None:
    with transaction(engine) as session:
        person = Person(name=f"{login} 的人", office="县教育局", town="甲镇", phone="13812345678")
        let_in(session, login, person, *roles, changed=changed)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: Clock) -> FastAPI:
    add(engine, "clerk", Role.BUREAU_CLERK)
    return app_for(engine, tmp_path, DAY, now=clock)


# Guessing


def test_guessing_one_name_locks_it_and_nobody_else(
    engine: Engine, clock: Clock, rounds: Callable[[int, int], int]
) -> None:
    add(engine, "clerk", Role.READER)
    add(engine, "other", Role.READER)
    gate = Gate(engine=engine, now=clock, hasher=CHEAP)
    tried = 0
    for _ in range(rounds(300, 10_000)):
        try:
            gate.sign_in("clerk", "wrong password", address="10.0.0.1", agent="")
        except RefusedError:
            tried += 1
        except LockedError:
            clock.on(seconds=1)
    hours = (clock.now - NOON) / timedelta(hours=1)
    assert tried <= 5 + hours * 6  # one more try each ten minutes
    with pytest.raises(LockedError):
        gate.sign_in("clerk", PASSWORD, address="10.0.0.1", agent="")
    assert gate.sign_in("other", PASSWORD, address="10.0.0.1", agent="")
    assert gate.sign_in("clerk", PASSWORD, address="10.0.0.2", agent="")  # its owner, elsewhere


def test_guessing_from_many_addresses_gets_sixty_tries_an_hour(
    engine: Engine, clock: Clock, rounds: Callable[[int, int], int]
) -> None:
    add(engine, "clerk", Role.READER)
    gate = Gate(engine=engine, now=clock, hasher=CHEAP)
    refused = []
    for n in range(rounds(400, 10_000)):
        clock.on(seconds=10)
        try:
            gate.sign_in("clerk", "wrong password", address=f"10.0.{n // 250}.{n % 250}", agent="")
        except RefusedError:
            refused.append(clock.now)
        except LockedError:
            pass
    for at in refused:
        assert sum(at <= other < at + timedelta(hours=1) for other in refused) <= 60


def test_guessing_from_elsewhere_does_not_lock_out_whoever_came_in_before(
    engine: Engine, clock: Clock
) -> None:
    add(engine, "clerk", Role.READER)
    gate = Gate(engine=engine, now=clock, hasher=CHEAP)
    visit = gate.visit(gate.sign_in("clerk", PASSWORD, address="desk", agent=""))
    assert visit
    gate.sign_out(visit)  # and goes home
    for n in range(100):
        with pytest.raises((RefusedError, LockedError)):
            gate.sign_in("clerk", "wrong password", address=f"10.0.0.{n}", agent="")
    with pytest.raises(LockedError):
        gate.sign_in("clerk", PASSWORD, address="10.0.1.1", agent="")
    assert gate.sign_in("clerk", PASSWORD, address="desk", agent="")


def test_a_right_password_at_the_fifth_try_locks_nothing(engine: Engine, clock: Clock) -> None:
    add(engine, "clerk", Role.READER)
    gate = Gate(engine=engine, now=clock, hasher=CHEAP)
    for _ in range(4):
        with pytest.raises(RefusedError):
            gate.sign_in("clerk", "wrong password", address="a", agent="")
    assert gate.sign_in("clerk", PASSWORD, address="a", agent="")
    with reading(engine) as session:
        assert list(audit.entries(session, action="lock account")) == []


def test_many_tries_at_once_are_no_more_than_one_after_another(
    engine: Engine, clock: Clock
) -> None:
    """Each is counted before its password is looked at, which takes a while."""
    add(engine, "clerk", Role.READER)
    looked = []

    class Slow(Hasher):
        def fits(self, password: str, kept: str | None) -> bool:
            looked.append(password)
            sleep(0.05)
            return False

    gate = Gate(engine=engine, now=clock, hasher=Slow(time_cost=1, memory_kib=64))

    def guess(n: int) -> None:
        with suppress(RefusedError, LockedError):
            gate.sign_in("clerk", f"guess {n}", address="10.0.0.1", agent="")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(guess, range(40)))
    assert len(looked) == 5


def test_a_lock_lasts_ten_minutes_from_the_last_try(engine: Engine, clock: Clock) -> None:
    add(engine, "clerk", Role.READER)
    gate = Gate(engine=engine, now=clock, hasher=CHEAP)
    for _ in range(5):
        with pytest.raises(RefusedError):
            gate.sign_in("clerk", "wrong password", address="a", agent="")
        clock.on(minutes=2)
    clock.on(minutes=7)  # nine minutes after the fifth, seventeen after the first
    with pytest.raises(LockedError):
        gate.sign_in("clerk", PASSWORD, address="a", agent="")
    clock.on(minutes=1)
    assert gate.sign_in("clerk", PASSWORD, address="a", agent="")
    with reading(engine) as session:
        locks = list(audit.entries(session, action="lock account"))
    assert [lock.about for lock in locks] == ["clerk"]


def test_an_unknown_name_is_answered_as_a_known_one(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    fits = Hasher.fits
    monkeypatch.setattr(
        Hasher, "fits", lambda self, *a: (checked.append(a[1] is None), fits(self, *a))[1]
    )
    client = stranger(app)
    texts = {}
    for login in ("clerk", "nobody"):
        for _ in range(7):
            answer = sign_in(client, login, "wrong password")
            texts.setdefault(login, []).append(
                (
                    answer.status_code,
                    answer.text.replace(login, "?").replace(token_in(client, "/sign-in"), ""),
                )
            )
    assert texts["clerk"] == texts["nobody"]
    assert checked == [False] * 5 + [True] * 5  # the same work is done for both


def test_a_real_hash_takes_the_same_time_for_both(rounds: Callable[[int, int], int]) -> None:
    hasher = Hasher()
    kept = hasher.hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    spent: dict[bool, list[float]] = {True: [], False: []}
    for n in range(2 * rounds(4, 50)):
        begun = perf_counter()
        assert not hasher.fits("wrong password", kept if n % 2 else None)
        spent[bool(n % 2)].append(perf_counter() - begun)
    if rounds(0, 1):
        known, unknown = median(spent[True]), median(spent[False])
        assert abs(known - unknown) <= 0.2 * max(known, unknown)


# Passwords


def test_no_account_exists_by_default(tmp_path: Path) -> None:
    with sqlite_engine(tmp_path) as fresh, reading(fresh) as session:
        assert stored.all_accounts(session) == []


@pytest.mark.parametrize(
    "password",
    [
        "short-one-7",
        "x" * 129,
        "Password2026!",
        "qwertyuiop12",
        "P@ssw0rd1234",
        "1qaz2wsx3edc",
        "xianzhengfu@123",
        "admin@fagaiju2026",
        "aaaaaaaaaaaaaaa",
        "123456789012",
        "clerk.zhang-2026!!",
    ],
)
def test_what_anybody_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(BadPasswordError):
        passwords.check(password, ["clerk.zhang", "发改局"])


@pytest.mark.parametrize(
    "password",
    ["我家门前有两棵枣树三只猫呀", "correct horse battery staple", "tulip-93-gravel-Moth"],
)
def test_a_password_of_ones_own_is_taken(password: str) -> None:
    passwords.check(password, ["clerk.zhang", "发改局"])


def test_three_thousand_first_guesses_are_refused() -> None:
    endings = (
        "2026",
        "123456",
        "@2026",
        "12345678!",
        "!@#123",
        "2025.",
        "888888",
        "520",
        "001",
        "#1",
    )
    tried = 0
    for word in passwords._words():
        for ending in endings:
            with pytest.raises(BadPasswordError):
                passwords.check((word + ending).ljust(12, "0"), [])
            tried += 1
    assert tried >= 3000


def test_the_whole_password_counts() -> None:
    long = "长" * 60 + "z" * 68
    kept = CHEAP.hash(long)
    assert CHEAP.fits(long, kept)
    assert not CHEAP.fits(long[:-1] + "y", kept)
    assert not CHEAP.fits(long + "z", kept)


def test_a_first_password_opens_nothing_but_the_page_that_changes_it(
    engine: Engine, app: FastAPI
) -> None:
    add(engine, "fresh", Role.BUREAU_CLERK, changed=False)
    client = client_of(app, "fresh")
    for (method, path), _ in ROUTES.items():
        if method == "GET" and path not in (
            "/password",
            "/sign-in",
            "/language/{language}",
            "/identity/begin",
            "/identity/back",
            "/enter/{given}",
            "/health/live",
            "/health/ready",
        ):
            answer = client.get(path.replace("{number}", "1"))
            assert (answer.status_code, answer.headers.get("Location")) == (303, "/password"), path
    new = "vellum-otter-41-brine"
    said = {"old": PASSWORD, "new": new, "again": new, "_token": token_in(client, "/password")}
    assert client.post("/password", data={**said, "again": "x"}).status_code == 400
    assert client.post("/password", data={**said, "old": "x" * 12}).status_code == 403
    same = {**said, "new": PASSWORD, "again": PASSWORD}
    assert client.post("/password", data=same).status_code == 400
    assert client.post("/password", data=said).status_code == 303
    assert client.get("/projects").status_code == 200
    assert sign_in(stranger(app), "fresh", PASSWORD).status_code == 403
    assert client_of(app, "fresh", new).get("/projects").status_code == 200


# Sessions


def test_a_sign_in_makes_a_key_of_its_own(app: FastAPI) -> None:
    client = stranger(app)
    client.get("/sign-in")
    client.cookies.set("tracker-session", "planted")
    answer = sign_in(client, "clerk")
    cookie = answer.headers["set-cookie"]
    key = client.cookies.get("tracker-session", domain="testserver.local")
    assert key not in (None, "planted")
    assert len(key) >= 32
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    with reading(app.state.pages.engine) as session:
        digests = session.connection().execute(text("SELECT key_digest FROM web_session")).scalars()
        assert key not in set(digests)


def test_over_tls_the_cookie_belongs_to_this_host_alone(engine: Engine, tmp_path: Path) -> None:
    add(engine, "clerk", Role.READER)
    app = app_for(engine, tmp_path, DAY, is_tls=True)
    client = stranger(app)
    client.base_url = client.base_url.copy_with(scheme="https")
    answer = sign_in(client, "clerk")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if "__Host-" in c)
    assert re.match(
        r"__Host-tracker=\S+; HttpOnly; Max-Age=43200; Path=/; SameSite=strict; Secure", cookie
    )
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def kept_cookie(client: object) -> str:
    return client.cookies.get("tracker-session", domain="testserver.local")


def test_a_session_ends_with_the_sign_out(app: FastAPI) -> None:
    client = client_of(app, "clerk")
    key = kept_cookie(client)
    assert client.post("/sign-out", data={"_token": token_in(client)}).status_code == 303
    client.cookies.set("tracker-session", key)
    assert client.get("/projects").status_code == 303


@pytest.mark.parametrize(
    "ends",
    [
        lambda s: administration.set_disabled(s, CLERK, "clerk", is_disabled=True),
        lambda s: administration.change_roles(s, CLERK, "clerk", [Role.READER]),
        lambda s: administration.set_password(
            s, CLERK, "clerk", CHEAP.hash(PASSWORD + "-2"), must_change=False
        ),
    ],
)
def test_a_session_ends_when_its_account_changes(
    engine: Engine, app: FastAPI, ends: Callable[[object], None]
) -> None:
    client = client_of(app, "clerk")
    assert client.get("/projects").status_code == 200
    with transaction(engine) as session:
        ends(session)
    assert client.get("/projects").status_code == 303


def test_a_session_ends_after_half_an_hour_without_use(app: FastAPI, clock: Clock) -> None:
    client = client_of(app, "clerk")
    clock.on(minutes=29)
    assert client.get("/projects").status_code == 200
    clock.on(minutes=29)
    assert client.get("/projects").status_code == 200
    clock.on(minutes=30)
    assert client.get("/projects").status_code == 303


def test_a_session_ends_after_twelve_hours_of_use(app: FastAPI, clock: Clock) -> None:
    client = client_of(app, "clerk")
    for _ in range(35):
        clock.on(minutes=20)
        assert client.get("/account").status_code == 200
    clock.on(minutes=20)
    assert client.get("/account").status_code == 303


def test_a_clock_that_is_put_back_prolongs_nothing(app: FastAPI, clock: Clock) -> None:
    client = client_of(app, "clerk")
    clock.on(hours=-1)
    assert client.get("/account").status_code == 303
    clock.on(days=40)
    assert client.get("/account").status_code == 303


def test_ones_other_sessions_can_be_seen_and_ended(app: FastAPI) -> None:
    here, there = client_of(app, "clerk"), client_of(app, "clerk")
    assert here.get("/account").text.count('<td class="day">') == 4
    assert here.post("/account/sessions", data={"_token": token_in(here)}).status_code == 303
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


# Forged forms


def forged() -> list[tuple[str, str]]:
    return [key for key in ROUTES if key[0] == "POST"]


@pytest.mark.parametrize("key", forged(), ids=lambda key: key[1])
def test_a_forged_request_changes_nothing(
    engine: Engine, app: FastAPI, key: tuple[str, str]
) -> None:
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        add(engine, str(role), role)
    login = {
        "/accounts": "system_admin",
        "/accounts/{login}/password": "system_admin",
        "/accounts/{login}/state": "system_admin",
        "/accounts/{login}/roles": "security_admin",
        "/accounts/{login}/sessions": "security_admin",
    }.get(key[1], "clerk")
    client, other = client_of(app, login), client_of(app, login)
    address = key[1].replace("{number}", "1").replace("{login}", "clerk")
    token, foreign = token_in(client), token_in(other)
    form = dict(ROUTES[key].form or {"login": "clerk", "password": PASSWORD})
    if key[1] == "/sign-in":
        client.cookies.delete("tracker-session")
        token = token_in(client, "/sign-in")
    with reading(engine) as session:
        before, _ = audit.newest(session)
    good = {**form, "_token": token}
    tries = {
        "no token": client.post(address, data=form),
        "another's token": client.post(address, data={**form, "_token": foreign}),
        "another site": client.post(address, data=good, headers={"Origin": "https://evil.example"}),
        "another site's page": client.post(
            address, data=good, headers={"Referer": "https://evil.example/x"}
        ),
        "as the browser says": client.post(
            address, data=good, headers={"Sec-Fetch-Site": "cross-site"}
        ),
        "JSON as text": client.post(
            address, content=json.dumps(good), headers={"Content-Type": "text/plain"}
        ),
        "JSON": client.post(address, json=good),
        "no kind": client.post(address, content=b"_token=" + token.encode()),
    }
    assert {name: answer.status_code for name, answer in tries.items()} == dict.fromkeys(tries, 403)
    for override in ({"X-HTTP-Method-Override": "POST"}, {}):
        client.get(address, params={**good, "_method": "POST"}, headers=override)
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.request(method, address, data=good).status_code in (403, 404, 405)
    with reading(engine) as session:
        told = {entry.action for entry in audit.entries(session, after=before)}
    assert told <= {audit.REFUSED}


PLACES = {"number": 1, "login": "x", "key": "0" * 16, "fact": "x", "area": "approval"}


@pytest.mark.parametrize("extra", ["is_admin", "unit_id", "owner", "id", "state", "roles"])
def test_a_field_that_no_form_has_is_refused_and_logged(
    app: FastAPI, extra: str, capfd: pytest.CaptureFixture[str]
) -> None:
    client = client_of(app, "clerk")
    token = token_in(client)
    for key in forged():
        if key[1].startswith("/accounts") or key[1] in ("/sign-in", "/sign-out"):
            continue
        form = {**(ROUTES[key].form or {}), "_token": token, extra: "1"}
        answer = client.post(key[1].format(**PLACES), data=form)
        assert answer.status_code == 400, key
        logged = json.loads(capfd.readouterr().err.strip().splitlines()[-1])
        assert (logged["status"], logged["route"]) == (400, key[1])


# Secrets and shut doors


def test_no_secret_reaches_a_log_a_page_or_a_backup(
    engine: Engine,
    app: FastAPI,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "canary-wrong-password"
    client = client_of(app, "clerk")
    key, token = kept_cookie(client), token_in(client)
    sign_in(stranger(app), "clerk", wrong)

    def fails(*_: object) -> None:
        raise RuntimeError(f"{PASSWORD} {key} {token}")

    monkeypatch.setattr(editing, "edited", fails)
    new = {"name": "x", "_token": token}
    answer = client.post(
        "/projects/new", data=new, headers={"Authorization": "Bearer canary-bearer"}
    )
    assert answer.status_code == 500
    number = re.search(r"报修编号：([0-9a-f]{8})", answer.text)
    assert number
    said = "".join(capfd.readouterr()) + caplog.text
    assert number[1] in said
    assert "services/projects/editing" in said or "web/projects/editing" in said
    folders = Folders(tmp_path, tmp_path / "e", tmp_path / "l", tmp_path / "r", tmp_path / "s")
    made = backup.make(engine, folders, tmp_path / "b", now=datetime(2026, 5, 6, tzinfo=UTC))
    with zipfile.ZipFile(made.path) as packed:
        kept = packed.read("tracker.sqlite").decode("latin-1")
    for secret in (PASSWORD, wrong, key, token, "canary-bearer"):
        assert secret not in said
        assert secret not in kept
        assert secret not in answer.text
    assert "13812345678" not in client.get("/accounts").text


def test_the_password_of_a_database_is_never_said() -> None:
    for address in (
        "postgresql://user:canary@127.0.0.1:1/none",
        "mysql://user:canary@host/x",
        "canary",
    ):
        with pytest.raises(TrackerError) as raised:  # noqa: SIM117
            with reading(engine_for(address)):
                pass
        assert "canary" not in str(raised.value)


def test_without_its_database_the_door_stays_shut(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(app, "clerk")

    def gone(*_: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("connection refused"))

    with monkeypatch.context() as broken:
        broken.setattr(stored, "find_session", gone)
        for path in ("/projects", "/account", "/audit"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert re.search(r"暂时无法访问数据.*报修编号：[0-9a-f]{8}", answer.text, re.S)
            assert "SELECT" not in answer.text
    assert client.get("/projects").status_code == 200  # and goes on once it is back


def test_a_full_disk_is_said_in_words(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(app, "clerk")
    page = "/projects/1/record"
    form = {"step": "fs_prepare", "kind": "started", "do": "record", "newest": "0"}

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/secret/place")

    monkeypatch.setattr(evidence, "staged", full)
    files = {"file": ("a.pdf", b"%PDF-1.4")}
    answer = client.post(page, data={**form, "_token": token_in(client)}, files=files)
    assert answer.status_code == 503
    assert "磁盘空间已满" in answer.text
    assert "secret" not in answer.text


def test_what_cannot_be_told_is_not_done(engine: Engine, app: FastAPI) -> None:
    client = client_of(app, "clerk")
    token = token_in(client)
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text("ALTER TABLE audit RENAME TO gone"))
    form = {"name": "乙镇小学", "procedure": "gov_building", "target": "start", "_token": token}
    assert client.post("/projects/new", data=form).status_code == 503
    assert sign_in(stranger(app), "clerk").status_code == 503
    with transaction(engine) as session:
        session.connection().execute(text("ALTER TABLE gone RENAME TO audit"))
    with reading(engine) as session:
        assert session.connection().execute(text("SELECT count(*) FROM project")).scalar() == 1


def test_a_crowd_at_the_door_is_sent_away_and_who_is_inside_goes_on(
    engine: Engine, tmp_path: Path, clock: Clock
) -> None:
    """Sixty at once: a few are looked at, the others hear 503, nobody inside waits for them."""
    add(engine, "clerk", Role.READER)

    class Slow(Hasher):
        def fits(self, password: str, kept: str | None) -> bool:
            sleep(0.4)
            return super().fits(password, kept)

    app = app_for(engine, tmp_path, DAY, now=clock, hasher=Slow(time_cost=1, memory_kib=64))
    inside = client_of(app, "clerk")

    def knock(n: int) -> int:
        return sign_in(stranger(app, f"10.0.0.{n % 20}"), f"nobody{n}", "x").status_code

    with ThreadPoolExecutor(61) as pool:
        knocking = [pool.submit(knock, n) for n in range(60)]
        sleep(0.3)
        begun = perf_counter()
        assert inside.get("/account").status_code == 200
        waited = perf_counter() - begun
        answers = [each.result() for each in knocking]
    assert answers.count(503) >= 20
    assert set(answers) == {403, 503}
    assert waited < 10


def test_what_is_only_received_keeps_nobody_out_and_a_password_is_never_quoted(
    engine: Engine, tmp_path: Path, clock: Clock
) -> None:
    add(engine, "clerk", Role.READER)
    app = app_for(engine, tmp_path, DAY, now=clock)
    gate = Gate(engine=engine, now=clock, hasher=CHEAP)
    agent = "Mozilla/5.0 政务浏览器".encode().decode("latin-1")  # as a server hands it on
    assert gate.sign_in("clerk", PASSWORD, address="a", agent=agent)
    wrong = sign_in(stranger(app), "clerk", "secret\u200eword")
    assert wrong.status_code == 403
    assert "secret" not in wrong.text
