"""What a status cell says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from tracker.ledger.book.grid import Value
from tracker.ledger.values.dates import EXACT_RULES, DayReading, DayRole, read_day
from tracker.ledger.values.documents import is_document, number_in
from tracker.ledger.values.rules import CellRules, Sense, Status
from tracker.ledger.values.words import plain, shown
from tracker.ledger.vocabulary import vocabulary, word_in

STATUS_OF = {
    plain(word).casefold(): Status(key)
    for key, words in vocabulary().states.items()
    for word in words
}
_STEPS = frozenset(word for each in vocabulary().kinds.values() for word in each.words)
_PAPERS = ("报告书", "报告表", "登记表", "批文", "手续", "许可证")
_LONGEST_NAME = max(len(word) for word in (*_STEPS, *_PAPERS))
_PUT_RIGHT = re.compile(r"^(?:材料|资料|正在|需|第[一二三四]次)*补正(?:材料|资料|中)?$")
_BY_OFFICE = re.compile(
    r"^(?!.*[等待报请送由经未需拟])[\u4e00-\u9fff]{1,6}(?:政府|局|厅|委|部)已?批(?:复|准)?$"
)
_PERCENT = re.compile(r"^(?:已?完成)?(\d{1,3}(?:\.\d+)?)%$")
_IN_TWO_LANGUAGES = re.compile(r"^([\u4e00-\u9fff√×✓✗]+)[(/]?([A-Za-z]{2,20})[)]?$")
_GOING_ON = re.compile(
    r"^(?!.*(?:未|待|暂|停|不|其|集|初|高|中心|施工|建设))(?:[\u4e00-\u9fff]{1,6}中|正在?[\u4e00-\u9fff]{2,8})$"
)
"""征地中, 正在公示: what goes on; but 市委集中 and 高中 are no states."""
_LODGED = re.compile(
    r"^已上?报(?:送|至|到)?(?!废|错|价)[\u4e00-\u9fff]{1,6}(?:局|厅|部|委|省|市|院|中心)$"
)
"""已报省厅."""
_LONGEST_WORD = max(map(len, STATUS_OF))
_DOUBT = re.compile(
    r"未|部分|待|尚|除|缺|基本|拟|争取|差|疑|期|段|局部|仅|只|%|分之|失效|作废|撤销|重新|补"
)
_PROMISED = re.compile(
    r"^(?:预计|计划|拟|力争|确保|争取|目标)|(?:之?前|以前|止)(?:完成|办结|取得|批复?|办完|拿到|报出|到位)?[.。]?$"
)
_SHARE = re.compile(r"^\d{1,2}[/-]\d{1,2}$")
_OF_SOMETHING_ELSE = re.compile(rf"开工|竣工|建成|{_SHARE.pattern}")
"""A day of another act; and 1/3, which may be one of three, or 1-2, the first two."""
_NO_DOUBT = re.compile(
    r"^(?!.*(?:过期|失效|丢失|遗失|作废|撤|到期|上报|申请|移交|移送|提交|交由|等|催|报|送|待|转|退|未|向|由|补|请|拟|正在))"
    r"(?:[\u4e00-\u9fff]{1,12}(?:局|厅|委|中心|政府|部门|办公室)(?:批复|核发|出具|办理|备案)?"
    r"|(?:有效期|证号|文号|编号|批文|批复|(?:项目)?代码|备案号|批准文号|许可证号?|复函|原件|存档|归档|见附件"
    r"|详见附件|见批文|附件)[^待未审报缺].{0,30}"
    r"|有效期|原件|存档|归档|已归档|见附件|详见附件|见批文|附件|批文|共?\d{1,3}[份个件]|自行办理)$"
)
"""What may be noted beside 已办结 and takes nothing of it back: who gave it, where it lies."""
_DONE_BY = re.compile(
    r"^已?经?(?:取得|获得|完成|办结|办理完成|批复|获批|批准|核发|印发|下达)(?:批复|批文|文号)?[:：,，]?"
    r"(?P<number>.+)$"
)
"""已批复〔2025〕9号, 取得示环审〔2025〕9号: the word is none of the number."""
_LABEL = re.compile(r"^(?:批复|批准|文件|备案)?(?:文号|编号)[:：]")
_CLAUSES = re.compile(r"[,，;；、。()\[\]【】]|(?<=号)(?=\d{4})")
_DAY = (
    r"(?:(?:\d{2,4}[年./-])?\d{1,2}[月./-]\d{1,2}[日号]?|\d{1,2}月[上中下]旬"
    r"|\d{4}年\d{1,2}月|\d{4}[./-]\d{1,2})"
)
_WORD_THEN_DAY = re.compile(rf"^(?P<word>[\u4e00-\u9fff√✓✔×]+?)[:：]?(?:于)?(?P<day>{_DAY})$")
_DAY_THEN_WORD = re.compile(rf"^(?:于)?(?P<day>{_DAY})(?P<word>[\u4e00-\u9fff√✓]+)$")
_DAY_THEN_DOCUMENT = re.compile(
    rf"^(?P<word>[\u4e00-\u9fff√✓✔]{{1,8}})?[:：]?(?:于)?(?P<day>{_DAY})(?P<document>.+)$"
)
_EXPECTED = re.compile(r"^(?:预计|计划|拟于|拟|力争|确保|目标|争取)(?:于|在)?(?P<day>.+)$")
_FRACTION = re.compile(r"^\d{1,2}[/-]\d{1,2}$")
_DAY_THEN_ACT = re.compile(r"^(?P<day>.+?)(?:可|能)?(?:批复|获批|办结|完成|取得|发证|核发)$")
"""What is to come on a day, where that lies ahead: 否，7月底批复."""
_ACTS = {word: Status(key) for key, words in vocabulary().acts.items() for word in words}
"""What was done on the day beside it: 备案 2026-6-1."""
_SOME_DAY = re.compile(r"^(?:[本下上这]个?[月周旬季]度?|月|近期|年)[底末初中内]?前?$")
_LOOKS_LIKE_A_DAY = re.compile(
    r"^\d{2,4}[年./-]\d{1,2}[月./-]\d{1,2}[日号]?$|^\d{1,2}月\d{1,2}[日号]?$"
)
_LONGEST = 80
_BLANK = "空白"
_OF_A_HEADING = re.compile("情况|进度|进展|时间|时限|日期|阶段|状态|人|部门|单位|填")
"""What follows 办理 where it is no state: 办理情况 is what a column is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReading:
    """What a cell says of a step, the rule that read it, and what is wrong, if anything."""

    status: Status
    rule: str
    day: date | None = None
    planned: date | None = None
    document: str | None = None
    problem: str | None = None


