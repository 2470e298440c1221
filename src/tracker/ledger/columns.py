"""What each column means, by its heading. A heading of two rows is read from the bottom up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.model import Regime
from tracker.ledger.words import plain


class Field(StrEnum):
    """What a column of a ledger can hold, apart from the state of a step."""

    NUMBER = "number"
    NAME = "name"
    CODE = "code"
    CATEGORY = "category"
    LOCATION = "location"
    REGIME = "regime"
    INVESTMENT = "total_investment"
    OWNER_UNIT = "owner_unit"
    RESPONSIBLE_UNIT = "responsible_unit"
    LEADER = "leader"
    TASK_FORCE = "task_force"
    PLANNED_START = "planned_start"
    PLANNED_FINISH = "planned_finish"
    APPROVAL_DEADLINE = "approval_deadline"
    DEADLINE = "deadline"
    PROBLEM_KIND = "problem_kind"
    PROBLEM = "problem"
    PROBLEM_DAY = "problem_day"
    EIA_KIND = "eia_kind"
    CHANNEL = "channel"
    LAND_KIND = "land_kind"
    CLASSIFIED = "classified"
    REMARK = "remark"


_FIELDS: Sequence[tuple[Field, Sequence[str]]] = (
    (Field.EIA_KIND, ("环评类别", "环评类型", "环评文件类别")),
    (Field.CHANNEL, ("资金渠道", "申报渠道", "资金来源")),
    (Field.LAND_KIND, ("用地情况", "用地性质", "土地性质", "用地类型")),
    (Field.PROBLEM_DAY, ("解决时限", "预计解决", "拟解决时间")),
    (Field.PROBLEM_KIND, ("问题类型", "问题类别", "卡点类型")),
    (Field.PROBLEM, ("存在问题", "困难问题", "卡点堵点", "主要问题")),
    (Field.CLASSIFIED, ("涉密", "密级")),
    (Field.APPROVAL_DEADLINE, ("立项时限", "立项完成时限")),
    (Field.PLANNED_START, ("计划开工", "拟开工", "开工时间", "预计开工")),
    (Field.PLANNED_FINISH, ("计划竣工", "拟竣工", "竣工时间", "计划完工")),
    (Field.DEADLINE, ("完成时限", "办结时限", "时间节点", "要求完成", "计划完成时间")),
    (Field.CODE, ("项目代码", "统一代码", "监管平台代码", "赋码")),
    (Field.NAME, ("项目名称", "工程名称", "项目全称")),
    (Field.REGIME, ("立项类型", "审批类型", "审批核准备案", "管理方式", "项目类型")),
    (Field.CATEGORY, ("行业", "领域", "项目类别", "类别")),
    (Field.LOCATION, ("所属镇街", "建设地点", "乡镇", "街道", "园区", "地点", "镇街")),
    (Field.INVESTMENT, ("总投资", "投资额", "概算总额")),
    (Field.RESPONSIBLE_UNIT, ("责任单位", "牵头单位", "责任部门", "主管部门")),
    (Field.OWNER_UNIT, ("建设单位", "项目单位", "业主", "法人单位", "投资主体")),
    (
        Field.LEADER,
        (
            "包保领导",
            "包联领导",
            "包抓领导",
            "挂钩领导",
            "责任领导",
            "县级领导",
            "县领导",
            "分管领导",
        ),
    ),
    (Field.TASK_FORCE, ("专班", "工作组")),
    (Field.REMARK, ("备注", "说明")),
    (Field.NUMBER, ("序号",)),
)

_STEPS: Sequence[tuple[str, Sequence[str]]] = (
    ("proposal", ("项目建议书", "建议书")),
    ("feasibility", ("可研", "可行性研究")),
    ("verification", ("核准",)),
    ("filing", ("备案",)),
    ("approval", ("立项",)),
    ("site", ("用地预审", "选址")),
    ("land_permit", ("用地规划",)),
    ("works_permit", ("工程规划",)),
    ("supply", ("供地", "划拨", "出让")),
    ("registration", ("不动产", "土地证")),
    ("land", ("用地报批", "农转用", "征收", "土地", "用地")),
    ("permit", ("规划许可", "规划")),
    ("eia", ("环评", "环境影响")),
    ("energy", ("能评", "节能")),
    ("stability", ("稳评", "社会稳定")),
    ("soil_water", ("水保", "水土")),
    ("design", ("初设", "初步设计", "概算")),
    ("drawings", ("图审", "施工图")),
    ("fiscal", ("财评", "财政评审")),
    ("tender", ("招标", "招投标")),
    ("construction", ("施工许可", "开工许可")),
    ("start", ("开工",)),
)
"""Kinds of step columns, the more particular heading first (`contracts/ledger.md`)."""

_GOV, _HZ, _BA = Regime.APPROVAL, Regime.VERIFICATION, Regime.FILING
_SAME: dict[str, tuple[str, ...]] = {
    "site": ("site_preapproval",),
    "land": ("land_approval",),
    "supply": ("land_allocate", "land_auction", "land_agreement"),
    "registration": ("land_registration",),
    "land_permit": ("land_planning_permit",),
    "works_permit": ("planning_permit",),
    "permit": ("planning_permit",),
    "eia": ("eia_report", "eia_form", "eia_register"),
    "energy": ("energy_review",),
    "stability": ("stability_risk",),
    "soil_water": ("soil_water_report", "soil_water_form"),
    "design": ("prelim_approval",),
    "drawings": ("drawing_review",),
    "fiscal": ("fiscal_review",),
    "tender": ("tender_open",),
    "construction": ("construction_permit", "sector_start_permit"),
    "start": ("start",),
}
_APPROVAL_STEP = {_GOV: "fs_approval", _HZ: "hz_approval", _BA: "enterprise_filing"}
_BY_REGIME = {
    "proposal": {_GOV: "project_proposal"},
    "feasibility": {_GOV: "fs_approval"},
    "verification": {_HZ: "hz_approval"},
    "filing": {_BA: "enterprise_filing"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its heading; `field` or `step_kind` says what it holds, neither when unknown.

    `grouped` columns stand under a heading of their own, as the steps of a ledger do.
    """

    index: int
    heading: str
    field: Field | None = None
    step_kind: str | None = None
    grouped: bool = False


