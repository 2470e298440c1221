"""What could be read in two ways, or not be seen at all, is asked about and never passed over."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from tests.support.workbooks import HEADINGS, row, write
from tracker.law import Catalog
from tracker.ledger.book.confine import read_workbook
from tracker.ledger.book.refusal import RefusedFileError
from tracker.ledger.model import Ledger
from tracker.ledger.reading import bytes_of, read_ledger
from tracker.ledger.values.rules import Status

AS_OF = date(2025, 6, 20)


def read(path: Path, law: Catalog, **told: str) -> Ledger:
    return read_ledger(bytes_of(path), path.name, AS_OF, law.in_force(AS_OF), told)


def codes(ledger: Ledger) -> set[str]:
    return {issue.code for issue in ledger.issues}


def sheet(
    path: Path, *lines: tuple[object, ...], formats: dict[tuple[int, int], str] | None = None
) -> Path:
    """Write lines of cells as they come; `formats` are number formats by row and column."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("台账")
        for n, cells in enumerate(lines):
            for column, value in enumerate(cells):
                code = (formats or {}).get((n, column))
                if value is not None:
                    page.write(
                        n, column, value, book.add_format({"num_format": code} if code else {})
                    )
    return path


def statuses(ledger: Ledger) -> dict[str, tuple[Status, date | None]]:
    return {s.heading: (s.status, s.actual) for s in ledger.projects[0].steps}


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("示范县重点项目—完成情况一览表", "—"),
        ("重点项目台账-办理情况", "-"),
        ("注：办理情况填已办结/办理中/未启动/不需要", "/"),
    ],
)
def test_titles_and_notes_are_no_legends(
    tmp_path: Path, law: Catalog, line: str, cell: str
) -> None:
    path = sheet(tmp_path / "a.xlsx", (line,), HEADINGS, row(立项=cell))
    assert read(path, law).projects[0].steps[0].status is Status.NOT_REQUIRED


def test_a_column_about_all_steps_makes_no_long_table(tmp_path: Path, law: Catalog) -> None:
    head = ("序号", "项目名称", "建设单位", "立项", "环评", "前期手续办理进展")
    path = sheet(
        tmp_path / "a.xlsx", head, (1, "甲镇小学", "县教育局", "已办结", "办理中", "正在推进环评")
    )
    found = read(path, law)
    assert found.sheets[0].layout == "wide"
    assert [s.status for s in found.projects[0].steps] == [Status.DONE, Status.IN_PROGRESS]


def test_a_list_of_steps_of_which_nothing_is_said(tmp_path: Path, law: Catalog) -> None:
    head = ("项目名称", "建设单位", "手续名称")
    path = sheet(tmp_path / "a.xlsx", head, ("甲镇小学", "县教育局", "立项"), (None, None, "环评"))
    assert [s.status for s in read(path, law).projects[0].steps] == [Status.UNKNOWN] * 2


TRIPLE = ("序号", "项目名称", "建设单位", "可研计划时间", "可研批复时间", "可研文号")


@pytest.mark.parametrize(
    ("cells", "status", "code"),
    [
        ((None, "预计6月10日", None), Status.UNKNOWN, "promised_day"),
        ((None, "5月底前", None), Status.UNKNOWN, "promised_day"),
        (("不涉及", None, None), Status.NOT_REQUIRED, None),
        (("/", "/", "/"), Status.NOT_REQUIRED, None),
        (("2025-05-01", "/", "/"), Status.UNKNOWN, None),
        ((None, "-", None), Status.UNKNOWN, None),
        ((None, None, "—"), Status.UNKNOWN, None),
        ((None, "2025-05-06", "示发改〔2025〕12号"), Status.DONE, None),
    ],
)
def test_days_and_numbers_of_a_step(
    tmp_path: Path, law: Catalog, cells: tuple[str | None, ...], status: Status, code: str | None
) -> None:
    found = read(sheet(tmp_path / "a.xlsx", TRIPLE, (1, "甲镇小学", "县教育局", *cells)), law)
    assert [s.status for s in found.projects[0].steps] == [status]
    assert codes(found) - {"procedure_assumed"} == ({code} if code else set())


