"""Baselines: plans as they were agreed. A newer one takes the place of the last; none is edited."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import insert
from sqlmodel import Session, col, select

from tracker.core.model import Sight
from tracker.core.plan.variance import Baseline
from tracker.store.tables import BaselineRow


def of_project(session: Session, project: int, sight: Sight | None = None) -> list[Baseline]:
    """Return the baselines of a project in their order; those agreed by the day one looks from."""
    wanted = select(BaselineRow).where(BaselineRow.project_id == project)
    if sight:
        wanted = wanted.where(BaselineRow.agreed_on <= sight.known_by)
        if sight.through is not None:
            wanted = wanted.where(BaselineRow.entry <= sight.through)
    rows = session.exec(wanted.order_by(col(BaselineRow.id)))
    return [
        Baseline(
            number=n,
            agreed_on=row.agreed_on,
            reason=row.reason,
            decision=row.decision,
            target=row.target,
            deadline=row.deadline,
            finish=row.finish,
            steps=_days(row.content),
            entry=row.entry,
        )
        for n, row in enumerate(rows, start=1)
    ]


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
