"""What a cell says: a table of literals and what each must become."""

from datetime import date

import pytest

from tracker.ledger.values.codes import problem_of_code
from tracker.ledger.values.dates import DayRole, read_day
from tracker.ledger.values.money import ODD, read_amount, unit_in, unit_of_sheet
from tracker.ledger.values.people import read_leaders
from tracker.ledger.values.rules import CellRules, Sense, Status
from tracker.ledger.values.statuses import read_status
from tracker.ledger.values.words import name_text, plain, shown

AS_OF = date(2025, 6, 20)
END, START = DayRole.END, DayRole.START


@pytest.mark.parametrize(
    ("cell", "end", "start"),
    [
        ("2025-06-30", "2025-06-30", "2025-06-30"),
        ("2025.6.30", "2025-06-30", "2025-06-30"),
        ("2025/6/30", "2025-06-30", "2025-06-30"),
        ("25/6/30", "2025-06-30", "2025-06-30"),
        ("2025年6月30日", "2025-06-30", "2025-06-30"),
        ("２０２５年６月３０日", "2025-06-30", "2025-06-30"),
        ("2025年6月30日前", "2025-06-30", "2025-06-30"),
        ("20250630", "2025-06-30", "2025-06-30"),
        ("6月30日", "2025-06-30", "2025-06-30"),
        ("6.30", "2025-06-30", "2025-06-30"),
        ("6月底", "2025-06-30", "2025-06-30"),
        ("6月底前", "2025-06-30", "2025-06-30"),
        ("6月末", "2025-06-30", "2025-06-30"),
        ("2025年9月底前", "2025-09-30", "2025-09-30"),
        ("2026年2月底", "2026-02-28", "2026-02-28"),
        ("2025年6月", "2025-06-30", "2025-06-01"),
        ("2025-6", "2025-06-30", "2025-06-01"),
        ("2025.6", "2025-06-30", "2025-06-01"),
        ("9月", "2025-09-30", "2025-09-01"),
        ("9月份", "2025-09-30", "2025-09-01"),
        ("6月上旬", "2025-06-10", "2025-06-01"),
        ("6月中旬", "2025-06-20", "2025-06-11"),
        ("2025年2月下旬", "2025-02-28", "2025-02-21"),
        ("三季度", "2025-09-30", "2025-07-01"),
        ("第三季度", "2025-09-30", "2025-07-01"),
        ("2026年1季度", "2026-03-31", "2026-01-01"),
        ("上半年", "2025-06-30", "2025-01-01"),
        ("2025年下半年", "2025-12-31", "2025-07-01"),
        ("年底", "2025-12-31", "2025-12-31"),
        ("年底前", "2025-12-31", "2025-12-31"),
        ("2025年底", "2025-12-31", "2025-12-31"),
        ("2026年", "2026-12-31", "2026-01-01"),
        (45838.0, "2025-06-30", "2025-06-30"),
        (20250630.0, "2025-06-30", "2025-06-30"),
        (date(2025, 6, 30), "2025-06-30", "2025-06-30"),
        ("6月\n30日", "2025-06-30", "2025-06-30"),
        ("6-30", "2025-06-30", "2025-06-30"),
        ("25年6月", "2025-06-30", "2025-06-01"),
        ("六月底前", "2025-06-30", "2025-06-30"),
        ("十二月底", "2025-12-31", "2025-12-31"),
        ("预计6月底", "2025-06-30", "2025-06-30"),
        ("2025年6月底前完成", "2025-06-30", "2025-06-30"),
        ("2025年6月30日（星期一）", "2025-06-30", "2025-06-30"),
    ],
)
def test_a_day_is_read_as_the_end_or_the_start_of_its_period(
    cell: object, end: str, start: str
) -> None:
    assert str(read_day(cell, END, AS_OF).day) == end
    assert str(read_day(cell, START, AS_OF).day) == start


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("2025-02-30", "bad_date"),
        ("2025年13月", "bad_date"),
        ("2025年6月31日", "bad_date"),
        ("下周", "relative_date"),
        ("春节前", "relative_date"),
        ("国庆节前", "relative_date"),
        ("近期", "relative_date"),
        ("10天内", "relative_date"),
        ("待定", "undecided_date"),
        ("抓紧办", "relative_date"),
        (6.3, "bad_date"),
        (2025.6, "bad_date"),
        (45678.5, "bad_date"),
        (True, "relative_date"),
        (2025.0, "bad_date"),
        ("30/06/25", "bad_date"),
        ("06/07/25", "bad_date"),
        ("2205年6月底前", "bad_date"),
        ("2041.6", "bad_date"),
        (date(1900, 1, 6), "bad_date"),
        ("1990.1.1", "bad_date"),
    ],
)
def test_what_is_no_certain_day_is_asked_about_and_never_guessed(
    cell: object, problem: str
) -> None:
    reading = read_day(cell, END, AS_OF)
    assert (reading.day, reading.problem) == (None, problem)


