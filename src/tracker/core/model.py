"""The things tracker speaks of: procedures, steps, links, questions, projects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from tracker.core.conditions import Condition
from tracker.core.events import BlockReason, Event, EventKind, Sight, StopReason
from tracker.core.law import (
    NO_DAYS,
    Citation,
    Dated,
    DayKind,
    Duration,
    Name,
    Sureness,
    Term,
    in_force,
)

__all__ = [
    "BlockReason",
    "Citation",
    "ClockStart",
    "Dated",
    "DayKind",
    "Duration",
    "Event",
    "EventKind",
    "Growth",
    "Level",
    "Link",
    "LinkType",
    "Name",
    "Owner",
    "Procedure",
    "Project",
    "ProjectState",
    "Question",
    "Regime",
    "Sight",
    "Step",
    "StepKind",
    "StopReason",
    "Sureness",
    "Term",
    "Typical",
    "Validity",
]


class StepKind(StrEnum):
    """Whose time a step takes, and whether it can be shorter."""

    AUTHORITY_LIMIT = "authority_limit"
    MINIMUM_PERIOD = "minimum_period"
    DUTY_DEADLINE = "duty_deadline"
    AGENCY_WORK = "agency_work"
    UNIT_WORK = "unit_work"
    GOV_WORK = "gov_work"
    FILING = "filing"
    MILESTONE = "milestone"
    RECURRING = "recurring"


class Owner(StrEnum):
    """Who holds the ball while a step runs."""

    AUTHORITY = "authority"
    PROJECT_UNIT = "project_unit"
    AGENCY = "agency"
    COUNTY_GOV = "county_gov"


class Level(StrEnum):
    """Which government decides; above the county the superior holds the ball."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    STATE = "state"


class ClockStart(StrEnum):
    """The event after which the days of a limit are counted."""

    ACCEPTANCE = "acceptance"
    RECEIPT = "receipt"
    NOTICE = "notice"
    COMMISSION = "commission"
    AWARD = "award"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Typical:
    """What is seen in practice: half of the cases take at most `p50`, four fifths at most `p80`."""

    p50: Duration
    p80: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """How long what a step gives holds, counted from the day after it; `used_by` must start in it.

    `until_end`: they must be obtained in it. `renewal` says what to do before it ends.
    """

    term: Term
    used_by: tuple[str, ...]
    until_end: bool = False
    laws: tuple[Citation, ...] = ()
    renewal: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """An amount that may exceed an earlier one by so many per cent, and no more without a decision.

    `before`, `after` and `settled_by` are facts: two amounts, and whether the excess was decided.
    """

    before: str
    after: str
    warn_above: int
    hold_above: int
    settled_by: str


