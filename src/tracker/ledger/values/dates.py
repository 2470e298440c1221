"""The days a ledger writes, read by a table of rules; each value knows the rule that read it.

A deadline or a completion takes the last day of its period, a start the first. A missing year is
the ledger's own. What is impossible, relative or named after a holiday is reported, never guessed.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from tracker.ledger.book.grid import Value
from tracker.ledger.values.words import plain


class DayRole(StrEnum):
    """Which end of a period a cell means."""

    END = "end"
    START = "start"


@dataclass(frozen=True, slots=True)
class DayReading:
    """A day and the rule that read it; or no day and the code of what is wrong."""

    day: date | None
    rule: str
    problem: str | None = None
    year_assumed: bool = False


_EPOCH_1900 = date(1899, 12, 30)
_SERIALS = range(32_874, 62_094)  # 1990 to 2069
_YEARS = range(
    2008, 2039
)  # a project's own days; beyond them the calendar ends, or a finger slipped
EXACT_RULES = frozenset(
    {"typed", "serial", "serial_text", "month_day", "dotted", "packed", "short"}
)
"""The rules that read one day; the others read a period, and take its end or its start."""
_UNDECIDED = re.compile(
    r"^(待定|未定|待确定|待明确|待批复后确定|不定|暂无|暂不明确|无|无期限|长期|/|-+|—+|–|未明确)$"
)
_RELATIVE = re.compile(
    r"节前|节后|春节|国庆|五一|十一前|中秋|端午|元旦|清明|劳动节|近期|尽快|尽早|下周|本周|上周"
    r"|下月|本月|上月|明年|去年|后年"
    r"|明天|后天|昨天|今天|月底前后|个月|天内|日内|周内|后$|左右|前后|约|月初|月中|年初|年中|岁末"
    r"|[至到~～]|原"
    r"|[本下上]季度|(?:开工|批复|备案|核准|办结|取得)后|[\d月日号]\s*[-—–、]\s*\d.*[月日号]"
)
_BEFORE_A_PERIOD = re.compile(
    r"(?<![底末内])(?:前|以前|之前)(?:完成|办结|取得|开工|竣工|建成)?[.。]?$"
)
"""三季度前 may end with June or with September."""
_THIS_YEAR = re.compile(
    r"^(?:今年|本年度?|年内)(?=$|年|内|[底末]|\d{1,2}月|[上下]半年|第?[一二三四1234]季)"
)
_YEAR = r"(?:(?P<year>\d{4}|\d{2})[年./-])?"
_BEFORE = (
    r"(?:(?:之?前|以前|止)(?:批复?|办完|拿到|报出|上报)?)?(?:完成|办结|取得|开工|竣工|建成)?[.。]?"
)
_AROUND = re.compile(
    r"^(?:预计|拟于|拟|计划|力争|确保|力争在|确保在)(?:于|在)?|[(]?(?:星期"
    r"|周)[一二三四五六日天][)]?$"
)
_TIME = re.compile(r"[\sT]+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d+)?\s*$")
"""A time of day, taken off while the blank before it still stands.

3 17:30 must not become 31 7:30.
"""
_YEAR_IN_WORDS = re.compile(r"([二三][〇零○O0一二三四五六七八九]{3})(?=年)")
_NUMBER_IN_WORDS = re.compile(
    r"([一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[月日号])"
)
_DIGIT = {
    **dict(zip("〇零○O0", (0,) * 5, strict=True)),
    **dict(zip("一二三四五六七八九", range(1, 10), strict=True)),
}
_ONLY_A_DAY = re.compile(r"^[\d年月日号./、:-]+$")
"""What holds nothing but the marks of a day is an impossible one; a sentence is none."""
_LONGEST = 40  # characters; what is longer is a sentence
_NEAR_YEARS = 2  # a year of two digits far from the ledger's own is more likely a day of a month
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern and what its parts mean: first and last day of the period, or ValueError."""

    id: str
    pattern: re.Pattern[str]
    period: Callable[[re.Match[str], int], tuple[date, date]]


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _day(match: re.Match[str], year: int) -> tuple[date, date]:
    found = date(year, int(match["month"]), int(match["day"]))
    return found, found


def _whole_month(match: re.Match[str], year: int) -> tuple[date, date]:
    return _month(year, int(match["month"]))


def _month_end(match: re.Match[str], year: int) -> tuple[date, date]:
    last = _month(year, int(match["month"]))[1]
    return last, last


def _ten_days(match: re.Match[str], year: int) -> tuple[date, date]:
    first, last = _month(year, int(match["month"]))
    if match["part"] == "上":
        return first, first.replace(day=10)
    if match["part"] == "中":
        return first.replace(day=11), first.replace(day=20)
    return first.replace(day=21), last


def _quarter(match: re.Match[str], year: int) -> tuple[date, date]:
    number = _QUARTERS[match["quarter"]]
    return date(year, number * 3 - 2, 1), _month(year, number * 3)[1]


def _half(match: re.Match[str], year: int) -> tuple[date, date]:
    if match["half"] == "上":
        return date(year, 1, 1), date(year, 6, 30)
    return date(year, 7, 1), date(year, 12, 31)


def _year_end(match: re.Match[str], year: int) -> tuple[date, date]:
    del match
    return date(year, 12, 31), date(year, 12, 31)


def _whole_year(match: re.Match[str], year: int) -> tuple[date, date]:
    del match
    return date(year, 1, 1), date(year, 12, 31)


def _rule(
    name: str, pattern: str, period: Callable[[re.Match[str], int], tuple[date, date]]
) -> _Rule:
    return _Rule(name, re.compile(f"^{pattern}{_BEFORE}$"), period)


