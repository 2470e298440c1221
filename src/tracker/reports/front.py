"""What leaders read on Monday: what changed, what they are to decide, which promises were kept."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tracker.core.digest import STREAK, Change, Decision, Digest, Moved, Promised
from tracker.core.follow_up import Outcome
from tracker.core.levers import MOST
from tracker.core.model import Duration
from tracker.i18n.late import BRIEF, FULL, late_sentence
from tracker.i18n.words import Words
from tracker.reports.model import Section, Table
from tracker.reports.wording import light_words, measures_words

MOST_CHANGES, MOST_DECISIONS = 5, 3
"""Lines on the front page, so that it is one page; the rest is in the annex."""
_MOST_MEASURES = 1
_MOST_NAMED = 3
_MOST_OFFICES = 3
_FIRST = (Change.NEWLY_LATE, Change.WORSE, Change.CLEARED, Change.BETTER)
"""Kinds of change of which the front page shows at least one each."""


def front_sections(digest: Digest, words: Words) -> tuple[Section, ...]:
    """Return the sections of the front page."""
    return (
        _changes(
            words.text("1. What changed this week"),
            in_front(told(digest)),
            digest,
            words,
            is_front=True,
        ),
        _decisions(
            words.text("2. For the leaders to decide, by the days won back"),
            digest.decisions[:MOST_DECISIONS],
            words,
            is_front=True,
        ),
        Section(
            words.text("3. Promises"),
            tuple(_promises_words(digest, words))
            or (words.text("No promise was broken or kept, and none is due next week."),),
            is_front=True,
        ),
    )


def left_over(digest: Digest, words: Words) -> tuple[Section, ...]:
    """Return what the front page has no room for, as sections of the annex."""
    found = []
    in_sight = in_front(told(digest))
    if changed := [moved for moved in told(digest) if moved not in in_sight]:
        title = words.text("1. What changed this week (continued)")
        found.append(_changes(title, changed, digest, words))
    if digest.decisions:
        title = words.text("2. For the leaders to decide, in full")
        found.append(_decisions(title, digest.decisions, words))
    if digest.promises:
        found.append(_promises(words.text("3. Promises, one by one"), digest, words))
    return tuple(found)


def in_front(changes: Sequence[Moved]) -> list[Moved]:
    """Return the changes for the front page, in order: one of each kind in `_FIRST`, then the rest.

    Unchanged projects are taken last.
    """
    first = [next((m for m in changes if m.change is kind), None) for kind in _FIRST]
    ranked = list(filter(None, first))
    ranked += [moved for moved in changes if moved not in ranked]
    ranked.sort(key=lambda moved: moved.change is Change.UNCHANGED)
    chosen = ranked[:MOST_CHANGES]
    return [moved for moved in changes if moved in chosen]


def told(digest: Digest) -> list[Moved]:
    """Return the changes that are told: a project that is new is no change of an old one."""
    return [moved for moved in digest.changes if moved.change is not Change.NEW]


def _changes(
    title: str, changed: Sequence[Moved], digest: Digest, words: Words, *, is_front: bool = False
) -> Section:
    headings = (
        words.text("Change"),
        words.text("Project"),
        words.text("Why"),
    )
    empty = (
        words.text("This is the first report; changes will be listed here from next week.")
        if digest.compared_with is None
        else words.text("Nothing has changed since the last report.")
    )
    lines = [_compared(digest, words), _counted(digest, words)] if digest.compared_with else []
    if rest := len(told(digest)) - len(changed):
        lines.append(words.text("{count} more changes are in the annex.", count=rest))
    return Section(
        title,
        (words.joined(lines),) if is_front and lines else (),
        table=Table(
            headings,
            tuple(
                (
                    change_words(moved, words),
                    moved.name,
                    _why(moved, digest, words, BRIEF if is_front else FULL),
                )
                for moved in changed
            ),
            (0.24, 0.2, 0.56),
            tuple(moved.standing.light if moved.standing else None for moved in changed),
        ),
        empty=empty,
        is_front=is_front,
    )


def _counted(digest: Digest, words: Words) -> str:
    """Return how many changed how, those that did not with them: nobody is left to be guessed."""
    counts = Counter(moved.change for moved in told(digest))
    listed = {m.standing.project.id for m in digest.changes if m.standing}
    rest = sum(standing.project.id not in listed for standing in digest.late)
    kinds = (Change.NEWLY_LATE, Change.WORSE, Change.BETTER, Change.CLEARED)
    said = tuple(words.text("{change} {count}", change=c, count=counts[c]) for c in kinds)
    same = counts[Change.UNCHANGED] + rest
    long = counts[Change.UNCHANGED]
    if not long:
        return words.text("{counts}; {same} late ones are unchanged.", counts=said, same=same)
    return words.text(
        "{counts}; {same} late ones are unchanged, {long} of them for {weeks} weeks or more.",
        counts=said,
        same=same,
        long=long,
        weeks=STREAK,
    )


def _compared(digest: Digest, words: Words) -> str:
    """Return with which report this one is compared, and how many weeks had none."""
    if digest.weeks_missed:
        return words.text(
            "Compared with the report of {day}; {weeks} weeks in between had none.",
            day=digest.compared_with,
            weeks=digest.weeks_missed,
        )
    return words.text("Compared with the report of {day}.", day=digest.compared_with)


def change_words(moved: Moved, words: Words) -> str:
    """Return what changed, by how many days, and for how many weeks it has been late."""
    if moved.change is Change.WORSE:
        parts = [words.text("{days} later", days=Duration(moved.days))]
    elif moved.change is Change.BETTER:
        parts = [words.text("{days} earlier", days=Duration(-moved.days))]
    else:
        parts = [words(moved.change)]
    if moved.weeks > 1:
        parts.append(words.text("late for {weeks} weeks", weeks=moved.weeks))
    return words(tuple(parts))


def _why(moved: Moved, digest: Digest, words: Words, most: int) -> str:
    if moved.standing is None:
        return words.text("no longer in the ledger")
    cause = digest.causes.get(moved.standing.project.id)
    if cause and cause.why:
        return late_sentence(cause.why, words, most)
    flags = moved.standing.flags
    return words(flags[0].sentence) if flags else words(moved.standing.light)


def _decisions(
    title: str,
    decided: Sequence[Decision],
    words: Words,
    *,
    is_front: bool = False,
) -> Section:
    headings = (
        "#",
        words.text("Project"),
        words.text("Decision asked for"),
        words.text("Wins back"),
        words.text("Decided by, until"),
    )
    most = _MOST_MEASURES if is_front else MOST
    return Section(
        title,
        table=Table(
            headings,
            tuple(_decision(n, each, words, most) for n, each in enumerate(decided, start=1)),
            (0.04, 0.2, 0.41, 0.13, 0.22),
            tuple(each.standing.light for each in decided),
        ),
        empty=words.text("No lawful measure would make a late project sooner."),
        is_front=is_front,
    )


def _decision(n: int, decision: Decision, words: Words, most: int) -> tuple[str, ...]:
    standing, choice = decision.standing, decision.choice
    kept = words.text("deadline kept") if choice.is_in_time else ""
    who = list(dict.fromkeys(words(m.decided_by) for m in choice.measures if m.decided_by))
    if most < len(who) > _MOST_OFFICES:
        who = [words.text("{office} and {count} more", office=who[0], count=len(who) - 1)]
    until = words.text("until {day}", day=words.short_day(decision.by))
    return (
        str(n),
        f"{standing.project.name}\n{light_words(standing.light, words)}",
        measures_words(choice.measures, standing.plan.status_date, words, most),
        "\n".join(filter(None, (words(Duration(decision.recoverable)), kept))),
        "\n".join([words(tuple(who)), until]),
    )


def broken_words(digest: Digest, words: Words) -> str:
    """Return who broke promises, for the summary; nothing where nobody did."""
    broken = _of(digest, Outcome.BROKEN)
    if not broken:
        return ""

    def name(each: Promised) -> str:
        return words.text(
            "{who} ({project}, until {day})",
            who=each.promise.act.who,
            project=_project_of(each, digest),
            day=each.promise.act.until,
        )

    return words.text(
        " Promises broken this week: {count}: {names}.",
        count=len(broken),
        names=_first(broken, name, words),
    )


def _promises_words(digest: Digest, words: Words) -> Iterator[str]:
    """Yield a line for each outcome of promises: how many, and whose."""

    def name(each: Promised) -> str:
        return words.text(
            "{who} ({project}: {text}, until {day})",
            who=each.promise.act.who,
            project=_project_of(each, digest),
            text=each.promise.act.text or words.text("to recover"),
            day=each.promise.act.until,
        )

    for outcome in (Outcome.BROKEN, Outcome.KEPT, Outcome.DUE):
        if found := _of(digest, outcome):
            yield words.text(
                "{outcome}: {count}: {names}.",
                outcome=outcome,
                count=len(found),
                names=_first(found, name, words),
            )


def _of(digest: Digest, outcome: Outcome) -> list[Promised]:
    return [each for each in digest.promises if each.promise.outcome is outcome]


def _project_of(promised: Promised, digest: Digest) -> str:
    return next(s.project.name for s in digest.standings if s.project.id == promised.case.project)


def _first(
    promised: Sequence[Promised], name: Callable[[Promised], str], words: Words
) -> tuple[str, ...]:
    """Return the names of the first promises, and how many more there are."""
    names = [name(each) for each in promised[:_MOST_NAMED]]
    if (rest := len(promised) - len(names)) > 0:
        names.append(words.text("{count} more", count=rest))
    return tuple(names)


def _promises(title: str, digest: Digest, words: Words) -> Section:
    headings = (
        words.text("Outcome"),
        words.text("Project"),
        words.text("Promised by"),
        words.text("Promise"),
        words.text("Until"),
    )
    rows = tuple(
        (
            words(each.promise.outcome),
            _project_of(each, digest),
            each.promise.act.who,
            each.promise.act.text or "–",
            words.short_day(each.promise.act.until),
        )
        for each in digest.promises
    )
    return Section(title, table=Table(headings, rows, (0.13, 0.27, 0.22, 0.24, 0.14)))
