"""Amounts in 万元. The cell's own unit beats the column's, the column's the sheet's."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.ledger.book.grid import Value
from tracker.ledger.values.words import plain

IN_WAN = {"元": 0.0001, "万": 1.0, "万元": 1.0, "亿": 10_000.0, "亿元": 10_000.0}
_IN_WAN_OF_ONE = {**IN_WAN, "百万": 100.0, "百万元": 100.0, "千万": 1000.0, "千万元": 1000.0}
"""What one cell may write, though no sheet counts in it."""
_APART = re.compile(r"\d[^\S\n]*\n\s*[\d.]|\d\s+\d")
_GROUPED = re.compile(r"^\D*\d{1,3}(?:[ \u00a0\u3000]\d{3})+(?!\d)(?:\.\d+)?\D*$")
ODD = "?"
"""Stands for a unit that is named but is none of 元, 万元, 亿元."""
_BEFORE = r"(?:人民币|总投资|投资额?|概算|估算)?[:]?(?P<about>约|大约|近|预计|暂估)?[￥¥]?"
_EXPLAINED = re.compile(
    r"^(?P<amount>[^0-9（(]*[0-9][^（(]*)[（(](?:其中|含|包括|包含|资本金|中央|专项债|债券|自筹)[^（）()]*[)）]$",
    re.DOTALL,
)
"""1.5亿元（其中专项债0.8亿元）: what stands in brackets is a part of it."""
_AFTER = r"(?P<about_after>左右|上下|[(](?:暂?估算?|暂定|约|匡算)[)])?(?:人民币)?(?:整)?$"
_AMOUNT = re.compile(
    rf"^{_BEFORE}(?P<number>\d+(?:\.\d+)?|\.\d+)(?P<more>[余多])?(?P<unit>亿元|亿|千万元?|百万元?"
    rf"|万元|万|元)?{_AFTER}"
)
_YI_AND_WAN = re.compile(
    rf"^{_BEFORE}(?P<yi>\d+(?:\.\d+)?)亿元?(?P<wan>\d+(?:\.\d+)?)万元?{_AFTER}"
)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_UNDECIDED = re.compile(
    r"^(待定|未定|待核定|待评审|待批复|待明确|待测算|暂无|无|/|-+|—+|–|暂未确定|未确定)$"
)
_RANGE = re.compile(r"\d\s*(?:万元?|亿元?|元)?\s*(?:-|—|–|~|至|到)\s*\d")
_ODD_UNIT = re.compile(
    r"[十百千]万?元|[十百千]万|[美欧日港]元|[美欧日港]币|\$|USD|[十百千]亿", re.IGNORECASE
)
_UNIT = re.compile(r"(亿元|万元|元)|[(](亿|万)[)]")
_UNIT_CELL = re.compile(
    r"(?<!填报)(?<!建设)(?<!项目)(?<!责任)(?<!编制)(?:单位|金额|币种)\s*[:(]?\s*"
    r"(?:人民币)?\s*[:]?\s*"
    r"(亿元|万元|元|[十百千]万?元|[美欧日港]元)(?![\u4e00-\u9fff])"
)
_UNIT_OF_AMOUNT = re.compile(
    r"(?:总?投资(?:额|估算|总额)?|金额)(?:的?单位)?(?:均|都)?(?:为|是|按|以|[:(])\s*(亿元|万元|元)(?!以)"
)
"""What a line says of the amounts themselves: 单位：万元（投资额为亿元）."""
_UNIT_ALONE = re.compile(r"(?:^|\s)[(]?(亿元|万元)[)]?$")
_DIGITS = {
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    "两": 2,
}
_SMALL = {"拾": 10, "佰": 100, "仟": 1000, "十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_IN_WORDS = re.compile(
    r"^(?:人民币)?[:]?(?P<yuan>[零壹贰叁肆伍陆柒捌玖两〇拾佰仟万萬亿億一二三四五六七八九十百千]+)"
    r"(?P<unit>元|圆|圓)?[整正]?$"
)
_ENOUGH_TO_COMPARE = 5
_FAR_ABOVE, _FAR_BELOW = 200, 1 / 1000
_TOO_MUCH, _MUCH, _LITTLE = 2_000_000, 300_000, 10  # 万元: 200亿, 30亿, ten thousand yuan ten times


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in 万元 and the rule that read it; or none and the code of what is wrong."""

    wan: float | None
    rule: str
    problem: str | None = None


