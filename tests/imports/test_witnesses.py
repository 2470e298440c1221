"""The ledger, the ledger before it, and the record: whose word counts."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support import imports
from tests.support.record import CLERK, tell
from tests.support.workbooks import HEADINGS, row, write
from tracker.core.model import Event, EventKind, Project, Sight
from tracker.law import Catalog
from tracker.services.imports import headings as ledger_headings
from tracker.services.imports.compare import Choices, Preview
from tracker.services.projects import changes, editing
from tracker.services.projects.changes import Change
from tracker.store import Engine, projects, reading, transaction
from tracker.store.audit import Act

DAY, WEEK_LATER, THIRD = date(2025, 6, 20), date(2025, 6, 27), date(2025, 7, 4)


def bring_in(
    engine: Engine, law: Catalog, path: Path, day: date, reason: str | None = None
) -> Preview:
    return imports.bring_in(engine, law, path, day, reason=reason)


def only(engine: Engine, day: date = THIRD) -> projects.Record:
    with reading(engine) as session:
        found = projects.load(session, Sight.on(day))
    assert len(found) == 1
    return found[0]


def by_hand(engine: Engine, day: date, **fields: object) -> Project:
    project = only(engine, day).project
    with transaction(engine) as session:
        after = replace(project, **fields)  # type: ignore[arg-type]
        return editing.keep(session, Act("clerk", "会议决定"), project, after, day).project


def conflicts(found: Preview) -> list[str]:
    return [c.key for change in found.changes for c in change.conflicts]


def test_a_cell_the_clerk_did_not_touch_takes_nothing_back(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row())
    bring_in(engine, law, path, DAY)
    by_hand(engine, date(2025, 6, 24), deadline=date(2026, 9, 30), investment_wan=3600.0)
    found = bring_in(engine, law, path, WEEK_LATER)
    assert (only(engine).project.deadline, only(engine).project.investment_wan) == (
        date(2026, 9, 30),
        3600.0,
    )
    assert conflicts(found) == []
    assert found.changes[0].behind == ("investment_wan", "deadline")


def test_where_both_moved_a_person_decides(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    by_hand(engine, date(2025, 6, 24), investment_wan=3600.0)
    later = write(tmp_path / "b.xlsx", row(总投资=3900))
    for day in (WEEK_LATER, THIRD):  # and next week it is asked again
        assert conflicts(bring_in(engine, law, later, day)) == ["investment_wan"]
        assert only(engine).project.investment_wan == 3600.0
    bring_in(engine, law, later, THIRD, reason="以台账为准")
    assert only(engine).project.investment_wan == 3900.0
    assert conflicts(bring_in(engine, law, later, THIRD)) == []


def test_where_the_ledger_moved_alone_the_record_follows(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    found = bring_in(
        engine, law, write(tmp_path / "b.xlsx", row(完成时限="2026年9月底前")), WEEK_LATER
    )
    assert (conflicts(found), only(engine).project.deadline) == ([], date(2026, 9, 30))


def test_what_was_recorded_by_hand_is_not_taken_back_by_an_old_cell(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row())
    bring_in(engine, law, path, DAY)
    finished = Event(
        step="site_preapproval",
        kind=EventKind.FINISHED,
        day=date(2025, 6, 23),
        known_by=date(2025, 6, 24),
    )
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(WEEK_LATER))[0].project
        tell(session, project, [finished], known_by=date(2025, 6, 24))
    found = bring_in(engine, law, path, WEEK_LATER)
    assert (conflicts(found), found.changes[0].behind) == ([], ("site_preapproval",))
    events = [e.kind for e in only(engine).events if e.step == "site_preapproval"]
    assert events == [EventKind.STARTED, EventKind.FINISHED]


def test_another_day_than_somebody_recorded_is_asked_about(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    finished = Event(
        step="site_preapproval",
        kind=EventKind.FINISHED,
        day=date(2025, 6, 23),
        known_by=date(2025, 6, 24),
    )
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(WEEK_LATER))[0].project
        tell(session, project, [finished], known_by=date(2025, 6, 24))
    later = write(tmp_path / "b.xlsx", row(用地预审="2025-06-25"))
    assert conflicts(bring_in(engine, law, later, WEEK_LATER)) == ["site_preapproval"]


def test_a_block_that_was_lifted_by_hand_does_not_come_back(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "a.xlsx", (*row(用地预审="未启动"), "用地指标"), headings=(*HEADINGS, "问题类型")
    )
    bring_in(engine, law, path, DAY)
    blocked = next(e for e in only(engine).events if e.kind is EventKind.BLOCKED)
    day = date(2025, 6, 24)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(WEEK_LATER))[0].project
        tell(
            session,
            project,
            [Event(step=blocked.step, kind=EventKind.RELEASED, day=day, known_by=day)],
            known_by=day,
        )
    bring_in(engine, law, path, WEEK_LATER)
    kinds = [e.kind for e in only(engine).events if e.step == blocked.step]
    assert kinds[-1] is EventKind.RELEASED


def test_a_name_that_is_alike_is_proposed_and_nothing_is_done(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row(项目名称="甲镇第一小学改扩建工程")), DAY)
    later = write(tmp_path / "b.xlsx", row(项目名称="甲镇第一小学改扩建项目"))
    found = bring_in(engine, law, later, WEEK_LATER)
    assert [(c.renamed_from, c.takes_name) for c in found.changes] == [
        ("甲镇第一小学改扩建工程", False)
    ]
    assert found.missing == ()
    issue = next(i for i in found.ledger.issues if i.code == "perhaps_renamed")
    assert (issue.row, issue.column) == (4, "B")
    assert only(engine).project.name == "甲镇第一小学改扩建工程"


@pytest.mark.parametrize(("same", "count"), [(True, 1), (False, 2)])
def test_a_person_says_whether_a_project_was_renamed(
    engine: Engine, law: Catalog, tmp_path: Path, same: bool, count: int
) -> None:
    new = "甲镇第一小学改扩建项目"
    bring_in(engine, law, write(tmp_path / "a.xlsx", row(项目名称="甲镇第一小学改扩建工程")), DAY)
    name = frozenset({new})
    choices = Choices(same=name) if same else Choices(other=name)
    later = write(tmp_path / "b.xlsx", row(项目名称=new))
    imports.bring_in(engine, law, later, WEEK_LATER, choices=choices)
    with reading(engine) as session:
        found = projects.load(session, Sight.on(WEEK_LATER))
    assert len(found) == count
    assert found[-1].project.name == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("甲镇供水一期工程", "甲镇供水二期工程"),
        ("第1标段道路工程", "第2标段道路工程"),
        ("城东区管网改造", "城西区管网改造"),
    ],
)
def test_phases_and_sides_are_other_projects(
    engine: Engine, law: Catalog, tmp_path: Path, old: str, new: str
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row(项目名称=old)), DAY)
    found = bring_in(engine, law, write(tmp_path / "b.xlsx", row(项目名称=new)), WEEK_LATER)
    assert [c.is_new for c in found.changes] == [True]
    assert found.missing == (old,)


def test_what_a_heading_means_is_remembered(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    headings = tuple("批文情况" if h == "立项" else h for h in HEADINGS)
    path = write(tmp_path / "a.xlsx", row(), headings=headings)
    assert [
        i.raw for i in bring_in(engine, law, path, DAY).ledger.issues if i.code == "unknown_column"
    ] == ["批文情况"]
    with transaction(engine) as session:
        ledger_headings.remember(session, CLERK, {"批文情况": "立项"})
    bring_in(engine, law, path, WEEK_LATER)
    assert [e.kind for e in only(engine).events if e.step == "fs_approval"] == [EventKind.FINISHED]


def test_a_ledger_told_late_takes_nothing_back_that_was_recorded_since(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row(用地预审="未启动")), DAY)
    done_on = WEEK_LATER - timedelta(days=1)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(DAY))[0].project
        told = Event(step="site_preapproval", kind=EventKind.FINISHED, day=done_on, known_by=THIRD)
        tell(session, project, [told], known_by=THIRD)
    by_hand(engine, THIRD, remark="周一改的")
    late = write(tmp_path / "b.xlsx", row(用地预审="办理中", 总投资=9000))
    found = bring_in(engine, law, late, WEEK_LATER)
    assert [c.key for c in found.changes[0].conflicts] == ["site_preapproval"]
    record = only(engine)
    assert record.project.investment_wan == 9000
    assert record.events[-1].day == done_on
    assert bring_in(engine, law, late, WEEK_LATER).changes[0].is_changed is False


def test_a_project_made_by_hand_after_the_ledger_s_day_is_known(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    with transaction(engine) as session:
        made = Project(
            id=0,
            name="甲镇小学",
            procedure="gov_building",
            target="construction_permit",
            location="甲镇",
        )
        changes.keep(session, CLERK, Change(None, made), action="add project", known_by=THIRD)
    found = bring_in(engine, law, write(tmp_path / "a.xlsx", row(建设地点="甲镇")), DAY)
    assert [c.is_new for c in found.changes] == [False]
    assert only(engine).project.investment_wan == found.changes[0].row.investment_wan


def two_known(engine: Engine, *more: Project) -> None:
    with transaction(engine) as session:
        for made in more:
            changes.keep(session, CLERK, Change(None, made), action="add project", known_by=DAY)


def test_a_code_of_one_and_the_name_of_another_are_asked_about(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    code = "2505-410000-04-01-123456"
    school = Project(
        id=0, name="甲镇小学", procedure="gov_building", target="start", location="甲镇", code=code
    )
    clinic = Project(
        id=0, name="乙镇医院", procedure="gov_building", target="start", location="乙镇"
    )
    two_known(engine, school, clinic)
    mixed = write(
        tmp_path / "a.xlsx",
        (*row(项目名称="乙镇医院", 建设地点="乙镇"), code),
        headings=(*HEADINGS, "项目代码"),
    )
    found = bring_in(engine, law, mixed, WEEK_LATER)
    assert (found.changes, found.missing) == ((), ())
    assert "several_known" in [issue.code for issue in found.ledger.issues]


def test_a_name_that_two_projects_have_says_nothing(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    one, other = (
        Project(
            id=0,
            name="甲镇小学",
            procedure="gov_building",
            target="start",
            code=f"2505-410000-04-01-12345{n}",
        )
        for n in range(2)
    )
    two_known(engine, one, other)
    found = bring_in(engine, law, write(tmp_path / "a.xlsx", row(建设地点=None)), WEEK_LATER)
    assert found.changes == ()
    assert "several_known" in [issue.code for issue in found.ledger.issues]


def test_who_begins_on_a_day_to_come_is_a_conflict_and_no_refusal(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(DAY))[0].project
        coming = date(2025, 7, 20)
        changes.assign(session, CLERK, project, "leader", "县委副书记", coming, known_by=DAY)
    later = write(tmp_path / "b.xlsx", row(包保领导="县长", 总投资=3500))
    found = bring_in(engine, law, later, WEEK_LATER, reason="以此为准")
    assert [c.key for c in found.changes[0].conflicts] == ["leader"]
    assert (only(engine).project.investment_wan, only(engine).project.leader) == (
        3500,
        "副县长（分管教育）",
    )


def test_empty_cells_are_kept_until_a_ledger_has_none(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    some = row(用地预审=None, 施工许可=None)
    bring_in(engine, law, write(tmp_path / "a.xlsx", some), DAY)
    assert only(engine).left_blank == {"site_preapproval", "construction_permit"}
    without = tuple(cell for n, cell in enumerate(some) if HEADINGS[n] != "用地预审")
    headings = tuple(heading for heading in HEADINGS if heading != "用地预审")
    path = write(tmp_path / "b.xlsx", without, headings=headings)
    bring_in(engine, law, path, WEEK_LATER)
    assert only(engine).left_blank == {"site_preapproval", "construction_permit"}
    bring_in(engine, law, write(tmp_path / "c.xlsx", row(用地预审=None)), THIRD)
    assert only(engine, WEEK_LATER).left_blank == {"site_preapproval", "construction_permit"}
    assert only(engine).left_blank == set()  # one cell says that it has not begun