def status_of_word(word: str) -> Status | None:
    """Return the status that a word means, with or without what follows it in a legend."""
    text = plain(word)
    for last in range(min(len(text), _LONGEST_WORD), 1, -1):
        if (status := _known(text[:last])) is not None:
            return None if _OF_A_HEADING.match(text[last:]) else status
    return _known(text)


def _known(text: str) -> Status | None:
    """Return what a comparable text means by itself: a word, a share of 100 %, X中, 可研已批."""
    status = STATUS_OF.get(text.casefold(), _after_step(text))
    if status is not None:
        return status
    if _PUT_RIGHT.match(text):
        return Status.RETURNED
    if _BY_OFFICE.match(text):
        return Status.DONE
    if share := _PERCENT.match(text):
        return _of_share(float(share[1]))
    if both := _IN_TWO_LANGUAGES.match(text):
        chinese, english = (STATUS_OF.get(each.casefold()) for each in both.groups())
        return chinese if english in (None, chinese) else None
    return Status.IN_PROGRESS if _GOING_ON.match(text) or _LODGED.match(text) else None


def _after_step(text: str) -> Status | None:
    """Return the state behind the name of a step or a paper: 预审已批, 报告表已批."""
    for last in range(min(len(text) - 2, _LONGEST_NAME), 1, -1):
        if text[:last] in _STEPS or text[:last] in _PAPERS:
            return STATUS_OF.get(text[last:])
    return None


def _of_share(percent: float) -> Status | None:
    if percent > 100:
        return None
    if percent in (0, 100):
        return Status.DONE if percent else Status.NOT_STARTED
    return Status.IN_PROGRESS


def taught(told: Mapping[str, str]) -> dict[str, Status]:
    """Return the words of state among what people told, by their comparable text."""
    words = {word: status_of_word(said) for key, said in told.items() if (word := word_in(key))}
    return {word: status for word, status in words.items() if status is not None}


def is_promise(value: Value) -> bool:
    """Tell whether a day is one that was promised: 预计6月10日, 5月底前."""
    return isinstance(value, str) and _PROMISED.search(plain(value)) is not None


