"""What each column means, by its heading. A heading of several rows is read from the bottom up."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tracker.core.model import Regime
from tracker.ledger.shape.aliases import (
    ALONE,
    BESIDE_STEPS,
    FIELD_WORDS,
    NO_STEP,
    NOT_THE_FIELD,
    PART_WORDS,
    QUESTION_WORDS,
    SEVERAL_STEPS,
    STEP_WORDS,
    WORK_WORDS,
    Field,
    Part,
)
from tracker.ledger.shape.sense import sense_of_heading, state_of_list, year_of_heading
from tracker.ledger.values.money import unit_in
from tracker.ledger.values.rules import Sense
from tracker.ledger.values.words import plain
from tracker.ledger.vocabulary import vocabulary

NOT_USED = "-"
"""What a person writes for a column that is to be passed over."""

_APPROVALS = frozenset({"approval", "feasibility", "verification", "filing"})
_ALIASES = sorted(
    ((word, field) for field, words in FIELD_WORDS.items() for word in words),
    key=lambda pair: -len(pair[0]),
)
_STEP_ALIASES = sorted(
    ((word, kind) for kind, words in STEP_WORDS.items() for word in words),
    key=lambda pair: -len(pair[0]),
)
_OF_A_DAY = re.compile("时间|时限|日期|期限|目标|节点")
_OF_PROGRESS = re.compile("情况|进展|进度|完成|落实")
_ASKED = re.compile(r"待答[:：](?P<name>.+?)(?:[（(][^（）()]*[/／][^（）()]*[）)])?$")
_QUESTION = re.compile(
    "是否(?:需要?|须|应|涉及|涉|占用?|使用|压覆|属于|位于|在|纳入|列入|存在|有|符合|划入|征收)|是否$"
    r"|(?:需要?办理?|涉及|占用)[^,]{0,12}\([是否√×/有无]{2,5}\)"
)
_DAY_OF_WORK = re.compile(
    "(?:开始|启动|起始|最早|进场|上报|报送|受理|公示|申请|申报|送审|提交|报审)(?:时间|日期)"
)
_READY = re.compile(
    "能否|可否|是否(?:具备|可|能|计划|拟|存在|已?(?:申报|上报|报|受理|启动|送审|编制|委托|提交|组卷))"
)
_PARTY = re.compile("(?:单位|机构|公司|联系人|负责人|经办人|责任人|专家)(?:名称)?$")
"""How a heading ends that names somebody: 环评单位, 可研编制机构."""
_APPROVAL = re.compile("^(?:批复|审批|核准|备案|获批|取得|办结|审查)(?:情况|状态|结果|进展|与否)?$")
"""What stands under the name of a step and asks for its state: 编制 | 批复."""
_LODGED = re.compile(
    "^(?:报批|上报|报送|申报|呈报|报审|报件|提交|受理|公示|挂网)(?:情况|状态|进展|与否)?$"
)
"""What stands under the name of a step and asks whether it was handed in; it approves nothing."""
_THIS_TIME = re.compile("^(?:本周|本期|本月|本旬|当前|目前|现状|最新)(?:情况|状态|进展|进度)?$")
_LAST_TIME = re.compile("^(?:上周|上期|上月|上旬|前期|原)(?:情况|状态|进展|进度)?$")
_TASK = re.compile(
    r"^(?:关键|重要|主要)?(?:节点|里程碑|任务|阶段|事项|目标)(?P<n>\d{1,2}|[一二三四五六七八九十])(?P<rest>.{0,8})$"
)
_OF_TEXT = ("", "名称", "内容", "事项", "任务", "目标", "工作")
_GOALS = (
    "工作目标",
    "阶段目标",
    "节点目标",
    "工作任务",
    "主要任务",
    "目标任务",
    "节点任务",
    "阶段任务",
    "工作节点",
)
_MONTH = re.compile(
    r"^(?:20\d{2}年)?(?:(?P<month>\d{1,2})月(?:份|底)?|第?(?P<quarter>[一二三四1-4])季度(?:末|底)?"
    r"|(?P<half>[上下])半年)(?:计划|目标|任务|节点|工作|安排){0,2}$"
)
_DEADLINES = (
    Field.DEADLINE,
    Field.PLANNED_FINISH,
    Field.PROBLEM_DAY,
    Field.STEP,
    Field.NUMBER,
    Field.PROGRESS,
)
"""Fields that yield to a step in the same heading.