def test_a_legend_counts_in_every_column(tmp_path: Path, law: Catalog) -> None:
    path = sheet(
        tmp_path / "a.xlsx",
        ("图例：√表示正在办理",),
        TRIPLE,
        (1, "甲镇小学", "县教育局", None, "√", None),
    )
    assert read(path, law).projects[0].steps[0].status is Status.IN_PROGRESS


def amounts(
    tmp_path: Path, law: Catalog, heads: tuple[str, ...], cells: tuple[object, ...]
) -> Ledger:
    lines = ("项目名称", "建设单位", "立项", *heads), ("甲镇小学", "县教育局", "已办结", *cells)
    return read(sheet(tmp_path / "a.xlsx", ("单位：万元",), *lines), law)


def test_each_column_of_amounts_has_its_own_unit(tmp_path: Path, law: Catalog) -> None:
    heads = ("总投资（万元）", "估算总投资（亿元）")
    assert amounts(tmp_path, law, heads, (None, 1.2)).projects[0].investment_wan == 12000
    same = amounts(tmp_path, law, heads, (12000, 1.2))
    assert (same.projects[0].investment_wan, codes(same) & {"fields_differ"}) == (
        12000,
        set(),
    )
    other = amounts(tmp_path, law, heads, (3000, 1.2))
    assert (other.projects[0].investment_wan, "fields_differ" in codes(other)) == (None, True)


@pytest.mark.parametrize("heading", ["2025年计划投资额", "政府投资额", "其中：设备投资额"])
def test_other_amounts_are_not_the_total(tmp_path: Path, law: Catalog, heading: str) -> None:
    found = amounts(tmp_path, law, (heading, "总投资"), (500, 3000))
    assert found.projects[0].investment_wan == 3000


def test_two_numbers_in_a_cell_are_not_one(tmp_path: Path, law: Catalog) -> None:
    found = amounts(tmp_path, law, ("总投资",), ("1200\n800",))
    assert (found.projects[0].investment_wan, "bad_amount" in codes(found)) == (None, True)


@pytest.mark.parametrize(
    ("code", "value", "wan"),
    [
        ('0.00"亿元"', 1.2, 12000),
        ('0"万元"', 3000, 3000),
        ('#,##0"元"', 30_000_000, 3000),
        ('0!.0,"万"', 30_000_000, None),
        ("0.00", 3000, 3000),
        ("0!.0,", 1_500_000, None),
        ('General"亿元"', 1.2, 12000),
        ("0.00%", 3000, 3000),
    ],
)
def test_a_unit_that_only_the_format_shows(
    tmp_path: Path, law: Catalog, code: str, value: float, wan: float | None
) -> None:
    head, line = (
        ("项目名称", "建设单位", "立项", "总投资"),
        ("甲镇小学", "县教育局", "已办结", value),
    )
    path = sheet(tmp_path / "a.xlsx", ("单位：万元",), head, line, formats={(2, 3): code})
    assert read(path, law).projects[0].investment_wan == wan


def test_several_leaders_stay_several(tmp_path: Path, law: Catalog) -> None:
    head = ("项目名称", "建设单位", "立项", "县级领导", "分管领导")
    found = read(
        sheet(tmp_path / "a.xlsx", head, ("甲镇小学", "县教育局", "已办结", "张三", "李四")), law
    )
    assert (found.projects[0].leaders, "two_leaders" in codes(found)) == (("张三", "李四"), True)
    for text, names in (("张三和李四", ("张三", "李四")), ("张和平", ("张和平",))):
        found = read(write(tmp_path / "b.xlsx", row(包保领导=text)), law)
        assert found.projects[0].leaders == names


