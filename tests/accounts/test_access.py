"""Who may do what: a row for every route and every command, tried for every role and relation."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from tests.support.commands import every_command
from tests.support.databases import sqlite_engine
from tests.support.record import CLERK, keep_scan, put
from tests.support.web import app_for, client_of, let_in, token_in
from tracker.core.model import Event, EventKind, Project, ProjectState
from tracker.security.policy import Role, User
from tracker.services.accounts.refusals import ALL, AN_ACCOUNT, Refusal, Refusals
from tracker.services.projects import evidence
from tracker.store import Engine, audit, events, reading, transaction, upgrade
from tracker.store.accounts import Person
from tracker.store.events import Evidence
from tracker.web.visits import access, access_of, check_routes, routes_of

DAY = date(2026, 5, 6)
OWN, SAME_UNIT, OTHER_UNIT, OTHER_TOWN, CLOSED, MISSING = (
    "own",
    "same unit",
    "other unit",
    "other town",
    "closed",
    "missing",
)
OPEN = {OWN, SAME_UNIT, OTHER_UNIT, OTHER_TOWN}
UNIT, TOWN, LEADER, FORCE = "县教育局", "甲镇", "副县长（分管教育、卫生）", "甲镇小学专班"
PROJECTS = {
    OWN: {"responsible_unit": UNIT, "location": TOWN, "leader": LEADER, "task_force": FORCE},
    SAME_UNIT: {"responsible_unit": UNIT, "location": "乙镇", "leader": "县长", "task_force": "乙"},
    OTHER_UNIT: {
        "responsible_unit": "县水利局",
        "location": TOWN,
        "leader": "县长",
        "task_force": "乙",
    },
    OTHER_TOWN: {
        "responsible_unit": "县水利局",
        "location": "乙镇",
        "leader": "县长",
        "task_force": "乙",
    },
    CLOSED: {"responsible_unit": UNIT, "location": TOWN, "leader": LEADER, "task_force": FORCE},
}

R = Role
EVERYBODY = set(Role)
ALLOWED: Mapping[str, Mapping[Role, set[str]]] = {
    "view": {
        R.BUREAU_CLERK: OPEN | {CLOSED},
        R.AUDITOR: OPEN | {CLOSED},
        R.READER: OPEN | {CLOSED},
        R.DEPARTMENT_CLERK: {OWN, SAME_UNIT, CLOSED},
        R.TOWN_CLERK: {OWN, OTHER_UNIT, CLOSED},
        R.LEADER: {OWN, CLOSED},
        R.TASK_FORCE: {OWN, CLOSED},
    },
    "record": {
        R.BUREAU_CLERK: OPEN,
        R.DEPARTMENT_CLERK: {OWN, SAME_UNIT},
        R.TOWN_CLERK: {OWN, OTHER_UNIT},
        R.TASK_FORCE: {OWN},
    },
    "answer": {
        R.BUREAU_CLERK: OPEN,
        R.DEPARTMENT_CLERK: {OWN, SAME_UNIT},
        R.TOWN_CLERK: {OWN, OTHER_UNIT},
        R.TASK_FORCE: {OWN},
    },
    "edit": {R.BUREAU_CLERK: OPEN, R.DEPARTMENT_CLERK: {OWN, SAME_UNIT}},
    "agree": {R.BUREAU_CLERK: OPEN, R.TASK_FORCE: {OWN}},
    "assign": {R.BUREAU_CLERK: OPEN},
    "set_state": {R.BUREAU_CLERK: OPEN | {CLOSED}},
}
SEES = {
    R.BUREAU_CLERK,
    R.DEPARTMENT_CLERK,
    R.TOWN_CLERK,
    R.LEADER,
    R.TASK_FORCE,
    R.AUDITOR,
    R.READER,
}

ANSWERS = {R.BUREAU_CLERK, R.DEPARTMENT_CLERK, R.TOWN_CLERK, R.TASK_FORCE}


@dataclass(frozen=True)
class Row:
    """How a route is tried: who may use it, at which address, and with which harmless form."""

    who: str | set[Role]
    form: Mapping[str, str] | None = None
    address: str = ""


# Each form is one that changes nothing: it shows a version that never was, or only looks.
OLD = {"version": "0"}
WAITING = "/imports/waiting/0123456789abcdef"
ROUTES: Mapping[tuple[str, str], Row] = {
    ("GET", "/"): Row(EVERYBODY),
    ("GET", "/inbox"): Row(ANSWERS),
    ("GET", "/meeting"): Row(SEES),
    ("GET", "/meeting.docx"): Row(SEES),
    ("GET", "/follow-ups"): Row(SEES),
    ("GET", "/follow-ups/{number}"): Row(SEES, address="/follow-ups/9"),
    ("POST", "/follow-ups/{number}"): Row(
        SEES - {R.AUDITOR, R.READER}, {"do": "take_up"}, "/follow-ups/9"
    ),
    ("POST", "/follow-ups/{number}/close"): Row(
        {R.BUREAU_CLERK, R.TASK_FORCE}, {}, "/follow-ups/9/close"
    ),
    ("GET", "/follow-ups/{number}/files/{sha256}"): Row(SEES, address="/follow-ups/9/files/x"),
    ("GET", "/projects"): Row(SEES),
    ("GET", "/projects.xlsx"): Row(SEES),
    ("GET", "/projects/steps"): Row(SEES),
    ("GET", "/projects/steps.xlsx"): Row(SEES),
    ("GET", "/projects/new"): Row({R.BUREAU_CLERK}),
    ("POST", "/projects/new"): Row({R.BUREAU_CLERK}, {"name": ""}),
    ("GET", "/projects/{number}"): Row("view"),
    ("GET", "/projects/{number}/history"): Row("view"),
    ("GET", "/projects/{number}/plan.xml"): Row("view"),
    ("GET", "/projects/{number}/steps/{step}"): Row("view"),
    ("GET", "/projects/{number}/evidence/{sha256}"): Row("view"),
    ("GET", "/projects/{number}/edit"): Row("edit"),
    ("POST", "/projects/{number}/edit"): Row("edit", {**OLD, "remark": "other"}),
    ("GET", "/projects/{number}/answers"): Row("answer"),
    ("POST", "/projects/{number}/answers"): Row("answer", {**OLD, "forest": "no"}),
    ("POST", "/projects/{number}/state"): Row("set_state", {**OLD, "do": "close", "reason": "x"}),
    ("POST", "/projects/{number}/baseline"): Row("agree", {**OLD, "reason": "x"}),
    ("GET", "/projects/{number}/record"): Row("record"),
    ("POST", "/projects/{number}/record"): Row(
        "record", {"step": "fs_prepare", "kind": "started", "do": "look", "newest": "0"}
    ),
    ("GET", "/projects/{number}/assign"): Row("assign"),
    ("POST", "/projects/{number}/assign"): Row(
        "assign", {"role": "leader", "name": "县长", "from": "2026-05-06", "newest": "0"}
    ),
    ("GET", "/imports"): Row({R.BUREAU_CLERK}),
    ("POST", "/imports"): Row({R.BUREAU_CLERK}, {}),
    ("GET", "/imports/waiting/{key}"): Row({R.BUREAU_CLERK}, address=WAITING),
    ("POST", "/imports/waiting/{key}"): Row({R.BUREAU_CLERK}, {"do": "drop"}, WAITING),
    ("GET", "/imports/waiting/{key}/marked.xlsx"): Row(
        {R.BUREAU_CLERK}, address=f"{WAITING}/marked.xlsx"
    ),
    ("GET", "/imports/{number}"): Row({R.BUREAU_CLERK}, address="/imports/1"),
    ("POST", "/imports/{number}/undo"): Row({R.BUREAU_CLERK}, {}, "/imports/1/undo"),
    ("GET", "/questions"): Row(ANSWERS),
    ("GET", "/questions/fact/{fact}"): Row(ANSWERS, address="/questions/fact/none"),
    ("POST", "/questions/fact/{fact}"): Row(
        ANSWERS, {"do": "look", "answer:x": "1"}, "/questions/fact/none"
    ),
    ("GET", "/questions/track/{area}"): Row(ANSWERS, address="/questions/track/approval"),
    ("POST", "/questions/track/{area}"): Row(ANSWERS, {"do": "look"}, "/questions/track/approval"),
    ("GET", "/hand-over"): Row({R.BUREAU_CLERK}),
    ("POST", "/hand-over"): Row({R.BUREAU_CLERK}, {"role": "leader"}),
    ("GET", "/leaders"): Row(SEES),
    ("GET", "/leaders/{name}"): Row(SEES - {R.READER} | {R.READER}, address=f"/leaders/{LEADER}"),
    ("GET", "/reports"): Row({R.BUREAU_CLERK, R.LEADER, R.AUDITOR, R.READER}),
    ("GET", "/reports/{folder}/{name}"): Row(
        {R.BUREAU_CLERK, R.LEADER, R.AUDITOR, R.READER}, address="/reports/2026-W01/weekly.txt"
    ),
    ("GET", "/procedures"): Row(EVERYBODY),
    ("GET", "/procedures/{procedure_id}"): Row(EVERYBODY, address="/procedures/gov_building"),
    ("GET", "/accounts"): Row({R.SYSTEM_ADMIN, R.SECURITY_ADMIN}),
    ("POST", "/accounts"): Row({R.SYSTEM_ADMIN}, {"login": "x", "name": "x"}),
    ("POST", "/accounts/{login}/password"): Row({R.SYSTEM_ADMIN}, {}, "/accounts/victim/password"),
    ("POST", "/accounts/{login}/state"): Row(
        {R.SYSTEM_ADMIN}, {"state": "enabled"}, "/accounts/victim/state"
    ),
    ("POST", "/accounts/{login}/roles"): Row(
        {R.SECURITY_ADMIN}, {"role_reader": "1"}, "/accounts/victim/roles"
    ),
    ("POST", "/accounts/{login}/sessions"): Row(
        {R.SECURITY_ADMIN}, {}, "/accounts/victim/sessions"
    ),
    ("GET", "/audit"): Row({R.AUDIT_ADMIN, R.AUDITOR}),
    ("GET", "/account"): Row(EVERYBODY),
    ("POST", "/account/sessions"): Row(EVERYBODY, {}),
    ("GET", "/password"): Row(EVERYBODY),
    ("POST", "/password"): Row(EVERYBODY, {"old": "wrong", "new": "x", "again": "x"}),
    ("POST", "/sign-out"): Row(EVERYBODY, {}),
    ("GET", "/health/live"): Row("public"),
    ("GET", "/health/ready"): Row("public"),
    ("GET", "/sign-in"): Row("public"),
    ("POST", "/sign-in"): Row("public"),
    ("GET", "/enter/{given}"): Row("public"),
    ("GET", "/language/{language}"): Row("public"),
    ("GET", "/identity/begin"): Row("public"),
    ("GET", "/identity/back"): Row("public"),
}
REFUSED = 404
WRONG_PASSWORD = {("POST", "/password")}
NOT_THERE = {  # the file, the import or the follow-up itself is missing for everybody
    ("GET", "/follow-ups/{number}"),
    ("POST", "/follow-ups/{number}"),
    ("POST", "/follow-ups/{number}/close"),
    ("GET", "/follow-ups/{number}/files/{sha256}"),
    ("GET", "/reports/{folder}/{name}"),
    ("GET", "/imports/{number}"),
    ("GET", "/questions/fact/{fact}"),
    ("POST", "/imports/{number}/undo"),
}


@dataclass(frozen=True)
class Matrix:
    """The county of the matrix: who is signed in, and the project number of each relation."""

    clients: Mapping[Role, TestClient]
    numbers: Mapping[str, int]
    scan: str


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    folder = tmp_path_factory.mktemp("matrix")
    with sqlite_engine(folder) as engine:
        numbers, scan = fill(engine, folder)
        app = app_for(engine, folder, DAY)
        yield Matrix({role: client_of(app, role) for role in Role}, numbers, scan)


def fill(engine: Engine, folder: Path) -> tuple[dict[str, int], str]:
    file = keep_scan(folder / "evidence", "scan.pdf", b"%PDF")
    numbers = {MISSING: 9999}
    with transaction(engine) as session:
        for relation, fields in PROJECTS.items():
            state = ProjectState.ARCHIVED if relation == CLOSED else ProjectState.ACTIVE
            project = Project(
                id=0,
                name=f"项目 {relation}",
                procedure="gov_building",
                target="construction_permit",
                updated_on=DAY,
                deadline=date(2028, 12, 29),
                state=state,
                **fields,
            )
            told = Event(step="fs_review", kind=EventKind.LODGED, day=DAY, known_by=DAY)
            numbers[relation] = put(session, project, told).id
            proof = Evidence.of(file, events.newest_number(session, numbers[relation]))
            content = {"rows": {"evidence": [events.evidence_row(proof)]}}
            entry = audit.record(
                session, CLERK, action="attach evidence", about="x", content=content
            )
            events.add_evidence(session, [proof], entry=entry)
        for role in Role:
            person = Person(
                name=f"{role}", office=UNIT, town=TOWN, leader=LEADER, task_forces=(FORCE,)
            )
            let_in(session, str(role), person, role)
        victim = Person(name="victim")
        let_in(session, "victim", victim, changed=False)
    return numbers, file.sha256


def routes() -> list[APIRoute]:
    return routes_of(app_for(None, Path(), DAY))


def test_every_route_has_its_row_and_only_two_methods() -> None:
    found = {(method, route.path) for route in routes() for method in route.methods}
    assert found == set(ROUTES)
    assert {method for method, _ in found} == {"GET", "POST"}


def test_the_application_does_not_start_with_a_route_that_nobody_guards() -> None:
    def nothing() -> None: ...

    for method, said in (("get", {}), ("post", access("signed_in"))):
        app = app_for(None, Path(), DAY)
        getattr(app, method)("/open", **said)(nothing)
        with pytest.raises(LookupError, match="/open"):
            check_routes(app)


def test_every_row_says_what_the_route_says() -> None:
    for route in routes():
        row = ROUTES[next(iter(route.methods)), route.path]
        said = access_of(route)
        if isinstance(row.who, str):
            assert said == row.who, route.path


def ask(client: TestClient, key: tuple[str, str], address: str, token: str) -> tuple[int, str]:
    row = ROUTES[key]
    form = {**(row.form or {}), "_token": token}
    answer = client.get(address) if key[0] == "GET" else client.post(address, data=form)
    return answer.status_code, re.sub(r"<code>.*?</code>|[0-9a-f]{64}|to=[^\"]*", "", answer.text)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_its_projects_and_no_others(matrix: Matrix, role: Role) -> None:
    client = matrix.clients[role]
    token = token_in(client)
    wrong = []
    for key, row in ROUTES.items():
        if not isinstance(row.who, str) or row.who == "public":
            continue
        absent = ask(client, key, path_of(key, matrix, MISSING), token)
        assert absent[0] == REFUSED
        for relation in PROJECTS:
            status, text = ask(client, key, path_of(key, matrix, relation), token)
            allowed = relation in ALLOWED[row.who].get(role, set())
            if allowed == (status in (REFUSED, 403)):
                wrong.append((key, relation, status))
            if not allowed and (status, text) != absent:
                wrong.append((key, relation, "differs from what is not there"))
    assert wrong == []


def path_of(key: tuple[str, str], matrix: Matrix, relation: str) -> str:
    number = str(matrix.numbers[relation])
    address = key[1].replace("{number}", number).replace("{sha256}", matrix.scan)
    return address.replace("{step}", "fs_prepare")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_its_pages_and_no_others(matrix: Matrix, role: Role) -> None:
    client = matrix.clients[role]
    token = token_in(client)
    wrong = []
    last = ("POST", "/sign-out")
    for key, row in sorted(ROUTES.items(), key=lambda item: item[0] == last):
        if isinstance(row.who, str):
            continue
        if key == last:
            continue
        status, _ = ask(client, key, row.address or key[1], token)
        refused = status == REFUSED or (status == 403 and key not in WRONG_PASSWORD)
        if key in NOT_THERE:
            refused = role not in row.who  # nothing to tell apart: it is missing for all
        if refused == (role in row.who):
            wrong.append((key, status))
    assert wrong == []


def test_lists_show_what_the_reader_may_see(matrix: Matrix) -> None:
    for role, client in matrix.clients.items():
        if role not in SEES:
            continue
        text = client.get("/projects").text
        shown = {relation for relation in PROJECTS if f"项目 {relation}" in text}
        assert shown == ALLOWED["view"][role] - {CLOSED}, role


def test_a_department_sees_and_records_its_own_steps_elsewhere(tmp_path: Path) -> None:
    """The water bureau owns one step in a school of the education bureau, and nothing else."""
    with sqlite_engine(tmp_path) as engine:
        numbers, _ = fill(engine, tmp_path)
        with transaction(engine) as session:
            person = Person(name="水利局经办人", office="县水利局")
            let_in(session, "water", person, R.DEPARTMENT_CLERK)
        client = client_of(app_for(engine, tmp_path, DAY), "water")
        token = token_in(client)
        address = f"/projects/{numbers[OWN]}/record"
        assert client.get(f"/projects/{numbers[OWN]}").status_code == 200
        assert client.get(f"/projects/{numbers[OWN]}/edit").status_code == 404
        own = {"step": "soil_water_report", "kind": "lodged", "do": "look", "newest": "0"}
        assert client.post(address, data={**own, "_token": token}).status_code == 200
        other = {**own, "step": "fs_prepare", "kind": "started"}
        assert client.post(address, data={**other, "_token": token}).status_code == 404


def test_what_was_refused_is_told_and_what_is_not_there_is_not(tmp_path: Path) -> None:
    with sqlite_engine(tmp_path) as engine:
        numbers, _ = fill(engine, tmp_path)
        with transaction(engine) as session:
            let_in(session, "town", Person(name="镇干部", town=TOWN), R.TOWN_CLERK)
        client = client_of(app_for(engine, tmp_path, DAY), "town")
        for address in (
            f"/projects/{numbers[OTHER_TOWN]}",
            "/audit",
            "/projects/99999",
            "/nowhere",
        ):
            assert client.get(address).status_code == 404
        assert client.post("/sign-out", data={"_token": "x"}).status_code == 403
        with reading(engine) as session:
            told = list(audit.entries(session, action="refuse"))
        about = [(e.by, e.content["act"], e.project, e.about) for e in told]
        other = numbers[OTHER_TOWN]
        assert sorted(about, key=str) == [
            ("town", "foreign form", None, ""),
            ("town", "read_audit", None, ""),
            ("town", "view", other, f"项目 {OTHER_TOWN}"),
        ]


def test_asking_again_and_again_fills_nothing(tmp_path: Path) -> None:
    with sqlite_engine(tmp_path) as engine:
        upgrade(engine)
        refusals, hour = Refusals(), datetime(2026, 5, 6, 9, 30, tzinfo=UTC)
        user = User(account=1, login="town", name="镇干部", roles=frozenset({R.TOWN_CLERK}))
        refusal = Refusal(user=user, what="edit", request="00000001")
        for n in range(100):
            refusals.tell(engine, replace(refusal, project=n), hour)
            refusals.tell(engine, replace(refusal, project=0), hour)  # the same is told once
        refusals.tell(engine, refusal, hour + timedelta(hours=1))
        with reading(engine) as session:
            told = list(audit.entries(session, action="refuse"))
            assert audit.newest_of_record(session)[0] == 0  # what is known did not change
        assert len(told) == AN_ACCOUNT + 1
        assert [entry.project for entry in told[:AN_ACCOUNT]] == list(range(AN_ACCOUNT))
        assert sum(entry.content.get("untold", 0) for entry in told) == 200 - AN_ACCOUNT
        everybody = (replace(refusal, user=replace(user, login=f"u{n}")) for n in range(ALL + 50))
        for each in everybody:
            refusals.tell(engine, each, hour + timedelta(hours=2))
        with reading(engine) as session:
            assert len(list(audit.entries(session, action="refuse"))) == AN_ACCOUNT + 1 + ALL


def test_a_refusal_that_cannot_be_told_is_counted_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_engine(tmp_path) as engine:
        upgrade(engine)
        refusals, hour = Refusals(), datetime(2026, 5, 6, 9, 30, tzinfo=UTC)
        user = User(account=1, login="town", name="镇干部", roles=frozenset({R.TOWN_CLERK}))
        refusal = Refusal(user=user, what="edit", request="00000001")
        with monkeypatch.context() as patch:
            patch.setattr(audit, "record", lambda *_, **__: 1 / 0)
            for _ in range(3):
                with pytest.raises(ZeroDivisionError):
                    refusals.tell(engine, refusal, hour)
        refusals.tell(engine, refusal, hour)
        with reading(engine) as session:
            (told,) = audit.entries(session, action="refuse")
        assert told.content["untold"] == 3


def test_nobody_leaves_a_file_where_they_may_record_nothing(tmp_path: Path) -> None:
    """A scan is looked at only once it is known that its sender may record an event."""
    with sqlite_engine(tmp_path) as engine:
        numbers, _ = fill(engine, tmp_path)
        app = app_for(engine, tmp_path, DAY)
        before = sorted((tmp_path / "evidence").rglob("*"))
        for role, relation in ((R.READER, OWN), (R.TOWN_CLERK, OTHER_TOWN)):
            client = client_of(app, role)
            address = f"/projects/{numbers[relation]}/record"
            form = {**(ROUTES["POST", "/projects/{number}/record"].form or {}), "do": "record"}
            answer = client.post(
                address,
                data={**form, "_token": token_in(client)},
                files={"file": ("x.pdf", b"%PDF-x")},
            )
            assert answer.status_code == 404
        assert sorted((tmp_path / "evidence").rglob("*")) == before


def recorded(client: TestClient, number: int, day: str, *sizes: int) -> int:
    """Record an event with scans of some sizes; return the status."""
    form = {"step": "fs_prepare", "kind": "started", "day": day, "do": "record", "newest": "0"}
    scans = [("file", (f"{n}.pdf", bytes([n + 1]) * size)) for n, size in enumerate(sizes)]
    address = f"/projects/{number}/record"
    answer = client.post(address, data={**form, "_token": token_in(client)}, files=scans)
    return answer.status_code


def test_a_refused_scan_leaves_no_file(tmp_path: Path) -> None:
    """Neither where the event is refused nor where one of several is no scan or too large."""
    with sqlite_engine(tmp_path) as engine:
        numbers, _ = fill(engine, tmp_path)
        client = client_of(app_for(engine, tmp_path, DAY), R.BUREAU_CLERK)
        before = {path for path in (tmp_path / "evidence").rglob("*") if path.is_file()}
        assert recorded(client, numbers[SAME_UNIT], "2999-01-01", 10) == 400
        assert recorded(client, numbers[SAME_UNIT], "2026-05-01", 0) == 400
        assert (
            recorded(client, numbers[SAME_UNIT], "2026-05-01", 10, evidence.MOST_BYTES + 1) == 400
        )
        assert {path for path in (tmp_path / "evidence").rglob("*") if path.is_file()} == before
        assert recorded(client, numbers[OTHER_TOWN], "2026-05-01", 10, 20) == 303
        after = {path for path in (tmp_path / "evidence").rglob("*") if path.is_file()}
        assert len(after - before) == 2


def test_an_account_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "QUOTA_BYTES", 1000)
    with sqlite_engine(tmp_path) as engine:
        numbers, _ = fill(engine, tmp_path)
        client = client_of(app_for(engine, tmp_path, DAY), R.BUREAU_CLERK)
        assert recorded(client, numbers[SAME_UNIT], "2026-05-01", 600) == 303
        assert recorded(client, numbers[OTHER_TOWN], "2026-05-01", 300, 300) == 400
        assert recorded(client, numbers[OTHER_TOWN], "2026-05-01", 300) == 303
        other = client_of(app_for(engine, tmp_path, DAY), R.DEPARTMENT_CLERK)
        assert recorded(other, numbers[OWN], "2026-05-01", 600) in (303, 400, 409)


def test_a_scan_comes_back_as_a_download_and_never_as_a_page(tmp_path: Path) -> None:
    with sqlite_engine(tmp_path) as engine:
        numbers, _ = fill(engine, tmp_path)
        client = client_of(app_for(engine, tmp_path, DAY), R.BUREAU_CLERK)
        page = f"/projects/{numbers[OWN]}/record"
        form = {"step": "fs_prepare", "kind": "started", "do": "record", "newest": "0"}
        name = "../../批复<script>.html"
        answer = client.post(
            page,
            data={**form, "_token": token_in(client)},
            files={"file": (name, b"<script>1</script>")},
        )
        assert answer.status_code == 303
        history = client.get(f"/projects/{numbers[OWN]}/history").text
        address = re.search(r'href="(/projects/\d+/evidence/[0-9a-f]{64})">[^<]*script', history)
        assert address
        got = client.get(address[1])
        assert got.content == b"<script>1</script>"
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert "/" not in got.headers["content-disposition"].partition("''")[2]
        assert "<script>.html" not in history


READS, TELLS, NEITHER = "reads", "tells", "neither"
COMMANDS = {
    "demo": NEITHER,
    "run-due": NEITHER,
    "agenda": READS,
    "oddities": READS,
    "notices preview": NEITHER,
    "notices list": NEITHER,
    "notices test": NEITHER,
    "notices retry": NEITHER,
    "import": TELLS,
    "ledger write": READS,
    "ledger template": READS,
    "ledger export": READS,
    "ledger columns": TELLS,
    "ledger words": TELLS,
    "why": READS,
    "plan": TELLS,
    "schedule": NEITHER,
    "questions list": READS,
    "questions track": TELLS,
    "flags": READS,
    "assignments": READS,
    "record": TELLS,
    "serve": NEITHER,
    "hand-over": TELLS,
    "backup": NEITHER,
    "restore": TELLS,
    "doctor": READS,
    "follow-ups list": READS,
    "follow-ups show": READS,
    "follow-ups take": TELLS,
    "follow-ups contact": TELLS,
    "follow-ups promise": TELLS,
    "follow-ups close": TELLS,
    "follow-ups slip": TELLS,
    "report weekly": TELLS,
    "report list": READS,
    "report compare": READS,
    "report again": READS,
    "audit verify": READS,
    "audit list": READS,
    "audit purge": TELLS,
    "audit digest": TELLS,
    "procedures list": READS,
    "procedures show": READS,
    "procedures lint": READS,
    "procedures changes": READS,
    "calendar show": READS,
    "calendar load": TELLS,
    "usual show": READS,
    "usual keep": TELLS,
    "project list": READS,
    "project show": READS,
    "project history": READS,
    "project add": TELLS,
    "project set": TELLS,
    "project suspend": TELLS,
    "project resume": TELLS,
    "project close": TELLS,
    "project facts": TELLS,
    "project due": TELLS,
    "user add": TELLS,
    "user password": TELLS,
    "user role": TELLS,
    "user disable": TELLS,
    "user enable": TELLS,
    "user list": READS,
    "user sessions": TELLS,
    "db upgrade": NEITHER,
    "db copy": NEITHER,
}


def test_every_command_has_its_row_and_who_does_it_is_told() -> None:
    """The shell of the machine may do everything: what it changes names who did."""
    found = dict(every_command())
    assert set(found) == set(COMMANDS)
    for name, kind in COMMANDS.items():
        options = {parameter.name for parameter in found[name].params}
        assert ("by" in options) == (kind is TELLS or name == "audit list"), name
