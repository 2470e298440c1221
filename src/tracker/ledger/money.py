"""Amounts in 万元. The cell's own unit beats the column's, the column's the sheet's."""

import re
import unicodedata
from dataclasses import dataclass

from tracker.ledger.model import Value
from tracker.ledger.words import plain

IN_WAN = {"元": 0.0001, "万": 1.0, "万元": 1.0, "亿": 10_000.0, "亿元": 10_000.0}
_AMOUNT = re.compile(
    r"^(?P<about>约|大约)?(?P<number>\d+(?:\.\d+)?)(?P<unit>亿元|亿|万元|万|元)?(?:左右)?$"
)
_UNDECIDED = re.compile(r"^(待定|未定|待核定|暂无|无|/|-|—)$")
_UNIT = re.compile(r"(亿元|万元|元)")
_UNIT_CELL = re.compile(
    r"(?<!填报)(?<!建设)(?<!项目)(?<!责任)单位\s*[:(]?\s*(?:人民币)?\s*(亿元|万元|元)(?![\u4e00-\u9fff])"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in 万元 and the rule that read it; or none and the code of what is wrong."""

    wan: float | None
    rule: str
    problem: str | None = None


def unit_in(text: object) -> str | None:
    """Return the unit that the heading of a column names: 元, 万元 or 亿元."""
    found = _UNIT.search(plain(text))
    return found[1] if found else None


def unit_of_sheet(text: str) -> str | None:
    """Return the unit that a cell above the table names; 填报单位 is an office and names none."""
    found = _UNIT_CELL.search(unicodedata.normalize("NFKC", text))
    return found[1] if found else None


def read_amount(value: Value, unit: str) -> Amount:
    """Read a cell of a column of amounts whose numbers count `unit`."""
    if value is None:
        return Amount(None, "blank")
    if isinstance(value, bool):
        return Amount(None, "none", "bad_amount")
    if isinstance(value, (int, float)):
        return _checked(float(value) * IN_WAN[unit], "number")
    text = plain(value).replace(",", "").replace("，", "")
    if _UNDECIDED.match(text):
        return Amount(None, "undecided", "undecided_amount")
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
