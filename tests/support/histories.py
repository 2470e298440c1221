"""Made-up projects of which everything is known: answers, and a history that obeys the network.

A history is simulated day by day: a step starts some days after its links let it, and takes its
plan's days more or less. Projects are then looked at on one day, somewhere on their way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from tracker.core.calendars import boundary_after, boundary_before, day_from, day_until
from tracker.core.compile import Blueprint, known_facts, switched_off
from tracker.core.model import Basis, Event, EventKind, Procedure, StepKind
from tracker.core.plan import Plan, plan
from tracker.core.plan.engine.lags import moved
from tracker.core.plan.engine.numbers import ONE_WORLD
from tracker.core.track import progress
from tracker.law import Catalog

STATUS_DATE = date(2026, 3, 2)
TARGETS = ("construction_permit", "sector_start_permit", "start")
PROCEDURES = (
    "gov_building",
    "gov_municipal",
    "gov_park",
    "gov_road",
    "gov_water",
    "enterprise_filing",
    "enterprise_verification",
)


@dataclass(frozen=True, kw_only=True)
class Span:
    """The first and the last day of a step; both are worked."""

    start: date
    finish: date


@dataclass(frozen=True, kw_only=True)
class Made:
    """A project with its full truth on the status date; `truth` is the plan of it."""

    procedure: str
    target: str
    facts: Mapping[str, str]
    spans: Mapping[str, Span]
    needed: frozenset[str]
    deadline: date
    truth: Plan

    def event(self, step: str, *, with_day: bool = True) -> Event:
        """Return how a step stands on the status date, as somebody would record it."""
        is_needed = step in self.needed
        return event_on(step, self.spans[step], is_needed=is_needed, with_day=with_day)


def event_on(step: str, span: Span, *, is_needed: bool, with_day: bool = True) -> Event:
    """Return the state of a step on the status date, as an event."""
    kind, day = EventKind.NOT_STARTED, None
    if not is_needed:
        kind = EventKind.NOT_NEEDED
    elif span.finish < STATUS_DATE:
        kind, day = EventKind.FINISHED, span.finish
    elif span.start < STATUS_DATE:
        kind, day = EventKind.STARTED, span.start
    return Event(step=step, kind=kind, day=day if with_day else None, known_by=STATUS_DATE)


def draw_facts(procedure: Procedure, random: Random) -> dict[str, str]:
    """Return an answer to every question of a project, by the usual shares and by law."""
    found = {}
    for question in procedure.questions:
        if not question.of_county and question.usual:
            answers, shares = zip(*question.usual, strict=True)
            found[question.fact] = random.choices(answers, shares)[0]
    known = {"investment_wan": found["investment_wan"]} if "investment_wan" in found else {}
    found |= known_facts(procedure, known)
    return found


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How far histories leave the network: the shares of links by custom and by law they break."""

    custom_broken: float = 0.0
    law_broken: float = 0.0


@dataclass(frozen=True, kw_only=True)
class _Pace:
    """How one step of a project goes: days idle before it, and its days against the plan's."""

    idle: int
    factor: float


def make(catalog: Catalog, random: Random, *, slack: float, habits: Habits) -> Made:
    """Return a project somewhere on its way, with a deadline around its true forecast.

    `slack` is the median distance of the deadline from the forecast, in working days, either way.
    """
    procedure_id = random.choice(PROCEDURES)
    procedure = catalog.procedure(procedure_id, STATUS_DATE)
    target = random.choice([target for target in TARGETS if target in procedure.targets])
    facts = draw_facts(procedure, random)
    blueprint = catalog.blueprint(procedure_id, target, STATUS_DATE, answers=facts)
    off = switched_off(blueprint.procedure, facts) & frozenset(blueprint.ids)
    history = _History(
        blueprint=blueprint,
        off=off,
        paces={step: _pace(random) for step in blueprint.ids},
        broken=_broken(blueprint, random, habits),
    )
    begin = STATUS_DATE - timedelta(1000)
    length = (history.spans(begin)[target].finish - begin).days
    spans = history.spans(STATUS_DATE - timedelta(round(random.uniform(0.03, 1.03) * length)))
    known = progress(blueprint, _states(spans, off), off, STATUS_DATE)
    forecast = plan(blueprint, known, status_date=STATUS_DATE, deadline=None)
    late_by = round(slack * random.lognormvariate(0, 0.8)) * random.choice((-1, 1))
    deadline = _moved(catalog, forecast.finish or STATUS_DATE, late_by)
    return Made(
        procedure=procedure_id,
        target=target,
        facts=facts,
        spans=spans,
        needed=frozenset(blueprint.ids) - off,
        deadline=deadline,
        truth=plan(blueprint, known, status_date=STATUS_DATE, deadline=deadline),
    )


def _moved(catalog: Catalog, day: date, working_days: int) -> date:
    calendar = catalog.working_days
    end = calendar.end_of[calendar.worked_before[boundary_after(day)] + working_days]
    return max(day_until(end), STATUS_DATE)


def _pace(random: Random) -> _Pace:
    idle = round(random.expovariate(1 / 20)) if random.random() < 0.5 else 0
    return _Pace(idle=idle, factor=random.lognormvariate(0, 0.4))


