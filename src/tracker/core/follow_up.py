"""A one-on-one follow-up (一对一跟踪): what was said of it, and where it stands.

The ladder is issued as county offices do: level 1 a reminder (提示函), 2 an assignment (交办单),
3 and 4 a supervision order (督办单). It begins at level 1; only time, broken promises, or a target
that cannot be met in any world raise it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from tracker.core.calendars import Calendar
from tracker.core.events import Attachment
from tracker.core.flag import Flag, FlagKind, Light, Standing
from tracker.core.model import Duration, ProjectState, Step
from tracker.core.problems import Message, message

_OPENS = (FlagKind.INFEASIBLE, FlagKind.LATE, FlagKind.FLOAT_SHORT)
_OPENS_WHEN_RED = (FlagKind.OVERDUE, FlagKind.EXPIRED, FlagKind.ESTIMATE, FlagKind.INTERIM)
_REPLY_WORKING_DAYS = {1: 5, 2: 5, 3: 3, 4: 3}
CLIMB_WORKING_DAYS = 5
HIGHEST = 4


class ActKind(StrEnum):
    """What can be said of a follow-up. People say the first five, the plan the others."""

    TAKEN_UP = "taken_up"
    CONTACTED = "contacted"
    PROMISED = "promised"
    CLOSED = "closed"
    REOPENED = "reopened"
    RECOVERED = "recovered"
    RESTED = "rested"
    SLIPPED = "slipped"
    CLIMBED = "climbed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAct:
    """Something said of a follow-up on `day`.

    `who` said it, an office or a duty. `until` is the last day of a promise, inclusive. `level` is
    the one that was climbed to, `text` then why, as `Climb`; else `text` is what was said, of a
    closing against the plan the reason. `days` is how late the project was when it was closed
    against the plan, as `how_late` counts; None where the plan no longer asked.
    """

    kind: ActKind
    day: date
    who: str = ""
    text: str = ""
    until: date | None = None
    level: int | None = None
    days: int | None = None
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A follow-up: for what it was opened, and what was said of it since, in order.

    `step` is the step that set the pace then, `kind` and `days` what was wrong with it.
    """

    number: int
    project: int
    step: str
    office: str
    kind: FlagKind
    days: int
    opened_on: date
    acts: tuple[FollowUpAct, ...] = ()

    @property
    def is_question(self) -> bool:
        """Tell whether it only asks for facts: nothing is late on record."""
        return self.kind is FlagKind.OPEN

    @property
    def newest(self) -> date:
        """Return the day of the newest that is told of it."""
        return max([self.opened_on, *(act.day for act in self.acts)])

    def close_on(self, day: date) -> FollowUpAct | None:
        """Return how it was closed as of a day; None where it was open."""
        for act in reversed([act for act in self.acts if act.day <= day]):
            if act.kind is ActKind.REOPENED:
                return None
            if act.kind is ActKind.CLOSED:
                return act
        return None

    @property
    def last_close(self) -> FollowUpAct | None:
        """Return how it was closed; None while it is open."""
        return self.close_on(date.max)


class CaseState(StrEnum):
    """Where a follow-up stands."""

    NEW = "new"
    WORKING = "working"
    PROMISED = "promised"
    OVERDUE = "overdue"
    TO_CHECK = "to_check"
    CLOSED = "closed"


class Climb(StrEnum):
    """Why a follow-up stands above level 1."""

    TIME = "time"
    BROKEN = "broken"
    HOPELESS = "hopeless"
    WAS_HOPELESS = "was_hopeless"


