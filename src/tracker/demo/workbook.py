"""The county's ledger as a workbook: merged headings, sections, subtotals, notes, mixed units."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from tracker.demo.county import COLUMNS, DAY, NAME, Row, Section, days_of

_BEFORE = ("序号", "项目名称", "项目代码", "立项类型", "建设单位", "建设地点", "总投资")
_AFTER = (
    "用地情况",
    "环评类别",
    "立项时限",
    "完成时限",
    "存在问题",
    "问题类型",
    "解决时限",
    "责任单位",
    "包保领导",
    "专班",
    "备注",
)
_HEADINGS = (*_BEFORE, *COLUMNS, *_AFTER)
_KINDS = {"building": "审批", "road": "审批", "filing": "备案"}
_TWO_LEADERS = 37  # one clerk could not decide; the import asks
_CONTRADICTION = 52  # and one cell contradicts another


def write_ledger(path: Path, sections: Sequence[Section], day: date) -> None:
    """Write the ledger as of `day`; the same sections give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": f"{NAME}重点项目前期工作台账", "created": _stamp(day)})
    sheet = book.add_worksheet("前期手续台账")
    styles = _styles(book)
    _head(sheet, styles, day)
    row, number, subtotals = 4, 0, []
    for section in sections:
        sheet.merge_range(row, 0, row, 5, section.title, styles["section"])
        first = row + 1
        for project in section.rows:
            row, number = row + 1, number + 1
            _project(sheet, styles, row, number, project, day)
        _merge_task_force(sheet, styles, first, row, section)
        row += 1
        total = sum(project.investment_wan for project in section.rows)
        subtotals.append(total)
        sheet.write(row, 1, f"小计（{len(section.rows)}个）", styles["total"])
        sheet.write(row, 6, total, styles["total"])
        row += 1
    sheet.write(row, 0, f"合计：{number}个", styles["total"])
    sheet.write(row, 6, sum(subtotals), styles["total"])
    sheet.write(
        row + 1,
        0,
        "注：√表示已办结，×表示未办，—表示不需要；时限均指当月最后一日。",
        styles["note"],
    )
    sheet.write(row + 2, 0, "填报人：县发展和改革局投资股", styles["note"])
    book.close()


def _stamp(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  a fixed stamp, no instant


def _styles(book: Any) -> dict[str, Any]:
    base = {
        "font_name": "宋体",
        "font_size": 10,
        "border": 1,
        "valign": "vcenter",
        "text_wrap": True,
    }
    return {
        "title": book.add_format(
            {"font_name": "宋体", "font_size": 18, "bold": True, "align": "center"}
        ),
        "line": book.add_format({"font_name": "宋体", "font_size": 10}),
        "head": book.add_format({**base, "bold": True, "align": "center", "bg_color": "#dfe6ee"}),
        "section": book.add_format({**base, "bold": True}),
        "total": book.add_format({**base, "bold": True, "bg_color": "#f3f3f3"}),
        "cell": book.add_format(base),
        "day": book.add_format({**base, "num_format": "yyyy-mm-dd"}),
        "note": book.add_format({"font_name": "宋体", "font_size": 9}),
    }


def _head(sheet: Any, styles: dict[str, Any], day: date) -> None:
    last = len(_HEADINGS) - 1
    sheet.merge_range(0, 0, 0, last, f"{NAME}{day.year}年重点项目前期工作台账", styles["title"])
    sheet.write(1, 0, "填报单位：县发展和改革局", styles["line"])
    sheet.write(1, 8, f"填报日期：{day.year}年{day.month}月{day.day}日", styles["line"])
    sheet.write(1, last - 1, "单位：万元", styles["line"])
    steps = range(len(_BEFORE), len(_BEFORE) + len(COLUMNS))
    sheet.merge_range(2, steps[0], 2, steps[-1], "前期手续办理情况", styles["head"])
    for column, heading in enumerate(_HEADINGS):
        if column in steps:
            sheet.write(3, column, heading, styles["head"])
        else:
            sheet.merge_range(2, column, 3, column, heading, styles["head"])
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 5, 14)
    sheet.set_column(6, last, 12)
    sheet.freeze_panes(4, 2)


