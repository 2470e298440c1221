"""Ledgers as strangers made them, to find what is read as something that it does not say."""

from datetime import date

import pytest

from tests.ledger.test_kinds import KNOWN, PARK, Read, asked, planned, read, states
from tracker.ledger.model import Ledger

__all__ = ["read"]
TITLE = "2025年重点项目前期手续办理情况"


def codes(ledger: Ledger, column: str) -> set[str]:
    return {issue.code for issue in ledger.issues if issue.column == column}


@pytest.mark.parametrize(
    "asks",
    ["是否逾期", "是否滞后", "是否需协调", "是否容缺", "是否具备条件", "能否7月办结", "是否未办"],
)
@pytest.mark.parametrize("answer", ["是", "否", "√"])
def test_a_question_about_a_step_is_no_state(read: Read, asks: str, answer: str) -> None:
    groups = f"{KNOWN}|立项|"
    ledger = read(TITLE, groups, f"|||||状态|{asks}", f"{PARK}|已办|{answer}", merges=["F2:G2"])
    assert list(states(ledger.projects[0]).values()) == ["done"]
    alone = read(TITLE, groups, f"|||||{asks}|文号", f"{PARK}|{answer}|", merges=["F2:G2"])
    assert set(states(alone.projects[0]).values()) <= {"unknown"}


@pytest.mark.parametrize(("answer", "status"), [("否", "not_required"), ("是", "unknown")])
def test_whether_a_step_is_needed_is_asked_below_its_name(
    read: Read, answer: str, status: str
) -> None:
    for asks in ("是否涉及", "是否需要"):
        ledger = read(
            TITLE, f"{KNOWN}|能评|", f"|||||{asks}|状态", f"{PARK}|{answer}|", merges=["F2:G2"]
        )
        assert set(states(ledger.projects[0]).values()) == {status}


def test_a_long_table_keeps_delays_and_states_apart(read: Read) -> None:
    ledger = read(
        TITLE,
        "项目名称|建设单位|手续名称|是否滞后|完成情况",
        "甲镇小学|县教育局|立项|否|已办",
        "甲镇小学|县教育局|用地预审|是|在办",
    )
    assert list(states(ledger.projects[0]).values()) == ["done", "in_progress"]


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "环评（缺）",
            "用地预审（滞后）",
            "稳评（逾期）",
            "开工（计划）",
        ),
        *("环评（一期）", "施工许可（临时）", "选址论证", "水资源论证"),
    ],
)
def test_a_heading_with_a_sense_of_its_own_is_asked_about(read: Read, heading: str) -> None:
    ledger = read(TITLE, f"{KNOWN}|{heading}", f"{PARK}|√")
    assert "done" not in states(ledger.projects[0]).values()
    assert {"unknown_column", "plan_or_actual"} & codes(ledger, "F")


TICKED = ("done", "in_progress", "not_started")


@pytest.mark.parametrize("tick", ["√", "是", "1"])
def test_ticks_stand_below_a_state(read: Read, tick: str) -> None:
    states_ = "已办|在办|未办"
    rows = [
        f"{n}|项目{n}|900|县教育局|教育|{'|'.join(tick if k == n else '' for k in (1, 2, 3))}"
        for n in (1, 2, 3)
    ]
    below = read(TITLE, f"{KNOWN}|立项||", f"|||||{states_}", *rows, merges=["F2:H2"])
    beside = read(TITLE, f"{KNOWN}|立项（已办）|立项（在办）|立项（未办）", *rows)
    for ledger in (below, beside):
        for project, status in zip(ledger.projects, TICKED, strict=True):
            said = {str(s.status) for s in project.steps} - {"unknown"}
            assert said == {status}


def test_months_and_steps_alone_make_a_heading(read: Read) -> None:
    months = read("2025年计划", "项目名称|1月|2月|3月|4月", "甲镇小学|完成立项||可研批复|")
    assert planned(months.projects[0]) == {"完成立项": "2025-01-31", "可研批复": "2025-03-31"}
    groups = read(
        "前期手续台账",
        "序号|项目名称|手续办理||",
        "||立项|环评|施工许可",
        "1|甲镇小学|已办|在办|未办",
        merges=["C2:E2"],
    )
    assert list(states(groups.projects[0]).values()) == ["done", "in_progress", "not_started"]


@pytest.mark.parametrize("heading", ["环评目标", "计划环评", "用地预审计划时间"])
@pytest.mark.parametrize("word", ["已批", "√", "办结"])
def test_a_target_sets_no_state(read: Read, heading: str, word: str) -> None:
    ledger = read(TITLE, f"{KNOWN}|{heading}", f"{PARK}|{word}")
    assert set(states(ledger.projects[0]).values()) <= {"unknown"}
    assert codes(ledger, "F") & {"state_in_plan", "unknown_column"}


