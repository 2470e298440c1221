"""The inbox: what waits for whom, and an event recorded from it in three clicks."""

import html
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook

from tests.support.imports import bring_in
from tests.support.web import app_for, client_of, form_in, let_in
from tests.support.workbooks import row, write
from tracker.core.clocks import Holder
from tracker.core.inbox import inbox
from tracker.core.model import EventKind, Sight
from tracker.law import Catalog
from tracker.security.policy import Role
from tracker.services.county import survey
from tracker.store import Engine, reading, transaction
from tracker.store.accounts import Person

DAY = date(2025, 6, 20)
PLANNING = "县自然资源和规划局"
PEOPLE = {
    "clerk": (Person(name="经办人"), Role.BUREAU_CLERK),
    "planning": (Person(name="规划局", office=PLANNING), Role.DEPARTMENT_CLERK),
    "water": (Person(name="水利局", office="县水利局"), Role.DEPARTMENT_CLERK),
    "town": (Person(name="镇干部", town="甲镇"), Role.TOWN_CLERK),
}


@pytest.fixture
def clients(engine: Engine, law: Catalog, tmp_path: Path) -> dict[str, TestClient]:
    late = row(立项="未启动", 用地预审="未启动", 完成时限="2026年1月底前")
    bring_in(engine, law, write(tmp_path / "a.xlsx", late), DAY)
    with transaction(engine) as session:
        for login, (person, role) in PEOPLE.items():
            let_in(session, login, person, role)
    app = app_for(engine, tmp_path, DAY)
    found = {login: client_of(app, login) for login in PEOPLE}
    address = "/projects/1/record"
    page = found["clerk"].get(f"{address}?step=site_preapproval&kind=lodged").text
    lodged = {**form_in(page, address), "do": "record"}
    assert found["clerk"].post(address, data=lodged).status_code == 303
    return found