def test_two_columns_of_one_step(tmp_path: Path, law: Catalog) -> None:
    head = ("项目名称", "建设单位", "初设", "概算批复")
    one = sheet(tmp_path / "a.xlsx", head, ("甲镇小学", "县教育局", "已办结", "2025-06-10"))
    assert {actual for _, actual in statuses(read(one, law)).values()} == {date(2025, 6, 10)}
    two = sheet(tmp_path / "b.xlsx", head, ("甲镇小学", "县教育局", "2025-05-01", "2025-06-10"))
    found = read(two, law)
    assert {s.status for s in found.projects[0].steps} == {Status.DONE}
    assert {s.actual for s in found.projects[0].steps} == {None}
    assert "parts_differ" in codes(found)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("建设用地规划许可证", "用地规划/办理情况"),
        ("用地规划许可证", "用地规划/办理情况"),
        ("建设工程规划许可证", "工程规划/办理情况"),
        ("国有建设用地使用权出让合同", "供地/办理情况"),
        ("用地预审与选址意见书", "用地预审/办理情况"),
        ("建筑工程施工许可证", "施工许可/办理情况"),
    ],
)
def test_official_names_are_known(tmp_path: Path, law: Catalog, heading: str, kind: str) -> None:
    head = ("项目名称", "建设单位", "总投资", heading)
    found = read(sheet(tmp_path / "a.xlsx", head, ("甲镇小学", "县教育局", 3000, "已办结")), law)
    assert kind.split("/", maxsplit=1)[0] in (found.sheets[0].columns[3].meaning or "")


LONG = ("项目名称", "建设地点", "总投资", "手续名称", "办理情况", "备注")


def test_a_long_table_keeps_towns_apart_and_amounts_in_doubt(tmp_path: Path, law: Catalog) -> None:
    found = read(
        sheet(
            tmp_path / "a.xlsx",
            LONG,
            ("卫生院改造", "甲镇", 300, "立项", "已办结", "缺图"),
            ("卫生院改造", "甲镇", 900, "环评", "未启动", "待评审"),
            ("卫生院改造", "乙镇", 500, "环评", "未启动", None),
        ),
        law,
    )
    assert [(p.location, len(p.steps)) for p in found.projects] == [("甲镇", 2), ("乙镇", 1)]
    assert [p.investment_wan for p in found.projects] == [None, 500]
    assert found.projects[0].remark == "缺图；待评审"
    assert [i.row for i in found.issues if i.code == "fields_differ"] == [2, 3]


def form(name: str, *steps: tuple[str, str]) -> list[tuple[object, ...]]:
    head: list[tuple[object, ...]] = [
        ("项目名称", name),
        ("总投资（万元）", 3000),
        ("建设单位", "县教育局"),
    ]
    return [*head, ("手续名称", "办理情况"), *steps, (None,)]


def test_each_form_of_a_sheet_is_read(tmp_path: Path, law: Catalog) -> None:
    lines = form("甲镇小学", ("立项", "已办结")) + form(
        "乙镇小学", ("环评", "办理中"), ("能评", "不需要")
    )
    found = read(sheet(tmp_path / "a.xlsx", *lines), law)
    assert [(p.name, len(p.steps)) for p in found.projects] == [("甲镇小学", 1), ("乙镇小学", 2)]


def test_forms_that_run_into_each_other_are_refused(tmp_path: Path, law: Catalog) -> None:
    first, second = form("甲镇小学", ("立项", "已办结")), form("乙镇小学", ("环评", "办理中"))
    lines = [("建设地点", "甲镇"), *first, ("建设地点", "乙镇"), *second]
    found = read(sheet(tmp_path / "a.xlsx", *lines), law)
    assert (found.projects, "mixed_forms" in codes(found)) == ((), True)


def test_what_a_form_hides_is_not_read_but_named(tmp_path: Path, law: Catalog) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("台账")
        for n, cells in enumerate(form("甲镇小学", ("立项", "已办结"), ("环评", "办理中"))):
            page.write_row(n, 0, [cell for cell in cells if cell is not None])
        page.set_row(5, None, None, {"hidden": True})
    found = read(path, law)
    assert [s.heading for s in found.projects[0].steps] == ["立项"]
    assert [(i.row, i.kind) for i in found.ignored if i.kind == "hidden"] == [(6, "hidden")]


