"""From a workbook into the record, and the same workbook again."""

from datetime import date
from pathlib import Path

import pytest

from tests.support import imports
from tests.support.record import CLERK
from tests.support.workbooks import HEADINGS, row, write
from tracker.core.model import EventKind, Sight
from tracker.core.track import Known, State
from tracker.law import Catalog
from tracker.services.county import survey
from tracker.services.imports import commit
from tracker.services.imports.commit import OlderLedgerError, Upload
from tracker.services.imports.compare import Choices, Preview
from tracker.store import Engine, audit, ledgers, projects, reading, transaction

DAY, WEEK_LATER = date(2025, 6, 20), date(2025, 6, 27)


def bring_in(engine: Engine, law: Catalog, path: Path, day: date = DAY) -> Preview:
    return imports.bring_in(engine, law, path, day)


def stored(engine: Engine, day: date = WEEK_LATER) -> list[projects.Record]:
    with reading(engine) as session:
        return projects.load(session, Sight.on(day))


def counts(found: Preview) -> tuple[int, int]:
    return sum(c.is_new for c in found.changes), sum(c.is_changed for c in found.changes)


def test_the_same_ledger_twice_changes_nothing(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "a.xlsx", row(), row(项目名称="乙镇小学", 立项="2025.5.6", 用地预审="不需要")
    )
    assert counts(bring_in(engine, law, path)) == (2, 0)
    before = stored(engine)
    with reading(engine) as session:
        head = audit.head(session)
    assert counts(bring_in(engine, law, path)) == (0, 0)
    assert stored(engine) == before
    with reading(engine) as session:
        assert audit.head(session) == head


def test_what_moved_on_becomes_an_event(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()))
    later = write(tmp_path / "b.xlsx", row(用地预审="已办结（2025年6月25日）", 总投资=3500))
    found = bring_in(engine, law, later, WEEK_LATER)
    assert counts(found) == (0, 1)
    record = stored(engine)[0]
    assert record.project.investment_wan == 3500
    assert [(e.step, e.kind, e.day) for e in record.events if e.known_by == WEEK_LATER] == [
        ("site_preapproval", EventKind.FINISHED, date(2025, 6, 25))
    ]


def test_another_day_of_the_same_state_is_recorded(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row(立项="2025-05-10")))
    assert counts(
        bring_in(engine, law, write(tmp_path / "b.xlsx", row(立项="2025-05-12")), WEEK_LATER)
    ) == (0, 1)
    days = [e.day for e in stored(engine)[0].events if e.step == "fs_approval"]
    assert days == [date(2025, 5, 10), date(2025, 5, 12)]


def test_a_step_that_moves_backwards_is_a_conflict_and_stays(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()))
    found = bring_in(engine, law, write(tmp_path / "b.xlsx", row(立项="办理中")), WEEK_LATER)
    assert [(c.key, c.recorded) for change in found.changes for c in change.conflicts] == [
        ("fs_approval", State.FINISHED)
    ]
    kinds = [e.kind for e in stored(engine)[0].events if e.step == "fs_approval"]
    assert kinds == [EventKind.FINISHED]


def test_a_blank_cell_takes_nothing_back(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()))
    before = stored(engine)[0].events
    bring_in(engine, law, write(tmp_path / "b.xlsx", row(立项=None, 用地预审=None)), WEEK_LATER)
    assert stored(engine)[0].events == before


def test_rows_with_errors_are_left_out(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", row(), row(项目名称="乙镇小学", 立项="2025-02-30"))
    found = bring_in(engine, law, path)
    assert found.has_errors
    assert [r.project.name for r in stored(engine)] == ["甲镇小学"]


def test_a_reason_takes_a_step_back(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()))
    path = write(tmp_path / "b.xlsx", row(立项="办理中"))
    imports.bring_in(engine, law, path, WEEK_LATER, reason="误报")
    last = [e for e in stored(engine)[0].events if e.step == "fs_approval"][-1]
    assert (last.kind, last.note) == (EventKind.STARTED, "误报")


def test_blank_cells_keep_what_is_known_of_a_project(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()))
    before = stored(engine)[0].project
    blank = row(完成时限=None, 建设地点=None, 总投资=None, 包保领导=None, 专班=None, 行业=None)
    bring_in(engine, law, write(tmp_path / "b.xlsx", blank), WEEK_LATER)
    after = stored(engine)[0].project
    assert len(stored(engine)) == 1
    assert (
        after.deadline,
        after.location,
        after.investment_wan,
        after.leader,
        after.task_force,
    ) == (
        before.deadline,
        before.location,
        before.investment_wan,
        before.leader,
        before.task_force,
    )


