"""Back to the clerk: marks in the same workbook, the record in its cells, a template."""

import io
import struct
import zipfile
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt

from tests.support import imports
from tests.support.office import converted
from tests.support.record import tell
from tests.support.workbooks import HEADINGS, row, write
from tracker.core.model import Event, EventKind, Sight
from tracker.i18n.words import Words
from tracker.law import Catalog
from tracker.ledger.book.confine import read_workbook
from tracker.ledger.book.convert import as_xlsx
from tracker.ledger.template import Lists, template_bytes
from tracker.services.imports import commit, write_back
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Known, Preview, compare
from tracker.services.imports.mark import marked
from tracker.services.imports.write_back import Update
from tracker.services.projects import changes, editing
from tracker.services.projects.changes import Change
from tracker.store import Engine, projects, reading, transaction
from tracker.store.audit import Act
from tracker.store.database import guards

UTF8_CSV = "csv:Text - txt - csv (StarCalc):44,34,76"
DAY, WEEK_LATER = date(2025, 6, 20), date(2025, 6, 27)
ASKED = {"待答：规划区内（是/否）": ("是", "否"), "待答：用地面积（填数/公顷）": ()}
BAD = (row(), row(项目名称="乙镇小学", 立项="快了", 完成时限="2025-02-30"), row(项目名称=None))


def look(upload: Upload, law: Catalog) -> Preview:
    return compare(upload.read(law, DAY, {}), law, Known())


def back(path: Path, law: Catalog, zh: Words) -> bytes:
    upload = Upload.of(path)
    return marked(upload, look(upload, law), zh)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def notes(data: bytes) -> dict[str, str]:
    cells = (cell for cells in opened(data).worksheets[0].iter_rows() for cell in cells)
    return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}


def coloured(data: bytes) -> set[str]:
    sheet = opened(data).worksheets[0]
    return {
        place
        for found in sheet.conditional_formatting
        for place in str(found.sqref).split()
        if any('"tracker"' in rule.formula[0] for rule in found.rules)
    }


def test_bad_cells_are_coloured_and_say_why(tmp_path: Path, law: Catalog, zh: Words) -> None:
    data = back(write(tmp_path / "a.xlsx", *BAD), law, zh)
    said = notes(data)
    assert {"H5", "M5", "B6"} <= set(said) == coloured(data)
    assert said["M5"] == "【tracker】“2025-02-30”不是有效日期。请改成正确日期。"


def test_everything_else_stays_byte_for_byte(tmp_path: Path, law: Catalog, zh: Words) -> None:
    path = tmp_path / "a.xlsx"
    _with_a_picture_and_a_note(path)
    data = back(path, law, zh)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(io.BytesIO(data)) as new:
        changed = {n for n in old.namelist() if old.read(n) != new.read(n)}
    parts = {"xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"}
    assert {n for n in changed if "comments" not in n and ".vml" not in n.lower()} <= parts
    before, after = opened(path.read_bytes()).worksheets[0], opened(data).worksheets[0]
    for cells in before.iter_rows():
        for cell in cells:
            twin = after[cell.coordinate]
            assert (twin.value, twin.number_format, twin.fill.fgColor.rgb, twin.font.b) == (
                cell.value,
                cell.number_format,
                cell.fill.fgColor.rgb,
                cell.font.b,
            )


def _with_a_picture_and_a_note(path: Path) -> None:
    """Write a ledger with what a careless editor would lose: a picture, colours, a note, a rule."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        green = book.add_format({"bg_color": "#00ff00", "bold": True})
        for n, cells in enumerate([("台账",), ("单位：万元",), HEADINGS, *BAD]):
            for column, value in enumerate(cells):
                if value is not None:
                    sheet.write(n, column, value, green if column == 1 else None)
        sheet.write_comment("H5", "催过两次", {"author": "某股室"})
        rule = {"type": "cell", "criteria": ">", "value": 10000, "format": green}
        sheet.conditional_format("G4:G9", rule)
        sheet.insert_image("Q2", "dot.png", {"image_data": io.BytesIO(_dot())})


def _dot() -> bytes:
    """Return a picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def test_a_note_of_somebody_else_is_kept(tmp_path: Path, law: Catalog, zh: Words) -> None:
    path = tmp_path / "a.xlsx"
    _with_a_picture_and_a_note(path)
    once = back(path, law, zh)
    twice = marked(Upload("a.xlsx", once), look(Upload("a.xlsx", once), law), zh)
    for data in (once, twice):
        assert notes(data)["H5"].startswith("催过两次")
        assert notes(data)["H5"].count("快了") == 1


