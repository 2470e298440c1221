"""`tracker record`: one event of one step; what it will move is shown first."""

import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer

from tracker.cli.door import Door, say, show_json
from tracker.core.clocks import Case
from tracker.core.events import BlockReason, Event, EventKind, Sight, StopReason
from tracker.core.law import Duration
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n import Words
from tracker.services.projects import lookup, recording
from tracker.services.projects.evidence import put
from tracker.services.projects.recording import Effect
from tracker.store import Session, reading, transaction
from tracker.store.projects import Record


class BadEventError(TrackerError):
    """The command line names no event that can be recorded."""

    code = "bad_event"
    kind = ErrorKind.USAGE


@dataclass(frozen=True, slots=True)
class Told:
    """What the command line says of an event."""

    kind: str
    day: date | None
    reason: str | None
    number: str | None
    until: date | None
    add: str | None
    approver: str | None
    corrects: int | None = None
    why: str | None = None
    files: tuple[Path, ...] = ()


def run(
    door: Door,
    project: str,
    step: str,
    told: Told,
    as_of: datetime | None,
    by: str | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Check an event, show what it moves, and keep it."""
    today, words = door.day(as_of), door.words

    def told_of(session: Session) -> tuple[Record, Event, Effect]:
        record = lookup.find(session, project, Sight.on(today))
        event = event_of(step, told, today)
        return record, event, recording.effect_of(session, record, door.catalog, event, today)

    asks = sys.stdin.isatty() and not (yes or as_json or dry_run)
    number = None
    with door.user_errors():
        if asks or dry_run:  # nobody else waits while a person reads
            with reading(door.engine) as session:
                effect = told_of(session)[2]
        if asks:
            show(effect, words)
            if not typer.confirm(words.text("Record it?"), err=True):
                return
        if not dry_run:
            files = [
                put(door.setting.evidence, path.name, path.read_bytes()) for path in told.files
            ]
            with transaction(door.engine) as session:
                record, event, effect = told_of(session)
                number = recording.keep(
                    session, door.act(by, told.why), record, event, effect, files
                )
    if as_json:  # said once it is kept
        show_json({**_data(effect), "written": not dry_run, "number": number})
    else:
        _show_kept(None if asks else effect, number, words)


def _show_kept(effect: Effect | None, number: int | None, words: Words) -> None:
    if effect:
        show(effect, words)
    if number:
        say(words.text("Recorded as event {number}.", number=str(number)))


def event_of(step: str, told: Told, today: date) -> Event:
    """Return the event that the command line tells. Raises BadEventError."""
    try:
        kind = EventKind(told.kind)
    except ValueError:
        known = ", ".join(EventKind)
        what = message("'{kind}' is no event.", kind=told.kind)
        remedy = message("Use one of: {known}.", known=known)
        raise BadEventError(what, remedy=remedy) from None
    code, _, rest = (told.reason or "").partition(" ")
    stop = StopReason(code) if code in set(StopReason) else None
    block = BlockReason(code) if code in set(BlockReason) else None
    return Event(
        step,
        kind,
        told.day or today,
        today,
        document=told.number,
        reason=block if kind is EventKind.BLOCKED else None,
        expected=told.until,
        note=(rest if stop or block else told.reason) or None,
        stop=stop if kind is EventKind.STOPPED else None,
        added=_days(told.add),
        approver=told.approver,
        corrects=told.corrects,
        why=told.why,
    )


def _days(text: str | None) -> Duration | None:
    try:
        return Duration.parse(text) if text else None
    except ValueError:
        what = message("'{value}' is no number of days.", value=text or "")
        remedy = message(
            "Write working days as '20 wd', calendar days as '30 cd', a term as '5 y'."
        )
        raise BadEventError(what, remedy=remedy) from None


def show(effect: Effect, words: Words) -> None:
    """Print the case after the event, and what moves."""
    case = effect.case
    if case:
        typer.echo(f"{words(effect.step.name)}: {words(case.state)}, {clock_words(case, words)}")
    else:
        typer.echo(words.text("{step}: nothing is recorded any more", step=effect.step.name))
    before, after = effect.plan_before.finish, effect.plan.finish
    if before == after:
        typer.echo(words.text("The forecast stays."))
    else:
        typer.echo(
            words.text(
                "The forecast moves from {before} to {after}.",
                before=words(before) if before else words.text("open"),
                after=words(after) if after else words.text("done"),
            )
        )


_LEFT = message("; {clock}: {left} of {limit} left, due {due} ({law})")
_OVER = message("; {clock}: {limit} ran out {due}, {over} ago ({law})")


def clock_words(case: Case, words: Words) -> str:
    """Return who holds a case, and what its clock has left."""
    held = words.text("{holder} holds it", holder=case.holder)
    clock = case.clock
    if clock is None:
        return held
    if clock.due is None:
        return held + words.text("; the clock stands still")
    words_of_clock = _OVER if clock.over else _LEFT
    left = words(
        words_of_clock.of(
            clock=clock.kind,
            left=clock.left,
            limit=clock.limit,
            due=clock.due,
            over=Duration(clock.over, clock.limit.kind),
            law=clock.law or message("service guide, no statutory limit"),
        )
    )
    silence = (
        words.text("; accepted by silence as of {day}", day=case.lodged) if case.deemed else ""
    )
    return held + left + silence


def _data(effect: Effect) -> dict[str, Any]:
    case = effect.case
    clock = case.clock if case else None
    return {
        "format": "tracker-record/1",
        "step": effect.step.id,
        "state": case.state if case else None,
        "holder": case.holder if case else None,
        "deemed_accepted": bool(case and case.deemed),
        "clock": {
            "kind": clock.kind,
            "limit": str(clock.limit),
            "used": clock.used,
            "left": clock.left,
            "over": clock.over,
            "due": clock.due,
            "promised_due": clock.promised_due,
            "law": str(clock.law) if clock.law else None,
        }
        if clock
        else None,
        "forecast_before": effect.plan_before.finish,
        "forecast": effect.plan.finish,
        "provisional": effect.plan.is_provisional,
    }
