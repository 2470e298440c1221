"""Follow-ups on the pages: the board, and one of them worked from the first word to the last."""

import html
import re
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from fastapi.testclient import TestClient

from tests.support.imports import bring_in
from tests.support.record import CLERK
from tests.support.web import app_for, client_of, let_in, token_in
from tests.support.workbooks import row, write
from tracker.law import Catalog
from tracker.security.policy import Role
from tracker.services.county import follow_ups
from tracker.store import Engine, audit, reading, transaction
from tracker.store import follow_ups as stored
from tracker.store.accounts import Person
from tracker.store.audit import rows as audit_rows

DAY = date(2025, 6, 20)
OFFICE = "县某局"
PEOPLE = {
    "clerk": (Person(name="经办人"), Role.BUREAU_CLERK),
    "leader": (Person(name="副县长", leader="副县长（分管教育）"), Role.LEADER),
    "other": (Person(name="另一位", leader="副县长（分管农业）"), Role.LEADER),
    "force": (Person(name="专班", task_forces=("教育专班",)), Role.TASK_FORCE),
    "office": (Person(name="规划局", office=OFFICE), Role.DEPARTMENT_CLERK),
    "water": (Person(name="水利局", office="县水利局"), Role.DEPARTMENT_CLERK),
    "auditor": (Person(name="审计"), Role.AUDITOR),
}


@dataclass
class County:
    """A county with one late project, and the browsers of its people."""

    clients: dict[str, TestClient]
    engine: Engine

    def page(self, login: str, address: str = "/follow-ups/1") -> str:
        answer = self.clients[login].get(address)
        assert answer.status_code == 200, answer.text
        return re.sub(r"\s+", " ", html.unescape(answer.text))

    def post(self, login: str, address: str = "/follow-ups/1", *files: Path, **fields: str):
        client = self.clients[login]
        data = {"_token": token_in(client), **fields}
        sent = [("file", (path.name, path.read_bytes())) for path in files]
        return client.post(address, data=data, files=sent or {"none": b""})


def test_a_leader_lands_on_their_own_worst_and_reaches_the_step(county: County) -> None:
    """Two taps from the first page to what proves or holds the step that decides."""
    client = county.clients["leader"]
    first = client.get("/")
    assert first.status_code == 303
    page = client.get(first.headers["location"]).text
    assert "甲镇小学" in page
    assert "现由" in page
    assert "催办" in page
    step = re.search(r'href="(/projects/1/steps/[a-z_]+)"', page)
    assert step
    assert client.get(step[1]).status_code == 200
    empty = county.clients["other"].get("/")
    assert "尚未分配包保项目" in county.page("other", empty.headers["location"])
    assert county.clients["clerk"].get("/").status_code == 200


def test_a_meeting_captures_a_decision_and_writes_its_minutes(county: County) -> None:
    agenda = county.page("clerk", "/meeting")
    assert "甲镇小学" in agenda
    matter = county.page("clerk", "/meeting?at=1")
    assert "记录议定事项" in matter
    assert "记录议定事项" not in county.page("auditor", "/meeting?at=1")
    assert "甲镇小学" not in county.page("other", "/meeting")
    kept = county.post(
        "clerk", do="promise", who=OFFICE, text="月底前批复", until="2025-06-27", back="meeting"
    )
    assert (kept.status_code, kept.headers["location"]) == (303, "/meeting?at=1")
    assert "今日已议定1项" in county.page("clerk", "/meeting")
    assert "月底前批复" in county.page("clerk", "/meeting?at=1")
    minutes = county.clients["clerk"].get("/meeting.docx")
    text = "\n".join(
        cell.text
        for table in Document(BytesIO(minutes.content)).tables
        for line in table.rows
        for cell in line.cells
    )
    for wanted in ("甲镇小学", "月底前批复", OFFICE, "2025-06-27"):
        assert wanted in text
    assert county.clients["clerk"].get("/meeting?at=99").status_code == 200


