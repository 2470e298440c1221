"""Random networks, calendars and progress."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from tracker.core.calendars import EVERY_DAY, WEEKDAYS, Calendar, period_calendar
from tracker.core.model import DayKind, Duration, Link, LinkType
from tracker.core.network import Network, Node, Tie, build
from tracker.core.plan.draft import Draft, DraftStep, ValidFor, facts_of, network_of
from tracker.core.plan.engine.solve import Column, solve
from tracker.core.plan.schedule import Schedule
from tracker.core.track import Progress, State

START = date(2026, 4, 1)
_OFF = {START + timedelta(n) for n in (2, 29, 30, 31, 32, 33, 78)}
_ON = {START + timedelta(n) for n in (24, 38)}
HOLIDAYS = Calendar.weekly(
    "holidays",
    [True] * 5 + [False] * 2,
    {**dict.fromkeys(_OFF, False), **dict.fromkeys(_ON, True)},
)
CALENDARS = (HOLIDAYS, WEEKDAYS, EVERY_DAY)
PERIODS = (period_calendar(HOLIDAYS), period_calendar(HOLIDAYS), *CALENDARS)
"""Half of the steps are periods that close on a working day."""
DEADLINES = st.dates(date(2026, 4, 1), date(2026, 7, 1))
LATER = date(2026, 4, 20)


@st.composite
def networks(draw: st.DrawFn, most: int = 9) -> Network:
    """A procedure's network: links forward in their order, lags of 0 or more."""
    count = draw(st.integers(1, most))
    nodes = [
        Node(f"s{n}", draw(st.integers(0, 6)), draw(st.sampled_from(CALENDARS)))
        for n in range(count)
    ]
    links = []
    for n in range(1, count):
        for before in sorted(draw(st.sets(st.integers(0, n - 1), max_size=3))):
            kind = draw(st.sampled_from(LinkType))
            lag = Duration(draw(st.integers(0, 3)), draw(st.sampled_from(DayKind)))
            links.append(Link(predecessor=f"s{before}", successor=f"s{n}", type=kind, lag=lag))
    return build(nodes, links, EVERY_DAY)


def maybe(values: st.SearchStrategy) -> st.SearchStrategy:
    """Mostly nothing, sometimes a value."""
    return st.one_of(st.none(), st.none(), values)


@st.composite
def drafts(
    draw: st.DrawFn,
    most: int = 8,
    least_lag: int = -3,
    types: tuple[LinkType, ...] = tuple(LinkType),
    calendars: tuple[Calendar, ...] = CALENDARS,
) -> Draft:
    """A plan before its start: four kinds of link, lags and leads, calendars, floors, deadlines."""
    count = draw(st.sampled_from((1, 2, *range(3, most + 1), *range(4, most + 1))))
    steps = tuple(
        DraftStep(
            id=f"s{n}",
            duration=draw(st.integers(0, 6)),
            calendar=draw(st.sampled_from(calendars)),
            not_before=draw(maybe(st.dates(START, START + timedelta(40)))),
            deadline=draw(maybe(DEADLINES)),
            start_by=draw(maybe(DEADLINES)),
        )
        for n in range(count)
    )
    ties = []
    for n in range(1, count):
        for before in sorted(draw(st.sets(st.integers(0, n - 1), max_size=3))):
            kind, calendar = draw(st.sampled_from(types)), draw(st.sampled_from(CALENDARS))
            ties.append(
                Tie(
                    predecessor=f"s{before}",
                    successor=f"s{n}",
                    type=kind,
                    lag=draw(st.integers(least_lag, 4)),
                    calendar=calendar,
                )
            )
    return Draft(
        id="random", start=START, steps=steps, ties=tuple(ties), deadline=draw(maybe(DEADLINES))
    )


@st.composite
def started(draw: st.DrawFn, **limits: object) -> Draft:
    """A plan under way: any mixture of progress, in sequence or not, as ledgers have it."""
    draft = draw(drafts(**limits))
    steps = []
    for step in draft.steps:
        kind = draw(st.sampled_from(("waits", "begun", "finished", "finished", "off")))
        begin = LATER - timedelta(draw(st.integers(1, 20)))
        finish = begin + timedelta(draw(st.integers(0, 25)))
        changes: dict[str, object] = {
            "waits": {},
            "begun": {"actual_start": begin, "remaining": draw(maybe(st.integers(0, 5)))},
            "finished": {"actual_start": begin, "actual_finish": finish},
            "off": {"is_off": True},
        }[kind]
        steps.append(replace(step, **changes))
    return replace(draft, steps=tuple(steps), status_date=LATER)


def solved(draft: Draft) -> Column:
    """Return the only world of a draft."""
    network = network_of(draft, draft.steps)
    return solve(network, facts_of(draft, network), overrides=draft.overrides).column(0)


def scheduled(draft: Draft) -> Schedule:
    return Schedule(solved(draft))


def without_deadlines(draft: Draft) -> Draft:
    steps = tuple(replace(step, deadline=None, start_by=None) for step in draft.steps)
    return replace(draft, steps=steps, deadline=None)


def unstarted(network: Network) -> dict[str, Progress]:
    return {node.id: Progress() for node in network.nodes}


@st.composite
def progress(draw: st.DrawFn, network: Network, status_date: date) -> dict[str, Progress]:
    """Any mixture of progress, sensible or not: ledgers hold both."""
    found = {}
    for node in network.nodes:
        state = draw(
            st.sampled_from((State.NOT_STARTED, State.UNDER_WAY, State.FINISHED, State.NOT_NEEDED))
        )
        day = status_date - timedelta(days=draw(st.integers(0, 20)))
        known = draw(st.booleans())
        found[node.id] = Progress(
            state=state,
            start=day if known and state is State.UNDER_WAY else None,
            finish=day if known and state is State.FINISHED else None,
            known_by=status_date,
        )
    return found


@st.composite
def _with_windows(draw: st.DrawFn) -> Draft:
    draft = without_deadlines(draw(drafts(most=6).filter(lambda d: len(d.steps) > 1)))
    last = [step.id for step in draft.steps]
    giver = draw(st.integers(0, len(last) - 2))
    user = draw(st.integers(giver + 1, len(last) - 1))
    valid = ValidFor(draw(st.integers(1, 8)), draw(st.sampled_from(CALENDARS)), (last[user],))
    steps = [
        replace(step, duration=step.duration or 1, valid_for=valid) if n == giver else step
        for n, step in enumerate(draft.steps)
    ]
    return replace(draft, steps=tuple(steps))


WINDOW_DRAFTS = _with_windows()