_NOT_THE_FIELD: Mapping[Field, Sequence[str]] = {
    Field.INVESTMENT: ("年度", "本年", "当年", "完成", "累计", "到位", "支付"),
    Field.PLANNED_START: ("实际",),
    Field.PLANNED_FINISH: ("实际",),
    Field.NAME: ("施工", "监理", "设计单位"),
}
"""Words that turn a heading into something else: 年度计划投资额 is not the total investment."""
_DEADLINES = (Field.DEADLINE, Field.PLANNED_FINISH, Field.PROBLEM_DAY)
_NAMES_ALONE = ("名称", "项目")
_STATE_WORDS = ("办理状态", "状态", "办理情况", "进展", "进展情况", "完成情况")


def field_of(heading: str) -> Field | None:
    """Return what a heading means, or None."""
    text = plain(heading)
    if text in _NAMES_ALONE:
        return Field.NAME
    field = next((field for field, words in _FIELDS if any(word in text for word in words)), None)
    if field and any(word in text for word in _NOT_THE_FIELD.get(field, ())):
        return None
    return None if field in _DEADLINES and step_kind_of(heading) else field


def step_kind_of(heading: str) -> str | None:
    """Return the kind of step a heading speaks of, or None."""
    text = plain(heading)
    return next((kind for kind, words in _STEPS if any(word in text for word in words)), None)


def column_of(index: int, headings: Sequence[str]) -> Column:
    """Return the meaning of a column from its heading rows, the lowest first to speak.

    A group heading over several columns (前期手续办理情况) decides only where the lower one is
    silent, since it often holds words of steps itself.
    """
    lines = [heading for heading in headings if heading]
    label = lines[-1] if lines else ""
    group = lines[-2] if len(lines) > 1 else ""
    step_above = step_kind_of(group) if group and field_of(group) is None else None
    if step_above and plain(label) in _STATE_WORDS:
        return Column(index, group, step_kind=step_above, grouped=True)
    if step_above and step_kind_of(label) is None:
        return Column(index, f"{group} {label}", grouped=False)
    field = field_of(label)
    if field is not None:
        return Column(index, label, field=field)
    return Column(index, label, step_kind=step_kind_of(label), grouped=bool(group))


def steps_for(kind: str, regime: Regime, kinds_present: frozenset[str]) -> tuple[str, ...]:
    """Return the steps that a column of this kind may mean in a project of this regime."""
    if kind == "approval":
        has_study = regime is Regime.APPROVAL and "feasibility" in kinds_present
        return ("project_proposal",) if has_study else (_APPROVAL_STEP[regime],)
    if kind in _BY_REGIME:
        step = _BY_REGIME[kind].get(regime)
        return (step,) if step else ()
    return _SAME[kind]
