"""The outbox: what is to be told, and what became of each message by channel."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select

from tracker.core.notices import Notice, NoticeKind
from tracker.store.tables import DeliveryRow, NoticeRow

WAITING, SENDING, SENT, DROPPED, DEAD = "waiting", "sending", "sent", "dropped", "dead"
_LEASE = timedelta(minutes=10)
_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A notice in the outbox."""

    number: int
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a notice in one channel. `detail` says why it failed, without any secret.

    `batch` marks the message it first went out in; '' before.
    """

    number: int
    notice: Kept
    channel: str
    state: str
    attempts: int
    batch: str
    next_try: datetime | None
    detail: str


def add(session: Session, notices: Iterable[Notice]) -> int:
    """Keep notices, each key once a recipient; return how many are new."""
    new = [
        notice
        for notice in notices
        if session.exec(
            select(NoticeRow.id).where(
                NoticeRow.key == notice.key, NoticeRow.recipient == notice.recipient
            )
        ).first()
        is None
    ]
    unique = {(notice.key, notice.recipient): notice for notice in new}
    for notice in unique.values():
        session.add(
            NoticeRow(
                recipient=notice.recipient,
                kind=notice.kind,
                key=notice.key,
                day=notice.day,
                project_id=notice.project,
                content=json.dumps(dict(notice.values), ensure_ascii=False, sort_keys=True),
            )
        )
    if unique:
        session.flush()
    return len(unique)


def unrouted(session: Session) -> list[Kept]:
    """Return the notices that no channel has been given yet, the oldest first."""
    routed = select(DeliveryRow.notice_id)
    wanted = select(NoticeRow).where(col(NoticeRow.id).not_in(routed)).order_by(col(NoticeRow.id))
    return [_kept(row) for row in session.exec(wanted)]


def _kept(row: NoticeRow) -> Kept:
    return Kept(
        number=row.id or 0,
        notice=Notice(
            recipient=row.recipient,
            kind=NoticeKind(row.kind),
            key=row.key,
            day=row.day,
            project=row.project_id,
            values=json.loads(row.content),
        ),
    )


def route(session: Session, notice: Kept, channels: Sequence[str]) -> None:
    """Give a notice to channels; to none, where it is not to be told any more."""
    rows = [
        {"notice_id": notice.number, "channel": channel, "state": state, **_NEW}
        for channel, state in [(each, WAITING) for each in channels] or [("", DROPPED)]
    ]
    session.connection().execute(insert(DeliveryRow), rows)


_NEW = {"attempts": 0, "batch": "", "detail": ""}


def due(session: Session, now: datetime) -> list[Delivery]:
    """Return the deliveries to try at `now`: new ones, those whose wait is over, abandoned ones.

    One that was being sent when its process died is tried again: whether it arrived is not known.
    """
    rows = session.exec(
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.id) == DeliveryRow.notice_id)
        .where(col(DeliveryRow.state).in_((WAITING, SENDING)))
        .order_by(col(DeliveryRow.id))
    )
    found = [_delivery(delivery, notice) for delivery, notice in rows]
    return [each for each in found if _is_due(each, now)]


def _is_due(delivery: Delivery, now: datetime) -> bool:
    at = delivery.next_try
    if at is None:
        return delivery.state == WAITING
    latest = _LEASE + _CLOCKS_DIFFER if delivery.state == SENDING else timedelta(days=1)
    return at <= now or at > now + latest  # no wait is longer: the clock was wrong


def _delivery(row: DeliveryRow, notice: NoticeRow) -> Delivery:
    return Delivery(
        number=row.id or 0,
        notice=_kept(notice),
        channel=row.channel,
        state=row.state,
        attempts=row.attempts,
        batch=row.batch,
        next_try=row.next_try,
        detail=row.detail,
    )


def every(session: Session, *states: str) -> list[Delivery]:
    """Return the deliveries in some states, the oldest first; all where none is given."""
    wanted = (
        select(DeliveryRow, NoticeRow)
        .join(NoticeRow, col(NoticeRow.id) == DeliveryRow.notice_id)
        .order_by(col(DeliveryRow.id))
    )
    if states:
        wanted = wanted.where(col(DeliveryRow.state).in_(states))
    return [_delivery(delivery, notice) for delivery, notice in session.exec(wanted)]


def claim(
    session: Session, deliveries: Sequence[Delivery], now: datetime, batch: str
) -> list[Delivery]:
    """Take deliveries to send now; those that another process took meanwhile are left out."""
    taken = []
    for each in deliveries:
        done = session.connection().execute(
            update(DeliveryRow)
            .where(
                col(DeliveryRow.id) == each.number,
                col(DeliveryRow.state) == each.state,
                col(DeliveryRow.attempts) == each.attempts,
            )
            .values(state=SENDING, attempts=each.attempts + 1, batch=batch, next_try=now + _LEASE)
        )
        if done.rowcount == 1:
            taken.append(each)
    return taken


def settle(
    session: Session,
    deliveries: Sequence[Delivery],
    *,
    state: str,
    next_try: datetime | None = None,
    detail: str = "",
) -> None:
    """Say what became of deliveries, as they were when they were claimed.

    What another process has taken over since is left to it.
    """
    for each in deliveries:
        session.connection().execute(
            update(DeliveryRow)
            .where(
                col(DeliveryRow.id) == each.number,
                col(DeliveryRow.attempts).in_((each.attempts, each.attempts + 1)),
            )
            .values(state=state, next_try=next_try, detail=detail)
        )


def revive(session: Session, channels: Collection[str]) -> int:
    """Let the deliveries that were given up be tried again; return how many there are.

    Those of a channel that is gone are given to another: nothing is left of them here.
    """
    dead = col(DeliveryRow.state) == DEAD
    lost = session.connection().execute(
        delete(DeliveryRow).where(dead, col(DeliveryRow.channel).not_in(channels))
    )
    done = session.connection().execute(
        update(DeliveryRow).where(dead).values(state=WAITING, attempts=0, next_try=None)
    )
    return int(done.rowcount) + int(lost.rowcount)