@pytest.mark.all
def test_the_round_trip_of_a_clerk(engine: Engine, tmp_path: Path, law: Catalog, zh: Words) -> None:
    """Import, fix in the returned workbook with LibreOffice, import again."""
    data = back(write(tmp_path / "a.xlsx", *BAD), law, zh)
    book = opened(data)
    sheet = book.worksheets[0]
    sheet["H5"], sheet["M5"], sheet["B6"] = "办理中", "2025-12-30", "丙镇小学"
    fixed = tmp_path / "改好.xlsx"
    book.save(fixed)
    (tmp_path / "office").mkdir()
    saved = converted(fixed, tmp_path / "office", "xlsx")
    assert notes(saved.read_bytes()).keys() == notes(data).keys()
    found = imports.bring_in(engine, law, saved, DAY)
    assert not found.has_errors
    with reading(engine) as session:
        names = [r.project.name for r in projects.load(session, Sight.on(DAY))]
    assert names == ["甲镇小学", "乙镇小学", "丙镇小学"]
    clean = marked(Upload.of(saved), found, zh)
    assert not {"H5", "M5", "B6"} & (coloured(clean) | set(notes(clean)))


@pytest.mark.all
def test_libreoffice_opens_what_was_marked(tmp_path: Path, law: Catalog, zh: Words) -> None:
    path = tmp_path / "marked.xlsx"
    path.write_bytes(back(write(tmp_path / "a.xlsx", *BAD), law, zh))
    (tmp_path / "office").mkdir()
    text = converted(path, tmp_path / "office", UTF8_CSV).read_text(encoding="utf-8")
    assert "乙镇小学" in text
    assert "2025-02-30" in text


@pytest.mark.parametrize("kind", ["xls", "csv"])
def test_old_workbooks_and_texts_come_back_as_xlsx(
    tmp_path: Path, law: Catalog, zh: Words, kind: str
) -> None:
    path = tmp_path / f"a.{kind}"
    lines = [("重点项目台账",), ("单位：万元",), HEADINGS, *BAD]
    if kind == "csv":
        text = "\n".join(",".join("" if c is None else str(c) for c in cells) for cells in lines)
        path.write_text(text, encoding="gb18030")
    else:
        book = xlwt.Workbook(encoding="utf-8")
        sheet = book.add_sheet("台账")
        for n, cells in enumerate(lines):
            for column, value in enumerate(cells):
                if value is not None:
                    sheet.write(n, column, value)
        book.save(str(path))
    data = back(path, law, zh)
    assert {"H5", "M5", "B6"} <= set(notes(data))
    again = look(Upload("b.xlsx", data), law).ledger
    assert [(i.code, i.row, i.column) for i in again.issues] == [
        (i.code, i.row, i.column) for i in look(Upload.of(path), law).ledger.issues
    ]


def test_texts_never_become_formulas(tmp_path: Path, law: Catalog, zh: Words) -> None:
    lines = [HEADINGS, row(项目名称="=1+1", 立项="快了")]
    path = tmp_path / "a.csv"
    path.write_text(
        "\n".join(",".join("" if c is None else str(c) for c in cells) for cells in lines),
        encoding="utf-8",
    )
    cell = opened(back(path, law, zh)).worksheets[0]["B2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")


def bring_up(engine: Engine, law: Catalog, path: Path, day: date = WEEK_LATER) -> Update:
    upload = Upload.of(path)
    with reading(engine) as session:
        known = commit.known_on(session, day)
    found = compare(upload.read(law, day, {}), law, known)
    workbook = read_workbook(upload.data, upload.name)
    data = upload.data if workbook.kind == "xlsx" else as_xlsx(workbook)
    return write_back.update(upload, workbook, data, found, known, law)


