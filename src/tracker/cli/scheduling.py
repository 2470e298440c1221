"""`tracker schedule`: network files in, schedules out; nothing is stored."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from tracker.cli.door import FINE, Door, show_json
from tracker.core.problems import TrackerError
from tracker.exchange.network_file import read_network
from tracker.exchange.refusal import RefusedNetworkError
from tracker.exchange.schedule_file import refusal_record, schedule_record
from tracker.services.scheduling import built_in_calendars, schedule_draft

INFEASIBLE, REFUSED = 1, 3


def run(door: Door, files: Sequence[str], *, as_json: bool) -> None:
    """Schedule every network and exit with the worst of their codes."""
    calendars = built_in_calendars(door.catalog)
    worst = FINE
    for text in _texts(files):
        record, code = _schedule(door, text, calendars)
        worst = max(worst, code)
        show_json(record)
    raise typer.Exit(worst)


def _texts(files: Sequence[str]) -> Iterator[str]:
    for name in files:
        if name == "-":
            yield from (line for line in sys.stdin if line.strip())
        else:
            yield Path(name).read_text(encoding="utf-8-sig")


def _schedule(door: Door, text: str, calendars: Any) -> tuple[dict[str, Any], int]:
    say = door.words
    try:
        draft = read_network(text, calendars)
        outcome = schedule_draft(draft)
        record = schedule_record(
            draft, outcome.schedule, outcome.findings, feasible=outcome.is_feasible, say=say
        )
    except TrackerError as error:
        where = error.where if isinstance(error, RefusedNetworkError) else ""
        return refusal_record(_id_of(text), error, where=where, say=say), REFUSED
    if outcome.split.uncomputed:
        return record, REFUSED
    return record, FINE if outcome.is_feasible else INFEASIBLE


def _id_of(text: str) -> str | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found.get("id") if isinstance(found, dict) else None
