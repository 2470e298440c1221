"""An empty ledger to fill in: the columns that are read, lists to choose from, and how to write."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter

_ROWS = 500
_STATUSES = ("已办结", "办理中", "未启动", "不需要", "退回", "暂停")
_STEPS = (
    "项目建议书",
    "可研",
    "用地预审与选址",
    "用地报批",
    "用地规划许可",
    "工程规划许可",
    "环评",
    "能评",
    "水保",
    "初设及概算",
    "施工图审查",
    "财评",
    "招标",
    "施工许可",
)
_BEFORE = (
    ("序号", 5),
    ("项目名称", 30),
    ("项目代码", 26),
    ("立项类型", 9),
    ("行业", 12),
    ("建设地点", 12),
    ("项目单位", 22),
    ("总投资", 11),
    ("资金渠道", 12),
    ("环评类别", 10),
    ("计划开工", 13),
)
_AFTER = (
    ("完成时限", 13),
    ("责任单位", 20),
    ("包保领导", 22),
    ("专班", 16),
    ("存在问题", 26),
    ("问题类型", 12),
    ("解决时限", 13),
    ("备注", 26),
)
_GROUP = "前期手续办理情况"
_CHOICES: Mapping[str, Sequence[str]] = {
    "立项类型": ("审批", "核准", "备案"),
    "行业": ("教育", "卫生", "住建", "市政", "交通", "水利", "农业农村", "文旅", "工业"),
    "资金渠道": ("专项债", "中央预算内", "政策性金融工具", "县级财政", "企业自筹"),
    "环评类别": ("报告书", "报告表", "登记表"),
    "问题类型": ("用地指标", "规划调整", "基本农田", "生态红线", "林地", "资金", "征拆", "已解决"),
}
_EXPLAINED = (
    ("项目名称", "按批复文件写全称；同一项目每周写法不变。改名时项目代码不变即可认出。"),
    ("项目代码", "24位国家代码，如 2205-350926-04-01-567343。"),
    (
        "总投资",
        "只写数字，单位万元；用别的单位时写在格内，如 1.2亿元。没定就写“待定”，不要写0或区间。",
    ),
    (
        "办理情况",
        (
            "已办结、办理中、未启动、不需要、退回、暂停；办结可写日期或文号，"
            "如 2025-06-20、示发改〔2025〕12号、已办结（2025年6月20日）。"
        ),
    ),
    (
        "日期",
        "2025-06-30、2025年6月30日、2025年6月底前、三季度、6月上旬都能读；“春节前”“近期”不能。",
    ),
    ("包保领导", "只写一名，写职务，如 副县长（分管教育）。"),
    ("待答", "标题以“待答”开头的列是影响时限判断的问题，从下拉列表中选；不清楚的空着或写“？”。"),
    ("合并单元格", "可以合并；小计、合计、分类行可以有，会认出来。"),
    ("不要写入", "涉密项目、手机号、身份证号。"),
)


@dataclass(frozen=True, slots=True)
class Lists:
    """What a county chooses from, as its record knows it."""

    towns: Sequence[str] = ()
    leaders: Sequence[str] = ()
    task_forces: Sequence[str] = ()
    units: Sequence[str] = ()


def template_bytes(
    title: str, day: date, lists: Lists, asked: Mapping[str, Sequence[str]]
) -> bytes:
    """Return an empty ledger as .xlsx; it reads as a ledger without projects.

    `asked` are headings that ask, each with what may be answered.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        stamp = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day, no instant
        book.set_properties({"title": title, "created": stamp})
        sheet = book.add_worksheet("台账")
        headings = _head(book, sheet, title, day, asked)
        choices = {
            **_CHOICES,
            **asked,
            "建设地点": lists.towns,
            "包保领导": lists.leaders,
            "专班": lists.task_forces,
            "责任单位": lists.units,
        }
        ranges = _lists(book, {key: found for key, found in choices.items() if found})
        _validate(sheet, headings, ranges)
        _explain(book)
    return out.getvalue()


def _head(book: Any, sheet: Any, title: str, day: date, asked: Iterable[str]) -> Sequence[str]:
    base = {
        "font_name": "宋体",
        "font_size": 10,
        "border": 1,
        "align": "center",
        "valign": "vcenter",
    }
    head = book.add_format({**base, "bold": True, "bg_color": "#dfe6ee", "text_wrap": True})
    cell = book.add_format({**base, "align": "left", "text_wrap": True})
    cell_of_days = book.add_format({**base, "num_format": "yyyy-mm-dd"})
    columns = [
        *_BEFORE,
        *((step, 13) for step in _STEPS),
        *_AFTER,
        *((heading, 16) for heading in asked),
    ]
    last = len(columns) - 1
    big = book.add_format({"font_name": "宋体", "font_size": 18, "bold": True, "align": "center"})
    sheet.merge_range(0, 0, 0, last, title, big)
    sheet.write_string(1, 0, "填报单位：")
    sheet.write_string(1, 6, f"填报日期：{day.year}年{day.month}月{day.day}日")
    sheet.write_string(1, last - 1, "单位：万元")
    first = len(_BEFORE)
    sheet.merge_range(2, first, 2, first + len(_STEPS) - 1, _GROUP, head)
    for n, (heading, width) in enumerate(columns):
        is_day = heading in ("计划开工", "完成时限", "解决时限")
        sheet.set_column(n, n, width, cell_of_days if is_day else cell)
        if first <= n < first + len(_STEPS):
            sheet.write_string(3, n, heading, head)
        else:
            sheet.merge_range(2, n, 3, n, heading, head)
    sheet.freeze_panes(4, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2, 3)
    return [heading for heading, _ in columns]


def _lists(book: Any, choices: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    """Write the lists to a hidden sheet; return where each stands."""
    sheet = book.add_worksheet("选项")
    sheet.hide()
    ranges = {}
    for column, (heading, values) in enumerate({**choices, _GROUP: _STATUSES}.items()):
        sheet.write_string(0, column, heading)
        for row, value in enumerate(values, start=1):
            sheet.write_string(row, column, value)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        ranges[heading] = f"=选项!${letter}$2:${letter}${len(values) + 1}"
    return ranges


def _validate(sheet: Any, headings: Sequence[str], ranges: Mapping[str, str]) -> None:
    """Add drop-down lists; other words may be typed too, for the reader knows more of them."""
    for column, heading in enumerate(headings):
        source = ranges.get(_GROUP if heading in _STEPS else heading)
        if source:
            sheet.data_validation(
                4,
                column,
                3 + _ROWS,
                column,
                {
                    "validate": "list",
                    "source": source,
                    "error_type": "information",
                    "show_error": False,
                },
            )
        if heading == "总投资":
            sheet.data_validation(
                4,
                column,
                3 + _ROWS,
                column,
                {
                    "validate": "decimal",
                    "criteria": ">=",
                    "value": 0,
                    "error_type": "warning",
                    "error_title": "总投资",
                    "error_message": "只写数字，单位万元；别的单位写在数字后面。",
                },
            )


def _explain(book: Any) -> None:
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 90, book.add_format({"text_wrap": True, "valign": "top"}))
    for row, (what, how) in enumerate(_EXPLAINED):
        sheet.write_string(row, 0, what, book.add_format({"bold": True, "valign": "top"}))
        sheet.write_string(row, 1, how)