可研批复完成时限 is the planned day of a step.
"""
_IN_BRACKETS = re.compile(r"[(][^()]*[)]")
_STATES = frozenset(
    word
    for words in vocabulary().states.values()
    for word in words
    if len(word) > 1 and word[0] in "已在未正待无不暂退"
)
_ASKS = re.compile("[是能可]否")
_ASKS_IF_DONE = re.compile(
    "是否(?:已经?)?(?:办理|完成|办结|取得|批复|审批|批准|通过|办完|核发|领取|备案|核准|立项|开工|竣工|获批|办|提供)"
    "(?:完成|完毕|批复|手续|许可证?|情况)*$|^是否$"
)
"""What is answered with a state; 是否逾期 and 是否容缺 are not."""
_ASKS_IF_NEEDED = re.compile("^是否(?:需要?|须|应|涉及?|占用)(?:办理?)?$")
_OF_OTHER_MONEY = re.compile("计划|到位|完成|累计|今年|年度|本年|[0-9]月|来源|缺口|拨付|支付")
_OF_PROBLEMS = re.compile("问题|整改|下一?步|风险|困难")
"""Groups whose 完成时限 and 责任领导 are not the project's."""
_ABOUT_DELAY = re.compile("督办|督查|原因|问题|困难|措施|建议|投诉|未办结|未完成")
"""What a heading is about that tells of no state: 督办情况, 未办结原因."""
_DRAWINGS = "施工图"
"""A paper by itself; its step is the review, 施工图审查."""
_ABOUT_PAPERS = re.compile(
    "在办|未|待|应办|缺|滞后|逾期|计划|拟|临时|[一二三四]期|部分|稿|申请|申报|上报|公示|编制|委托|送审|资料|要件|合同|未含|不含"
)
_OF_NO_MEANING = re.compile(
    r"[\sA-Za-z\d、,，/.·:：;；()\-—–+&①-⑳年月日号底前初末上中下旬季度一二三四五六七八九十内之以于在及和与并]+"
)
_TASKS = re.compile("[、,，;；。/]|并(?!联)|和|及|与")
_AROUND_A_LABEL = re.compile(r"[(].*?[)]|[:]$|^项目(?=总投资)")
_LONGEST = 40  # a heading longer than this is a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column with its heading; `field` or `step_kind` says what it holds, neither when unknown.

    `part` is what it tells of the step. `key` is the heading as it is remembered, `rule` what gave
    it its meaning: the alias list, or a person (`told`). `grouped` columns stand under a heading of
    their own, as the steps of a ledger do.
    """

    index: int
    heading: str
    key: str = ""
    field: Field | None = None
    step_kind: str | None = None
    part: Part = Part.STATE
    rule: str = "alias"
    grouped: bool = False
    meant: str = ""
    """The heading that people say it stands for."""
    asked: str = ""
    """The question or the step, by its name, for which the column was added (待答：规划区内)."""
    question: str | None = None
    """The question or the kind of step that a column of 是 and 否 answers; '' for one unknown."""
    task: str | None = None
    """Which task it tells of, where steps stand in cells: its text (as DOCUMENT), day or state."""
    month: tuple[int, int] | None = None
    """The year, 0 for the table's own, and the month (of a quarter the last) of its tasks."""
    sense: Sense | None = None
    """What its heading, or the group above it, says of days in it."""
    tick: str | None = None
    """The state that a tick below it stands for: 已办, 在办 and 未办 beside one another."""
    year: int | None = None
    """The year that its heading gives to days that name none."""

    @property
    def own_part(self) -> Part | None:
        """Return what the column says of the step of its row, where steps stand in rows."""
        return part_of(self.meant or self.heading)

    @property
    def unit(self) -> str | None:
        """Return the unit that a column of amounts names in its heading."""
        return unit_in(self.key) if self.field is Field.INVESTMENT else None


def field_of(heading: str) -> Field | None:
    """Return the field that a heading means, or None; None for what is known and not kept."""
    found = _field(plain(heading))
    return None if found is Field.NOT_KEPT else found


