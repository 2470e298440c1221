"""Questions on the pages: one answered for many projects, shown before it is kept."""

import html
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.imports import bring_in
from tests.support.record import CLERK
from tests.support.web import app_for, client_of, let_in, token_in
from tests.support.workbooks import row, write
from tracker.core.model import Sight
from tracker.law import Catalog
from tracker.security.policy import Role
from tracker.services.projects import answers
from tracker.store import Engine, audit, projects, reading, transaction
from tracker.store.accounts import Person
from tracker.store.audit import rows as audit_rows
from tracker.store.projects import Record

DAY = date(2025, 6, 20)
COUNT = 4


@dataclass
class County:
    """A county whose projects say little, and a browser of its clerk and of one office."""

    clerk: TestClient
    office: TestClient
    engine: Engine
    law: Catalog

    def page(self, address: str, who: TestClient | None = None) -> str:
        answer = (who or self.clerk).get(address)
        assert answer.status_code == 200, answer.text
        return re.sub(r"\s+", " ", html.unescape(answer.text))

    def links(self, kind: str, who: TestClient | None = None) -> list[str]:
        return re.findall(rf'href="(/questions/{kind}/\w+)"', self.page("/questions", who))

    def records(self) -> list[Record]:
        with reading(self.engine) as session:
            return projects.load(session, Sight.on(DAY))


@pytest.fixture
def county(engine: Engine, law: Catalog, tmp_path: Path) -> County:
    rows = [
        row(
            项目名称=f"项目{n}",
            序号=n,
            建设单位="县教育局",
            立项="已办结",
            用地预审=None,
            施工许可=None,
        )
        for n in range(1, COUNT + 1)
    ]
    bring_in(engine, law, write(tmp_path / "a.xlsx", *rows), DAY)
    with transaction(engine) as session:
        let_in(session, "clerk", Person(name="经办人"), Role.BUREAU_CLERK)
        let_in(session, "office", Person(name="某局", office="县某局"), Role.DEPARTMENT_CLERK)
    app = app_for(engine, tmp_path, DAY)
    return County(client_of(app, "clerk"), client_of(app, "office"), engine, law)


def form_of(county: County, address: str, **fields: str) -> dict[str, str]:
    """Return what a browser would send of a page, with some fields filled in."""
    page = county.page(address)
    shown = dict(re.findall(r'type="hidden" name="(version:\d+)" value="(\d+)"', page))
    rows = re.findall(r'name="(answer:\d+)"', page)
    return {**dict.fromkeys(rows, ""), **shown, "_token": token_in(county.clerk), **fields}


def fact_in(county: County) -> tuple[str, str]:
    """Return a question of the county with yes and no, and its address."""
    for address in county.links("fact"):
        if 'value="yes"' in county.page(address):
            return address.rpartition("/")[2], address
    raise AssertionError("nothing is asked")


def test_one_answer_is_looked_at_then_kept_for_all(county: County) -> None:
    fact, address = fact_in(county)
    form = form_of(county, address, all="no")
    look = county.clerk.post(address, data={**form, "do": "look"})
    assert look.status_code == 200
    assert look.text.count("→") == sum(name.startswith("answer:") for name in form)
    assert all(fact not in record.project.facts for record in county.records())

    kept = county.clerk.post(address, data={**form, "do": "keep", "reason": "逐项核对"})
    assert kept.status_code == 303
    told = [record.project.facts.get(fact) for record in county.records()]
    assert told.count("no") == look.text.count("→")
    assert f"已登记{told.count('no')}个项目的答复" in county.page(kept.headers["location"])
    with reading(county.engine) as session:
        assert audit_rows.first_fault(session) is None
        [*entries] = audit.entries(session, action="answer")
    assert {(entry.by, entry.why) for entry in entries} == {("clerk", "逐项核对")}


def test_a_project_is_answered_apart_and_others_stay_open(county: County) -> None:
    fact, address = fact_in(county)
    form = form_of(county, address)
    name = next(each for each in form if each.startswith("answer:"))
    county.clerk.post(address, data={**form, name: "yes", "do": "keep"})
    said = {r.project.id: r.project.facts.get(fact) for r in county.records()}
    assert said.pop(int(name.partition(":")[2])) == "yes"
    assert set(said.values()) == {None}


def test_a_project_changed_meanwhile_is_shown_again(county: County) -> None:
    fact, address = fact_in(county)
    form = form_of(county, address, all="no")
    record = county.records()[0]
    with transaction(county.engine) as session:
        after = answers.answered(record, county.law, DAY, {fact: "yes"})
        answers.keep(session, CLERK, record.project, after, DAY)
    answer = county.clerk.post(address, data={**form, "do": "keep"})
    assert answer.status_code in (409, 400)
    assert record.project.name in html.unescape(answer.text)
    told = [r.project.facts.get(fact) for r in county.records()]
    assert told.count("no") == 0


def test_the_steps_of_a_track_are_marked_for_many(county: County) -> None:
    address = county.links("track")[0]
    page = county.page(address)
    marks = re.findall(r'name="(mark:\d+:\w+)"', page)
    assert len({name.split(":")[1] for name in marks}) == COUNT
    form = {"_token": token_in(county.clerk), **dict.fromkeys(marks, "finished")}
    look = county.clerk.post(address, data={**form, "do": "look"})
    assert look.text.count("→") == COUNT
    before = sum(len(record.events) for record in county.records())
    assert county.clerk.post(address, data={**form, "do": "keep"}).status_code == 303
    assert sum(len(record.events) for record in county.records()) == before + len(marks)
    again = county.clerk.post(address, data={**form, "do": "keep"})
    assert again.status_code == 303, "what is recorded is not taken back, nor told twice"
    assert sum(len(record.events) for record in county.records()) == before + len(marks)


def test_who_may_answer_for_none_is_asked_nothing(county: County) -> None:
    assert county.links("fact", county.office) == []
    _, address = fact_in(county)
    form = {**form_of(county, address, all="no"), "_token": token_in(county.office), "do": "keep"}
    county.office.post(address, data=form)
    assert all(not record.project.facts for record in county.records())


@pytest.mark.parametrize(
    "fields",
    [
        {"answer:1": "perhaps"},
        {"answer:x": "no"},
        {"version:1": "many"},
        {"mark:1:fs_approval": "no"},
        {"other": "no"},
    ],
)
def test_what_no_form_says_is_refused(county: County, fields: dict[str, str]) -> None:
    _, address = fact_in(county)
    form = form_of(county, address, **fields)
    assert county.clerk.post(address, data={**form, "do": "keep"}).status_code == 400
    assert all(not record.project.facts for record in county.records())
