"""Changes of the law, and the steps of running projects that one of them touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.law import Duration
from tracker.core.model import Project, Sight, Step, StepKind
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.track import Progress, State
from tracker.law import Catalog, Change
from tracker.services.projects.lookup import blueprint_of, look_at
from tracker.store import Session, projects
from tracker.store.projects import Record


class UnknownChangeError(TrackerError):
    """The register of changes holds no entry of that name."""

    code = "unknown_change"
    kind = ErrorKind.USAGE

    def __init__(self, wanted: str, known: Sequence[str]) -> None:
        super().__init__(
            message("No change of law is called '{id}'.").of(id=wanted),
            remedy=message("Choose one of: {known}.", known=", ".join(known)),
        )


class Rule(StrEnum):
    """Which rule a step has when the law changes."""

    OLD = "old"
    NEW = "new"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A step of a running project that a change of law touches, and the rule it has.

    A case keeps the rule of the day on which it was accepted; one that has not begun has that of
    the day on which it is planned to; an unknown day leaves it open.
    """

    project: Project
    step: Step
    progress: Progress
    limit: Duration | None
    rule: Rule


def find_change(law: Catalog, wanted: str) -> Change:
    """Return the change of that name. Raises UnknownChangeError."""
    found = {change.id: change for change in law.changes}
    if wanted not in found:
        raise UnknownChangeError(wanted, list(found))
    return found[wanted]


def touched_by(
    session: Session, law: Catalog, change: Change, status_date: date
) -> tuple[Touched, ...]:
    """Return the unfinished steps of running projects that a change touches, by project.

    A change that is only watched touches all that is unfinished.
    """
    return tuple(
        touched
        for record in projects.load(session, Sight.on(status_date))
        for step in change.steps
        if (touched := _touched_step(record, law, change, step, status_date))
    )


def _touched_step(
    record: Record, law: Catalog, change: Change, step_id: str, status_date: date
) -> Touched | None:
    procedure = blueprint_of(record, law, status_date).procedure
    step = procedure.by_id.get(step_id)
    if step is None:
        return None
    if step.kind is StepKind.RECURRING:
        return Touched(
            project=record.project,
            step=step,
            progress=Progress(),
            limit=step.limit_on(status_date),
            rule=Rule.NEW,
        )
    planned = look_at(record, law, status_date, target=step_id).standing.plan.steps[-1]
    progress = planned.progress
    if progress.is_over and progress.is_certain:
        return None
    begins = _begins(progress, planned.early_start, change)
    limit = step.limit_on(begins or status_date, seen_from=status_date)
    return Touched(
        project=record.project,
        step=step,
        progress=progress,
        limit=limit,
        rule=_rule(change, begins),
    )


def _begins(progress: Progress, planned: date | None, change: Change) -> date | None:
    """Return the day whose rule counts, or None where nobody knows it."""
    if progress.state not in (State.UNDER_WAY, State.SUSPENDED):
        return planned
    known = progress.known_by
    before = known is not None and change.day is not None and known < change.day
    return progress.start or (known if before else None)


def _rule(change: Change, begins: date | None) -> Rule:
    if begins is None:
        return Rule.UNKNOWN
    is_old = change.day is None or begins < change.day
    return Rule.OLD if is_old and not change.switches else Rule.NEW
