"""What a project is late only without: the one thing that would decide it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracker.core.knowledge.ground import Ground
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Said, Told
from tracker.core.knowledge.worlds import latest_of
from tracker.core.plan.facts import Mask
from tracker.core.plan.span import Hinge


def hinges(states: States, is_open: Mask, *, could_be: Mask) -> dict[int, Hinge]:
    """Return, of some columns, one thing without which the project can be late, and only so.

    `could_be` are the steps that may be over already: no others are worth naming.
    Were it so, even the worst world would keep the deadline. The first such step in order, or else
    the first such answer; none where no single one decides.
    """
    places = np.flatnonzero(is_open)
    if not len(places):
        return {}
    ground, told = states.ground, states.told.take(places)
    silent = (states.silent & could_be)[:, places]
    silent[-1] = False  # that the target is reached decides it, and says nothing
    rows = np.flatnonzero(silent.any(axis=1)).tolist()
    answers = [
        (n, 1 << k)
        for n, question in enumerate(ground.answers.questions)
        for k in range(len(question.answers))
        if states.open_answers[n, places].any()
    ]
    parts = [_with_step_done(told, row) for row in rows]
    parts += [_with_answer(told, n, one) for n, one in answers]
    if not parts:
        return {}
    found = States(ground, Told.side_by_side(parts))
    in_time = latest_of(found).reshape(len(parts), len(places)) <= told.deadline
    return {
        int(place): hinge
        for p, place in enumerate(places.tolist())
        if (hinge := _hinge(ground, rows, answers, in_time[:, p], silent[:, p]))
    }


def _hinge(
    ground: Ground,
    rows: Sequence[int],
    answers: Sequence[tuple[int, int]],
    in_time: Mask,
    silent: Mask,
) -> Hinge | None:
    steps = [row for row, ok in zip(rows, in_time.tolist(), strict=False) if ok and silent[row]]
    if steps:
        return Hinge(step=ground.blueprint.steps[steps[0]])
    decided = zip(answers, in_time[len(rows) :].tolist(), strict=True)
    for (n, one), ok in decided:
        if ok:
            question = ground.answers.questions[n]
            return Hinge(question=question, answer=ground.answers.spoken(question.fact, one))
    return None


def _with_step_done(told: Told, row: int) -> Told:
    said, stood = told.said.copy(), told.stood.copy()
    is_new = said[row] == Said.SILENT
    said[row] = np.where(is_new, Said.FINISHED, said[row])
    stood[row] = np.where(is_new, told.today, stood[row])
    return replace(told, said=said, stood=stood)


def _with_answer(told: Told, n: int, one: int) -> Told:
    answers = told.answers.copy()
    answers[n] &= np.uint64(one)
    is_none = answers[n] == 0
    answers[n] = np.where(is_none, told.answers[n], answers[n])
    return replace(told, answers=answers)