def _field(text: str) -> Field | None:
    bare = text.split("(", maxsplit=1)[0].rstrip(":")
    if bare in ALONE:
        return ALONE[bare]
    if len(text) > _LONGEST:
        return None
    if state_of_list(text):
        return Field.PROGRESS
    found = next((field for word, field in _ALIASES if word in text), None)
    if any(w in text for w in SEVERAL_STEPS) and found in (None, Field.STEP, Field.PROGRESS):
        if _OF_A_DAY.search(text):
            return Field.DEADLINE
        if _OF_PROGRESS.search(text):
            return Field.PROGRESS
    if found and any(word in text for word in NOT_THE_FIELD.get(found, ())):
        return None
    return None if found in _DEADLINES and step_kind_of(text) else found


def is_label(text: str) -> bool:
    """Tell whether a text is a heading word and nothing more; 园区建设专班 only contains one."""
    bare = _AROUND_A_LABEL.sub("", plain(text))
    return bare in ALONE or any(bare == word for word, _ in _ALIASES)


def step_kind_of(heading: str) -> str | None:
    """Return the kind of step a heading speaks of; None for none, or for several."""
    rest = plain(heading)
    if len(rest) > _LONGEST or any(word in rest for word in NO_STEP):
        return None
    found: list[str] = []
    for word, kind in _STEP_ALIASES:
        if word in rest:
            rest = rest.replace(word, "\n")
            found += [kind] if kind not in found else []
    if len(found) > 1 and _APPROVALS.issuperset(found):
        return "approval"
    return found[0] if len(found) == 1 else None


def approval_of(heading: str) -> str | None:
    """Return the kind of step whose state a heading asks for; None for what is only about it.

    环评批复 and 环评 do; 环评公示, 用地红线 and 施工许可资料 do not.
    """
    kind = step_kind_of(heading)
    return kind if kind and _asks_for_state(plain(heading)) else None


def approvals_in(text: str) -> list[str]:
    """Return the kinds of step whose approval a task speaks of: 3月底前取得施工许可并开工."""
    pieces = _TASKS.split(plain(text))
    return list(dict.fromkeys(kind for piece in pieces if (kind := approval_of(piece))))


@lru_cache(maxsize=4096)
def _asks_for_state(text: str) -> bool:
    if _DRAWINGS in text and "审" not in text:
        return False
    said = _IN_BRACKETS.findall(text)
    if any(_ABOUT_PAPERS.search(each) for each in said):
        return False
    rest = _IN_BRACKETS.sub("", text)
    for word, _ in _STEP_ALIASES:
        rest = rest.replace(word, "\n")
    for word in BESIDE_STEPS:
        rest = rest.replace(word, "\n")
    return not _OF_NO_MEANING.sub("", rest)


def question_of(heading: str) -> str | None:
    """Return what a column of 是 and 否 answers; None where its heading asks nothing.

    '' for what no procedure asks. 是否完成 and 是否办理 ask for a state, and so do not count.
    """
    text = plain(heading)
    if len(text) <= _LONGEST and _READY.search(text):
        return ""  # whether it could be done, or was handed in: neither a need nor a state
    if len(text) > _LONGEST or not _QUESTION.search(text):
        return None
    for fact, words in QUESTION_WORDS.items():
        if any(word in text for word in words):
            return fact
    return step_kind_of(heading) or ""


def _is_work(label: str) -> bool:
    """Tell whether a heading is about work on a paper: 可研编制, but not 可研批复."""
    text = plain(label)
    is_approval = any(word in text for word in ("批复", "审批", "批准", "核准", "备案", "许可"))
    is_day_of_work = _DAY_OF_WORK.search(text) is not None
    return not is_approval and (is_day_of_work or any(word in text for word in WORK_WORDS))


def part_of(heading: str) -> Part | None:
    """Return what a heading says a column tells of its step, or None."""
    text = plain(heading)
    if _ABOUT_DELAY.search(text) or (_ASKS.search(text) and not _ASKS_IF_DONE.search(text)):
        return None
    return next((part for part, words in PART_WORDS if any(word in text for word in words)), None)


def asked_in(label: str) -> str:
    """Return the name of the question or the step that a heading asks for; '' for none."""
    found = _ASKED.match(label.strip())
    return found["name"].strip() if found else ""


