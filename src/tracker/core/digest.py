"""Stage 6: what one weekly report says. The reports only lay it out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.core.delay import Accounting
from tracker.core.flag import LATE_LIGHTS, Flag, FlagKind, Light, Standing
from tracker.core.follow_up import Case, CaseState, Outcome, Promise
from tracker.core.levers import Choice, Help
from tracker.core.model import Name
from tracker.core.oddities import Oddity
from tracker.core.track import State
from tracker.core.weeks import Week
from tracker.core.why_late import WhyLate


class Change(StrEnum):
    """How a project moved since the last report."""

    NEWLY_LATE = "newly_late"
    CLEARED = "cleared"
    DOUBTFUL = "doubtful"
    WORSE = "worse"
    UNCHANGED = "unchanged"
    BETTER = "better"
    NEW = "new"
    GONE = "gone"


STREAK = 3
"""A late project that has stood the same for so many weeks is worth a line."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a project is late, or may be. `why` is None while nothing is late on record.

    `accounting` is None while there is no plan to measure it against.
    """

    why: WhyLate | None
    help: Help
    accounting: Accounting | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of page 1. `days` is how many working days later the forecast is than it was.

    `weeks` is for how many weeks on end the reports have called it late, this one included.
    """

    change: Change
    name: str
    days: int
    standing: Standing | None
    weeks: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A matter for the leaders: the best lawful measures, and the days of delay that they win back.

    `recoverable` are working days, no more than the project is late.
    """

    standing: Standing
    choice: Choice
    recoverable: int

    @property
    def by(self) -> date:
        """Return the day by which the first of the measures is to be decided."""
        return min(measure.by for measure in self.choice.measures)


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise in a project's follow-up, and what became of it."""

    case: Case
    promise: Promise


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
    promises: tuple[Promised, ...]
    """Those broken or kept since the report before, and those due within the week to come."""
    causes: Mapping[int, Cause]
    """Of each late or undecided project, by number."""
    follow_ups: tuple[Case, ...]
    oddities: tuple[Oddity, ...]
    """What came up since the report before that is worth a question."""
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


def changes(
    standings: Sequence[Standing], history: Sequence[Earlier], week: Week
) -> tuple[Moved, ...]:
    """Return what moved in a week since the newest report of `history`, the newly late first.

    `history` are the reports before, the newest first; nothing has moved where there are none.
    """
    if not history:
        return ()
    before = history[0].figures
    moved = [
        Moved(change, s.project.name, days, s, weeks)
        for s in standings
        for weeks in [_weeks_late(s, history, week)]
        for change, days in [_change(s, before.get(s.project.id), weeks)]
        if change
    ]
    now = {s.project.id for s in standings}
    gone = [
        Moved(Change.GONE, figure.name, 0, None, 0)
        for key, figure in before.items()
        if key not in now
    ]
    order = {change: n for n, change in enumerate(Change)}
    return tuple(sorted([*moved, *gone], key=lambda m: (order[m.change], -abs(m.days), m.name)))


@dataclass(frozen=True, slots=True)
class Compared:
    """One project in two reports; None where a report did not know it. `days` as in `Moved`."""

    name: str
    before: Figure | None
    after: Figure | None

    @property
    def days(self) -> int:
        """Return how many working days later the second report has it than the first.

        0 where one of them could not say.
        """
        if any(each and each.light in _DOUBTFUL for each in (self.before, self.after)):
            return 0
        return (self.after.days_late if self.after else 0) - (
            self.before.days_late if self.before else 0
        )


def compared(before: Mapping[int, Figure], after: Mapping[int, Figure]) -> tuple[Compared, ...]:
    """Return the projects whose light or days differ between two reports, the most moved first."""
    found = []
    for key in before.keys() | after.keys():
        one, other = before.get(key), after.get(key)
        figure = other or one
        is_same = one and other and (one.light, one.days_late) == (other.light, other.days_late)
        if figure and not is_same:
            found.append(Compared(figure.name, one, other))
    return tuple(sorted(found, key=lambda each: (-abs(each.days), each.name)))


