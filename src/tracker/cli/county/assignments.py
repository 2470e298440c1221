"""`tracker assignments` and `tracker follow-ups`: who answers for what."""

from datetime import datetime

import typer

from tracker.cli.door import FINDINGS, Door, show_json, show_table
from tracker.core.assign import GAP_WORDS, findings
from tracker.core.model import Sight
from tracker.reports.sections import ask_words, level_words, office_words
from tracker.services.county import follow_ups, survey
from tracker.store import projects, reading


def run(door: Door, as_of: datetime | None, *, check: bool, as_json: bool) -> None:
    """List each project with its leader and task force, or only what is missing."""
    day, words = door.day(as_of), door.words
    with door.user_errors(), reading(door.engine) as session:
        known = [record.project for record in projects.load(session, Sight.on(day))]
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
        show_json({"format": "tracker-assignments/1", "as_of": day, "assignments": rows})
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


def list_cases(door: Door, as_of: datetime | None, *, as_json: bool) -> None:
    """List the open follow-ups."""
    day, words = door.day(as_of), door.words
    with door.user_errors(), reading(door.engine) as session:
        standings = survey.survey(session, door.catalog, Sight.on(day))
        cases = follow_ups.open_on(session, standings, door.catalog, Sight.on(day))
    by_id = {s.project.id: s for s in standings}
    if as_json:
        rows = [
            {
                "project": by_id[c.project].project.name,
                "step": c.step,
                "office": c.office,
                "level": c.level,
                "kind": c.kind,
                "opened_on": c.opened_on,
                "due": c.due,
                "ask": ask_words(c, by_id[c.project], words),
            }
            for c in cases
        ]
        show_json({"format": "tracker-follow-ups/1", "as_of": day, "follow_ups": rows})
        return
    if not cases:
        typer.echo(words.text("No case is open."))
        return
    headings = (
        words.text("Project"),
        words.text("Level"),
        words.text("Office"),
        words.text("What is asked"),
        words.text("Answer by"),
    )
    show_table(
        headings,
        [
            (
                by_id[c.project].project.name,
                level_words(c.level, words),
                office_words(c, by_id[c.project], words),
                ask_words(c, by_id[c.project], words),
                words.short_day(c.due),
            )
            for c in cases
        ],
    )