def test_an_empty_cell_is_no_problem() -> None:
    assert read_day(None, END, AS_OF).problem is None


@pytest.mark.parametrize(
    ("cell", "unit", "wan"),
    [
        (1200.0, "万元", 1200),
        (1200.0, "元", 0.12),
        (1.2, "亿元", 12_000),
        ("8,450", "万元", 8450),
        ("8，450", "万元", 8450),
        ("1200万", "元", 1200),
        ("1200万元", "亿元", 1200),
        ("0.12亿", "万元", 1200),
        ("1.2亿元", "万元", 12_000),
        ("１２００", "万元", 1200),
        ("3000000元", "万元", 300),
        (0.0, "万元", 0),
        ("￥5000", "万元", 5000),
        ("1亿2000万", "万元", 12_000),
        ("1,234,567", "元", 123.4567),
    ],
)
def test_an_amount_is_read_in_its_own_unit_first(cell: object, unit: str, wan: float) -> None:
    found = read_amount(cell, unit)
    assert (found.wan, found.problem) == (pytest.approx(wan), None)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("待定", "undecided_amount"),
        ("/", "undecided_amount"),
        ("1000-1200", "bad_amount"),
        ("很多", "bad_amount"),
        ("3，5亿元", "bad_amount"),
        ("5,00", "bad_amount"),
        (-5.0, "bad_amount"),
        (True, "bad_amount"),
    ],
)
def test_what_is_no_certain_amount_is_empty_and_reported(cell: object, problem: str) -> None:
    found = read_amount(cell, "万元")
    assert (found.wan, found.problem) == (None, problem)


def test_a_rough_amount_is_kept_with_a_warning() -> None:
    found = read_amount("约1200万元", "万元")
    assert (found.wan, found.problem) == (1200, "about_amount")


def test_a_unit_is_found_in_a_heading() -> None:
    headings = (
        "总投资（万元）",
        "投资(亿元)",
        "总投资（亿）",
        "总投资",
        "总投资（百万元）",
        "总投资（千元）",
        "总投资（万美元）",
    )
    assert [unit_in(text) for text in headings] == ["万元", "亿元", "亿元", None, ODD, ODD, ODD]


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("单位：万元", "万元"),
        ("金额单位：亿元", "亿元"),
        ("金额：亿元", "亿元"),
        ("单位（元）", "元"),
        ("单位：千元", ODD),
        ("填报单位：元谋县发展和改革局", None),
        ("单位：元江县发改局", None),
        ("单位：万元  填报单位：广元市发改局", "万元"),
    ],
)
def test_the_unit_of_a_sheet_is_not_taken_from_an_office(cell: str, unit: str | None) -> None:
    assert unit_of_sheet(cell) == unit


