"""`tracker hand-over`: from a day on somebody else answers, and what is open is written down."""

from datetime import datetime
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, asked_yes, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By, Why, Yes, day_of
from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES
from tracker.services.county import follow_ups, survey
from tracker.services.projects import hand_over as service
from tracker.services.projects import lookup
from tracker.services.projects.hand_over import HandOver, Load
from tracker.store import Session, reading, transaction
from tracker.store.assignments import LEADER, ROLES, TASK_FORCE

_ROLES = {"领导": LEADER, "专班": TASK_FORCE}


class UnknownRoleError(TrackerError):
    """A role that nobody has for a project."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, role: str) -> None:
        super().__init__(
            message("'{value}' is not a valid value for {name}.", value=role, name="--role"),
            remedy=message("Use one of: {known}.", known=message("leader, task_force")),
        )


def hand_over(
    door: Door,
    giver: Annotated[str, typer.Argument(metavar=mark("FROM"), help=mark("who hands over"))],
    receiver: Annotated[
        str | None,
        typer.Argument(
            metavar=mark("TO"), help=mark("who receives; without: candidates, and what is open")
        ),
    ] = None,
    *,
    role: Annotated[
        str,
        typer.Option(
            metavar=mark("leader|task_force"), show_default=False, help=mark("in which role")
        ),
    ] = LEADER,
    from_day: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%d"],
            metavar=mark("DATE"),
            help=mark("first day (default: today)"),
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--project", metavar=mark("PROJECT"), help=mark("only this one; may be repeated")
        ),
    ] = None,
    why: Why = None,
    by: By = None,
    yes: Yes = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show what would pass and what is open of it; with a receiver, pass it on."""
    role = _ROLES.get(role, role)
    if role not in ROLES:
        raise UnknownRoleError(role)
    status_date, words = door.status_date(as_of), door.words

    def prepared(session: Session) -> tuple[HandOver, list[Load]]:
        sight = Sight.on(status_date)
        standings = survey.survey(session, door.catalog, sight)
        found = service.prepare(
            standings,
            follow_ups.open_on(session, standings, door.catalog, sight),
            role=role,
            giver=giver,
            receiver=receiver or "",
            from_day=day_of(from_day) or status_date,
            only=[lookup.find(session, wanted, sight).project.id for wanted in only or ()],
        )
        return found, service.receivers(standings, role, giver)

    with reading(door.engine) as session:
        found, loads = prepared(session)
        if receiver is not None:
            service.check(session, door.act(by, why), found)
        is_new = service.is_new(session, found)
    if as_json:
        show_json(_data(found, loads, receiver))
    else:
        _show(found, loads if receiver is None else [], words)
    if receiver is None:
        return
    if is_new:
        say(words.text("warning: {name} has not answered for any project so far.", name=receiver))
    if not yes and not asked_yes(words.text("Hand them over?")):
        say(words.text("Nothing was written. Without a terminal, add --yes."))
        return
    with transaction(door.engine) as session:
        fresh, _ = prepared(session)
        service.keep(session, door.act(by, why), fresh, known_by=status_date)
    say(
        words.text(
            "{count} projects are handed over from {giver} to {receiver} on {day}.",
            count=str(len(fresh.items)),
            giver=giver,
            receiver=receiver,
            day=fresh.from_day,
        )
    )


def _show(found: HandOver, candidates: list[Load], words: Words) -> None:
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
                words.text("level {level}, reply by {due}", level=str(case.level), due=case.due)
                if case
                else "–",
            )
        )
    show_table(headings, rows)
    for load in candidates:
        typer.echo(
            words.text(
                "{name} is now responsible for {before} projects, and for {after} after the"
                " handover.",
                name=load.name,
                before=str(load.before),
                after=str(load.after),
            )
        )


def _data(found: HandOver, loads: list[Load], receiver: str | None) -> dict[str, Any]:
    return {
        "format": "tracker-hand-over/1",
        "role": found.role,
        "from": found.giver,
        "to": receiver,
        "from_day": found.from_day,
        "open": [item.as_content() for item in found.items],
        "receivers": [{"name": x.name, "before": x.before, "after": x.after} for x in loads],
    }
