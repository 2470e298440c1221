"""`tracker assignments`: who answers for what."""

from typing import Annotated

import typer

from tracker.cli.door import FINDINGS, Door, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf
from tracker.core.assign import GAP_WORDS, findings
from tracker.core.model import Sight
from tracker.store import projects, reading


def assignments(
    door: Door,
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help=mark("list only violations; exit 1 if there are any")),
    ] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List each project with its leader and task force, or only what is missing."""
    status_date, words = door.status_date(as_of), door.words
    with reading(door.engine) as session:
        known = [record.project for record in projects.load(session, Sight.on(status_date))]
    found = findings(known)
    if as_json:
        rows = [
            {
                "project": p.name,
                "leader": p.leader,
                "candidates": p.leader_candidates,
                "task_force": p.task_force,
                "deadline": p.deadline,
                "findings": [str(f.gap) for f in found if f.project is p],
            }
            for p in known
            if not check or any(f.project is p for f in found)
        ]
        show_json({"format": "tracker-assignments/1", "as_of": status_date, "assignments": rows})
    elif check:
        for finding in found:
            typer.echo(f"{finding.project.name}: {words(GAP_WORDS[finding.gap])}")
        if not found:
            typer.echo(words.text("Every project has one leader, one task force and one plan."))
    else:
        headings = (
            words.text("Project"),
            words.text("Leader"),
            words.text("Task force"),
            words.text("Due"),
        )
        show_table(
            headings,
            [
                (p.name, p.leader or "–", p.task_force or "–", words.short_day(p.deadline))
                for p in known
            ],
        )
    if check and found:
        raise typer.Exit(FINDINGS)
