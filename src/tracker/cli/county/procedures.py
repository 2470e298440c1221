"""`tracker procedures`: the law as data, listed, shown, drawn and checked."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from tracker.cli.county.outline import link_data, outline_data, show_outline
from tracker.cli.door import FINDINGS, Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf
from tracker.core.model import Link, LinkType, NeededWhen, Procedure, Step
from tracker.core.problems import TrackerError
from tracker.i18n.links import basis_words
from tracker.i18n.questions import answer_words, choices_words
from tracker.i18n.words import Words
from tracker.law.lint import lint as faults_of
from tracker.pictures.network import network
from tracker.resources import procedures_folder
from tracker.services.files import write_whole
from tracker.services.outline import outline, typed_answers

ProcedureId = Annotated[
    str,
    typer.Argument(
        metavar=mark("PROCEDURE"), help=mark("id of the procedure; add overlays with +")
    ),
]


def list_all(door: Door, *, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List the procedures in force."""
    status_date, words = door.status_date(as_of), door.words
    in_force = door.catalog.in_force(status_date)
    found = [in_force[each] for each in in_force]
    folder = door.catalog.law.folder
    if as_json:
        show_json(
            {
                "format": "tracker-procedures/1",
                "as_of": status_date,
                "folder": str(folder),
                "procedures": [_head(procedure, words) for procedure in found],
            }
        )
        return
    kinds = [words(p.regime) if p.regime else words.text("overlay") for p in found]
    show_table(
        (
            words.text("Procedure"),
            words.text("Name"),
            words.text("Regime"),
            words.text("Steps"),
            words.text("Questions"),
            words.text("In force from"),
        ),
        [
            (
                p.id,
                words(p.name),
                kind,
                str(len(p.steps)),
                str(len(p.questions)),
                words.short_day(p.valid_from),
            )
            for p, kind in zip(found, kinds, strict=True)
        ],
    )
    typer.echo(words.text("The files stand in {folder}.", folder=str(folder)))


def _head(procedure: Procedure, words: Words) -> dict[str, Any]:
    return {
        "id": procedure.id,
        "name": words(procedure.name),
        "regime": procedure.regime,
        "overlay": procedure.is_overlay,
        "valid_from": procedure.valid_from,
        "valid_to": procedure.valid_to,
        "steps": len(procedure.steps),
        "file": procedure.file,
        "targets": list(procedure.targets),
    }


