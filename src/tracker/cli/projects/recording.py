"""`tracker record`: one event of one step; what it will move is shown first."""

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, say, show_json
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By, DryRun, Wanted, Yes
from tracker.core.clocks import Case
from tracker.core.events import Event, Sight
from tracker.core.law import Duration
from tracker.core.problems import message
from tracker.i18n.words import Words
from tracker.services.county import follow_ups
from tracker.services.projects import evidence, lookup, recording
from tracker.services.projects.recording import Effect
from tracker.services.projects.typed_event import TypedEvent
from tracker.store import Session, reading, transaction
from tracker.store.projects import Record


def record(
    door: Door,
    project: Wanted,
    step: Annotated[str, typer.Argument(metavar=mark("STEP"), help=mark("name or id of the step"))],
    event: Annotated[
        str,
        typer.Argument(metavar=mark("EVENT"), help=mark("lodged, accepted, stopped, granted, ...")),
    ],
    day: Annotated[
        datetime | None,
        typer.Argument(
            formats=["%Y-%m-%d"],
            metavar=mark("DATE"),
            help=mark("when it happened (default: today)"),
        ),
    ] = None,
    *,
    reason: Annotated[
        str | None,
        typer.Option(
            metavar=mark("TEXT"),
            help=mark("reason code (S5, D08) with an explanation, or an explanation alone"),
        ),
    ] = None,
    number: Annotated[
        str | None, typer.Option(metavar=mark("NO"), help=mark("number of the paper or notice"))
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar=mark("DATE"),
            help=mark("date promised for the release, or for the clock to resume"),
        ),
    ] = None,
    add: Annotated[
        str | None,
        typer.Option(metavar=mark("'10 wd'"), help=mark("days that an extension adds")),
    ] = None,
    approver: Annotated[
        str | None, typer.Option(metavar=mark("WHO"), help=mark("who approved an extension"))
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            metavar=mark("FILE"), exists=True, dir_okay=False, help=mark("a scan as evidence")
        ),
    ] = None,
    corrects: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help=mark("number of the event that this one replaces; EVENT 'retracted' deletes it"),
        ),
    ] = None,
    why: Annotated[
        str | None, typer.Option(metavar=mark("TEXT"), help=mark("reason of a correction"))
    ] = None,
    by: By = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Check an event, show what it moves, and store it."""
    today, words = door.status_date(as_of), door.words
    typed = TypedEvent(
        step=step,
        kind=event,
        day=_text(day),
        reason=reason or "",
        document=number or "",
        until=_text(until),
        add=add or "",
        approver=approver or "",
        corrects=corrects,
        why=why or "",
    )

    def prepared(session: Session) -> tuple[Record, Event, Effect]:
        record = lookup.find(session, project, Sight.on(today))
        found = replace(typed, step=lookup.step_id(record, door.catalog, today, step)).read(today)
        effect = recording.effect_of(session, record, door.catalog, found, today)
        return record, found, effect

    asks = sys.stdin.isatty() and not (yes or as_json or dry_run)
    stored = None
    if asks or dry_run:  # nobody else waits while a person reads
        with reading(door.engine) as session:
            effect = prepared(session)[2]
    if asks:
        show(effect, words)
        if not typer.confirm(words.text("Record it?"), err=True):
            return
    if not dry_run:
        scans = [(path.name, path.read_bytes()) for path in file or ()]
        with (
            evidence.staged(door.setting.evidence, scans) as proofs,
            transaction(door.engine) as session,
        ):
            record, found, effect = prepared(session)
            act = door.act(by, why)
            stored = recording.keep(session, act, record, found, effect, proofs.attachments)
            follow_ups.review_project(session, act, record.project.id, door.catalog, today)
            proofs.put()
    if as_json:  # said once it is kept
        show_json({**_data(effect), "written": not dry_run, "number": stored})
    else:
        _show_kept(None if asks else effect, stored, words)


def _text(day: datetime | None) -> str:
    return day.date().isoformat() if day else ""


def _show_kept(effect: Effect | None, number: int | None, words: Words) -> None:
    if effect:
        show(effect, words)
    if number:
        say(words.text("Recorded as event {number}.", number=str(number)))


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
                "The forecast changes from {before} to {after}.",
                before=words(before) if before else words.text("open"),
                after=words(after) if after else words.text("done"),
            )
        )


_LEFT = message("; {clock}: {left} of {limit} left, due {due} ({law})")
_OVER = message("; {clock}: the limit of {limit} ended on {due}, {over} ago ({law})")


def clock_words(case: Case, words: Words) -> str:
    """Return who holds a case, and what its clock has left."""
    held = words.text("{holder} holds it", holder=case.holder)
    clock = case.clock
    if clock is None:
        return held
    if clock.due is None:
        return held + words.text("; the clock is stopped")
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
        words.text("; deemed accepted from {day} (no correction notice)", day=case.lodged)
        if case.deemed
        else ""
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
