"""What holds of every text: it becomes a value, or a question.

Never something else than was written.
"""

import sys
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.law import catalog
from tracker.ledger.book.grid import Grid, Value, Workbook
from tracker.ledger.model import Ledger, LedgerProject
from tracker.ledger.reading import ledger_of
from tracker.ledger.shape.aliases import ALONE, FIELD_WORDS, STEP_WORDS, Field
from tracker.ledger.shape.columns import Column, column_of
from tracker.ledger.shape.headings import meaning
from tracker.ledger.shape.meanings import meaning_of
from tracker.ledger.values.codes import problem_of_code
from tracker.ledger.values.dates import DayRole, read_day
from tracker.ledger.values.money import ODD, Amount, read_amount, slipped
from tracker.ledger.values.people import read_leaders
from tracker.ledger.values.rules import CellRules, Status
from tracker.ledger.values.statuses import read_status

AS_OF = date(2025, 6, 20)
LAW = catalog()
OFTEN = settings(max_examples=10_000 if "--long" in sys.argv else 100)
DAYS = st.dates(date(2008, 1, 1), date(2038, 12, 31))
ROLES = st.sampled_from(DayRole)
SCRAPS = st.lists(
    st.sampled_from(
        [
            *"0123456789年月日号前底末上中下旬季度半年.-/()（）、，,：: 一二三四十〇元万亿约",
            "2025",
            "6月",
            "待定",
            "已办结",
            "办理中",
            "示发改〔2025〕12号",
            "√",
            "未",
            "不需要",
            "退回",
            "预计",
            "至",
            "~",
            "\n",
        ]
    ),
    max_size=12,
).map("".join)
TEXTS = st.one_of(SCRAPS, st.text(max_size=30))
VALUES = st.one_of(
    TEXTS, st.floats(allow_nan=False, allow_infinity=False), DAYS, st.booleans(), st.none()
)


@OFTEN
@given(VALUES, ROLES)
def test_a_day_or_a_question(value: object, role: DayRole) -> None:
    reading = read_day(value, role, AS_OF)  # type: ignore[arg-type]
    assert (reading.day is None) == bool(reading.problem) or reading.rule == "blank"
    assert reading.day is None or 2008 <= reading.day.year <= 2038


SHAPES = (
    "{0}年{1}月{2}日",
    "{0}-{1:02}-{2:02}",
    "{0}.{1}.{2}",
    "{0}/{1}/{2}",
    "{0}{1:02}{2:02}",
    "{0}年{1}月{2}日前",
    "{0}-{1}-{2} 17:30:00",
    "预计{0}年{1}月{2}日",
)


@OFTEN
@given(DAYS, st.sampled_from(SHAPES), ROLES)
def test_a_whole_day_is_that_day(day: date, shape: str, role: DayRole) -> None:
    assert read_day(shape.format(day.year, day.month, day.day), role, AS_OF).day == day


@OFTEN
@given(
    DAYS,
    st.sampled_from(
        ["{0}年{1}月", "{0}-{1}", "{0}.{1}", "{0}/{1:02}", "{0}年{1}月份", "{0}{1:02}"]
    ),
)
def test_a_month_is_its_ends_and_never_today(day: date, shape: str) -> None:
    text = shape.format(day.year, day.month)
    first, last = (read_day(text, role, AS_OF).day for role in (DayRole.START, DayRole.END))
    assert first == day.replace(day=1)
    assert last is not None
    assert (last.month, (last + timedelta(days=1)).day) == (day.month, 1)


@OFTEN
@given(st.integers(39_448, 50_770), st.sampled_from([float, str]))
def test_a_serial_is_its_day_and_never_a_year(serial: int, kind: type) -> None:
    found = read_day(kind(serial), DayRole.END, AS_OF).day
    assert found == date(1899, 12, 30) + timedelta(days=serial)


@OFTEN
@given(st.integers(1900, 2100), ROLES)
def test_a_bare_number_of_a_year_is_asked_about(year: int, role: DayRole) -> None:
    assert read_day(float(year), role, AS_OF).day is None
    assert read_day(str(year), role, AS_OF).day is None


@OFTEN
@given(VALUES, st.sampled_from(["元", "万元", "亿元", ODD]))
def test_an_amount_or_a_question(value: object, unit: str) -> None:
    found = read_amount(value, unit)  # type: ignore[arg-type]
    assert (found.wan is None) == (
        found.problem not in (None, "about_amount")
    ) or found.rule == "blank"
    assert found.wan is None or found.wan >= 0


@OFTEN
@given(
    st.integers(0, 10**9),
    st.sampled_from([("元", 0.0001), ("万", 1.0), ("万元", 1.0), ("亿元", 10_000.0)]),
    st.booleans(),
    st.sampled_from(["元", "万元", "亿元"]),
)
def test_a_unit_in_the_cell_beats_every_other(
    number: int, unit: tuple[str, float], grouped: bool, column: str
) -> None:
    text = f"{number:,}{unit[0]}" if grouped else f"{number}{unit[0]}"
    found = read_amount(text, column).wan
    assert found is not None
    assert abs(found - number * unit[1]) <= 1e-6 * max(1, found)


@OFTEN
@given(st.integers(1, 99_999_999))
def test_an_amount_in_words_is_the_one_that_was_written(wan: int) -> None:
    found = read_amount(f"{in_words(wan * 10_000)}元整", "亿元").wan
    assert found == wan


