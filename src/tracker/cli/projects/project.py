"""`tracker project`: projects by hand."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By, Known, Wanted, Why
from tracker.core.fields import FIELDS, STATE_FIELDS
from tracker.core.model import Project, ProjectState, Sight
from tracker.core.plan.variance import Baseline
from tracker.i18n.fields import Names, field_words, value_words
from tracker.pictures.palette import TONES
from tracker.services.county import follow_ups, plans
from tracker.services.projects import editing, lookup
from tracker.store import baselines, events, projects, reading, transaction
from tracker.store.events import Evidence, Told

Fields = Annotated[
    list[str],
    typer.Argument(
        metavar=mark("FIELD=VALUE..."),
        help=mark("name, procedure, target, deadline, location, ...; FIELD= empties one"),
    ),
]
Reason = Annotated[
    str, typer.Option("--why", metavar=mark("TEXT"), help=mark("reason, kept on record"))
]


def list_all(
    door: Door,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help=mark("archived projects as well"))
    ] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the projects, worst first, and then those that are closed."""
    sight, words = door.sight(as_of), door.words
    with reading(door.engine) as session:
        found = plans.summaries(session, door.catalog, sight)
        known = projects.load(session, sight) if everything else []
    closed = [r.project for r in known if r.project.state is ProjectState.ARCHIVED]
    if as_json:
        rows = [
            {
                **_data(s.project),
                "light": s.light,
                "forecast": s.finish,
                "late_steps": s.late_steps,
                "float": s.least_float,
            }
            for s in found
        ]
        rows += [{**_data(p), "light": None, "forecast": None} for p in closed]
        show_json({"format": "tracker-projects/1", "as_of": sight.status_date, "projects": rows})
        return
    if not found and not closed:
        typer.echo(words.text("There is no project yet: import a ledger, or add one by hand."))
        return
    headings = [
        words.text(text)
        for text in (
            mark("No."),
            mark("Project"),
            mark("Light"),
            mark("Due"),
            mark("Forecast"),
            mark("Leader"),
            mark("Task force"),
        )
    ]
    rows_ = [
        (
            str(s.project.id),
            s.project.name,
            f"{TONES[s.light].mark} {words(s.light)}",
            words.short_day(s.project.deadline),
            words.short_day(s.finish),
            s.project.leader or "–",
            s.project.task_force or "–",
        )
        for s in found
    ]
    rows_ += [
        (str(p.id), p.name, words(p.state), words.short_day(p.deadline), "–", p.leader or "–", "–")
        for p in closed
    ]
    show_table(headings, rows_)


def show(
    door: Door,
    project: Wanted,
    *,
    as_of: AsOf = None,
    known: Known = None,
    as_json: AsJson = False,
) -> None:
    """Show a project with everything that was recorded of it, as seen from a day."""
    with reading(door.engine) as session:
        sight = door.sight(as_of, known)
        record = lookup.find(session, project, sight)
        number = record.project.id
        told = [t for t in events.history(session, number) if t.event.known_by <= sight.known_by]
        proofs = events.evidence(session, number)
        agreed = baselines.of_project(session, number, sight)
    standing = {event.id for event in record.events}
    if as_json:
        show_json(
            {
                "format": "tracker-project/1",
                "as_of": sight.status_date,
                "known_by": sight.known_by,
                **_data(record.project),
                "facts": dict(record.project.facts),
                "updated_on": record.project.updated_on,
                "events": [_event(each, standing, proofs) for each in told],
                "baselines": [_baseline(each) for each in agreed],
            }
        )
    else:
        names = door.names(sight.status_date)
        _print(door, names, record.project, told, standing, proofs, agreed)


def _print(
    door: Door,
    names: Names,
    project: Project,
    told: Sequence[Told],
    standing: set[int],
    proofs: Sequence[Evidence],
    agreed: Sequence[Baseline],
) -> None:
    words = door.words
    typer.echo(f"{project.id}  {project.name}  [{words(project.state)}]")
    for field in FIELDS.values():
        value = getattr(project, field.name)
        if value is not None and field.name != "name":
            is_day = isinstance(value, date)
            shown = words(value) if is_day else value_words(field.name, value, words, names)
            typer.echo(f"  {words(field.label)}: {shown}")
    if project.state_why:
        until = words(project.resume_on) if project.resume_on else "–"
        typer.echo(words.text("  until {until}: {why}", until=until, why=project.state_why))
    for plan in agreed:
        typer.echo(
            words.text(
                "  Baseline {number} of {day}: {finish} ({reason} {decision})",
                number=str(plan.number),
                day=plan.agreed_on,
                finish=plan.finish,
                reason=plan.reason,
                decision=plan.decision or "",
            )
        )
    if not told:
        typer.echo(words.text("Nothing is recorded of its steps yet."))
        return
    headings = [
        words.text(text)
        for text in (
            mark("No."),
            mark("Step"),
            mark("Event"),
            mark("Day"),
            mark("Known since"),
            mark("Document"),
            mark("Recorded by"),
            mark("Files"),
            mark("Valid"),
        )
    ]
    rows = []
    for each in told:
        event = each.event
        files = sum(file.event == event.id for file in proofs)
        stands = "√" if event.id in standing else words.text("corrected")
        if event.corrects:
            stands += words.text(
                " (for {number}: {why})", number=str(event.corrects), why=event.why
            )
        rows.append(
            (
                str(event.id),
                words(names.step(event.step)),
                words(event.kind),
                words.short_day(event.day),
                words.short_day(event.known_by),
                event.document or "–",
                each.by,
                str(files or "–"),
                stands,
            )
        )
    show_table(headings, rows)