def show(
    door: Door,
    procedure: ProcedureId,
    *,
    svg: Annotated[
        Path | None,
        typer.Option(metavar=mark("FILE"), help=mark("draw the network into an SVG file")),
    ] = None,
    plan: Annotated[
        bool,
        typer.Option("--plan", help=mark("plan it from the day on, as lines to be objected to")),
    ] = False,
    target: Annotated[
        str,
        typer.Option(metavar=mark("STEP"), help=mark("where the plan ends"), show_default=False),
    ] = "start",
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar=mark("FACT=ANSWER"), help=mark("an answer the plan takes as given")),
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show one procedure: its steps in order, with times, prerequisites and law."""
    status_date, words = door.status_date(as_of), door.words
    found = door.catalog.procedure(procedure, status_date)
    if plan:
        answers = typed_answers(answer or (), found)
        lines = outline(door.catalog, procedure, target, status_date, answers)
        if as_json:
            show_json({"procedure": found.id, **outline_data(lines, words)})
            return
        typer.echo(f"{found.id}  {words(found.name)}")
        show_outline(lines, words)
        return
    if svg:
        picture = network(found, status_date, words, title=words(found.name))
        write_whole(svg, picture.encode())
    if as_json:
        show_json(as_data(found, status_date, words))
        return
    _show_all(found, status_date, words)
    if svg:
        say(words.text("The network is drawn in {path}.", path=str(svg)))


def _show_all(found: Procedure, day: date, words: Words) -> None:
    """Print a procedure: its steps, its questions, and what the county does not hold."""
    typer.echo(f"{found.id}  {words(found.name)}")
    for step in found.steps:
        _show_step(found, step, day, words)
    for question in found.questions:
        typer.echo(
            words.text(
                "? {name} ({fact}): {question} {answers} (planned as: {careful})",
                name=question.name,
                fact=question.fact,
                question=question.text,
                answers=choices_words(question, words),
                careful=answer_words(question, question.careful, words),
            )
        )
    for waiver in found.waived:
        typer.echo(
            words.text(
                "– not held here: {after} waits for {before} ({by}: {reason})",
                after=found.step(waiver.successor).name,
                before=found.step(waiver.predecessor).name,
                by=waiver.by,
                reason=waiver.reason,
            )
        )


def _show_step(procedure: Procedure, step: Step, day: date, words: Words) -> None:
    needed = words(NeededWhen(step.condition, procedure.questions)) if step.condition else ""
    typer.echo("")
    typer.echo(f"{step.id}  {words(step.name)}")
    lines = [
        (
            words.text("Office"),
            f"{words(step.office)} · {_levels(procedure, step, words)} · {words(step.kind)}",
        ),
        (words.text("Time"), times(step, day, words)),
        (
            words.text("Waits for"),
            ", ".join(link_words(link, words) for link in links_into(procedure, step.id)),
        ),
        (words.text("Needed when"), needed),
        (words.text("Validity"), validity_words(step, day, words)),
        (words.text("Result"), step.gives or ""),
        (words.text("Note"), words(step.note) if step.note else ""),
        (words.text("Law"), law_words(step, day, words)),
    ]
    for label, text in lines:
        if text:
            typer.echo(f"    {label}: {text}")


def _levels(procedure: Procedure, step: Step, words: Words) -> str:
    """Return who decides: the usual level, then others with the facts under which they do."""
    raised = [
        f"{words(level)}: {words(NeededWhen(condition, procedure.questions))}"
        for level, condition in step.raised
    ]
    return "; ".join([words(step.level), *raised])


def links_into(procedure: Procedure, step_id: str) -> Sequence[Link]:
    """Return what a step waits for."""
    return [link for link in procedure.links if link.successor == step_id]


def link_words(link: Link, words: Words) -> str:
    """Return a link as the files write it, with what is not law in words."""
    kind = "" if link.type is LinkType.FINISH_TO_START else f" {link.type}"
    lag = f" + {link.lag}" if link.lag.days else ""
    notes = [basis_words(link, words)]
    notes += [words.text("before the decision")] if link.tolerable else []
    return f"{link.predecessor}{kind}{lag} ({', '.join(notes)})"


def times(step: Step, day: date, words: Words) -> str:
    """Return what the law, the office and experience give a step."""
    promised, typical = step.promised_on(day), step.typical
    parts = [
        _limit_words(step, day, words),
        words.text("committed {days}", days=promised) if promised else "",
        words.text(
            "experience: half within {p50}, four in five within {p80}",
            p50=typical.p50,
            p80=typical.p80,
        )
        if typical
        else "",
        words.text("at most {days} not counted (clock stop)", days=step.special)
        if step.special
        else "",
        words.text("may be extended by {days}", days=step.extension) if step.extension else "",
        words.text("a plan counts {days}", days=step.plan_time_on(day))
        if not step.is_instant
        else "",
    ]
    return "; ".join(part for part in parts if part)


def _limit_words(step: Step, day: date, words: Words) -> str:
    """Return the limit of the law, or what service guides allow where no law says anything."""
    limit = step.limit_on(day)
    if limit is None:
        return ""
    if step.limit_law_on(day):
        return words.text("limit {days}", days=limit)
    return words.text("{days} usual in service guides; no law sets it", days=limit)


def validity_words(step: Step, day: date, words: Words) -> str:
    """Return how long what a step gives holds, and by what it is used up."""
    if step.validity is None:
        return ""
    laws = ", ".join(words(law) for law in step.validity.laws if law.holds_on(day))
    used = ", ".join(step.validity.used_by)
    return words.text(
        "{term}, used by {steps}; {law}", term=step.validity.term, steps=used, law=laws
    )


def law_words(step: Step, day: date, words: Words) -> str:
    """Return the rules in force, what is unsure said so."""
    found = [words(rule) for rule in step.laws_on(day)]
    limit_law = step.limit_law_on(day)
    if limit_law and limit_law not in step.laws:
        found.append(words.text("its limit: {law}", law=limit_law))
    sure = [words(step.sure), *([] if step.source else [words.text("no text found")])]
    return "; ".join(found) + f" [{', '.join(sure)}]"


def as_data(procedure: Procedure, day: date, words: Words) -> dict[str, Any]:
    """Return a procedure as `tracker-procedure/1`."""
    return {
        "format": "tracker-procedure/1",
        "as_of": day,
        **_head(procedure, words),
        "steps": [_step_data(procedure, step, day, words) for step in procedure.steps],
        "questions": [
            {
                "fact": q.fact,
                "question": words(q.text),
                "answers": list(q.answers),
                "unit": words(q.unit) if q.unit else None,
                "careful": q.careful,
                "of_county": q.of_county,
            }
            for q in procedure.questions
        ],
    }


def _step_data(procedure: Procedure, step: Step, day: date, words: Words) -> dict[str, Any]:
    limit, promised = step.limit_on(day), step.promised_on(day)
    return {
        "id": step.id,
        "name": words(step.name),
        "kind": step.kind,
        "owner": step.owner,
        "office": words(step.office),
        "level": step.level,
        "limit": str(limit) if limit else None,
        "promised": str(promised) if promised else None,
        "p50": str(step.typical.p50) if step.typical else None,
        "p80": str(step.typical.p80) if step.typical else None,
        "plan": str(step.plan_time_on(day)),
        "special": str(step.special) if step.special else None,
        "extension": str(step.extension) if step.extension else None,
        "counts_from": step.clock_start,
        "when": str(step.condition) if step.condition else None,
        "after": [link_data(link) for link in links_into(procedure, step.id)],
        "valid_for": str(step.validity.term) if step.validity else None,
        "used_by": list(step.validity.used_by) if step.validity else [],
        "gives": step.gives,
        "law": [str(rule) for rule in step.laws_on(day)],
        "sure": step.sure,
        "law_confirmed": all(rule.sure for rule in (*step.laws_on(day), *step.limit_laws)),
        "source": step.source,
    }


def lint(
    door: Door,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar=mark("FOLDER"), help=mark("another folder than the one in use")),
    ] = None,
    *,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List every fault of a folder of procedures; end with 1 when there is one."""
    words = door.words
    where = folder or door.setting.procedures or procedures_folder()
    found = faults_of(where, door.status_date(as_of))
    if as_json:
        show_json(
            {
                "format": "tracker-lint/1",
                "folder": str(where),
                "faults": [_fault(f, words) for f in found],
            }
        )
    else:
        for error in found:
            typer.echo(f"{words(error)} [{error.code}]")
        if not found:
            say(words.text("No fault in {folder}.", folder=str(where)))
    if found:
        raise typer.Exit(FINDINGS)


def _fault(error: TrackerError, words: Words) -> dict[str, Any]:
    place = error.place
    return {
        "code": error.code,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "what": words(error.what),
        "remedy": words(error.remedy),
    }