def unit_in(text: object) -> str | None:
    """Return the unit that the heading of a column names: 元, 万元, 亿元 or `ODD`."""
    heading = plain(text)
    if _ODD_UNIT.search(heading):
        return ODD
    found = _UNIT.search(heading)
    return found[1] or f"{found[2]}元" if found else None


def unit_of_sheet(text: str) -> str | None:
    """Return the unit that a line above the table names; 填报单位 is an office and names none."""
    line = unicodedata.normalize("NFKC", text)
    found = _UNIT_OF_AMOUNT.search(line) or _UNIT_CELL.search(line) or _UNIT_ALONE.search(line)
    if found is None:
        return None
    return found[1] if found[1] in IN_WAN else ODD


def read_amount(value: Value, unit: str) -> Amount:
    """Read a cell of a column of amounts whose numbers count `unit`."""
    if value is None:
        return Amount(None, "blank")
    if unit == ODD or isinstance(value, bool):
        return Amount(None, "none", "bad_amount")
    if isinstance(value, (int, float)):
        return _checked(float(value) * IN_WAN[unit], "number")
    return _from_text(str(value), unit)


def _from_text(value: str, unit: str) -> Amount:
    if explained := _EXPLAINED.match(value.strip()):
        return _from_text(explained["amount"], unit)
    if _APART.search(value) and not _GROUPED.match(value):
        return Amount(None, "none", "bad_amount")  # two numbers, which no blank may join
    text = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), plain(value))
    if _UNDECIDED.match(text):
        return Amount(None, "undecided", "undecided_amount")
    if _RANGE.search(text):
        return Amount(None, "range", "bad_amount")
    if both := _YI_AND_WAN.match(text):
        wan = float(both["yi"]) * IN_WAN["亿"] + float(both["wan"])
        return _about(_checked(wan, "yi_and_wan"), both)
    if match := _AMOUNT.match(text):
        own = match["unit"]
        wan = float(match["number"]) * _IN_WAN_OF_ONE[own or unit]
        return _about(_checked(wan, "with_unit" if own else "text"), match)
    return _in_words(text)


def _about(found: Amount, match: re.Match[str]) -> Amount:
    said = match["about"] or match["about_after"] or match.groupdict().get("more")
    return Amount(found.wan, "about", "about_amount") if said and not found.problem else found


def _in_words(text: str) -> Amount:
    """Read 大写: 壹仟贰佰万元整. Without 元 or a large unit the words could count anything."""
    match = _IN_WORDS.match(text)
    large = match and any(mark in _LARGE for mark in match["yuan"])
    if match is None or not (match["unit"] or large):
        return Amount(None, "none", "bad_amount")
    yuan = _words_to_number(match["yuan"])
    return Amount(None, "none", "bad_amount") if yuan is None else _checked(yuan / 10_000, "words")


def _words_to_number(words: str) -> int | None:
    """Return the number that Chinese numerals write.

    None when they stand in no order that counts.
    """
    total = section = digit = 0
    last_small = 10_000
    for mark in words:
        if mark in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[mark]
        elif mark in _SMALL:
            begins = _SMALL[mark] == 10 and not section  # 拾万 is ten times ten thousand
            if _SMALL[mark] >= last_small or not (digit or begins):
                return None
            last_small = _SMALL[mark]
            section += (digit or 1) * last_small
            digit = 0
        else:
            counted = section + digit
            if not counted and not (total and _LARGE[mark] > 10_000):
                return None
            total = (
                (total + counted) * _LARGE[mark]
                if _LARGE[mark] > 10_000
                else total + counted * _LARGE[mark]
            )
            section = digit = 0
            last_small = 10_000
    return total + section + digit


def _checked(wan: float, rule: str) -> Amount:
    if wan < 0 or wan != wan:  # noqa: PLR0124  not a number
        return Amount(None, rule, "bad_amount")
    return Amount(round(wan, 6), rule)


def slipped(amounts: Sequence[Amount]) -> list[int]:
    """Return the amounts that seem to have another unit than the column: 元 for 万元.

    One that names its own unit is beyond doubt. The others are compared with the median.
    """
    plainly = sorted(a.wan for a in amounts if a.wan)
    middle = plainly[len(plainly) // 2] if len(plainly) >= _ENOUGH_TO_COMPARE else None
    found = []
    for n, amount in enumerate(amounts):
        wan = amount.wan
        if not wan or amount.rule in ("with_unit", "yi_and_wan", "words"):
            continue
        high = wan >= _TOO_MUCH or (middle and wan >= _MUCH and wan > middle * _FAR_ABOVE)
        low = middle and wan < _LITTLE and wan < middle * _FAR_BELOW
        if high or low:
            found.append(n)
    return found
