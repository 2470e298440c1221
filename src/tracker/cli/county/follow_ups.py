"""`tracker follow-ups`: the one-on-one cases, and what is said of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By, Wanted, Why
from tracker.core.flag import Standing
from tracker.core.follow_up import ActKind, Case, Climb, FollowUpAct
from tracker.core.model import Sight
from tracker.core.problems import message
from tracker.i18n.words import Words
from tracker.reports.cases import ask_words, level_words, office_words, state_words
from tracker.reports.slip import SlipKind, kind_words
from tracker.services.county import follow_ups as service
from tracker.services.county import slips as slip_service
from tracker.services.county import survey
from tracker.services.county.causes import cause_of
from tracker.services.installation.backup import Folders
from tracker.services.projects import evidence, lookup
from tracker.services.texts import day_in
from tracker.store import Session, reading, slips, transaction

Who = Annotated[
    str, typer.Option("--who", metavar=mark("WHO"), help=mark("the office that said so"))
]
Proofs = Annotated[
    list[Path] | None,
    typer.Option(
        "--file", metavar=mark("FILE"), exists=True, dir_okay=False, help=mark("a scan as evidence")
    ),
]
Said = Annotated[str, typer.Argument(metavar=mark("TEXT"), help=mark("what was said"))]


def list_open(
    door: Door,
    *,
    questions: Annotated[
        bool, typer.Option("--questions", help=mark("what is asked of undecided projects instead"))
    ] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the open follow-ups, the highest level first."""
    sight, words = Sight.on(door.status_date(as_of)), door.words
    with reading(door.engine) as session:
        standings = survey.survey(session, door.catalog, sight)
        found = service.open_on(session, standings, door.catalog, sight, questions=questions)
    by_id = {s.project.id: s for s in standings}
    cases = sorted(found, key=lambda case: (-case.level, case.due, case.opened_on))
    if as_json:
        rows = [_as_data(case, by_id[case.project], words) for case in cases]
        show_json(
            {"format": "tracker-follow-ups/1", "as_of": sight.status_date, "follow_ups": rows}
        )
    elif not cases:
        typer.echo(words.text("No follow-up is open."))
    else:
        headings = [
            words.text(text)
            for text in (
                mark("Project"),
                mark("Level"),
                mark("State"),
                mark("Office"),
                mark("Action required"),
                mark("Reply by"),
            )
        ]
        show_table(headings, [_row(case, by_id[case.project], words) for case in cases])


def _row(case: Case, standing: Standing, words: Words) -> tuple[str, ...]:
    return (
        standing.project.name,
        level_words(case, words),
        state_words(case, words),
        office_words(case, words),
        ask_words(case, standing, words),
        words.short_day(case.due),
    )


