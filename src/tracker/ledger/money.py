"""Amounts in 万元. The cell's own unit beats the column's, the column's the sheet's."""

import re
import unicodedata
from dataclasses import dataclass

from tracker.ledger.model import Value
from tracker.ledger.words import plain

IN_WAN = {"元": 0.0001, "万": 1.0, "万元": 1.0, "亿": 10_000.0, "亿元": 10_000.0}
ODD = "?"
"""Stands for a unit that is named but is none of 元, 万元, 亿元."""
_AMOUNT = re.compile(
    r"^(?P<about>约|大约)?[￥¥]?(?P<number>\d+(?:\.\d+)?)(?P<unit>亿元|亿|万元|万|元)?(?:左右)?$"
)
_YI_AND_WAN = re.compile(r"^(?P<yi>\d+(?:\.\d+)?)亿(?P<wan>\d+(?:\.\d+)?)万元?$")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_UNDECIDED = re.compile(r"^(待定|未定|待核定|暂无|无|/|-|—)$")
_ODD_UNIT = re.compile(r"[十百千]万?元|[十百千]万|[美欧日港]元|[美欧日港]币|\$|USD", re.IGNORECASE)
_UNIT = re.compile(r"(亿元|万元|元)|[(](亿|万)[)]")
_UNIT_CELL = re.compile(
    r"(?<!填报)(?<!建设)(?<!项目)(?<!责任)(?:单位|金额|币种)\s*[:(]?\s*(?:人民币)?\s*"
    r"(亿元|万元|元|[十百千]万?元|[美欧日港]元)(?![\u4e00-\u9fff])"
)


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
    """Return the unit that a cell above the table names; 填报单位 is an office and names none."""
    found = _UNIT_CELL.search(unicodedata.normalize("NFKC", text))
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
    text = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), plain(value))
    if _UNDECIDED.match(text):
        return Amount(None, "undecided", "undecided_amount")
    if both := _YI_AND_WAN.match(text):
        return _checked(float(both["yi"]) * IN_WAN["亿"] + float(both["wan"]), "yi_and_wan")
    match = _AMOUNT.match(text)
    if not match:
        return Amount(None, "none", "bad_amount")
    own = match["unit"]
    found = _checked(float(match["number"]) * IN_WAN[own or unit], "with_unit" if own else "text")
    if match["about"] and found.problem is None:
        return Amount(found.wan, "about", "about_amount")
    return found


def _checked(wan: float, rule: str) -> Amount:
    if wan < 0:
        return Amount(None, rule, "bad_amount")
    return Amount(round(wan, 6), rule)
