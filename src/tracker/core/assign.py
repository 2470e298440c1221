"""The roster: *one project, one leader, one task force, one plan*, and what of it is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.model import Project
from tracker.core.problems import Message, message


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
