"""What a status cell says (`contracts/ledger.md`, *Status words*)."""

import re
from dataclasses import dataclass
from datetime import date

from tracker.ledger.dates import EXACT_RULES, DayRole, read_day
from tracker.ledger.model import Status, Value
from tracker.ledger.words import plain, shown

_WORDS = {
    Status.DONE: "已办结 已办 已办理 已完成 已取得 已批复 已批 已备案 完成 办结 办理完毕 已通过 √ ✓ ✔ ✅ 是 批复",
    Status.IN_PROGRESS: "办理中 在办 正在办理 办理 已报 已报批 已申报 已上报 受理 已受理 组卷 组卷中 编制中 审查中 进行中",
    Status.NOT_STARTED: "未启动 未办 未办理 未开始 × ✗ ✘ X x 否 未报",
    Status.NOT_REQUIRED: "不需要 无需 无需办理 不涉及 不需办理 — —— – - -- / 免 免办",
    Status.RETURNED: "退回 已退回 补正 补正中 退件",
    Status.SUSPENDED: "暂停 暂缓 停办",
}
STATUS_OF = {plain(word): status for status, words in _WORDS.items() for word in words.split()}
_DOCUMENT = re.compile(
    r"^(?!.*(?:退|待|拟|未|不|补正))[\u4e00-\u9fffA-Za-z]{1,20}[〔\[(]\d{4}[〕\])](?:第)?\d{1,6}号?$"
)
_DOUBT = re.compile(r"未|部分|待|尚|除|缺")
_WORD_THEN_DAY = re.compile(
    r"^(?P<word>[\u4e00-\u9fff√✓]+)(?P<inside>\d{2,4}[年./-]\d{1,2}[月./-]\d{1,2}日?)$"
)
_DAY_THEN_WORD = re.compile(
    r"^(?P<inside>\d{2,4}[年./-]\d{1,2}[月./-]\d{1,2}日?)(?P<word>[\u4e00-\u9fff]+)$"
)
_IN_BRACKETS = re.compile(r"^(?P<word>[^(]+)\((?P<inside>[^)]*)\)$")
_WORD_IN_BRACKETS = re.compile(r"(受理|报送|上报|申报|办结|批复|启动|完成|退回|补正)$")


@dataclass(frozen=True, slots=True)
class StatusReading:
    """What a cell says of a step, the rule that read it, and what is wrong, if anything."""

    status: Status
    rule: str
    day: date | None = None
    planned: date | None = None
    document: str | None = None
    problem: str | None = None


def read_status(value: Value, as_of: date) -> StatusReading:
    """Read a status cell as of the ledger's day.

    A day not after it means done on that day; a later one is a planned day, with a warning.
    """
    if value is None:
        return StatusReading(Status.UNKNOWN, "blank", problem="status_blank")
    if isinstance(value, bool):
        return StatusReading(Status.DONE if value else Status.NOT_STARTED, "yes_no")
    text = plain(value)
    if text in STATUS_OF:
        return StatusReading(STATUS_OF[text], "word")
    match = _IN_BRACKETS.match(text) or _WORD_THEN_DAY.match(text) or _DAY_THEN_WORD.match(text)
    if match and match["word"] in STATUS_OF:
        return _with_brackets(STATUS_OF[match["word"]], match["inside"], as_of)
    return _from_day(value, text, as_of)


def _from_day(value: Value, text: str, as_of: date) -> StatusReading:
    """Read a cell that holds a day or a document number where a word belongs."""
    reading = read_day(value, DayRole.END, as_of)
    if reading.day is None and _DOCUMENT.match(text):
        return StatusReading(Status.DONE, "document", document=shown(value))
    if reading.day is None:
        problem = "bad_date" if reading.problem == "bad_date" and _looks_like_a_day(text) else None
        return StatusReading(Status.UNKNOWN, "none", problem=problem or "unknown_status")
    if reading.day > as_of:
        return StatusReading(
            Status.NOT_STARTED, "planned_day", planned=reading.day, problem="future_day"
        )
    if reading.rule not in EXACT_RULES:  # 5月底 was a promise; whether it was kept nobody says
        return StatusReading(Status.UNKNOWN, reading.rule, problem="unknown_status")
    return StatusReading(Status.DONE, f"day:{reading.rule}", day=reading.day)


def _looks_like_a_day(text: str) -> bool:
    return bool(re.match(r"^\d{2,4}[年./-]\d{1,2}[月./-]\d{1,2}日?$|^\d{1,2}月\d{1,2}日?$", text))


def _with_brackets(status: Status, inside: str, as_of: date) -> StatusReading:
    """Read a word with something in brackets: the word wins, a day or a number is kept."""
    reading = read_day(_WORD_IN_BRACKETS.sub("", inside), DayRole.END, as_of)
    if reading.day is None and _DOCUMENT.match(inside):
        return StatusReading(status, "word_document", document=inside)
    if reading.day is None and status is Status.DONE and _DOUBT.search(inside):
        return StatusReading(Status.UNKNOWN, "word_doubted", problem="unknown_status")
    if reading.day is None:
        problem = "bad_date" if reading.problem == "bad_date" and inside[:1].isdigit() else None
        return StatusReading(status, "word_note", problem=problem)
    if reading.day > as_of and status is Status.DONE:
        return StatusReading(Status.UNKNOWN, "word_day", problem="future_done")
    if reading.day > as_of:
        return StatusReading(status, "word_day", planned=reading.day, problem="future_day")
    return StatusReading(status, "word_day", day=reading.day)
