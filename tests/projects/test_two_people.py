"""Two people, one project: the second is asked, and nothing of either is lost without a word."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.support.databases import sqlite_engine
from tests.support.record import CLERK, put
from tests.support.web import app_for, client_of, form_in, let_in
from tracker.core.events import Sight
from tracker.core.model import Project
from tracker.security.policy import Role
from tracker.services import law
from tracker.services.county import night as nightly
from tracker.services.projects import changes, editing, lookup
from tracker.services.projects.changes import Change
from tracker.store import Engine, baselines, reading, transaction
from tracker.store.accounts import Person

DAY = date(2026, 5, 6)
PEOPLE = ("甲", "乙")
FIELDS = ("remark", "owner_unit", "category")
VALUES = st.sampled_from(["", "一", "二", "三"])
KINDS = st.sampled_from(["started", "finished", "suspended"])


class Office:
    """Two clerks signed in at one county; every example takes a project of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.numbers = engine, count(1)
        with transaction(engine) as session:
            for login in ("first", "second"):
                person = Person(name=login)
                let_in(session, login, person, Role.BUREAU_CLERK)
        app = app_for(engine, folder, DAY)
        self.clients = {
            who: client_of(app, login)
            for who, login in zip(PEOPLE, ("first", "second"), strict=True)
        }

    def new_project(self) -> int:
        with transaction(self.engine) as session:
            name = f"项目{next(self.numbers)}"
            project = Project(
                id=0,
                name=name,
                procedure="gov_building",
                target="construction_permit",
                deadline=date(2028, 12, 29),
                updated_on=DAY,
            )
            return put(session, project).id

    def close(self, number: int) -> None:
        """Put a project away, so that the county stays small."""
        with transaction(self.engine) as session:
            record = lookup.by_number(session, number, Sight.on(DAY))
            closed = editing.archived(record.project, "example done")
            editing.keep(session, CLERK, record.project, closed, DAY)


class Interleavings(RuleBasedStateMachine):
    """Each person opens a form, thinks, and saves; the night runs in between."""

    office: Office

    @initialize()
    def begin(self) -> None:
        self.project = self.office.new_project()
        self.kept = dict.fromkeys(FIELDS, "")
        self.version = 1
        self.opened: dict[str, tuple[int, dict[str, str]]] = {}
        self.steps: dict[str, dict[str, str]] = {}
        self.told: list[str] = []

    def teardown(self) -> None:
        if hasattr(self, "project"):
            self.office.close(self.project)

    @property
    def edit_page(self) -> str:
        return f"/projects/{self.project}/edit"

    @rule(who=st.sampled_from(PEOPLE))
    def open_form(self, who: str) -> None:
        form = form_in(self.client(who).get(self.edit_page).text, self.edit_page)
        assert int(form["version"]) == self.version
        self.opened[who] = self.version, form

    def client(self, who: str) -> TestClient:
        return self.office.clients[who]

    @rule(who=st.sampled_from(PEOPLE), field=st.sampled_from(FIELDS), value=VALUES)
    def save(self, who: str, field: str, value: str) -> None:
        if who not in self.opened:
            return
        shown, form = self.opened[who]
        form = {**form, field: value}
        wanted = {name: form[name] for name in FIELDS}
        answer = self.client(who).post(self.edit_page, data=form)
        if shown != self.version and wanted != self.kept:
            assert answer.status_code == 409
            for name in FIELDS:  # both values of each field that differs stand on the page
                if wanted[name] != self.kept[name]:
                    both = (re.escape(each[name] or "–") for each in (self.kept, wanted))
                    assert re.search(r"\s*".join(f"<td>{each}</td>" for each in both), answer.text)
            again = form_in(answer.text, self.edit_page)
            assert {name: again[name] for name in FIELDS} == wanted  # nothing typed is lost
            self.opened[who] = self.version, again
            return
        assert answer.status_code == 303
        if wanted != self.kept:
            self.kept, self.version = wanted, self.version + 1
        del self.opened[who]

    @rule(who=st.sampled_from(PEOPLE))
    def open_step(self, who: str) -> None:
        page = f"/projects/{self.project}/record"
        text = self.client(who).get(f"{page}?step=fs_prepare&kind=started").text
        self.steps[who] = {**form_in(text, page), "seen": str(len(self.told))}

    @rule(who=st.sampled_from(PEOPLE), kind=KINDS)
    def record(self, who: str, kind: str) -> None:
        if who not in self.steps:
            return
        form = dict(self.steps.pop(who))
        seen = int(form.pop("seen"))
        page = f"/projects/{self.project}/record"
        answer = self.client(who).post(page, data={**form, "kind": kind, "do": "record"})
        if seen != len(self.told):
            assert answer.status_code == 409
            assert "其间已登记" in answer.text
        elif answer.status_code == 303:
            self.told.append(kind)
        else:
            assert answer.status_code == 400  # the step cannot take that turn

    @rule()
    def night(self) -> None:
        with transaction(self.office.engine) as session:
            nightly.recompute(session, CLERK, law.catalog_for(session, None), DAY)

    @invariant()
    def nothing_is_overwritten_unseen(self) -> None:
        if not hasattr(self, "project"):
            return
        with reading(self.office.engine) as session:
            record = lookup.by_number(session, self.project, Sight.on(DAY))
        assert record
        stored = {name: getattr(record.project, name) or "" for name in FIELDS}
        assert (stored, record.project.version) == (self.kept, self.version)
        assert [str(event.kind) for event in record.events] == self.told


