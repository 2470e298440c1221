"""What titles, notes and headings say of what stands below them: planned, actual, which year."""

import re
from collections.abc import Iterable, Sequence

from tracker.ledger.values.rules import Sense, Status
from tracker.ledger.values.words import plain

_PLAN_TITLE = re.compile(
    r"倒排|计划(?:完成|办结|取得|时间|表|进度)|(?:工作|推进|办理|实施|前期|工期|进度|节点)计划"
    r"|时间节点|时间表|目标任务|任务分解|作战图|预计(?:完成|办结)"
)
_FACT_TITLE = re.compile(r"实际|情况|进展|完成率|已(?:完成|办结|取得)")
_EXPLAINED = re.compile(
    r"(?:日期|时间|时限|节点)[^,。;；，]{0,8}?(?:均|都|皆|全部)?(?:为|是|指|系)(?P<what>[^,。;；，]{1,12})"
)
_PLAN = re.compile(
    r"计划|原定|调整[前后]|变更[前后]|拟|预计|目标|时限|期限|倒排|应完成|应办结|要求"
)
_FACT = re.compile(r"实际|(?:完成|办理|办结|获批|批复|落实|进展)情况|办理结果")
_DAY_OF_FACT = re.compile(
    r"(?:批复|办结|取得|核发|发证|获批|批准|印发|备案|核准)(?:时间|日期)|发证日|批复日"
)
"""The day of an act; 计划批复时间 is planned all the same."""
_LISTED = re.compile(
    r"^(?:(?P<done>已经?(?:办理|办结|完成|取得|获批|办)(?:完成|完毕)?)"
    r"|(?P<open>(?:正在|在)(?:办理|推进|办)中?)"
    r"|(?P<ahead>(?:尚未|未|待|还需|需|拟)(?:办理|启动|开展|办)))的?"
    r"(?:项目)?(?:前期|审批)?(?:手续|审批|要件|事项|工作|环节|证照|批复|批文)+(?:名称|情况|清单)?$"
)
"""A column that lists steps of one state. What is not finished may be under way: 未完成 is none."""
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年|\.\d|-\d{1,2}-|/\d)")
_DAY = re.compile(
    r"20\d{2}(?:年|[.-])\d{1,2}(?:月|[.-])\d{1,2}日?|(?:更新|截)[至止]到?20\d{2}年?(?:\d{1,2}月)?底?"
)
_YEAR_OF_COLUMN = re.compile(r"(?<!\d)(20\d{2}|\d{2})年(?!\d{1,2}月)")
_SPAN = re.compile(r"20\d{2}年?[-—–~至到]+20\d{2}")


def sense_of_heading(lines: Sequence[str]) -> Sense | None:
    """Return what a heading says, its rows from the top; the one nearest to the cells wins."""
    found = (_sense_of(plain(line)) for line in reversed(lines))
    return next((sense for sense in found if sense), None)


def _sense_of(text: str) -> Sense | None:
    is_plan, is_fact = _PLAN.search(text), _FACT.search(text)
    if is_plan:
        return None if is_fact else Sense.PLANNED
    return Sense.ACTUAL if is_fact or _DAY_OF_FACT.search(text) else None


def is_plan(heading: str) -> bool:
    """Tell whether a heading says that what stands below it is planned: 拟开工, 计划开工时间."""
    return _PLAN.search(plain(heading)) is not None


def state_of_list(heading: str) -> Status | None:
    """Return the state of the steps that a column lists: 已办理手续, 正在办理手续, 未办理手续."""
    match = _LISTED.match(plain(heading))
    if match is None:
        return None
    states = {"done": Status.DONE, "open": Status.IN_PROGRESS, "ahead": Status.NOT_STARTED}
    return next(status for group, status in states.items() if match[group])


def sense_of_sheet(titles: Iterable[str], notes: Iterable[str]) -> Sense | None:
    """Return what notes, else titles, say of all days of a sheet."""
    for match in (m for text in map(plain, notes) for m in _EXPLAINED.finditer(text)):
        said = _sense_of(match["what"])
        if said or re.search("完成|批复|办结|取得", match["what"]):
            return said or Sense.ACTUAL
    title = "".join(map(plain, titles))
    if _PLAN_TITLE.search(title) and not _FACT_TITLE.search(title):
        return Sense.PLANNED
    is_fact = _FACT_TITLE.search(title) and not _PLAN.search(title)
    return Sense.ACTUAL if is_fact else None


def year_of_heading(lines: Sequence[str]) -> int | None:
    """Return the one year that a heading gives: 立项（2024年）, or 2024年 above it."""
    years = {int(year) for line in lines for year in _YEAR_OF_COLUMN.findall(plain(line))}
    found = {year if year > 99 else 2000 + year for year in years}
    return found.pop() if len(found) == 1 else None


def year_of_sheet(titles: Iterable[str]) -> int | None:
    """Return the one year that the titles of a table name; None for none, several, or a span."""
    texts = [plain(text) for text in titles]
    if any(_SPAN.search(text) for text in texts):
        return None
    reported = [day for text in texts for day in _DAY.findall(text)]
    bare = [_DAY.sub("", text) for text in texts]
    for said in (bare, reported):  # the day of the report says less than the title
        years = {int(year) for text in said for year in _YEAR.findall(text)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None