_RULES = (
    _rule("month_end", _YEAR + r"(?P<month>\d{1,2})月[底末]", _month_end),
    _rule("ten_days", _YEAR + r"(?P<month>\d{1,2})月(?P<part>[上中下])旬", _ten_days),
    _rule("month_day", _YEAR + r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]?", _day),
    _rule(
        "dotted",
        r"(?P<year>\d{4}|\d{2})(?P<mark>[./、-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})[日号]?",
        _day,
    ),
    _rule("packed", r"(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})", _day),
    _rule("packed_month", r"(?P<year>20\d{2})(?P<month>0[1-9]|1[0-2])", _whole_month),
    _rule("year_month", r"(?P<year>\d{4})[年./-](?P<month>\d{1,2})月?(?:份|内)?", _whole_month),
    _rule("short_year_month", r"(?P<year>\d{2})年(?P<month>\d{1,2})月", _whole_month),
    _rule("month", r"(?P<year>)(?P<month>\d{1,2})月(?:份|内)?", _whole_month),
    _rule("short", r"(?P<year>)(?P<month>\d{1,2})[./-](?P<day>\d{1,2})", _day),
    _rule("quarter", _YEAR + r"第?(?P<quarter>[一二三四1234])季度?[底末内]?", _quarter),
    _rule("quarter_sign", r"(?:(?P<year>\d{4})年?)?[Qq](?P<quarter>[1234])", _quarter),
    _rule("half", r"(?:(?P<year>\d{4}|\d{2})年?)?(?P<half>[上下])半年[底末内]?", _half),
    _rule("year_end", r"(?:(?P<year>\d{4})年|年)[底末]", _year_end),
    _rule("year", r"(?P<year>\d{4})年[度内]?", _whole_year),
)


PERIODS = frozenset(rule.id for rule in _RULES) - EXACT_RULES


@lru_cache(maxsize=16_384, typed=True)
def read_day(value: Value, role: DayRole, as_of: date) -> DayReading:
    """Read a cell of a column of days.

    Returns a reading without a day for an empty cell (`blank`), for 待定 (`undecided`), and for
    what cannot be a day (`problem` is `bad_date` or `relative_date`).
    """
    found = _read(value, role, as_of)
    if found.day and found.day.year not in _YEARS:
        return DayReading(None, found.rule, "bad_date")
    return found


def _read(value: Value, role: DayRole, as_of: date) -> DayReading:  # noqa: C901  a list of cases
    if value is None:
        return DayReading(None, "blank")
    if isinstance(value, date):
        return DayReading(value, "typed")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(float(value), role, as_of)
    text = _with_year(_in_digits(_AROUND.sub("", plain(_TIME.sub("", str(value))))), as_of)
    if _UNDECIDED.match(text):
        return DayReading(None, "undecided", "undecided_date")
    if len(text) > _LONGEST:
        return DayReading(None, "none", "bad_date")
    if text.isdigit() and int(text) in _SERIALS:  # a sheet that was saved as text
        return DayReading(_EPOCH_1900 + timedelta(days=int(text)), "serial_text")
    for rule in _RULES:
        if match := rule.pattern.match(text):
            return _apply(rule, match, role, as_of)
    is_vague = _RELATIVE.search(text) or not _ONLY_A_DAY.match(text)
    return DayReading(None, "none", "relative_date" if is_vague else "bad_date")


def _with_year(text: str, as_of: date) -> str:
    """Return a text with the ledger's own year where it says this year: 今年底 is 2025年底."""
    match = _THIS_YEAR.match(text)
    if match is None:
        return text
    rest = text[match.end() :].lstrip("年")
    return f"{as_of.year}年{'底' if match[0] == '年内' else ''}{rest}"


def _in_digits(text: str) -> str:
    """Return a text with its years, months and days in digits.

    二〇二五年六月三十日 is 2025年6月30日.
    """
    text = _YEAR_IN_WORDS.sub(lambda found: "".join(str(_DIGIT[mark]) for mark in found[1]), text)
    return _NUMBER_IN_WORDS.sub(lambda found: str(_number(found[1])), text)


def _number(words: str) -> int:
    tens, ten, ones = words.rpartition("十")
    return (_DIGIT.get(tens, 1) * 10 if ten else 0) + _DIGIT.get(ones, 0)


def _from_number(number: float, role: DayRole, as_of: date) -> DayReading:
    """Read a number: a whole one may be a serial of Excel; 6.3 may be 3 June or 30 June."""
    if number.is_integer() and int(number) in _SERIALS:
        return DayReading(_EPOCH_1900 + timedelta(days=int(number)), "serial")
    text = str(int(number)) if number.is_integer() else ""
    for rule in (rule for rule in _RULES if rule.id in ("packed", "packed_month")):
        if match := rule.pattern.match(text):
            return _apply(rule, match, role, as_of)
    return DayReading(None, "number", "bad_date")


def _apply(rule: _Rule, match: re.Match[str], role: DayRole, as_of: date) -> DayReading:
    written = match.groupdict().get("year")
    year = as_of.year
    if written:
        year = int(written) + 2000 if len(written) == 2 else int(written)
        if len(written) == 2 and abs(year - as_of.year) > _NEAR_YEARS:
            return DayReading(None, rule.id, "bad_date")
    try:
        first, last = rule.period(match, year)
    except ValueError:
        return DayReading(None, rule.id, "bad_date")
    if first != last and _BEFORE_A_PERIOD.search(match.string):
        return DayReading(None, rule.id, "relative_date")
    return DayReading(first if role is DayRole.START else last, rule.id, year_assumed=not written)
