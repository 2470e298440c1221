"""`tracker run-due`: nights, backups and reports that are due, for whatever timer there is."""

from collections.abc import Sequence

import typer

from tracker import clock
from tracker.cli.door import FINDINGS, Door, say, show_json
from tracker.cli.installation.notices import office_of, sent_data, sent_words
from tracker.cli.options import AsJson
from tracker.core.problems import TrackerError
from tracker.i18n.words import Words
from tracker.services.installation import timetable
from tracker.services.installation.backup import Folders
from tracker.services.installation.jobs import BACKUP, NIGHTLY, WEEKLY
from tracker.services.installation.sending import Sent
from tracker.services.installation.timetable import Outcome, Ran
from tracker.store import reading


def run_due(door: Door, *, as_json: AsJson = False) -> None:
    """Do what is due and not done, the oldest first; exit 1 where something failed."""
    words, zone = door.words, door.setting.timezone
    with reading(door.engine) as session:
        found = timetable.outstanding(session, door.catalog, clock.local(zone))
    if found.too_old:
        say(
            words.text(
                "{count} weekly reports are more than a year old and are not made up.",
                count=found.too_old,
            )
        )
    rounds = timetable.Rounds(
        engine=door.engine,
        catalog=door.catalog,
        words=words,
        folders=Folders.under(door.setting.data),
        backups=door.setting.backups,
        clock=lambda: clock.local(zone),
    )
    done = []
    for ran in rounds.run(*timetable.ALL):
        done.append(ran)
        if not as_json:
            typer.echo(_line(ran, words))
    sent = office_of(door).deliver(clock.local(zone))
    if as_json:
        show_json(
            {
                "format": "tracker-due/1",
                "ran": [_data(ran, words) for ran in done],
                "sent": [sent_data(each) for each in sent],
                "too_old": found.too_old,
            }
        )
    else:
        _show_sent(sent, words, is_all=not done)
    if any(ran.outcome is Outcome.FAILED for ran in done) or any(each.fault for each in sent):
        raise typer.Exit(FINDINGS)


def _show_sent(sent: Sequence[Sent], words: Words, *, is_all: bool) -> None:
    for each in sent:
        typer.echo(sent_words(each, words))
    if is_all and not sent:
        typer.echo(words.text("Nothing is due."))


def _line(ran: Ran, words: Words) -> str:
    period = str(ran.due.week) if ran.due.week else words.day(ran.due.since.date())
    jobs = {
        NIGHTLY: words.text("nightly review of {period}", period=period),
        BACKUP: words.text("backup of {period}", period=period),
        WEEKLY: words.text("weekly report of {period}", period=period),
    }
    outcomes = {
        Outcome.DONE: words.text("done"),
        Outcome.ELSEWHERE: words.text("under way elsewhere"),
        Outcome.FAILED: _fault(ran, words),
    }
    return words.text("{job}: {outcome}", job=jobs[ran.due.kind], outcome=outcomes[ran.outcome])


def _fault(ran: Ran, words: Words) -> str:
    fault = ran.fault
    if fault is None:
        return ""
    said = words(fault.what) if isinstance(fault, TrackerError) else str(fault)
    return words.text("failed: {fault}", fault=said)


def _data(ran: Ran, words: Words) -> dict[str, object]:
    return {
        "job": ran.due.kind,
        "period": ran.due.period,
        "outcome": ran.outcome,
        "fault": _fault(ran, words) or None,
        "result": ran.result,
    }