@pytest.mark.parametrize("begins", ["开始时间", "启动时间", "起始时间"])
def test_the_day_on_which_work_began_ends_nothing(read: Read, begins: str) -> None:
    ledger = read(
        TITLE,
        f"{KNOWN}|环评||立项|",
        f"|||||{begins}|完成时间|{begins}|完成时间",
        f"{PARK}|2025年3月1日||2025年3月1日|2025年5月1日",
        merges=["F2:G2", "H2:I2"],
    )
    steps = {s.heading: (str(s.status), s.actual) for s in ledger.projects[0].steps}
    assert steps == {"环评": ("in_progress", None), "立项": ("done", date(2025, 5, 1))}


@pytest.mark.parametrize("cell", ["已办1/2", "已办3/5", "完成2/3", "3/4已办", "已办5-6"])
def test_a_fraction_is_no_day(read: Read, cell: str) -> None:
    ledger = read(TITLE, f"{KNOWN}|立项", f"{PARK}|{cell}")
    step = ledger.projects[0].steps[0]
    assert (str(step.status), step.actual) == ("unknown", None)
    assert "unknown_status" in codes(ledger, "F")


def test_lines_of_groups_and_of_figures_are_no_projects(read: Read) -> None:
    ledger = read(
        TITLE,
        "序号|项目名称|总投资（万元）|包保领导|立项|环评",
        "|续建项目|2000|||",
        "1|甲镇小学|3000|副县长|√|√",
        "2|乙镇小学|3000|副县长|√|√",
        "|其中：教学楼|1000|||",
        "|食堂|2000|||",
        "3|丙镇路|3000|副县长|√|√",
        "|（1）一标段|1000|||",
        "|（2）二标段|2000|||",
        "4|丁镇路|3000|副县长|√|√",
        "|戊镇|5000|||",
        "|完成率|||100%|75%",
        "|平均||2|66%|50%",
        "|较上周增加|||1|",
    )
    names = [project.name for project in ledger.projects]
    assert names == ["甲镇小学", "乙镇小学", "丙镇路", "丁镇路", "戊镇"]
    assert [len(project.parts) for project in ledger.projects] == [0, 2, 2, 0, 0]
    assert "unnumbered" in {i.code for i in ledger.issues if i.row == 12}


@pytest.mark.parametrize(
    ("title", "heading", "year"),
    [
        ("2025年重点项目", "立项批复时间（2024年）", 2024),
        ("2025年重点项目", "立项批复时间（24年办理）", 2024),
        ("2024年度重点项目手续办理情况（更新至2025年6月）", "立项批复时间", 2024),
        ("重点项目手续办理情况（2025年6月）", "2024年立项批复时间", 2024),
    ],
)
def test_a_year_of_a_column_counts(read: Read, title: str, heading: str, year: int) -> None:
    ledger = read(title, f"{KNOWN}|{heading}", f"{PARK}|3月5日")
    assert ledger.projects[0].steps[0].actual == date(year, 3, 5)


def test_money_of_other_groups_is_not_the_total(read: Read) -> None:
    heading = "序号|项目名称|建设单位|行业|总投资（万元）|2025年计划|1-6月完成情况|"
    ledger = read(
        TITLE,
        heading,
        "|||||投资额|投资额|形象进度",
        "1|甲镇小学|县教育局|教育||3000|300|",
        "2|乙镇小学|县教育局|教育|900|3000|300|",
        merges=["G2:H2"],
    )
    assert [project.investment_wan for project in ledger.projects] == [None, 900]


def test_days_and_leaders_of_problems_are_not_the_projects(read: Read) -> None:
    ledger = read(
        TITLE,
        f"{KNOWN}|包保领导|问题整改|||下一步完成时限",
        "||||||问题|责任领导|完成时限|",
        f"{PARK}|副县长|缺土地|县长|2025年7月15日|2025年7月30日",
        merges=["G2:I2"],
    )
    project = ledger.projects[0]
    assert (project.deadline, project.leaders) == (None, ("副县长",))


def test_who_led_before_does_not_lead_now(read: Read) -> None:
    ledger = read(TITLE, f"{KNOWN}|原包保领导|现包保领导", f"{PARK}|县长|副县长")
    assert ledger.projects[0].leaders == ("副县长",)
    assert not asked(ledger)


def test_the_plan_before_an_adjustment_is_no_start(read: Read) -> None:
    ledger = read(TITLE, f"{KNOWN}|环评调整前|环评调整后", f"{PARK}|2025年3月1日|2025年9月1日")
    assert planned(ledger.projects[0]) == {"环评调整后": "2025-09-01"}
    assert set(states(ledger.projects[0]).values()) == {"unknown"}