@lru_cache(maxsize=16_384, typed=True)
def read_status(  # noqa: C901, PLR0911  a list of cases, the plain ones first
    value: Value, rules: CellRules
) -> StatusReading:
    """Read a status cell by the rules of its table; the sheet's own legend wins.

    A day is planned or actual as the rules say. Where they say neither, one not after the ledger's
    day means done on that day, with a warning, and a later one is planned.
    """
    legend = rules.legend
    if value is None:
        if _BLANK in legend:
            return StatusReading(status=legend[_BLANK], rule="legend")
        return StatusReading(status=Status.UNKNOWN, rule="blank", problem="status_blank")
    if isinstance(value, bool):
        return StatusReading(status=Status.DONE if value else Status.NOT_STARTED, rule="yes_no")
    text = plain(shown(value) if isinstance(value, float) else value)
    if text in legend:
        problem = "unknown_status" if legend[text] is Status.UNKNOWN else None
        return StatusReading(status=legend[text], rule="legend", problem=problem)
    if (known := _known(text)) is not None:
        return StatusReading(status=known, rule="word")
    if (done := _DONE_BY.match(text)) and (number := number_in(done["number"])):
        return StatusReading(status=Status.DONE, rule="document", document=number)
    if told := _word_then_document(text):
        return told
    if is_document(text):
        return StatusReading(status=Status.DONE, rule="document", document=shown(value))
    reading = read_day(value, DayRole.END, rules.reads_as_of)
    if reading.day is not None or not isinstance(value, str) or len(text) > _LONGEST:
        return _from_day(reading, text, rules)
    clauses = [clause for clause in _CLAUSES.split(_keeping_documents(text)) if clause]
    if not clauses or (len(clauses) == 1 and not _joined(_whole(clauses[0]))):
        return _from_day(reading, text, rules)
    return _from_clauses(clauses, rules)


def _word_then_document(text: str) -> StatusReading | None:
    """Read 已办结示发改〔2025〕9号: a word, then a number; 暂停 beside one is asked about."""
    for last in range(min(len(text), _LONGEST_WORD), 1, -1):
        rest = text[last:].lstrip(":：,，")
        known = STATUS_OF.get(text[:last].casefold())
        if known is not None and is_document(rest):
            if known is Status.DONE:
                return StatusReading(status=Status.DONE, rule="document", document=rest)
            return StatusReading(status=Status.UNKNOWN, rule="none", problem="unknown_status")
    return None


def _from_day(reading: DayReading, text: str, rules: CellRules) -> StatusReading:
    """Read a cell that holds a day where a word belongs."""
    unknown = StatusReading(status=Status.UNKNOWN, rule=reading.rule)
    if reading.day is None:
        impossible = reading.problem == "bad_date" and _LOOKS_LIKE_A_DAY.match(text)
        problem = "bad_date" if impossible else "unknown_status"
        problem = "relative_date" if _SOME_DAY.match(text) else problem
        return replace(unknown, rule="none", problem=problem)
    if _OF_SOMETHING_ELSE.search(text):
        return replace(unknown, rule="none", problem="unknown_status")
    planned = replace(unknown, rule=f"planned:{reading.rule}", planned=reading.day)
    if rules.sense is Sense.PLANNED:
        return planned
    if reading.day > rules.as_of:
        is_said = _PROMISED.search(text) or rules.sense is Sense.MIXED
        late = "future_done" if rules.sense is Sense.ACTUAL else "future_day"
        return planned if is_said else replace(planned, problem=late)
    if _PROMISED.search(text):  # 5月底前 was a promise; whether it was kept nobody says
        return replace(planned, problem="promised_day")
    if rules.sense is Sense.MIXED:
        return replace(unknown, problem="plan_or_actual")
    if reading.rule not in EXACT_RULES and rules.sense is not Sense.ACTUAL:
        return replace(unknown, problem="unknown_status")
    return StatusReading(
        status=Status.DONE,
        rule=f"day:{reading.rule}",
        day=reading.day,
        problem=None if rules.sense is Sense.ACTUAL else "plan_or_actual",
    )


_BRACKETS = dict(
    zip("〔[(【〕])】", "\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007", strict=True)
)
_KEPT = str.maketrans({kept: mark for mark, kept in _BRACKETS.items()})
_IN_A_NUMBER = re.compile(r"([〔\[(【])(\d{4})([〕\])】])(?=第?\d)")


def _keeping_documents(text: str) -> str:
    """Return a text whose document numbers keep their brackets when it is split at others."""
    return _IN_A_NUMBER.sub(lambda m: f"{_BRACKETS[m[1]]}{m[2]}{_BRACKETS[m[3]]}", text)


