"""Slips as they were issued: each number of a kind once a year, never reused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from tracker.store.tables import SlipRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A slip that was issued. `file` is its name in the folder of slips."""

    kind: str
    year: int
    number: int
    follow_up: int
    level: int
    day: date
    due: date
    file: str
    sha256: str


def every(session: Session) -> list[Issued]:
    """Return every slip, the oldest first."""
    return [
        Issued(
            kind=row.kind,
            year=row.year,
            number=row.number,
            follow_up=row.follow_up_id,
            level=row.level,
            day=row.day,
            due=row.due,
            file=row.file,
            sha256=row.sha256,
        )
        for row in session.exec(select(SlipRow).order_by(col(SlipRow.id)))
    ]


def next_number(session: Session, kind: str, year: int) -> int:
    """Return the number that the next slip of a kind has in a year."""
    wanted = select(func.max(SlipRow.number)).where(SlipRow.kind == kind, SlipRow.year == year)
    return (session.exec(wanted).one() or 0) + 1


def row_of(slip: Issued) -> dict[str, object]:
    """Return the row of a slip, but for the entry that tells it."""
    return {
        "kind": slip.kind,
        "year": slip.year,
        "number": slip.number,
        "follow_up_id": slip.follow_up,
        "level": slip.level,
        "day": slip.day,
        "due": slip.due,
        "file": slip.file,
        "sha256": slip.sha256,
    }


def add(session: Session, row: Mapping[str, object], *, entry: int) -> None:
    """Keep a slip; the database refuses a number that was given before."""
    session.connection().execute(insert(SlipRow), [{**row, "entry": entry}])
