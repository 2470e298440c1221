"""What clerks do to a ledger, each with what is right all the same.

AS_OF is the day of the ledger.
"""

from datetime import date
from typing import Any

from tests.support.drafts import ERROR, FORMULA, MONTH, Draft, Line, Trap

AS_OF = date(2025, 6, 20)
HEADINGS = [
    "序号",
    "项目名称",
    "项目代码",
    "立项类型",
    "行业",
    "建设地点",
    "建设单位",
    "总投资",
    "立项",
    "环评",
    "施工许可",
    "计划开工",
    "完成时限",
    "责任单位",
    "包保领导",
    "专班",
    "备注",
]
CODES = ("2205-350926-04-01-567343", "2303-610723-04-01-109448", "2111-500236-04-05-191177")
NAMES = ("甲镇中心小学", "乙镇至丙镇公路", "某某食品有限公司厂房")
_UNITS = ("县教育局", "县交通运输局", "某某食品有限公司")
_TOWNS = ("甲镇", "乙镇", "丙镇")
_KINDS = (("审批", "教育"), ("审批", "交通"), ("备案", "工业"))
_PROCEDURES = ("gov_building", "gov_road", "enterprise_filing")
_PERMITS = ("construction_permit", "sector_start_permit", "construction_permit")
_APPROVALS = ("fs_approval", "fs_approval", "enterprise_filing")
FIELDS = {
    "name": "项目名称",
    "code": "项目代码",
    "category": "行业",
    "location": "建设地点",
    "owner_unit": "建设单位",
    "investment_wan": "总投资",
    "planned_start": "计划开工",
    "deadline": "完成时限",
    "responsible_unit": "责任单位",
    "leader": "包保领导",
    "task_force": "专班",
    "remark": "备注",
    "立项": "立项",
    "环评": "环评",
    "施工许可": "施工许可",
}
"""Each value that is compared, with the heading it stands under."""


def base() -> Draft:
    """Return three projects in a plain table."""
    lines = []
    for n in range(3):
        cells: dict[str, Any] = {
            "序号": n + 1,
            "项目名称": NAMES[n],
            "项目代码": CODES[n],
            "立项类型": _KINDS[n][0],
            "行业": _KINDS[n][1],
            "建设地点": _TOWNS[n],
            "建设单位": _UNITS[n],
            "总投资": 3000 + 500 * n,
            "立项": "已办结",
            "环评": "办理中",
            "施工许可": "未启动",
            "计划开工": "2025年9月",
            "完成时限": "2026年6月底前",
            "责任单位": _UNITS[0],
            "包保领导": "副县长（分管教育）",
            "专班": "重点项目专班",
            "备注": f"第{n + 1}个",
        }
        expected: dict[str, Any] = {
            "name": NAMES[n],
            "code": CODES[n],
            "category": _KINDS[n][1],
            "location": _TOWNS[n],
            "owner_unit": _UNITS[n],
            "investment_wan": 3000.0 + 500 * n,
            "planned_start": date(2025, 9, 1),
            "deadline": date(2026, 6, 30),
            "responsible_unit": _UNITS[0],
            "leader": "副县长（分管教育）",
            "task_force": "重点项目专班",
            "remark": f"第{n + 1}个",
            "procedure": _PROCEDURES[n],
            "target": _PERMITS[n],
            "立项": (_APPROVALS[n], "done", None, None, None),
            "环评": ("eia_report", "in_progress", None, None, None),
            "施工许可": (_PERMITS[n], "not_started", None, None, None),
        }
        lines.append(Line(cells=cells, expected=expected))
    return Draft(
        headings=list(HEADINGS), lines=lines, above=[["重点项目前期工作台账"], ["单位：万元"]]
    )


def said(draft: Draft, n: int, heading: str, cell: Any, status: str, **more: Any) -> None:
    """Write a state into a step's cell and say what must be read of it."""
    expected = draft.line(n).expected
    assert expected is not None
    step = expected[heading][0]
    values = (step, status, more.get("planned"), more.get("actual"), more.get("document"))
    draft.set(n, heading, cell, **{heading: values})


def extra(draft: Draft, line: Line, place: int) -> None:
    draft.lines.insert(place, line)


def text(words: str, kind: str, heading: str = "序号") -> Line:
    return Line(cells={heading: words}, expected=None, kind=kind)


# --- the sheet as a whole ------------------------------------------------------------------------


def no_title(d: Draft) -> None:
    d.above = [["单位：万元"]]


def no_unit(d: Draft) -> None:
    d.above = [["重点项目台账"]]
    d.header_issues.append(("no_unit", "总投资"))


def unit_in_its_own_cell(d: Draft) -> None:
    d.above = [["重点项目台账"], [None, None, "填报单位：元谋县发改局", None, "单位：", "万元"]]


def unit_beside_an_office(d: Draft) -> None:
    d.above = [["重点项目台账"], ["填报单位：元江县发改局", None, None, None, None, "单位：万元"]]


