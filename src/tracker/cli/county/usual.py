"""`tracker usual`: what the county's own record tells of answers and times."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By
from tracker.core.model import Typical
from tracker.core.usual import PRIOR_ANSWERS, PRIOR_CASES, Shares, Times
from tracker.i18n.fields import Names
from tracker.i18n.questions import answer_words
from tracker.i18n.words import Words
from tracker.services.county import usual as service
from tracker.services.county.usual import Learned
from tracker.services.law import names_of
from tracker.store import reading, transaction


def show(door: Door, *, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show what the record tells of answers and times, beside the numbers of the procedures."""
    sight = door.sight(as_of)
    with reading(door.engine) as session:
        found = service.learned(session, door.setting.procedures, sight)
    if as_json:
        show_json(_as_data(found))
        return
    _show(found, names_of(door.catalog, sight.status_date), door.words)


def keep(
    door: Door,
    *,
    answers: Annotated[
        bool, typer.Option("--answers", help=mark("the shares of answers, which decide chances"))
    ] = False,
    times: Annotated[
        bool, typer.Option("--times", help=mark("the times of steps, which decide plans"))
    ] = False,
    by: By = None,
    as_of: AsOf = None,
) -> None:
    """Plan with what is learned from now on; without an option, with the procedures' own again."""
    sight, words = door.sight(as_of), door.words
    with transaction(door.engine) as session:
        found = service.learned(session, door.setting.procedures, sight)
        service.keep(session, door.act(by), found, shares=answers, times=times)
    if not answers and not times:
        say(words.text("Plans use the procedures' own numbers."))
        return
    if answers:
        say(words.text("Chances use the answers of {count} questions.", count=len(found.shares)))
    if times:
        say(words.text("Plans use the times of {count} steps.", count=len(found.times)))


def _show(found: Learned, names: Names, words: Words) -> None:
    if not found.shares and not found.times:
        say(words.text("The record tells nothing yet: no answer, and no step with both its days."))
        return
    if found.shares:
        facts = [words.text(heading) for heading in _FACTS]
        show_table(facts, [_shares(each, names, words) for each in found.shares])
    if found.times:
        steps = [words.text(heading) for heading in _STEPS]
        show_table(steps, [_times(each, names, words) for each in found.times])
    say(
        words.text(
            "The procedures' numbers count as {answers} projects and {cases} cases.",
            answers=PRIOR_ANSWERS,
            cases=PRIOR_CASES,
        )
    )
    counts = (bool(found.kept.shares), bool(found.kept.times))
    say(words.text(_COUNTING[counts]))


_FACTS = (mark("Procedure"), mark("Fact"), mark("Projects"), mark("Usual"), mark("With them"))
_STEPS = (
    mark("Procedure"),
    mark("Step"),
    mark("Office"),
    mark("Cases"),
    mark("Half / four fifths within"),
    mark("With them"),
)
_COUNTING: Mapping[tuple[bool, bool], str] = {
    (False, False): mark("Neither counts: plans use the procedures' own numbers."),
    (True, False): mark("The answers count for chances; the times do not."),
    (False, True): mark("The times count in plans; the answers do not."),
    (True, True): mark("Both count."),
}


def _shares(each: Shares, names: Names, words: Words) -> tuple[str, ...]:
    return (
        words(names.procedure(each.procedure)),
        words(each.question.name),
        str(each.count),
        _said(each, each.before, words),
        _said(each, each.after, words),
    )


def _said(each: Shares, shares: Sequence[tuple[str, float]], words: Words) -> str:
    told = (f"{answer_words(each.question, answer, words)} {share:.0%}" for answer, share in shares)
    return words.text("; ").join(told)


def _times(each: Times, names: Names, words: Words) -> tuple[str, ...]:
    return (
        words(names.procedure(each.procedure)),
        words(each.step.name),
        words(each.step.office),
        str(each.count),
        _within(each.before, words),
        _within(each.after, words),
    )


def _within(typical: Typical, words: Words) -> str:
    return f"{words(typical.p50)} / {words(typical.p80)}"


def _as_data(found: Learned) -> dict[str, Any]:
    return {
        "format": "tracker-usual/1",
        "answers_count": bool(found.kept.shares),
        "times_count": bool(found.kept.times),
        "answers": [
            {
                "procedure": each.procedure,
                "fact": each.question.fact,
                "projects": each.count,
                "usual": dict(each.before),
                "learned": dict(each.after),
            }
            for each in found.shares
        ],
        "times": [
            {
                "procedure": each.procedure,
                "step": each.step.id,
                "cases": each.count,
                "usual": [str(each.before.p50), str(each.before.p80)],
                "learned": [str(each.after.p50), str(each.after.p80)],
            }
            for each in found.times
        ],
    }
