"""`tracker flags`: what is late or about to be, worst first."""

from collections.abc import Sequence
from typing import Annotated

import typer

from tracker.cli.door import FINDINGS, Door, show_json
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, Known
from tracker.cli.questions import span_as_data
from tracker.core.digest import led_by
from tracker.core.flag import LATE_LIGHTS, Flag, Standing
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES
from tracker.services.county import survey
from tracker.store import reading


class NoSuchLeaderError(TrackerError):
    """No project is led by anybody called so."""

    code = "no_such_leader"
    kind = ErrorKind.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            message("No project has a leader called '{name}'.", name=name),
            remedy=message("Look at the list of leaders: tracker assignments."),
        )


def flags(
    door: Door,
    leader: Annotated[
        str | None, typer.Option(metavar=mark("NAME"), help=mark("only this leader's projects"))
    ] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help=mark("exit 1 if anything is late"))
    ] = False,
    as_of: AsOf = None,
    known: Known = None,
    as_json: AsJson = False,
) -> None:
    """List the flags."""
    with reading(door.engine) as session:
        sight = door.sight(as_of, known)
        standings = survey.survey(session, door.catalog, sight)
        found = standings if leader is None else led_by(standings, leader)
        if leader is not None and not found:
            raise NoSuchLeaderError(leader)
    if as_json:
        show_json(
            {
                "format": "tracker-flags/1",
                "as_of": sight.status_date,
                "known_by": sight.known_by,
                "flags": [as_data(s, flag, door.words) for s in found for flag in s.flags],
            }
        )
    else:
        show(found, door.words)
    if check and any(s.light in LATE_LIGHTS for s in found):
        raise typer.Exit(FINDINGS)


def show(standings: Sequence[Standing], words: Words) -> None:
    """Print one block a project, one sentence a flag."""
    flagged = [s for s in standings if s.flags]
    if not standings:
        typer.echo(words.text("No project is recorded."))
    elif not flagged:
        typer.echo(words.text("Nothing is late."))
    for standing in flagged:
        head = f"{TONES[standing.light].mark} {standing.project.name}"
        typer.echo(f"{head}  [{words(standing.light)}]  {standing.project.leader or ''}".rstrip())
        for flag in standing.flags:
            typer.echo(f"    {words(flag.sentence)}")


def as_data(standing: Standing, flag: Flag, words: Words) -> dict[str, object]:
    """Return a flag as `tracker-flags/1`; `project_light` is the light of the whole project."""
    return {
        "project": standing.project.name,
        "project_light": standing.light,
        "step": flag.step.id if flag.step else None,
        "kind": flag.kind,
        "light": flag.light,
        "working_days": flag.working_days,
        "sentence": words(flag.sentence),
        "leader": standing.project.leader,
        "office": words(flag.step.office) if flag.step else None,
        "rule": words(flag.rule),
        "span": span_as_data(standing.plan),
    }
