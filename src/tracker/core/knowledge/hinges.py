"""What a project is late only without: the one thing that would decide it."""

import numpy as np
import numpy.typing as npt

from tracker.core.knowledge.answers import Bits
from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Said, Told
from tracker.core.knowledge.worlds import latest_of
from tracker.core.plan.facts import Mask
from tracker.core.plan.span import Hinge

_Places = npt.NDArray[np.intp]


def hinges(states: States, could_be: Mask, could_answer: Bits) -> dict[int, Hinge]:
    """Return, of some columns, one thing without which the project can be late, and only so.

    `could_be` are the silent steps worth a try, `could_answer` the answers. Were it so, even the
    worst world would keep the deadline. The first such step in order, or else the first such
    answer; none where no single one decides.
    """
    rows, of_step = np.nonzero(could_be)
    questions, bits, of_answer = _single(states.ground, could_answer)
    owner = np.concatenate([of_step, of_answer])
    if not len(owner):
        return {}
    told = states.told.take(owner)
    count = len(rows)
    _finish(told, rows)
    told.answers[questions, np.arange(count, len(owner))] = bits
    in_time = np.flatnonzero(latest_of(States(states.ground, told)) <= told.deadline)
    found: dict[int, Hinge] = {}
    for n in in_time.tolist():
        given = (questions[n - count], bits[n - count]) if n >= count else None
        hinge = _answer(states.ground, *given) if given else _step(states.ground, rows[n])
        found.setdefault(int(owner[n]), hinge)
    return found


def _single(ground: Ground, answers: Bits) -> tuple[_Places, npt.NDArray[np.uint64], _Places]:
    """Return each answer alone: its question, its bit, and its column."""
    most = max((len(each) for each in ground.answers.classes.values()), default=0)
    bits = np.uint64(1) << np.arange(most, dtype=np.uint64)
    questions, columns, places = np.nonzero((answers[:, :, None] & bits) != 0)
    return questions, bits[places], columns


def _finish(told: Told, rows: _Places) -> None:
    """Tell one step of each of the first columns as done, by today."""
    columns = np.arange(len(rows))
    told.said[rows, columns] = Said.FINISHED
    told.stood[rows, columns] = told.today[columns]


def _step(ground: Ground, row: int) -> Hinge:
    return Hinge(step=ground.blueprint.steps[row])


def _answer(ground: Ground, row: int, bit: int) -> Hinge:
    question = ground.answers.questions[row]
    return Hinge(question=question, answer=ground.answers.spoken(question.fact, int(bit)))
