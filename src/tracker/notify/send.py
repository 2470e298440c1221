"""One message through one channel. What fails says why, and never shows a secret."""

import hashlib
import hmac
import http.client
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker.core.problems import message
from tracker.notify.config import BadChannelError, Channel, Channels, secret_of

_PATIENCE_SECONDS = 10.0
_MADE, _MULTIPLE = 200, 300
_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


class SendError(Exception):
    """The channel did not take the message; what is said shows no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message: to whom, under what title, in parts that each fit, and a mark that it keeps.

    The mark is the same whenever the message is sent again, so that a receiver can tell.
    """

    to: str
    title: str
    parts: Sequence[str]
    mark: str
    day: date


def send(channel: Channel, channels: Channels, post: Post, data: Path) -> None:
    """Send every part of a message. Raises SendError, BadChannelError."""
    ways = {"apprise": _through_apprise, "webhook": _to_webhook, "folder": _into_folder}
    ways[channel.kind](channel, channels, post, data)


def check(channel: Channel, channels: Channels) -> None:
    """Look whether a channel can be used as it is set up; nothing is sent.

    Raises BadChannelError.
    """
    if channel.kind == "apprise":
        _apprise(channel)
    elif channel.kind == "webhook":
        _host_of(channel, channels)
        if channel.key:
            secret_of(channel.key)


def _apprise(channel: Channel) -> Any:
    import apprise  # noqa: PLC0415  only where somebody uses it: it is slow to load

    made = apprise.Apprise()
    secret = secret_of(channel.target)
    if not made.add(secret):
        raise BadChannelError(
            message("The address of the channel '{name}' is not understood.", name=channel.name)
        )
    for server in made:  # whatever its address says: a redirect could lead to this machine
        server.redirects = False
    return made


def _through_apprise(channel: Channel, channels: Channels, post: Post, data: Path) -> None:
    made = _apprise(channel)
    for part in post.parts:
        if not made.notify(title=post.title, body=part):
            raise SendError("refused")


def _host_of(channel: Channel, channels: Channels) -> tuple[str, str, int, str]:
    """Return scheme, host, port and path of a webhook that may be reached."""
    unclear = message("The address of the channel '{name}' is not understood.", name=channel.name)
    try:
        parts = urlsplit(channel.target)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadChannelError(unclear) from None
    is_known = parts.scheme in ("http", "https") and channel.target.isascii()
    if not is_known or not host or parts.username:
        raise BadChannelError(unclear)
    if host not in channels.hosts:
        raise BadChannelError(
            message(
                "The channel '{name}' goes to {host}, which is not among the hosts.",
                name=channel.name,
                host=host,
            )
        )
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path


def _to_webhook(channel: Channel, channels: Channels, post: Post, data: Path) -> None:
    """Post each part as JSON; where there is a key the body is signed with it (HMAC-SHA256).

    A redirect is not followed.
    """
    scheme, host, port, path = _host_of(channel, channels)
    kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    for n, part in enumerate(post.parts, start=1):
        body = json.dumps(
            {
                "id": f"{post.mark}-{n}",
                "to": post.to,
                "title": post.title,
                "text": part,
                "part": n,
                "parts": len(post.parts),
            },
            ensure_ascii=False,
        ).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "Connection": "close"}
        if channel.key:
            key = secret_of(channel.key).encode()
            headers["X-Tracker-Signature"] = hmac.new(key, body, hashlib.sha256).hexdigest()
        connection = kind(host, port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise SendError(type(error).__name__) from None
        finally:
            connection.close()
        if not _MADE <= status < _MULTIPLE:
            raise SendError(f"HTTP {status}")


def _into_folder(channel: Channel, channels: Channels, post: Post, data: Path) -> None:
    """Write the message as a text file that somebody prints or carries on."""
    folder = data / channel.target
    name = f"{post.day.isoformat()}-{_UNSAFE.sub('_', post.to)}-{post.mark}.txt"
    text = f"{post.to}：\n\n{post.title}\n\n" + "\n\n".join(post.parts) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{name}.part"
        part.write_text(text, encoding="utf-8")
        part.replace(folder / name)
    except OSError as error:
        raise SendError(type(error).__name__) from None