def shown(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", html.unescape(answer.text))


def test_what_waits_is_what_is_under_way_or_can_begin(
    clients: dict[str, TestClient], engine: Engine, law: Catalog
) -> None:
    del clients
    with reading(engine) as session:
        standings = survey.survey(session, law, Sight.on(DAY))
    items = inbox(standings)
    lodged = next(item for item in items if item.step.step.id == "site_preapproval")
    assert lodged.turn is Holder.DEPARTMENT
    assert lodged.moves[:2] == (EventKind.ACCEPTED, EventKind.CORRECTION)
    assert lodged.clock
    assert lodged.due == lodged.clock.due
    for item in items:
        waits = {p.step.id for p in standings[0].plan.steps if not p.progress.is_over}
        assert item.is_begun or not waits & set(item.step.driven_by)
        assert item.step.step.id in waits
    days = [item.due for item in items if item.due]
    assert days == sorted(days)
    begun = {i.step.step.id for i in items}
    held = [p for p in standings[0].plan.steps if p.step.id not in begun and not p.progress.is_over]
    assert held
    assert all(p.driven_by for p in held)


def test_everybody_sees_what_is_theirs(clients: dict[str, TestClient]) -> None:
    assert "用地预审" in shown(clients["planning"], "/inbox")
    assert "这里没有待办事项" in shown(clients["water"], "/inbox")
    assert "这里没有待办事项" in shown(clients["town"], "/inbox")  # the office decides
    assert "用地预审" in shown(clients["town"], "/inbox?show=others")
    assert "用地预审" in shown(clients["clerk"], "/inbox")
    narrowed = shown(clients["clerk"], f"/inbox?office={PLANNING}")
    assert "用地预审" in narrowed
    assert "县发展和改革局" not in narrowed.partition("<tbody>")[2]
    assert shown(clients["clerk"], "/inbox?page=999999")


def test_an_officer_accepts_in_three_clicks(clients: dict[str, TestClient]) -> None:
    """Inbox, accept, record: the effect stands on the page before anything is written."""
    client = clients["planning"]
    links = re.findall(r'href="([^"]*kind=accepted)"', client.get("/inbox").text)
    page = client.get(html.unescape(links[0])).text
    assert "将产生的变动" in page or "预览" in page
    address = links[0].partition("?")[0]
    form = form_in(page, address)
    assert form["kind"] == "accepted"
    answer = client.post(address, data={**form, "do": "record"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/inbox?")
    assert "准予许可" in shown(client, "/inbox")


def test_the_ledger_by_steps_leads_to_the_next_event(clients: dict[str, TestClient]) -> None:
    """Two clicks: the cell, and record."""
    client, address = clients["planning"], "/projects/steps?family=land"
    page = html.unescape(client.get(address).text)
    cell = re.search(r'<a\s+href="([^"]*step=site_preapproval[^"]*)"', page)
    assert cell
    assert cell[1].endswith("&kind=accepted")
    form = form_in(client.get(cell[1]).text, "/projects/1/record")
    done = client.post("/projects/1/record", data={**form, "do": "record"})
    assert done.headers["location"] == "/projects/steps?family=land&order=worst"
    after = shown(client, address)
    assert "kind=granted" in after
    assert "/projects/1/record" not in shown(clients["water"], address)  # may see, may not record
    elsewhere = form | {"back": "https://example.org/"}
    again = client.post("/projects/1/record", data={**elsewhere, "do": "record"})
    assert again.status_code in (400, 409)
    for back in ("https://example.org", "//x", "steps?a=<b>", "inbox/../x"):
        assert back not in client.get("/projects/1/record", params={"back": back}).text


def test_what_is_exported_is_what_is_seen(clients: dict[str, TestClient]) -> None:
    query = "family=land&q=甲镇"
    page = html.unescape(clients["clerk"].get(f"/projects/steps?{query}").text)
    heads = re.findall(r"<th>([^<]+)<span", page)
    data = clients["clerk"].get(f"/projects/steps.xlsx?{query}").content
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1][3:] == heads
    assert rows[2][1] == "甲镇小学"
    cells = re.findall(r'<span\s+class="mark">([^<]*)</span>', page)
    assert [text[:1] for text in rows[2][3:]] == cells
    none = clients["clerk"].get("/projects/steps?q=没有的项目").text
    assert "没有符合条件的项目" in none


def test_a_scan_survives_the_preview(clients: dict[str, TestClient], tmp_path: Path) -> None:
    client, address = clients["planning"], "/projects/1/record"
    form = form_in(client.get(f"{address}?step=site_preapproval&kind=correction").text, address)
    form |= {"note": "勘测定界图\n选址论证报告"}
    look = client.post(
        address, data={**form, "do": "look"}, files={"file": ("补正通知.pdf", b"%PDF-1.4")}
    )
    assert look.status_code == 200
    assert "补正通知.pdf" in look.text
    assert not list((tmp_path / "evidence").rglob("*.pdf"))
    again = form_in(look.text, address)
    assert again["note"] == form["note"]
    done = client.post(address, data={**again, "do": "record"}, files={"none": b""})
    assert done.status_code == 303
    history = client.get("/projects/1/history").text
    assert "补正通知.pdf" in history
    assert not list((tmp_path / "waiting").rglob("*.scan"))
    assert "补正后重新收件" in shown(clients["town"], "/inbox")  # back with the owner
    assert "这里没有待办事项" in shown(clients["planning"], "/inbox")


def test_no_scan_is_lost_without_a_word(clients: dict[str, TestClient]) -> None:
    client, address = clients["planning"], "/projects/1/record"
    form = form_in(client.get(f"{address}?step=site_preapproval&kind=accepted").text, address)
    empty = client.post(address, data={**form, "do": "look"}, files={"file": ("空.pdf", b"")})
    assert empty.status_code == 400
    assert "空.pdf" in empty.text
    many = [("file", (f"{n}.pdf", bytes([n + 1]))) for n in range(20)]
    look = client.post(address, data={**form, "do": "look"}, files=many)
    again = form_in(look.text, address)
    assert "scan19" in again
    more = client.post(address, data={**again, "do": "look"}, files={"file": ("21.pdf", b"21")})
    assert more.status_code == 400
    assert "每次登记最多附20个扫描件" in more.text
    assert "scan19" in form_in(more.text, address)
    same = {**again, "do": "record"}
    done = client.post(address, data=same, files={"file": ("0.pdf", bytes([1]))})
    assert done.status_code == 303
    assert client.get("/projects/1/history").text.count(">0.pdf<") == 1


def test_a_scan_of_another_account_is_not_taken(clients: dict[str, TestClient]) -> None:
    address = "/projects/1/record"
    page = f"{address}?step=site_preapproval&kind=accepted"
    form = form_in(clients["planning"].get(page).text, address)
    look = clients["planning"].post(
        address, data={**form, "do": "look"}, files={"file": ("a.pdf", b"%PDF-1.4")}
    )
    key = form_in(look.text, address)["scan0"]
    other = form_in(clients["clerk"].get(page).text, address)
    answer = clients["clerk"].post(
        address, data={**other, "scan0": key, "do": "record"}, files={"none": b""}
    )
    assert answer.status_code == 409
    assert "已不在待登记的文件中" in answer.text
    assert "受理" not in shown(clients["clerk"], "/projects/1/history")


def test_a_step_is_chosen_from_where_it_stands(clients: dict[str, TestClient]) -> None:
    page = shown(clients["planning"], "/projects/1/record")
    begun = page.partition("正在办理")[2].partition("</details>")[0]
    assert "kind=accepted" in begun
    assert "step=eia_form" not in page  # of another office
    assert "没有该环节" in shown(clients["planning"], "/projects/1/record?step=eia_form")


def test_a_correction_begins_with_everything_that_was_said(clients: dict[str, TestClient]) -> None:
    client, address = clients["planning"], "/projects/1/record"
    form = form_in(client.get(f"{address}?step=site_preapproval&kind=correction").text, address)
    papers = "勘测定界图\n选址论证报告"
    form |= {"note": papers, "document": "补〔2025〕1号", "do": "record"}
    assert client.post(address, data=form).status_code == 303
    step = client.get("/projects/1/steps/site_preapproval").text
    corrects = re.search(r'href="([^"]*corrects=\d+)"', step)
    assert corrects
    again = form_in(client.get(html.unescape(corrects[1])).text, address)
    assert (again["note"].replace("\r", ""), again["document"]) == (papers, "补〔2025〕1号")


def test_a_step_beyond_the_target_offers_what_may_follow(clients: dict[str, TestClient]) -> None:
    client, address = clients["clerk"], "/projects/1/record"
    form = form_in(client.get(f"{address}?step=start&kind=finished").text, address)
    assert client.post(address, data={**form, "do": "record"}).status_code == 303
    assert "kind=finished" not in client.get("/projects/1/steps/start").text
