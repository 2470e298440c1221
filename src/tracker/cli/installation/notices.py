"""`tracker notices`: what people are told, through which channel, and what became of it."""

from typing import Annotated, Any

import typer

from tracker import clock
from tracker.cli.door import FINDINGS, Door, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.notices import notice_words
from tracker.i18n.words import Words
from tracker.notify.config import read_channels
from tracker.notify.send import Post, SendError, send
from tracker.services.installation.sending import Office, Sent
from tracker.store import notices as outbox
from tracker.store import reading, transaction


class NoChannelError(TrackerError):
    """No channel of that name."""

    code = "no_channel"
    kind = ErrorKind.USAGE

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(
            message("There is no channel '{name}'.", name=name),
            remedy=message("Use one of: {known}.", known=", ".join(known)),
        )


def office_of(door: Door) -> Office:
    """Return what sends, with the channels of the data folder. Raises BadChannelError."""
    return Office(
        engine=door.engine,
        channels=read_channels(door.setting.data),
        data=door.setting.data,
        words=door.words,
        working_days=door.catalog.working_days,
    )


def sent_words(sent: Sent, words: Words) -> str:
    """Return what became of the messages of one person, as a line."""
    if sent.fault:
        return words.text(
            "{who} through {channel}: {count} not sent ({fault})",
            who=sent.recipient,
            channel=sent.channel,
            count=sent.count,
            fault=sent.fault,
        )
    return words.text(
        "{who} through {channel}: {count} sent",
        who=sent.recipient,
        channel=sent.channel,
        count=sent.count,
    )


def sent_data(sent: Sent) -> dict[str, Any]:
    """Return the same as data."""
    return {
        "recipient": sent.recipient,
        "channel": sent.channel,
        "count": sent.count,
        "fault": sent.fault or None,
    }


def preview(door: Door, *, as_json: AsJson = False) -> None:
    """Print exactly what would be sent to whom through which channel; nothing is sent."""
    found = office_of(door).preview()
    if as_json:
        rows = [{"recipient": w, "channel": c, "title": t, "text": x} for w, c, t, x in found]
        show_json({"format": "tracker-notices-preview/1", "messages": rows})
        return
    if not found:
        typer.echo(door.words.text("Nobody is to be told anything."))
    for who, channel, title, text in found:
        typer.echo(f"── {who} · {channel} ── {title}")
        typer.echo(text)


def test(
    door: Door,
    channel: Annotated[str, typer.Argument(metavar=mark("CHANNEL"), help=mark("which channel"))],
) -> None:
    """Send a test message through a channel now, whatever the hour."""
    words = door.words
    channels = read_channels(door.setting.data)
    if channel not in channels.channels:
        raise NoChannelError(channel, tuple(channels.channels))
    today = clock.today(door.setting.timezone)
    text = words.text("This is a test of the channel; nothing has to be done.")
    post = Post(to=channel, title=words.text("Test"), parts=[text], mark="test", day=today)
    try:
        send(channels.channels[channel], channels, post, door.setting.data)
    except SendError as error:
        typer.echo(words.text("The channel did not take the message: {fault}", fault=str(error)))
        raise typer.Exit(FINDINGS) from None
    typer.echo(words.text("The channel took the message."))


def retry(door: Door) -> None:
    """Try again what was given up, now."""
    channels = read_channels(door.setting.data).channels
    with transaction(door.engine) as session:
        count = outbox.revive(session, channels)
    words = door.words
    typer.echo(words.text("{count} notices are tried again.", count=count))
    sent = office_of(door).deliver(clock.local(door.setting.timezone))
    for each in sent:
        typer.echo(sent_words(each, words))
    if any(each.fault for each in sent):
        raise typer.Exit(FINDINGS)


def list_all(
    door: Door,
    *,
    dead: Annotated[
        bool, typer.Option("--dead", help=mark("only what was given up after many tries"))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what was sent to whom, what waits, and what was given up."""
    words = door.words
    with reading(door.engine) as session:
        found = outbox.every(session, *([outbox.DEAD] if dead else []))
    if as_json:
        rows = [
            {
                "recipient": each.notice.notice.recipient,
                "channel": each.channel,
                "kind": each.notice.notice.kind,
                "day": each.notice.notice.day,
                "state": each.state,
                "attempts": each.attempts,
                "fault": each.detail or None,
                "text": notice_words(each.notice.notice, words),
            }
            for each in found
        ]
        show_json({"format": "tracker-notices/1", "notices": rows})
        return
    if not found:
        typer.echo(words.text("Nothing was sent yet."))
        return
    states = {
        outbox.WAITING: words.text("waiting"),
        outbox.SENDING: words.text("being sent"),
        outbox.SENT: words.text("sent"),
        outbox.DROPPED: words.text("not sent: the project is over"),
        outbox.DEAD: words.text("given up"),
    }
    headings = (
        words.text("Recipient"),
        words.text("Channel"),
        words.text("Day"),
        words.text("State"),
        words.text("Notice"),
    )
    show_table(
        headings,
        [
            (
                each.notice.notice.recipient,
                each.channel or "–",
                words.short_day(each.notice.notice.day),
                " ".join(filter(None, (states[each.state], each.detail))),
                notice_words(each.notice.notice, words),
            )
            for each in found
        ],
    )
