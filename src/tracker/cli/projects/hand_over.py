"""`tracker hand-over`: from a day on somebody else answers, and what is open is written down."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import typer

from tracker.cli.door import Door, asked_yes, say, show_json, show_table
from tracker.cli.options import mark
from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n import Words
from tracker.pictures.palette import TONES
from tracker.services.county import follow_ups, survey
from tracker.services.projects import hand_over, lookup
from tracker.services.projects.hand_over import HandOver, Load
from tracker.store import Session, reading, transaction
from tracker.store.assignments import ROLES


class UnknownRoleError(TrackerError):
    """A role that nobody has for a project."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, role: str) -> None:
        super().__init__(
            message("'{value}' is not possible for {name}.", value=role, name="--role"),
            remedy=message("Use one of: {known}.", known=", ".join(ROLES)),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    giver: str
    receiver: str | None
    role: str
    from_day: date | None
    only: tuple[str, ...]


def run(
    door: Door,
    asked: Asked,
    as_of: datetime | None,
    by: str | None,
    why: str | None,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Show what would pass and what is open of it; with a receiver, pass it on."""
    day, words = door.day(as_of), door.words
    with door.user_errors():
        if asked.role not in ROLES:
            raise UnknownRoleError(asked.role)
        with reading(door.engine) as session:
            found, loads = _found(session, door, asked, day)
            if asked.receiver is not None:
                hand_over.check(session, door.act(by, why), found)
            is_new = hand_over.is_new(session, found)
    if as_json:
        show_json(_data(found, loads, asked))
    else:
        _show(found, loads, asked, words)
    if asked.receiver is None:
        return
    if is_new:
        say(
            words.text(
                "warning: {name} has not answered for any project so far.", name=asked.receiver
            )
        )
    if not yes and not asked_yes(words.text("Hand them over?")):
        say(words.text("Nothing was written. Without a terminal, add --yes."))
        return
    with door.user_errors(), transaction(door.engine) as session:
        fresh, _ = _found(session, door, asked, day)
        hand_over.keep(session, door.act(by, why), fresh, known_by=day)
    say(
        words.text(
            "{count} projects pass from {giver} to {receiver} on {day}.",
            count=str(len(fresh.items)),
            giver=asked.giver,
            receiver=asked.receiver,
            day=fresh.from_day,
        )
    )


def _found(session: Session, door: Door, asked: Asked, day: date) -> tuple[HandOver, list[Load]]:
    sight = Sight.on(day)
    standings = survey.survey(session, door.catalog, sight)
    cases = follow_ups.open_on(session, standings, door.catalog, sight)
    only = [lookup.find(session, wanted, sight).project.id for wanted in asked.only]
    found = hand_over.prepare(
        standings,
        cases,
        role=asked.role,
        giver=asked.giver,
        receiver=asked.receiver or "",
        from_day=asked.from_day or day,
        only=only,
    )
    return found, hand_over.receivers(standings, asked.role, asked.giver)


def _show(found: HandOver, loads: list[Load], asked: Asked, words: Words) -> None:
    headings = [
        words.text(text)
        for text in (
            mark("No."),
            mark("Project"),
            mark("Light"),
            mark("Due"),
            mark("Forecast"),
            mark("Follow-up"),
        )
    ]
    rows = []
    for item in found.items:
        s, case = item.standing, item.case
        rows.append(
            (
                str(s.project.id),
                s.project.name,
                f"{TONES[s.light].mark} {words(s.light)}",
                words.short_day(s.plan.deadline),
                words.short_day(s.plan.finish),
                words.text("level {level}, answer by {due}", level=str(case.level), due=case.due)
                if case
                else "–",
            )
        )
    show_table(headings, rows)
    if asked.receiver is None:
        for load in loads:
            typer.echo(
                words.text(
                    "{name} answers for {before}, with these for {after}.",
                    name=load.name,
                    before=str(load.before),
                    after=str(load.after),
                )
            )


def _data(found: HandOver, loads: list[Load], asked: Asked) -> dict[str, Any]:
    return {
        "format": "tracker-hand-over/1",
        "role": found.role,
        "from": found.giver,
        "to": asked.receiver,
        "from_day": found.from_day,
        "open": [item.as_content() for item in found.items],
        "receivers": [{"name": x.name, "before": x.before, "after": x.after} for x in loads],
    }