@pytest.fixture
def county(engine: Engine, law: Catalog, tmp_path: Path) -> County:
    late = row(立项="办理中", 用地预审="退回", 完成时限="2026年1月底前")
    bring_in(engine, law, write(tmp_path / "a.xlsx", late), DAY)
    with transaction(engine) as session:
        follow_ups.review_county(session, CLERK, law, DAY)
        [case] = stored.load(session)
        for login, (person, role) in PEOPLE.items():
            own = replace(person, office=case.office) if person.office == OFFICE else person
            let_in(session, login, own, role)
    app = app_for(engine, tmp_path, DAY)
    return County({login: client_of(app, login) for login in PEOPLE}, engine)


def test_a_case_is_taken_up_spoken_about_promised_and_closed(
    county: County, tmp_path: Path
) -> None:
    assert "甲镇小学" in county.page("clerk", "/follow-ups")
    assert county.post("force", do="take_up").status_code == 303
    scan = tmp_path / "约谈记录.pdf"
    scan.write_bytes(b"%PDF-1.7 x")
    said = {"do": "contact", "who": OFFICE, "text": "约谈分管副局长"}
    assert county.post("leader", "/follow-ups/1", scan, **said).status_code == 303
    page = county.page("clerk")
    assert "约谈分管副局长" in page
    [address] = re.findall(r'href="(/follow-ups/1/files/[0-9a-f]{64})"', page)
    assert county.clients["auditor"].get(address).content == scan.read_bytes()
    assert county.clients["other"].get(address).status_code == 404

    promised = {"do": "promise", "who": OFFICE, "until": "2025-06-27", "text": "补正后重报"}
    assert county.post("office", **promised).status_code == 303
    assert "补正后重报" in county.page("clerk")
    board = county.page("clerk", "/follow-ups")
    assert re.search(r'class="promised".*?甲镇小学.*?</section>', board)

    refused = county.post("clerk", "/follow-ups/1/close")
    assert refused.status_code == 400
    assert "排期仍未恢复" in html.unescape(refused.text)
    closed = county.post("clerk", "/follow-ups/1/close", reason="县政府同意调整时限")
    assert closed.status_code == 303
    assert "县政府同意调整时限" in county.page("clerk")
    assert county.post("clerk", do="take_up").status_code == 400
    with reading(county.engine) as session:
        assert audit_rows.first_fault(session) is None
        by = [e.by for e in audit.entries(session, action="follow up")]
    assert by == ["force", "leader", "office", "clerk"]


@pytest.mark.parametrize(
    ("login", "sees", "says", "closes"),
    [
        ("clerk", True, True, True),
        ("force", True, True, True),
        ("leader", True, True, False),
        ("office", True, True, False),
        ("water", True, False, False),
        ("auditor", True, False, False),
        ("other", False, False, False),
    ],
)
def test_who_may_do_what(
    county: County, login: str, *, sees: bool, says: bool, closes: bool
) -> None:
    assert (county.clients[login].get("/follow-ups/1").status_code == 200) is sees
    if sees:
        page = county.page(login)
        assert ('name="until"' in page) is says
        assert ("/follow-ups/1/close" in page) is closes
    said = county.post(login, do="contact", who="某人", text="问过")
    assert said.status_code == (303 if says else 404)
    closed = county.post(login, "/follow-ups/1/close", reason="因故")
    assert closed.status_code == (303 if closes else 404)


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "promise", "who": OFFICE, "until": "2025-06-01"},
        {"do": "promise", "who": OFFICE, "until": "31 June"},
        {"do": "promise", "who": "", "until": "2025-06-27"},
        {"do": "contact", "who": "", "text": "x"},
        {"do": "contact", "who": "某人", "text": "很" * 5000},
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    county: County, fields: dict[str, str]
) -> None:
    answer = county.post("clerk", **fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "约谈" not in county.page("clerk").partition("跟踪记录")[2].partition("跟踪记录")[2]


def test_an_act_that_no_form_has_is_refused(county: County) -> None:
    assert county.post("clerk", do="reopened").status_code == 400
    assert county.clients["clerk"].get("/follow-ups/99").status_code == 404
    assert county.clients["clerk"].get(f"/follow-ups/{2**40}").status_code == 404


def test_an_office_may_look_at_its_own_cases_only(county: County) -> None:
    assert "甲镇小学" in county.page("office", "/follow-ups?mine=1")
    assert "甲镇小学" not in county.page("water", "/follow-ups?mine=1").partition("<h1>")[2]
