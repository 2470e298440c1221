"""Which regime and which procedure a row belongs to, and what its plan aims at."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from tracker.core.model import BlockReason, Procedure, Regime
from tracker.ledger.values.dates import DayReading
from tracker.ledger.values.words import plain
from tracker.ledger.vocabulary import vocabulary

_REGIME_WORDS = {
    "政府投资": Regime.APPROVAL,
    "审批": Regime.APPROVAL,
    "核准": Regime.VERIFICATION,
    "备案": Regime.FILING,
}
_OWNERS = vocabulary().owners
_PUBLIC, _ENTERPRISE = tuple(_OWNERS["public"]), tuple(_OWNERS["enterprise"])
_PLATFORM = tuple(_OWNERS["platform"])
"""The county's own firms, which build what the government builds."""
_PUBLIC_WORKS = tuple(vocabulary().categories.items())
"""Words of a category or a name, and the procedure they speak of; the first that fits decides."""
_UNITS = vocabulary().units
_OF_WORKS = re.compile(
    r"(?:[(][^()]*[)]|工程|项目|建设|新建|扩建|改建|改造|迁建|提升|[一二三]期)+$"
)
"""What follows the works in the name of a project."""
_NOT_BY_ENTERPRISES = ("gov_municipal", "gov_road", "gov_water")
_HALTED = re.compile(
    r"[(【\[]已?(?:终止|取消|停建|停工|撤销|调出|暂停|暂缓|缓建)[^()]{0,4}[)】\]]"
    r"|(?:^|[,。;]|项目)(?:已|拟|现已|建议)?(?:终止|取消|停建|不再实施|不再建设|停止实施|暂停实施|暂缓实施|暂缓建设|调出)"
    r"(?!合同)"
)
_CHANNELS = (
    (("专项债", "政府专项债券"), "special_bond"),
    (("中央预算内", "国家预算内"), "central_budget"),
    (("政策性金融工具", "政策性开发性金融工具"), "policy_instrument"),
)
_BLOCKS = (
    ("用地指标", BlockReason.LAND_QUOTA),
    ("土地指标", BlockReason.LAND_QUOTA),
    ("规划不符", BlockReason.PLAN_CONFLICT),
    ("规划调整", BlockReason.PLAN_CONFLICT),
    ("基本农田", BlockReason.CONSTRAINT),
    ("永农", BlockReason.CONSTRAINT),
    ("生态红线", BlockReason.CONSTRAINT),
    ("林地", BlockReason.CONSTRAINT),
    ("资金", BlockReason.FUNDS),
    ("配套未落实", BlockReason.FUNDS),
    ("征地拆迁", BlockReason.DEMOLITION),
    ("征拆", BlockReason.DEMOLITION),
)
_LIFTED = ("无", "已解决", "已落实", "已销号", "已解除")
_EIA = {"报告书": "report", "报告表": "form", "登记表": "register"}
_LAND = (
    ("新征", "new_collective"),
    ("集体", "new_collective"),
    ("已批", "approved"),
    ("存量", "approved"),
)


@lru_cache(maxsize=4096)
def regime_of(written: str | None, owner_unit: str | None) -> Regime | None:
    """Return the regime: what a column says, else what the unit suggests, else None."""
    for word, regime in _REGIME_WORDS.items():
        if written and word in plain(written):
            return regime
    unit = re.sub(r"[(].*?[)]", "", plain(owner_unit or ""))
    if unit.endswith(_PUBLIC) or any(word in unit for word in _PLATFORM):
        return Regime.APPROVAL
    if any(word in unit for word in _ENTERPRISE):
        return Regime.FILING
    return Regime.APPROVAL if any(word in unit for word in _PUBLIC) else None


@lru_cache(maxsize=4096)
def procedure_of(
    regime: Regime | None, category: str | None, name: str, unit: str | None = None
) -> tuple[str, bool]:
    """Return the procedure, and whether it is sure; unsure is the government building.

    Without a category the project's name decides, or else its unit, which are never sure.
    """
    by_name, is_sure = _works_in_name(plain(name))
    text = plain(category or "")
    works = next((works for works, words in _PUBLIC_WORKS if any(w in text for w in words)), None)
    works = works or by_name
    if regime is Regime.VERIFICATION:
        return "enterprise_verification", True
    if regime is Regime.FILING:  # an enterprise that builds a road is often the county's own
        return "enterprise_filing", works not in _NOT_BY_ENTERPRISES
    if works:
        is_doubted = is_sure and by_name == "gov_building" != works
        return works, regime is not None and bool(category) and not is_doubted
    own = plain(unit or "")
    by_unit = (works for works, words in _UNITS.items() if any(word in own for word in words))
    return next(by_unit, "gov_building"), False


def _works_in_name(name: str) -> tuple[str | None, bool]:
    """Return the procedure of the works that a name speaks of, and whether it ends with them.

    The word that ends last decides, and one character says nothing: 清河县第一小学 is no river.
    """
    bare = _OF_WORKS.sub("", name)
    found = [
        (bare.rfind(word) + len(word), len(word), works)
        for works, words in _PUBLIC_WORKS
        for word in words
        if len(word) > 1 and word in bare
    ]
    last, _, works = max(found, default=(0, 0, None))
    return works, last == len(bare)


def regime_in(procedure: Procedure) -> Regime:
    """Return the regime of a base procedure; an overlay alone never stands for a row."""
    assert procedure.regime is not None
    return procedure.regime


def overlays_of(channel: str | None) -> tuple[str, ...]:
    """Return the funding procedures that a channel of funds lays over the project's own."""
    text = plain(channel or "")
    return tuple(overlay for words, overlay in _CHANNELS if any(word in text for word in words))


def aim_of(
    days: Mapping[str, DayReading], approval_step: str, permit_step: str, *, goes_on: bool
) -> tuple[str, date | None]:
    """Return the step a plan aims at and its deadline, from the columns of the ledger.

    A plain deadline is that of the permit to build; else the planned start; else the one of 立项,
    unless the row `goes_on` to open steps that 立项 does not wait for: a project is not through
    with its approval. The first cell that is filled decides, even when its day could not be read.
    """
    for column, step in (
        ("deadline", permit_step),
        ("start", "start"),
        ("approval", approval_step),
    ):
        if days[column].rule != "blank" and not (column == "approval" and goes_on):
            return step, days[column].day
    return permit_step, None


def block_of(kind: str | None) -> BlockReason | None:
    """Return the reason that holds a project, when the ledger names a kind that can hold one.

    Only the column of kinds decides: a free text may as well say that the problem is solved.
    """
    text = plain(kind or "")
    return next((reason for words, reason in _BLOCKS if words in text), None)


def is_lifted(kind: str | None) -> bool:
    """Tell whether the column of kinds says that nothing holds the project any more."""
    return plain(kind or "") in _LIFTED


def is_halted(text: str | None) -> bool:
    """Tell whether a name or a remark says that the project is given up or put off."""
    return _HALTED.search(plain(text or "")) is not None


def facts_of(eia: str | None, land: str | None) -> dict[str, str]:
    """Return the answers a ledger gives to questions of the procedures."""
    facts = {}
    for word, answer in _EIA.items():
        if eia and word in plain(eia):
            facts["eia"] = answer
    for word, answer in _LAND:
        if land and word in plain(land):
            facts["land"] = answer
            break
    if land and "已取得" in plain(land):
        facts["land"], facts["land_supplied"] = "approved", "yes"
    return facts