@pytest.mark.all
def test_a_thousand_interleavings(tmp_path: Path, rounds: Callable[[int, int], int]) -> None:
    with sqlite_engine(tmp_path) as engine:
        Interleavings.office = Office(engine, tmp_path)
        run_state_machine_as_test(
            Interleavings,
            settings=settings(max_examples=rounds(60, 1000), stateful_step_count=10, deadline=None),
        )


@pytest.fixture
def office(tmp_path: Path) -> Office:
    with sqlite_engine(tmp_path) as engine:
        yield Office(engine, tmp_path)


def test_two_hand_overs_of_one_project_do_not_overtake_each_other(office: Office) -> None:
    """The assignment page carries the newest beginning; the second is asked."""
    number = office.new_project()
    page = f"/projects/{number}/assign"
    forms = {who: form_in(client.get(page).text, page) for who, client in office.clients.items()}
    first, second = PEOPLE
    wanted = {"role": "leader", "from": "2026-05-06", "reason": "分工调整"}
    ok = office.clients[first].post(page, data={**forms[first], **wanted, "name": "县长"})
    late = office.clients[second].post(page, data={**forms[second], **wanted, "name": "副县长"})
    assert (ok.status_code, late.status_code) == (303, 409)
    assert "您要填的是：副县长" in late.text
    assert "县长" in office.clients[second].get(f"/projects/{number}").text


def test_answers_of_two_people_meet(office: Office) -> None:
    number = office.new_project()
    page = f"/projects/{number}/answers"
    forms = {who: form_in(client.get(page).text, page) for who, client in office.clients.items()}
    first, second = PEOPLE
    assert (
        office.clients[first].post(page, data={**forms[first], "forest": "no"}).status_code == 303
    )
    late = office.clients[second].post(page, data={**forms[second], "relics": "no"})
    assert late.status_code == 409
    assert "现值：否" in late.text  # what the first one answered, beside the second's empty one


def test_what_follows_by_law_is_shown_and_not_kept_as_an_answer(office: Office) -> None:
    number = office.new_project()
    page, edit = f"/projects/{number}/answers", f"/projects/{number}/edit"
    client = office.clients[PEOPLE[0]]
    large = {**form_in(client.get(edit).text, edit), "investment_wan": "5000"}
    assert client.post(edit, data=large).status_code == 303
    shown = client.get(page).text
    assert "依法为：是" in shown
    answered = client.post(page, data={**form_in(shown, page), "forest": "no"})
    assert answered.status_code == 303
    with reading(office.engine) as session:
        facts = lookup.by_number(session, number, Sight.on(DAY)).project.facts
    assert facts == {"forest": "no"}


def test_who_lets_a_project_rest_is_told_what_changed_meanwhile(office: Office) -> None:
    number = office.new_project()
    edit, state = f"/projects/{number}/edit", f"/projects/{number}/state"
    first, second = (office.clients[who] for who in PEOPLE)
    shown = form_in(second.get(f"/projects/{number}").text, state)
    assert (
        first.post(
            edit, data={**form_in(first.get(edit).text, edit), "category": "教育"}
        ).status_code
        == 303
    )
    late = second.post(state, data={**shown, "do": "close", "reason": "并入他项目"})
    assert late.status_code == 409
    assert re.search(r"<td>–</td>\s*<td>教育</td>", late.text)
    assert "并入他项目" in late.text
    with reading(office.engine) as session:
        assert lookup.by_number(session, number, Sight.on(DAY)).project.state == "active"