@pytest.mark.parametrize(
    ("cell", "status", "day"),
    [
        ("已办结", Status.DONE, None),
        ("√", Status.DONE, None),
        ("已 办 结", Status.DONE, None),
        ("办理中", Status.IN_PROGRESS, None),
        ("未启动", Status.NOT_STARTED, None),
        ("×", Status.NOT_STARTED, None),
        ("不需要", Status.NOT_REQUIRED, None),
        ("—", Status.NOT_REQUIRED, None),
        ("/", Status.NOT_REQUIRED, None),
        ("补正", Status.RETURNED, None),
        ("暂停", Status.SUSPENDED, None),
        (True, Status.DONE, None),
        ("办理中（6.10受理）", Status.IN_PROGRESS, "2025-06-10"),
        ("办理中(11.15受理)", Status.IN_PROGRESS, None),
        ("已办结（2025年5月6日）", Status.DONE, "2025-05-06"),
        (date(2025, 5, 6), Status.DONE, "2025-05-06"),
        ("2025.5.6", Status.DONE, "2025-05-06"),
        ("2025-05-06", Status.DONE, "2025-05-06"),
        (45783.0, Status.DONE, "2025-05-06"),
        ("示发改〔2025〕12号", Status.DONE, None),
        (date(2025, 7, 1), Status.UNKNOWN, None),
        ("9月底前", Status.UNKNOWN, None),
        ("已办结2025.5.3", Status.DONE, "2025-05-03"),
        ("2025年5月3日批复", Status.DONE, "2025-05-03"),
        ("办理完毕", Status.DONE, None),
        ("已报批", Status.IN_PROGRESS, None),
        ("——", Status.NOT_REQUIRED, None),
    ],
)
def test_a_status_is_read_with_its_day(cell: object, status: Status, day: str | None) -> None:
    found = read_status(cell, CellRules(as_of=AS_OF))
    assert (found.status, str(found.day) if found.day else None) == (status, day)


def test_a_document_number_means_done_and_is_kept() -> None:
    assert (
        read_status("示发改〔2025〕12号", CellRules(as_of=AS_OF)).document == "示发改〔2025〕12号"
    )


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("快了", "unknown_status"),
        ("2025年2月30日", "bad_date"),
        (date(2025, 7, 1), "future_day"),
        (None, "status_blank"),
        (1.0, "unknown_status"),
        ("5月底前", "promised_day"),
        ("5月", "unknown_status"),
        ("13812345678", "unknown_status"),
        ("----------", "unknown_status"),
        ("退回示发改〔2025〕12号", "unknown_status"),
        ("拟报示发改〔2025〕3号", "unknown_status"),
        ("已办结（未盖章）", "unknown_status"),
        ("已办结（部分）", "unknown_status"),
        ("已办结（2025年9月10日）", "future_done"),
    ],
)
def test_an_unclear_status_is_asked_about(cell: object, problem: str) -> None:
    assert read_status(cell, CellRules(as_of=AS_OF)).problem == problem


@pytest.mark.parametrize(
    ("cell", "leaders"),
    [
        ("副县长（分管农业）", 1),
        ("县委常委、常务副县长", 1),
        ("副县长（分管城建、交通）", 1),
        ("副县长（分管农业）、副县长（分管城建）", 2),
        ("副县长（分管农业）\n县政协副主席", 2),
        ("", 0),
        (None, 0),
        ("县长/县委副书记", 2),
        ("县委常委、宣传部部长，副县长（分管文旅）", 2),
        ("副县长（分管农业）\n13812345678", 1),
    ],
)
def test_titles_of_one_leader_are_not_two_leaders(cell: object, leaders: int) -> None:
    assert len(read_leaders(cell)) == leaders


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("2205-350926-04-01-567343", None),
        ("2303-610723-04-01-109448", None),
        ("2111-500236-04-05-191177", None),
        ("2406-441826-04-01-514275", None),
        ("2205-350926-04-01-567344", "code_check"),
        ("2020-110000-48-01-000001", None),
        ("2213-350926-04-01-567343", "bad_code"),
        ("abc", "bad_code"),
        ("2205-000000-04-01-567343", "bad_code"),
    ],
)
def test_a_project_code_is_checked_by_form_and_digit(code: str, problem: str | None) -> None:
    assert problem_of_code(code) == problem