def _whole(clause: str) -> str:
    return clause.translate(_KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What one clause says; all None for a note."""

    status: Status | None = None
    day: str | None = None
    expected: str | None = None
    document: str | None = None
    note: str | None = None


def _joined(clause: str) -> _Said | None:
    """Return a word and a day written as one, or None."""
    match = _WORD_THEN_DAY.match(clause) or _DAY_THEN_WORD.match(clause)
    if match is None:
        both = _DAY_THEN_DOCUMENT.match(clause)
        if both is None or not is_document(both["document"]):
            return None
        status = STATUS_OF.get(both["word"] or "")
        if both["word"] and status is None:
            return None
        return _Said(status=status, day=both["day"], document=both["document"])
    status = STATUS_OF.get(match["word"]) or _ACTS.get(match["word"])
    if _FRACTION.match(match["day"]):
        return None  # 已办1/2 counts, it dates nothing
    if status is not None:
        return _Said(status=status, day=match["day"])
    return None


def _said(clause: str, rules: CellRules) -> _Said:
    text, as_of = _whole(clause), rules.reads_as_of
    status = rules.legend.get(text, _known(text))
    if status is not None:
        return _Said(status=status)
    if number := number_in(_LABEL.sub("", text)):
        return _Said(document=number)
    joined = _joined(text)
    if joined is not None:
        return joined
    if _SHARE.match(text):
        return _Said(note=text)
    expected = _EXPECTED.match(text)
    if expected and read_day(expected["day"], DayRole.END, as_of).day:
        return _Said(expected=expected["day"])
    reading = read_day(text, DayRole.END, as_of)
    if reading.day is not None and _PROMISED.search(text):
        return _Said(expected=text)
    act = _DAY_THEN_ACT.match(text)
    ahead = read_day(act["day"], DayRole.END, as_of).day if act else None
    if act and ahead and ahead > rules.as_of:
        return _Said(expected=act["day"])
    is_day = reading.day is not None or _LOOKS_LIKE_A_DAY.match(text)
    return _Said(day=text) if is_day else _Said(note=text)


def _from_clauses(clauses: Sequence[str], rules: CellRules) -> StatusReading:
    """Read a cell of several clauses.

    The word wins, a day or a number is kept, doubt is asked about.
    """
    said = [_said(clause, rules) for clause in clauses]
    if said[0].status and len(said) > 1:  # 办理中（11.15受理）: what is in brackets only explains
        said[1:] = [_explaining(each, said[0].status) for each in said[1:]]
    statuses = {each.status for each in said if each.status}
    days = [each.day for each in said if each.day]
    documents = [each.document for each in said if each.document]
    notes = [each.note for each in said if each.note]
    if len(statuses) > 1 or len(days) > 1 or len(documents) > 1:
        return StatusReading(status=Status.UNKNOWN, rule="clauses", problem="unknown_status")
    document = documents[0] if documents else None
    status = next(iter(statuses), Status.DONE if document else None)
    doubted = (status is Status.DONE and not all(map(_NO_DOUBT.match, notes))) or (
        status is Status.NOT_REQUIRED and any(map(_DOUBT.search, notes))
    )
    if status is None or doubted or (not statuses and notes):
        return StatusReading(status=Status.UNKNOWN, rule="clauses", problem="unknown_status")
    found = StatusReading(
        status=status, rule="clauses" if statuses else "document", document=document
    )
    expected = next((each.expected for each in said if each.expected), None)
    if expected:
        found = replace(found, planned=read_day(expected, DayRole.END, rules.reads_as_of).day)
        if status is Status.DONE:
            return StatusReading(status=Status.UNKNOWN, rule="clauses", problem="unknown_status")
    return _with_day(found, days[0], rules) if days else found


def _explaining(each: _Said, status: Status) -> _Said:
    """Return a clause that follows a word.

    受理 after 办理中 says nothing else than the word did.
    """
    is_open = status in (Status.IN_PROGRESS, Status.RETURNED, Status.SUSPENDED)
    agrees = each.status is status or (is_open and each.status is Status.IN_PROGRESS)
    return replace(each, status=None) if agrees and status is not Status.DONE else each


def _with_day(found: StatusReading, text: str, rules: CellRules) -> StatusReading:
    reading, as_of = read_day(text, DayRole.END, rules.reads_as_of), rules.as_of
    if reading.day is None:
        return replace(found, problem="bad_date" if reading.problem == "bad_date" else None)
    if reading.day > as_of and found.status is Status.DONE:
        return StatusReading(status=Status.UNKNOWN, rule="word_day", problem="future_done")
    if reading.day > as_of:
        return replace(found, planned=reading.day, problem="future_day")
    if reading.rule not in EXACT_RULES and found.status is Status.DONE:
        return replace(found, rule=f"{found.rule}:{reading.rule}", day=reading.day)
    return replace(found, day=reading.day)
