"""The outbox is emptied: once a message, within the county's hours, by person and channel.

What is sent is claimed first, in a transaction of its own, and settled afterwards; nothing is held
while a server is slow. Whether a message arrived when its process died in between is not known: it
is sent again under the same mark, by which a receiver can tell.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.core.calendars import Calendar
from tracker.core.model import ProjectState, Sight
from tracker.core.notices import next_try, split
from tracker.i18n.notices import digest_words
from tracker.i18n.words import Words
from tracker.notify.config import BadChannelError, Channel, Channels
from tracker.notify.send import Post, SendError, check, send
from tracker.services.county.weekly_report import DEMO
from tracker.store import Engine, Session, notices, projects, reading, records, transaction
from tracker.store.notices import DEAD, DROPPED, SENT, WAITING, Delivery, Kept

_MOST_A_ROUND = 20
"""Robots take no more messages a minute; a round sends no more through one channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of the messages of one person in one channel. `fault` is why they failed."""

    recipient: str
    channel: str
    count: int
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What sends: the outbox, the channels, the folder of the data, the language."""

    engine: Engine
    channels: Channels
    data: Path
    words: Words
    working_days: Calendar

    def route(self, now: datetime) -> None:
        """Give new notices to the channels of their recipients, and drop what is over."""
        with reading(self.engine) as session:
            new = notices.unrouted(session)
        if not new:
            return
        with transaction(self.engine) as session:
            fresh = notices.unrouted(session)
            over = self._over(session, fresh, now)
            for each in fresh:
                is_over = each.number in over
                to = () if is_over else self.channels.of(each.notice.recipient)
                notices.route(session, each, to)

    def _over(self, session: Session, kept: Iterable[Kept], now: datetime) -> set[int]:
        """Return the notices of projects that are closed or withdrawn: nobody hears of them."""
        records = projects.load(session, Sight.on(now.date()))
        alive = {r.project.id for r in records if r.project.state is not ProjectState.ARCHIVED}
        return {
            each.number
            for each in kept
            if each.notice.project is not None and each.notice.project not in alive
        }

    def is_due(self, now: datetime) -> bool:
        """Tell whether there is something to send at `now`."""
        with reading(self.engine) as session:
            if records.setting(session, DEMO) is not None:
                return False
            waiting = notices.unrouted(session) or notices.due(session, now.astimezone(UTC))
        return bool(waiting) and self.channels.hours.is_open(now, self.working_days)

    def deliver(self, now: datetime) -> list[Sent]:
        """Send what is due at `now`, an instant by the county's clocks.

        Nothing out of hours, nor of the demonstration.
        """
        if not self.is_due(now):
            return []
        self.route(now)
        with reading(self.engine) as session:
            due = notices.due(session, now.astimezone(UTC))
        if not due:
            return []
        with transaction(self.engine) as session:
            over = self._over(session, [each.notice for each in due], now)
            gone = [each for each in due if each.notice.number in over]
            notices.settle(session, [each.number for each in gone], state=DROPPED)
            rest = [each for each in due if each.notice.number not in over]
            taken = notices.claim(session, _some(rest), now.astimezone(UTC))
        return [self._post(group, now) for group in _grouped(taken).values()]

    def _post(self, group: Sequence[Delivery], now: datetime) -> Sent:
        first = group[0]
        recipient, name = first.notice.notice.recipient, first.channel
        channel = self.channels.channels.get(name)
        fault = "gone" if channel is None else self._send(channel, recipient, group, now)
        attempts = max(each.attempts for each in group) + 1
        again = next_try(attempts, now.astimezone(UTC)) if fault else None
        state = SENT if not fault else WAITING if again else DEAD
        with transaction(self.engine) as session:
            numbers = [each.number for each in group]
            notices.settle(session, numbers, state=state, next_try=again, detail=fault)
        return Sent(recipient=recipient, channel=name, count=len(group), fault=fault)

    def _send(
        self, channel: Channel, recipient: str, group: Sequence[Delivery], now: datetime
    ) -> str:
        """Send one person's messages; return why that failed, or nothing."""
        title, text = digest_words([each.notice.notice for each in group], self.words)
        numbers = ",".join(str(each.number) for each in group)
        post = Post(
            to=recipient,
            title=title,
            parts=split(text, channel.most_bytes),
            mark=hashlib.sha256(numbers.encode()).hexdigest()[:12],
            day=now.date(),
        )
        try:
            send(channel, self.channels, post, self.data)
        except SendError as error:
            return str(error)
        except BadChannelError as error:
            return self.words(error.what)
        return ""

    def preview(self, now: datetime) -> list[tuple[str, str, str, str]]:
        """Return who would be told what through which channel, and what waits; nothing is sent."""
        with reading(self.engine) as session:
            new = notices.unrouted(session)
            waiting = notices.every(session, WAITING, notices.SENDING)
            over = self._over(session, [*new, *(each.notice for each in waiting)], now)
        groups: dict[tuple[str, str], list[Kept]] = defaultdict(list)
        for kept in new:
            for name in self.channels.of(kept.notice.recipient):
                groups[kept.notice.recipient, name].append(kept)
        for each in waiting:
            groups[each.notice.notice.recipient, each.channel].append(each.notice)
        return [
            (who, name, *digest_words([kept.notice for kept in left], self.words))
            for (who, name), found in groups.items()
            if (left := [kept for kept in found if kept.number not in over])
        ]


def _some(due: Sequence[Delivery]) -> list[Delivery]:
    """Return what a round may send: so many messages a channel, each with all of a person's."""
    groups = _grouped(due)
    counts: dict[str, int] = defaultdict(int)
    found = []
    for (_, name, _attempts), group in groups.items():
        counts[name] += 1
        if counts[name] <= _MOST_A_ROUND:
            found.extend(group)
    return found


def _grouped(
    deliveries: Sequence[Delivery],
) -> Mapping[tuple[str, str, int], list[Delivery]]:
    """Return the deliveries by recipient and channel, those tried before by themselves."""
    groups: dict[tuple[str, str, int], list[Delivery]] = defaultdict(list)
    for each in deliveries:
        groups[each.notice.notice.recipient, each.channel, each.attempts].append(each)
    return groups


def faults(channels: Channels) -> Mapping[str, BadChannelError]:
    """Return what is wrong with each channel as it is set up; nothing is sent."""
    found = {}
    for name, channel in channels.channels.items():
        try:
            check(channel, channels)
        except BadChannelError as error:
            found[name] = error
    return found