def test_who_agrees_on_a_plan_has_seen_every_event_of_it(office: Office) -> None:
    """An event moves the plan without making a version of the project."""
    number = office.new_project()
    page, agree = f"/projects/{number}/record", f"/projects/{number}/baseline"
    first, second = (office.clients[who] for who in PEOPLE)
    shown = form_in(second.get(f"/projects/{number}").text, agree)
    form = form_in(first.get(f"{page}?step=fs_prepare&kind=started").text, page)
    assert first.post(page, data={**form, "kind": "started", "do": "record"}).status_code == 303
    late = second.post(agree, data={**shown, "reason": "县委会议"})
    assert late.status_code == 409
    assert "first" in late.text  # who recorded it
    again = form_in(second.get(f"/projects/{number}").text, agree)
    assert second.post(agree, data={**again, "reason": "县委会议"}).status_code == 303
    with reading(office.engine) as session:
        assert len(baselines.of_project(session, number, Sight.on(DAY))) == 1


def test_an_event_that_was_taken_back_is_seen_by_the_second(office: Office) -> None:
    number = office.new_project()
    page = f"/projects/{number}/record"
    first, second = (office.clients[who] for who in PEOPLE)
    form = form_in(first.get(f"{page}?step=fs_prepare&kind=started").text, page)
    assert first.post(page, data={**form, "kind": "started", "do": "record"}).status_code == 303
    shown = form_in(second.get(f"{page}?step=fs_prepare&kind=finished").text, page)
    back = form_in(first.get(f"{page}?step=fs_prepare&corrects={shown['newest']}").text, page)
    wrong = {**back, "kind": "retracted", "why": "登错项目", "do": "record"}
    assert first.post(page, data=wrong).status_code == 303
    late = second.post(page, data={**shown, "kind": "finished", "do": "record"})
    assert late.status_code == 409
    assert "其间已登记" in late.text


def test_a_deadline_does_not_move_without_a_reason(office: Office) -> None:
    number = office.new_project()
    edit = f"/projects/{number}/edit"
    client = office.clients[PEOPLE[0]]
    form = form_in(client.get(edit).text, edit)
    refused = client.post(edit, data={**form, "deadline": "2029-01-31"})
    assert refused.status_code == 400
    assert "请写明完成时限变动的理由" in refused.text
    assert (
        client.post(
            edit, data={**form, "deadline": "2029-01-31", "reason": "县长办公会"}
        ).status_code
        == 303
    )


def test_one_project_that_cannot_be_planned_stops_no_other(office: Office) -> None:
    """An old ledger may hold a day beyond every calendar."""
    good, bad = office.new_project(), office.new_project()
    with transaction(office.engine) as session:
        before = lookup.by_number(session, bad, Sight.on(DAY)).project
        after = replace(before, deadline=date(1800, 1, 1))
        changes.keep(session, CLERK, Change(before, after), action="change project", known_by=DAY)
    client = office.clients[PEOPLE[0]]
    for page in ("/", "/projects", f"/projects/{good}", "/leaders", "/procedures"):
        assert client.get(page).status_code == 200, page
    assert (
        "项目无法排期" in client.get("/projects?light=grey").text
        or "项目无法排期" in client.get("/").text
    )
    shown = client.get(f"/projects/{bad}")
    assert shown.status_code == 200
    assert "项目无法排期" in shown.text
    edit = f"/projects/{bad}/edit"
    form = form_in(client.get(edit).text, edit)
    put_right = {**form, "deadline": "2028-12-29", "reason": "原台账有误"}
    assert client.post(edit, data=put_right).status_code == 303
    assert "项目无法排期" not in client.get(f"/projects/{bad}").text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, "²"])
def test_a_version_that_is_no_number_is_refused(office: Office, version: str) -> None:
    number = office.new_project()
    edit = f"/projects/{number}/edit"
    client = office.clients[PEOPLE[0]]
    form = form_in(client.get(edit).text, edit)
    assert client.post(edit, data={**form, "version": version}).status_code == 400


def test_a_project_that_could_once_not_be_planned_keeps_its_history(office: Office) -> None:
    number = office.new_project()
    with transaction(office.engine) as session:
        before = lookup.by_number(session, number, Sight.on(DAY)).project
        broken = Change(before, replace(before, target="nowhere"))
        changes.keep(session, CLERK, broken, action="change project", known_by=DAY)
    client = office.clients[PEOPLE[0]]
    assert client.get(f"/projects/{number}/history").status_code == 200
    edit = f"/projects/{number}/edit"
    form = form_in(client.get(edit).text, edit)
    assert client.post(edit, data={**form, "target": "construction_permit"}).status_code == 303
    assert "nowhere → 建筑工程施工许可证" in client.get(f"/projects/{number}/history").text
