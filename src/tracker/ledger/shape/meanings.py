"""The meaning of a column in words of a ledger.

Shown to people, who may answer in the same words.
"""

from tracker.ledger.shape.aliases import FIELD_WORDS, QUESTION_WORDS, STEP_WORDS, Field, Part
from tracker.ledger.shape.columns import NOT_USED, Column

_FIRST_WORDS = {
    **{field: words[0] for field, words in FIELD_WORDS.items()},
    Field.NOT_KEPT: NOT_USED,
}
_PARTS = {
    Part.STATE: "办理情况",
    Part.PLANNED: "计划时间",
    Part.ACTUAL: "实际时间",
    Part.DAY: "时间",
    Part.DOCUMENT: "文号",
    Part.NEEDED: "是否需要",
    Part.PROSE: "进展情况",
    Part.WORK: "编制情况",
}


def _asked(question: str) -> str:
    words = QUESTION_WORDS.get(question) or STEP_WORDS[question]
    return words[0]


def meaning_of(column: Column, layout: str) -> str | None:
    """Return what a column was taken for: 项目名称, 环评/文号, - for not kept; None for nothing.

    Read as a heading, the answer means the same.
    """
    if column.field:
        return _FIRST_WORDS[column.field]
    if column.task is not None:
        return "节点时限" if column.part is Part.PLANNED else "节点"
    if column.month:
        return "逐月任务"
    if column.asked:
        return f"待答：{column.asked}"
    if column.question:
        return f"是否需要{_asked(column.question)}"
    if column.step_kind:
        return f"{STEP_WORDS[column.step_kind][0]}/{_PARTS[column.part]}"
    part = column.own_part if layout == "long" else None
    return _PARTS[part] if part else None


def known_meanings() -> list[str]:
    """Return what a column may be said to mean: the fields, then the steps, then their days."""
    fields = [word for field, word in _FIRST_WORDS.items() if field is not Field.NOT_KEPT]
    steps = [words[0] for words in STEP_WORDS.values()]
    parts = [f"{step}/{_PARTS[part]}" for step in steps for part in (Part.ACTUAL, Part.DOCUMENT)]
    return [*fields, *steps, *parts]
