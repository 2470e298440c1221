"""Small ledgers, written cell by cell."""

from datetime import date, datetime
from pathlib import Path

import xlsxwriter

HEADINGS = (
    "序号",
    "项目名称",
    "立项类型",
    "建设单位",
    "行业",
    "建设地点",
    "总投资",
    "立项",
    "用地预审",
    "施工许可",
    "计划开工",
    "计划竣工",
    "完成时限",
    "包保领导",
    "专班",
)
GOOD = (
    1,
    "甲镇小学",
    "审批",
    "县教育局",
    "教育",
    "甲镇",
    3000,
    "已办结",
    "办理中",
    "未启动",
    None,
    None,
    "2026年6月底前",
    "副县长（分管教育）",
    "教育专班",
)


def row(**changes: object) -> tuple[object, ...]:
    """Return the good row with some cells changed, by heading."""
    cells = dict(zip(HEADINGS, GOOD, strict=True))
    assert set(changes) <= set(cells)
    return tuple((cells | changes).values())


def write(
    path: Path,
    *rows: tuple[object, ...],
    headings: tuple[str, ...] = HEADINGS,
    unit: str | None = "单位：万元",
) -> Path:
    """Write a title, a unit, one row of headings, and the rows.

    The first project stands in row 4.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write(0, 0, "重点项目台账")
        if unit:
            sheet.write(1, 5, unit)
        for n, cells in enumerate([headings, *rows], start=2):
            for column, value in enumerate(cells):
                if isinstance(value, (date, datetime)):
                    sheet.write_datetime(n, column, value, day)
                elif value is not None:
                    sheet.write(n, column, value)
    return path
