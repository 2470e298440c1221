"""Whole workbooks: what is a project, what is not, and what must be asked."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from tests.support.workbooks import HEADINGS, row, write
from tracker.law import Catalog
from tracker.ledger.book.refusal import RefusedFileError
from tracker.ledger.issues import CODES
from tracker.ledger.model import Ledger
from tracker.ledger.reading import bytes_of, read_ledger
from tracker.ledger.shape.aliases import Field
from tracker.ledger.shape.columns import field_of
from tracker.ledger.values.rules import Status

AS_OF = date(2025, 6, 20)


def read(path: Path, law: Catalog) -> Ledger:
    return read_ledger(bytes_of(path), path.name, AS_OF, law.in_force(AS_OF), {})


def loud(ledger: Ledger) -> list[tuple[str, int, str | None]]:
    quiet = ("status_blank", "unknown_column")
    return [(i.code, i.row, i.column) for i in ledger.issues if i.code not in quiet]


def test_a_plain_ledger_is_read(tmp_path: Path, law: Catalog) -> None:
    ledger = read(write(tmp_path / "a.xlsx", row()), law)
    project = ledger.projects[0]
    assert (project.name, project.row, project.investment_wan) == ("甲镇小学", 4, 3000)
    assert (project.procedure, project.target, project.deadline) == (
        "gov_building",
        "construction_permit",
        date(2026, 6, 30),
    )
    assert [(s.step, s.status) for s in project.steps] == [
        ("fs_approval", Status.DONE),
        ("site_preapproval", Status.IN_PROGRESS),
        ("construction_permit", Status.NOT_STARTED),
    ]
    assert loud(ledger) == []


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"立项": "快了"}, "unknown_status", "H"),
        ({"立项": "2025年2月30日"}, "bad_date", "H"),
        ({"完成时限": "2025-02-30"}, "bad_date", "M"),
        ({"完成时限": "春节前"}, "relative_date", "M"),
        ({"计划开工": "2025年9月", "计划竣工": "2025年6月"}, "date_order", "L"),
        ({"总投资": "很多"}, "bad_amount", "G"),
        ({"项目名称": None}, "missing_name", "B"),
        ({"包保领导": "副县长（分管农业）、副县长（分管城建）"}, "two_leaders", "N"),
        ({"立项类型": None, "建设单位": "某某"}, "procedure_assumed", "B"),
        ({"项目名称": "某涉密工程"}, "classified", "B"),
    ],
)
def test_each_fault_names_its_row_and_column(
    tmp_path: Path, law: Catalog, changes: dict[str, object], code: str, column: str
) -> None:
    ledger = read(write(tmp_path / "a.xlsx", row(序号=1, 项目名称="乙镇小学"), row(**changes)), law)
    assert (code, 5, column) in loud(ledger)


def test_a_deadline_that_cannot_be_read_is_not_replaced_by_another(
    tmp_path: Path, law: Catalog
) -> None:
    project = read(
        write(tmp_path / "a.xlsx", row(完成时限="2025-02-30", 计划开工="2025年9月")), law
    ).projects[0]
    assert (project.target, project.deadline) == ("construction_permit", None)


def test_a_name_that_begins_with_a_number_is_a_project(tmp_path: Path, law: Catalog) -> None:
    ledger = read(
        write(
            tmp_path / "a.xlsx",
            row(项目名称="三里河治理工程"),
            (None, "一中操场改造"),
            (None, "注塑产业园"),
        ),
        law,
    )
    assert [p.name for p in ledger.projects] == ["三里河治理工程", "一中操场改造", "注塑产业园"]


def test_a_second_table_is_read_with_its_own_columns(tmp_path: Path, law: Catalog) -> None:
    path = write(
        tmp_path / "a.xlsx",
        row(),
        ("包保领导", "项目代码", "工程名称", "建设单位"),
        ("县长", None, "乙镇小学", "县教育局"),
    )
    ledger = read(path, law)
    assert [p.name for p in ledger.projects] == ["甲镇小学", "乙镇小学"]
    assert [p.leader for p in ledger.projects] == ["副县长（分管教育）", "县长"]
    assert [s.header_rows for s in ledger.sheets] == [(3,), (5,)]


def test_a_sheet_without_a_heading_is_named(tmp_path: Path, law: Catalog) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, row())
        book.add_worksheet("另一张").write_row(0, 0, ("甲", "乙"))
    assert [(i.sheet, i.code) for i in read(path, law).issues if i.code == "no_header"] == [
        ("另一张", "no_header")
    ]


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("年度计划投资额", None),
        ("本年完成投资额", None),
        ("实际开工时间", None),
        ("可研批复完成时限", None),
        ("施工单位名称", None),
        ("总投资额", Field.INVESTMENT),
        ("项目名称", Field.NAME),
        ("名称", Field.NAME),
        ("建设单位名称", Field.OWNER_UNIT),
        ("分管领导", Field.LEADER),
        ("立项完成时限", Field.APPROVAL_DEADLINE),
    ],
)
def test_a_heading_means_what_it_says(heading: str, meaning: Field | None) -> None:
    assert field_of(heading) is meaning


@pytest.mark.parametrize(
    ("heading", "cell", "refused"),
    [
        ("是否涉密", "是", True),
        ("是否涉密", "否", False),
        ("密级", "秘密", True),
        ("备注", "是否涉密：否", False),
        ("备注", "本项目涉密", True),
        ("备注", "非涉密项目", False),
    ],
)
def test_classified_rows_are_refused_and_others_are_not(
    tmp_path: Path, law: Catalog, heading: str, cell: str, refused: bool
) -> None:
    path = write(tmp_path / "a.xlsx", (*row(), cell), headings=(*HEADINGS, heading))
    assert (read(path, law).projects == ()) is refused


def test_two_columns_that_disagree_leave_the_step_open(tmp_path: Path, law: Catalog) -> None:
    path = write(
        tmp_path / "a.xlsx", (*row(立项="未启动"), "2025.3.1"), headings=(*HEADINGS, "立项批复时间")
    )
    ledger = read(path, law)
    assert [i.code for i in ledger.issues if i.code == "columns_disagree"] == [
        "columns_disagree"
    ] * 2
    assert [s.status for s in ledger.projects[0].steps if s.step == "fs_approval"] == [
        Status.UNKNOWN
    ]


def test_a_town_whose_name_holds_a_factory_is_no_enterprise(tmp_path: Path, law: Catalog) -> None:
    ledger = read(write(tmp_path / "a.xlsx", row(立项类型=None, 建设单位="厂坝镇人民政府")), law)
    assert ledger.projects[0].procedure == "gov_building"


def test_a_long_csv_is_refused_and_not_cut(tmp_path: Path, law: Catalog) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEADINGS) + "\n" + ",乙镇小学\n" * 20_100, encoding="utf-8")
    with pytest.raises(RefusedFileError) as caught:
        read(path, law)
    assert caught.value.code == "too_large"


def test_a_row_with_a_fault_keeps_its_certain_values(tmp_path: Path, law: Catalog) -> None:
    project = read(write(tmp_path / "a.xlsx", row(完成时限="2025-02-30")), law).projects[0]
    assert (project.deadline, project.investment_wan) == (None, 3000)


def test_a_project_that_stands_twice_is_found(tmp_path: Path, law: Catalog) -> None:
    ledger = read(write(tmp_path / "a.xlsx", row(), row(项目名称="甲镇 小学")), law)
    assert ("duplicate", 5, "B") in loud(ledger)


def test_a_project_whose_name_begins_like_a_total_is_a_project(
    tmp_path: Path, law: Catalog
) -> None:
    ledger = read(write(tmp_path / "a.xlsx", row(), row(项目名称="合计供水工程")), law)
    assert [p.name for p in ledger.projects] == ["甲镇小学", "合计供水工程"]


def test_a_step_that_the_procedure_has_not_is_named(tmp_path: Path, law: Catalog) -> None:
    headings = tuple("项目建议书" if h == "用地预审" else h for h in HEADINGS)
    path = write(
        tmp_path / "a.xlsx", row(立项类型="备案", 用地预审="示发改〔2025〕12号"), headings=headings
    )
    assert ("other_procedure", 4, "I") in loud(read(path, law))


def test_a_ledger_without_a_unit_is_read_as_wan_with_a_warning(
    tmp_path: Path, law: Catalog
) -> None:
    ledger = read(write(tmp_path / "a.xlsx", row(), unit=None), law)
    assert ("no_unit", 3, "G") in loud(ledger)
    assert ledger.projects[0].investment_wan == 3000


def test_a_ledger_in_yi_is_read_in_wan(tmp_path: Path, law: Catalog) -> None:
    ledger = read(write(tmp_path / "a.xlsx", row(总投资=1.5), unit="单位：亿元"), law)
    assert ledger.projects[0].investment_wan == 15_000


def test_sections_totals_notes_and_blanks_are_no_projects(tmp_path: Path, law: Catalog) -> None:
    path = write(
        tmp_path / "a.xlsx",
        ("一、教育类",),
        row(行业=None),
        (None, "小计（1个）", None, None, None, None, 3000),
        (),
        ("合计：1个", None, None, None, None, None, 3100),
        ("注：以上金额为概算",),
    )
    ledger = read(path, law)
    assert [p.category for p in ledger.projects] == ["教育类"]
    kinds = {i.kind for i in ledger.ignored}
    assert {"title", "header", "section", "subtotal", "blank", "total", "note"} <= kinds
    assert ("total_mismatch", 8, "G") in loud(ledger)


def test_a_two_row_heading_with_merges_is_read(tmp_path: Path, law: Catalog) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        for column, heading in enumerate(("项目名称", "建设单位", "总投资（亿元）", "包保领导")):
            sheet.merge_range(0, column, 1, column, heading)
        sheet.merge_range(0, 4, 0, 5, "前期手续办理情况")
        sheet.write_row(1, 4, ("立项", "环评"))
        sheet.write_row(2, 0, ("甲镇小学", "县教育局", 0.3, None, "√", "×"))
        sheet.write_row(3, 0, ("乙镇小学", "县教育局", 0.5, None, "×", "×"))
        sheet.merge_range(2, 3, 3, 3, "副县长（分管教育）")
    ledger = read(path, law)
    assert ledger.sheets[0].header_rows == (1, 2)
    assert [p.investment_wan for p in ledger.projects] == [3000, 5000]
    assert [p.leader for p in ledger.projects] == ["副县长（分管教育）"] * 2
    assert [s.step for s in ledger.projects[0].steps] == ["fs_approval", "eia_report"]


def test_hidden_rows_columns_and_sheets_are_passed_over_and_named(
    tmp_path: Path, law: Catalog
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, row())
        sheet.write_row(2, 0, row(项目名称="藏起来的小学"))
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(6, 6, None, None, {"hidden": True})
        book.add_worksheet("草稿").hide()
    ledger = read(path, law)
    assert [p.name for p in ledger.projects] == ["甲镇小学"]
    assert ledger.projects[0].investment_wan is None
    hidden = [(i.sheet, i.row) for i in ledger.ignored if i.kind == "hidden"]
    assert hidden == [("草稿", None), ("台账", None), ("台账", 3)]


def test_a_cell_that_shows_an_error_is_reported(tmp_path: Path, law: Catalog) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, row(总投资=None))
        sheet.write_formula(1, 6, "=A1/0", None, "#DIV/0!")
    assert ("cell_error", 2, "G") in loud(read(path, law))


def test_an_enterprise_is_planned_by_filing(tmp_path: Path, law: Catalog) -> None:
    ledger = read(
        write(tmp_path / "a.xlsx", row(立项类型=None, 建设单位="某某有限公司", 行业="工业")), law
    )
    project = ledger.projects[0]
    assert (project.procedure, project.steps[0].step) == (
        "enterprise_filing",
        "enterprise_filing",
    )


def test_a_csv_is_read_in_both_encodings(tmp_path: Path, law: Catalog) -> None:
    text = "\n".join(
        ",".join("" if c is None else str(c) for c in cells) for cells in (HEADINGS, row())
    )
    for encoding in ("utf-8-sig", "gb18030"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(text, encoding=encoding)
        ledger = read(path, law)
        assert (ledger.projects[0].name, ledger.projects[0].sheet) == ("甲镇小学", None)


def nothing(path: Path) -> Path:
    return path


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def words(path: Path) -> Path:
    path.write_bytes(b"not a workbook")
    return path


def cut(path: Path) -> Path:
    write(path, row())
    path.write_bytes(path.read_bytes()[:900])
    return path


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/media/a.bin", b"\0" * 20_000_000)
    return path


def outside(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("../evil", "x")
    return path


def headless(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("表").write_row(0, 0, ("甲", "乙"))
    return path


def entities(path: Path) -> Path:
    write(path, row())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = (
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["xl/workbook.xml"].split(b"?>", 1)[1]
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (nothing, "missing_file"),
        (empty, "empty_file"),
        (words, "not_a_workbook"),
        (cut, "damaged_file"),
        (bomb, "unsafe_file"),
        (outside, "unsafe_file"),
        (headless, "no_header"),
        (entities, "unsafe_file"),
    ],
)
def test_what_is_no_ledger_is_refused_with_its_reason(
    tmp_path: Path, law: Catalog, make, code: str
) -> None:
    with pytest.raises(RefusedFileError) as caught:
        read(make(tmp_path / "a.xlsx"), law)
    assert caught.value.code == code


def test_every_code_has_a_sentence_and_a_remedy() -> None:
    assert all(what.template and remedy.template for _, what, remedy in CODES.values())
