"""Plans as they were computed last: one compact row a project, written and read in bulk."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, insert
from sqlmodel import Session, select

from tracker.store.tables import PlanRow

_DAY_ONE = date(1970, 1, 1)
_NONE = -(2**31)
Dates = tuple[date | None, date | None, date | None, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A plan in brief. `dates` holds early and late start and finish of each step, in its order."""

    project: int
    key: str
    as_of: date
    light: str
    finish: date | None
    least_float: int | None
    late_steps: int
    dates: tuple[Dates, ...]


def replace(session: Session, lines: Sequence[PlanLine]) -> None:
    """Put these plans in the place of all that were kept."""
    session.connection().execute(delete(PlanRow))
    rows = [
        {
            "project_id": line.project,
            "key": line.key,
            "as_of": line.as_of,
            "light": line.light,
            "finish": line.finish,
            "least_float": line.least_float,
            "late_steps": line.late_steps,
            "dates": _packed(line.dates),
        }
        for line in lines
    ]
    if rows:
        session.connection().execute(insert(PlanRow), rows)


def load(session: Session) -> Mapping[int, PlanLine]:
    """Return the plans that are kept, by project."""
    table = PlanRow.__table__  # type: ignore[attr-defined]
    return {
        row.project_id: PlanLine(
            project=row.project_id,
            key=row.key,
            as_of=row.as_of,
            light=row.light,
            finish=row.finish,
            least_float=row.least_float,
            late_steps=row.late_steps,
            dates=_unpacked(row.dates),
        )
        for row in session.connection().execute(select(table))
    }


def _packed(dates: Sequence[Dates]) -> bytes:
    days = array("i", [(day - _DAY_ONE).days if day else _NONE for step in dates for day in step])
    return days.tobytes()


def _unpacked(data: bytes) -> tuple[Dates, ...]:
    days = array("i")
    days.frombytes(data)
    found = [None if n == _NONE else _DAY_ONE + timedelta(n) for n in days]
    return tuple(
        (found[n], found[n + 1], found[n + 2], found[n + 3]) for n in range(0, len(found), 4)
    )