def unit_in_the_heading(d: Draft) -> None:
    _rename(d, "总投资", "总投资（亿元）")
    for n in range(3):
        d.line(n).cells["总投资（亿元）"] = 0.3 + 0.05 * n


def unit_below_the_heading(d: Draft) -> None:
    d.headings[d.headings.index("总投资")] = "总投资|（元）"
    d.groups["总投资|（元）"] = ("总投资",)
    for n in range(3):
        d.line(n).cells["总投资|（元）"] = (d.line(n).cells.pop("总投资")) * 10_000


def yuan_above_the_table(d: Draft) -> None:
    d.above = [["重点项目台账"], ["金额单位：元"]]
    for n in range(3):
        d.line(n).cells["总投资"] *= 10_000


def starts_at_c5(d: Draft) -> None:
    d.at = (4, 2)


def grouped_heading(d: Draft) -> None:
    for heading in ("立项", "环评", "施工许可"):
        d.groups[heading] = ("前期手续办理情况",)


def groups_without_merges(d: Draft) -> None:
    grouped_heading(d)
    d.cut_groups = True


def everything_grouped(d: Draft) -> None:
    for heading in d.headings:
        is_step = heading in ("立项", "环评", "施工许可")
        d.groups[heading] = (
            "前期手续"
            if is_step
            else "项目基本情况"
            if d.headings.index(heading) < 8
            else "责任落实",
        )


def triples(d: Draft) -> None:
    """A step with 计划, 实际, 状态, 文号 below it, three rows of heading."""
    at = d.headings.index("环评")
    parts = ("计划时间", "实际时间", "办理状态", "文号")
    d.headings[at : at + 1] = [f"环评|{part}" for part in parts]
    for part in parts:
        d.groups[f"环评|{part}"] = ("前期手续办理情况", "环评")
    d.groups["立项"] = d.groups["施工许可"] = ("前期手续办理情况",)
    for n in range(3):
        d.line(n).cells.pop("环评")
    _triple(
        d, 0, ("2025-08-31", None, "办理中", None), ("in_progress", date(2025, 8, 31), None, None)
    )
    done = ("done", date(2025, 5, 31), date(2025, 5, 6), "示环审〔2025〕3号")
    _triple(d, 1, ("2025年5月底", "2025.5.6", "已办结", "示环审〔2025〕3号"), done)
    _triple(
        d, 2, ("2025-09-30", None, "未启动", None), ("not_started", date(2025, 9, 30), None, None)
    )


