"""`tracker project history` and `tracker audit`: who changed what, and whether anybody bent it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typer

from tracker.cli.door import FINDINGS, Door, say, show_json, show_table
from tracker.cli.options import mark
from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.i18n import Words
from tracker.i18n.actions import action_words, told_lines
from tracker.services.projects import history, lookup
from tracker.services.projects.history import Moment
from tracker.store import audit, reading, transaction
from tracker.store.audit import Entry
from tracker.store.audit import purge as audit_purge
from tracker.store.audit import rows as audit_rows

_FAULTS: Mapping[str, Message] = {
    "missing": message("entry {seq} is missing"),
    "out of chain": message("entry {seq} does not follow the one before it"),
    "changed": message("entry {seq} was changed"),
    "unknown digest": message("it no longer holds the digest that was printed"),
    "false purge": message("entry {seq} claims to have purged what was younger"),
    "row": message("the data that entry {seq} brought were changed"),
}


_DIGEST = re.compile(r"[0-9a-fA-F]{16,64}")


class NoDigestError(TrackerError):
    """A text that no report has printed as its digest."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            message("'{value}' is not possible for {name}.", value=text, name="--digest"),
            remedy=message("Write the 16 digits that stand on the report, 0-9 and a-f."),
        )


def show(door: Door, wanted: str, step: str | None, most: int, *, as_json: bool) -> None:
    """Show what happened to a project, the newest first."""
    words = door.words
    with door.user_errors(), reading(door.engine) as session:
        record = lookup.find(session, wanted, Sight.on(door.day(None)))
        found = history.of_project(
            session, door.setting.procedures, record.project.id, most=most, step=step
        )
    if as_json:
        rows = [_moment(moment) for moment in found]
        name = record.project.name
        show_json({"format": "tracker-history/1", "project": name, "moments": rows})
        return
    if not found:
        typer.echo(words.text("Nothing of that kind is recorded."))
    for moment in found:
        _print(moment, words)


def _print(moment: Moment, words: Words) -> None:
    entry = moment.entry
    typer.echo(f"{entry.seq}  {entry.at[:19]}Z  {entry.by}  {action_words(entry.action, words)}")
    if entry.why:
        typer.echo(words.text("    why: {why}", why=entry.why))
    if entry.cause:
        typer.echo(words.text("    follows from entry {seq}", seq=str(entry.cause)))
    for line in told_lines(entry.action, entry.content, words):
        typer.echo(f"    {line}")
    for move in moment.moves:
        before = words(move.before) if move.before else "–"
        after = words(move.after) if move.after else "–"
        name = words(move.name) if move.step else words.text("forecast of {step}", step=move.name)
        typer.echo(f"    {name}: {before} → {after}")


def _moment(moment: Moment) -> dict[str, Any]:
    moves = [{"step": m.step, "before": m.before, "after": m.after} for m in moment.moves]
    return {**entry_data(moment.entry), "moves": moves}


def entry_data(entry: Entry) -> dict[str, Any]:
    """Return an entry for a program."""
    return {
        "seq": entry.seq,
        "at": entry.at,
        "by": entry.by,
        "action": entry.action,
        "about": entry.about,
        "project": entry.project,
        "cause": entry.cause,
        "why": entry.why,
        "request": entry.request,
        "content": entry.content,
        "digest": entry.digest,
    }


def list_entries(
    door: Door, project: str | None, by: str | None, action: str | None, *, as_json: bool
) -> None:
    """List the entries of the chain, those that fit."""
    words = door.words
    with door.user_errors(), reading(door.engine) as session:
        number = None
        if project:
            number = lookup.find(session, project, Sight.on(door.day(None))).project.id
        found = list(audit.entries(session, project=number, by=by, action=action))
    if as_json:
        show_json({"format": "tracker-entries/1", "entries": [entry_data(e) for e in found]})
        return
    if not found:
        typer.echo(words.text("Nothing of that kind is recorded."))
        return
    headings = [
        words.text(text)
        for text in (
            mark("No."),
            mark("At (UTC)"),
            mark("Who"),
            mark("What"),
            mark("About"),
            mark("Why"),
        )
    ]
    show_table(
        headings,
        [
            (str(e.seq), e.at[:19], e.by, action_words(e.action, words), e.about, e.why or "–")
            for e in found
        ],
    )


def verify(door: Door, printed: str | None, *, as_json: bool) -> None:
    """Say whether the chain is whole, and whether the data are what it tells."""
    words = door.words
    with door.user_errors(), reading(door.engine) as session:
        if printed is not None and not _DIGEST.fullmatch(printed.strip()):
            raise NoDigestError(printed)
        broken = audit_rows.first_fault(session, printed=printed)
        seq, head = audit.newest(session)
    if as_json:
        first = {"seq": broken.seq, "fault": broken.fault} if broken else None
        show_json(
            {"format": "tracker-audit/1", "digest": head, "entries": seq, "first_broken": first}
        )
    elif broken:
        fault = _FAULTS[broken.fault].of(seq=str(broken.seq))
        typer.echo(words.text("The chain is broken: {fault}.", fault=fault))
    else:
        typer.echo(
            words.text(
                "The chain is whole: {count} entries, and the data are what it tells; its newest"
                " digest is {digest}.",
                count=str(seq),
                digest=head[:16],
            )
        )
    if broken:
        raise typer.Exit(FINDINGS)


def purge(door: Door, before: datetime, by: str | None, why: str | None) -> None:
    """Delete entries that are old enough."""
    with door.user_errors(), transaction(door.engine) as session:
        instant = before.strftime("%Y-%m-%dT00:00:00.000Z")
        count = audit_purge.purge(session, door.act(by, why), before=instant)
    say(door.words.text("Entries purged: {count}.", count=str(count)))


def choose(door: Door, algorithm: str, by: str | None) -> None:
    """Choose the digest of the entries to come."""
    with door.user_errors(), transaction(door.engine) as session:
        audit.use_algorithm(session, door.act(by), algorithm)
    say(door.words.text("New entries are digested with {name}.", name=algorithm))
