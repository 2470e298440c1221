"""`channels.yaml`: which channels there are, who is told through which, and when.

hours: {from: "08:30", to: "18:00"}
hosts: [hook.county.local]              # hosts that a webhook may reach
channels:
robot: {apprise: "file:/etc/tracker/robot"}       # a secret stands in a file or the environment
mail: {apprise: "env:TRACKER_MAIL_URL"}
hook: {webhook: "https://hook.county.local/in", key: "file:/etc/tracker/hook-key"}
box: {folder: outbox}
people:
县自然资源和规划局: [robot]
"*": [box]                            # everybody else
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

import yaml

from tracker.core.documents import limit_exceeded
from tracker.core.notices import Hours
from tracker.core.problems import ErrorKind, Message, Place, TrackerError, message

FILE = "channels.yaml"
EVERYBODY = "*"
FOLDER = "outbox"
_KINDS = ("apprise", "webhook", "folder")
_TIME = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
_MOST_BYTES = 2000
"""What the strictest of the chat robots takes in one message."""


class BadChannelError(TrackerError):
    """A channel, or the file of channels, that cannot be used as it is set up."""

    code = "bad_channel"
    kind = ErrorKind.USAGE

    def __init__(self, what: Message) -> None:
        super().__init__(
            what,
            remedy=message("Correct it; docs/operations.md shows an example."),
            place=Place(file=FILE),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to tell somebody. `target` is an address, a secret by where it stands, or a folder."""

    name: str
    kind: str
    target: str
    key: str = ""
    most_bytes: int = _MOST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The channels of a county. `hosts` are those that a webhook may reach."""

    channels: Mapping[str, Channel]
    people: Mapping[str, tuple[str, ...]]
    hosts: frozenset[str] = frozenset()
    hours: Hours = field(default_factory=Hours)

    def of(self, recipient: str) -> tuple[str, ...]:
        """Return the channels of a recipient; those of everybody where none is named."""
        return self.people.get(recipient) or self.people.get(EVERYBODY, ())


def read_channels(data: Path) -> Channels:
    """Return the channels of a data folder; a folder for everybody where there is no file.

    Raises BadChannelError.
    """
    path = data / FILE
    if not path.exists():
        box = Channel(name=FOLDER, kind="folder", target=FOLDER)
        return Channels(channels={FOLDER: box}, people={EVERYBODY: (FOLDER,)})
    found = _parsed(path)
    hosts = found.get("hosts") or []
    if not isinstance(hosts, list):
        raise BadChannelError(message("'{key}' must hold a list, as [a, b].", key="hosts"))
    channels = {str(n): _channel(str(n), each) for n, each in _mapping(found, "channels").items()}
    people = {str(n): _names(str(n), each) for n, each in _mapping(found, "people").items()}
    for who, names in people.items():
        for name in names:
            if name not in channels:
                raise BadChannelError(
                    message("{who} is to be told through '{name}', which is no channel.").of(
                        who=who, name=name
                    )
                )
    return Channels(
        channels=channels,
        people=people,
        hosts=frozenset(map(str, hosts)),
        hours=_hours(_mapping(found, "hours")),
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        if excess := limit_exceeded(text):
            raise BadChannelError(excess)
        found = yaml.safe_load(text) or {}
    except (yaml.YAMLError, ValueError, RecursionError):  # what stands there may be a secret
        raise BadChannelError(message("The file cannot be read as YAML.")) from None
    if not isinstance(found, dict):
        raise BadChannelError(message("The file must contain keys with values."))
    return found


def _mapping(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = found.get(key) or {}
    if not isinstance(value, dict):
        raise BadChannelError(message("'{key}' must hold names with values.", key=key))
    return value


def _names(who: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise BadChannelError(message("'{key}' must hold a list, as [a, b].", key=who))
    return tuple(map(str, value))


def _channel(name: str, value: Any) -> Channel:
    kinds = [kind for kind in _KINDS if isinstance(value, dict) and kind in value]
    if len(kinds) != 1:
        known = ", ".join(_KINDS)
        raise BadChannelError(
            message("The channel '{name}' must be one of: {known}.", name=name, known=known)
        )
    kind = kinds[0]
    target, key = str(value[kind]), str(value.get("key", ""))
    is_secret = kind == "apprise" or (kind == "webhook" and key)
    secret = target if kind == "apprise" else key
    if is_secret and not secret.startswith(("env:", "file:")):
        raise BadChannelError(
            message(
                "The secret of the channel '{name}' must stand in a file or in the environment:"
                " 'file:PATH' or 'env:NAME'.",
                name=name,
            )
        )
    most = value.get("most_bytes", _MOST_BYTES)
    if not isinstance(most, int) or most < _MOST_BYTES // 10:
        raise BadChannelError(
            message("'most_bytes' of the channel '{name}' is too small.", name=name)
        )
    return Channel(name=name, kind=kind, target=target, key=key, most_bytes=most)


def _hours(value: Mapping[str, Any]) -> Hours:
    if not value:
        return Hours()
    texts = [str(value.get(key, "")) for key in ("from", "to")]
    if not all(map(_TIME.match, texts)) or texts[0] >= texts[1]:
        raise BadChannelError(message("Write the hours as from: '08:30', to: '18:00'."))
    start, end = map(time.fromisoformat, texts)
    return Hours(start, end)


def secret_of(reference: str) -> str:
    """Return what `env:NAME` or `file:PATH` stands for. Raises BadChannelError, without it."""
    kind, _, where = reference.partition(":")
    try:
        found = os.environ[where] if kind == "env" else Path(where).read_text(encoding="utf-8")
    except (KeyError, OSError, ValueError):
        found = ""
    if not found.strip():  # what stands after the colon may be the secret itself
        place = "env:…" if kind == "env" else "file:…"
        raise BadChannelError(message("There is no secret at {place}.", place=place))
    return found.strip()
