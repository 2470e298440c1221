"""The weekly report: one model, four files, the same bytes."""

import hashlib
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.conftest import DemoCounty
from tests.support.command import tracker
from tests.support.record import CLERK, put
from tracker.core.digest import Change, Earlier, digest
from tracker.core.digest import Moved as Line
from tracker.core.flag import LATE_LIGHTS, Light
from tracker.core.model import Project
from tracker.core.weeks import Week
from tracker.demo import DAY
from tracker.i18n.words import Words, words_in
from tracker.law import Catalog
from tracker.reports.front import MOST_CHANGES, in_front
from tracker.reports.ledger_columns import LEDGER_COLUMNS
from tracker.reports.message import MOST_BYTES, message_text
from tracker.reports.sections import report_of
from tracker.services.county import weekly_report
from tracker.services.county.weekly_report import SCOPE
from tracker.services.installation import jobs
from tracker.services.projects import changes
from tracker.services.projects.changes import Change as Moved
from tracker.services.projects.lookup import BeforeTheRecordError
from tracker.store import Engine, reading, records, transaction

NOW = datetime.fromisoformat("2025-06-20T16:00:00+08:00")


@pytest.fixture(scope="module")
def made(demo: DemoCounty, law: Catalog) -> weekly_report.Prepared:
    with reading(demo.engine) as session:
        return weekly_report.prepare(session, law, words_in("zh"), status_date=DAY, now=NOW)


def test_a_report_that_says_the_same_has_the_same_bytes(
    demo: DemoCounty, made: weekly_report.Prepared
) -> None:
    assert not made.is_new
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in made.files.items()}
    assert digests == dict(made.stored.files)
    for path in demo.result.report_files:
        assert path.read_bytes() == made.files[path.name]


def test_the_workbook_holds_the_figures_of_the_digest(made: weekly_report.Prepared) -> None:
    book = openpyxl.load_workbook(BytesIO(made.files["weekly.xlsx"]))
    ledger = book["台账"]
    rows = [[cell.value for cell in row] for row in ledger.iter_rows(min_row=3)]
    assert len(rows) == 86
    columns = {column.key: n for n, column in enumerate(LEDGER_COLUMNS, start=1)}
    shown = {row[columns["project"]]: row for row in rows}
    for s in made.digest.standings:
        row = shown[s.project.name]
        assert row[columns["light"]].endswith(words_in("zh")(s.light))
        assert max(0, -(row[columns["against"]] or 0)) == s.plan.days_late
    assert isinstance(rows[0][columns["due"]], datetime)
    assert len(book["一对一跟踪"]["A"]) == len(made.digest.follow_ups) + 1


def test_no_cell_of_the_workbook_is_a_formula(made: weekly_report.Prepared) -> None:
    book = openpyxl.load_workbook(BytesIO(made.files["weekly.xlsx"]))
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_every_run_of_the_word_file_names_a_chinese_face(made: weekly_report.Prepared) -> None:
    document = Document(BytesIO(made.files["weekly.docx"]))
    runs = [run for part in document.element.body.iter(qn("w:p")) for run in part.iter(qn("w:r"))]
    with_text = [run for run in runs if run.find(qn("w:t")) is not None]
    assert len(with_text) > 500
    for run in with_text:
        fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia"))
    assert len(document.inline_shapes) == 1


def test_no_page_of_the_word_file_ends_within_a_row_or_behind_a_heading(
    made: weekly_report.Prepared,
) -> None:
    document = Document(BytesIO(made.files["weekly.docx"]))
    assert document.tables
    for table in document.tables:
        whole = [row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows]
        assert all(whole)
        before = table._tbl.getprevious()
        assert before.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None or (
            before.pPr.pStyle is not None  # a heading, which its style keeps
        )
        first = table.rows[0].cells[0].paragraphs[0]
        assert first.paragraph_format.keep_with_next


def test_the_message_has_every_late_project_in_parts_that_a_robot_takes(
    made: weekly_report.Prepared, zh: Words
) -> None:
    many = replace(made.digest, standings=made.digest.standings * 4)
    text = message_text(report_of(many, zh), many, zh)
    parts = re.split(r"\n\n(?=\(\d+/\d+\)\n)", text)
    assert len(parts) > 1
    assert all(len(part.encode()) <= MOST_BYTES for part in parts)
    assert all(f" {s.project.name}: " in text for s in made.digest.late)


def test_characters_that_no_font_has_are_named(made: weekly_report.Prepared, zh: Words) -> None:
    plain = report_of(made.digest, zh)
    assert "方框" not in " ".join(plain.texts)
    rare = [
        replace(s, project=replace(s.project, name=f"𠮷{s.project.name}"))
        for s in made.digest.standings
    ]
    found = report_of(replace(made.digest, standings=tuple(rare)), zh)
    assert found.sections[-1].lines[-1].endswith("：𠮷。")


