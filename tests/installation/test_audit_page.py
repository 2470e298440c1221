"""The audit page, asked as people ask: by a project's name, a person, an act."""

import html
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.record import CLERK, put
from tests.support.web import app_for, client_of, let_in
from tracker.core.model import Project
from tracker.security.policy import Role
from tracker.services.projects import changes
from tracker.services.projects.changes import Change
from tracker.store import Engine, transaction
from tracker.store.accounts import Person
from tracker.store.audit import Act

DAY = date(2026, 5, 6)


@pytest.fixture
def auditor(engine: Engine, tmp_path: Path) -> TestClient:
    """Two projects, each changed by somebody else."""
    with transaction(engine) as session:
        for login, name, role in (
            ("fgj.zhang", "张某", Role.BUREAU_CLERK),
            ("jyj.li", "李某", Role.READER),
            ("sjj", "审计", Role.AUDITOR),
        ):
            let_in(session, login, Person(name=name), role)
        for name, by in (("甲镇小学", "fgj.zhang"), ("乙镇水厂", "jyj.li")):
            blank = Project(id=0, name=name, procedure="gov_building", target="t", updated_on=DAY)
            project = put(session, blank)
            new = replace(project, remark="改")
            act = Act(by, "核对")
            changes.keep(session, act, Change(project, new), action="change project", known_by=DAY)
        put(session, replace(blank, name="丙镇桥"))
    return client_of(app_for(engine, tmp_path, DAY), "sjj")


def rows(client: TestClient, **asked: str) -> list[str]:
    text = html.unescape(client.get("/audit", params=asked).text)
    body = re.sub(r"\s+", " ", text.partition("<tbody>")[2].partition("</tbody>")[0])
    return [re.sub("<[^>]+>", "", each) for each in body.split("</tr>") if each.strip()]


def test_a_project_is_found_by_a_part_of_its_name(auditor: TestClient) -> None:
    found = rows(auditor, project="水厂")
    assert len(found) == 2
    assert all("乙镇水厂" in row for row in found)
    assert rows(auditor, project="2") == found
    assert rows(auditor, project="没有") == []


def test_a_person_is_found_by_name_or_login_and_shown_by_both(auditor: TestClient) -> None:
    for asked in ("张某", "fgj.zhang", "张"):
        [found] = rows(auditor, by=asked)
        assert "张某（fgj.zhang）" in found
        assert "核对" in found
    assert rows(auditor, by=CLERK.by) != []


def test_an_act_is_found_by_its_kind(auditor: TestClient) -> None:
    assert len(rows(auditor, action="change project")) == 2
    assert len(rows(auditor, action="change project", project="小学", by="张某")) == 1


def test_a_file_holds_what_was_asked_for(auditor: TestClient) -> None:
    told = auditor.get("/audit", params={"project": "水厂", "format": "json"}).json()
    assert {entry["about"] for entry in told} == {"乙镇水厂"}