def show(door: Door, project: Wanted, *, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show the follow-ups of a project, closed ones too, with all that was said of them."""
    status_date, words = door.status_date(as_of), door.words
    with reading(door.engine) as session:
        record = lookup.find(session, project, Sight.on(status_date))
        standing = lookup.look_at(record, door.catalog, status_date).standing
        cases = service.every_on(session, [standing], door.catalog, Sight.on(status_date))
    if as_json:
        rows = [_as_data(case, standing, words) for case in cases]
        show_json({"format": "tracker-follow-ups/1", "as_of": status_date, "follow_ups": rows})
        return
    if not cases:
        say(words.text("There is no follow-up of {project}.", project=standing.project.name))
    for case in cases:
        level, state = level_words(case, words), state_words(case, words)
        typer.echo(f"{standing.project.name}  {level}  {state}")
        typer.echo(ask_words(case, standing, words))
        rows_ = [_said(act, words) for act in case.follow_up.acts]
        opened = (words(case.opened_on), words.text("opened"), "", "", "")
        headings = (mark("Date"), mark("Event"), mark("By"), mark("Until"), mark("Text"))
        show_table([words.text(heading) for heading in headings], [opened, *rows_])


def _said(act: FollowUpAct, words: Words) -> tuple[str, ...]:
    until = words(act.until) if act.until else ""
    text = (
        words.text("level {level}: {why}", level=str(act.level), why=Climb(act.text))
        if act.level
        else act.text
    )
    names = tuple(file.name for file in act.files)
    named = words.text("files: {names}", names=names) if names else ""
    return (words(act.day), words(act.kind), act.who, until, "\n".join(filter(None, (text, named))))


def take_up(door: Door, project: Wanted, *, by: By = None, as_of: AsOf = None) -> None:
    """Accept a follow-up: whoever does it answers for it from now on."""
    _say(
        door,
        project,
        lambda day, by_: FollowUpAct(kind=ActKind.TAKEN_UP, day=day, who=by_),
        by,
        as_of,
    )


def contact(
    door: Door,
    project: Wanted,
    text: Said,
    *,
    who: Who,
    file: Proofs = None,
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Note that somebody was spoken to, and what was said."""
    _say(
        door,
        project,
        lambda day, _: FollowUpAct(kind=ActKind.CONTACTED, day=day, who=who, text=text),
        by,
        as_of,
        file,
    )


def promise(
    door: Door,
    project: Wanted,
    until: Annotated[str, typer.Argument(metavar=mark("DATE"), help=mark("the last day"))],
    *,
    who: Who,
    text: Annotated[str, typer.Option("--text", help=mark("what is promised"))] = "",
    file: Proofs = None,
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Note a promise: who gives it, and until which day."""
    last = day_in(until, message("Promised until"))
    _say(
        door,
        project,
        lambda day, _: FollowUpAct(kind=ActKind.PROMISED, day=day, who=who, text=text, until=last),
        by,
        as_of,
        file,
    )


def close(
    door: Door, project: Wanted, *, by: By = None, why: Why = None, as_of: AsOf = None
) -> None:
    """Close a follow-up whose days are recovered; else only with a reason, which is printed."""
    status_date, words = door.status_date(as_of), door.words
    with transaction(door.engine) as session:
        standing, case = _open(session, door, project, status_date)
        act = door.act(by, why)
        service.close(session, act, standing, case, status_date, act.by)
    say(words.text("The follow-up of {project} is closed.", project=standing.project.name))


def _say(
    door: Door,
    project: str,
    said: Callable[[date, str], FollowUpAct],
    by: str | None,
    as_of: datetime | None,
    files: Sequence[Path] | None = None,
) -> None:
    status_date, words = door.status_date(as_of), door.words
    scans = [(path.name, path.read_bytes()) for path in files or ()]
    with (
        evidence.staged(door.setting.evidence, scans) as proofs,
        transaction(door.engine) as session,
    ):
        standing, case = _open(session, door, project, status_date)
        act = door.act(by)
        told = replace(said(status_date, act.by), files=proofs.attachments)
        service.say(session, act, standing, case, told)
        proofs.put()
        (now,) = [
            each
            for each in service.every_on(session, [standing], door.catalog, Sight.on(status_date))
            if each.follow_up.number == case.follow_up.number
        ]
    say(f"{standing.project.name}  {level_words(now, words)}  {state_words(now, words)}")


def _open(session: Session, door: Door, project: str, day: date) -> tuple[Standing, Case]:
    """Return a project and its open follow-up. Raises NoCaseError."""
    record = lookup.find(session, project, Sight.on(day))
    standing = lookup.look_at(record, door.catalog, day).standing
    sight = Sight.on(day)
    cases = service.open_on(session, [standing], door.catalog, sight)
    cases = cases or service.open_on(session, [standing], door.catalog, sight, questions=True)
    if not cases:
        raise service.NoCaseError(standing.project.name)
    return standing, cases[-1]


def _as_data(case: Case, standing: Standing, words: Words) -> Mapping[str, Any]:
    return {
        "project": standing.project.name,
        "question": case.follow_up.is_question,
        "step": case.step,
        "office": case.office,
        "state": case.state,
        "level": case.level,
        "climbed_by": case.climb,
        "kind": case.kind,
        "days": case.days,
        "opened_on": case.opened_on,
        "due": case.due,
        "promised_until": case.promise.until if case.promise else None,
        "promises": [
            {
                "by": promise.act.who,
                "given_on": promise.act.day,
                "until": promise.act.until,
                "outcome": promise.outcome,
                "on": promise.day,
            }
            for promise in case.promises
        ],
        "ask": ask_words(case, standing, words),
        "acts": [
            {
                "kind": act.kind,
                "day": act.day,
                "who": act.who,
                "text": act.text,
                "until": act.until,
                "level": act.level,
                "files": [{"name": f.name, "sha256": f.sha256, "size": f.size} for f in act.files],
            }
            for act in case.follow_up.acts
        ],
    }


def slip(
    door: Door,
    project: Annotated[
        str | None, typer.Argument(metavar=mark("PROJECT"), help=mark("code, number or name"))
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help=mark("of every open follow-up that has none at its level"))
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help=mark("those that were issued"))] = False,
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Issue the slip of a follow-up at its level as a numbered Word file, or list them."""
    words, status_date = door.words, door.status_date(as_of)
    if listed or (project is None and not every):
        _list_slips(door)
        return
    sight, folder = Sight.on(status_date), Folders.under(door.setting.data).slips
    with transaction(door.engine) as session:
        if project:
            standing, case = _open(session, door, project, status_date)
            known = slip_service.slip_of(slips.every(session), case)
            if known:  # it was issued: another number would be another order
                typer.echo(str(folder / known.file))
                return
            found = [(standing, case)]
        else:
            standings = survey.survey(session, door.catalog, sight)
            by_id = {each.project.id: each for each in standings}
            issued = slips.every(session)
            cases = service.open_on(session, standings, door.catalog, sight)
            found = [(by_id[c.project], c) for c in cases if not slip_service.slip_of(issued, c)]
        for standing, case in found:
            record = lookup.by_number(session, standing.project.id, sight)
            assert record is not None
            view = lookup.look_at(record, door.catalog, status_date)
            made = slip_service.issue(
                session,
                door.act(by),
                case,
                standing,
                cause_of(session, view, door.catalog, sight),
                folder=folder,
                words=words,
                working_days=door.catalog.working_days,
            )
            typer.echo(str(folder / made.file))
    if not found:
        typer.echo(words.text("Every open follow-up has its slip."))


def _list_slips(door: Door) -> None:
    words = door.words
    with reading(door.engine) as session:
        found = slips.every(session)
    if not found:
        typer.echo(words.text("No slip was issued yet."))
        return
    headings = (words.text("Slip"), words.text("Date"), words.text("Reply by"), words.text("File"))
    show_table(
        headings,
        [
            (
                words.text(
                    "{kind} [{year}] No. {number}",
                    kind=kind_words(SlipKind(each.kind), words),
                    year=str(each.year),
                    number=each.number,
                ),
                words.short_day(each.day),
                words.short_day(each.due),
                each.file,
            )
            for each in found
        ],
    )