def test_the_files_load_nothing_from_elsewhere(made: weekly_report.Prepared) -> None:
    for name in ("weekly.docx", "weekly.xlsx"):
        with zipfile.ZipFile(BytesIO(made.files[name])) as archive:
            relations = b"".join(archive.read(p) for p in archive.namelist() if p.endswith(".rels"))
        assert b'TargetMode="External"' not in relations


def test_the_first_page_says_what_moved(made: weekly_report.Prepared, demo: DemoCounty) -> None:
    with reading(demo.engine) as session:
        before = {r.week: r for r in records.reports(session, SCOPE)}["2025-W24"].figures
    late_then = {k for k, f in before.items() if f.light in LATE_LIGHTS}
    late_now = {s.project.id for s in made.digest.standings if s.light in LATE_LIGHTS}
    moved = {
        c: {m.standing.project.id for m in made.digest.changes if m.change is c and m.standing}
        for c in Change
    }
    undecided = {s.project.id for s in made.digest.standings if s.plan.is_open}
    assert not undecided & (moved[Change.WORSE] - late_then)  # a likely day is no delay
    assert moved[Change.NEWLY_LATE] == late_now - late_then
    assert moved[Change.CLEARED] == late_then - late_now
    assert not moved[Change.NEW]


def test_decisions_stand_by_the_days_that_they_win_back(made: weekly_report.Prepared) -> None:
    won = [d.recoverable for d in made.digest.decisions]
    assert len(set(won)) > 2
    assert all(d.recoverable <= d.standing.plan.days_late for d in made.digest.decisions)
    assert won == sorted(won, reverse=True)


def test_the_worst_project_of_the_demo_is_the_park_without_land(
    made: weekly_report.Prepared,
) -> None:
    worst = made.digest.standings[0]
    assert (worst.project.name, worst.light) == ("丙镇农业产业园", Light.BLACK)


def test_an_english_report_says_the_same(
    demo: DemoCounty, law: Catalog, made: weekly_report.Prepared
) -> None:
    with reading(demo.engine) as session:
        english = weekly_report.prepare(session, law, words_in("en"), status_date=DAY, now=NOW)
    assert english.stored.fingerprint == made.stored.fingerprint
    assert sorted(english.files) == [
        "weekly-en.docx",
        "weekly-en.pdf",
        "weekly-en.txt",
        "weekly-en.xlsx",
    ]
    assert "wd late" in english.files["weekly-en.txt"].decode()


def test_a_timer_that_fires_twice_makes_one_report(engine: Engine, law: Catalog, tmp_path) -> None:
    def fire() -> object:
        return jobs.weekly_once(
            engine,
            law,
            words_in("zh"),
            county="county",
            folder=tmp_path / "reports",
            week=Week.of(DAY),
            now=NOW,
        )

    assert fire() is not None
    assert fire() is None
    with reading(engine) as session:
        assert len(records.reports(session, SCOPE)) == 1


def test_a_night_that_fails_is_due_again_at_once(engine: Engine, law: Catalog) -> None:
    with transaction(engine) as session:
        put(
            session,
            Project(
                id=0, name="甲", procedure="gov_building", target="fs_approval", updated_on=DAY
            ),
        )
    too_early = DAY - timedelta(1)  # nothing was known then, so the work fails
    for _ in range(2):
        with pytest.raises(BeforeTheRecordError):
            jobs.nightly_once(engine, law, county="county", day=too_early, now=NOW)


def test_a_change_that_is_printed_makes_a_new_issue(engine: Engine, law: Catalog) -> None:
    with transaction(engine) as session:
        school = put(
            session,
            Project(
                id=0,
                name="甲",
                procedure="gov_building",
                target="fs_approval",
                deadline=DAY,
                updated_on=DAY,
            ),
        )
    issues = []
    for leader in ("副县长", "副县长", "县长"):
        with transaction(engine) as session:
            change = Moved(school, replace(school, leader=leader))
            changes.keep(session, CLERK, change, action="assign", known_by=DAY)
            prepared = weekly_report.prepare(session, law, words_in("zh"), status_date=DAY, now=NOW)
            weekly_report.keep(session, CLERK, prepared)
        issues.append(prepared.stored.issue)
    assert issues == [1, 1, 2]


def test_a_night_is_done_once(engine: Engine, law: Catalog) -> None:
    first = jobs.nightly_once(engine, law, county="county", day=DAY, now=NOW)
    assert first is not None
    assert json.dumps(first, default=str)
    assert jobs.nightly_once(engine, law, county="county", day=DAY, now=NOW) is None


def test_a_project_that_cannot_be_planned_is_named(engine: Engine, law: Catalog) -> None:
    with transaction(engine) as session:
        put(
            session,
            Project(
                id=0,
                name="甲",
                procedure="gov_building",
                target="fs_approval",
                deadline=date(1800, 1, 1),
                updated_on=DAY,
            ),
        )
        put(
            session,
            Project(id=0, name="乙", procedure="gov_building", target="nowhere", updated_on=DAY),
        )
        put(
            session,
            Project(
                id=0,
                name="丙",
                procedure="gov_building",
                target="fs_approval",
                deadline=DAY,
                updated_on=DAY,
            ),
        )
    with reading(engine) as session:
        made = weekly_report.prepare(session, law, words_in("zh"), status_date=DAY, now=NOW)
    by_name = {s.project.name: s for s in made.digest.standings}
    assert {name: s.light for name, s in by_name.items() if s.plan.fault} == {
        "甲": Light.GREY,
        "乙": Light.GREY,
    }
    assert by_name["丙"].light is Light.OPEN
    assert not by_name["甲"].plan.is_done
    text = "".join(p.text for p in Document(BytesIO(made.files["weekly.docx"])).paragraphs)
    assert "甲, 乙无法排期" in text or "乙, 甲无法排期" in text


