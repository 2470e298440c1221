"""How true the lights of a sparse ledger are: the proof of dates that say only what is known.

    python -m benchmarks.sparse            # 500 projects for each table
    python -m benchmarks.sparse --quick    # 80, to see that it runs

Projects are drawn with their full truth (`tests.support.histories`), reduced to the eight columns
of a county's ledger, planned from these alone, and compared with the plan of the truth. *Certain*:
the same light at best and at worst. Lights of targets told as reached are counted apart.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from tests.support.histories import (
    STATUS_DATE,
    Habits,
    Made,
    Style,
    left_blank_in,
    make,
    told_in,
)
from tracker.core.calendars import boundary_after, boundary_before
from tracker.core.knowledge.ground import Ground, ground_of
from tracker.core.knowledge.outlook import Outlook, outlooks, shown_progress
from tracker.core.knowledge.questions import (
    Asked,
    Inquiry,
    best_together,
    inquiry_of,
    ranked,
    rows_of,
)
from tracker.core.knowledge.states import States
from tracker.core.knowledge.told import Said, Told, told_of
from tracker.core.knowledge.worlds import DONE, Reach, bounds_of
from tracker.core.model import Event
from tracker.core.plan import World, plans
from tracker.core.track import Progress, progress
from tracker.law import Catalog, catalog

SEED = 18
TODAY = boundary_before(STATUS_DATE)


@dataclass(frozen=True, eq=False, kw_only=True)
class Group:
    """Projects of one ground, with what a ledger says of them."""

    ground: Ground
    made: Sequence[Made]
    told: Told

    @property
    def reach(self) -> Reach:
        """Return the worlds that fit what is told."""
        return Reach(States(self.ground, self.told))

    @property
    def truth(self) -> np.ndarray:
        """Return where each project truly ends, as a boundary; `DONE` where it has."""
        ends = (made.truth.finish for made in self.made)
        return np.array([boundary_after(end) if end else DONE for end in ends])

    @property
    def is_reached(self) -> np.ndarray:
        """Tell which targets are told as reached."""
        found: np.ndarray = self.told.said[-1] == Said.FINISHED
        return found


def drawn(
    law: Catalog, count: int, *, slack: float = 75, habits: Habits | None = None
) -> list[Made]:
    """Return projects with their truth; the seed is the same for all tables."""
    random = Random(SEED)
    return [make(law, random, slack=slack, habits=habits or Habits()) for _ in range(count)]


def groups_of(
    law: Catalog,
    made: Sequence[Made],
    style: Style,
    *,
    with_facts: bool = False,
    with_states: bool = False,
) -> list[Group]:
    """Return the projects by their ground, as a ledger of a style tells of them."""
    by_ground: dict[Ground, list[Made]] = defaultdict(list)
    for each in made:
        blueprint = law.whole_blueprint(each.procedure, each.target, STATUS_DATE)
        by_ground[ground_of(blueprint)].append(each)
    return [
        Group(
            ground=ground,
            made=group,
            told=Told.side_by_side(
                [
                    _told(ground, each, style, with_facts=with_facts, with_states=with_states)
                    for each in group
                ]
            ),
        )
        for ground, group in by_ground.items()
    ]


def _told(ground: Ground, made: Made, style: Style, *, with_facts: bool, with_states: bool) -> Told:
    events: list[Event] = told_in(made, style)
    if with_states:
        events = [made.event(step, with_day=False) for step in made.spans]
    own = {fact: given for fact, given in made.facts.items() if fact == "investment_wan"}
    known = dict(progress(ground.blueprint, events, frozenset(), STATUS_DATE))
    if not with_states:
        known |= {s: replace(known[s], left_blank=True) for s in left_blank_in(made, style)}
    return told_of(
        ground,
        known,
        made.facts if with_facts else own,
        status_date=STATUS_DATE,
        deadline=made.deadline,
    )


def answered(group: Group, asked: Sequence[Asked]) -> Told:
    """Return what is told once some questions are answered with the truth."""
    told, space = group.told, group.ground.answers
    said, answers = told.said.copy(), told.answers.copy()
    for each in asked:
        for n, made in enumerate(group.made):
            if each.area:
                for row in rows_of(group.ground, each.area):
                    if said[row, n] == Said.SILENT:
                        said[row, n] = _mark(made, group.ground.blueprint.ids[row])
            elif each.fact in made.facts and each.fact in space.place:
                row = space.place[each.fact]
                answers[row, n] = space.bits(space.questions[row], made.facts[each.fact])
    is_new = said != told.said
    return replace(
        told,
        said=said,
        answers=answers,
        days=np.where(is_new, np.int16(-1), told.days),
        stood=np.where(is_new & (said == Said.FINISHED), told.today, told.stood),
    )


def _mark(made: Made, step: str) -> Said:
    """Return the mark of a step in a progress cell."""
    if step not in made.spans or step not in made.needed:
        return Said.NOT_NEEDED
    span = made.spans[step]
    if span.finish < STATUS_DATE:
        return Said.FINISHED
    return Said.UNDER_WAY if span.start < STATUS_DATE else Said.NOT_BEGUN


@dataclass(frozen=True, kw_only=True)
class Lights:
    """Counts of a table's line; a false light claims what the truth is not."""

    certain: int
    reached: int
    all: int
    false_late: int
    false_in_time: int
    outside: int

    @property
    def share(self) -> float:
        """Return the certain ones in per cent, reached targets among them."""
        return 100 * self.certain / self.all

    @property
    def share_of_open(self) -> float:
        """Return the certain ones in per cent of those whose target is not told as reached."""
        return 100 * (self.certain - self.reached) / max(1, self.all - self.reached)