def test_names_compare_without_blanks_and_width() -> None:
    assert plain("丙镇 农业\n产业园（Ａ区）\u200b") == "丙镇农业产业园(A区)"
    assert name_text("丙镇农业\n产业园（二期）") == "丙镇农业产业园（二期）"
    assert name_text("ABB Robot 产业园") == "ABB Robot产业园"
    assert [shown(3.0), shown(None), shown(" a\n b ")] == ["3", None, "a b"]


PLAN, FACT = Sense.PLANNED, Sense.ACTUAL


@pytest.mark.parametrize(
    ("cell", "sense", "status", "planned", "problem"),
    [
        ("2025-05-06", PLAN, "unknown", "2025-05-06", None),
        ("5月底", PLAN, "unknown", "2025-05-31", None),
        ("已办结", PLAN, "done", None, None),
        ("2025-05-06", FACT, "done", None, None),
        ("2025-09-30", FACT, "unknown", "2025-09-30", "future_done"),
        ("2025-05-06", None, "done", None, "plan_or_actual"),
        ("2025-09-30", None, "unknown", "2025-09-30", "future_day"),
        ("2025-05-06", Sense.MIXED, "unknown", None, "plan_or_actual"),
        ("2025-09-30", Sense.MIXED, "unknown", "2025-09-30", None),
        ("9月底前", None, "unknown", "2025-09-30", None),
        ("5月底前", FACT, "unknown", "2025-05-31", "promised_day"),
    ],
)
def test_a_day_means_what_its_table_says(
    cell: str, sense: Sense | None, status: str, planned: str | None, problem: str | None
) -> None:
    found = read_status(cell, CellRules(as_of=AS_OF, sense=sense))
    day = str(found.planned) if found.planned else None
    assert (str(found.status), day, found.problem) == (status, planned, problem)


def test_a_day_without_a_year_is_of_the_year_that_the_sheet_names() -> None:
    rules = CellRules(as_of=AS_OF, year=2026, sense=PLAN)
    assert read_status("9月30日", rules).planned == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("cell", "status", "day"),
    [
        ("100%", "done", None),
        ("60 %", "in_progress", None),
        ("0%", "not_started", None),
        ("130%", "unknown", None),
        ("已办结 Done", "done", None),
        ("In progress", "in_progress", None),
        ("已办结 In progress", "unknown", None),
        ("备案 2025-6-1", "done", "2025-06-01"),
        ("2025.6.1受理", "in_progress", "2025-06-01"),
        ("已立项", "done", None),
        ("征地中", "in_progress", None),
        ("组卷报审", "in_progress", None),
        ("正在协调用地", "in_progress", None),
        ("已委托", "in_progress", None),
        ("编制完成", "in_progress", None),
        ("送审", "in_progress", None),
        ("同意", "done", None),
        ("已办 2025.5.6 示发改〔2025〕12号", "done", "2025-05-06"),
        ("示发改〔2025〕12号 2025年5月6日", "done", "2025-05-06"),
        ("高中", "unknown", None),
        ("未集中", "unknown", None),
    ],
)
def test_everyday_words_are_read(cell: str, status: str, day: str | None) -> None:
    found = read_status(cell, CellRules(as_of=AS_OF))
    assert (str(found.status), str(found.day) if found.day else None) == (status, day)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("已批复〔2025〕9号", "〔2025〕9号"),
        ("取得示环审〔2025〕9号", "示环审〔2025〕9号"),
        ("已完成〔2025〕9号", "〔2025〕9号"),
        ("已批复，文号：示环审〔2025〕3号", "示环审〔2025〕3号"),
        ("已批复(文号：示环审〔2025〕3号)", "示环审〔2025〕3号"),
        ("已批复：示发改〔2025〕15号", "示发改〔2025〕15号"),
        ("示发改〔2025〕15号", "示发改〔2025〕15号"),
    ],
)
def test_a_number_is_kept_without_the_word_before_it(cell: str, number: str) -> None:
    found = read_status(cell, CellRules(as_of=AS_OF))
    assert (found.status, found.document) == (Status.DONE, number)
