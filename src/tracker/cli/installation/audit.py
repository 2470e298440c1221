"""`tracker audit`: who did what, and whether the record is what it was."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import typer

from tracker.cli.door import FINDINGS, Door, entry_data, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, By, Why
from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.i18n.actions import action_named, action_words, who_words
from tracker.services.installation.backup import Folders, check_files
from tracker.services.projects import lookup
from tracker.store import audit, reading, transaction
from tracker.store.audit import purge as audit_purge
from tracker.store.audit import rows as audit_rows

_FAULTS: Mapping[str, Message] = {
    "missing": message("entry {seq} is missing"),
    "out of chain": message("entry {seq} does not follow the one before it"),
    "changed": message("entry {seq} was changed"),
    "unknown digest": message("it no longer contains the printed digest"),
    "false purge": message("entry {seq} says that it purged entries that are too recent to purge"),
    "row": message("the data that entry {seq} brought were changed"),
}


_DIGEST = re.compile(r"[0-9a-fA-F]{16,64}")


class NoDigestError(TrackerError):
    """A text that no report has printed as its digest."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            message("'{value}' is not a valid value for {name}.", value=text, name="--digest"),
            remedy=message("Enter the 16 characters printed on the report (0-9 and a-f)."),
        )


def list_entries(
    door: Door,
    *,
    project: Annotated[
        str | None, typer.Option(metavar=mark("PROJECT"), help=mark("only this project"))
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar=mark("WHO"), help=mark("only what they did"))
    ] = None,
    action: Annotated[
        str | None,
        typer.Option(metavar=mark("ACTION"), help=mark("only this, such as 'record event'")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the entries of the chain, those that fit."""
    words = door.words
    with reading(door.engine) as session:
        number = None
        if project:
            number = lookup.find(session, project, Sight.on(door.status_date(None))).project.id
        wanted = action_named(action) if action else None
        found = list(audit.entries(session, project=number, by=by, action=wanted))
    if as_json:
        show_json({"format": "tracker-entries/1", "entries": [entry_data(e) for e in found]})
        return
    if not found:
        typer.echo(words.text("No matching entries."))
        return
    headings = [
        words.text(text)
        for text in (
            mark("No."),
            mark("At"),
            mark("Who"),
            mark("Action"),
            mark("About"),
            mark("Why"),
        )
    ]
    show_table(
        headings,
        [
            (
                str(e.seq),
                door.at(e.at),
                who_words(e.by, words),
                action_words(e.action, words),
                who_words(e.about, words),
                e.why or "–",
            )
            for e in found
        ],
    )


def verify(
    door: Door,
    *,
    printed: Annotated[
        str | None,
        typer.Option(
            "--digest", metavar=mark("DIGEST"), help=mark("a printed digest that must be in it")
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether the chain is whole, and whether the data are what it tells."""
    words = door.words
    with reading(door.engine) as session:
        if printed is not None and not _DIGEST.fullmatch(printed.strip()):
            raise NoDigestError(printed)
        broken = audit_rows.first_fault(session, printed=printed)
        seq, head = audit.newest(session)
        future = audit.future_entries(session)
    _, changed = check_files(door.engine, Folders.under(door.setting.data))
    if as_json:
        first = {"seq": broken.seq, "fault": broken.fault} if broken else None
        show_json(
            {
                "format": "tracker-audit/1",
                "digest": head,
                "entries": seq,
                "first_broken": first,
                "future": future,
                "files": changed,
            }
        )
    elif broken:
        fault = _FAULTS[broken.fault].of(seq=str(broken.seq))
        typer.echo(words.text("The audit chain is broken: {fault}.", fault=fault))
    else:
        typer.echo(
            words.text(
                "The audit chain is intact: {count} entries, and the data match it; the latest"
                " digest is {digest}.",
                count=str(seq),
                digest=head[:16],
            )
        )
    if future and not as_json:
        typer.echo(
            words.text(
                "{count} entries are dated in the future, the first is {seq}: a clock was wrong.",
                count=str(len(future)),
                seq=str(future[0]),
            )
        )
    if changed and not as_json:
        typer.echo(words.text("Files that are gone or changed: {names}.", names=tuple(changed)))
    if broken or future or changed:
        raise typer.Exit(FINDINGS)


def purge(
    door: Door,
    before: Annotated[
        datetime,
        typer.Argument(
            formats=["%Y-%m-%d"], metavar=mark("DATE"), help=mark("first day that is kept")
        ),
    ],
    *,
    confirmed_by: Annotated[
        str | None,
        typer.Option(metavar=mark("NAME"), help=mark("a second person who confirms today's date")),
    ] = None,
    by: By = None,
    why: Why = None,
) -> None:
    """Delete entries that are old enough."""
    with transaction(door.engine) as session:
        instant = before.strftime("%Y-%m-%dT00:00:00.000Z")
        act = door.act(by, why)
        count = audit_purge.purge(session, act, before=instant, confirmed_by=confirmed_by)
    say(door.words.text("Entries purged: {count}.", count=str(count)))


def digest(
    door: Door,
    algorithm: Annotated[str, typer.Argument(metavar="sm3|sha256")],
    *,
    by: By = None,
) -> None:
    """Choose the digest of the entries to come."""
    with transaction(door.engine) as session:
        audit.use_algorithm(session, door.act(by), algorithm)
    say(door.words.text("New entries are digested with {name}.", name=algorithm))