def lights(groups: Sequence[Group], asked: Sequence[Asked] = ()) -> Lights:
    """Return what the lights claim once some questions are answered, against the truth."""
    counts = np.zeros(6, dtype=np.int64)
    for group in groups:
        told = answered(group, asked) if asked else group.told
        bounds = bounds_of(States(group.ground, told))
        truth, deadline = group.truth, told.deadline
        late, in_time = bounds.best > deadline, bounds.worst <= deadline
        counts += [
            np.count_nonzero(late | in_time),
            np.count_nonzero(group.is_reached),
            len(group.made),
            np.count_nonzero(late & (truth <= deadline)),
            np.count_nonzero(in_time & (truth > deadline)),
            np.count_nonzero((truth < bounds.best) | (truth > bounds.worst)),
        ]
    names = ("certain", "reached", "all", "false_late", "false_in_time", "outside")
    return Lights(**dict(zip(names, map(int, counts), strict=True)))


def inquiries_of(groups: Sequence[Group]) -> list[Inquiry]:
    """Return the inquiries into a county's projects."""
    return [inquiry_of(group.reach) for group in groups]


def sure(law: Catalog, made: Sequence[Made], style: Style) -> None:
    """Print how many lights are certain alone, after the best questions, and after others."""
    groups = groups_of(law, made, style)
    inquiries = inquiries_of(groups)
    best_ = best_together(inquiries, 12)
    every = sorted({asked for inquiry in inquiries for asked in inquiry.open})
    random = Random(SEED)
    rest = [lights(groups, random.sample(every, 5)).certain for _ in range(8)]
    alone, five, twelve = (lights(groups, best_[:count]) for count in (0, 5, 12))
    gain = five.certain - alone.certain
    other = float(np.mean(rest)) - alone.certain
    print(
        f"{style:7} certain {alone.share:.1f} / {five.share:.1f} / {twelve.share:.1f} %"
        f" (targets not reached {alone.share_of_open:.1f} / {five.share_of_open:.1f} /"
        f" {twelve.share_of_open:.1f}); five at random settle {other:.1f}, the best {gain}:"
        f" {gain / max(other, 0.1):.1f} x"
    )
    for found in (alone, five, twelve):
        print(
            f"        false: late {found.false_late}, in time {found.false_in_time};"
            f" truth outside the span {found.outside} of {found.all}"
        )
    print("        asked:", ", ".join(asked.area or asked.fact for asked in best_))


def control(law: Catalog, made: Sequence[Made]) -> None:
    """Print the share of certain lights with every fact, every state, and both."""
    for facts, states in ((True, False), (False, True), (True, True)):
        groups = groups_of(law, made, Style.WORDS, with_facts=facts, with_states=states)
        found = lights(groups)
        print(f"facts {facts!s:5} states {states!s:5} certain {found.share:.1f} %")


