"""Baselines: plans as they were agreed. A newer one takes the place of the last; none is edited."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from tracker.core.model import Sight
from tracker.core.plan.variance import Baseline
from tracker.store.tables import BaselineRow


def of_project(session: Session, project: int, sight: Sight | None = None) -> list[Baseline]:
    """Return the baselines of a project in their order; those agreed by the day one looks from."""
    wanted = select(BaselineRow).where(BaselineRow.project_id == project)
    rows = session.exec(_seen(wanted, sight).order_by(col(BaselineRow.id)))
    return [_baseline(n, row) for n, row in enumerate(rows, start=1)]


def newest(session: Session, sight: Sight) -> Mapping[int, Baseline]:
    """Return the plan that holds for each project that has one, as of the day one looks from."""
    found: dict[int, Baseline] = {}
    for row in session.exec(_seen(select(BaselineRow), sight).order_by(col(BaselineRow.id))):
        before = found.get(row.project_id)
        found[row.project_id] = _baseline(before.number + 1 if before else 1, row)
    return found


def _seen(wanted: Any, sight: Sight | None) -> Any:
    if sight is None:
        return wanted
    wanted = wanted.where(col(BaselineRow.agreed_on) <= sight.known_by)
    return wanted if sight.through is None else wanted.where(BaselineRow.entry <= sight.through)


def _baseline(number: int, row: BaselineRow) -> Baseline:
    return Baseline(
        number=number,
        agreed_on=row.agreed_on,
        reason=row.reason,
        decision=row.decision,
        target=row.target,
        deadline=row.deadline,
        finish=row.finish,
        steps=_days(row.content),
        entry=row.entry,
    )


def row_of(project: int, baseline: Baseline) -> dict[str, object]:
    """Return the row of a baseline, but for the entry that tells it."""
    return {
        "project_id": project,
        "agreed_on": baseline.agreed_on,
        "reason": baseline.reason,
        "decision": baseline.decision,
        "target": baseline.target,
        "deadline": baseline.deadline,
        "finish": baseline.finish,
        "content": json.dumps(dict(baseline.steps), sort_keys=True, default=str),
    }


def add(session: Session, rows: Sequence[Mapping[str, object]], *, entry: int) -> None:
    """Add baselines to the record."""
    session.connection().execute(insert(BaselineRow), [{**row, "entry": entry} for row in rows])


def _days(content: str) -> dict[str, date | None]:
    found = json.loads(content)
    return {step: date.fromisoformat(day) if day else None for step, day in found.items()}
