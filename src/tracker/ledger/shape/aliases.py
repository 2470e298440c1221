"""The words of headings: what counties call the columns of a ledger.

The longest word that a heading contains decides, so 用地规划 is not 用地 and 投向领域 is no 领域.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from tracker.ledger.vocabulary import vocabulary


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
    PROGRESS = "progress"
    REMARK = "remark"
    STEP = "step"
    NOT_KEPT = "not_kept"


class Part(StrEnum):
    """What a column says of a step."""

    STATE = "state"
    PLANNED = "planned"
    ACTUAL = "actual"
    DAY = "day"
    """A day of which the heading says neither plan nor actual."""
    DOCUMENT = "document"
    NEEDED = "needed"
    """Whether the step is needed at all: 是否需要环评."""
    PROSE = "prose"
    """A sentence about several steps, which a person took over."""
    WORK = "work"
    """How far a paper is that will be asked to be approved; never its approval."""


_WORDS = vocabulary()
FIELD_WORDS: Mapping[Field, Sequence[str]] = {Field(key): w for key, w in _WORDS.fields.items()}
"""Each field with the words that speak of it; NOT_KEPT is known, and of no use here."""

ALONE: Mapping[str, Field] = {word: Field(key) for word, key in _WORDS.alone.items()}
"""What a heading means that is nothing but this word."""

NOT_THE_FIELD: Mapping[Field, Sequence[str]] = {
    Field(key): words for key, words in _WORDS.not_the_field.items()
}
"""Words that turn a heading into something else: 年度计划投资额 is not the total investment."""

STEP_WORDS: Mapping[str, Sequence[str]] = {kind: e.words for kind, e in _WORDS.kinds.items()}
"""Kinds of step columns with the words that speak of them."""

NO_STEP = tuple(_WORDS.not_steps)
"""Words of a heading that is about a quantity or a firm and not about the state of a step."""

BESIDE_STEPS = tuple(sorted(_WORDS.beside_steps, key=len, reverse=True))
"""Words beside the name of a step with which a heading still asks for its state, longest first."""

WORK_WORDS = tuple(_WORDS.work)
"""Words of a heading about work on a paper: 可研编制."""

SEVERAL_STEPS = tuple(_WORDS.several_steps)
"""Words of a heading that speaks of all steps together: 前期手续办理情况."""

QUESTION_WORDS: Mapping[str, Sequence[str]] = _WORDS.questions
"""What a heading asks, by the question of the procedures that it answers."""

PART_WORDS: Sequence[tuple[Part, Sequence[str]]] = tuple(
    (Part(key), words) for key, words in _WORDS.parts.items()
)
"""Words of a heading that say what a column tells of its step; the first that is found decides."""
