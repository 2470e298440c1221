"""The outbox is emptied: once a message, within the county's hours, by person and channel.

Each message is claimed just before it is sent, in a transaction of its own, and settled afterwards;
nothing is held while a server is slow. Whether a message arrived when its process died in between
is not known: it is sent again under the same mark, by which a receiver can tell.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.core.calendars import Calendar
from tracker.core.notices import next_try, split
from tracker.core.problems import message
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

    def route(self) -> None:
        """Give new notices to the channels of their recipients, and drop what is over.

        Who has no channel is told nothing yet: the notice waits until the file names one.
        """
        with reading(self.engine) as session:
            if not self._routable(session):
                return
        with transaction(self.engine) as session:
            over = projects.over(session)
            for each in self._routable(session):
                is_over = each.notice.project in over
                notices.route(session, each, () if is_over else self._channels_of(each))

    def _routable(self, session: Session) -> list[Kept]:
        """Return the new notices that can go somewhere, or nowhere any more."""
        over = projects.over(session)
        new = notices.unrouted(session)
        return [e for e in new if e.notice.project in over or self._channels_of(e)]

    def _channels_of(self, kept: Kept) -> tuple[str, ...]:
        return self.channels.of(kept.notice.recipient)

    def is_due(self, now: datetime) -> bool:
        """Tell whether there is something to send at `now`."""
        with reading(self.engine) as session:
            if records.setting(session, DEMO) is not None:
                return False
            waiting = self._routable(session) or notices.due(session, now.astimezone(UTC))
        return bool(waiting) and self.channels.hours.is_open(now, self.working_days)

    def deliver(self, now: datetime) -> list[Sent]:
        """Send what is due at `now`, an instant by the county's clocks.

        Nothing out of hours, nor of the demonstration.
        """
        if not self.is_due(now):
            return []
        self.route()
        with transaction(self.engine) as session:
            over = projects.over(session)
            due = notices.due(session, now.astimezone(UTC))
            gone = [each for each in due if each.notice.notice.project in over]
            notices.settle(session, gone, state=DROPPED)
        rest = [each for each in due if each.notice.notice.project not in over]
        sent = [self._post(group, now) for group in _some(rest)]
        return [each for each in sent if each]

    def _post(self, group: Sequence[Delivery], now: datetime) -> Sent | None:
        """Claim one person's messages in one channel, and send them; None where others did."""
        batch = group[0].batch or _mark(group)
        with transaction(self.engine) as session:
            group = notices.claim(session, group, now.astimezone(UTC), batch)
        if not group:
            return None
        recipient, name = group[0].notice.notice.recipient, group[0].channel
        channel = self.channels.channels.get(name)
        fault = (
            self._send(channel, group, batch, now)
            if channel
            else self.words(message("There is no channel '{name}'.", name=name))
        )
        attempts = max(each.attempts for each in group) + 1
        again = next_try(attempts, now.astimezone(UTC)) if fault else None
        state = SENT if not fault else WAITING if again else DEAD
        with transaction(self.engine) as session:
            notices.settle(session, group, state=state, next_try=again, detail=fault)
        return Sent(recipient=recipient, channel=name, count=len(group), fault=fault)

    def _send(self, channel: Channel, group: Sequence[Delivery], batch: str, now: datetime) -> str:
        """Send one person's messages; return why that failed, or nothing."""
        title, text = digest_words([each.notice.notice for each in group], self.words)
        post = Post(
            to=group[0].notice.notice.recipient,
            title=title,
            parts=split(text, channel.most_bytes),
            mark=batch,
            day=now.date(),
        )
        try:
            send(channel, self.channels, post, self.data)
        except SendError as error:
            return str(error)
        except BadChannelError as error:
            return self.words(error.what)
        except Exception as error:
            return type(error).__name__
        return ""

    def preview(self) -> list[tuple[str, str, str, str]]:
        """Return who would be told what through which channel, and what waits; nothing is sent."""
        with reading(self.engine) as session:
            new = notices.unrouted(session)
            waiting = notices.every(session, WAITING, notices.SENDING)
            over = projects.over(session)
        groups: dict[tuple[str, str], list[Kept]] = defaultdict(list)
        for kept in new:
            for name in self.channels.of(kept.notice.recipient):
                groups[kept.notice.recipient, name].append(kept)
        for each in waiting:
            groups[each.notice.notice.recipient, each.channel].append(each.notice)
        return [
            (who, name, *digest_words([kept.notice for kept in left], self.words))
            for (who, name), found in groups.items()
            if (left := [kept for kept in found if kept.notice.project not in over])
        ]


def _some(due: Sequence[Delivery]) -> list[list[Delivery]]:
    """Return what a round may send: so many messages a channel, each with all of a person's."""
    counts: dict[str, int] = defaultdict(int)
    found = []
    for (_, name, _batch), group in _grouped(due).items():
        counts[name] += 1
        if counts[name] <= _MOST_A_ROUND:
            found.append(group)
    return found


def _grouped(deliveries: Sequence[Delivery]) -> Mapping[tuple[str, str, str], list[Delivery]]:
    """Return the deliveries by recipient and channel, those sent before by their message."""
    groups: dict[tuple[str, str, str], list[Delivery]] = defaultdict(list)
    for each in deliveries:
        groups[each.notice.notice.recipient, each.channel, each.batch].append(each)
    return groups


def _mark(group: Sequence[Delivery]) -> str:
    """Return a mark for a new message, which it keeps however often it is sent."""
    numbers = ",".join(str(each.number) for each in group)
    return hashlib.sha256(numbers.encode()).hexdigest()[:12]


def untold(session: Session, channels: Channels) -> list[str]:
    """Return who is to be told something and has no channel."""
    over = projects.over(session)
    names = (
        each.notice.recipient
        for each in notices.unrouted(session)
        if each.notice.project not in over and not channels.of(each.notice.recipient)
    )
    return list(dict.fromkeys(names))


def faults(channels: Channels) -> Mapping[str, BadChannelError]:
    """Return what is wrong with each channel as it is set up; nothing is sent."""
    found = {}
    for name, channel in channels.channels.items():
        try:
            check(channel, channels)
        except BadChannelError as error:
            found[name] = error
    return found
