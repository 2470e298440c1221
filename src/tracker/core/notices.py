"""Whoever must act is told: what a follow-up gives rise to, to whom, once a cause."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tracker.core.calendars import Calendar
from tracker.core.flag import Standing
from tracker.core.follow_up import ActKind, Case, CaseState, FollowUpAct, Outcome

REMINDED_BEFORE = 2
"""A promise is called to mind so many working days before its last day."""
PRINCIPALS = "县主要领导"
"""To whom the highest level goes beside the project's own leader."""


class NoticeKind(StrEnum):
    """What somebody is told."""

    OPENED = "opened"
    REOPENED = "reopened"
    ASKED = "asked"
    CLIMBED = "climbed"
    PROMISE_DUE = "promise_due"
    PROMISE_BROKEN = "promise_broken"
    RECOVERED = "recovered"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that somebody is to be told.

    `recipient` is an office or a duty. Of one `key` there is never a second notice to the same
    recipient. `values` hold what it says: texts, whole numbers, days as ISO, names as `zh`, `en`.
    """

    recipient: str
    kind: NoticeKind
    key: str
    day: date
    project: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)


def notices_of(
    case: Case, acts: Sequence[FollowUpAct], standing: Standing, status_date: date
) -> Iterator[Notice]:
    """Yield whom to tell of a follow-up that was opened, or of which the plan has said `acts`."""
    number = case.follow_up.number
    if not acts:
        kind = NoticeKind.ASKED if case.follow_up.is_question else NoticeKind.OPENED
        yield from _to_all(case, standing, kind, f"{kind}:{number}", status_date)
    for act in acts:
        kind_of = _KINDS.get(act.kind)
        if kind_of:
            key = f"{kind_of}:{number}:{act.day}:{act.level or ''}"
            yield from _to_all(case, standing, kind_of, key, status_date, level=act.level)


_KINDS = {
    ActKind.REOPENED: NoticeKind.REOPENED,
    ActKind.SLIPPED: NoticeKind.REOPENED,
    ActKind.CLIMBED: NoticeKind.CLIMBED,
    ActKind.RECOVERED: NoticeKind.RECOVERED,
}


def reminders(
    case: Case, standing: Standing, working_days: Calendar, status_date: date
) -> Iterator[Notice]:
    """Yield whom to remind of a promise that is due soon, or to tell that one was broken."""
    if case.state is CaseState.CLOSED or case.rests:
        return
    number = case.follow_up.number
    for promise in case.promises:
        act = promise.act
        values = {"who": act.who, "text": act.text, "until": str(act.until)}
        if promise.outcome is Outcome.BROKEN and promise.day >= status_date - timedelta(days=7):
            key = f"{NoticeKind.PROMISE_BROKEN}:{number}:{act.until}"
            yield from _to_all(
                case, standing, NoticeKind.PROMISE_BROKEN, key, status_date, more=values
            )
        is_soon = working_days.count(status_date, promise.day) <= REMINDED_BEFORE + 1
        if promise.outcome is Outcome.DUE and act.until and is_soon:
            key = f"{NoticeKind.PROMISE_DUE}:{number}:{act.until}"
            yield from _to_all(
                case, standing, NoticeKind.PROMISE_DUE, key, status_date, level=1, more=values
            )


def _to_all(
    case: Case,
    standing: Standing,
    kind: NoticeKind,
    key: str,
    status_date: date,
    *,
    level: int | None = None,
    more: Mapping[str, object] | None = None,
) -> Iterator[Notice]:
    step = case.flag.step if case.flag else None
    values: dict[str, object] = {
        "project": standing.project.name,
        "level": level or case.level,
        "due": str(case.due),
        "days": case.days,
        **(more or {}),
    }
    if step:
        values["step"] = {"zh": step.name.zh, "en": step.name.en}
    for recipient in addressees(case, standing, level or case.level):
        yield Notice(
            recipient=recipient,
            kind=kind,
            key=key,
            day=status_date,
            project=case.project,
            values=values,
        )


def addressees(case: Case, standing: Standing, level: int) -> tuple[str, ...]:
    """Return who hears of a follow-up at a level: at 1 and 2 the office and the task force.

    From 3 on the project's leader too, at 4 the principal leaders of the county. A question goes
    to the task force alone.
    """
    project = standing.project
    found = [project.task_force]
    if not case.follow_up.is_question:
        found.append(case.office)
        if level >= _LEADERS_FROM:
            found.append(project.leader)
        if level >= _PRINCIPALS_FROM:
            found.append(PRINCIPALS)
    return tuple(dict.fromkeys(name for name in found if name))


_LEADERS_FROM, _PRINCIPALS_FROM = 3, 4


@dataclass(frozen=True, slots=True)
class Hours:
    """When messages may go out, by the county's clocks: from `start` to `end`, end exclusive."""

    start: time = time(8, 30)
    end: time = time(18, 0)

    def is_open(self, now: datetime, working_days: Calendar) -> bool:
        """Tell whether a message may go out at `now`: within the hours of a working day."""
        return working_days.is_worked(now.date()) and self.start <= now.time() < self.end


_WAITS = (1, 5, 30, 120, 720)
"""Minutes before a message that failed is tried again; after the last it is dead."""


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when a message that has failed so often is tried again; None when it is given up."""
    return now + timedelta(minutes=_WAITS[attempts - 1]) if attempts <= len(_WAITS) else None


def split(text: str, most: int) -> list[str]:
    """Return a text in parts of at most `most` bytes of UTF-8, numbered (1/3) where there are more.

    It is parted between lines; a line that is too long between characters. `most` is 40 at least.
    """
    if len(text.encode()) <= most:
        return [text]
    room = most - len("(99/99)\n")
    parts: list[str] = [""]
    for line in text.splitlines(keepends=True):
        for piece in _pieces(line, room):
            if len((parts[-1] + piece).encode()) > room:
                parts.append("")
            parts[-1] += piece
    count = len(parts)
    return [f"({n}/{count})\n{part.rstrip()}" for n, part in enumerate(parts, start=1)]


def _pieces(line: str, room: int) -> Iterator[str]:
    """Yield a line in pieces that fit, never within a character."""
    piece = ""
    for mark in line:
        if len((piece + mark).encode()) > room:
            yield piece
            piece = ""
        piece += mark
    yield piece