def in_words(number: int) -> str:
    """Write a number as a bank does."""
    digits, units = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
    parts = []
    for large, block in (
        ("亿", number // 10**8),
        ("万", number // 10**4 % 10**4),
        ("", number % 10**4),
    ):
        text = "".join(
            digits[int(d)] + (units[3 - n] if d != "0" else "") for n, d in enumerate(f"{block:04}")
        )
        while "零零" in text:
            text = text.replace("零零", "零")
        if block:
            parts.append(text.rstrip("零") + large)
    joined = "".join(parts)
    return joined.lstrip("零")


@OFTEN
@given(st.lists(st.floats(1, 100_000), min_size=5, max_size=40))
def test_amounts_of_one_unit_are_never_doubted(amounts: list[float]) -> None:
    near = [a for a in amounts if a >= 100]
    assert slipped([Amount(a, "number") for a in near]) == []


@OFTEN
@given(VALUES)
def test_a_state_or_a_question(value: object) -> None:
    found = read_status(value, CellRules(as_of=AS_OF))  # type: ignore[arg-type]
    assert found.status is not Status.UNKNOWN or found.problem
    assert found.day is None or found.day <= AS_OF
    assert found.planned is None or found.planned > AS_OF or found.status is Status.IN_PROGRESS


@OFTEN
@given(TEXTS)
def test_codes_and_leaders_take_any_text(text: str) -> None:
    problem_of_code(text)
    assert all(leader.strip() for leader in read_leaders(text))


WORDS = sorted({w for words in (*FIELD_WORDS.values(), *STEP_WORDS.values()) for w in words})
HEADINGS = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(["计划", "实际", "状态", "文号", "时间", "（万元）", "情况"]),
        TEXTS,
    ),
    min_size=1,
    max_size=3,
)


@OFTEN
@given(HEADINGS)
def test_what_a_column_is_shown_as_means_the_same_when_it_is_told(lines: list[str]) -> None:
    column = column_of(0, lines, {})
    shown = meaning_of(column, "wide")
    if shown is None:
        return
    told = column_of(0, lines, {column.key: shown})
    assert (told.field, told.step_kind) == (column.field, column.step_kind)
    assert told.step_kind is None or told.part is column.part


@OFTEN
@given(TEXTS)
def test_any_text_may_stand_in_a_heading(text: str) -> None:
    assert isinstance(column_of(0, [text], {}), Column)
    meaning(text)


def test_every_word_of_a_field_means_the_field() -> None:
    for field, words in FIELD_WORDS.items():
        for word in words:
            found = column_of(0, [word], {})
            assert found.field is field or found.step_kind, word
    for word, field in ALONE.items():
        assert column_of(0, [word], {}).field is field
    assert {Field.NAME, Field.STEP} <= set(FIELD_WORDS)


def test_every_word_of_a_step_means_the_step() -> None:
    for kind, words in STEP_WORDS.items():
        for word in set(words) - {"施工图"}:  # a paper: its step is the review of it
            assert column_of(0, [f"{word}办理情况"], {}).step_kind == kind, word


CELLS = st.one_of(
    st.sampled_from(["已办结", "办理中", "×", "快了", "2025-03-01", "2025年9月底", "—", "60%"]),
    st.none(),
)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=2, max_size=4)
HEAD: list[Value] = ["项目名称", "建设单位", "总投资（万元）", "可研批复", "环评", "施工许可"]


def read_rows(rows: list[list[Value]]) -> Ledger:
    grid = Grid(sheet="台账", rows=rows)
    return ledger_of(Workbook("xlsx", [grid], []), "a.xlsx", AS_OF, LAW.in_force(AS_OF), {})


@OFTEN
@given(ROWS)
def test_a_turned_sheet_says_what_the_sheet_says(cells: list[tuple[Value, Value, Value]]) -> None:
    lines: list[list[Value]] = [
        [f"{name}镇小学", "县教育局", 100.0 + n, *line]
        for n, (name, line) in enumerate(zip("甲乙丙丁", cells, strict=False))
    ]
    plainly = read_rows([HEAD, *lines])
    across = read_rows([list(row) for row in zip(HEAD, *lines, strict=True)])
    assert [_said(p) for p in across.projects] == [_said(p) for p in plainly.projects]
    assert sorted(i.code for i in across.issues) == sorted(i.code for i in plainly.issues)


def _said(project: LedgerProject) -> tuple[object, ...]:
    steps = [(s.step, s.status, s.planned, s.actual) for s in project.steps]
    return project.name, project.investment_wan, project.procedure, steps


@OFTEN
@given(ROWS, ROWS)
def test_a_line_of_plan_finishes_nothing(
    plan: list[tuple[Value, Value, Value]], fact: list[tuple[Value, Value, Value]]
) -> None:
    """Beside a line of plan the line of fact says what it says alone."""
    days = [[value if "2025" in str(value) else None for value in line] for line in plan]
    rows: list[list[Value]] = []
    alone: list[list[Value]] = []
    for name, planned, line in zip("甲乙丙丁", days, fact, strict=False):
        head: list[Value] = [f"{name}镇小学", "县教育局", 100.0]
        rows += [[*head, "计划", *planned], [None, None, None, "实际", *line]]
        alone.append([*head, *line])
    both = read_rows([[*HEAD[:3], "类别", *HEAD[3:]], *rows])
    single = read_rows([["完成情况"], HEAD, *alone])
    assert [[s.status for s in p.steps] for p in both.projects] == [
        [s.status for s in p.steps] for p in single.projects
    ]
