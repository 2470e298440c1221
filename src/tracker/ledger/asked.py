"""What a row answers in columns that were added to ask for it: 待答：规划区内."""

from collections.abc import Callable, Sequence

from tracker.core.compile import fits
from tracker.core.model import Procedure, Question
from tracker.ledger.book.grid import Value
from tracker.ledger.model import LedgerStep
from tracker.ledger.row_steps import StepReader
from tracker.ledger.shape.entries import AskedCell
from tracker.ledger.values.answers import read_answer
from tracker.ledger.values.words import plain, shown

_OPEN = "?"
"""What stands where an answer is wanted."""


def is_open(value: Value) -> bool:
    """Tell whether a cell is still without an answer."""
    return value is None or plain(str(value)).replace("？", _OPEN) in ("", _OPEN)


def facts_asked(
    cells: Sequence[AskedCell], procedure: Procedure, report: Callable[..., None]
) -> dict[str, str]:
    """Return the answers to questions of the procedure, which are called by their names."""
    questions = {plain(each.name.zh): each for each in procedure.questions}
    steps = {plain(step.name.zh) for step in procedure.steps}
    found = {}
    for asked in cells:
        if is_open(asked.cell.value) or plain(asked.name) in steps:
            continue
        question = questions.get(plain(asked.name))
        if question is None:
            report("other_procedure", asked.cell, heading=asked.name)
        elif answer := _answer(question, asked.cell.value):
            found[question.fact] = answer
        else:
            report("unknown_answer", asked.cell)
    return found


def steps_asked(
    cells: Sequence[AskedCell], procedure: Procedure, reader: StepReader
) -> list[LedgerStep]:
    """Return what is said of steps, which are called by their names."""
    steps = {plain(step.name.zh): step.id for step in procedure.steps}
    return [
        reader.named(asked.cell, step)
        for asked in cells
        if (step := steps.get(plain(asked.name))) and not is_open(asked.cell.value)
    ]


def _answer(question: Question, value: Value) -> str | None:
    text = plain(shown(value) or "")
    for answer in question.answers:
        if answer in question.words and text == plain(question.words[answer].zh):
            return answer
    is_yes = read_answer(value)
    if question.answers and is_yes is not None:
        said = "yes" if is_yes else "no"
        return said if said in question.answers else None
    return text if not question.answers and fits(question, text) else None
