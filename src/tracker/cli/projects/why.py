"""`tracker why`: why a project is late, where its days went, and what would help."""

from collections.abc import Sequence
from typing import Any

import typer

from tracker.cli.door import Door, show_json, show_table
from tracker.cli.options import AsJson, AsOf, Known, Wanted
from tracker.core.digest import Cause
from tracker.core.levers import Measure
from tracker.core.model import DayKind, Duration
from tracker.i18n.late import BRIEF, late_sentence
from tracker.i18n.words import Words
from tracker.reports.wording import deadline_sentence, measure_words, shares_words
from tracker.services.county.causes import cause_of
from tracker.services.projects import lookup
from tracker.services.projects.help import LastStart, last_starts
from tracker.services.projects.lookup import View
from tracker.store import reading


def why(
    door: Door, project: Wanted, *, as_of: AsOf = None, known: Known = None, as_json: AsJson = False
) -> None:
    """Say why a project is late in a sentence, account for its days, and list what would help."""
    words = door.words
    with reading(door.engine) as session:
        sight = door.sight(as_of, known)
        record = lookup.find(session, project, sight)
        view = lookup.look_at(record, door.catalog, sight.status_date)
        cause = cause_of(session, view, door.catalog, sight)
    starts = last_starts(view)
    if as_json:
        show_json(_data(view, cause, starts, words))
        return
    if cause.why:
        typer.echo(late_sentence(cause.why, words))
    else:
        typer.echo(deadline_sentence(view.standing.plan, words))
    _show_accounting(cause, words)
    _show_help(view, cause, words)
    plan = view.standing.plan
    _show_starts(starts, words, is_late=plan.span.is_late(plan.deadline))


def _show_accounting(cause: Cause, words: Words) -> None:
    found = cause.accounting
    if found is None or not found.shares:
        return
    slip = Duration(abs(found.slip), DayKind.CALENDAR)
    if found.slip < 0:
        moved = words.text("{days} earlier", days=slip)
    else:
        moved = words.text("{days} later", days=slip)
    typer.echo(
        words.text(
            "By usual times: planned for {baseline}, now {forecast}, {moved}. Made up of: {parts}.",
            baseline=found.baseline,
            forecast=found.forecast,
            moved=moved,
            parts=shares_words(found.shares, words),
        )
    )


def _show_help(view: View, cause: Cause, words: Words) -> None:
    measures, best = cause.help.measures, cause.help.best
    if not measures:
        typer.echo(words.text("No lawful measure would make it sooner."))
        return
    day = view.standing.plan.status_date
    chosen = {key_of(measure) for measure in best.measures} if best else set()
    headings = (
        words.text("Measure"),
        words.text("Saves alone"),
        words.text("Decided by"),
        words.text("Until"),
        words.text("In the best set"),
    )
    rows = [
        (
            measure_words([measure], day, words),
            words(Duration(measure.saved)),
            words(measure.decided_by),
            words.short_day(measure.by),
            "√" if key_of(measure) in chosen else "",
        )
        for measure in _listed(cause)
    ]
    show_table(headings, rows)
    if best is None:
        return
    values = {"days": Duration(best.saved), "finish": best.finish}
    if best.is_in_time:
        said = words.text(
            "Together the chosen ones save {days}: {finish} at best, the deadline is kept.",
            **values,
        )
    else:
        said = words.text(
            "Together the chosen ones save {days}: {finish} at best, the deadline is missed.",
            **values,
        )
    typer.echo(said)


def _listed(cause: Cause) -> Sequence[Measure]:
    """Return the measures that save days, and those that only do so together with others."""
    together = cause.help.best.measures if cause.help.best else ()
    chosen = {key_of(measure): measure for measure in together}
    alone = [chosen.pop(key_of(each), each) for each in cause.help.measures]
    return [*alone, *chosen.values()]


def key_of(measure: Measure) -> tuple[str, str, tuple[str, ...]]:
    """Return what tells a measure from others of its project."""
    step = measure.step.id if measure.step else ""
    return measure.lever.id, step, tuple(each.id for each in measure.before)


def _show_starts(starts: Sequence[LastStart], words: Words, *, is_late: bool) -> None:
    if not starts:
        return
    headings = (
        words.text("Step"),
        words.text("Last start as planned"),
        words.text("Last start in 8 of 10 cases"),
        words.text("Chance"),
    )
    passed = words.text("passed")
    rows = [
        (
            words(each.step.name),
            words.short_day(each.planned),
            words.short_day(each.likely) or passed,
            "–" if is_late else f"{each.chance:.0%}",  # late even at best: no odds help
        )
        for each in starts
    ]
    show_table(headings, rows)


def _data(view: View, cause: Cause, starts: Sequence[LastStart], words: Words) -> dict[str, Any]:
    found, best = cause.accounting, cause.help.best
    day = view.standing.plan.status_date
    chosen = {key_of(measure) for measure in best.measures} if best else set()
    return {
        "format": "tracker-why/1",
        "project": view.standing.project.name,
        "light": view.standing.light,
        "sentence": late_sentence(cause.why, words) if cause.why else None,
        "brief": late_sentence(cause.why, words, BRIEF) if cause.why else None,
        "slip": {
            "baseline": found.baseline,
            "forecast": found.forecast,
            "calendar_days": found.slip,
            "parts": [
                {
                    "bucket": share.bucket,
                    "reason": share.reason,
                    "holder": share.holder,
                    "step": share.step.id if share.step else None,
                    "calendar_days": share.days,
                }
                for share in found.shares
            ],
        }
        if found
        else None,
        "measures": [
            {
                "lever": measure.lever.id,
                "what": measure_words([measure], day, words),
                "step": measure.step.id if measure.step else None,
                "law": str(law) if (law := measure.lever.law_on(day)) else None,
                "saves_working_days": measure.saved,
                "decided_by": words(measure.decided_by),
                "by": measure.by,
                "in_best_set": key_of(measure) in chosen,
            }
            for measure in _listed(cause)
        ],
        "best": {
            "saves_working_days": best.saved,
            "finish": best.finish,
            "in_time": best.is_in_time,
        }
        if best
        else None,
        "last_starts": [
            {
                "step": each.step.id,
                "planned": each.planned,
                "likely": each.likely,
                "chance": round(each.chance, 3),
            }
            for each in starts
        ],
    }
