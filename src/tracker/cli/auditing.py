"""`tracker audit verify`: whether anybody bent the record."""

import typer

from tracker.cli.door import FINDINGS, Door, show_json
from tracker.core.problems import Message, message
from tracker.store import audit, reading

_FAULTS: dict[str, Message] = {
    "missing": message("entry {seq} is missing"),
    "out of chain": message("entry {seq} does not follow the one before it"),
    "changed": message("entry {seq} was changed"),
}


def run(door: Door, *, as_json: bool) -> None:
    """Say whether the chain is whole, with its newest digest, which stands on the weekly report."""
    words = door.words
    with door.user_errors(), reading(door.engine) as session:
        broken, head = audit.first_broken(session), audit.head(session)
    if as_json:
        first = {"seq": broken.seq, "fault": broken.fault} if broken else None
        show_json({"format": "tracker-audit/1", "digest": head, "first_broken": first})
    elif broken:
        typer.echo(
            words.text(
                "The chain is broken: {fault}.", fault=_FAULTS[broken.fault].of(seq=broken.seq)
            )
        )
    else:
        typer.echo(
            words.text("The chain is whole; its newest digest is {digest}.", digest=head[:16])
        )
    if broken:
        raise typer.Exit(FINDINGS)
