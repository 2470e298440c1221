"""Handing projects over: from a day on somebody else answers, and what is open is written down."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.flag import Standing
from tracker.core.follow_up import Case
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.services.projects.changes import NoReasonError, assign
from tracker.store import Session, assignments, audit
from tracker.store.assignments import LEADER, TASK_FORCE, Beginning, EarlierThanTheNewestError
from tracker.store.audit import Act

_PROPOSED = 3
_WHY = message("Name the decision or the transfer with --why.")


class NothingToHandOverError(TrackerError):
    """Nobody of that name answers for a project, or none of those that were named."""

    code = "nothing_to_hand_over"
    kind = ErrorKind.USAGE

    def __init__(self, name: str, known: Sequence[str], *, of_these: bool = False) -> None:
        super().__init__(
            message("{name} is not responsible for any of these projects.", name=name)
            if of_these
            else message("{name} is not responsible for any project.", name=name),
            remedy=message("Responsible now: {known}.", known="; ".join(known) or "–"),
        )


class SameHandError(TrackerError):
    """Whoever hands over would also receive."""

    code = "same_hand"
    kind = ErrorKind.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            message("{name} is already responsible for these projects.", name=name),
            remedy=message("Name somebody else."),
        )


class PassedOnError(TrackerError):
    """Somebody else was told to answer for a project since it was looked at."""

    code = "changed_meanwhile"
    kind = ErrorKind.CONFLICT

    def __init__(self, project: str, now: Beginning | None) -> None:
        super().__init__(
            message("{name} is responsible for {project} from {day}.").of(
                name=now.name if now else "–", project=project, day=now.from_day if now else "–"
            ),
            remedy=message("Look again; nothing was handed over."),
        )


@dataclass(frozen=True, slots=True)
class Load:
    """How many projects somebody answers for, and how many after receiving."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Item:
    """What is open of one project on the day it is handed over."""

    standing: Standing
    case: Case | None

    def as_content(self) -> Mapping[str, object]:
        """Return the item as the record keeps it."""
        plan = self.standing.plan
        return {
            "project": self.standing.project.id,
            "light": self.standing.light,
            "deadline": plan.deadline,
            "forecast": plan.finish,
            "step": plan.because.step.id if plan.because else None,
            "flags": [flag.kind for flag in self.standing.flags],
            "follow_up": {"step": self.case.step, "level": self.case.level, "due": self.case.due}
            if self.case
            else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Projects that pass from one hand to another from a day on."""

    role: str
    giver: str
    receiver: str
    from_day: date
    items: tuple[Item, ...]


def held_by(standing: Standing, role: str) -> str | None:
    """Return who answers for a project in a role."""
    project = standing.project
    return project.leader if role == LEADER else project.task_force


def prepare(
    standings: Sequence[Standing],
    cases: Sequence[Case],
    *,
    role: str,
    giver: str,
    receiver: str,
    from_day: date,
    only: Sequence[int] = (),
) -> HandOver:
    """Return what would pass and what is open of it; nothing is written.

    `only` names some projects by their numbers; without it all pass. Raises SameHandError,
    NothingToHandOverError.
    """
    assert role in (LEADER, TASK_FORCE)
    if giver == receiver:
        raise SameHandError(giver)
    by_project = {case.project: case for case in cases}
    asked = [s for s in standings if not only or s.project.id in only]
    own = [s for s in asked if held_by(s, role) == giver]
    if not own:
        known = sorted({held_by(s, role) or "" for s in asked} - {""})
        raise NothingToHandOverError(giver, known, of_these=bool(only))
    items = tuple(Item(s, by_project.get(s.project.id)) for s in own)
    return HandOver(role=role, giver=giver, receiver=receiver, from_day=from_day, items=items)


def receivers(standings: Sequence[Standing], role: str, giver: str) -> list[Load]:
    """Return the three with the fewest projects, and how many they would have."""
    held = Counter(name for s in standings if (name := held_by(s, role)))
    passing = held.get(giver, 0)
    others = sorted((count, name) for name, count in held.items() if name != giver)
    return [Load(name, count, count + passing) for count, name in others[:_PROPOSED]]


def check(session: Session, act: Act, found: HandOver) -> None:
    """Raise NoReasonError, PassedOnError or EarlierThanTheNewestError if it is not possible."""
    if not act.why:
        raise NoReasonError(_WHY)
    for item in found.items:
        project = item.standing.project
        now = assignments.newest(session, project.id, found.role)
        if now is None or now.name != found.giver:
            raise PassedOnError(project.name, now)
        if found.from_day < now.from_day:
            raise EarlierThanTheNewestError(now.name, now.from_day)


def is_new(session: Session, found: HandOver) -> bool:
    """Tell whether the receiver is nobody that answers, or ever did: perhaps a name misspelt."""
    return found.receiver not in assignments.parties(session, found.role)


def keep(session: Session, act: Act, found: HandOver, *, known_by: date) -> int:
    """Write a hand-over: one entry for it, and one for each project that names it as its cause.

    Old days keep their owner. The caller owns the transaction. Raises what `check` raises.
    """
    check(session, act, found)
    content = {
        "role": found.role,
        "from": found.giver,
        "to": found.receiver,
        "from_day": found.from_day,
        "open": [item.as_content() for item in found.items],
    }
    about = f"{found.giver} → {found.receiver}"
    entry = audit.record(session, act, action="hand over", about=about, content=content)
    for item in found.items:
        project = item.standing.project
        assign(
            session,
            act,
            project,
            found.role,
            found.receiver,
            found.from_day,
            known_by=known_by,
            cause=entry,
        )
    return entry
