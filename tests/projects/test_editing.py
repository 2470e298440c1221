"""Projects by hand: what is read, what is refused, and how they are suspended and closed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support.record import CLERK, put
from tracker.core.flag import FlagKind, Light
from tracker.core.model import Project, ProjectState, Sight
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.services.county import survey
from tracker.services.projects import editing, lookup
from tracker.services.projects.editing import (
    BadFieldError,
    ClassifiedError,
    TwiceError,
    WrongStateError,
)
from tracker.store import Engine, reading, transaction
from tracker.store.audit import Act
from tracker.store.projects import Record

DAY = date(2026, 3, 2)
SCHOOL = Project(
    id=0,
    name="甲镇小学",
    procedure="gov_building",
    target="construction_permit",
    deadline=date(2028, 12, 29),
    location="甲镇",
    updated_on=DAY,
    code="2409-990099-04-01-107809",
)


def test_a_target_is_named_in_its_own_procedure(law: Catalog) -> None:
    for procedure in ("gov_road+special_bond", "gov_building"):
        targets = law.procedure(procedure, DAY)
        for target in targets.targets:
            said = {"procedure": procedure, "target": targets.step(target).name.zh}
            assert editing.edited(SCHOOL, said, law, DAY).target == target


def test_one_field_is_not_set_by_two_names(law: Catalog) -> None:
    with pytest.raises(BadFieldError, match="is set twice"):
        editing.edited(SCHOOL, {"category": "教育", "Category": "卫生"}, law, DAY)


def test_a_part_of_several_steps_is_asked_about(law: Catalog) -> None:
    record = Record(SCHOOL, ())
    with pytest.raises(lookup.WhichStepError, match="EIA form"):
        lookup.step_id(record, law, DAY, "环境影响报告表")
    assert lookup.step_id(record, law, DAY, "环境影响报告表审批") == "eia_form"
    assert lookup.step_id(record, law, DAY, "盖章") == "盖章"


def test_fields_are_read_with_their_kind(law: Catalog) -> None:
    said = {
        "investment_wan": "8,450.5",
        "deadline": "2027-06-30",
        "leader": "副县长",
        "category": "",
        "procedure": "gov_road+special_bond",
        "target": "start",
    }
    found = editing.edited(replace(SCHOOL, category="教育"), said, law, DAY)
    assert (found.investment_wan, found.deadline, found.category) == (
        8450.5,
        date(2027, 6, 30),
        None,
    )
    assert (found.leader, found.procedure, found.target) == (
        "副县长",
        "gov_road+special_bond",
        "start",
    )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("deadline", "6月底", "is not a valid date"),
        ("deadline", "2027-02-30", "is not a valid date"),
        ("deadline", "1800-01-01", "is not a valid date"),
        ("deadline", "9999-12-31", "is not a valid date"),
        ("investment_wan", "约8000", "is not a valid amount"),
        ("investment_wan", "-1", "is not a valid amount"),
        ("investment_wan", "NaN", "is not a valid amount"),
        ("investment_wan", "Infinity", "is not a valid amount"),
        ("investment_wan", "1e400", "is not a valid amount"),
        ("procedure", "gov_bridge", "gov_bridge"),
        ("target", "nowhere", "is not a target step"),
        ("name", "", "cannot be empty"),
        ("name", "甲\n乙", "line break"),
        ("name", "长" * 201, "longer than 200"),
        ("code", "2" * 33, "longer than 32"),
        ("remark", "长" * 2001, "longer than 2000"),
        ("leader", "", "cannot be empty"),
        ("version", "7", "has no field"),
        ("is_admin", "1", "has no field"),
    ],
)
def test_what_cannot_be_is_refused(law: Catalog, field: str, value: str, said: str) -> None:
    with pytest.raises(BadFieldError, match=said):
        editing.edited(SCHOOL, {field: value}, law, DAY)


@pytest.mark.parametrize(
    "said",
    [
        {"name": "涉密工程一期"},
        {"remark": "机密"},
        {"remark": "本项目涉 密，另行管理"},
        {"remark": "机密级项目，不涉及征地"},
        {"remark": "本项目属秘密级，非涉密部分另报"},
    ],
)
def test_classified_projects_are_refused(law: Catalog, said: dict[str, str]) -> None:
    with pytest.raises(ClassifiedError):
        editing.edited(SCHOOL, said, law, DAY)
    assert editing.edited(SCHOOL, {"remark": "不涉密"}, law, DAY).remark == "不涉密"


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        ("2409-990099-04-01-107809", None),
        ("2020-110000-48-01-000001", None),  # the form before 2020 has no check digit
        ("2409-990099-04-01-107801", "check digit"),
        ("2413-990099-04-01-107809", "form"),
        ("随便", "form"),
    ],
)
def test_a_doubtful_code_warns_and_is_kept(law: Catalog, code: str, doubt: str | None) -> None:
    found = editing.edited(SCHOOL, {"code": code}, law, DAY)
    said = [str(each) for each in editing.doubts(found)]
    assert found.code == code
    assert len(said) == (doubt is not None)
    assert doubt is None or doubt in said[0]


@pytest.mark.parametrize(
    "other", [{"name": "乙镇小学"}, {"code": None}, {"code": None, "location": None}]
)
def test_a_project_is_there_once(engine: Engine, other: dict[str, str]) -> None:
    with transaction(engine) as session:
        put(session, SCHOOL)
    with pytest.raises(TwiceError, match="甲镇小学"), transaction(engine) as session:
        editing.keep(session, CLERK, None, replace(SCHOOL, **other), DAY)
    with transaction(engine) as session:
        editing.keep(session, CLERK, None, replace(SCHOOL, code=None, location="乙镇"), DAY)


def test_a_project_rests_for_a_reason_and_until_a_day(engine: Engine, law: Catalog) -> None:
    until = DAY + timedelta(150)
    with transaction(engine) as session:
        school = put(session, SCHOOL)
        editing.keep(
            session, CLERK, school, editing.suspended(school, "资金未落实", until, DAY), DAY
        )

    def seen(day: date) -> tuple[Light, list[FlagKind], str]:
        with reading(engine) as session:
            standing = survey.survey(session, law, Sight.on(day))[0]
        kinds = [flag.kind for flag in standing.flags]
        return standing.light, kinds, words_in("zh")(standing.flags[0].sentence)

    assert seen(DAY) == (Light.BLUE, [FlagKind.PAUSED], "项目暂停至2026年7月30日：资金未落实。")
    assert seen(DAY + timedelta(92))[0] is Light.BLUE
    light, _, sentence = seen(DAY + timedelta(93))
    assert (light, "无人复核" in sentence) == (Light.YELLOW, True)
    assert seen(until)[0] is Light.YELLOW
    with transaction(engine) as session:
        found = lookup.find(session, "甲镇小学", Sight.on(until)).project
        with pytest.raises(WrongStateError):
            editing.suspended(found, "again", until + timedelta(9), until)
        editing.keep(session, CLERK, found, editing.resumed(found, ""), until)
    with reading(engine) as session:
        standing = survey.survey(session, law, Sight.on(until))[0]
    assert (standing.project.state, standing.project.resume_on) == (ProjectState.ACTIVE, None)


@pytest.mark.parametrize(("why", "days"), [("", 9), ("资金", 0), ("资金", None)])
def test_a_rest_without_reason_or_end_is_refused(why: str, days: int | None) -> None:
    until = DAY + timedelta(days) if days is not None else None
    wanted = editing.BadFieldError if why else editing.NoReasonError
    with pytest.raises(wanted):
        editing.suspended(SCHOOL, why, until, DAY)


def test_a_closed_project_is_kept_and_no_longer_planned(engine: Engine, law: Catalog) -> None:
    later = DAY + timedelta(7)
    with transaction(engine) as session:
        school = put(session, SCHOOL)
        closed = editing.archived(school, "并入另一项目")
        kept = editing.keep(session, CLERK, school, closed, later).project
        with pytest.raises(WrongStateError):
            editing.keep(session, CLERK, kept, replace(kept, remark="x"), later)
    with reading(engine) as session:
        assert survey.survey(session, law, Sight.on(later)) == ()
        assert len(survey.survey(session, law, Sight.on(DAY))) == 1  # it was there then
        assert (
            lookup.find(session, "甲镇小学", Sight.on(later)).project.state is ProjectState.ARCHIVED
        )


def test_a_project_whose_twin_an_old_ledger_brought_can_still_be_changed(
    engine: Engine, law: Catalog
) -> None:
    with transaction(engine) as session:
        first = put(session, replace(SCHOOL, location=None, code=None))
        second = put(session, replace(SCHOOL, code=None))
        noted = editing.edited(second, {"remark": "与另一项目重名"}, law, DAY)
        editing.keep(session, CLERK, second, noted, DAY)
        other = editing.edited(second, {"name": "乙镇小学"}, law, DAY)
    assert first.name == second.name
    with transaction(engine) as session:
        third = put(session, replace(SCHOOL, name="乙镇小学", code=None))
        with pytest.raises(TwiceError):
            editing.keep(
                session, CLERK, third, replace(third, name=other.name.replace("乙", "甲")), DAY
            )


def test_a_deadline_moves_for_a_reason(engine: Engine) -> None:
    moved = replace(SCHOOL, deadline=date(2029, 6, 29))
    with transaction(engine) as session:
        school = put(session, SCHOOL)
        with pytest.raises(editing.NoReasonError, match="reason"):
            editing.keep(session, CLERK, school, replace(moved, id=school.id), DAY)
        because = Act("clerk", "县长办公会〔2026〕7号")
        editing.keep(session, because, school, replace(moved, id=school.id), DAY)


def test_a_closed_project_is_taken_up_again_for_a_reason() -> None:
    closed = editing.archived(SCHOOL, "并入")
    with pytest.raises(editing.NoReasonError):
        editing.resumed(closed, " ")
    assert editing.resumed(closed, "重新立项").state is ProjectState.ACTIVE