def work_on_it(engine: Engine) -> None:
    day = date(2025, 6, 24)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(day))[0].project
        after = replace(project, deadline=date(2026, 9, 30), investment_wan=3600.0)
        kept = editing.keep(session, Act("clerk", "会议决定"), project, after, day).project
        finished = Event(
            step="site_preapproval", kind=EventKind.FINISHED, day=date(2025, 6, 23), known_by=day
        )
        tell(session, kept, [finished], known_by=day)


def test_only_cells_that_are_behind_are_written(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row(), row(项目名称="乙镇小学"))
    imports.bring_in(engine, law, path, DAY)
    work_on_it(engine)
    made = bring_up(engine, law, path)
    assert {cell.place: cell.after for cell in made.cells} == {
        "G4": 3600.0,
        "I4": "已办结（2025年6月23日）",
        "M4": "2026年9月30日",
    }
    before, after = opened(path.read_bytes()).worksheets[0], opened(made.data).worksheets[0]
    for cells in before.iter_rows():
        for cell in cells:
            if cell.coordinate not in ("G4", "I4", "M4"):
                assert after[cell.coordinate].value == cell.value


def test_what_was_written_is_no_news_for_the_next_import(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row(), row(项目名称="乙镇小学"))
    imports.bring_in(engine, law, path, DAY)
    work_on_it(engine)
    out = tmp_path / "b.xlsx"
    out.write_bytes(bring_up(engine, law, path).data)
    found = imports.bring_in(engine, law, out, WEEK_LATER)
    assert [(c.is_new, c.is_changed, c.behind, c.conflicts) for c in found.changes] == [
        (False, False, (), ())
    ] * 2
    assert bring_up(engine, law, out).cells == []


def test_formulas_and_merged_cells_are_left_and_named(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        for n, cells in enumerate([HEADINGS, row(), row(项目名称="乙镇小学")]):
            sheet.write_row(n, 0, ["" if c is None else c for c in cells])
        sheet.write_formula(1, 6, "=1000*3", None, 3000)
        sheet.merge_range(1, 12, 2, 12, "2026年6月底前")
    imports.bring_in(engine, law, path, DAY)
    work_on_it(engine)
    made = bring_up(engine, law, path)
    assert [cell.place for cell in made.cells] == ["I2"]
    assert {what for _, what, _ in made.left} == {"G2", "M2"}


def test_the_sheets_own_legend_is_spoken(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.xlsx",
        row(立项="●", 用地预审="○", 施工许可="○"),
        ("图例：●表示已办结，○表示办理中",),
    )
    imports.bring_in(engine, law, path, DAY)
    day = date(2025, 6, 24)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(day))[0].project
        tell(
            session,
            project,
            [Event(step="site_preapproval", kind=EventKind.FINISHED, day=None, known_by=day)],
            known_by=day,
        )
    made = bring_up(engine, law, path)
    assert {cell.place: cell.after for cell in made.cells} == {"I4": "●"}


@pytest.mark.all
def test_the_template_reads_as_an_empty_ledger_and_is_opened(tmp_path: Path, law: Catalog) -> None:
    lists = Lists(("甲镇",), ("县长",), ("教育专班",), ("县教育局",))
    path = tmp_path / "模板.xlsx"
    path.write_bytes(template_bytes("台账", DAY, lists, ASKED))
    found = Upload.of(path).read(law, DAY, {})
    assert (found.projects, found.issues) == ((), ())
    assert all(c.meaning for c in found.sheets[0].columns)
    (tmp_path / "office").mkdir()
    assert "项目名称" in converted(path, tmp_path / "office", UTF8_CSV).read_text(encoding="utf-8")


def test_a_filled_template_is_read_without_a_question(tmp_path: Path, law: Catalog) -> None:
    book = opened(template_bytes("台账", DAY, Lists(), ASKED))
    sheet = book["台账"]
    values = {
        "项目名称": "甲镇小学",
        "立项类型": "审批",
        "行业": "教育",
        "建设地点": "甲镇",
        "项目单位": "县教育局",
        "总投资": 3000,
        "可研": "已办结",
        "环评": date(2025, 5, 6),
        "完成时限": date(2026, 6, 30),
        "包保领导": "县长",
        "待答：规划区内（是/否）": "是",
    }
    headings = {
        sheet.cell(4, n).value or sheet.cell(3, n).value: n for n in range(1, sheet.max_column + 1)
    }
    for heading, value in values.items():
        sheet.cell(5, headings[heading]).value = value
    path = tmp_path / "a.xlsx"
    book.save(path)
    found = Upload.of(path).read(law, DAY, {})
    project = found.projects[0]
    assert (project.name, project.investment_wan, project.deadline) == (
        "甲镇小学",
        3000,
        date(2026, 6, 30),
    )
    assert project.facts["in_town"] == "yes"
    assert [i.code for i in found.issues if i.severity != "info"] == []