class Area(StrEnum):
    """The part of the work that a step belongs to."""

    DECISION = "decision"
    APPROVAL = "approval"
    ENVIRONMENT = "environment"
    LAND = "land"
    DESIGN = "design"
    TENDER = "tender"
    START = "start"
    ACCEPTANCE = "acceptance"
    FUNDING = "funding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act of a procedure by one party, and everything the law and practice say of it.

    `limits` are the law's own and drive alarms only; `limit_laws` set them, and are empty where no
    law does. `special` caps the time outside the clock (专家评审 and the like), `extension` is what
    a head may add once. `takes` is what one procedure counts whatever else is said. `raised` are
    the levels that decide in place of `level`, each with the facts under which it does.
    """

    id: str
    name: Name
    kind: StepKind
    owner: Owner
    office: Name
    area: Area = Area.DECISION
    level: Level = Level.COUNTY
    raised: tuple[tuple[Level, Condition], ...] = ()
    limits: tuple[Dated[Duration], ...] = ()
    promises: tuple[Dated[Duration], ...] = ()
    typical: Typical | None = None
    takes: Duration | None = None
    special: Duration | None = None
    extension: Duration | None = None
    acceptance: Duration = NO_DAYS
    delivery: Duration = NO_DAYS
    clock_start: ClockStart = ClockStart.ACCEPTANCE
    laws: tuple[Citation, ...] = ()
    limit_laws: tuple[Citation, ...] = ()
    condition: Condition | None = None
    held_by: frozenset[BlockReason] = frozenset()
    validity: Validity | None = None
    growth: Growth | None = None
    gives: str | None = None
    note: Name | None = None
    beside: tuple[str, ...] = ()
    sure: Sureness = Sureness.HIGH
    source: str | None = None

    def level_for(self, answers: Mapping[str, str]) -> Level:
        """Return who decides for a project with these answers; the usual level while in doubt."""
        return next(
            (level for level, condition in self.raised if condition.holds(answers) is True),
            self.level,
        )

    @property
    def is_instant(self) -> bool:
        """Tell whether the step takes no time: a filing or a milestone."""
        return self.kind in (StepKind.FILING, StepKind.MILESTONE)

    def limit_on(self, day: date, *, seen_from: date | None = None) -> Duration | None:
        """Return what the law gives a case accepted on `day`, as the law stands on `seen_from`."""
        return in_force(self.limits, day, seen_from=seen_from)

    def promised_on(self, day: date) -> Duration | None:
        """Return what the office promises a case accepted on `day`."""
        return in_force(self.promises, day)

    def plan_time_on(self, day: date) -> Duration:
        """Return what a plan counts for a step that begins on `day`.

        The promised time with handing in and handing out, else the 80 % quantile of what is
        typical, else the limit.
        """
        if self.takes is not None or self.is_instant:
            return self.takes or NO_DAYS
        if promised := self.promised_on(day):
            beside = (self.acceptance, self.delivery)
            more = sum(each.days for each in beside if each.kind is promised.kind)
            return Duration(promised.days + more, promised.kind)
        if self.typical:
            return self.typical.p80
        return self.limit_on(day) or NO_DAYS

    def law_on(self, day: date) -> Citation | None:
        """Return the first rule in force on `day` that the step rests on."""
        return next((law for law in self.laws if law.holds_on(day)), None)

    def laws_on(self, day: date) -> tuple[Citation, ...]:
        """Return every rule in force on `day` that the step rests on."""
        return tuple(law for law in self.laws if law.holds_on(day))

    def limit_law_on(self, day: date) -> Citation | None:
        """Return the rule that sets the step's time on `day`, or None when no law does."""
        return next((law for law in self.limit_laws if law.holds_on(day)), None)

    def change_days(self) -> frozenset[date]:
        """Return the days on which a number of the step changes."""
        dated = (*self.limits, *self.promises)
        begins = {each.in_force_from for each in dated if each.in_force_from}
        ends = {each.in_force_to + timedelta(1) for each in dated if each.in_force_to}
        return frozenset(begins | ends)


class LinkType(StrEnum):
    """Which ends a link joins: the predecessor's first."""

    FINISH_TO_START = "FS"
    START_TO_START = "SS"
    FINISH_TO_FINISH = "FF"
    START_TO_FINISH = "SF"

    @property
    def is_from_start(self) -> bool:
        """Tell whether the link waits for the predecessor to begin: its first letter."""
        return self[0] == "S"

    @property
    def is_to_finish(self) -> bool:
        """Tell whether it is the successor's finish that waits: its second letter."""
        return self[1] == "F"


class Basis(StrEnum):
    """What a link rests on."""

    LAW = "law"
    LOGIC = "logic"
    """The successor works on what the predecessor gives."""
    CUSTOM = "custom"
    """Practice, here or everywhere, that no law asks for."""
    ADVICE = "advice"
    """An order that saves time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The successor waits for the predecessor, and then for the lag.

    A lag in working days counts on the successor's calendar; in calendar days, every day. `laws`
    are the articles of a link whose basis is law. One that is `tolerable` (容缺) must be met
    before the successor is decided, not before it is accepted, where the county allows that. A
    link with a `condition` is there for the projects whose answers meet it.
    """

    predecessor: str
    successor: str
    type: LinkType = LinkType.FINISH_TO_START
    lag: Duration = NO_DAYS
    basis: Basis = Basis.LOGIC
    laws: tuple[Citation, ...] = ()
    tolerable: bool = False
    condition: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A link of custom or advice that a county does not hold, by whose word and why."""

    predecessor: str
    successor: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """An answer that follows by law from what else is known, in procedures of a regime, or all."""

    answer: str
    condition: Condition
    regime: "Regime | None"
    laws: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A fact that a procedure asks of a project, and the careful answer until it is known.

    Without `answers` it is an amount, in `unit`. A county's question has one answer for all.
    `name` is what lists call the fact; `words` say each answer, but for yes and no. `usual` holds
    answers (of an amount, some amounts) and the share of projects that give each, by experience.
    Nobody is asked where the answer `follows` from what is known; what somebody says comes first.
    """

    fact: str
    name: Name
    text: Name
    answers: tuple[str, ...]
    careful: str
    unit: Name | None = None
    words: Mapping[str, Name] = field(default_factory=dict)
    of_county: bool = False
    usual: tuple[tuple[str, float], ...] = ()
    follows: tuple[Follows, ...] = ()


