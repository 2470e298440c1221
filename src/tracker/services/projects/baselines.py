"""Agreeing on a plan: it is kept as it stands, and every later forecast is measured against it."""

from dataclasses import dataclass
from datetime import date

from tracker.core.plan import Plan
from tracker.core.plan.variance import Baseline, Variance, finishes, forecast_of, variance
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.law import Catalog
from tracker.services.projects import lookup
from tracker.services.projects.changes import NoReasonError
from tracker.store import Session, audit, baselines
from tracker.store.audit import Act
from tracker.store.projects import Record


class NothingToAgreeError(TrackerError):
    """A plan without a forecast: the project is through."""

    code = "nothing_to_agree"
    kind = ErrorKind.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            message("{project} has no work left to plan.", project=name),
            remedy=message("A baseline must be set before the work is finished."),
        )


class NoBaselineError(TrackerError):
    """No baseline of that number."""

    code = "no_baseline"
    kind = ErrorKind.USAGE

    def __init__(self, wanted: int | None, count: int) -> None:
        what = (
            message("No baseline has been set yet.")
            if not count
            else message("There is no baseline {number}.", number=str(wanted))
        )
        remedy = (
            message("Set one first: tracker plan PROJECT --baseline --reason R.")
            if not count
            else message("Choose one from 1 to {count}.", count=count)
        )
        super().__init__(what, remedy=remedy)


_WHY = message("Say why with --reason, and give the decision's number with --decision.")


@dataclass(frozen=True, slots=True)
class Measured:
    """A baseline, and by how much the forecast has left it."""

    baseline: Baseline
    variance: Variance | None


def agree(
    session: Session,
    act: Act,
    record: Record,
    catalog: Catalog,
    status_date: date,
    *,
    reason: str,
    decision: str | None,
) -> Baseline:
    """Keep the plan as it stands on a day as the one that was agreed.

    The caller owns the transaction. Raises NothingToAgreeError, NoReasonError.
    """
    if not reason.strip():
        raise NoReasonError(_WHY)
    project = record.project
    plan = lookup.look_at(record, catalog, status_date).standing.plan
    if plan.finish is None:
        raise NothingToAgreeError(project.name)
    number = len(baselines.of_project(session, project.id)) + 1
    agreed = Baseline(
        number=number,
        agreed_on=status_date,
        reason=reason.strip(),
        decision=decision,
        target=project.target,
        deadline=project.deadline,
        finish=date.fromisoformat(plan.finish.isoformat()),
        steps=finishes(plan),
    )
    rows = [baselines.row_of(project.id, agreed)]
    content = {"number": number, "finish": agreed.finish, "rows": {"baseline": rows}}
    entry = audit.record(
        session, act, action="agree plan", about=project.name, project=project.id, content=content
    )
    baselines.add(session, rows, entry=entry)
    return agreed


def chosen(found: list[Baseline], number: int | None) -> Baseline:
    """Return a baseline by its number, the newest when none is given. Raises NoBaselineError."""
    if not found or (number is not None and not 1 <= number <= len(found)):
        raise NoBaselineError(number, len(found))
    return found[(number or len(found)) - 1]


def measured(found: list[Baseline], plan: Plan, catalog: Catalog) -> list[Measured]:
    """Return each baseline with the variance of the forecast against it."""
    now = forecast_of(plan)
    return [Measured(b, variance(b.finish, now, catalog.working_days)) for b in found]
