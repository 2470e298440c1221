"""What prose says of steps: proposals with the words they came from, for a person to take over.

已完成可研批复，正在办理用地预审 gives two. A clause is read by its verb; one that doubts, plans or
speaks of no step gives none.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import zip_longest

from tracker.core.model import Procedure
from tracker.ledger.book.grid import letters
from tracker.ledger.model import LedgerProposal
from tracker.ledger.shape.columns import step_kinds_in
from tracker.ledger.shape.entries import Cell
from tracker.ledger.shape.sense import state_of_list
from tracker.ledger.values.dates import DayRole, read_day
from tracker.ledger.values.rules import CellRules, Status
from tracker.ledger.values.secrecy import without_private
from tracker.ledger.values.words import plain, shown

_SENTENCES = re.compile(r"[。;；!！\n]|(?:^|(?<=[\s,，;；。]))\d{1,2}[.、)](?!\d)")
_CLAUSES = re.compile(r"[,，]")
_DOUBT = re.compile(
    r"未批|过期|失效|到期|丢失|作废|未通过|没有?批|基本|部分|除|争取|疑|可能|是否|不批|如|若|(?<![无不])需要?(?!补正)|应|建议(?!书)|撤销|请|抓紧|督促|准备|尽快|推动|配合|协调|促|加快|材料|清单|资料|会研究|由.{2,12}(?:完成|办|批)"
)
_PLAN = re.compile(
    r"计划|拟|预计|力争|确保|将|下一步|下周|下月|目标|待.{1,12}后|之?前(?:完成|取得|办结|上报)"
)
_IS_NOW = re.compile("已|正在|目前")
_NEGATED = re.compile(
    r"未|没|无法|不能|难以|待(?!批|审)|申请(?!中)|具备|条件|初稿|\d%|[一二三四]期|[一二三四]标|部分"
)
"""What takes a finished or a running act back: 未取得可研批复, 已具备取得施工许可证条件."""
_TELLS = re.compile("已|完成|办结|取得|正在|在办|在编|未|没|中$|通过|获批|退回|批$|办完|办好|审批$")
_SAYS_ITSELF = re.compile(
    "已|正在|在办|在编|未|没|中$|退回|退件|驳回|补正|暂停|暂缓|待|不需|无需|编制|上报|受理|预计|过期|计划"
)
"""What counts more than the heading of a list; 用地报批 there is the name of a step."""
_REVIEWED = re.compile("审查(?:已|均已)?(?:完成|通过|合格)|(?:完成|通过).{0,6}审查$")
_LIST = re.compile("[、和及与]")
_BY_VERB: Sequence[tuple[Status, re.Pattern[str]]] = (
    (Status.RETURNED, re.compile("退回|退件|驳回|补正|打回")),
    (Status.SUSPENDED, re.compile("暂停|暂缓|搁置|中止")),
    (
        Status.NOT_STARTED,
        re.compile("未启动|未办|未开始|未开展|未申报|未开工|尚未|未上报|待启动|没有?办|未编制"),
    ),
    (Status.NOT_REQUIRED, re.compile("无需|不需要|不涉及|免于|豁免")),
    (Status.IN_PROGRESS, re.compile("(?:报|呈|送).{0,12}(?:审批|审核|核准|批准)$|已报批|待报")),
    (
        Status.IN_PROGRESS,
        re.compile(
            "正在|在办|在编|办理中|中$|编制|委托|上报|报送|已报|受理|组卷|评审|公示|挂网|审查|征求意见|送审|推进|待批|待审"
            "|修改|会审|专家"
        ),
    ),
    (
        Status.DONE,
        re.compile(
            "完成|办结|取得|已?批复|获批|已开工|已动工|已批|核发|已备案|已核准|通过|办理完|办妥|领取|印发|批$|已办|办完|办好|已发证|已领"
            "|已出证"
        ),
    ),
)
_ONE_DAY = ("month_day", "dotted")
_DAY = re.compile(
    r"(?:\d{2,4}[年./-])?\d{1,2}[月./-]\d{1,2}[日号]?|(?:\d{4}年)?\d{1,2}月(?:[上中下]旬|底|初)?"
)


class Proposer:
    """Reads the prose of the projects of one table."""

    def __init__(
        self,
        rules: CellRules,
        step_of: Callable[[str, Procedure, Mapping[str, str], frozenset[str]], str | None],
    ) -> None:
        self.rules, self.step_of = rules, step_of

    def read(
        self, cells: Sequence[Cell], procedure: Procedure, facts: Mapping[str, str]
    ) -> Iterator[LedgerProposal]:
        """Yield what the prose of a project proposes, the last word on each step alone."""
        found: dict[str, LedgerProposal] = {}
        for cell in cells:
            text = without_private(shown(cell.value) or "", "")
            kinds = frozenset(step_kinds_in(text))
            for clause, kind, said in self._sayings(cell.heading, text):
                if step := self.step_of(kind, procedure, facts, kinds):
                    found[step] = LedgerProposal(
                        step=step,
                        status=said[0],
                        day=said[1],
                        words=clause,
                        row=cell.row + 1,
                        column=letters(cell.column),
                    )
        yield from found.values()

    def _sayings(
        self, heading: str, text: str
    ) -> Iterator[tuple[str, str, tuple[Status, date | None]]]:
        """Yield each clause with a kind of step it names and what it says of that.

        Where the heading gives the state of what it lists, a piece that tells nothing has that.
        """
        listed = state_of_list(heading)
        for clause in _pieces_of(text) if listed else _clauses_of(text):
            said = self._listed(clause, listed) if listed else self._said(clause)
            for kind in _named_together(clause) if said else ():
                if said:
                    yield clause, kind, said

    def _listed(self, piece: str, listed: Status) -> tuple[Status, date | None] | None:
        text = plain(piece)
        if _SAYS_ITSELF.search(text):
            return self._said(piece)
        if _DOUBT.search(text) or _PLAN.search(text) or self._lies_ahead(text):
            return None
        return listed, self._day(text) if listed is Status.DONE else None

    def _lies_ahead(self, text: str) -> bool:
        """Tell whether a day or a month of a clause is still to come."""
        days = (
            read_day(m[0], DayRole.START, self.rules.reads_as_of).day for m in _DAY.finditer(text)
        )
        return any(day is not None and day > self.rules.as_of for day in days)

    def _said(self, clause: str) -> tuple[Status, date | None] | None:
        """Return the state that a clause tells of, and the day on which it came."""
        text = plain(clause)
        if _DOUBT.search(text) or self._lies_ahead(text):
            return None
        status = next((status for status, verb in _BY_VERB if verb.search(text)), None)
        if status in (Status.IN_PROGRESS, Status.DONE) and _NEGATED.search(text):
            return None
        if status is None:
            return None
        status = Status.DONE if _REVIEWED.search(text) else status
        is_one = len(step_kinds_in(text)) == 1  # a day among several steps is of one of them
        return status, self._day(text) if is_one else None

    def _day(self, text: str) -> date | None:
        """Return the one day of a clause; a month is none."""
        found = {
            reading.day
            for match in _DAY.finditer(text)
            if (reading := read_day(match[0], DayRole.END, self.rules.reads_as_of)).day
            and (reading.rule in _ONE_DAY or (reading.rule == "short" and "." in match[0]))
        }
        return found.pop() if len(found) == 1 else None


def _pieces_of(text: str) -> Iterator[str]:
    """Yield the pieces of a list."""
    for sentence in _SENTENCES.split(text):
        yield from filter(None, (each.strip() for each in re.split("[、,，]", sentence)))


def _clauses_of(text: str) -> Iterator[str]:
    """Yield the clauses that tell what is; what follows a plan in its sentence is planned too."""
    for sentence in _SENTENCES.split(text):
        is_planned = False
        told: list[str] = []
        for clause in filter(None, (each.strip() for each in _CLAUSES.split(sentence))):
            is_planned = (is_planned and not _IS_NOW.search(clause)) or bool(_PLAN.search(clause))
            if not is_planned:
                told.append(clause)
        yield from (group for clause in _of_one_mind(told) for group in _groups_of(clause))


def _of_one_mind(clauses: Sequence[str]) -> Iterator[str]:
    """Yield the clauses of a sentence but those that another one without a step goes on from.

    环评5月20日通过评审，6月10日取得批复 says two things of one step.
    """
    for clause, then in zip_longest(clauses, clauses[1:], fillvalue=""):
        goes_on = (
            then and not step_kinds_in(then) and any(v.search(plain(then)) for _, v in _BY_VERB)
        )
        if not goes_on:
            yield clause


def _groups_of(clause: str) -> Iterator[str]:
    """Yield each list of steps with its verb: 立项、环评已办结 is one, 可研已批、初设在编 two.

    环评批复 in a list is the name of a paper; what tells is the verb behind it.
    """
    waiting: list[str] = []
    for part in clause.split("、"):
        waiting.append(part)
        if _TELLS.search(plain(part)):
            yield "、".join(waiting)
            waiting = []
    if waiting:
        yield "、".join(waiting)


def _named_together(clause: str) -> list[str]:
    """Return the kinds of step of a clause; none where it tells of several in different ways."""
    kinds = step_kinds_in(clause)
    return kinds if len(kinds) == 1 or _LIST.search(plain(clause)) else []