@dataclass(frozen=True, slots=True)
class NeededWhen:
    """A condition with the questions that give its facts their names."""

    condition: Condition
    questions: tuple[Question, ...]


class Regime(StrEnum):
    """How the state controls a project: 审批制, 核准制, 备案制."""

    APPROVAL = "gov"
    VERIFICATION = "hz"
    FILING = "ba"


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """What the law asks of one kind of project, from `valid_from` to `valid_to`, both inclusive.

    `targets` are the steps a plan may aim at. An overlay is laid over a base and has no regime of
    its own; the id of what comes of it joins both by `+`. `given` are the county's own answers. A
    version that `switches` also takes over the projects under way on its first day. `alike` are
    steps that one heading of a ledger may mean (环评), group by group.
    """

    id: str
    name: Name
    regime: Regime | None
    valid_from: date
    valid_to: date | None
    steps: tuple[Step, ...]
    links: tuple[Link, ...]
    questions: tuple[Question, ...]
    file: str
    targets: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    switches: bool = False
    waived: tuple[Waiver, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()

    @property
    def is_overlay(self) -> bool:
        """Tell whether it only adds to a base procedure."""
        return self.regime is None

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the procedure is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def step(self, step_id: str) -> Step:
        """Return the step called `step_id`; KeyError when there is none."""
        return self.by_id[step_id]

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        """Return the steps by their id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def links_on_answers(self) -> Sequence[tuple[int, Condition]]:
        """Return the links that hang on what projects answer, by position."""
        return [(n, link.condition) for n, link in enumerate(self.links) if link.condition]

    @cached_property
    def change_days(self) -> Sequence[date]:
        """Return the days on which a number of some step changes, in order."""
        return sorted(frozenset[date]().union(*(step.change_days() for step in self.steps)))


class ProjectState(StrEnum):
    """Whether a project is active, suspended, archived, or withdrawn with its import."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One row of the county's ledger: what it is, who answers for it, and when it must be through.

    `deadline` is the last day wanted for the end of the step `target`, inclusive;
    `approval_deadline` that of its approval (立项), on the way there, and `due` those of other
    steps. Money is in 万元 (ten thousand yuan). `state_why` says why it is not active, `resume_on`
    the day on which a suspended one is to go on. `version` counts the changes people made.
    """

    id: int
    name: str
    procedure: str
    target: str
    deadline: date | None = None
    code: str | None = None
    category: str | None = None
    location: str | None = None
    investment_wan: float | None = None
    owner_unit: str | None = None
    responsible_unit: str | None = None
    leader: str | None = None
    leader_candidates: str | None = None
    task_force: str | None = None
    planned_start: date | None = None
    approval_deadline: date | None = None
    remark: str | None = None
    updated_on: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, date] = field(default_factory=dict)
    state: ProjectState = ProjectState.ACTIVE
    state_why: str | None = None
    resume_on: date | None = None
    version: int = field(default=0, compare=False)

    @property
    def answers(self) -> Mapping[str, str]:
        """Return what is known of the project's facts, with what its own columns say."""
        amount = self.investment_wan
        own = (
            {"investment_wan": f"{amount:.6f}".rstrip("0").rstrip(".")}
            if amount is not None
            else {}
        )
        return {**own, **self.facts}
