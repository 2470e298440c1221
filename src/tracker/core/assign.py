"""Stage 5: flags and the roster become actions: follow-ups to open, and who is missing.

*One project, one leader, one task force, one plan.* The ladder is issued as county offices do:
level 1 a reminder (提示函), 2 an assignment (交办单), 3 and 4 a supervision
order (督办单).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.calendars import Calendar
from tracker.core.flag import Flag, FlagKind, Light, Standing
from tracker.core.model import Duration, Project, Step
from tracker.core.problems import Message, message

_OPENS = (FlagKind.INFEASIBLE, FlagKind.LATE, FlagKind.FLOAT_SHORT)
_OPENS_WHEN_RED = (FlagKind.OVERDUE, FlagKind.EXPIRED, FlagKind.ESTIMATE)
_REPLY_WORKING_DAYS = {1: 5, 2: 5, 3: 3, 4: 3}
_STEP_UP_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A one-on-one case (一对一跟踪): what is asked of whom, and by when.

    `due` is the last day for an answer, inclusive. `step` is the step that sets the pace, `kind`
    and `days` what was wrong with it when the case was opened.
    """

    project: int
    step: str
    office: str
    level: int
    kind: FlagKind
    days: int
    opened_on: date
    due: date


class Gap(StrEnum):
    """What one project lacks of its one leader, one task force and one plan."""

    NO_LEADER = "no_leader"
    TWO_LEADERS = "two_leaders"
    NO_TASK_FORCE = "no_task_force"
    NO_PLAN = "no_plan"


GAP_WORDS: Mapping[Gap, Message] = {
    Gap.NO_LEADER: message("no leader is assigned"),
    Gap.TWO_LEADERS: message("the ledger names more than one leader"),
    Gap.NO_TASK_FORCE: message("no task force is assigned"),
    Gap.NO_PLAN: message("no deadline is set, so there is no plan"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A project that breaks *one project, one leader, one task force, one plan*."""

    project: Project
    gap: Gap


def findings(projects: Iterable[Project]) -> list[Finding]:
    """Return what is missing, project by project."""
    found = []
    for project in projects:
        if project.leader is None:
            gap = Gap.TWO_LEADERS if project.leader_candidates else Gap.NO_LEADER
            found.append(Finding(project, gap))
        if project.task_force is None:
            found.append(Finding(project, Gap.NO_TASK_FORCE))
        if project.deadline is None:
            found.append(Finding(project, Gap.NO_PLAN))
    return found


def needs_follow_up(standing: Standing) -> Flag | None:
    """Return the worst flag that asks for a one-on-one case, or None."""
    return next((flag for flag in standing.flags if _opens(flag)), None)


def _opens(flag: Flag) -> bool:
    return flag.kind in _OPENS or (flag.kind in _OPENS_WHEN_RED and flag.light is Light.RED)


def first_level(light: Light) -> int:
    """Return where the ladder begins: past the deadline at level 3, hopeless at level 4."""
    return {Light.BLACK: 4, Light.RED: 3}.get(light, 1)


def level_on(first: int, opened_on: date, status_date: date, working_days: Calendar) -> int:
    """Return the level now: one up for each five working days since the case was opened."""
    waited = working_days.count(opened_on, status_date) - 1 if opened_on <= status_date else 0
    return min(4, first + max(0, waited) // _STEP_UP_WORKING_DAYS)


def follow_up(standing: Standing, status_date: date, working_days: Calendar) -> FollowUp | None:
    """Return the case that this project needs as of `status_date`, or None."""
    flag = needs_follow_up(standing)
    if flag is None or flag.step is None:
        return None
    level = first_level(flag.light)
    return FollowUp(
        project=standing.project.id,
        step=flag.step.id,
        office=flag.step.office.zh,
        level=level,
        kind=flag.kind,
        days=flag.working_days,
        opened_on=status_date,
        due=working_days.nth_after(status_date, _REPLY_WORKING_DAYS[level]),
    )


def ask(case: FollowUp, step: Step) -> Message:
    """Return what the case asks for, in words."""
    if case.kind is FlagKind.OVERDUE:
        return message("Decide on {step} and say on which day.", step=step.name)
    if case.kind is FlagKind.EXPIRED:
        return message("Renew {step}, or say how it is used before it lapses.", step=step.name)
    if case.kind is FlagKind.ESTIMATE:
        return message("Report the excess and get a decision for {step}.", step=step.name)
    if case.kind is FlagKind.FLOAT_SHORT:
        return message("Keep {step} on time: little slack is left.", step=step.name)
    return message(
        "Propose how to recover {days} on {step}.", days=Duration(case.days), step=step.name
    )