@pytest.mark.parametrize(
    ("before", "missed"),
    [("2025-06-13", 0), ("2025-06-05", 1), ("2025-05-30", 2), ("2024-01-19", 73)],
)
def test_a_report_names_the_one_it_is_compared_with_and_the_gap(
    demo: DemoCounty, zh: Words, before: str, missed: int
) -> None:
    day = date.fromisoformat(before)
    found = digest(
        demo.result.standings,
        (),
        week=Week.of(date(2025, 6, 20)),
        status_date=date(2025, 6, 20),
        is_draft=False,
        is_demo=False,
        causes={},
        history=[Earlier(week=Week.of(day), as_of=day, figures={}, fingerprint="x")],
        audit_head="y" * 64,
    )
    assert found.weeks_missed == missed
    (line,) = report_of(found, zh).sections[0].lines
    said = f"与{day.year}年{day.month}月{day.day}日的周报相比"
    assert line.startswith(f"{said}；其间{missed}周没有周报。" if missed else f"{said}。")
    assert line.endswith("其余0个滞后项目与上期相同。")


def test_two_reports_are_compared_as_they_were_made(demo: DemoCounty) -> None:
    with reading(demo.engine) as session:
        by_week = {r.week: r.figures for r in records.reports(session, SCOPE)}
    before, after = by_week["2025-W24"], by_week["2025-W25"]
    arguments = ("report", "compare", "2025-W24", "2025-W25", "--data", demo.folder)
    done = tracker(*arguments, "--json", cwd=demo.folder)
    found = {row["project"]: row for row in json.loads(done.stdout)["projects"]}
    moved = {
        figure.name
        for key, figure in after.items()
        if key not in before
        or (before[key].light, before[key].days_late) != (figure.light, figure.days_late)
    }
    assert set(found) == moved
    shown = tracker(*arguments, cwd=demo.folder).stdout
    assert all(name in shown for name in moved)
    same = tracker(
        "report", "compare", "2025-W25", "2025-W25", "--data", demo.folder, cwd=demo.folder
    )
    assert "一致" in same.stdout
    none = tracker(
        "report", "compare", "2025-W25", "2020-W01", "--data", demo.folder, cwd=demo.folder
    )
    assert none.returncode == 2


def test_the_workbook_has_a_sheet_by_leader_and_one_by_office(
    made: weekly_report.Prepared,
) -> None:
    book = openpyxl.load_workbook(BytesIO(made.files["weekly.xlsx"]))
    led = [s for s in made.digest.standings if s.project.leader]
    rows = list(book["领导包保"].iter_rows(min_row=2, values_only=True))
    assert sorted((row[0], row[1]) for row in rows) == sorted(
        (s.project.leader, s.project.name) for s in led
    )
    flags = [flag for s in made.digest.standings for flag in s.flags if flag.step]
    assert len(list(book["分部门"].iter_rows(min_row=2))) == len(flags)


def test_docx_pdf_and_xlsx_say_the_same_of_every_late_project(
    made: weekly_report.Prepared,
) -> None:
    """The front page's sentences stand in each file, as the model has them."""
    zh = words_in("zh")
    document = Document(BytesIO(made.files["weekly.docx"]))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    book = openpyxl.load_workbook(BytesIO(made.files["weekly.xlsx"]))
    values = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value]
    for section in report_of(made.digest, zh).sections:
        for row in section.table.rows if section.table and section.is_front else ():
            for text in row:
                assert text in cells
                assert text in values


def test_the_front_page_shows_a_change_of_each_kind_and_the_annex_the_others() -> None:
    kinds = [Change.NEWLY_LATE] * 4 + [Change.WORSE] * 3 + [Change.UNCHANGED] * 2
    kinds += [Change.BETTER] * 2 + [Change.CLEARED]
    told = [Line(kind, str(n), days=0, standing=None, weeks=1) for n, kind in enumerate(kinds)]
    shown = in_front(told)
    assert len(shown) == MOST_CHANGES
    assert {m.change for m in shown} == {*kinds} - {Change.UNCHANGED}
    assert [m.name for m in shown] == ["0", "1", "4", "9", "11"]  # in their order
    assert in_front(told[7:9]) == told[7:9]
    still = [told[7], told[8], told[9], *(replace(told[9], name=f"b{n}") for n in range(3))]
    assert [m.name for m in in_front(still)] == ["7", "9", "b0", "b1", "b2"]  # these last