def add(door: Door, fields: Fields, *, by: By = None, why: Why = None, as_of: AsOf = None) -> None:
    """Add a project."""
    status_date = door.status_date(as_of)
    said = editing.pairs_of(text.partition("=") for text in fields)
    after = editing.edited(editing.BLANK, {"name": "", **said}, door.catalog, status_date)
    with transaction(door.made_engine) as session:
        act = door.act(by, why)
        kept = editing.keep(session, act, None, after, status_date)
        follow_ups.review_project(session, act, kept.project.id, door.catalog, status_date)
    _tell(door, kept.project)
    say(door.words.text("Added as project {number}.", number=str(kept.project.id)))


def change(
    door: Door,
    project: Wanted,
    fields: Fields,
    *,
    by: By = None,
    why: Why = None,
    as_of: AsOf = None,
) -> None:
    """Change fields of a project."""
    said = editing.pairs_of(text.partition("=") for text in fields)
    _change(
        door, project, as_of, by, why, lambda p, day: editing.edited(p, said, door.catalog, day)
    )


def suspend(
    door: Door,
    project: Wanted,
    *,
    until: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d"], metavar=mark("DATE"), help=mark("date on which it resumes")
        ),
    ],
    why: Reason,
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Suspend a project until a date."""
    _change(
        door, project, as_of, by, why, lambda p, day: editing.suspended(p, why, until.date(), day)
    )


def resume(
    door: Door, project: Wanted, *, by: By = None, why: Why = None, as_of: AsOf = None
) -> None:
    """Resume a suspended or archived project."""
    _change(door, project, as_of, by, why, lambda p, _: editing.resumed(p, why or ""))


def close(door: Door, project: Wanted, *, why: Reason, by: By = None, as_of: AsOf = None) -> None:
    """Archive a project: it is kept and no longer planned."""
    _change(door, project, as_of, by, why, lambda p, _: editing.archived(p, why))


def _change(
    door: Door,
    wanted: str,
    as_of: datetime | None,
    by: str | None,
    why: str | None,
    made: Callable[[Project, date], Project],
) -> None:
    status_date = door.status_date(as_of)
    with transaction(door.engine) as session:
        before = lookup.find(session, wanted, Sight.on(status_date)).project
        after = made(before, status_date)
        moved = _moved(before, after)
        if moved:
            act = door.act(by, why)
            editing.keep(session, act, before, after, status_date)
            follow_ups.review_project(session, act, before.id, door.catalog, status_date)
    _tell(door, after)
    if not moved:
        say(door.words.text("Nothing changed."))
    names = door.names(status_date)
    for field, (old, new) in moved.items():
        before_words, after_words = (
            value_words(field, value, door.words, names) for value in (old, new)
        )
        typer.echo(f"{field_words(field, door.words)}: {before_words} → {after_words}")


def _moved(before: Project, after: Project) -> dict[str, tuple[object, object]]:
    fields = (*FIELDS, *STATE_FIELDS)
    pairs = {field: (getattr(before, field), getattr(after, field)) for field in fields}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def _tell(door: Door, project: Project) -> None:
    for doubt in editing.doubts(project):
        say(door.words.text("warning: {what}", what=doubt))


def _data(project: Project) -> dict[str, Any]:
    keys = (*FIELDS, *STATE_FIELDS, "version")
    return {"number": project.id, **{key: getattr(project, key) for key in keys}}


def _event(told: Told, standing: set[int], proofs: Sequence[Evidence]) -> dict[str, Any]:
    event = told.event
    return {
        "number": event.id,
        "step": event.step,
        "kind": event.kind,
        "day": event.day,
        "known_by": event.known_by,
        "document": event.document,
        "note": event.note,
        "corrects": event.corrects,
        "why": event.why,
        "by": told.by,
        "recorded_at": told.at.isoformat() if told.at else None,
        "entry": told.entry,
        "stands": event.id in standing,
        "files": [
            {"name": file.name, "sha256": file.sha256, "size": file.size}
            for file in proofs
            if file.event == event.id
        ],
    }


def _baseline(baseline: Baseline) -> dict[str, Any]:
    return {
        "number": baseline.number,
        "agreed_on": baseline.agreed_on,
        "reason": baseline.reason,
        "decision": baseline.decision,
        "target": baseline.target,
        "deadline": baseline.deadline,
        "finish": baseline.finish,
    }