def test_a_return_with_a_day_is_recorded_once(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", row(用地预审="退回（6月3日）"))
    bring_in(engine, law, path)
    assert counts(bring_in(engine, law, path)) == (0, 0)


def test_a_document_number_keeps_the_day_already_known(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row(立项="2025-05-10")))
    bring_in(engine, law, write(tmp_path / "b.xlsx", row(立项="示发改〔2025〕12号")), WEEK_LATER)
    with reading(engine) as session:
        plan = survey.survey(session, law, Sight.on(WEEK_LATER))[0].plan
    step = next(s for s in plan.steps if s.step.id == "fs_approval")
    assert (step.progress.finish, step.progress.document) == (
        date(2025, 5, 10),
        "示发改〔2025〕12号",
    )


def test_a_block_stands_until_the_ledger_says_that_it_is_solved(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    def held(kind: str | None, problem: str, day: date) -> bool:
        headings = (*HEADINGS, "存在问题", "问题类型")
        path = write(
            tmp_path / f"{day}.xlsx", (*row(用地预审="未启动"), problem, kind), headings=headings
        )
        bring_in(engine, law, path, day)
        with reading(engine) as session:
            return any(
                s.progress.block for s in survey.survey(session, law, Sight.on(day))[0].plan.steps
            )

    assert not held(None, "资金已全部到位，暂无问题", date(2025, 6, 20))
    assert held("用地指标", "指标未落实", date(2025, 6, 21))
    assert held(None, "", date(2025, 6, 22))
    assert not held("已解决", "", date(2025, 6, 23))


def test_a_project_is_known_by_its_code_under_a_new_name(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    headings, code = (*HEADINGS, "项目代码"), "2205-350926-04-01-567343"
    bring_in(engine, law, write(tmp_path / "a.xlsx", (*row(), code), headings=headings))
    later = write(tmp_path / "b.xlsx", (*row(项目名称="甲镇中心小学"), code), headings=headings)
    found = bring_in(engine, law, later, WEEK_LATER)
    assert [(c.renamed_from, c.takes_name) for c in found.changes] == [("甲镇小学", False)]
    assert [r.project.name for r in stored(engine)] == ["甲镇小学"]
    renamed = Choices(same=frozenset({"甲镇中心小学"}))
    imports.bring_in(engine, law, later, WEEK_LATER, choices=renamed)
    assert [r.project.name for r in stored(engine)] == ["甲镇中心小学"]


def test_a_confirmed_ledger_is_remembered_with_its_day(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row())
    bring_in(engine, law, path, DAY)
    bring_in(engine, law, path, WEEK_LATER)
    with pytest.raises(OlderLedgerError):
        bring_in(engine, law, write(tmp_path / "c.xlsx", row(总投资=1)), date(2025, 6, 24))


def test_an_older_ledger_is_refused(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", row())
    bring_in(engine, law, path, WEEK_LATER)
    with pytest.raises(OlderLedgerError):
        bring_in(engine, law, write(tmp_path / "b.xlsx", row(总投资=1)), DAY)


def test_a_project_that_left_the_ledger_is_kept_and_named(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row(), row(项目名称="乙镇小学")))
    found = bring_in(engine, law, write(tmp_path / "b.xlsx", row()), WEEK_LATER)
    assert found.missing == ("乙镇小学",)
    assert len(stored(engine)) == 2


def test_a_done_step_without_its_prerequisite_is_a_warning_with_its_cell(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row(立项="已办结", 用地预审="未启动"))
    issues = [i for i in bring_in(engine, law, path).ledger.issues if i.code == "status_conflict"]
    assert [(i.row, i.column) for i in issues] == [(4, "I")]
    with reading(engine) as session:
        plan = survey.survey(session, law, Sight.on(DAY))[0].plan
    site = next(s.progress for s in plan.steps if s.step.id == "site_preapproval")
    assert (site.state, site.known) == (State.NOT_NEEDED, Known.ASSUMED)  # and never done


def test_two_names_in_a_cell_assign_nobody(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    both = "副县长（分管农业）、副县长（分管城建）"
    bring_in(engine, law, write(tmp_path / "a.xlsx", row(包保领导=both)))
    project = stored(engine)[0].project
    assert (project.leader, project.leader_candidates) == (None, both)


def test_a_new_leader_follows_and_old_days_keep_the_old_one(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    bring_in(engine, law, write(tmp_path / "a.xlsx", row()))
    bring_in(engine, law, write(tmp_path / "b.xlsx", row(包保领导="县长")), WEEK_LATER)
    assert stored(engine, DAY)[0].project.leader == "副县长（分管教育）"
    assert stored(engine, WEEK_LATER)[0].project.leader == "县长"


def test_an_import_that_failed_does_not_stop_the_next(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row())
    upload = Upload.of(path)
    with pytest.raises(RuntimeError), transaction(engine) as session:
        commit.commit(session, CLERK, imports.look(session, law, upload, DAY), upload=upload)
        raise RuntimeError
    imports.bring_in(engine, law, path, DAY)
    with reading(engine) as session:
        assert [each.number for each in ledgers.imports(session)] == [1]