def _weeks_late(standing: Standing, history: Sequence[Earlier], week: Week) -> int:
    """Return for how many weeks on end a project has been late, this one included."""
    if standing.light not in LATE_LIGHTS:
        return 0
    late = 1
    for report in history:
        figure = report.figures.get(standing.project.id)
        if figure is None or figure.light not in LATE_LIGHTS:
            break
        late = week - report.week + 1
    return late


_DOUBTFUL = (Light.OPEN, Light.GREY)
"""Lights that do not say whether a project is late: it has not recovered."""


def _change(standing: Standing, before: Figure | None, weeks: int) -> tuple[Change | None, int]:
    if before is None:
        return Change.NEW, 0
    was_late, is_late = before.light in LATE_LIGHTS, standing.light in LATE_LIGHTS
    days = _days_late(standing) - before.days_late
    if is_late and not was_late:
        return Change.NEWLY_LATE, days
    if was_late and not is_late:
        return (Change.DOUBTFUL, 0) if standing.light in _DOUBTFUL else (Change.CLEARED, days)
    if days:
        return (Change.WORSE if days > 0 else Change.BETTER), days
    return (Change.UNCHANGED if weeks >= STREAK else None), 0


def decisions(standings: Sequence[Standing], causes: Mapping[int, Cause]) -> tuple[Decision, ...]:
    """Return what the leaders can decide, by the days of delay that it wins back."""
    found = []
    for standing in standings:
        cause = causes.get(standing.project.id)
        choice = cause.help.best if cause else None
        late = standing.plan.days_late
        if choice and late:
            found.append(Decision(standing, choice, min(choice.saved, late)))
    found.sort(key=lambda d: (-d.recoverable, not d.choice.is_in_time, d.standing.project.name))
    return tuple(found)


def promises(cases: Sequence[Case], since: date, status_date: date) -> tuple[Promised, ...]:
    """Return the promises broken or kept from `since` on, and those due in the week to come."""
    order = (Outcome.BROKEN, Outcome.KEPT, Outcome.DUE)
    found = [
        Promised(case, promise)
        for case in cases
        for promise in case.promises
        if promise.outcome in order and since <= promise.day <= status_date + timedelta(days=7)
    ]
    found.sort(key=lambda p: (order.index(p.promise.outcome), p.promise.day, p.case.project))
    return tuple(found)


def _is_overridden(case: Case, since: date, status_date: date) -> bool:
    """Tell whether a case was closed from a day on though the plan still asked."""
    close = case.follow_up.close_on(status_date)
    return close is not None and close.day >= since and close.days is not None


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


def digest(  # noqa: PLR0913  all that a report is made of
    standings: Sequence[Standing],
    cases: Sequence[Case],
    *,
    causes: Mapping[int, Cause],
    oddities: Sequence[Oddity] = (),
    week: Week,
    status_date: date,
    is_draft: bool,
    is_late: bool = False,
    is_demo: bool,
    history: Sequence[Earlier],
    audit_head: str,
) -> Digest:
    """Return what the report of `week` says.

    `cases` are all follow-ups, closed ones too; `history` the reports before it, the newest first.
    """
    before = history[0] if history else None
    since = min(week.first, before.as_of + timedelta(days=1)) if before else week.first
    ordered = worst_first(standings)
    return Digest(
        week=week,
        status_date=status_date,
        is_draft=is_draft,
        is_late=is_late,
        is_demo=is_demo,
        by_light=count_lights(ordered),
        changes=changes(ordered, history, week),
        compared_with=before.as_of if before else None,
        weeks_missed=max(0, week - before.week - 1) if before else 0,
        decisions=decisions(ordered, causes),
        promises=promises(cases, since, status_date),
        causes=causes,
        follow_ups=tuple(
            c for c in cases if c.state is not CaseState.CLOSED and not c.follow_up.is_question
        ),
        oddities=tuple(oddities),
        overridden=tuple(c for c in cases if _is_overridden(c, since, status_date)),
        leaders=leader_lines(ordered),
        offices=office_lines(ordered),
        standings=ordered,
        previous_fingerprint=before.fingerprint if before else None,
        audit_head=audit_head,
    )
