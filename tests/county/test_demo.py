"""The demonstration county has the numbers of the source, and the same bytes each time."""

from datetime import date
from pathlib import Path

from tests.conftest import DemoCounty
from tracker.core.flag import Light
from tracker.core.model import BlockReason, LinkType, Project
from tracker.demo import DAY, write_ledgers
from tracker.demo.county import DEPARTMENTS, LEADERS, TOWNS
from tracker.law import Catalog


def test_it_has_86_projects_twelve_leaders_twenty_departments_and_nine_towns(
    demo: DemoCounty,
) -> None:
    rows = demo.result.preview.ledger.projects
    assert len(rows) == 86
    assert {leader for row in rows for leader in row.leaders} == set(LEADERS)
    assert {row.responsible_unit for row in rows} == set(DEPARTMENTS)
    assert {row.location for row in rows} == set(TOWNS)
    assert (len(LEADERS), len(DEPARTMENTS), len(TOWNS)) == (12, 20, 9)


def test_its_three_named_projects_are_there(demo: DemoCounty) -> None:
    by_name = {s.project.name: s for s in demo.result.standings}
    park = by_name["丙镇农业产业园"]
    assert (park.project.target, park.project.deadline) == (
        "construction_permit",
        date(2025, 10, 31),
    )
    blocks = [p.progress.block for p in park.plan.steps if p.progress.block]
    assert [(b.reason, b.expected) for b in blocks] == [(BlockReason.LAND_QUOTA, date(2025, 9, 30))]
    assert by_name["县人民医院新院区"].project.task_force == "医院新院区专班"
    assert by_name["黄河故道生态修复工程"].project.task_force == "黄河故道修复专班"


def test_no_step_of_the_demo_begins_before_what_it_waits_for_ends(
    demo: DemoCounty, law: Catalog
) -> None:
    checked = 0
    for standing in demo.result.standings:
        steps = {step.step.id: step for step in standing.plan.steps}
        for step in steps.values():
            for before in step.driven_by:
                ends, begins = steps[before].early_finish, step.early_start
                links = _types(law, standing.project, before, step.step.id)
                if ends and begins and links == {LinkType.FINISH_TO_START}:
                    is_instant = not (step.takes.days and steps[before].takes.days)
                    assert begins > ends or (is_instant and begins == ends), step.step.id
                    checked += 1
    assert checked > 500


def _types(law: Catalog, project: Project, before: str, after: str) -> set[LinkType]:
    procedure = law.procedure(project.procedure, DAY)
    ends = (before, after)
    return {x.type for x in procedure.links if (x.predecessor, x.successor) == ends}


def test_every_light_but_none_that_is_stale_can_be_seen(demo: DemoCounty) -> None:
    assert {s.light for s in demo.result.standings} == set(Light)


def test_its_workbooks_have_the_same_bytes_each_time(
    demo: DemoCounty, law: Catalog, tmp_path: Path
) -> None:
    for again in write_ledgers(tmp_path, law):
        assert again.read_bytes() == (demo.folder / "ledgers" / again.name).read_bytes()


def test_only_the_seeded_doubts_are_raised(demo: DemoCounty) -> None:
    loud = [i.code for i in demo.result.preview.ledger.issues if i.severity != "info"]
    assert sorted(set(loud)) == ["status_conflict", "two_leaders"]