def _broken(blueprint: Blueprint, random: Random, habits: Habits) -> frozenset[int]:
    """Return the links that this project does not keep, by number."""
    share = {
        Basis.CUSTOM: habits.custom_broken,
        Basis.ADVICE: habits.custom_broken,
        Basis.LAW: habits.law_broken,
        Basis.LOGIC: 0.0,
    }
    place = blueprint.network.position
    links = sorted(blueprint.links, key=lambda link: place[link.successor])
    return frozenset(n for n, link in enumerate(links) if random.random() < share[link.basis])


@dataclass(frozen=True, kw_only=True)
class _History:
    blueprint: Blueprint
    off: frozenset[str]
    paces: Mapping[str, _Pace]
    broken: frozenset[int]

    def spans(self, begin: date) -> dict[str, Span]:
        """Return the days of every step of a project that begins on a day."""
        network = self.blueprint.network
        starts, ends = [0] * len(network.nodes), [0] * len(network.nodes)
        found = {}
        for n, node in enumerate(network.nodes):
            ready, closed = boundary_before(begin), 0
            for arc in network.arcs_in[n]:
                if arc.number in self.broken:
                    continue
                at = (starts if arc.type.is_from_start else ends)[arc.predecessor]
                off = {node.id, network.nodes[arc.predecessor].id} & self.off
                lag = 0 if off else arc.lag
                to_finish = arc.type.is_to_finish
                asked = moved(at, lag, arc.calendar, to_finish=to_finish, numbers=ONE_WORLD)
                if to_finish and node.id not in self.off:
                    closed = max(closed, asked)
                else:
                    ready = max(ready, asked)
            starts[n], ends[n] = ready, max(ready, closed)
            if node.id not in self.off:
                starts[n], ends[n] = self._worked(n, ready, closed)
            found[node.id] = Span(start=day_from(starts[n]), finish=day_until(ends[n]))
        return found

    def _worked(self, n: int, ready: int, closed: int) -> tuple[int, int]:
        """Return the boundaries between which a step is worked."""
        node, pace = self.blueprint.network.nodes[n], self.paces[self.blueprint.ids[n]]
        ready += pace.idle
        if node.is_milestone:
            return max(ready, closed), max(ready, closed)
        step = self.blueprint.steps[n]
        factor = max(1.0, pace.factor) if step.kind is StepKind.MINIMUM_PERIOD else pace.factor
        days = max(1, round(node.days * factor))
        first = node.calendar.worked_before[ready]
        end = max(node.calendar.end_of[first + days], closed)
        return node.calendar.start_of[first], end


def _states(spans: Mapping[str, Span], off: frozenset[str]) -> list[Event]:
    return [event_on(step, span, is_needed=step not in off) for step, span in spans.items()]


COLUMNS = (
    ("fs_approval", "hz_approval", "enterprise_filing"),
    ("site_preapproval",),
    ("land_approval",),
    ("planning_permit", "rural_permit"),
    ("eia_report", "eia_form", "eia_register"),
    ("prelim_approval",),
    ("tender_open",),
    ("construction_permit", "sector_start_permit", "water_start_conditions"),
)
"""The eight columns, and the steps that each may mean."""


class Style(StrEnum):
    """How a ledger says where a step stands.

    Words say all (已办、办理中、未办、无需); careless ones 未办 where it should be 无需.
    Ticks are √ and ×, and a blank where it is neither; blanks are √ or nothing; days are those on
    which something was done, or nothing.
    """

    WORDS = "words"
    CARELESS = "careless"
    TICKS = "ticks"
    BLANKS = "blanks"
    DAYS = "days"


def told_in(made: Made, style: Style) -> list[Event]:
    """Return what the eight columns say of a project."""
    columns = (_column(made, steps, style) for steps in COLUMNS)
    return [event for event in columns if event]


def left_blank_in(made: Made, style: Style) -> frozenset[str]:
    """Return the steps whose column is empty for a project, as an import would keep them."""
    told = told_in(made, style)
    if any(event.kind is EventKind.NOT_STARTED for event in told):
        return frozenset()
    spoken = {event.step for event in told}
    first = (next((step for step in steps if step in made.spans), None) for steps in COLUMNS)
    return frozenset(step for step in first if step) - spoken


def _column(made: Made, steps: Sequence[str], style: Style) -> Event | None:
    """Return what a column says; the heading is taken for the first of the steps it may mean."""
    known = [step for step in steps if step in made.spans]
    if not known:
        return None
    meant = next((step for step in known if step in made.needed), known[0])
    is_needed = meant in made.needed
    with_day = style is Style.DAYS
    found = event_on(known[0], made.spans[meant], is_needed=is_needed, with_day=with_day)
    if style is Style.CARELESS and found.kind is EventKind.NOT_NEEDED:
        found = replace(found, kind=EventKind.NOT_STARTED)
    return found if found.kind in _SAYS[style] else None


_SAYS = {
    Style.WORDS: frozenset(EventKind),
    Style.CARELESS: frozenset(EventKind),
    Style.TICKS: frozenset({EventKind.FINISHED, EventKind.NOT_STARTED}),
    Style.BLANKS: frozenset({EventKind.FINISHED}),
    Style.DAYS: frozenset({EventKind.FINISHED}),
}
