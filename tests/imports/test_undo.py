"""Taking an import back: what it changed, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.support import imports
from tests.support.record import tell
from tests.support.workbooks import HEADINGS, row, write
from tracker.core.model import Event, EventKind, Project, Sight
from tracker.law import Catalog
from tracker.services.imports import headings
from tracker.services.imports import undo as ledger_undo
from tracker.services.imports.undo import NothingToUndoError, Undone
from tracker.services.projects import editing
from tracker.store import Engine, ledgers, projects, reading, transaction
from tracker.store.audit import Act
from tracker.store.audit import rows as audit_rows

DAY, WEEK_LATER, THIRD = date(2025, 6, 20), date(2025, 6, 27), date(2025, 7, 4)
WHY = Act("clerk", "导错了文件")


def undo(engine: Engine, number: int | None = None, day: date = THIRD) -> Undone:
    with transaction(engine) as session:
        return ledger_undo.undo(session, WHY, number, day)


def state(engine: Engine, day: date = THIRD) -> dict[str, object]:
    """Return everything that counts, without the day on which somebody looked at it last."""
    with reading(engine) as session:
        found = projects.load(session, Sight.on(day))
    return {
        r.project.name: (
            replace(r.project, id=0, version=0, updated_on=None),
            [(e.step, e.kind, e.day, e.document) for e in r.events],
        )
        for r in found
    }


def test_an_import_is_taken_back_whole(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    before = state(engine)
    later = write(
        tmp_path / "b.xlsx",
        row(总投资=9000, 用地预审="2025-06-25", 包保领导="县长", 完成时限="2027年3月"),
        row(项目名称="乙镇小学"),
    )
    imports.bring_in(engine, law, later, WEEK_LATER)
    assert state(engine) != before
    done = undo(engine)
    assert (done.withdrawn, done.restored, done.left) == (["乙镇小学"], ["甲镇小学"], [])
    assert state(engine) == before
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None


def test_the_log_keeps_all_and_old_days_are_as_they_were(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    told = state(engine, WEEK_LATER)
    undo(engine)
    assert state(engine, WEEK_LATER) == told
    assert state(engine) == {}


def test_the_same_file_may_come_again_after_that(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row())
    imports.bring_in(engine, law, path, DAY)
    told = state(engine)
    undo(engine)
    imports.bring_in(engine, law, path, THIRD)
    assert state(engine) == told


def test_an_undone_ledger_holds_up_no_older_one(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row())
    imports.bring_in(engine, law, path, WEEK_LATER)
    undo(engine)
    imports.bring_in(engine, law, path, DAY)
    assert list(state(engine)) == ["甲镇小学"]


def test_what_somebody_changed_since_stays(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    later = write(tmp_path / "b.xlsx", row(总投资=9000, 完成时限="2027年3月"))
    imports.bring_in(engine, law, later, WEEK_LATER)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(THIRD))[0].project
        editing.keep(session, WHY, project, replace(project, investment_wan=9500.0), THIRD)
    done = undo(engine)
    assert done.left == [("甲镇小学", "investment_wan")]
    with reading(engine) as session:
        project = projects.load(session, Sight.on(THIRD))[0].project
    assert (project.investment_wan, project.deadline) == (9500.0, date(2026, 6, 30))


def test_a_new_project_on_which_somebody_worked_since_is_kept(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(DAY))[0].project
        tell(
            session,
            project,
            [Event(step="eia_form", kind=EventKind.STARTED, day=DAY, known_by=DAY)],
            known_by=DAY,
        )
    done = undo(engine)
    assert (done.withdrawn, done.left) == ([], [("甲镇小学", "")])
    assert list(state(engine)) == ["甲镇小学"]


def test_what_a_later_ledger_says_too_stays(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    changed = write(tmp_path / "b.xlsx", row(用地预审="2025-06-25", 总投资=9000))
    imports.bring_in(engine, law, changed, WEEK_LATER)
    again = write(tmp_path / "c.xlsx", row(用地预审="2025-06-25", 总投资=9000, 施工许可="办理中"))
    imports.bring_in(engine, law, again, THIRD)
    told = state(engine)
    done = undo(engine, 2)
    assert state(engine) == told
    assert {key for _, key in done.left} == {"investment_wan", "site_preapproval"}


def test_who_answered_before_answers_again(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    imports.bring_in(engine, law, write(tmp_path / "b.xlsx", row(包保领导="县长")), WEEK_LATER)
    undo(engine)
    with reading(engine) as session:
        leaders = [
            projects.load(session, Sight.on(day))[0].project.leader
            for day in (DAY, WEEK_LATER, THIRD)
        ]
    assert leaders == ["副县长（分管教育）", "县长", "副县长（分管教育）"]


def test_once_somebody_answers_there_is_never_nobody(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row(包保领导=None)), DAY)
    imports.bring_in(engine, law, write(tmp_path / "b.xlsx", row()), WEEK_LATER)
    done = undo(engine)
    assert done.left == [("甲镇小学", "leader")]
    with reading(engine) as session:
        assert projects.load(session, Sight.on(THIRD))[0].project.leader == "副县长（分管教育）"


def test_an_import_is_taken_back_once(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    undo(engine)
    for number in (None, 1, 7):
        with pytest.raises(NothingToUndoError):
            undo(engine, number)


def test_random_imports_edits_and_undos_end_where_a_model_says(
    engine: Engine, law: Catalog, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    """R16: undoing the newest import restores what was there, with what people did since on top."""
    for seed in range(rounds(6, 200)):
        _one_history(engine, law, tmp_path / str(seed), Random(seed), town=f"镇{seed}")


def _one_history(engine: Engine, law: Catalog, folder: Path, random: Random, *, town: str) -> None:
    folder.mkdir()
    day = THIRD
    wanted: dict[str, Project] = {}
    undoable: list[tuple[dict[str, Project], dict[str, Project]]] = []
    with reading(engine) as session:
        newest = max(
            (
                r.project.updated_on or DAY
                for r in projects.load(session, Sight.on(date(2038, 1, 1)))
            ),
            default=DAY,
        )
    day = max(day, newest)
    for n in range(random.randint(4, 8)):
        day += timedelta(days=1)
        act = random.choice(["import", "import", "edit", "undo"])
        if act == "import" or not wanted:
            names = random.sample(["甲", "乙", "丙"], random.randint(1, 3))
            rows = [
                row(项目名称=f"{town}{name}号项目", 建设地点=town, 总投资=random.randint(100, 999))
                for name in names
            ]
            before, standing = dict(wanted), _standing(engine)
            imports.bring_in(engine, law, write(folder / f"{n}.xlsx", *rows), day)
            wanted = _projects(engine, day, town)
            if _standing(engine) > standing:  # a ledger that says nothing new is no import
                undoable.append((before, dict(wanted)))
        elif act == "edit":
            name = random.choice(sorted(wanted))
            with transaction(engine) as session:
                project = next(
                    r.project
                    for r in projects.load(session, Sight.on(day))
                    if r.project.name == name
                )
                after = replace(project, remark=f"备注{n}")
                editing.keep(session, WHY, project, after, day)
            wanted[name] = replace(wanted[name], remark=f"备注{n}")
        elif undoable:
            before, after_ = undoable.pop()
            undo(engine, day=day)
            edited = {k: p for k, p in wanted.items() if p.remark != after_[k].remark}
            kept = {k: p for k, p in wanted.items() if k in before or k in edited}
            wanted = {
                k: replace(before[k], remark=p.remark) if k in before else p
                for k, p in kept.items()
            }
        assert _projects(engine, day, town) == wanted, (town, n, act)


def _standing(engine: Engine) -> int:
    with reading(engine) as session:
        return sum(each.undone is None for each in ledgers.imports(session))


def _projects(engine: Engine, day: date, town: str) -> dict[str, Project]:
    with reading(engine) as session:
        found = [r.project for r in projects.load(session, Sight.on(day))]
    return {
        p.name: replace(p, id=0, version=0, updated_on=None) for p in found if p.location == town
    }


def test_the_order_of_taking_back_does_not_matter(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    before = state(engine)
    second = row(总投资=3500, 包保领导="县长", 用地预审="2025-06-25")
    imports.bring_in(engine, law, write(tmp_path / "b.xlsx", second), WEEK_LATER)
    third = row(总投资=4000, 包保领导="县委书记", 用地预审="2025-06-25", 施工许可="办理中")
    imports.bring_in(engine, law, write(tmp_path / "c.xlsx", third), THIRD)
    undo(engine, 2)
    undo(engine, 3)
    assert state(engine) == before


def test_a_project_goes_with_the_last_import_that_spoke_of_it(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    imports.bring_in(engine, law, write(tmp_path / "b.xlsx", row(总投资=3500)), WEEK_LATER)
    assert undo(engine, 1).left[0] == ("甲镇小学", "")
    assert undo(engine, 2).withdrawn == ["甲镇小学"]
    assert state(engine) == {}


def test_a_person_s_value_outlives_the_imports_around_it(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    imports.bring_in(engine, law, write(tmp_path / "b.xlsx", row(总投资=3500)), WEEK_LATER)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(WEEK_LATER))[0].project
        editing.keep(session, WHY, project, replace(project, investment_wan=9500.0), WEEK_LATER)
    imports.bring_in(engine, law, write(tmp_path / "c.xlsx", row(总投资=4000)), THIRD, reason="新")
    undo(engine, 2)
    undo(engine, 3)
    with reading(engine) as session:
        assert projects.load(session, Sight.on(THIRD))[0].project.investment_wan == 9500


def test_headings_mean_what_they_meant_before(engine: Engine) -> None:
    with transaction(engine) as session:
        headings.remember(session, WHY, {"批件甲": "环评"})
        headings.remember(session, WHY, {"批件甲": "能评", "乙": "立项"}, cause=1)
        headings.take_back(session, WHY, {1}, cause=1)
        assert ledgers.headings(session) == {"批件甲": "环评"}


FACTS = (*HEADINGS, "环评类别", "用地性质", "问题类型", "存在问题", "项目代码")


def told(path: Path, *more: object, **cells: object) -> Path:
    return write(path, (*row(**cells), *more), headings=FACTS)


def test_answers_and_blocks_go_one_by_one(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    first = told(tmp_path / "a.xlsx", "报告表", None, None, None, None)
    imports.bring_in(engine, law, first, DAY)
    before = state(engine)
    second = told(tmp_path / "b.xlsx", "报告表", "新征", "用地指标", "缺指标", None)
    imports.bring_in(engine, law, second, WEEK_LATER)
    assert state(engine) != before
    undo(engine, 2)
    assert state(engine) == before


def test_what_a_later_ledger_says_of_blocks_and_codes_stays(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    code = "2505-410000-04-01-123456"
    imports.bring_in(engine, law, told(tmp_path / "a.xlsx", *[None] * 5), DAY)
    held = ("报告表", "新征", "用地指标", "缺指标", code)
    imports.bring_in(engine, law, told(tmp_path / "b.xlsx", *held), WEEK_LATER)
    imports.bring_in(engine, law, told(tmp_path / "c.xlsx", *held, 总投资=3500), THIRD)
    stands = state(engine)
    undo(engine, 2)
    assert state(engine) == stands


def test_a_ledger_that_only_confirmed_has_said_it_too(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    path = write(tmp_path / "b.xlsx", row(总投资=3500, 包保领导="县长", 用地预审="2025-06-25"))
    imports.bring_in(engine, law, path, WEEK_LATER)
    imports.bring_in(engine, law, path, THIRD)
    stands = state(engine)
    undo(engine, 2)
    assert state(engine) == stands


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_project_that_stays_keeps_no_more_than_what_it_came_with(
    engine: Engine, law: Catalog, tmp_path: Path, order: tuple[int, int]
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    later = write(tmp_path / "b.xlsx", row(施工许可="办理中", 包保领导="县长"))
    imports.bring_in(engine, law, later, WEEK_LATER)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(THIRD))[0].project
        editing.keep(session, WHY, project, replace(project, remark="已踏勘"), THIRD)
    for number in order:
        undo(engine, number)
    record, events = state(engine)["甲镇小学"]  # type: ignore[misc]
    assert (record.leader, record.remark) == ("副县长（分管教育）", "已踏勘")
    assert EventKind.STARTED not in [
        kind for step, kind, *_ in events if step == "construction_permit"
    ]


@pytest.mark.parametrize("order", [(2, 3), (3, 2)])
def test_an_old_ledger_does_not_speak_for_a_value_by_chance(
    engine: Engine, law: Catalog, tmp_path: Path, order: tuple[int, int]
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row(总投资=3000)), DAY)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(DAY))[0].project
        editing.keep(session, WHY, project, replace(project, investment_wan=3700.0), DAY)
    for n, wan in ((2, 4000), (3, 3000)):
        path = write(tmp_path / f"{n}.xlsx", row(总投资=wan))
        imports.bring_in(engine, law, path, DAY + timedelta(days=7 * (n - 1)), reason="新概算")
    for number in order:
        undo(engine, number)
    with reading(engine) as session:
        assert projects.load(session, Sight.on(THIRD))[0].project.investment_wan == 3700


def test_a_namesake_does_not_keep_what_is_taken_back(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    before = state(engine)
    both = write(tmp_path / "b.xlsx", row(包保领导="县长"), row(建设地点="乙镇"))
    imports.bring_in(engine, law, both, WEEK_LATER)
    undo(engine, 2)
    assert state(engine) == before


def test_taking_back_looks_at_what_was_recorded_since(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    imports.bring_in(engine, law, write(tmp_path / "b.xlsx", row(总投资=3500)), WEEK_LATER)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(THIRD))[0].project
        editing.keep(session, WHY, project, replace(project, remark="已踏勘"), THIRD)
    assert undo(engine, 2, day=WEEK_LATER).restored == ["甲镇小学"]
    with reading(engine) as session:
        found = projects.load(session, Sight.on(THIRD))[0].project
    assert (found.investment_wan, found.remark) == (3000, "已踏勘")


def test_a_ledger_between_two_that_are_taken_back_still_speaks(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    done = {"用地预审": "2025-06-25", "总投资": 3500}
    imports.bring_in(engine, law, write(tmp_path / "a.xlsx", row()), DAY)
    imports.bring_in(engine, law, write(tmp_path / "b.xlsx", row(**done)), WEEK_LATER)
    imports.bring_in(engine, law, write(tmp_path / "c.xlsx", row(**done, 包保领导="县长")), THIRD)
    stands = state(engine)
    later = write(tmp_path / "d.xlsx", row(**done, 包保领导="县长", 施工许可="办理中"))
    imports.bring_in(engine, law, later, THIRD)
    for number in (2, 4):
        undo(engine, number)
    assert state(engine) == stands
