"""Stage 6: what one weekly report says. The reports only lay it out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.flag import LATE_LIGHTS, Flag, FlagKind, Light, Standing
from tracker.core.follow_up import Case
from tracker.core.model import Name
from tracker.core.track import State
from tracker.core.weeks import Week


class Change(StrEnum):
    """How a project moved since the last report."""

    NEWLY_LATE = "newly_late"
    CLEARED = "cleared"
    WORSE = "worse"
    BETTER = "better"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Figure:
    """What last week's report said of a project: enough to see what moved."""

    name: str
    light: str
    days_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The report that one is compared with: its day, its figures by project, its fingerprint."""

    week: Week
    as_of: date
    figures: Mapping[int, Figure]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of page 1. `days` is how many working days later the forecast is than it was."""

    change: Change
    name: str
    days: int
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Decision:
    """A matter for the leaders: the working days of delay won back if its step took no time.

    No more can be won back than the project is late.
    """

    standing: Standing
    flag: Flag
    recoverable: int


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """One leader's projects in numbers, and the worst of them."""

    leader: str
    projects: int
    by_light: Mapping[Light, int]
    worst: Standing


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """What one office has on its desk: steps that set a late project's pace, and its own clocks."""

    office: Name
    setting_the_pace: int
    overdue: int
    near_due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The weekly report before layout. Lists stand in the order in which they are printed.

    `status_date` is the day it was made for, after its week where that had no working day. A late
    one was made up after its day.
    """

    week: Week
    status_date: date
    is_draft: bool
    is_late: bool
    is_demo: bool
    by_light: Mapping[Light, int]
    changes: tuple[Moved, ...]
    compared_with: date | None
    """The day of the report before it, with which it is compared; None of the first."""
    weeks_missed: int
    """How many weeks between this report and the one before it had none."""
    decisions: tuple[Decision, ...]
    follow_ups: tuple[Case, ...]
    overridden: tuple[Case, ...]
    """Follow-ups that somebody closed in the week though the plan still asked."""
    leaders: tuple[LeaderLine, ...]
    offices: tuple[OfficeLine, ...]
    standings: tuple[Standing, ...]
    previous_fingerprint: str | None
    audit_head: str

    @property
    def is_moved(self) -> bool:
        """Tell whether its day lies after its week, which had no working day."""
        return Week.of(self.status_date) > self.week

    @property
    def late(self) -> tuple[Standing, ...]:
        """Return the projects whose light is red or black, worst first."""
        return tuple(s for s in self.standings if s.light in LATE_LIGHTS)

    @property
    def blocked(self) -> tuple[Flag, ...]:
        """Return the blocks that hold steps: land quota, plans, funds."""
        return tuple(f for s in self.standings for f in s.flags if f.kind is FlagKind.BLOCKED)

    @property
    def recorded_share(self) -> tuple[int, int]:
        """Return how many steps are surely finished, and how many the plans hold in all."""
        known = [step.progress for s in self.standings for step in s.plan.steps]
        needed = [each for each in known if each.state is not State.NOT_NEEDED]
        finished = [each for each in needed if each.state is State.FINISHED and each.is_certain]
        return len(finished), len(needed)


def worst_first(standings: Sequence[Standing]) -> tuple[Standing, ...]:
    """Return the projects by light, then by days late or to spare, then by name.

    Open ones stand by their chance of being late times the days that can be won back.
    """
    order = {light: n for n, light in enumerate(Light)}
    return tuple(
        sorted(standings, key=lambda s: (order[s.light], _urgency(s), s.plan.spare, s.project.name))
    )


def _urgency(standing: Standing) -> float:
    """Return what is the less, the more an open project is worth a call."""
    if standing.light is not Light.OPEN:
        return 0
    because = standing.plan.because
    return -(standing.plan.span.chance or 0) * (because.drag if because else 0)


def count_lights(standings: Sequence[Standing]) -> Mapping[Light, int]:
    """Return how many projects stand at each light; every light is there."""
    counted = Counter(standing.light for standing in standings)
    return {light: counted[light] for light in Light}


def figures(standings: Sequence[Standing]) -> Mapping[int, Figure]:
    """Return what the next report needs in order to say what moved."""
    return {s.project.id: Figure(s.project.name, str(s.light), _days_late(s)) for s in standings}


def _days_late(standing: Standing) -> int:
    """Return the days late that a light claims: none while it is undecided."""
    return 0 if standing.plan.is_open else standing.plan.days_late


def changes(standings: Sequence[Standing], before: Mapping[int, Figure]) -> tuple[Moved, ...]:
    """Return what moved since `before`, the newly late first."""
    moved = [
        Moved(change, s.project.name, days, s)
        for s in standings
        for change, days in [_change(s, before.get(s.project.id))]
        if change
    ]
    now = {s.project.id for s in standings}
    gone = [
        Moved(Change.GONE, figure.name, 0, None) for key, figure in before.items() if key not in now
    ]
    order = {change: n for n, change in enumerate(Change)}
    return tuple(sorted([*moved, *gone], key=lambda m: (order[m.change], -abs(m.days), m.name)))


def _change(standing: Standing, before: Figure | None) -> tuple[Change | None, int]:
    if before is None:
        return Change.NEW, 0
    was_late, is_late = before.light in LATE_LIGHTS, standing.light in LATE_LIGHTS
    days = _days_late(standing) - before.days_late
    if is_late and not was_late:
        return Change.NEWLY_LATE, days
    if was_late and not is_late:
        return Change.CLEARED, days
    if days:
        return (Change.WORSE if days > 0 else Change.BETTER), days
    return None, 0


def decisions(standings: Sequence[Standing], most: int = 10) -> tuple[Decision, ...]:
    """Return the late projects by the days of their delay that the pace-setting step costs."""
    found = [
        Decision(s, s.flags[0], min(s.plan.because.drag, s.plan.days_late))
        for s in standings
        if s.light in LATE_LIGHTS and s.plan.because and s.plan.days_late
    ]
    found.sort(key=lambda d: (-d.recoverable, d.standing.project.name))
    return tuple(found[:most])


def led_by(standings: Iterable[Standing], leader: str) -> list[Standing]:
    """Return the projects of a leader; where nobody is called so, of those whose name holds it."""
    led = [s for s in standings if leader in (s.project.leader or "")]
    return [s for s in led if s.project.leader == leader] or led


def leader_lines(standings: Sequence[Standing]) -> tuple[LeaderLine, ...]:
    """Return one line a leader, the one with most late projects first."""
    groups: dict[str, list[Standing]] = defaultdict(list)
    for standing in worst_first(standings):
        if standing.project.leader:
            groups[standing.project.leader].append(standing)
    lines = [
        LeaderLine(leader, len(own), count_lights(own), own[0]) for leader, own in groups.items()
    ]
    lines.sort(key=lambda line: (-sum(line.by_light[x] for x in LATE_LIGHTS), line.leader))
    return tuple(lines)


def office_lines(standings: Sequence[Standing]) -> tuple[OfficeLine, ...]:
    """Return one line an office that someone waits for, the most awaited first."""
    names: dict[str, Name] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for standing in standings:
        for flag in standing.flags:
            if flag.step:
                names[flag.step.office.zh] = flag.step.office
                counts[flag.step.office.zh][flag.kind] += 1
    lines = [
        OfficeLine(
            names[key],
            counted[FlagKind.LATE] + counted[FlagKind.INFEASIBLE],
            counted[FlagKind.OVERDUE],
            counted[FlagKind.CLOCK_NEAR],
        )
        for key, counted in counts.items()
    ]
    lines.sort(key=lambda x: (-x.setting_the_pace, -x.overdue, -x.near_due, x.office.zh))
    return tuple(line for line in lines if line.setting_the_pace + line.overdue + line.near_due)


def digest(
    standings: Sequence[Standing],
    follow_ups: Sequence[Case],
    *,
    overridden: Sequence[Case] = (),
    week: Week,
    status_date: date,
    is_draft: bool,
    is_late: bool = False,
    is_demo: bool,
    before: Earlier | None,
    audit_head: str,
) -> Digest:
    """Return what the report of `week` says.

    `before` is None when no report came before.
    """
    ordered = worst_first(standings)
    return Digest(
        week=week,
        status_date=status_date,
        is_draft=is_draft,
        is_late=is_late,
        is_demo=is_demo,
        by_light=count_lights(ordered),
        changes=changes(ordered, before.figures) if before else (),
        compared_with=before.as_of if before else None,
        weeks_missed=max(0, week - before.week - 1) if before else 0,
        decisions=decisions(ordered),
        follow_ups=tuple(follow_ups),
        overridden=tuple(overridden),
        leaders=leader_lines(ordered),
        offices=office_lines(ordered),
        standings=ordered,
        previous_fingerprint=before.fingerprint if before else None,
        audit_head=audit_head,
    )