def column_of(index: int, headings: Sequence[str], told: Mapping[str, str]) -> Column:
    """Return the meaning of a column from its heading rows, the highest first.

    `told` maps headings, as `key_of` writes them, to the heading that people say they stand for.
    """
    lines = [heading for heading in headings if heading]
    key = key_of(lines)
    said = told.get(key, told.get(plain(lines[-1]) if lines else ""))
    if said is None:
        found = _column(index, lines, key)
        return replace(
            found, sense=found.sense or sense_of_heading(lines), year=year_of_heading(lines)
        )
    heading = lines[-1] if lines else ""
    if said == NOT_USED:
        return Column(index=index, heading=heading, key=key, field=Field.NOT_KEPT, rule="told")
    meant = _column(index, said.split("/"), key)
    return Column(
        index=index,
        heading=heading,
        key=key,
        field=meant.field,
        step_kind=meant.step_kind,
        part=meant.part,
        sense=meant.sense,
        rule="told",
        grouped=meant.grouped,
        meant=said,
    )


def key_of(lines: Sequence[str]) -> str:
    """Return a heading of several rows as one text, comparable from one week to the next."""
    return "/".join(plain(line) for line in lines)


def _column(index: int, lines: Sequence[str], key: str) -> Column:
    label = lines[-1] if lines else ""
    if name := asked_in(label):
        return Column(index=index, heading=label, key=key, asked=name)
    if task := _task_column(index, lines, key):
        return task
    above = list(reversed(lines[:-1]))
    group = next((line for line in above if approval_of(line) and _field(plain(line)) is None), "")
    kind = step_kind_of(label)
    if group and kind is None:
        return _part_column(index, group, label, key)
    field = _field(plain(label))
    if field is not None:
        elsewhere = _is_elsewhere(field, plain(label), "".join(map(plain, above)))
        return Column(index=index, heading=label, key=key, field=None if elsewhere else field)
    asked = question_of(label)
    if asked is not None:
        needed = asked if asked in STEP_WORDS and asked not in QUESTION_WORDS else None
        return Column(
            index=index,
            heading=label,
            key=key,
            question=asked,
            step_kind=needed,
            part=Part.NEEDED,
        )
    if _PARTY.search(plain(label)):
        return Column(index=index, heading=label, key=key, field=Field.NOT_KEPT if kind else None)
    if kind is None:
        return Column(index=index, heading=label, key=key, grouped=bool(above))
    return _step_column(index, lines, key, kind)


def _step_column(index: int, lines: Sequence[str], key: str, kind: str) -> Column:
    """Return a column whose own heading names a step: its state, a part of it, or only about it."""
    label, above = lines[-1], list(reversed(lines[:-1]))
    part = part_of(_without_step(label)) or next(filter(None, map(part_of, above)), Part.STATE)
    is_work = _is_work(label) and part is not Part.DOCUMENT
    tick = next(filter(is_state, map(_bare, _IN_BRACKETS.findall(plain(label)))), None)
    if tick and approval_of(_IN_BRACKETS.sub("", plain(label))):
        return Column(index=index, heading=label, key=key, step_kind=kind, tick=tick)
    if not is_work and approval_of(label) is None:
        return Column(index=index, heading=label, key=key)  # 环评公示: about the step, no state
    part = Part.WORK if is_work else part
    return Column(
        index=index,
        heading=label,
        key=key,
        step_kind=kind,
        part=part,
        grouped=bool(above),
        sense=sense_of_heading(lines),
    )


def is_state(text: str) -> bool:
    """Tell whether a heading is a state and no more: 已办, 在办, 未办; 办理 asks for one."""
    return text in _STATES


def _bare(text: str) -> str:
    return text.strip("()")


def _is_elsewhere(field: Field, label: str, groups: str) -> bool:
    """Tell whether a heading is not about the project as a whole: 原包保领导, 到位资金/投资."""
    if field is Field.INVESTMENT:
        return _OF_OTHER_MONEY.search(groups) is not None
    if field is Field.LEADER and (label.startswith(("原", "前任")) or step_kind_of(label)):
        return True
    is_ours = field not in (Field.DEADLINE, Field.LEADER)
    return not is_ours and _OF_PROBLEMS.search(groups + label) is not None