def _project(
    sheet: Any, styles: dict[str, Any], row: int, number: int, project: Row, day: date
) -> None:
    random = _random(project, "")
    leader = project.leader
    if number == _TWO_LEADERS:
        leader = "副县长（分管城建、交通）、县政协副主席"
    before = (
        number,
        _name(project.name, random),
        project.code,
        _KINDS[project.kind],
        project.unit,
        project.town,
        _money(project.investment_wan, random),
    )
    after = (
        project.land,
        project.eia,
        project.approval_deadline,
        project.deadline,
        project.problem,
        project.problem_kind,
        project.problem_day,
        project.department,
        leader,
        None,
        project.remark,
    )
    cells = (*before, *_statuses(project, number), *after)
    for column, value in enumerate(cells):
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, styles["day"])
        elif value is None or value == "":
            sheet.write_blank(row, column, None, styles["cell"])
        else:
            sheet.write(row, column, value, styles["cell"])


def _merge_task_force(
    sheet: Any, styles: dict[str, Any], first: int, last: int, section: Section
) -> None:
    """Merge equal neighbours in the column of task forces, as clerks do."""
    column = _HEADINGS.index("专班")
    start = first
    for row in range(first, last + 1):
        mine = section.rows[row - first].task_force
        following = section.rows[row - first + 1].task_force if row < last else None
        if following != mine:
            if row > start:
                sheet.merge_range(start, column, row, column, mine, styles["cell"])
            else:
                sheet.write(row, column, mine, styles["cell"])
            start = row + 1


def _name(name: str, random: Random) -> str:
    """Break a long name over two lines now and then."""
    return f"{name[:6]}\n{name[6:]}" if len(name) > 9 and random.random() < 0.15 else name


def _money(wan: float, random: Random) -> object:
    way = random.random()
    if wan >= 10_000 and way < 0.2:
        return f"{wan / 10_000:g}亿元"
    if way < 0.3:
        return f"{wan:,.0f}"
    return f"{wan:g}万元" if way < 0.36 else wan


def _random(project: Row, column: str) -> Random:
    """Return a cell's own random numbers, so that an unchanged cell looks the same next week."""
    return Random(f"{project.name} {column}")  # noqa: S311  a demo, no secret


def _statuses(project: Row, number: int) -> list[object]:
    days = days_of(project)
    is_between = project.stage >= 0 and len(days) < len(project.order)
    current = project.order[len(days)] if is_between else None
    cells: list[object] = []
    for column in COLUMNS:
        random = _random(project, column)
        if column in project.never:
            cells.append(random.choice(("—", "不需要", "/")))
        elif column in days:
            cells.append(_done(days[column], random))
        elif column == current:
            cells.append(_under_way(project, random))
        elif column in ("环评", "能评", "水保"):
            cells.append(_beside(column, project, len(days), random))
        elif column == "用地报批" and project.land.startswith("已"):
            cells.append("不需要")
        else:
            cells.append(random.choice(("未启动", "未办", "×")))
    if number == _CONTRADICTION:
        cells[COLUMNS.index("立项")], cells[COLUMNS.index("项目建议书")] = "已办结", "办理中"
    return cells


def _done(day: date, random: Random) -> object:
    way = random.random()
    if way < 0.3:
        return day
    if way < 0.5:
        return f"{day.year}.{day.month}.{day.day}"
    if way < 0.65:
        return f"示发改〔{day.year}〕{random.randint(3, 120)}号"
    return random.choice(("√", "已办结", f"已办结（{day.year}年{day.month}月{day.day}日）"))


def _under_way(project: Row, random: Random) -> object:
    if project.problem:
        return "未启动"
    if project.returned:
        return "补正"
    back = random.randint(2, 14) + (34 if project.delayed == 2 else 0)
    accepted = DAY - timedelta(days=back)
    if accepted > project.seen_on:
        return "办理中"
    return random.choice(("办理中", f"办理中（{accepted.month}.{accepted.day}受理）", "在办"))


def _beside(column: str, project: Row, done: int, random: Random) -> object:
    if column == "能评" or (column == "水保" and project.pace > 0.6):
        return random.choice(("不需要", "无需办理"))
    return random.choice(("已办结", "√")) if done >= 3 and random.random() < 0.6 else "未启动"