class Outcome(StrEnum):
    """What became of a promise."""

    DUE = "due"
    KEPT = "kept"
    BROKEN = "broken"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise, and what became of it on `day`.

    That is its own last day while it is due, and the day after it where it was broken.
    """

    act: FollowUpAct
    outcome: Outcome
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A follow-up on a day. `due` is the last day for an answer at its level, inclusive.

    `flag` is what the plan asks for now, None where it asks no more; a case of a project that is
    suspended or cannot be planned `rests`. `promise` is the one that counts; `promises` are all,
    in order.
    """

    follow_up: FollowUp
    flag: Flag | None
    rests: bool
    state: CaseState
    level: int
    climb: Climb | None
    due: date
    promise: FollowUpAct | None
    promises: tuple[Promise, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many promises came to that."""
        return sum(promise.outcome is outcome for promise in self.promises)

    @property
    def broken(self) -> int:
        """Return how many promises were broken."""
        return self.count(Outcome.BROKEN)

    @property
    def project(self) -> int:
        """Return the number of its project."""
        return self.follow_up.project

    @property
    def step(self) -> str:
        """Return the step that it is about now."""
        return self.flag.step.id if self.flag and self.flag.step else self.follow_up.step

    @property
    def kind(self) -> FlagKind:
        """Return what is wrong now."""
        return self.flag.kind if self.flag else self.follow_up.kind

    @property
    def office(self) -> str:
        """Return the office that it is addressed to."""
        return self.flag.step.office.zh if self.flag and self.flag.step else self.follow_up.office

    @property
    def days(self) -> int:
        """Return by how many working days, as the flag counts them."""
        return self.flag.working_days if self.flag else self.follow_up.days

    @property
    def opened_on(self) -> date:
        """Return when it was opened first."""
        return self.follow_up.opened_on


def needed(standing: Standing) -> Flag | None:
    """Return the worst flag that asks for a case; else the one that asks a question, or None."""
    asks = next((flag for flag in standing.flags if _asks(flag)), None)
    if asks or standing.light is not Light.OPEN:
        return asks
    return next((flag for flag in standing.flags if flag.kind is FlagKind.OPEN and flag.step), None)


def _asks(flag: Flag) -> bool:
    is_red = flag.kind in _OPENS_WHEN_RED and flag.light is Light.RED
    return flag.step is not None and (flag.kind in _OPENS or is_red)


@dataclass(slots=True)
class _Ladder:
    """The ladder as it is climbed through the acts, in order."""

    since: date
    level: int = 1
    climb: Climb | None = None
    promise: FollowUpAct | None = None
    promises: list[Promise] = field(default_factory=list)
    is_overdue: bool = False
    is_resting: bool = False
    was_confirmed: bool = False

    def reach(self, day: date, working_days: Calendar) -> None:
        """Let time pass until a day, exclusive of what happens on it."""
        if self.promise and self.promise.until and self.promise.until < day:
            self._broken(self.promise.until)
        if self.promise or self.is_resting:
            return
        while self.level < HIGHEST:
            next_ = working_days.nth_after(self.since, CLIMB_WORKING_DAYS)
            if next_ > day:
                return
            self._up(next_, Climb.TIME)

    def _broken(self, until: date) -> None:
        self._ended(Outcome.BROKEN, until + timedelta(days=1))
        self.is_overdue = True
        self._up(until, Climb.BROKEN)

    def _ended(self, outcome: Outcome, day: date) -> None:
        if self.promise:
            self.promises.append(Promise(self.promise, outcome, day))
        self.promise = None

    def _up(self, day: date, why: Climb) -> None:
        self.since = day
        if self.level < HIGHEST:
            self.level, self.climb = self.level + 1, why

    def take(self, act: FollowUpAct) -> None:
        """Take an act, once its day is reached."""
        if act.kind is ActKind.CLIMBED:
            if act.level and act.level > self.level:
                self.level, self.climb, self.since = act.level, Climb(act.text), act.day
            return
        self.is_overdue = False
        if act.kind is ActKind.PROMISED:
            self._ended(Outcome.MOVED, act.day)
            self.promise = act
        elif act.kind in _ENDS:
            is_kept = act.kind is not ActKind.RESTED and act.days is None
            self._ended(Outcome.KEPT if is_kept else Outcome.MOVED, act.day)
            self.is_resting = True
            self.was_confirmed = act.kind is ActKind.CLOSED and act.days is None
        elif act.kind in (ActKind.SLIPPED, ActKind.REOPENED):
            self.is_resting, self.since = False, act.day
            if self.was_confirmed:
                self.level, self.climb = 1, None


_ENDS = (ActKind.RECOVERED, ActKind.RESTED, ActKind.CLOSED)
_BY_PEOPLE = (ActKind.TAKEN_UP, ActKind.CONTACTED, ActKind.PROMISED)


def case_on(
    follow_up: FollowUp, standing: Standing, status_date: date, working_days: Calendar
) -> Case:
    """Return where a follow-up stands on a day, of which the acts up to it count."""
    rests = bool(standing.plan.fault) or standing.project.state is ProjectState.SUSPENDED
    flag = None if rests else needed(standing)
    ladder = _Ladder(since=follow_up.opened_on)
    acts = [act for act in follow_up.acts if act.day <= status_date]
    for act in acts:
        ladder.reach(act.day, working_days)
        ladder.take(act)
    if not rests:
        ladder.reach(status_date, working_days)
    if follow_up.is_question:
        ladder.level, ladder.climb = 1, None
    elif standing.light is Light.BLACK:
        ladder.level, ladder.climb = HIGHEST, Climb.HOPELESS
    elif ladder.climb is Climb.HOPELESS:
        ladder.climb = Climb.WAS_HOPELESS
    return Case(
        follow_up=follow_up,
        flag=flag,
        rests=rests,
        state=_state(follow_up.close_on(status_date), acts, ladder, flag, rests=rests),
        level=ladder.level,
        climb=ladder.climb if ladder.level > 1 else None,
        due=working_days.nth_after(ladder.since, _REPLY_WORKING_DAYS[ladder.level]),
        promise=ladder.promise,
        promises=(*ladder.promises, *_due(ladder.promise)),
    )


def _due(act: FollowUpAct | None) -> Iterator[Promise]:
    if act and act.until:
        yield Promise(act, Outcome.DUE, act.until)


def _state(
    close: FollowUpAct | None,
    acts: Sequence[FollowUpAct],
    ladder: _Ladder,
    flag: Flag | None,
    *,
    rests: bool,
) -> CaseState:
    if close is not None:
        return CaseState.CLOSED
    if flag is None and not rests:
        return CaseState.TO_CHECK
    if ladder.promise:
        return CaseState.PROMISED
    if ladder.is_overdue:
        return CaseState.OVERDUE
    taken = any(act.kind in _BY_PEOPLE for act in acts)
    return CaseState.WORKING if taken else CaseState.NEW


def answer_by(case: Case, day: date, working_days: Calendar) -> date:
    """Return by when a paper that is issued on a day asks for an answer: never a day that passed.

    Where a promise counts it is the promise's own last day, if that is later.
    """
    due = max(case.due, working_days.nth_after(day, _REPLY_WORKING_DAYS[case.level]))
    until = case.promise.until if case.promise else None
    return max(due, until) if until else due


def news(case: Case, status_date: date) -> Iterator[FollowUpAct]:
    """Yield what the plan says of an open follow-up that its acts do not tell yet.

    A question closes by itself, once it is decided.
    """
    follow_up, asks = case.follow_up, case.flag is not None
    if follow_up.is_question:
        if not case.rests and (case.flag is None or case.flag.kind is not FlagKind.OPEN):
            yield FollowUpAct(kind=ActKind.CLOSED, day=status_date)
        return
    turns = (ActKind.RECOVERED, ActKind.RESTED, ActKind.SLIPPED)
    last = next((act.kind for act in reversed(follow_up.acts) if act.kind in turns), None)
    now = ActKind.SLIPPED if asks else ActKind.RESTED if case.rests else ActKind.RECOVERED
    if now is not (last or ActKind.SLIPPED):
        yield FollowUpAct(kind=now, day=status_date)
    told = max((act.level or 1 for act in _since_confirmed(follow_up)), default=1)
    if asks and case.level > told and case.climb:
        yield FollowUpAct(
            kind=ActKind.CLIMBED, day=status_date, level=case.level, text=str(case.climb)
        )


def _since_confirmed(follow_up: FollowUp) -> list[FollowUpAct]:
    """Return the acts since the follow-up was closed by the plan last."""
    ends = [
        n for n, act in enumerate(follow_up.acts) if act.kind is ActKind.CLOSED and act.days is None
    ]
    return list(follow_up.acts[ends[-1] :] if ends else follow_up.acts)


def how_late(flag: Flag) -> int:
    """Return how bad a flag is in working days: days late, or below 0 while float is left."""
    return -flag.working_days if flag.kind is FlagKind.FLOAT_SHORT else flag.working_days


def opens_again(closed: FollowUp, flag: Flag) -> bool:
    """Tell whether a project has slipped since its follow-up was closed: further, or at all.

    A question that somebody closed is not asked again.
    """
    close = closed.last_close
    if close is None or (closed.is_question and close.who):
        return False
    return close.days is None or how_late(flag) > close.days


def closing(case: Case, status_date: date, who: str, why: str) -> FollowUpAct | None:
    """Return the act that closes a case; None where the plan still asks, and no reason is given.

    Nor is one confirmed of a project that is suspended or cannot be planned.
    """
    is_confirmed = case.flag is None and not case.rests
    if not is_confirmed and not why:
        return None
    days = None if is_confirmed else how_late(case.flag) if case.flag else 0
    return FollowUpAct(kind=ActKind.CLOSED, day=status_date, who=who, text=why, days=days)


def ask(kind: FlagKind, days: int, step: Step) -> Message:
    """Return what a follow-up asks for, in words."""
    if kind is FlagKind.OVERDUE:
        return message("Decide on {step} and say on which day.", step=step.name)
    if kind is FlagKind.EXPIRED:
        return message("Renew {step}, or say how it is used before it lapses.", step=step.name)
    if kind is FlagKind.ESTIMATE:
        return message("Report the excess and get a decision for {step}.", step=step.name)
    if kind is FlagKind.FLOAT_SHORT:
        return message("Keep {step} on time: little slack is left.", step=step.name)
    if kind is FlagKind.OPEN:
        return message("Say what is not recorded: it decides whether the deadline is kept.")
    return message("Propose how to recover {days} on {step}.", days=Duration(days), step=step.name)
