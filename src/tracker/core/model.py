"""The things tracker speaks of: procedures, steps, links, durations, events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Self


class DayKind(StrEnum):
    """Which days a duration counts."""

    WORKING = "wd"
    CALENDAR = "cd"


@dataclass(frozen=True, slots=True)
class Duration:
    """A number of days, and which days it counts: `20 wd` (工作日) or `30 cd` (自然日)."""

    days: int
    kind: DayKind = DayKind.WORKING

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError(f"a duration counts days from 0, not {self.days}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `20 wd` or `30 cd`. Raises ValueError on anything else."""
        days, _, kind = text.partition(" ")
        return cls(int(days), DayKind(kind))

    def __str__(self) -> str:
        """Return what `parse` reads."""
        return f"{self.days} {self.kind}"


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages. Statutory terms are data: the Chinese one is the term of law."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Return the English name, for logs; doors choose by language."""
        return self.en


@dataclass(frozen=True, slots=True)
class Citation:
    """A rule that a step rests on, and the days it is in force; both ends inclusive."""

    law: str
    article: str
    in_force_from: date | None = None
    in_force_to: date | None = None
    sure: bool = True

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on `day`."""
        after_start = self.in_force_from is None or self.in_force_from <= day
        return after_start and (self.in_force_to is None or day <= self.in_force_to)

    def __str__(self) -> str:
        """Return the citation as Chinese offices write it."""
        return f"《{self.law}》{self.article}"


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


class Owner(StrEnum):
    """Who holds the ball while a step runs."""

    AUTHORITY = "authority"
    PROJECT_UNIT = "project_unit"
    AGENCY = "agency"
    COUNTY_GOV = "county_gov"


class BlockReason(StrEnum):
    """Why a step is held though its papers are ready (reason codes D08 to D12)."""

    LAND_QUOTA = "D08"
    PLAN_CONFLICT = "D09"
    CONSTRAINT = "D10"
    FUNDS = "D11"
    DEMOLITION = "D12"


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a procedure by one party.

    `plan_time` is what a plan counts: the promised time where the office gave one, else the 80 %
    quantile of what is typical, else the limit. `limit` is the law's own and drives alarms only;
    `limit_laws` set it, and are empty where no law does.
    """

    id: str
    name: Name
    kind: StepKind
    owner: Owner
    office: Name
    plan_time: Duration
    limit: Duration | None = None
    laws: tuple[Citation, ...] = ()
    limit_laws: tuple[Citation, ...] = ()
    condition: Mapping[str, frozenset[str]] = field(default_factory=dict)
    held_by: frozenset[BlockReason] = frozenset()

    def law_on(self, day: date) -> Citation | None:
        """Return the first rule in force on `day` that the step rests on."""
        return next((law for law in self.laws if law.holds_on(day)), None)

    def limit_law_on(self, day: date) -> Citation | None:
        """Return the rule that sets the step's time on `day`, or None when no law does."""
        return next((law for law in self.limit_laws if law.holds_on(day)), None)


class LinkType(StrEnum):
    """Which ends a link joins: the predecessor's first."""

    FINISH_TO_START = "FS"
    START_TO_START = "SS"
    FINISH_TO_FINISH = "FF"
    START_TO_FINISH = "SF"

    @property
    def is_from_start(self) -> bool:
        """Tell whether the link waits for the predecessor to begin."""
        return self in (LinkType.START_TO_START, LinkType.START_TO_FINISH)

    @property
    def is_to_finish(self) -> bool:
        """Tell whether it is the successor's finish that waits."""
        return self in (LinkType.FINISH_TO_FINISH, LinkType.START_TO_FINISH)


@dataclass(frozen=True, slots=True)
class Link:
    """The successor waits for the predecessor, and then for the lag.

    A lag in working days counts on the successor's calendar; in calendar days, every day.
    """

    predecessor: str
    successor: str
    type: LinkType = LinkType.FINISH_TO_START
    lag: Duration = Duration(0)


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that a procedure asks of a project, and the careful answer until it is known."""

    fact: str
    text: Name
    answers: tuple[str, ...]
    careful: str


class Regime(StrEnum):
    """How the state controls a project: 审批制, 核准制, 备案制."""

    APPROVAL = "gov"
    VERIFICATION = "hz"
    FILING = "ba"


@dataclass(frozen=True)
class Procedure:
    """What the law asks of one kind of project, from `valid_from` to `valid_to`, both inclusive."""

    id: str
    name: Name
    regime: Regime
    valid_from: date
    valid_to: date | None
    steps: tuple[Step, ...]
    links: tuple[Link, ...]
    questions: tuple[Question, ...]
    file: str

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


class EventKind(StrEnum):
    """What can happen to a step. The record adds events and never changes one."""

    STARTED = "started"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    FINISHED = "finished"
    NOT_NEEDED = "not_needed"
    NOT_STARTED = "not_started"
    BLOCKED = "blocked"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a step on `day`.

    An unknown day is None: it happened on or before `known_by`, the day of the ledger that says
    so. `expected` is the day a block is promised to be lifted.
    """

    step: str
    kind: EventKind
    day: date | None
    known_by: date
    document: str | None = None
    reason: BlockReason | None = None
    expected: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """One row of the county's ledger: what it is, who answers for it, and when it must be through.

    `deadline` is the last day wanted for the end of the step `target`, inclusive. Money is in
    万元 (ten thousand yuan).
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
    remark: str | None = None
    updated_on: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
