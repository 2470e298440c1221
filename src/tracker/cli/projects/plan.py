"""`tracker plan`: one project's backward schedule, and what cannot be met, in words."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By, Known, Wanted, day_of
from tracker.cli.questions import MOST, question_as_data, show_questions, span_as_data
from tracker.core.knowledge.sources import Source
from tracker.core.model import DayKind, Sight
from tracker.core.plan import Interim, Plan, PlannedStep
from tracker.core.plan.variance import Baseline, variances
from tracker.core.track import Known as HowKnown
from tracker.core.track import State
from tracker.i18n.variance import variance_words
from tracker.i18n.words import Words
from tracker.pictures.palette import TONES
from tracker.reports.wording import deadline_sentence, shown_sentence
from tracker.services.projects import baselines as service
from tracker.services.projects import lookup
from tracker.services.projects.baselines import Measured
from tracker.services.projects.lookup import View
from tracker.services.projects.plan_file import plan_file
from tracker.services.projects.question_words import summary_words
from tracker.services.projects.questions import Askings, askings
from tracker.store import baselines, reading, transaction
from tracker.store.audit import Act


def plan(
    door: Door,
    project: Wanted,
    target: Annotated[
        str | None, typer.Option(metavar=mark("STEP"), help=mark("another step as the target"))
    ] = None,
    deadline: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar=mark("DATE"), help=mark("another deadline")),
    ] = None,
    *,
    baseline: Annotated[
        bool, typer.Option("--baseline", help=mark("store this plan as the agreed baseline"))
    ] = False,
    reason: Annotated[
        str | None, typer.Option(metavar=mark("TEXT"), help=mark("why this plan is agreed"))
    ] = None,
    decision: Annotated[
        str | None, typer.Option(metavar=mark("NO"), help=mark("number of the decision"))
    ] = None,
    against: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help=mark("variance of each step against baseline N")),
    ] = None,
    to_xml: Annotated[
        Path | None,
        typer.Option(metavar=mark("FILE"), help=mark("write Microsoft Project XML too")),
    ] = None,
    by: By = None,
    as_of: AsOf = None,
    known: Known = None,
    as_json: AsJson = False,
) -> None:
    """Show a plan; another target or deadline asks "what if" and saves nothing."""
    if baseline:
        _agree(door, project, door.act(by, reason), decision, as_of)
    with reading(door.engine) as session:
        sight = door.sight(as_of, known)
        record = lookup.find(session, project, sight)
        view = lookup.look_at(
            record, door.catalog, sight.status_date, target=target, deadline=day_of(deadline)
        )
        agreed = baselines.of_project(session, record.project.id, sight)
        beside = service.chosen(agreed, against) if against else None
    measured = service.measured(agreed, view.standing.plan, door.catalog)
    asked = askings([view.record], door.catalog, sight.status_date, most=MOST)
    if to_xml:
        content, not_said = plan_file(view, door.words)
        to_xml.write_bytes(content)
        for words in not_said:
            say(door.words(words))
    if as_json:
        depends_on = [question_as_data(q, door.words) for q in asked.questions]
        show_json(
            {
                **as_data(view, door.words),
                "depends_on": depends_on,
                "baselines": [_measured(m) for m in measured],
            }
        )
    else:
        show(view, asked, door.words)
        _show_baselines(measured, door.words)
        if beside:
            _show_against(beside, view, door)


def _agree(
    door: Door, project: str, act: Act, decision: str | None, as_of: datetime | None
) -> None:
    """Store the plan as it stands as the agreed baseline."""
    status_date = door.status_date(as_of)
    with transaction(door.engine) as session:
        record = lookup.find(session, project, Sight.on(status_date))
        agreed = service.agree(
            session, act, record, door.catalog, status_date, reason=act.why or "", decision=decision
        )
    say(
        door.words.text(
            "Agreed as baseline {number}: {finish}.",
            number=str(agreed.number),
            finish=agreed.finish,
        )
    )


def _show_baselines(measured: list[Measured], words: Words) -> None:
    for each in measured:
        baseline = each.baseline
        typer.echo(
            words.text(
                "Baseline {number} of {day} ({reason}{decision}): {finish}; {variance}",
                number=str(baseline.number),
                day=baseline.agreed_on,
                reason=baseline.reason,
                decision=f" {baseline.decision}" if baseline.decision else "",
                finish=baseline.finish,
                variance=variance_words(each.variance),
            )
        )


def _show_against(baseline: Baseline, view: View, door: Door) -> None:
    """Print the steps that have left what was agreed."""
    words, plan = door.words, view.standing.plan
    moved = variances(plan, baseline, door.catalog.working_days)
    steps = {step.step.id: step.step.name for step in plan.steps}
    rows = [
        (
            words(steps[step]),
            words.short_day(v.baseline),
            words.short_day(v.forecast),
            words(variance_words(v)),
        )
        for step, v in moved.items()
        if v and v.calendar_days
    ]
    if not rows:
        typer.echo(words.text("Every step is as agreed."))
        return
    headings = [
        words.text(text)
        for text in (mark("Step"), mark("Agreed"), mark("Forecast"), mark("Variance"))
    ]
    show_table(headings, rows)


def _measured(each: Measured) -> dict[str, Any]:
    baseline, found = each.baseline, each.variance
    return {
        "number": baseline.number,
        "agreed_on": baseline.agreed_on,
        "reason": baseline.reason,
        "decision": baseline.decision,
        "finish": baseline.finish,
        "variance_working_days": found.working_days if found else None,
        "variance_calendar_days": found.calendar_days if found else None,
    }


def show(view: View, asked: Askings, words: Words) -> None:
    """Print the plan for people, and what would decide it."""
    standing = view.standing
    tone = TONES[standing.light]
    typer.echo(f"{tone.mark} {words(standing.light)}  {standing.project.name}")
    typer.echo(deadline_sentence(standing.plan, words))
    if shown := shown_sentence(standing.plan, words):
        typer.echo(shown)
    for flag in standing.flags:
        typer.echo(f"  {TONES[flag.light].mark} {words(flag.sentence)}")
    headings = (
        words.text("Step"),
        words.text("Office"),
        words.text("State"),
        words.text("Expected start") if standing.plan.is_open else words.text("Early start"),
        words.text("Expected finish") if standing.plan.is_open else words.text("Early finish"),
        words.text("Late finish"),
        words.text("Float"),
        words.text("Law"),
    )
    day = standing.plan.status_date
    show_table(headings, [_row(step, day, words) for step in standing.plan.steps])
    if any(step.provisional for step in standing.plan.steps):
        typer.echo(
            words.text(
                "Dates marked * are provisional: the holidays of that year are not announced yet."
            )
        )
    if asked.questions:
        typer.echo(summary_words(asked, words))
        show_questions(asked.questions, words)


def _row(step: PlannedStep, day: date, words: Words) -> tuple[str, ...]:
    state = words(step.progress.state)
    if step.progress.known is not HowKnown.RECORDED:
        state = words.text(
            "{state} ({known})", state=step.progress.state, known=step.progress.known
        )
    mark = "▶ " if step.on_longest_path else "  "
    total = "" if step.total_float is None else str(step.total_float)
    if total and step.takes.kind is DayKind.CALENDAR:
        total = words.text("{days} (calendar)", days=total)
    is_instant = step.takes.days == 0
    start = step.early_finish if is_instant else step.early_start
    dates = (start, step.early_finish, step.late_finish)
    shown = [words.short_day(day) for day in dates]
    law = step.step.law_on(day)
    name = mark + words(step.step.name)
    return (name, words(step.step.office), state, *shown, total, words(law) if law else "–")


def as_data(view: View, words: Words) -> Mapping[str, Any]:
    """Return the plan as `tracker-plan/1`."""
    standing, plan = view.standing, view.standing.plan
    because = plan.because
    law = because.step.law_on(plan.status_date) if because else None
    return {
        "format": "tracker-plan/1",
        "as_of": plan.status_date,
        "project": {
            "id": standing.project.id,
            "code": standing.project.code,
            "name": standing.project.name,
        },
        "light": standing.light,
        "procedure": standing.project.procedure,
        "target": plan.target.id,
        "deadline": plan.deadline,
        "feasible": None if plan.is_open else plan.is_feasible,
        "working_days_needed": plan.needed,
        "working_days_left": plan.left,
        "earliest_finish": plan.span.best,
        "forecast_finish": plan.finish,
        "span": span_as_data(plan),
        "provisional": plan.is_provisional,
        "because": {
            "step": because.step.id,
            "days": because.drag,
            "law": str(law) if law else None,
        }
        if because
        else None,
        "sentence": deadline_sentence(plan, words),
        "questions": [
            {
                "fact": q.fact,
                "question": words(q.text),
                "answers": list(q.answers),
                "assumed": view.outlook.answers.get(q.fact),
            }
            for q in view.questions
        ],
        "interims": [interim_as_data(each) for each in standing.interims],
        "steps": [
            {**_step(step, plan, words), "source": _source(view.source_of(step.step.id))}
            for step in plan.steps
        ],
    }


def interim_as_data(each: Interim) -> dict[str, Any]:
    """Return a deadline on the way; what to spare is in working days."""
    best, worst = each.spare
    return {
        "step": each.step.id,
        "deadline": each.deadline,
        "best": each.span.best,
        "likely": each.span.likely,
        "worst": each.span.worst,
        "spare_at_best": best,
        "spare_at_worst": worst,
    }


def _source(source: Source | None) -> dict[str, object] | None:
    """Return what an implied step follows from: a recorded step, and the articles of the rule."""
    if source is None:
        return None
    link = source.link
    return {
        "step": source.step.id,
        "basis": link.basis,
        "law": [str(law) for law in link.laws],
    }


def _step(step: PlannedStep, plan: Plan, words: Words) -> dict[str, Any]:
    progress, law = step.progress, step.step.law_on(plan.status_date)
    known: dict[str, Any] = {
        "id": step.step.id,
        "name": words(step.step.name),
        "office": words(step.step.office),
        "law": str(law) if law else None,
        "status": progress.state,
        "known": progress.known,
        "left_blank": progress.left_blank,
        "actual_start": progress.start,
        "actual_finish": progress.finish,
    }
    if progress.state is State.NOT_NEEDED:
        return {**known, "not_needed": True}
    if progress.is_over:
        return {**known, "complete": True}
    block = progress.block
    milestone = {"date": step.early_finish} if step.takes.days == 0 else {}
    return {
        **known,
        **milestone,
        "early_start": step.early_start,
        "early_finish": step.early_finish,
        "late_start": step.late_start,
        "late_finish": step.late_finish,
        "total_float": step.total_float,
        "free_float": step.free_float,
        "float_counts": step.takes.kind,
        "critical": step.critical,
        "longest_path": step.on_longest_path,
        "driven_by": _drivers(step),
        "bound_by": {"deadline_of": "project"} if plan.deadline else {"network_finish": True},
        "provisional": step.provisional,
        "blocked": {"reason": block.reason, "expected": block.expected, "note": block.note}
        if block
        else None,
    }


def _drivers(step: PlannedStep) -> list[dict[str, object]]:
    """Return what sets the early start: links, else the floor, which is today or a block's end."""
    links: list[dict[str, object]] = [{"link": [before, step.step.id]} for before in step.driven_by]
    held = step.progress.block and step.progress.block.expected
    is_held = bool(held and step.early_start and step.early_start >= held)
    floor: dict[str, object] = {"floor": "not_before" if is_held else "status_date"}
    return links or [floor]
