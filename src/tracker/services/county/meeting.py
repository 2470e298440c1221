"""What a dispatch meeting (调度会) goes through: open follow-ups, by days it can win back."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.core.digest import Cause, Decision, decisions
from tracker.core.flag import Standing
from tracker.core.follow_up import ActKind, Case, FollowUpAct
from tracker.core.model import Sight
from tracker.law import Catalog
from tracker.services.county import causes, survey
from tracker.store import Session, projects


@dataclass(frozen=True, slots=True)
class Matter:
    """A follow-up before the meeting; `decision` is what would win back most, where anything does.

    `taken` are the decisions of the day: each a promise with its owner and its last day.
    """

    case: Case
    standing: Standing
    cause: Cause
    decision: Decision | None
    taken: tuple[FollowUpAct, ...]


def matters(
    session: Session, cases: Sequence[Case], catalog: Catalog, sight: Sight
) -> list[Matter]:
    """Return the matters of the meeting, most recoverable days first, then the oldest.

    Nothing that a decision changes counts, so that the order stands while the meeting goes on.
    """
    wanted = {case.project for case in cases}
    records = [r for r in projects.load(session, sight) if r.project.id in wanted]
    views = survey.views_of(records, catalog, sight.status_date).views
    by_id = {view.standing.project.id: view for view in views}
    found = causes.causes(session, views, catalog, sight)
    best = {d.standing.project.id: d for d in decisions([v.standing for v in views], found)}
    made = [
        Matter(
            case,
            by_id[case.project].standing,
            found.get(case.project)
            or causes.cause_of(session, by_id[case.project], catalog, sight),
            best.get(case.project),
            taken_on(case, sight),
        )
        for case in cases
        if case.project in by_id
    ]
    return sorted(made, key=_urgency)


def taken_on(case: Case, sight: Sight) -> tuple[FollowUpAct, ...]:
    """Return what was promised in a follow-up on the day of the meeting."""
    acts = case.follow_up.acts
    return tuple(a for a in acts if a.kind is ActKind.PROMISED and a.day == sight.status_date)


def _urgency(matter: Matter) -> tuple[object, ...]:
    recoverable = matter.decision.recoverable if matter.decision else 0
    return -recoverable, matter.case.opened_on, matter.standing.project.name
