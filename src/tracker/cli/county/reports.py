"""`tracker report`: write the weekly report, list what was written."""

from pathlib import Path
from typing import Annotated

import typer

from tracker import clock
from tracker.cli.door import FINDINGS, Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By
from tracker.core.digest import Compared, Figure, compared
from tracker.core.flag import Light
from tracker.core.model import Duration
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.weeks import Week
from tracker.i18n.words import Words
from tracker.services.county import follow_ups, weekly_report
from tracker.services.county.weekly_report import SCOPE
from tracker.services.files import write_whole
from tracker.store import reading, records, transaction


class BadWeekError(TrackerError):
    """A week that is not written 2025-W25, or does not exist."""

    code = "bad_week"
    kind = ErrorKind.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            message("'{text}' is not a week.", text=text),
            remedy=message("Write it as 2025-W25."),
        )


Folder = Annotated[
    Path | None,
    typer.Option("--out", metavar=mark("FOLDER"), help=mark("write the files there as well")),
]


def weekly(
    door: Door,
    *,
    week: Annotated[
        str | None, typer.Option(metavar="2025-W25", help=mark("another week's report"))
    ] = None,
    out: Folder = None,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a week; of the day's own week unless another is named."""
    words = door.words
    status_date = door.status_date(as_of)
    wanted = _week(week) if week else Week.of(status_date)
    if wanted != Week.of(status_date):
        status_date = wanted.report_day(door.catalog.working_days)
    seen = None
    if status_date <= door.status_date(None):
        with transaction(door.engine) as session:
            seen = follow_ups.review_county(session, door.act(by), door.catalog, status_date)
    with reading(door.engine) as session:
        prepared = weekly_report.prepare(
            session,
            door.catalog,
            words,
            week=wanted,
            status_date=status_date,
            now=clock.local(door.setting.timezone),
            seen=seen,
        )
    with (
        weekly_report.staged(prepared, door.setting.reports) as staged,
        transaction(door.engine) as session,
    ):
        weekly_report.keep(session, door.act(by), prepared)
        paths = staged.put()
    if out:  # the record's own files stay where backups look for them
        paths = [out / prepared.stored.folder / path.name for path in paths]
        for path in paths:
            write_whole(path, prepared.files[path.name])
    if as_json:
        stored = prepared.stored
        show_json(
            {
                "format": "tracker-report/1",
                "week": stored.week,
                "issue": stored.issue,
                "as_of": stored.as_of,
                "draft": stored.is_draft,
                "late": stored.is_late,
                "fingerprint": stored.fingerprint,
                "lights": {str(k): v for k, v in prepared.digest.by_light.items()},
                "files": [str(path) for path in paths],
            }
        )
        return
    if prepared.stored.is_draft:
        closes = wanted.report_day(door.catalog.working_days)
        say(words.text("This is a draft: the week closes on {day} at 15:00.", day=closes))
    for path in paths:
        typer.echo(str(path))


def again(
    door: Door,
    week: Annotated[str, typer.Argument(metavar="2025-W25", help=mark("week of the report"))],
    *,
    issue: Annotated[
        int | None, typer.Option(min=1, metavar="N", help=mark("which issue (default: the newest)"))
    ] = None,
    out: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Make a report again, compare its files with those that were made, and write them if asked."""
    words = door.words
    wanted = _week(week)
    with reading(door.engine) as session:
        stored = weekly_report.find(session, wanted, issue)
        made = weekly_report.make_again(session, door.setting.procedures, words, stored)
    paths = [out / name for name in made.files] if out else []
    for path in paths:
        write_whole(path, made.files[path.name])
    if as_json:
        show_json(
            {
                "format": "tracker-report-again/1",
                "week": stored.week,
                "issue": stored.issue,
                "entries": stored.through,
                "differing": list(made.differing),
                "files": [str(path) for path in paths],
            }
        )
    else:
        for path in paths:
            typer.echo(str(path))
        if made.differing:
            names = ", ".join(made.differing)
            say(words.text("These files differ from those that were made: {names}.", names=names))
        else:
            say(
                words.text(
                    "Issue {issue} of {week} was generated again from the first {count} entries;"
                    " all files are identical to the original.",
                    issue=str(stored.issue),
                    week=stored.week,
                    count=str(stored.through),
                )
            )
    if made.differing:
        raise typer.Exit(FINDINGS)


def compare(
    door: Door,
    first: Annotated[str, typer.Argument(metavar="2025-W24", help=mark("the earlier week"))],
    second: Annotated[str, typer.Argument(metavar="2025-W25", help=mark("the later week"))],
    *,
    as_json: AsJson = False,
) -> None:
    """Compare two reports as they were made: whose light or days differ."""
    words = door.words
    with reading(door.engine) as session:
        earlier, later = sorted((_week(first), _week(second)))
        one = weekly_report.find(session, earlier, None)
        other = weekly_report.find(session, later, None)
    found = compared(one.figures, other.figures)
    if as_json:
        rows = [
            {
                "project": each.name,
                "light_before": each.before.light if each.before else None,
                "light_after": each.after.light if each.after else None,
                "days_late_before": each.before.days_late if each.before else None,
                "days_late_after": each.after.days_late if each.after else None,
            }
            for each in found
        ]
        show_json(
            {
                "format": "tracker-report-compare/1",
                "first": {"week": one.week, "issue": one.issue, "fingerprint": one.fingerprint},
                "second": {
                    "week": other.week,
                    "issue": other.issue,
                    "fingerprint": other.fingerprint,
                },
                "projects": rows,
            }
        )
        return
    if not found:
        typer.echo(words.text("Both reports say the same of every project."))
        return
    headings = (words.text("Project"), one.week, other.week, words.text("Change"))
    show_table(headings, [_compared_row(each, words) for each in found])


def _compared_row(each: Compared, words: Words) -> tuple[str, ...]:
    def said(figure: Figure | None) -> str:
        if figure is None:
            return "–"
        light = words(Light(figure.light))
        late = Duration(figure.days_late)
        return words.text("{light}, {days} late", light=light, days=late) if late.days else light

    if each.days > 0:
        moved = words.text("{days} later", days=Duration(each.days))
    elif each.days < 0:
        moved = words.text("{days} earlier", days=Duration(-each.days))
    else:
        moved = "–"
    return each.name, said(each.before), said(each.after), moved


def _week(text: str) -> Week:
    try:
        return Week.parse(text)
    except ValueError:
        raise BadWeekError(text) from None


def list_reports(door: Door, *, as_json: AsJson = False) -> None:
    """List the reports, the newest first."""
    words = door.words
    with reading(door.engine) as session:
        found = records.reports(session, SCOPE)
    if as_json:
        rows = [
            {
                "week": r.week,
                "issue": r.issue,
                "as_of": r.as_of,
                "draft": r.is_draft,
                "late": r.is_late,
                "fingerprint": r.fingerprint,
                "files": dict(r.files),
            }
            for r in found
        ]
        show_json({"format": "tracker-reports/1", "reports": rows})
    elif found:
        headings = (
            words.text("Week"),
            words.text("Issue"),
            words.text("As of"),
            words.text("Digest"),
        )
        show_table(
            headings,
            [(r.week, str(r.issue), words.short_day(r.as_of), r.fingerprint[:16]) for r in found],
        )
    else:
        typer.echo(words.text("No report was made yet."))