def _task_column(index: int, lines: Sequence[str], key: str) -> Column | None:
    """Return a column of tasks: 节点1, 节点1时限, 工作目标, 3月; None for any other."""
    label = plain(lines[-1]) if lines else ""
    whole = "".join(map(plain, lines[-2:]))
    if match := _MONTH.match(label):
        year = next(
            (int(y) for line in lines for y in re.findall(r"20\d{2}(?=年)", plain(line))), 0
        )
        month = _last_month(match)
        if month in range(1, 13):
            return Column(index=index, heading=label, key=key, month=(year, month))
    if label in _GOALS:
        return Column(index=index, heading=label, key=key, task="", part=Part.DOCUMENT)
    match = _TASK.match(label) or _TASK.match(whole)
    if match is None:
        return None
    rest = match["rest"]
    if rest in _OF_TEXT:
        return Column(index=index, heading=label, key=key, task=match["n"], part=Part.DOCUMENT)
    part = part_of(rest)
    if part in (Part.PLANNED, Part.DAY, Part.ACTUAL, Part.STATE):
        planned = part in (Part.PLANNED, Part.DAY)
        return Column(
            index=index,
            heading=label,
            key=key,
            task=match["n"],
            part=Part.PLANNED if planned else part,
            sense=Sense.PLANNED if planned else Sense.ACTUAL,
        )
    return None


def tells_of_a_step(label: str) -> bool:
    """Tell whether a heading says what of a step stands below it: 计划, 编制, 报批, 批复."""
    text = plain(label)
    known = (_LODGED, _APPROVAL, _THIS_TIME, _LAST_TIME)
    return part_of(text) is not None or _is_work(text) or any(each.match(text) for each in known)


def is_period(label: str) -> bool:
    """Tell whether a heading is a month, a quarter or a half of a year: 3月, 一季度."""
    return _MONTH.match(plain(label)) is not None


def _last_month(match: re.Match[str]) -> int:
    """Return the last month of the period of a heading: 9 for 三季度."""
    if match["month"]:
        return int(match["month"])
    if match["half"]:
        return 6 if match["half"] == "上" else 12
    number = "一二三四".find(match["quarter"]) + 1 or int(match["quarter"])
    return 3 * number


def step_kinds_in(text: str) -> list[str]:
    """Return the kinds of step that a text speaks of, in its order."""
    return list(_step_kinds_in(text))


@lru_cache(maxsize=16_384)  # a ledger says the same few words over and over
def _step_kinds_in(text: str) -> tuple[str, ...]:
    found: list[tuple[int, str]] = []
    rest = plain(text)
    for word, kind in _STEP_ALIASES:
        at = rest.find(word)
        if at >= 0:
            rest = rest.replace(word, "\n" * len(word))
            found.append((at, kind))
    return tuple(dict.fromkeys(kind for _, kind in sorted(found)))


def _part_column(index: int, group: str, label: str, key: str) -> Column:
    """Return a column that stands under the heading of a step.

    计划, 实际, 状态, 文号, or nothing known.
    """
    part = part_of(label)
    if _ASKS_IF_NEEDED.match(plain(label)):
        kind = step_kind_of(group)
        heading = f"{group} {label}"
        return Column(
            index=index, heading=heading, key=key, question=kind, step_kind=kind, part=Part.NEEDED
        )
    if is_state(plain(label)):
        kind = step_kind_of(group)
        return Column(
            index=index, heading=group, key=key, step_kind=kind, tick=plain(label), grouped=True
        )
    if _LAST_TIME.match(plain(label)):
        return Column(index=index, heading=f"{group} {label}", key=key, field=Field.NOT_KEPT)
    if _THIS_TIME.match(plain(label)) or _APPROVAL.match(plain(label)):
        part = Part.STATE
    elif _is_work(label) or _LODGED.match(plain(label)):
        part = Part.WORK
    elif _PARTY.search(plain(label)):
        part = None
    known = _field(plain(label))
    if part is None or known is Field.NOT_KEPT or known is Field.REMARK:
        field = Field.NOT_KEPT if known else None
        return Column(index=index, heading=f"{group} {label}", key=key, field=field)
    return Column(
        index=index,
        heading=group,
        key=key,
        step_kind=step_kind_of(group),
        part=part,
        grouped=True,
        sense=sense_of_heading([group, label]),
    )


def _without_step(label: str) -> str:
    text = plain(label)
    for word, _ in _STEP_ALIASES:
        text = text.replace(word, "")
    return text


def steps_for(kind: str, regime: Regime, kinds_present: frozenset[str]) -> tuple[str, ...]:
    """Return the steps that a column of this kind may mean in a project of this regime."""
    if kind == "approval" and regime is Regime.APPROVAL and "feasibility" in kinds_present:
        return ("project_proposal",)
    return vocabulary().kinds[kind].steps(regime)
