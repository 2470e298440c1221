"""Who answers for a project: a list of first days, so that there is never a gap or a second one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert
from sqlmodel import Session, col, desc, select

from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.texts import clean
from tracker.store.tables import AssignmentRow, PartyRow

LEADER, TASK_FORCE = "leader", "task_force"
ROLES = (LEADER, TASK_FORCE)


class EarlierThanTheNewestError(TrackerError):
    """Somebody is to answer from a day before the one from which somebody else already does."""

    code = "earlier_assignment"
    kind = ErrorKind.USAGE

    def __init__(self, name: str, newest: date) -> None:
        super().__init__(
            message("{name} is responsible for the project from {day}.").of(name=name, day=newest),
            remedy=message(
                "Give that date or a later one; earlier dates keep the person who was responsible"
                " then."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """From which day on somebody answers for a project, and the entry that tells it."""

    project: int
    role: str
    name: str
    from_day: date
    entry: int


def on(session: Session, sight: Sight) -> Mapping[tuple[int, str], str]:
    """Return who answers for each project on a day, by project and role.

    It is whoever was told last of the newest day not after it.
    """
    wanted = (
        select(AssignmentRow.project_id, AssignmentRow.role, PartyRow.name)
        .join(PartyRow, col(PartyRow.id) == AssignmentRow.party_id)
        .where(col(AssignmentRow.from_day) <= sight.status_date)
        .where(col(AssignmentRow.known_by) <= sight.known_by)
        .order_by(col(AssignmentRow.from_day), col(AssignmentRow.id))
    )
    if sight.through is not None:
        wanted = wanted.where(col(AssignmentRow.entry) <= sight.through)
    return {(project, role): clean(name) for project, role, name in session.exec(wanted)}


def coming(session: Session, day: date) -> frozenset[tuple[int, str]]:
    """Return the projects and roles for which somebody begins after a day, as was told already."""
    wanted = select(AssignmentRow.project_id, AssignmentRow.role).where(
        AssignmentRow.from_day > day
    )
    return frozenset((project, role) for project, role in session.exec(wanted))


def history(session: Session, project: int | None = None) -> list[Beginning]:
    """Return every beginning, by day, then in the order in which they were told."""
    wanted = (
        select(AssignmentRow, PartyRow.name)
        .join(PartyRow, col(PartyRow.id) == AssignmentRow.party_id)
        .order_by(col(AssignmentRow.from_day), col(AssignmentRow.id))
    )
    if project is not None:
        wanted = wanted.where(AssignmentRow.project_id == project)
    return [
        Beginning(
            project=row.project_id, role=row.role, name=name, from_day=row.from_day, entry=row.entry
        )
        for row, name in session.exec(wanted)
    ]


def newest(session: Session, project: int, role: str) -> Beginning | None:
    """Return the newest beginning, perhaps of a day that has not come."""
    wanted = (
        select(AssignmentRow, PartyRow.name)
        .join(PartyRow, col(PartyRow.id) == AssignmentRow.party_id)
        .where(AssignmentRow.project_id == project, AssignmentRow.role == role)
        .order_by(desc(AssignmentRow.from_day), desc(AssignmentRow.id))
        .limit(1)
    )
    found = session.exec(wanted).first()
    return (
        Beginning(
            project=project,
            role=role,
            name=found[1],
            from_day=found[0].from_day,
            entry=found[0].entry,
        )
        if found
        else None
    )


def row_of(
    session: Session, project: int, role: str, name: str, from_day: date, known_by: date
) -> dict[str, object]:
    """Return the row of a beginning, but for the entry. Raises EarlierThanTheNewestError."""
    now = newest(session, project, role)
    if now and from_day < now.from_day:
        raise EarlierThanTheNewestError(now.name, now.from_day)
    return first_row(session, project, role, name, from_day) | {"known_by": known_by}


def first_row(
    session: Session, project: int, role: str, name: str, from_day: date
) -> dict[str, object]:
    """Return the row of the beginning of a project for which nobody answers yet."""
    whose = party(session, role, name)
    who = {"project_id": project, "role": role, "party_id": whose}
    return {**who, "from_day": from_day, "known_by": from_day}


def add(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Let people answer for projects, each from a day on; each row has its entry."""
    if rows:
        session.connection().execute(insert(AssignmentRow), rows)


def party(session: Session, role: str, name: str) -> int:
    """Return the number of a leader or a task force; one that is new is added."""
    known: dict[tuple[str, str], int] = session.info.setdefault("parties", {})
    if (role, name) not in known:
        wanted = select(PartyRow).where(PartyRow.role == role, PartyRow.name == name)
        found = session.exec(wanted).first()
        if found is None:
            found = PartyRow(role=role, name=name)
            session.add(found)
            session.flush()
        known[role, name] = found.id or 0
    return known[role, name]


def parties_of(
    session: Session, rows: Iterable[Mapping[str, object]]
) -> dict[str, tuple[str, str]]:
    """Return role and name of those whom rows of beginnings name by number, for their entry."""
    wanted = {row["party_id"] for row in rows}
    known: dict[tuple[str, str], int] = session.info.get("parties", {})
    return {str(number): whose for whose, number in known.items() if number in wanted}


def parties(session: Session, role: str) -> list[str]:
    """Return the names of all leaders, or of all task forces."""
    wanted = select(PartyRow.name).where(PartyRow.role == role).order_by(col(PartyRow.name))
    return list(session.exec(wanted))
