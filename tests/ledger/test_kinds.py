"""Kinds of ledgers that counties keep: what is read of each, and what is asked."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tracker.law import Catalog
from tracker.ledger.model import Ledger, LedgerProject, LedgerStep
from tracker.ledger.reading import bytes_of, read_ledger

AS_OF = date(2025, 6, 20)
Read = Callable[..., Ledger]
_LONGEST_GAP = {"status_blank", "unknown_column", "procedure_assumed", "no_unit", "status_conflict"}


@pytest.fixture
def read(tmp_path: Path, law: Catalog) -> Read:
    """Read a sheet that is given as lines of cells, which | parts; numbers become numbers."""

    def reading(*lines: str, as_of: date = AS_OF, merges: Sequence[str] = ()) -> Ledger:
        path = tmp_path / "台账.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("台账")
            for n, line in enumerate(lines):
                for m, text in enumerate(line.split("|")):
                    if text:
                        sheet.write(n, m, _value(text))
            for area in merges:
                sheet.merge_range(area, None)
                first = area.split(":")[0]
                row, column = int(first[1:]) - 1, ord(first[0]) - ord("A")
                sheet.write(first, _value(lines[row].split("|")[column]))
        return read_ledger(bytes_of(path), path.name, as_of, law.in_force(as_of), {})

    return reading


def _value(text: str) -> object:
    return float(text) if text.replace(".", "", 1).isdigit() else text.replace("⏎", "\n")


def states(project: LedgerProject) -> dict[str, str]:
    return {step.heading: str(step.status) for step in project.steps}


def planned(project: LedgerProject) -> dict[str, str]:
    return {step.heading: str(step.planned) for step in project.steps if step.planned}


def asked(ledger: Ledger) -> set[tuple[str, int, str | None]]:
    return {(i.code, i.row, i.column) for i in ledger.issues if i.code not in _LONGEST_GAP}


HEADING = "序号|项目名称|总投资（万元）|建设单位|行业|可研批复|环评"
KNOWN = "序号|项目名称|总投资（万元）|建设单位|行业"
PARK = "1|甲镇小学|3000|县教育局|教育"


# plan is not done


@pytest.mark.parametrize(
    ("title", "status", "doubt"),
    [
        ("2025年重点项目倒排工期计划表", "unknown", None),
        ("重点项目前期手续办理情况", "done", None),
        ("重点项目台账", "done", "plan_or_actual"),
        ("前期手续计划与实际对照表", "done", "plan_or_actual"),
    ],
)
def test_a_title_says_whether_days_are_planned(
    read: Read, title: str, status: str, doubt: str | None
) -> None:
    ledger = read(title, HEADING, f"{PARK}|2025-03-31|办理中")
    assert states(ledger.projects[0]) == {"可研批复": status, "环评": "in_progress"}
    assert asked(ledger) == ({(doubt, 3, "F")} if doubt else set())


def test_a_note_or_a_group_says_whether_days_are_planned(read: Read) -> None:
    note = read("台账", HEADING, f"{PARK}|2025-03-31|办理中", "注：表中日期均为计划办结时间。")
    group = read(
        "台账",
        "序号|项目名称|总投资（万元）|建设单位|行业|计划完成时间|",
        "|||||可研批复|环评",
        f"{PARK}|2025-03-31|2025-05-31",
        merges=("F2:G2", "B2:B3"),
    )
    for ledger in (note, group):
        assert states(ledger.projects[0])["可研批复"] == "unknown"
        assert planned(ledger.projects[0])["可研批复"] == "2025-03-31"
        assert asked(ledger) == set()


def test_past_days_beside_coming_ones_are_asked_about(read: Read) -> None:
    ledger = read(
        "台账", HEADING, f"{PARK}|2025-03-31|", "2|乙镇小学|100|县教育局|教育|2025-12-31|"
    )
    first, second = ledger.projects
    assert states(first)["可研批复"] == "unknown"
    assert "可研批复" not in planned(first)  # else a plan would miss a deadline nobody set
    assert (states(second)["可研批复"], planned(second)["可研批复"]) == ("unknown", "2025-12-31")
    assert asked(ledger) == {("plan_or_actual", 3, "F")}


@pytest.mark.parametrize(
    ("heading", "state", "status", "day"),
    [
        ("可研完成时间", None, "done", None),
        ("可研计划完成时间", None, "unknown", "2025-03-31"),
        ("可研批复时间", None, "done", None),
        ("可研完成时间", "已办结", "done", None),
        ("可研完成时间", "办理中", "in_progress", "2025-03-31"),
    ],
)
def test_a_day_beside_a_state_is_the_day_of_that_state(
    read: Read, heading: str, state: str | None, status: str, day: str | None
) -> None:
    ledger = read(
        "台账",
        f"序号|项目名称|总投资（万元）|建设单位|行业|可研|{heading}",
        f"{PARK}|{state or ''}|2025-03-31",
    )
    step = next(s for s in ledger.projects[0].steps if s.step == "fs_approval")
    assert (str(step.status), str(step.planned or "") or None) == (status, day)


def test_a_day_without_a_year_is_of_the_year_of_the_title(read: Read) -> None:
    ledger = read(
        "2026年重点项目前期工作计划",
        "序号|项目名称|总投资（万元）|建设单位|行业|可研批复|完成时限",
        f"{PARK}|已办结|9月底前",
    )
    assert ledger.projects[0].deadline == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("heading", "row", "days", "doubts"),
    [
        (  # 2月 waits for 12月: it is that of the year after
            "可研批复|初步设计批复|施工许可",
            "9月底前|12月|2月底前",
            {"可研批复": "2025-09-30", "初步设计批复": "2025-12-31", "施工许可": "2026-02-28"},
            {("year_carried", 4, "H")},
        ),
        (  # a plan whose days are mixed up stays as it is written
            "可研批复|初步设计批复|施工许可",
            "9月底前|8月|12月底前",
            {"可研批复": "2025-09-30", "初步设计批复": "2025-08-31", "施工许可": "2025-12-31"},
            set(),
        ),
        (  # a year that is written stands
            "可研批复|初步设计批复|施工许可",
            "9月底前|12月|2025年2月",
            {"可研批复": "2025-09-30", "初步设计批复": "2025-12-31", "施工许可": "2025-02-28"},
            set(),
        ),
        (  # what does not wait for the other says nothing of its year
            "可研批复|环评批复|施工许可",
            "12月|6月|3月底前",
            {"可研批复": "2025-12-31", "环评批复": "2025-06-30", "施工许可": "2026-03-31"},
            {("year_carried", 4, "H")},
        ),
    ],
)
def test_a_plan_goes_on_into_the_next_year(
    read: Read, heading: str, row: str, days: dict[str, str], doubts: set[tuple[str, int, str]]
) -> None:
    ledger = read("2025年重点项目倒排工期表", "", f"{KNOWN}|{heading}", f"{PARK}|{row}")
    assert planned(ledger.projects[0]) == days
    assert asked(ledger) == doubts


def test_an_adjusted_plan_replaces_the_first(read: Read) -> None:
    ledger = read(
        "前期计划调整表",
        f"{KNOWN}|可研原计划|可研调整后计划|初设原定完成时间|初设调整后完成时间",
        f"{PARK}|2025-06-30|2025-09-30|2025-09-30|2025-12-31",
        "2|乙镇小学|900|县教育局|教育|2025-06-30||2025-09-30|",
    )
    assert [[str(s.planned) for s in project.steps] for project in ledger.projects] == [
        ["2025-09-30", "2025-12-31"],
        ["2025-06-30", "2025-09-30"],
    ]
    assert not asked(ledger)


def test_quarters_hold_tasks_and_amounts_are_none(read: Read) -> None:
    quarters = "一季度|二季度|三季度|四季度"
    tasks = read(
        "2025年推进计划", f"{KNOWN}|{quarters}", f"{PARK}|完成立项|可研批复|环评、初设批复|开工"
    )
    assert {s.heading: str(s.planned) for s in tasks.projects[0].steps} == {
        "完成立项": "2025-03-31",
        "可研批复": "2025-06-30",
        "环评、初设批复": "2025-09-30",
        "开工": "2025-12-31",
    }
    amounts = read(
        "2025年推进计划",
        f"{KNOWN}|投资计划|||",
        f"|||||{quarters}",
        f"{PARK}|100|200|300|400",
        merges=["F2:I2"],
    )
    assert amounts.projects[0].steps == ()
    unused = [i.column for i in amounts.issues if i.code == "unknown_column"]
    assert unused == ["F", "G", "H", "I"]


def test_a_cell_of_two_units_or_a_unit_and_a_person(read: Read) -> None:
    ledger = read(
        "台账",
        "序号|项目名称|总投资（万元）|建设单位|行业|责任单位",
        "1|甲镇小学|3000|县教育局⏎县城投公司|教育|县自然资源⏎和规划局",
        "2|乙镇小学|900|县教育局 张三|教育|县人民 医院",
    )
    units = [(p.owner_unit, p.responsible_unit) for p in ledger.projects]
    assert units == [
        ("县教育局、县城投公司", "县自然资源和规划局"),
        ("县教育局", "县人民医院"),
    ]
    assert asked(ledger) == {("person_in_unit", 4, "D")}


@pytest.mark.parametrize(
    ("name", "remark", "column"),
    [
        ("甲镇小学（暂停）", "", "B"),
        ("甲镇小学", "该项目已终止", "F"),
        ("甲镇小学", "原址拆除；暂缓实施", "F"),
        ("甲镇小学（二期）", "原施工合同已终止，重新招标", ""),
    ],
)
def test_a_project_that_is_halted_is_asked_about(
    read: Read, name: str, remark: str, column: str
) -> None:
    ledger = read("台账", f"{KNOWN}|备注", f"1|{name}|3000|县教育局|教育|{remark}")
    assert asked(ledger) == ({("project_halted", 3, column)} if column else set())


@pytest.mark.parametrize(
    ("columns", "row", "aim"),
    [
        ("立项时限|环评", "6月底前|办理中", ("construction_permit", None)),
        ("立项时限|环评", "6月底前|已办结", ("fs_approval", date(2025, 6, 30))),
        ("立项时限|可研批复", "6月底前|办理中", ("construction_permit", None)),
        (
            "立项时限|完成时限|施工许可",
            "6月底前|12月底|",
            ("construction_permit", date(2025, 12, 31)),
        ),
        ("立项时限|计划开工|施工许可", "6月底前|2025-10|", ("start", date(2025, 10, 31))),
    ],
)
def test_the_target_is_the_furthest_thing_a_row_speaks_of(
    read: Read, columns: str, row: str, aim: tuple[str, date | None]
) -> None:
    project = read("台账", f"{KNOWN}|{columns}", f"{PARK}|{row}").projects[0]
    assert (project.target, project.deadline) == aim


# a question is not a state; work on a paper is not its approval


def test_questions_are_answered_and_no_states(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|是否需要环评|是否需要稳评|是否占用林地|是否完成可研批复",
        f"{PARK}|是|否|否|是",
        "2|乙镇小学|100|县教育局|教育|否|也许|是|否",
    )
    first, second = ledger.projects
    assert states(first) == {"是否需要环评": "unknown", "是否完成可研批复": "done"}
    assert states(second) == {"是否需要环评": "not_required", "是否完成可研批复": "not_started"}
    assert (first.facts, second.facts) == (
        {"stability": "no", "forest": "no"},
        {"forest": "yes"},
    )
    assert asked(ledger) == {("unknown_answer", 4, "G")}


def test_work_on_a_report_is_no_approval(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研编制|可研批复|环评编制|环评单位",
        f"{PARK}|已完成|办理中|已完成|某公司",
        "2|乙镇小学|100|县教育局|教育|已完成|已办结|未启动|某公司",
    )
    assert [states(p) for p in ledger.projects] == [
        {"可研批复": "in_progress", "环评编制": "in_progress"},
        {"可研批复": "done", "环评编制": "not_started"},
    ]
    assert asked(ledger) == set()


def test_a_column_for_all_steps_is_no_step(read: Read) -> None:
    ledger = read("台账", f"{KNOWN}|土地征收情况及前期手续办理情况", f"{PARK}|已办结")
    assert states(ledger.projects[0]) == {}
    assert asked(ledger) == {("several_steps", 3, "F")}


def test_this_week_counts_and_last_week_does_not(read: Read) -> None:
    ledger = read(
        "周对比",
        f"{KNOWN}|可研||环评|",
        "|||||上周|本周|上周|本周",
        f"{PARK}|办理中|已办结|未启动|办理中",
        merges=("F2:G2", "H2:I2", "B2:B3"),
    )
    assert states(ledger.projects[0]) == {"可研": "done", "环评": "in_progress"}


WORKED = "|||||编制|送审|批复|编制|报批|批复"
WORK_ROWS = (
    f"{PARK}|√|√|√|√|√|",
    "2|乙镇小学|900|县教育局|教育|已完成|已送审||√||",
    "3|丙镇小学|900|县教育局|教育|√|√|否，7月底批复|||",
)


@pytest.mark.parametrize("merges", [["F2:H2", "I2:K2"], []])
def test_work_under_the_name_of_a_step_is_no_approval(read: Read, merges: list[str]) -> None:
    groups = f"{KNOWN}|可研报告|||环评||"
    ledger = read("手续台账", groups, WORKED, *WORK_ROWS, merges=merges)
    assert [[str(s.status) for s in project.steps] for project in ledger.projects] == [
        ["done", "in_progress"],
        ["in_progress", "in_progress"],
        ["not_started", "unknown"],
    ]
    assert ledger.projects[2].steps[0].planned == date(2025, 7, 31)
    assert not asked(ledger)


ABOUT_STEPS = (
    *(
        "环评公示",
        "环评评估会",
        "环评合同",
        "环评验收",
        "水保验收",
        "环评（公示）",
        "竣工备案",
        "节能承诺",
    ),
    *(
        "用地红线",
        "用地指标",
        "用地勘界",
        "用地协议",
        "用地社保",
        "用地复垦",
        "用地预公告",
        "用地报批资料",
    ),
    *(
        "土地平整",
        "土地租赁",
        "土地流转",
        "土地收储",
        "征地公告",
        "征地补偿",
        "土地出让金",
        "林地调查",
    ),
    *(
        "施工许可资料",
        "施工许可要件",
        "施工许可申报",
        "施工许可证前置",
        "开工条件",
        "开工准备",
        "开工仪式",
    ),
    *("招标公告", "招标代理", "招标文件", "招标限价", "施工图", "施工图预算"),
    *(
        "立项申请",
        "立项资料",
        "立项前公示",
        "可研初稿",
        "可研（初稿）",
        "可研审查会",
        "可研是否上会",
        "可研批前公示",
    ),
    *("规划设计", "规划核实", "规划验线", "规划调整"),
)
OF_STATES = (
    *(
        "环评批复",
        "环评审批情况",
        "环评批复Approval",
        "①环评",
        "1.立项",
        "县级立项",
        "立项（可研批复）",
    ),
    *(
        "用地预审与选址",
        "用地批准书",
        "建设用地规划许可证办理",
        "规划选址意见书",
        "用地预审与选址意见书",
        "取得施工许可",
    ),
    *(
        "施工许可证核发",
        "施工图审查合格书",
        "初步设计及概算批复",
        "水土保持方案审批",
        "节能审查意见",
    ),
    *("社会稳定风险评估报告", "消防设计审查意见书"),
)


@pytest.mark.parametrize("heading", ABOUT_STEPS)
def test_what_is_only_about_a_step_is_not_its_state(read: Read, heading: str) -> None:
    ledger = read("台账", f"{KNOWN}|{heading}", f"{PARK}|√")
    assert "done" not in states(ledger.projects[0]).values()
    beside = read("台账", f"{KNOWN}|{heading}|施工许可证", f"{PARK}|√|未办")
    assert [str(s.status) for s in beside.projects[0].steps if s.heading == "施工许可证"] == [
        "not_started"
    ]


@pytest.mark.parametrize("heading", OF_STATES)
def test_what_asks_for_a_state_is_one(read: Read, heading: str) -> None:
    ledger = read("台账", f"{KNOWN}|{heading}", f"{PARK}|√")
    assert list(states(ledger.projects[0]).values()) == ["done"], heading


# what a second stranger found


def test_the_day_of_a_report_does_not_give_the_year_of_a_plan(read: Read) -> None:
    ledger = read(
        "2026年重点项目推进计划", "填报日期：2025年6月18日", f"{KNOWN}|完成时限", f"{PARK}|9月底"
    )
    assert ledger.projects[0].deadline == date(2026, 9, 30)


@pytest.mark.parametrize("line", ["单位：万元（投资额为亿元）", "说明：总投资单位为亿元"])
def test_a_line_says_what_the_amounts_count(read: Read, line: str) -> None:
    heading = "序号|项目名称|投资额|建设单位|行业"
    ledger = read("台账", line, heading, "1|甲镇小学|1.2|县教育局|教育")
    assert ledger.projects[0].investment_wan == 12_000


@pytest.mark.parametrize("plan", ["计划时间", "倒排时间"])
def test_a_column_of_facts_is_no_plan_whatever_the_title_says(read: Read, plan: str) -> None:
    ledger = read(
        "重点项目倒排工期表",
        f"序号|项目名称|建设单位|环节|{plan}|办理情况",
        "1|甲镇小学|县教育局|可研批复|7月1日|6月18日",
        "||||",
    )
    step = ledger.projects[0].steps[0]
    assert (str(step.status), step.planned, step.actual) == (
        "done",
        date(2025, 7, 1),
        date(2025, 6, 18),
    )


def test_works_that_have_begun_are_no_plan(read: Read) -> None:
    ledger = read(
        "台账",
        "序号|项目名称|总投资（万元）|建设单位|行业|开工时间",
        "1|甲镇小学|900|县教育局|教育|2024年3月",
        "2|乙镇小学|900|县教育局|教育|2025年10月",
    )
    begun, planned_one = ledger.projects
    assert (begun.planned_start, begun.target) == (None, "construction_permit")
    assert [(p.step, str(p.status)) for p in begun.proposals] == [("start", "done")]
    assert (planned_one.planned_start, planned_one.target) == (date(2025, 10, 1), "start")
    assert asked(ledger) == {("started_already", 3, "F")}


@pytest.mark.parametrize("day", ["2025年6月", "6月底", "2025年", "2025年6月下旬"])
def test_a_month_that_has_begun_is_not_over(read: Read, day: str) -> None:
    """The ledger is of 20 June."""
    ledger = read(
        "台账",
        "序号|项目名称|总投资（万元）|建设单位|行业|开工时间",
        f"1|甲镇小学|900|县教育局|教育|{day}",
    )
    [project] = ledger.projects
    assert project.proposals == ()
    assert project.target == "start"
    assert asked(ledger) == set()


def test_what_is_no_name_is_no_project(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研批复",
        f"{PARK}|√",
        "|责任单位：住建局||||",
        "|项目专班：发改局牵头||||",
        "2|乙镇小学|3000|县教育局|教育|√",
        "|1.土建工程|2000|||",
        "|其中征迁部分|1000|||",
        "|以下空白||||",
    )
    assert [p.name for p in ledger.projects] == ["甲镇小学", "乙镇小学"]
    assert [part.name for part in ledger.projects[1].parts] == ["1.土建工程", "其中征迁部分"]


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("请发改局抓紧批复可研", {}),
        ("督促取得施工许可，尽快取得林地批复", {}),
        ("由县发改局完成立项批复；可研通过县政府常务会研究", {}),
        ("已取得环评批复材料清单", {}),
        ("环评报告5月20日通过评审，6月10日取得批复", {}),
        (
            "立项已办理，施工许可未办理",
            {"fs_approval": "done", "construction_permit": "not_started"},
        ),
        (
            "目前立项、环评已办完，能评报省发改委审批",
            {"fs_approval": "done", "eia_report": "done", "energy_review": "in_progress"},
        ),
    ],
)
def test_wishes_are_no_states(read: Read, text: str, proposed: dict[str, str]) -> None:
    ledger = read("台账", f"{KNOWN}|进展情况", f"{PARK}|{text}")
    assert {p.step: str(p.status) for p in ledger.projects[0].proposals} == proposed
    unread = {i.code for i in ledger.issues} & {"prose_unread"}
    assert bool(unread) == (not proposed)


def test_the_rest_of_a_sentence_is_not_passed_over(read: Read) -> None:
    ledger = read("台账", f"{KNOWN}|进展情况", f"{PARK}|可研已批复，施工许可证因消防问题未通过")
    left = [i.raw for i in ledger.issues if i.code == "prose_partly"]
    assert left == ["施工许可证因消防问题未通过"]


def test_the_words_of_a_piece_count_more_than_its_list(read: Read) -> None:
    row = f"{PARK}|可研（编制完成）、立项（过期）|环评（不需要）、能评待报"
    ledger = read("台账", f"{KNOWN}|已办结手续|正在办理手续", row)
    assert {p.step: str(p.status) for p in ledger.projects[0].proposals} == {
        "fs_approval": "in_progress",
        "eia_report": "not_required",
    }
    left = [i.raw for i in ledger.issues if i.code == "prose_partly"]
    assert left == ["立项（过期）", "能评待报"]


def test_what_is_urged_is_no_state(read: Read) -> None:
    ledger = read(
        "台账",
        "序号|项目名称|建设单位|环节|是否办结|督办情况|未办结原因",
        "1|甲镇小学|县教育局|可研批复||已办结|√",
        "||||||",
    )
    assert [str(s.status) for s in ledger.projects[0].steps] == ["unknown"]


# who a project is


@pytest.mark.parametrize(
    ("unit", "heading", "cell", "procedure", "doubt"),
    [
        ("甲县城市建设投资公司", "可研批复", "", "gov_building", set()),
        ("甲子商贸公司", "可研批复", "已办结", "gov_building", {("regime_doubt", 3, "D")}),
        ("甲子商贸公司", "可研批复", "—", "enterprise_filing", set()),
        ("甲子商贸公司", "备案", "已办结", "enterprise_filing", set()),
        ("甲子商贸公司", "核准", "办理中", "enterprise_verification", {("regime_doubt", 3, "D")}),
    ],
)
def test_cells_decide_the_regime_before_the_owner_does(
    read: Read, unit: str, heading: str, cell: str, procedure: str, doubt: set[object]
) -> None:
    ledger = read(
        "台账",
        f"序号|项目名称|总投资（万元）|建设单位|行业|{heading}|环评",
        f"1|甲镇小学|3000|{unit}|教育|{cell}|已办结",
    )
    project = ledger.projects[0]
    assert project.procedure == procedure
    assert states(project)["环评"] == "done"
    assert asked(ledger) == doubt


# what the eye sees


def seen(tmp_path: Path, law: Catalog, paint: Callable[[Any, Any], None]) -> Ledger:
    """Read a plain ledger of three projects after somebody painted in it."""
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        for n, line in enumerate(("台账", f"{KNOWN}|可研批复|环评", PARK)):
            sheet.write_row(n, 0, [_value(text) for text in line.split("|")])
        sheet.write_row(3, 0, (2, "乙镇水厂", 100, "县水利局", "水利"))
        sheet.write_row(4, 0, (3, "丙镇公路", 200, "县交通运输局", "交通"))
        paint(book, sheet)
    return read_ledger(bytes_of(path), path.name, AS_OF, law.in_force(AS_OF), {})


def test_fills_are_states_where_a_legend_explains_them(tmp_path: Path, law: Catalog) -> None:
    def paint(book: Any, sheet: Any) -> None:
        for row, column, colour in ((2, 5, "#00B050"), (2, 6, "#FFFF00"), (3, 5, "#FF0000")):
            sheet.write_blank(row, column, None, book.add_format({"bg_color": colour}))
        sheet.write(3, 6, "已办结", book.add_format({"bg_color": "#FFFF00"}))
        sheet.write(5, 0, "注：绿色为已办结，黄色为正在办理，红色为未启动。")

    ledger = seen(tmp_path, law, paint)
    assert [list(states(p).values()) for p in ledger.projects] == [
        ["done", "in_progress"],
        ["not_started", "done"],
        ["unknown", "unknown"],
    ]
    assert asked(ledger) == set()


def test_a_legend_of_colours_over_empty_cells_is_a_warning(tmp_path: Path, law: Catalog) -> None:
    ledger = seen(tmp_path, law, lambda _, sheet: sheet.write(5, 0, "绿色为已办结，红色为未启动。"))
    assert asked(ledger) == {("colours_unread", 2, "B")}


def test_rows_behind_a_filter_are_read_with_a_warning(tmp_path: Path, law: Catalog) -> None:
    def paint(_: Any, sheet: Any) -> None:
        sheet.autofilter("A2:G5")
        sheet.filter_column("E", "x == 教育")
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_row(4, None, None, {"hidden": True})

    ledger = seen(tmp_path, law, paint)
    assert [p.name for p in ledger.projects] == ["甲镇小学", "乙镇水厂", "丙镇公路"]
    assert asked(ledger) == {("filtered_rows", 4, "B")}
    assert "2" in str(next(i for i in ledger.issues if i.code == "filtered_rows").what)


def test_what_is_struck_through_is_not_read(tmp_path: Path, law: Catalog) -> None:
    def paint(book: Any, sheet: Any) -> None:
        line = book.add_format({"font_strikeout": True})
        for column, text in enumerate((2, "乙镇水厂", 100, "县水利局", "水利", "已办结")):
            sheet.write(3, column, text, line)
        sheet.write(2, 5, "已办结", line)
        sheet.write_rich_string(2, 6, line, "已办结", "办理中")

    ledger = seen(tmp_path, law, paint)
    assert [p.name for p in ledger.projects] == ["甲镇小学", "丙镇公路"]
    assert states(ledger.projects[0]) == {"可研批复": "unknown", "环评": "in_progress"}
    assert asked(ledger) == {
        ("struck_text", 3, "F"),
        ("struck_text", 3, "G"),
        ("struck_rows", 4, "B"),
    }


def test_shares_and_own_marks_are_states(tmp_path: Path, law: Catalog, read: Read) -> None:
    def paint(book: Any, sheet: Any) -> None:
        share = book.add_format({"num_format": "0%"})
        for row, value in ((2, 1), (3, 0.6), (4, 0)):
            sheet.write(row, 5, value, share)

    shares = [states(p)["可研批复"] for p in seen(tmp_path, law, paint).projects]
    assert shares == ["done", "in_progress", "not_started"]
    marks = read(
        "台账",
        f"{KNOWN}|可研批复|环评|能评|用地预审",
        f"{PARK}|●|◐|2|绿灯",
        "图例：●已办结 ◐办理中 2=办理中 绿为已办结",
    )
    assert list(states(marks.projects[0]).values()) == [
        "done",
        "in_progress",
        "in_progress",
        "done",
    ]


# sections and parts


def test_a_package_counts_once_with_its_parts(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研批复",
        "1|县城排水工程（打捆项目）|300|县住建局|市政|已办结",
        "1.1|东片区管网|180|县住建局|市政|已办结",
        "1.2|西片区管网|120|县住建局|市政|办理中",
        "2|甲镇幼儿园|150|县教育局|教育|办理中",
        "合计|2个|450",
    )
    first, second = ledger.projects
    assert [(p.name, p.investment_wan, states_of(p.steps)) for p in first.parts] == [
        ("东片区管网", 180, ["done"]),
        ("西片区管网", 120, ["in_progress"]),
    ]
    assert (first.name, second.name) == ("县城排水工程（打捆项目）", "甲镇幼儿园")
    assert asked(ledger) == {("parts_counted", 3, "B")}


def states_of(steps: Sequence[LedgerStep]) -> list[str]:
    return [str(step.status) for step in steps]


def test_parts_that_do_not_add_up_are_reported(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研批复",
        "1|打捆工程|300|县住建局|市政|已办结",
        "1.1|东片|180|县住建局|市政|已办结",
        "1.2|西片|100|县住建局|市政|已办结",
    )
    assert ("parts_sum", 3, "C") in asked(ledger)


def test_a_head_that_says_nothing_is_a_section_of_its_parts(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研批复",
        "1|排水类",
        "1.1|东片管网|180|县住建局||已办结",
        "1.2|西片管网|100|县住建局||已办结",
    )
    assert [(p.name, p.category) for p in ledger.projects] == [
        ("东片管网", "排水类"),
        ("西片管网", "排水类"),
    ]


def test_a_numeral_in_a_cell_of_its_own_heads_a_section(read: Read) -> None:
    ledger = read(
        "2026年储备项目库",
        "序号|项目名称|投资估算（万元）|建设单位",
        "一|交通水利类|300|",
        "1|甲镇公路|100|县交通运输局",
        "2|乙镇水厂|200|县水利局",
        "二|社会事业|50|",
        "1|丙镇小学|60|县教育局",
    )
    assert [(p.name, p.category, p.investment_wan) for p in ledger.projects] == [
        ("甲镇公路", "交通水利类", 100),
        ("乙镇水厂", "交通水利类", 200),
        ("丙镇小学", "社会事业", 60),
    ]
    assert asked(ledger) == {("total_mismatch", 6, "C")}


def test_a_merged_amount_is_nobodys(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研批复",
        "1|甲镇小学|300|县教育局|教育|已办结",
        "2|乙镇小学||县教育局|教育|已办结",
        "3|丙镇小学|50|县教育局|教育|已办结",
        merges=("C3:C4",),
    )
    assert [p.investment_wan for p in ledger.projects] == [None, None, 50]
    assert asked(ledger) == {("shared_amount", 3, "C"), ("shared_amount", 4, "C")}


@pytest.mark.parametrize("merge", ["A1:F5", "A2:F5"])
def test_a_merge_over_the_whole_sheet_says_nothing_of_its_rows(read: Read, merge: str) -> None:
    lines = (
        "台账",
        f"{KNOWN}|可研批复",
        "1|甲镇小学|300|县教育局|教育|已办结",
        "2|乙镇小学||县教育局||",
        "3|丙镇小学|50|县教育局|教育|",
    )
    plain, merged = read(*lines), read(*lines, merges=(merge,))
    assert [(p.name, p.investment_wan, p.owner_unit) for p in merged.projects] == [
        (p.name, p.investment_wan, p.owner_unit) for p in plain.projects
    ]
    assert [states(p) for p in merged.projects] == [states(p) for p in plain.projects]


# people, starts, forms


@pytest.mark.parametrize(
    ("cell", "leaders"),
    [
        ("县委副书记⏎副县长（分管农业）", ["县委副书记", "副县长（分管农业）"]),
        ("县委副书记,副县长（分管城建）", ["县委副书记", "副县长（分管城建）"]),
        ("常务副县长 副县长（分管交通）", ["常务副县长", "副县长（分管交通）"]),
        ("县委副书记、县长", ["县委副书记、县长"]),
        ("县委常委、副县长", ["县委常委、副县长"]),
        ("县长王刚 副县长李敏", ["县长王刚", "副县长李敏"]),
        ("副县长（农业）、副县长(农业)", ["副县长（农业）"]),
    ],
)
def test_several_offices_are_several_leaders(read: Read, cell: str, leaders: list[str]) -> None:
    ledger = read("台账", f"{KNOWN}|包联领导|可研批复", f"{PARK}|{cell}|已办结")
    assert list(ledger.projects[0].leaders) == leaders
    assert asked(ledger) == ({("two_leaders", 3, "F")} if len(leaders) > 1 else set())


def test_beside_a_planned_start_a_plain_one_is_actual(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|计划开工时间|开工时间",
        f"{PARK}|2025年9月|未开工",
        "2|乙镇小学|100|县教育局|教育|2025年3月|2025年4月12日",
    )
    assert [p.planned_start for p in ledger.projects] == [date(2025, 9, 1), date(2025, 3, 1)]
    assert [states(p) for p in ledger.projects] == [
        {"开工时间": "not_started"},
        {"开工时间": "done"},
    ]


def test_a_form_is_read_by_position_whatever_words_are_in_it(read: Read) -> None:
    ledger = read(
        "重点项目推进方案表",
        "项目名称|丁镇冷链物流园区||建设单位|甲子园区公司",
        "总投资|21000万元||责任单位|县商务局",
        "包保领导|副县长甲||工作专班|园区建设专班",
        "环节|审批部门|办理状态",
        "立项||已办结",
        "可研||办理中",
    )
    assert len(ledger.projects) == 1
    project = ledger.projects[0]
    assert (project.name, project.owner_unit, project.task_force, project.leader) == (
        "丁镇冷链物流园区",
        "甲子园区公司",
        "园区建设专班",
        "副县长甲",
    )
    assert states(project) == {"立项": "done", "可研": "in_progress"}


# layouts


def test_lines_of_plan_and_fact_are_one_project(read: Read) -> None:
    lines = (
        "前期手续计划与实际对照表",
        "序号|项目名称|总投资（万元）|建设单位|类别|可研批复|环评",
        "1|甲镇小学|3000|县教育局|计划|2025-03-31|2025-05-31",
        "|||{unit}|实际|2025-03-25|",
        "2|乙镇小学|100|县教育局|计划|2025-04-15|2025-06-15",
        "{name}|||{unit}|实际|办理中|",
    )
    merged = read(*(line.format(unit="", name="") for line in lines), merges=("B3:B4", "B5:B6"))
    plainly = read(*(line.format(unit="", name="") for line in lines))
    for ledger in (merged, plainly):
        first, second = ledger.projects
        assert (states(first), planned(first)) == (
            {"可研批复": "done", "环评": "unknown"},
            {"可研批复": "2025-03-31", "环评": "2025-05-31"},
        )
        assert states(second) == {"可研批复": "in_progress", "环评": "unknown"}
        assert first.category is None
        assert {code for code, _, _ in asked(ledger)} <= {"name_filled"}


def test_lines_of_last_and_this_week_are_one_project(read: Read) -> None:
    ledger = read(
        "周对比",
        "序号|项目名称|总投资（万元）|建设单位|时段|可研批复|环评",
        "1|甲镇小学|3000|县教育局|上周|未启动|未启动",
        "|甲镇小学||县教育局|本周|已办结|办理中",
    )
    assert [states(p) for p in ledger.projects] == [{"可研批复": "done", "环评": "in_progress"}]


def test_a_sheet_with_a_column_a_project_is_turned(read: Read) -> None:
    ledger = read(
        "重点项目横排对照表（单位：万元）",
        "项目名称|甲镇小学|乙镇水厂|丙镇公路",
        "总投资|3000|100|200",
        "建设单位|县教育局|县水利局|县交通运输局",
        "可研批复|已办结|办理中|快了",
        "环评|2025-02-30|未启动|×",
        "完成时限|2025-09-30|2025-10-31|2025-12-31",
    )
    assert [(p.name, p.investment_wan, str(p.deadline)) for p in ledger.projects] == [
        ("甲镇小学", 3000, "2025-09-30"),
        ("乙镇水厂", 100, "2025-10-31"),
        ("丙镇公路", 200, "2025-12-31"),
    ]
    assert states(ledger.projects[1]) == {"可研批复": "in_progress", "环评": "not_started"}
    assert asked(ledger) == {("unknown_status", 5, "D"), ("bad_date", 6, "B")}
    bad = ledger.rows_with_errors
    assert [bool({(p.sheet, row) for row in p.rows} & bad) for p in ledger.projects] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("节点1|节点1时限|节点2|节点2时限", "可研批复|2025-05-31|施工许可|2025-09-30"),
        ("5月|6月|7月|8月|9月", "完成可研批复||||取得施工许可证"),
        ("工作目标", "1.5月底前完成可研批复；2.9月底前取得施工许可证"),
    ],
)
def test_steps_that_stand_in_cells_have_planned_days(read: Read, heading: str, line: str) -> None:
    ledger = read("2025年重点项目推进表", f"{KNOWN}|{heading}", f"{PARK}|{line}")
    steps = {s.step: (str(s.status), str(s.planned)) for s in ledger.projects[0].steps}
    assert steps == {
        "fs_approval": ("unknown", "2025-05-31"),
        "construction_permit": ("unknown", "2025-09-30"),
    }
    assert asked(ledger) == set()


def test_a_day_beside_a_goal_is_that_of_the_goal(read: Read) -> None:
    ledger = read("台账", f"{KNOWN}|工作目标|时间节点", f"{PARK}|完成可研批复|2025年8月底")
    project = ledger.projects[0]
    assert (project.deadline, planned(project)) == (None, {"完成可研批复": "2025-08-31"})


def test_bars_over_months_are_planned_spans(read: Read) -> None:
    ledger = read(
        "2025年重点项目横道图",
        "序号|项目名称|建设单位|手续名称|5月|6月|7月|8月",
        "1|甲镇小学|县教育局|可研批复|■|■||",
        "||县教育局|环评||█|█|█",
        merges=("B3:B4",),
    )
    assert planned(ledger.projects[0]) == {"可研批复": "2025-06-30", "环评": "2025-08-31"}
    assert set(states(ledger.projects[0]).values()) == {"unknown"}


# prose


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        (
            "已完成可研批复，正在办理用地预审",
            {"fs_approval": "done", "site_preapproval": "in_progress"},
        ),
        (
            "环评报告正在编制；可研报告编制完成",
            {"eia_form": "in_progress", "fs_approval": "in_progress"},
        ),
        ("因占用林地，用地预审被退回补正，计划7月底前重新上报", {"site_preapproval": "returned"}),
        ("2025年5月20日取得施工许可证", {"construction_permit": "done"}),
        ("可研已批、初设在编", {"fs_approval": "done", "prelim_approval": "in_progress"}),
        ("立项、可研已办结", {"project_proposal": "done", "fs_approval": "done"}),
        (
            "施工许可未启动，环评无需办理",
            {"construction_permit": "not_started", "eia_form": "not_required"},
        ),
        ("计划6月底前完成可研批复", {}),
        ("用地预审未批，可研基本完成", {}),
        ("主体施工至二层，完成总工程量的45%", {}),
    ],
)
def test_prose_proposes_and_records_nothing(
    read: Read, text: str, proposed: dict[str, str]
) -> None:
    ledger = read("台账", f"{KNOWN}|环评类别|前期手续进展情况", f"{PARK}|报告表|{text}")
    project = ledger.projects[0]
    assert {p.step: str(p.status) for p in project.proposals} == proposed
    assert all(p.words in text and (p.row, p.column) == (3, "G") for p in project.proposals)
    assert states(project) == {}


def test_columns_that_list_steps_propose_their_state(read: Read) -> None:
    ledger = read(
        "手续台账",
        f"{KNOWN}|已办理手续|正在办理手续|未办理手续",
        f"{PARK}|项目建议书、可研（2025.3.5）|环评、用地报批（已完成）|施工许可证，如需招投标",
        "2|乙镇小学|900|县教育局|教育|无|/|",
    )
    told = [{p.step: (str(p.status), p.day) for p in each.proposals} for each in ledger.projects]
    assert told == [
        {
            "project_proposal": ("done", None),
            "fs_approval": ("done", date(2025, 3, 5)),
            "eia_report": ("in_progress", None),
            "land_approval": ("done", None),
            "construction_permit": ("not_started", None),
        },
        {},
    ]
    assert all(project.steps == () for project in ledger.projects)


def test_a_day_in_prose_is_kept_and_a_month_is_none(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|工作进展",
        f"{PARK}|2025年5月20日取得可研批复",
        "2|乙镇小学|100|县教育局|教育|5月份取得可研批复",
    )
    assert [p.proposals[0].day for p in ledger.projects] == [date(2025, 5, 20), None]


# what a new user found


@pytest.mark.parametrize(
    ("legend", "cell", "status", "doubt"),
    [
        ("说明：√为已完成，○为正在办，△为卡住，—为还没开始", "—", "not_started", None),
        ("说明：√为已完成，○为正在办，△为卡住，—为还没开始", "△", "unknown", "unknown_status"),
        ("图例：绿色 已办结 黄色 办理中 红色 受阻", "黄", "in_progress", None),
        ("图例：绿色 已办结 黄色 办理中 红色 受阻", "红", "unknown", "unknown_status"),
    ],
)
def test_a_mark_never_means_more_than_its_legend(
    read: Read, legend: str, cell: str, status: str, doubt: str | None
) -> None:
    ledger = read("台账", f"{KNOWN}|可研批复|环评", f"{PARK}|已办结|{cell}", legend)
    assert states(ledger.projects[0])["环评"] == status
    assert {code for code, _, _ in asked(ledger)} == ({doubt} if doubt else set())


def test_a_stroke_under_a_permit_finishes_no_project(read: Read) -> None:
    ledger = read("台账", f"{KNOWN}|环评|施工许可证", f"{PARK}|—|—")
    assert states(ledger.projects[0]) == {"环评": "not_required", "施工许可证": "unknown"}
    assert asked(ledger) == {("stroke_doubt", 3, "G")}


def test_drawing_is_no_review_of_drawings(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|施工图设计|施工图审查",
        f"{PARK}|√|",
        "2|乙镇小学|9|县教育局|教育|√|未送审",
    )
    assert [s.status for s in ledger.projects[0].steps] == ["in_progress"]


def test_all_steps_with_a_day_are_a_deadline(read: Read) -> None:
    ledger = read("台账", f"{KNOWN}|计划开工时间|前期手续完成时间", f"{PARK}|2025年12月|10月底")
    assert ledger.projects[0].deadline == date(2025, 10, 31)


@pytest.mark.parametrize(
    ("name", "procedure"),
    [
        ("清河县第一小学", "gov_building"),
        ("柳河镇敬老院", "gov_building"),
        ("河东大桥", "gov_road"),
        ("河西客运站", "gov_building"),
        ("水库移民安置房", "gov_building"),
        ("农业学校", "gov_building"),
        ("甲河治理工程", "gov_water"),
    ],
)
def test_the_end_of_a_name_says_what_is_built(read: Read, name: str, procedure: str) -> None:
    ledger = read(
        "台账", "序号|项目名称|总投资（万元）|建设单位|可研批复", f"1|{name}|300|县政府办|已办结"
    )
    assert ledger.projects[0].procedure == procedure
    assert "procedure_assumed" in {i.code for i in ledger.issues}


def test_work_and_approval_under_one_heading(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研||环评|",
        "|||||编制|批复|编制|批复",
        f"{PARK}|已完成|已批|已完成|",
        merges=("F2:G2", "H2:I2", "B2:B3"),
    )
    assert states(ledger.projects[0]) == {"可研": "done", "环评": "in_progress"}


def test_a_section_that_counts_its_projects_is_none(read: Read) -> None:
    ledger = read(
        "台账",
        "类别|序号|项目名称|总投资（万元）|建设单位|可研批复",
        "一|交通类|2个|300",
        "|1|甲镇公路|100|县交通运输局|已办结",
        "|2|乙镇公路|200|县交通运输局|办理中",
    )
    assert [(p.name, p.category) for p in ledger.projects] == [
        ("甲镇公路", "交通类"),
        ("乙镇公路", "交通类"),
    ]


def test_an_approval_that_lapsed_is_asked_about(read: Read) -> None:
    for cell in ("已批，批文过期", "已批，批文已失效", "已办结（批文丢失）"):
        ledger = read("台账", f"{KNOWN}|可研批复|环评", f"{PARK}|{cell}|×")
        assert states(ledger.projects[0])["可研批复"] == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "计划6月底前完成环评批复，7月取得施工许可证",
        "施工许可证办理过程中已完成图审",
        "可研批复已过期",
        "初设6月30日批复",
        "除施工许可外手续全部办结",
        "因环评未批复",
        "未取得可研批复",
        "已具备取得规划许可证条件",
        "施工许可已办结60%",
        "可研初稿已完成",
        "环评批复、能评批复还未拿到",
        "规划许可证待取得",
    ],
)
def test_prose_in_doubt_proposes_nothing_and_says_so(read: Read, text: str) -> None:
    ledger = read("台账", f"{KNOWN}|前期手续进展情况", f"{PARK}|{text}")
    assert ledger.projects[0].proposals == ()
    assert asked(ledger) == {("prose_unread", 3, "F")}


def test_names_that_end_with_their_line_are_one_project(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研批复",
        "1|甲镇小学（计划）|300|县教育局|教育|2025-03-31",
        "2|甲镇小学（实际）|300|县教育局|教育|2025-03-25",
    )
    assert [(p.name, states(p), planned(p)) for p in ledger.projects] == [
        ("甲镇小学", {"可研批复": "done"}, {"可研批复": "2025-03-31"})
    ]


def test_the_same_as_above_is_what_stands_above(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|包联领导|可研批复",
        f"{PARK}|副县长甲|已办结",
        "2|乙镇小学|9|同上|〃|同上|未批复",
    )
    assert [(p.leader, p.owner_unit) for p in ledger.projects] == [("副县长甲", "县教育局")] * 2


def test_projects_that_were_taken_off_are_named(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研批复",
        PARK + "|已办结",
        "（二）已取消项目",
        "1|乙镇小学|9|县教育局|教育|×",
    )
    assert ("gone_section", 4, "A") in asked(ledger)


def test_a_state_that_speaks_of_several_steps_is_a_proposal(read: Read) -> None:
    ledger = read("台账", f"{KNOWN}|立项", f"{PARK}|可研已批、初设在编")
    project = ledger.projects[0]
    assert {p.step: str(p.status) for p in project.proposals} == {
        "fs_approval": "done",
        "prelim_approval": "in_progress",
    }
    assert asked(ledger) == {("unknown_status", 3, "F")}


def test_a_painted_legend_explains_fills(tmp_path: Path, law: Catalog) -> None:
    def paint(book: Any, sheet: Any) -> None:
        green, red = (book.add_format({"bg_color": each}) for each in ("#00B050", "#FF0000"))
        for row, column, colour in ((2, 5, green), (2, 6, red), (6, 1, green), (6, 3, red)):
            sheet.write_blank(row, column, None, colour)
        for column, text in ((0, "图例："), (2, "已办结"), (4, "卡住了")):
            sheet.write(6, column, text)

    ledger = seen(tmp_path, law, paint)
    assert states(ledger.projects[0]) == {"可研批复": "done", "环评": "unknown"}
    assert asked(ledger) == {("unknown_status", 3, "G")}


def test_fills_that_nothing_explains_are_a_warning(tmp_path: Path, law: Catalog) -> None:
    def paint(book: Any, sheet: Any) -> None:
        sheet.write_blank(2, 5, None, book.add_format({"bg_color": "#00B050"}))

    assert asked(seen(tmp_path, law, paint)) == {("colours_unread", 3, "F")}


@pytest.mark.parametrize(
    "heading", ["是否具备开工条件", "能否按期开工", "是否可办理施工许可", "是否已申报环评"]
)
def test_a_question_of_readiness_is_no_state(read: Read, heading: str) -> None:
    ledger = read("台账", f"{KNOWN}|可研批复|{heading}", f"{PARK}|已办结|是")
    assert states(ledger.projects[0]) == {"可研批复": "done"}


def test_a_day_of_handing_in_is_no_plan(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研上报时间|可研批复时间|环评受理时间|环评批复时间",
        f"{PARK}|2025.3.1|2025.4.1|2025.4.10|",
    )
    steps = {s.step: (str(s.status), s.planned) for s in ledger.projects[0].steps}
    assert steps["fs_approval"] == ("done", None)
    assert [steps[s] for s in steps if s.startswith("eia")] == [("in_progress", None)]


def test_a_name_of_a_group_without_a_number_is_a_section(read: Read) -> None:
    ledger = read(
        "台账",
        f"{KNOWN}|可研批复",
        "|交通类",
        PARK + "|已办结",
        "|续建项目",
        "2|乙镇小学|9|县教育局||×",
    )
    assert [(p.name, p.category) for p in ledger.projects] == [
        ("甲镇小学", "教育"),
        ("乙镇小学", "续建项目"),
    ]


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("可研批复", "初设已批复"), ("土地", "用地预审已批"), ("消防", "消防验收已完成")],
)
def test_a_cell_that_names_another_step_is_asked_about(read: Read, heading: str, cell: str) -> None:
    ledger = read("台账", f"{KNOWN}|{heading}|环评", f"{PARK}|{cell}|×")
    assert states(ledger.projects[0])[heading] == "unknown"
    assert ("unknown_status", 3, "F") in asked(ledger)


def test_an_approval_says_which_regime_it_is(read: Read) -> None:
    ledger = read(
        "台账",
        "序号|项目名称|总投资（万元）|建设单位|行业|立项情况",
        "1|甲镇风电|3000|某某新能源有限公司|能源|已核准",
    )
    project = ledger.projects[0]
    assert (project.procedure, project.steps[0].step) == (
        "enterprise_verification",
        "hz_approval",
    )


def test_number_and_day_share_a_cell(read: Read) -> None:
    ledger = read(
        "台账", f"{KNOWN}|可研批复（文号及时间）", f"{PARK}|县发改〔2024〕56号（2024年11月3日）"
    )
    step = ledger.projects[0].steps[0]
    assert (step.document_no, step.actual) == ("县发改〔2024〕56号", date(2024, 11, 3))


SHORT = "序号|项目名称|总投资|建设单位|行业|立项"


def test_the_same_heading_under_another_title_begins_another_table(read: Read) -> None:
    """Its unit, its year and its legend are its own; a page printed on is none."""
    ledger = read(
        "政府投资项目表（单位：万元）",
        SHORT,
        "1|甲镇小学|3500|县教育局|教育|",
        "",
        "企业投资项目表（单位：亿元）",
        SHORT,
        "1|乙镇饲料厂|2|某公司|农业|",
        "2|丙镇冷库|12|某公司|农业|",
    )
    assert [p.investment_wan for p in ledger.projects] == [3500, 20_000, 120_000]
    years = read(
        "2024年重点项目（单位：万元）",
        SHORT,
        "1|甲镇小学|3500|县教育局|教育|3月5日批复",
        "2025年重点项目（单位：万元）",
        SHORT,
        "1|乙镇小学|2000|县教育局|教育|3月5日批复",
    )
    days = [p.steps[0].actual for p in years.projects]
    assert days == [date(2024, 3, 5), date(2025, 3, 5)]
    printed_on = read(
        "重点项目表（单位：万元）",
        SHORT,
        "1|甲镇小学|3500|县教育局|教育|",
        "二、产业类",
        SHORT,
        "2|乙镇饲料厂|2|某公司|农业|",
    )
    assert [p.investment_wan for p in printed_on.projects] == [3500, 2]


def test_a_planned_day_of_the_target_stands_beside_the_deadline(read: Read) -> None:
    ledger = read(
        "序号|项目名称|总投资（万元）|建设单位|行业|施工许可计划完成时间|完成时限",
        "1|甲镇小学|3000|县教育局|教育|2025-07-31|2028-06-30",
        "2|乙镇小学|3000|县教育局|教育|2028-06-30|2028-06-30",
    )
    first, second = ledger.projects
    assert first.deadline == date(2028, 6, 30)
    assert list(first.due.values()) == [date(2025, 7, 31)]
    assert (second.deadline, dict(second.due)) == (date(2028, 6, 30), {})