def _triple(d: Draft, n: int, cells: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    for part, value in zip(("计划时间", "实际时间", "办理状态", "文号"), cells, strict=True):
        d.line(n).cells[f"环评|{part}"] = value
    line = d.line(n).expected
    assert line is not None
    line["环评"] = ("eia_report", *expected)


def days_in_pairs(d: Draft) -> None:
    """计划 over the steps and 实际 over the same steps again."""
    for heading in ("立项", "环评", "施工许可"):
        at = d.headings.index(heading)
        d.headings[at] = f"计划|{heading}"
        d.groups[f"计划|{heading}"] = ("计划完成时间",)
    at = d.headings.index("计划|施工许可") + 1
    d.headings[at:at] = [f"实际|{heading}" for heading in ("立项", "环评", "施工许可")]
    for heading in ("立项", "环评", "施工许可"):
        d.groups[f"实际|{heading}"] = ("实际完成时间",)
    for n in range(3):
        for heading in ("立项", "环评", "施工许可"):
            d.line(n).cells.pop(heading)
            d.line(n).cells[f"计划|{heading}"] = "2025-08-31"
            expected = d.line(n).expected
            assert expected is not None
            step = expected[heading][0]
            expected[heading] = (step, "unknown", date(2025, 8, 31), None, None)
        d.line(n).cells["实际|立项"] = "2025-05-06"
        expected["立项"] = (expected["立项"][0], "done", date(2025, 8, 31), date(2025, 5, 6), None)


def other_words(d: Draft) -> None:
    """The words of another county."""
    for old, new in {
        "项目名称": "工程名称",
        "项目代码": "审批监管平台代码",
        "行业": "所属领域",
        "建设地点": "所属镇街",
        "建设单位": "项目业主",
        "总投资": "投资额",
        "立项": "立项批复",
        "环评": "环境影响评价",
        "施工许可": "施工许可证办理情况",
        "计划开工": "拟开工时间",
        "完成时限": "办结时限",
        "责任单位": "牵头单位",
        "包保领导": "挂钩领导",
        "专班": "工作专班",
        "备注": "说明",
    }.items():
        _rename(d, old, new)


def columns_in_another_order(d: Draft) -> None:
    d.headings = [d.headings[0], *reversed(d.headings[1:])]


def columns_nobody_asked_for(d: Draft) -> None:
    at = d.headings.index("总投资") + 1
    d.headings[at:at] = [
        "年度计划投资",
        "累计完成投资",
        "用地面积（亩）",
        "施工单位名称",
        "联系人及电话",
    ]
    for n in range(3):
        d.line(n).cells |= {
            "年度计划投资": 999,
            "累计完成投资": 88,
            "用地面积（亩）": 12.5,
            "施工单位名称": "某建筑公司",
            "联系人及电话": "13800000000",
        }


def _rename(d: Draft, old: str, new: str) -> None:
    d.headings[d.headings.index(old)] = new
    for line in d.lines:
        if old in line.cells:
            line.cells[new] = line.cells.pop(old)


# --- rows that are no projects -------------------------------------------------------------------


def sections(d: Draft) -> None:
    for n, name in ((0, "一、教育类"), (1, "（二）交通类"), (2, "三、产业类")):
        place = d.lines.index(d.line(n))
        extra(d, text(name, "section"), place)


def sections_give_the_category(d: Draft) -> None:
    for n, name in ((0, "一、教育类（1个）"), (1, "二、交通类"), (2, "三、工业类")):
        d.line(n).cells["行业"] = None
        expected = d.line(n).expected
        assert expected is not None
        expected["category"] = name[2:5]
        extra(d, text(name, "section"), d.lines.index(d.line(n)))


def merged_sections(d: Draft) -> None:
    extra(d, text("教育类项目", "section-merged"), 0)
    extra(d, text("其他项目", "section-merged"), 2)


def totals(d: Draft) -> None:
    extra(
        d,
        Line(cells={"项目名称": "小计（2个）", "总投资": 6500}, expected=None, kind="subtotal"),
        2,
    )
    d.lines.append(Line(cells={"项目名称": "小计", "总投资": 4000}, expected=None, kind="subtotal"))
    d.lines.append(Line(cells={"序号": "合计：3个", "总投资": 10_500}, expected=None, kind="total"))


def a_total_that_is_wrong(d: Draft) -> None:
    line = Line(cells={"序号": "合 计", "总投资": 10_400}, expected=None, kind="total")
    line.issues.append(("total_mismatch", "总投资"))
    d.lines.append(line)


def a_count_that_is_wrong(d: Draft) -> None:
    line = Line(cells={"序号": "总计4个项目", "总投资": 10_500}, expected=None, kind="total")
    line.issues.append(("count_mismatch", "序号"))
    d.lines.append(line)


def a_total_nobody_worked_out(d: Draft) -> None:
    line = Line(
        cells={"序号": "合计", "总投资": f"{FORMULA}=SUM(H1:H9)"}, expected=None, kind="total"
    )
    line.issues.append(("uncomputed", "总投资"))
    d.lines.append(line)


def notes(d: Draft) -> None:
    d.lines += [
        text("注：本表由各单位填报。", "note"),
        text("填报人：某某　　审核人：某某", "note"),
        text("说明：1.金额为概算数；", "note-merged"),
    ]


def a_legend_of_its_own(d: Draft) -> None:
    d.lines.append(text("图例：●表示已办结，◎表示办理中，○表示未启动", "legend"))
    for n in range(3):
        said(d, n, "立项", "●", "done")
        said(d, n, "环评", "◎", "in_progress")
        said(d, n, "施工许可", "○", "not_started")


def a_legend_against_custom(d: Draft) -> None:
    d.lines.append(text("图例：√表示办理中，/表示未启动，空白表示不需要", "legend"))
    for n in range(3):
        said(d, n, "立项", "√", "in_progress")
        said(d, n, "环评", "/", "not_started")
        said(d, n, "施工许可", None, "not_required")


def blank_rows(d: Draft) -> None:
    extra(d, Line(cells={}, expected=None, kind="blank"), 1)
    extra(d, Line(cells={"序号": 7}, expected=None, kind="blank"), 4)
    d.lines += [Line(cells={"序号": n}, expected=None, kind="blank") for n in (8, 9)]


def heading_again(d: Draft) -> None:
    if d.groups:
        return
    extra(d, Line(cells={h: h for h in d.headings}, expected=None, kind="header"), 2)


def hidden_things(d: Draft) -> None:
    hidden = Line(
        cells={**d.line(0).cells, "项目名称": "藏起来的项目", "项目代码": None},
        expected=None,
        kind="hidden",
        hidden=True,
    )
    extra(d, hidden, 1)
    d.hidden_sheets.append("草稿")
    d.hidden_columns.append("备注" if "备注" in d.headings else "说明")
    for n in range(3):
        expected = d.line(n).expected
        assert expected is not None
        expected["remark"] = None


# --- cells ---------------------------------------------------------------------------------------


def merged_leaders(d: Draft) -> None:
    first, last = d.lines.index(d.line(0)), d.lines.index(d.line(2))
    d.merged.append((first, last, "包保领导"))
    for n in (1, 2):
        d.line(n).cells["包保领导"] = None


def two_leaders(d: Draft) -> None:
    both = "副县长（分管教育）、县政协副主席"
    d.ask(0, "包保领导", both, "two_leaders", leader=both)
    d.set(1, "包保领导", "县委常委、常务副县长", leader="县委常委、常务副县长")


def broken_names(d: Draft) -> None:
    d.set(0, "项目名称", "甲镇\n中心小学")
    d.set(1, "项目名称", " 乙镇至 丙镇公路 ")
    d.set(2, "项目名称", "某某食品有限公司\u200b厂房")


def rare_characters(d: Draft) -> None:
    d.set(0, "项目名称", "𠮷祥镇𫟦㙍小学", name="𠮷祥镇𫟦㙍小学")
    d.set(1, "建设地点", "㵲阳镇", location="㵲阳镇")


def wide_digits(d: Draft) -> None:
    d.set(0, "总投资", "３０００")
    d.set(1, "完成时限", "２０２６年６月底前")
    d.set(2, "项目代码", "２１１１－５００２３６－０４－０５－１９１１７７")


def numbers_as_text(d: Draft) -> None:
    d.set(0, "总投资", "3000")
    d.set(1, "总投资", "3,500")
    d.set(2, "总投资", "4000.00")


def amounts_with_units(d: Draft) -> None:
    d.set(0, "总投资", "0.3亿", investment_wan=3000.0)
    d.set(1, "总投资", "3500万元", investment_wan=3500.0)
    d.set(2, "总投资", "肆仟万元整", investment_wan=4000.0)


def amounts_that_are_none(d: Draft) -> None:
    d.ask(0, "总投资", "待定", "undecided_amount", investment_wan=None)
    d.ask(1, "总投资", "3000-4000", "bad_amount", investment_wan=None)
    d.ask(2, "总投资", "约4000", "about_amount", investment_wan=4000.0)


def a_unit_that_slipped(d: Draft) -> None:
    for n in range(4):
        copy = {
            **d.line(0).cells,
            "项目名称": f"戊镇第{n + 1}卫生院",
            "项目代码": None,
            "建设地点": "戊镇",
        }
        expected = {
            **(d.line(0).expected or {}),
            "name": f"戊镇第{n + 1}卫生院",
            "code": None,
            "location": "戊镇",
        }
        d.lines.append(Line(cells=copy, expected=expected))
    d.ask(2, "总投资", 40_000_000, "unit_doubt", investment_wan=None)


def days_of_all_kinds(d: Draft) -> None:
    d.set(0, "完成时限", date(2026, 6, 30))
    d.set(1, "完成时限", 46203.0)
    d.set(2, "完成时限", "2026.6.30前")
    d.set(0, "计划开工", "三季度", planned_start=date(2025, 7, 1))
    d.set(1, "计划开工", "2025年9月上旬", planned_start=date(2025, 9, 1))
    d.set(2, "计划开工", "2025.9", planned_start=date(2025, 9, 1))


def months_that_look_like_days(d: Draft) -> None:
    d.set(0, "完成时限", f"{MONTH}2026-06-01", deadline=date(2026, 6, 30))
    d.set(1, "计划开工", f"{MONTH}2025-09-01", planned_start=date(2025, 9, 1))


def days_without_a_year(d: Draft) -> None:
    d.set(0, "完成时限", "9月底前", deadline=date(2025, 9, 30))
    d.set(1, "完成时限", "9.15", deadline=date(2025, 9, 15))
    d.ask(2, "完成时限", "1月底", "year_assumed", deadline=date(2025, 1, 31))


def days_that_are_none(d: Draft) -> None:
    d.ask(0, "完成时限", "2026-02-30", "bad_date", deadline=None)
    d.ask(1, "完成时限", "春节前", "relative_date", deadline=None)
    d.ask(2, "完成时限", "2026年13月", "bad_date", deadline=None)


def a_number_for_a_day(d: Draft) -> None:
    d.ask(0, "完成时限", 2026.6, "bad_date", deadline=None)
    d.ask(1, "完成时限", 2026.0, "bad_date", deadline=None)


def a_start_after_the_end(d: Draft) -> None:
    if "计划竣工" not in d.headings:
        d.headings.insert(d.headings.index("计划开工") + 1, "计划竣工")
    d.line(0).cells["计划竣工"] = "2025年3月"
    d.line(0).issues.append(("date_order", "计划竣工"))


def days_for_states(d: Draft) -> None:
    said(d, 0, "立项", date(2025, 5, 6), "done", actual=date(2025, 5, 6))
    said(d, 1, "立项", "2025.5.6批复", "done", actual=date(2025, 5, 6))
    d.line(0).issues.append(("plan_or_actual", "立项"))
    said(d, 0, "施工许可", "2025-09-30", "unknown", planned=date(2025, 9, 30))
    d.line(0).issues.append(("future_day", "施工许可"))
    said(d, 1, "环评", "办理中（6.10受理）", "in_progress", actual=date(2025, 6, 10))


def documents_for_states(d: Draft) -> None:
    said(d, 0, "立项", "示发改〔2025〕12号", "done", document="示发改〔2025〕12号")
    both = {"actual": date(2025, 5, 6), "document": "示发改[2025]3号"}
    said(d, 1, "立项", "已批复（示发改[2025]3号，2025年5月6日）", "done", **both)


def marks_for_states(d: Draft) -> None:
    for n in range(3):
        said(d, n, "立项", "√", "done")
        said(d, n, "环评", "—", "not_required")
        said(d, n, "施工许可", "×", "not_started")


def states_nobody_knows(d: Draft) -> None:
    said(d, 0, "环评", "快了", "unknown")
    d.line(0).issues.append(("unknown_status", "环评"))
    said(d, 1, "环评", "已办结（未盖章）", "unknown")
    d.line(1).issues.append(("unknown_status", "环评"))
    said(d, 2, "环评", "2025-02-30", "unknown")
    d.line(2).issues.append(("bad_date", "环评"))


def errors_in_cells(d: Draft) -> None:
    d.ask(0, "总投资", f"{ERROR}#REF!", "cell_error", investment_wan=None)
    d.ask(1, "完成时限", f"{ERROR}#N/A", "cell_error", deadline=None)


def formulas_nobody_worked_out(d: Draft) -> None:
    d.ask(0, "总投资", f"{FORMULA}=1500*2", "uncomputed", investment_wan=None)
    d.set(1, "总投资", f"{FORMULA}=1750*2|3500")


def ruined_codes(d: Draft) -> None:
    d.ask(0, "项目代码", 2.20535092604015e23, "bad_code", code=None)
    d.ask(1, "项目代码", "2303-610723-04-01-109449", "code_check", code="2303-610723-04-01-109449")
    d.ask(2, "项目代码", "2111500236", "bad_code", code=None)


def twice_by_name(d: Draft) -> None:
    again = {**d.line(0).cells, "项目代码": None, "项目名称": "甲镇 中心小学"}
    expected = {**(d.line(0).expected or {}), "code": None}
    d.lines.append(Line(cells=again, expected=expected, issues=[("duplicate", "项目名称")]))


def twice_by_code(d: Draft) -> None:
    again = {**d.line(0).cells, "项目名称": "甲镇小学（新校区）"}
    expected = {**(d.line(0).expected or {}), "name": "甲镇小学（新校区）"}
    d.lines.append(Line(cells=again, expected=expected, issues=[("duplicate", "项目名称")]))


def twice_on_two_sheets(d: Draft) -> None:
    other = base()
    other.sheet = "储备项目"
    other.lines = [other.lines[1]]
    other.lines[0].issues.append(("duplicate", "项目名称"))
    d.more.append(other)


def private_numbers(d: Draft) -> None:
    d.ask(0, "备注", "联系人13812345678", "private_number", remark="联系人***")


def a_classified_row(d: Draft) -> None:
    line = Line(
        cells={**d.line(0).cells, "项目名称": "某涉密工程", "项目代码": None},
        expected=None,
        kind="classified",
    )
    line.issues.append(("classified", "项目名称"))
    d.lines.append(line)


def no_name(d: Draft) -> None:
    line = Line(
        cells={**d.line(0).cells, "项目名称": None, "项目代码": None},
        expected=None,
        kind="nameless",
    )
    line.issues.append(("missing_name", "项目名称"))
    d.lines.append(line)


# --- more than one table, other layouts, other files ---------------------------------------------


def _another() -> Draft:
    other = base()
    for n in range(3):
        other.set(n, "项目名称", f"丁镇第{n + 1}期工程", name=f"丁镇第{n + 1}期工程")
        other.set(n, "项目代码", None, code=None)
    return other


def several_sheets(d: Draft) -> None:
    other = _another()
    other.sheet = "续表"
    other.above = [["续表"], ["单位：亿元"]]
    for n in range(3):
        other.line(n).cells["总投资"] /= 10_000
    d.more.append(other)


def two_tables_on_a_sheet(d: Draft) -> None:
    other = _another()
    other.above = [["附表二：储备项目"]]
    columns_in_another_order(other)
    d.more.append(other)


def two_tables_side_by_side(d: Draft) -> None:
    if d.at != (0, 0) or d.groups:
        return
    other = _another()
    other.above = [[None] for _ in d.above]
    other.beside = True
    d.more.append(other)


def long_layout(d: Draft) -> None:
    """A row a step; the names are merged."""
    _long(d, merged=True)


def long_with_names_again(d: Draft) -> None:
    _long(d, merged=False)


def _long(d: Draft, *, merged: bool) -> None:
    own = [h for h in HEADINGS if h not in ("立项", "环评", "施工许可", "完成时限")]
    lines: list[Line] = []
    for n in range(3):
        cells, expected = d.line(n).cells, d.line(n).expected
        assert expected is not None
        expected["deadline"], expected["target"] = date(2025, 9, 30), "start"
        first = len(lines)
        for step in ("立项", "环评", "施工许可"):
            head = {h: cells.get(h) for h in own} if first == len(lines) or not merged else {}
            planned = "2025-08-31" if step == "环评" else None
            row = {**head, "手续名称": step, "办理状态": cells[step], "计划完成时间": planned}
            is_first = first == len(lines)
            lines.append(
                Line(
                    cells=row,
                    expected=expected if is_first else None,
                    kind="project" if is_first else "step",
                )
            )
            if planned:
                expected[step] = (*expected[step][:2], date(2025, 8, 31), None, None)
        if merged:
            d.merged.append((first, len(lines) - 1, "项目名称"))
    d.headings = [*own, "手续名称", "办理状态", "计划完成时间"]
    d.lines, d.layout = lines, "long"


def as_xls(d: Draft) -> None:
    d.kind = "xls"


def as_xls_of_1904(d: Draft) -> None:
    d.kind, d.dates_1904 = "xls", True
    d.set(0, "完成时限", date(2026, 6, 30))


def as_csv(d: Draft) -> None:
    d.kind = "csv"


def as_csv_with_a_mark(d: Draft) -> None:
    d.kind, d.encoding = "csv", "utf-8-sig"


def as_csv_in_gb18030(d: Draft) -> None:
    d.kind, d.encoding = "csv", "gb18030"


def as_strict_ooxml(d: Draft) -> None:
    d.strict = True


def under_a_wrong_name(d: Draft) -> None:
    d.name = "a.csv" if d.kind == "xlsx" else "a.xlsx"


# --- what the ledger means -----------------------------------------------------------------------


def a_title_that_says_plan(d: Draft) -> None:
    d.above = [["2025年重点项目倒排工期计划表"], ["单位：万元"]]
    said(d, 0, "立项", date(2025, 5, 6), "unknown", planned=date(2025, 5, 6))
    said(d, 1, "环评", "5月底", "unknown", planned=date(2025, 5, 31))
    said(d, 2, "施工许可", "2025年9月", "unknown", planned=date(2025, 9, 30))


def a_year_in_the_title(d: Draft) -> None:
    d.above = [["2026年重点项目台账"], ["单位：万元"]]
    d.set(0, "完成时限", "9月底前", deadline=date(2026, 9, 30))
    d.set(1, "计划开工", "3月", planned_start=date(2026, 3, 1))


def columns_that_ask(d: Draft) -> None:
    d.headings[10:10] = ["是否占用林地", "是否需要能评"]
    for n, (forest, energy) in enumerate((("是", "否"), ("否", "是"), ("不占用", "需要"))):
        facts = {"forest": "yes" if forest == "是" else "no"}
        d.set(n, "是否占用林地", forest, facts=facts)
        d.set(n, "是否需要能评", energy)
    d.ask(2, "是否占用林地", "待核实", "unknown_answer", facts={})


def columns_of_work(d: Draft) -> None:
    d.headings[9:9] = ["环评编制", "环评单位"]
    for n in range(3):
        d.set(n, "环评编制", "已完成")
        d.set(n, "环评单位", "某环保公司")


def a_column_of_prose(d: Draft) -> None:
    d.headings.append("前期手续进展情况")
    d.set(0, "前期手续进展情况", "已完成可研批复，正在办理用地预审")
    d.ask(1, "前期手续进展情况", "已办结", "several_steps")


def everyday_words(d: Draft) -> None:
    both = {"actual": date(2025, 5, 6), "document": "示发改〔2025〕12号"}
    said(d, 0, "立项", "已办 2025.5.6 示发改〔2025〕12号", "done", **both)
    said(d, 1, "立项", "已立项", "done")
    said(d, 2, "立项", "备案 2025-6-1", "done", actual=date(2025, 6, 1))
    for n, (cell, status) in enumerate(
        (("组卷报审", "in_progress"), ("待批复", "in_progress"), ("已办结 Done", "done"))
    ):
        said(d, n, "环评", cell, status)
    said(d, 0, "施工许可", "0%", "not_started")
    said(d, 1, "施工许可", "60%", "in_progress")
    said(d, 2, "施工许可", "12月5日前", "unknown", planned=date(2025, 12, 5))


def firms_of_the_county(d: Draft) -> None:
    for n in range(2):
        d.set(n, "立项类型", None)
        d.set(n, "建设单位", "甲县城投公司", owner_unit="甲县城投公司")


def numerals_in_cells_of_their_own(d: Draft) -> None:
    head = {"序号": "一", "项目名称": "社会事业和产业类"}
    extra(d, Line(cells=head, expected=None, kind="section"), 0)


def a_package_with_parts(d: Draft) -> None:
    d.line(0).issues.append(("parts_counted", "项目名称"))
    for n, amount in ((2, 2000), (1, 1000)):
        part = {"序号": f"1.{n}", "项目名称": f"第{n}标段", "总投资": amount, "立项": "已办结"}
        extra(d, Line(cells=part, expected=None, kind="part"), 1)


def an_amount_over_two_projects(d: Draft) -> None:
    d.merged.append((0, 1, "总投资"))
    for n in range(2):
        d.ask(n, "总投资", 6500 if n == 0 else None, "shared_amount", investment_wan=None)


def two_offices_by_a_break(d: Draft) -> None:
    both = "县委副书记\n副县长（分管农业）"
    d.ask(0, "包保领导", both, "two_leaders", leader="县委副书记、副县长（分管农业）")
    d.set(1, "包保领导", "县委副书记、县长", leader="县委副书记、县长")


def amounts_with_parts(d: Draft) -> None:
    d.set(0, "总投资", "0.3亿元（其中专项债0.1亿元）", investment_wan=3000.0)
    d.ask(1, "总投资", "3500（暂估）", "about_amount", investment_wan=3500.0)
    d.ask(2, "总投资", "概算4100，批复4000", "bad_amount", investment_wan=None)


SHEET: tuple[Trap, ...] = (
    no_title,
    no_unit,
    unit_in_its_own_cell,
    unit_beside_an_office,
    unit_in_the_heading,
    unit_below_the_heading,
    yuan_above_the_table,
    starts_at_c5,
    grouped_heading,
    groups_without_merges,
    everything_grouped,
    triples,
    days_in_pairs,
    other_words,
    columns_in_another_order,
    columns_nobody_asked_for,
)
ROWS: tuple[Trap, ...] = (
    sections,
    sections_give_the_category,
    merged_sections,
    totals,
    a_total_that_is_wrong,
    a_count_that_is_wrong,
    a_total_nobody_worked_out,
    notes,
    a_legend_of_its_own,
    a_legend_against_custom,
    blank_rows,
    heading_again,
    hidden_things,
)
CELLS: tuple[Trap, ...] = (
    merged_leaders,
    two_leaders,
    broken_names,
    rare_characters,
    wide_digits,
    numbers_as_text,
    amounts_with_units,
    amounts_that_are_none,
    a_unit_that_slipped,
    days_of_all_kinds,
    months_that_look_like_days,
    days_without_a_year,
    days_that_are_none,
    a_number_for_a_day,
    a_start_after_the_end,
    days_for_states,
    documents_for_states,
    marks_for_states,
    states_nobody_knows,
    errors_in_cells,
    formulas_nobody_worked_out,
    ruined_codes,
    twice_by_name,
    twice_by_code,
    private_numbers,
    a_classified_row,
    no_name,
)
TABLES: tuple[Trap, ...] = (
    several_sheets,
    two_tables_on_a_sheet,
    two_tables_side_by_side,
    twice_on_two_sheets,
    long_layout,
    long_with_names_again,
)
FILES: tuple[Trap, ...] = (
    as_xls,
    as_xls_of_1904,
    as_csv,
    as_csv_with_a_mark,
    as_csv_in_gb18030,
    as_strict_ooxml,
    under_a_wrong_name,
)
MEANING: tuple[Trap, ...] = (
    a_title_that_says_plan,
    a_year_in_the_title,
    columns_that_ask,
    columns_of_work,
    a_column_of_prose,
    everyday_words,
    firms_of_the_county,
    numerals_in_cells_of_their_own,
    a_package_with_parts,
    an_amount_over_two_projects,
    two_offices_by_a_break,
    amounts_with_parts,
)
ALL = (*SHEET, *ROWS, *CELLS, *MEANING, *TABLES, *FILES)
_ORDER = {trap: n for n, trap in enumerate((*CELLS, *MEANING, *ROWS, *SHEET, *TABLES, *FILES))}
_AMOUNTS = {
    unit_in_the_heading,
    unit_below_the_heading,
    yuan_above_the_table,
    totals,
    a_total_that_is_wrong,
    a_count_that_is_wrong,
    a_total_nobody_worked_out,
    numbers_as_text,
    amounts_with_units,
    amounts_that_are_none,
    a_unit_that_slipped,
    errors_in_cells,
    formulas_nobody_worked_out,
    wide_digits,
    no_unit,
    several_sheets,
    two_tables_on_a_sheet,
    a_classified_row,
    no_name,
    twice_by_name,
    twice_by_code,
    a_package_with_parts,
    an_amount_over_two_projects,
    amounts_with_parts,
    numerals_in_cells_of_their_own,
}
_STATES = {
    a_title_that_says_plan,
    everyday_words,
    columns_of_work,
    columns_that_ask,
    a_package_with_parts,
    triples,
    days_in_pairs,
    a_legend_of_its_own,
    a_legend_against_custom,
    days_for_states,
    documents_for_states,
    marks_for_states,
    states_nobody_knows,
    long_layout,
    long_with_names_again,
}
_DAYS = {
    a_year_in_the_title,
    days_of_all_kinds,
    months_that_look_like_days,
    days_without_a_year,
    days_that_are_none,
    a_number_for_a_day,
    errors_in_cells,
    wide_digits,
    as_xls_of_1904,
    long_layout,
    long_with_names_again,
}
_ROWS_MOVE = {
    numerals_in_cells_of_their_own,
    a_package_with_parts,
    an_amount_over_two_projects,
    blank_rows,
    heading_again,
    sections,
    sections_give_the_category,
    merged_sections,
    totals,
    hidden_things,
    long_layout,
    long_with_names_again,
    merged_leaders,
    notes,
    a_legend_of_its_own,
    a_legend_against_custom,
    a_count_that_is_wrong,
}
_CLASHES = (
    _AMOUNTS,
    _STATES,
    _DAYS,
    _ROWS_MOVE,
    set(TABLES),
    set(FILES),
    {ruined_codes, twice_by_code, wide_digits},
    {broken_names, rare_characters, twice_by_name},
    {merged_leaders, two_leaders, two_offices_by_a_break},
    {a_title_that_says_plan, a_year_in_the_title, no_title, no_unit, yuan_above_the_table},
    {a_title_that_says_plan, a_year_in_the_title, unit_in_its_own_cell, unit_beside_an_office},
    {*MEANING, *TABLES, everything_grouped, triples, days_in_pairs, other_words},
    {*MEANING, columns_in_another_order, columns_nobody_asked_for, hidden_things},
    {*MEANING, grouped_heading, groups_without_merges, unit_below_the_heading},
    {firms_of_the_county, broken_names, rare_characters, wide_digits, private_numbers},
    {a_title_that_says_plan, a_year_in_the_title, days_without_a_year, days_for_states},
    {a_title_that_says_plan, twice_by_name, twice_by_code, errors_in_cells},
    {hidden_things, private_numbers, other_words},
    {other_words, *TABLES, *CELLS, *ROWS, unit_in_the_heading, unit_below_the_heading},
    {no_title, no_unit, unit_in_its_own_cell, unit_beside_an_office, yuan_above_the_table},
    {
        grouped_heading,
        groups_without_merges,
        everything_grouped,
        triples,
        days_in_pairs,
        unit_below_the_heading,
        heading_again,
        two_tables_side_by_side,
        two_tables_on_a_sheet,
        long_layout,
        long_with_names_again,
    },
    {
        columns_in_another_order,
        everything_grouped,
        triples,
        days_in_pairs,
        grouped_heading,
        groups_without_merges,
    },
    {starts_at_c5, two_tables_side_by_side},
    {two_tables_side_by_side, no_unit, yuan_above_the_table},
    {other_words, no_unit},
    {columns_nobody_asked_for, other_words, unit_in_the_heading, unit_below_the_heading},
    {triples, days_in_pairs, twice_by_name, twice_by_code, a_unit_that_slipped},
    {other_words, triples},
    {other_words, days_in_pairs},
    {other_words, grouped_heading},
    {other_words, groups_without_merges},
    {other_words, everything_grouped},
)
"""Traps of one set spoil the same thing, so that no two of them are set together."""
_TEXT_ONLY = {
    an_amount_over_two_projects,
    a_package_with_parts,
    merged_leaders,
    merged_sections,
    hidden_things,
    errors_in_cells,
    formulas_nobody_worked_out,
    a_total_nobody_worked_out,
    months_that_look_like_days,
    grouped_heading,
    everything_grouped,
    triples,
    days_in_pairs,
    unit_below_the_heading,
    several_sheets,
    twice_on_two_sheets,
    long_layout,
    notes,
    under_a_wrong_name,
    a_number_for_a_day,
}
"""What a .csv cannot hold: merges, errors, formats, more sheets."""
_NOT_IN_XLS = {errors_in_cells, formulas_nobody_worked_out, a_total_nobody_worked_out}


def go_together(one: Trap, other: Trap) -> bool:
    """Tell whether two traps can be set in one ledger."""
    if any(one in clash and other in clash for clash in _CLASHES):
        return False
    for first, second in ((one, other), (other, one)):
        if first in (as_csv, as_csv_with_a_mark, as_csv_in_gb18030) and second in _TEXT_ONLY:
            return False
        if first in (as_xls, as_xls_of_1904) and second in _NOT_IN_XLS:
            return False
    return True


def drafted(*traps: Trap) -> Draft:
    """Return the plain ledger with some traps set.

    Cells first, then rows, the sheet, tables, the file.
    """
    draft = base()
    for trap in sorted(traps, key=lambda trap: _ORDER[trap]):
        trap(draft)
    return draft