def raw(path: Path, part: str, old: bytes, new: bytes, *, without: str = "") -> Path:
    """Change a part of a workbook as another program might have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != without}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_a_document_number_stays_when_its_day_is_recorded(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row(用地预审="示自然资预审〔2025〕12号"))
    imports.bring_in(engine, law, path, DAY)
    work_on_it(engine)
    said = {cell.place: cell.after for cell in bring_up(engine, law, path).cells}
    assert said["I4"] == "示自然资预审〔2025〕12号（2025年6月23日）"


@pytest.mark.parametrize(
    ("before", "after"),
    [("2026-06-30", "2026-09-30"), ("2026.6.30", "2026.9.30"), ("2026/06/30", "2026/09/30")],
)
def test_a_day_is_written_as_the_cell_wrote_one(
    engine: Engine, law: Catalog, tmp_path: Path, before: str, after: str
) -> None:
    path = write(tmp_path / "a.xlsx", row(完成时限=before))
    imports.bring_in(engine, law, path, DAY)
    work_on_it(engine)
    assert {c.place: c.after for c in bring_up(engine, law, path).cells}["M4"] == after


@pytest.mark.parametrize(
    ("words", "written"),
    [(["已办结", "办理中"], "已办结"), (["完成", "办理中"], None), ("=$Z$1:$Z$3", None)],
)
def test_what_is_written_is_in_the_cell_s_list(
    engine: Engine, law: Catalog, tmp_path: Path, words: list[str] | str, written: str | None
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        for n, cells in enumerate([HEADINGS, row()]):
            sheet.write_row(n, 0, ["" if c is None else c for c in cells])
        sheet.data_validation("I2:I99", {"validate": "list", "source": words})
    imports.bring_in(engine, law, path, DAY)
    work_on_it(engine)
    made = bring_up(engine, law, path)
    assert {c.place: c.after for c in made.cells}.get("I2") == written
    assert ("I2" in [what for _, what, _ in made.left]) == (written is None)


def test_cells_of_an_array_formula_are_left(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        for n, cells in enumerate([HEADINGS, row(项目名称="乙镇小学"), row()]):
            sheet.write_row(n, 0, ["" if c is None else c for c in cells])
        sheet.write_array_formula("I2:I3", "{=Z4:Z5}", None, "办理中")
        sheet.write("I3", "办理中")
    imports.bring_in(engine, law, path, DAY)
    with transaction(engine) as session:
        project = next(
            r.project for r in projects.load(session, Sight.on(DAY)) if r.project.name == "甲镇小学"
        )
        finished = Event(
            step="site_preapproval",
            kind=EventKind.FINISHED,
            day=date(2025, 6, 23),
            known_by=WEEK_LATER,
        )
        tell(session, project, [finished], known_by=WEEK_LATER)
    made = bring_up(engine, law, path)
    assert ("I3" in [c.place for c in made.cells], [what for _, what, _ in made.left]) == (
        False,
        ["I3"],
    )


def _element(path: Path, part: str, about: bytes) -> bytes:
    """Return the element of a part that names something."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read(part)
    at = text.index(about)
    return text[text.rindex(b"<", 0, at) : text.index(b"/>", at) + 2]


def test_a_workbook_without_styles_or_places_is_marked(
    tmp_path: Path, law: Catalog, zh: Words
) -> None:
    path = write(tmp_path / "a.xlsx", *BAD)
    part = b"/xl/styles.xml"
    rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    raw(path, rels, _element(path, rels, b"styles.xml"), b"", without="xl/styles.xml")
    raw(path, types, _element(path, types, part), b"")
    raw(path, "xl/worksheets/sheet1.xml", b' r="H5"', b"")
    data = back(path, law, zh)
    assert {"H5", "M5", "B6"} <= coloured(data)


