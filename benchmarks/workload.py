"""Made-up networks for the engine's benchmark: the same for us and for the peers.

*Full*: 40 steps a project and about 1.5 links a step (82 % FS, 10 % SS, 6 % FF, 2 % SF, a quarter
with lags), 35 % of the steps on calendar days and 65 % on working days with make-up days, a
deadline and progress as of a status date. *Plain*: finish to start, no calendars, no progress.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from tracker.core.calendars import EVERY_DAY, Calendar
from tracker.core.model import LinkType
from tracker.core.network import FinishRule, Tie
from tracker.core.plan.draft import Draft, DraftStep

START, TODAY, DEADLINE = date(2026, 1, 5), date(2026, 4, 1), date(2026, 12, 31)
_TYPES = (
    (LinkType.FINISH_TO_START, 0.82),
    (LinkType.START_TO_START, 0.10),
    (LinkType.FINISH_TO_FINISH, 0.06),
    (LinkType.START_TO_FINISH, 0.02),
)


def template(seed: int, working_days: Calendar, steps: int = 40, reach: int = 7) -> Draft:
    """Return a network; no step waits for one more than `reach` places before it."""
    random = Random(seed)  # noqa: S311  the same networks in every run
    drawn = tuple(
        DraftStep(
            id=f"s{n:06}",
            duration=random.randint(1, 20),
            calendar=EVERY_DAY if random.random() < 0.35 else working_days,
        )
        for n in range(steps)
    )
    ties = []
    for n in range(1, steps):
        count = random.choices((1, 2, 3), (0.55, 0.38, 0.07))[0]
        for before in random.sample(range(max(0, n - reach), n), min(count, n, reach)):
            type_ = random.choices([t for t, _ in _TYPES], [w for _, w in _TYPES])[0]
            lag = random.randint(1, 10) if random.random() < 0.25 else 0
            ties.append(
                Tie(
                    predecessor=drawn[before].id,
                    successor=drawn[n].id,
                    type=type_,
                    lag=lag,
                    calendar=drawn[n].calendar,
                )
            )
    return Draft(
        id=f"t{seed}",
        start=START,
        steps=drawn,
        ties=tuple(ties),
        deadline=DEADLINE,
        status_date=TODAY,
        finish_rule=FinishRule.WORKING_TIME,
    )


def projects(shape: Draft, count: int, seed: int, *, progress: bool = True) -> list[Draft]:
    """Return projects of one network, each with its own durations and, in order, its progress."""
    draws = (Random(f"{seed}/{n}") for n in range(count))  # noqa: S311
    return [_project(shape, draw, progress=progress) for draw in draws]


def _project(shape: Draft, random: Random, *, progress: bool) -> Draft:
    steps = [replace(step, duration=random.randint(1, 20)) for step in shape.steps]
    if progress:
        steps = _begun(shape, steps, random)
    deadline = DEADLINE + timedelta(random.randint(-60, 60))
    return replace(shape, steps=tuple(steps), deadline=deadline)


def _begun(shape: Draft, steps: list[DraftStep], random: Random) -> list[DraftStep]:
    """Finish the first steps, in order, and begin some of those that can be."""
    finished = random.randint(0, len(steps) // 2)
    waits_for: dict[str, list[str]] = {}
    for tie in shape.ties:
        waits_for.setdefault(tie.successor, []).append(tie.predecessor)
    done = {step.id for step in steps[:finished]}
    found = []
    for n, step in enumerate(steps):
        day = START + timedelta(2 * n)
        if step.id in done:
            finish = min(day + timedelta(random.randint(0, 10)), TODAY - timedelta(1))
            found.append(replace(step, actual_start=min(day, finish), actual_finish=finish))
        elif set(waits_for.get(step.id, [])) <= done and random.random() < 0.7:
            begin = TODAY - timedelta(random.randint(1, 10))
            done_days = step.calendar.count(begin, TODAY - timedelta(1))
            left = max(1, step.duration - done_days)
            duration = max(step.duration, left + done_days)
            found.append(replace(step, actual_start=begin, remaining=left, duration=duration))
        else:
            found.append(step)
    return found


def plain(shape: Draft) -> Draft:
    """Return the network with finish-to-start links alone, on calendar days, without a lag."""
    steps = tuple(
        replace(step, calendar=EVERY_DAY, actual_start=None, actual_finish=None, remaining=None)
        for step in shape.steps
    )
    ties = tuple(
        replace(tie, type=LinkType.FINISH_TO_START, lag=0, calendar=EVERY_DAY) for tie in shape.ties
    )
    return replace(shape, steps=steps, ties=ties, status_date=None)