def test_rows_that_tell_something_are_projects_or_asked_about(tmp_path: Path, law: Catalog) -> None:
    head = ("项目名称", "总投资", "立项", "建设单位")
    found = read(
        sheet(
            tmp_path / "a.xlsx",
            head,
            ("※甲镇小学", 300, "已办结"),
            ("第二批老旧小区改造", 900),
            ("三、水厂二期工程", 800),
            ("一、交通类", 1200),
            ("合计", 3200),
            (None, 900, "已办结"),
        ),
        law,
    )
    assert [p.name for p in found.projects] == ["※甲镇小学", "第二批老旧小区改造"]
    assert [i.row for i in found.issues if i.code == "section_or_project"] == [4]
    assert [i.row for i in found.issues if i.code == "missing_name"] == [7]


def test_numbers_of_people_are_left_out_everywhere(tmp_path: Path, law: Catalog) -> None:
    cells = row(
        包保领导="张三13812345678", 建设单位="李四13912345678", 立项="办理中（王五，13712345678）"
    )
    found = read(write(tmp_path / "a.xlsx", cells), law)
    project = found.projects[0]
    assert (project.leaders, project.owner_unit) == (("张三",), "李四")
    assert "137" not in (project.steps[0].raw or "")
    assert all("1381234" not in (issue.raw or "") for issue in found.issues)


def test_a_heading_that_somebody_explained_is_found(tmp_path: Path, law: Catalog) -> None:
    head = ("工程大名", "建设单位", "立项")
    path = sheet(tmp_path / "a.xlsx", head, ("甲镇小学", "县教育局", "已办结"))
    with pytest.raises(RefusedFileError):
        read(path, law)
    found = read(path, law, 工程大名="项目名称")
    assert [p.name for p in found.projects] == ["甲镇小学"]
    assert found.sheets[0].columns[0].heading == "工程大名"


def test_a_part_that_somebody_explained_in_a_long_table(tmp_path: Path, law: Catalog) -> None:
    head = ("项目名称", "建设单位", "手续名称", "办理情况", "批件")
    path = sheet(
        tmp_path / "a.xlsx", head, ("甲镇小学", "县教育局", "立项", "已办结", "示发改〔2025〕12号")
    )
    found = read(path, law, 批件="文号")
    assert found.projects[0].steps[0].document_no == "示发改〔2025〕12号"