def chances(law: Catalog, made: Sequence[Made], style: Style) -> None:
    """Print how well the likely column knows: late or not, the day, and what a chance is worth."""
    is_late, chance, days = [], [], []
    for group in groups_of(law, made, style):
        for n, found in enumerate(outlooks(group.reach)):
            truth = int(group.truth[n])
            is_late.append(truth > int(group.told.deadline[n]))
            chance.append(found.span.chance or 0.0)
            days.append(abs(_end(found) - max(truth, TODAY)))
    late, share = np.array(is_late), np.array(chance)
    is_open = (share > 0) & (share < 1)
    right = (share > 0.5) == late
    print(
        f"{style:7} late or not right {100 * right.mean():.1f} %, of the undecided"
        f" {100 * right[is_open].mean():.1f} %; median error of the day {np.median(days):.0f} days"
    )
    for low, high in ((0.05, 0.15), (0.25, 0.35), (0.45, 0.55), (0.65, 0.75), (0.75, 0.85)):
        here = (share >= low) & (share < high)
        if here.any():
            of_all = f"{here.sum()} projects, late {100 * late[here].mean():.0f} %"
            print(f"        called late in {low * 100:.0f} to {high * 100:.0f} %: {of_all}")


def costs(law: Catalog, made: Sequence[Made]) -> None:
    """Print what knowing between which days costs beside one full plan: CPU time, the best of five.

    A full plan is made from a record: events to progress, both passes, floats, drivers, drags.
    """
    groups = groups_of(law, made, Style.WORDS)
    found = {group: outlooks(group.reach) for group in groups}

    def plan() -> None:
        for group in groups:
            for each in group.made:
                events = told_in(each, Style.WORDS)
                progress(group.ground.blueprint, events, frozenset(), STATUS_DATE)
            worlds = [
                World(
                    progress=shown_progress(group.ground, outlook, _recorded(group, n)),
                    facts=outlook.facts,
                    deadline=group.made[n].deadline,
                    span=outlook.span,
                )
                for n, outlook in enumerate(found[group])
            ]
            plans(group.ground.blueprint, worlds, status_date=STATUS_DATE)

    def know() -> None:
        for group in groups:
            outlooks(group.reach)

    def ask() -> None:
        undecided = []
        for group in groups:
            reach = group.reach
            outlooks(reach)
            undecided.append(inquiry_of(reach).undecided())
        ranked([inquiry for inquiry in undecided if inquiry])

    one, bounds, questions = (_seconds(act) for act in (plan, know, ask))
    print(
        f"{len(made)} projects in {len(groups)} networks: one full plan {one:.2f} s; with best,"
        f" likely and worst {1 + bounds / one:.2f} x; with the questions ranked too"
        f" {1 + questions / one:.2f} x"
    )


def _recorded(group: Group, n: int) -> Mapping[str, Progress]:
    events = told_in(group.made[n], Style.WORDS)
    return progress(group.ground.blueprint, events, frozenset(), STATUS_DATE)


def _seconds(act: Callable[[], None]) -> float:
    act()
    found = []
    for _ in range(5):
        began = time.process_time()
        act()
        found.append(time.process_time() - began)
    return min(found)


def _end(found: Outlook) -> int:
    return max(TODAY, boundary_after(found.span.likely)) if found.span.likely else TODAY


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    count = 80 if parser.parse_args().quick else 500
    law, began = catalog(), time.perf_counter()
    print(f"{count} projects a table, seed {SEED}, status date {STATUS_DATE}")
    made = drawn(law, count)
    for style in Style:
        sure(law, made, style)
    control(law, made)
    costs(law, made[:86])
    for style in Style:
        chances(law, made, style)
    for slack in (30, 150):
        print(f"slack {slack}:")
        sure(law, drawn(law, count, slack=slack), Style.WORDS)
    print("histories that break 30 % of custom and 3 % of law:")
    broken = drawn(law, count, habits=Habits(custom_broken=0.3, law_broken=0.03))
    sure(law, broken, Style.WORDS)
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