def test_a_note_that_begins_with_a_star_is_kept(tmp_path: Path, law: Catalog, zh: Words) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        for n, cells in enumerate([HEADINGS, row(), row(项目名称="乙镇小学", 立项="快了")]):
            sheet.write_row(n, 0, ["" if c is None else c for c in cells])
        sheet.write_comment("C2", "※ 省重点项目，勿删")
        sheet.write_comment("H3", "联系张三\n※ 每周五更新")
    said = notes(back(path, law, zh))
    assert said["C2"].endswith("※ 省重点项目，勿删")
    assert "※ 每周五更新" in said["H3"]


def test_what_xml_cannot_hold_is_left_out(engine: Engine, law: Catalog, tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", row())
    imports.bring_in(engine, law, path, DAY)
    older = engine.execution_options(**{guards.ANY_TEXT: True})  # a program that asked nothing
    with transaction(older) as session:
        project = projects.load(session, Sight.on(DAY))[0].project
        after = replace(project, task_force="教育\x0b专班二")
        changes.keep(
            session,
            Act("clerk", "x"),
            Change(project, after),
            action="change project",
            known_by=DAY,
        )
    assert [c.place for c in bring_up(engine, law, path).cells] == ["O4"]


def test_an_old_workbook_comes_back_with_its_errors_and_hidden_sheets(
    tmp_path: Path, law: Catalog, zh: Words
) -> None:
    book = xlwt.Workbook()
    sheet, hidden = book.add_sheet("台账"), book.add_sheet("字典")
    for n, cells in enumerate((HEADINGS, row(立项=None))):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(n, column, value)
    sheet.row(1).set_cell_error(7, 0x17)
    hidden.visibility = 1
    hidden.write(0, 0, "办理中")
    path = tmp_path / "a.xls"
    book.save(str(path))
    upload = Upload.of(path)
    first = look(upload, law)
    data = marked(upload, first, zh)
    again = look(Upload("a.xlsx", data), law)
    for found in (first, again):
        assert [i.code for i in found.ledger.issues if i.column == "H"] == ["cell_error"]
    assert opened(data)["字典"]["A1"].value == "办理中"


def test_a_state_that_the_step_s_own_day_contradicts_is_left(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    head = (*HEADINGS[:8], "用地预审状态", "用地预审批复时间", *HEADINGS[9:])
    cells = row()
    path = write(
        tmp_path / "a.xlsx", (*cells[:8], "已办结", "2025-03-01", *cells[9:]), headings=head
    )
    imports.bring_in(engine, law, path, DAY)
    with transaction(engine) as session:
        project = projects.load(session, Sight.on(DAY))[0].project
        told = [
            Event(
                step="site_preapproval",
                kind=EventKind.STARTED,
                day=date(2025, 6, 24),
                known_by=WEEK_LATER,
                note="重新办理",
            )
        ]
        tell(session, project, told, known_by=WEEK_LATER)
    made = bring_up(engine, law, path)
    assert (made.cells, [what for _, what, _ in made.left]) == ([], ["用地预审状态"])


@pytest.mark.parametrize("ranges", ["I:I", "I2:I99 #REF!", "A1 I1:I1048576"])
def test_lists_on_whole_columns(engine: Engine, law: Catalog, tmp_path: Path, ranges: str) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        for n, cells in enumerate([HEADINGS, row()]):
            sheet.write_row(n, 0, ["" if c is None else c for c in cells])
        sheet.data_validation("I2:I99", {"validate": "list", "source": ["已办结", "办理中"]})
    raw(path, "xl/worksheets/sheet1.xml", b'sqref="I2:I99"', f'sqref="{ranges}"'.encode())
    imports.bring_in(engine, law, path, DAY)
    work_on_it(engine)
    assert {c.place: c.after for c in bring_up(engine, law, path).cells}["I2"] == "已办结"


def test_what_happened_after_the_ledger_s_day_is_left_and_named(
    engine: Engine, law: Catalog, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.xlsx", row())
    imports.bring_in(engine, law, path, DAY)
    work_on_it(engine)
    made = bring_up(engine, law, path, DAY)
    assert {cell.place for cell in made.cells} == {"G4", "M4"}
    assert [what for _, what, _ in made.left] == ["用地预审"]
