"""What a flag is, which lights there are, and the numbers that raise them."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.core.clocks import Clock
from tracker.core.model import Name, Project, Step
from tracker.core.plan import Interim, Plan
from tracker.core.problems import Message


class Light(StrEnum):
    """How a project stands, the worst first."""

    BLACK = "black"
    RED = "red"
    YELLOW = "yellow"
    OPEN = "open"
    GREY = "grey"
    BLUE = "blue"
    GREEN = "green"
    HOLLOW = "hollow"
    DONE = "done"


LATE_LIGHTS = (Light.BLACK, Light.RED)
SEVERITY = {light: n for n, light in enumerate(Light)}


class FlagKind(StrEnum):
    """What a flag is about."""

    OPEN = "open"
    INTERIM = "interim"
    INFEASIBLE = "infeasible"
    LATE = "late"
    OVERDUE = "overdue"
    UNRECORDED = "unrecorded"
    CLOCK_NEAR = "clock_near"
    FLOAT_SHORT = "float_short"
    BLOCKED = "blocked"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    STALE = "stale"
    NO_DEADLINE = "no_deadline"
    ESTIMATE = "estimate"
    EXPIRED = "expired"
    EXPIRING = "expiring"
    PAUSED = "paused"
    UNPLANNED = "unplanned"


_GENERAL = Name("通用规则", "general rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """The numbers of the lights, by name; see `procedures/lights.yaml`.

    A limit is the office's promise where it goes `by_promise`. A missed deadline is yellow until
    `late_months` after its month have passed, and red at once where None.
    """

    name: Name = _GENERAL
    clock_share: float = 0.9
    by_promise: bool = False
    late_months: int | None = None
    coloured_slips: bool = False
    float_working_days: int = 5
    stale_days: int = 10
    expiry_days: int = 90
    review_days: int = 92


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something someone has to look at.

    `working_days` says how bad it is: days late, days over, or the float left; `rule` names the
    rule that raised it, with its numbers.
    """

    project: Project
    kind: FlagKind
    light: Light
    working_days: int
    sentence: Message
    rule: Message
    step: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A project as of a day: its plan, its flags (worst first) and its light.

    `interims` are its steps with deadlines of their own; `pack` are the rules of its light.
    """

    project: Project
    plan: Plan
    clocks: tuple[Clock, ...]
    flags: tuple[Flag, ...]
    light: Light
    interims: tuple[Interim, ...] = ()
    pack: RulePack = RulePack()
