"""Why a step of a project lies where it does: as the plan says it, and on its page."""

import html
import re

from tests.conftest import DemoCounty
from tests.support.web import app_for, client_of, let_in
from tracker.core.model import Sight
from tracker.core.track import State
from tracker.demo import DAY
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.security.policy import Role
from tracker.services.projects.lookup import look_at
from tracker.services.projects.reasons import reasons_of
from tracker.store import Engine, projects, reading, transaction
from tracker.store.accounts import Person
from tracker.store.projects import Record

WORDS = words_in("zh")


def records(engine: Engine) -> list[Record]:
    with reading(engine) as session:
        return projects.load(session, Sight.on(DAY))


def test_every_chain_begins_at_the_date_of_the_plan(demo: DemoCounty, law: Catalog) -> None:
    """In the names of the steps, back to what holds them and on to what they must keep."""
    told = 0
    for record in records(demo.engine)[:40]:
        view = look_at(record, law, DAY)
        plan = view.standing.plan
        for each in plan.steps:
            found = reasons_of(view, each.step.id, WORDS)
            assert found
            if each.early_start is None or plan.is_done:
                assert not found.early, each.step.id
                continue
            told += 1
            day = each.early_start if each.takes.days else each.early_finish
            first, last = WORDS(found.early[0]), WORDS(found.late[0])
            assert WORDS(each.step.name) in first
            assert WORDS(day) in first or WORDS(each.early_start) in first, first
            assert WORDS(each.late_finish) in last or each.takes.days == 0, last
            for sentence in (*found.early, *found.late):
                assert not re.search("[A-Za-z]_[a-z]", WORDS(sentence)), sentence
    assert told > 500


def test_the_page_of_a_step_tells_its_law_its_dates_and_its_record(
    demo: DemoCounty, law: Catalog, tmp_path
) -> None:
    with transaction(demo.engine) as session:
        let_in(session, "steps", Person(name="查看"), Role.READER)
    client = client_of(app_for(demo.engine, tmp_path, DAY), "steps")
    record = next(
        r
        for r in records(demo.engine)
        if any(
            s.progress.state is State.UNDER_WAY for s in look_at(r, law, DAY).standing.plan.steps
        )
    )
    plan = look_at(record, law, DAY).standing.plan
    step = next(s for s in plan.steps if s.progress.state is State.UNDER_WAY)
    number = record.project.id
    project = client.get(f"/projects/{number}").text
    assert f"/projects/{number}/steps/{step.step.id}" in project
    page = html.unescape(client.get(f"/projects/{number}/steps/{step.step.id}").text)
    assert "为什么是这个日期" in page
    assert WORDS(step.step.name) in page
    assert WORDS.short_day(step.early_finish) in page
    assert "已登记事项" in page
    assert "该环节尚无登记" not in page
    assert "kind=" not in page  # a reader records nothing
    assert client.get(f"/projects/{number}/steps/no_such_step").status_code == 404
    assert client.get(f"/projects/99999/steps/{step.step.id}").status_code == 404
