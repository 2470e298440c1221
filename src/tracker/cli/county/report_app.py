"""The commands about weekly reports and follow-ups, and their options."""

from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.options import AsJson, AsOf, By, mark

report = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help=mark("The weekly delay report.")
)
follow_ups = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help=mark("One-on-one cases.")
)


@follow_ups.command("list", help=mark("List the open cases, the oldest first."))
def list_follow_ups(context: typer.Context, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List the cases."""
    from tracker.cli.county import assignments

    assignments.list_cases(context.obj, as_of, as_json=as_json)


@report.command("weekly", help=mark("Write the weekly delay report: .docx, .pdf, .xlsx and .txt."))
def report_weekly(
    context: typer.Context,
    week: Annotated[
        str | None, typer.Option(metavar="2025-W25", help=mark("another week's report"))
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help=mark("another folder for the files"))
    ] = None,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Write a report."""
    from tracker.cli.county import reports

    reports.run(context.obj, week, out, as_of, by, as_json=as_json)


@report.command(
    "again",
    help=mark("Make a report again from the record as it stood then; exit 1 if it differs."),
)
def report_again(
    context: typer.Context,
    week: Annotated[str, typer.Argument(metavar="2025-W25", help=mark("week of the report"))],
    issue: Annotated[
        int | None, typer.Option(min=1, metavar="N", help=mark("which issue (default: the newest)"))
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help=mark("write the files there"))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a report again."""
    from tracker.cli.county import reports

    reports.again(context.obj, week, issue, out, as_json=as_json)


@report.command("list", help=mark("List the reports that were made."))
def report_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the reports."""
    from tracker.cli.county import reports

    reports.list_reports(context.obj, as_json=as_json)