def rewritten(path: Path, *changes: tuple[bytes, bytes]) -> Path:
    """Change the first sheet's own text."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for old, new in changes:
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def hiding(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("台账")
        for n, cells in enumerate([HEADINGS, row(), row(项目名称="乙镇小学")]):
            page.write_row(n, 0, ["" if cell is None else cell for cell in cells])
        page.set_row(2, None, None, {"hidden": True})
    return path


@pytest.mark.parametrize(
    "change", [((b'"', b"'"),), tuple((f' r="{n}"'.encode(), b"") for n in (1, 2, 3))]
)
def test_what_is_hidden_is_seen_however_it_is_written(
    tmp_path: Path, law: Catalog, change: tuple[tuple[bytes, bytes], ...]
) -> None:
    path = rewritten(hiding(tmp_path / "a.xlsx"), *change)
    assert [p.name for p in read(path, law).projects] == ["甲镇小学"]


def test_more_text_than_any_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for n in range(500):
            page.write(n, 0, "长" * 30_000)
    with pytest.raises(RefusedFileError) as error:
        read_workbook(path.read_bytes(), "a.xlsx")
    assert error.value.code == "too_large"


def test_a_form_whose_labels_and_values_share_cells(tmp_path: Path, law: Catalog) -> None:
    path = sheet(
        tmp_path / "a.xlsx",
        ("项目名称：甲镇小学", "建设单位：县教育局"),
        ("总投资：3000万元", None, "建设地点：甲镇"),
        ("立项：已办结（2025年5月6日）", "环评：办理中"),
        ("备注：2025年6月1日：已催办",),
    )
    project = read(path, law).projects[0]
    assert (project.name, project.owner_unit, project.location) == ("甲镇小学", "县教育局", "甲镇")
    assert (project.investment_wan, project.remark) == (3000, "2025年6月1日：已催办")
    assert [(s.heading, s.status) for s in project.steps] == [
        ("立项", Status.DONE),
        ("环评", Status.IN_PROGRESS),
    ]


def test_columns_that_are_not_kept_say_nothing_of_a_step(tmp_path: Path, law: Catalog) -> None:
    head = ("项目名称", "建设单位", "手续名称", "状态灯", "办理状态", "更新时间", "进展情况")
    line = ("甲镇小学", "县教育局", "立项", "绿", None, "2025-06-18", "已办结")
    found = read(sheet(tmp_path / "a.xlsx", head, line), law)
    assert [(s.status, s.actual) for s in found.projects[0].steps] == [(Status.DONE, None)]


def test_nobody_is_called_by_a_stroke(tmp_path: Path, law: Catalog) -> None:
    cells = row(包保领导="待定", 专班="—", 建设地点="/", 建设单位="无")
    project = (found := read(write(tmp_path / "a.xlsx", cells), law)).projects[0]
    assert (project.leaders, project.task_force, project.location, project.owner_unit) == (
        (),
        None,
        None,
        None,
    )
    assert "undecided_name" in codes(found)
    head = (
        "项目名称",
        "建设单位",
        "立项",
        "包保领导",
        "责任领导",
        "项目类型",
        "立项类型",
        "项目编码",
        "项目代码",
    )
    line = (
        "甲镇小学",
        "县教育局",
        "已办结",
        "—",
        "张三",
        "新建",
        "审批",
        "JY-001",
        "2505-410000-04-01-123456",
    )
    found = read(sheet(tmp_path / "b.xlsx", head, line), law)
    assert (found.projects[0].leaders, "fields_differ" in codes(found)) == (("张三",), False)
    assert found.projects[0].code == "2505-410000-04-01-123456"
    spaced = read(write(tmp_path / "c.xlsx", row(包保领导="张三 李四")), law)
    assert spaced.projects[0].leaders == ("张三", "李四")


def test_a_form_s_own_table_is_no_ledger(tmp_path: Path, law: Catalog) -> None:
    lines = [
        ("项目名称", "甲镇小学"),
        ("总投资（万元）", 3000),
        ("建设单位", "县教育局"),
        ("项目", "状态", "办结时间"),
        ("立项", "已办结"),
        ("环评", "办理中"),
    ]
    assert [p.name for p in read(sheet(tmp_path / "a.xlsx", *lines), law).projects] == ["甲镇小学"]


def test_a_second_name_in_a_form_cuts_nothing_off(tmp_path: Path, law: Catalog) -> None:
    lines = [
        ("项目名称", "甲镇小学"),
        ("总投资（万元）", 3000),
        ("建设单位", "县教育局"),
        ("立项", "已办结"),
        ("工程名称", "教学楼", "监理单位", "X公司"),
        ("施工许可", "未启动"),
    ]
    found = read(sheet(tmp_path / "a.xlsx", *lines), law)
    assert [[s.heading for s in p.steps] for p in found.projects] == [["立项", "施工许可"]]


def test_a_starred_name_beside_other_cells_is_a_project(tmp_path: Path, law: Catalog) -> None:
    head = ("项目名称", "建设单位", "建设地点", "立项")
    found = read(sheet(tmp_path / "a.xlsx", head, ("*甲镇小学", "县教育局", "甲镇")), law)
    assert [p.name for p in found.projects] == ["*甲镇小学"]


def test_a_month_agrees_with_a_day_in_it(tmp_path: Path, law: Catalog) -> None:
    head = ("项目名称", "建设单位", "可研", "可研批复时间")
    line = ("甲镇小学", "县教育局", "已办结（2025年3月）", "2025-03-15")
    step = read(sheet(tmp_path / "a.xlsx", head, line), law).projects[0].steps[0]
    assert (step.status, step.actual) == (Status.DONE, date(2025, 3, 15))
