"""What leaders read on Monday: what changed, what they are to decide, which promises were kept."""

from collections import Counter
from collections.abc import Sequence

from tracker.core.digest import Change, Decision, Digest, Moved, Promised
from tracker.core.follow_up import Outcome
from tracker.core.levers import MOST
from tracker.core.model import Duration
from tracker.i18n.late import BRIEF, FULL, late_sentence
from tracker.i18n.words import Words
from tracker.reports.model import Section, Table
from tracker.reports.wording import light_words, measures_words

MOST_CHANGES, MOST_DECISIONS, MOST_PROMISES = 10, 4, 6
"""So many lines stand on the front page; the others in the annex."""
_MOST_MEASURES = 1
_MOST_BROKEN = 3
_MOST_OFFICES = 3


def front_sections(digest: Digest, words: Words) -> tuple[Section, ...]:
    """Return the sections of the front pages."""
    return (
        _changes(
            words.text("1. What changed this week"),
            told(digest)[:MOST_CHANGES],
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
        _promises(
            words.text("3. Promises"), digest.promises[:MOST_PROMISES], digest, words, is_front=True
        ),
    )


def left_over(digest: Digest, words: Words) -> tuple[Section, ...]:
    """Return what the front pages have no room for, as sections of the annex."""
    found = []
    if changed := told(digest)[MOST_CHANGES:]:
        title = words.text("1. What changed this week (continued)")
        found.append(_changes(title, changed, digest, words))
    if digest.decisions:
        title = words.text("2. For the leaders to decide, in full")
        found.append(_decisions(title, digest.decisions, words))
    if promised := digest.promises[MOST_PROMISES:]:
        title = words.text("3. Promises (continued)")
        found.append(_promises(title, promised, digest, words))
    return tuple(found)


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
    lines = lines if is_front else []
    if is_front and (rest := len(told(digest)) - len(changed)) > 0:
        lines.append(words.text("{count} more changes are in the annex.", count=rest))
    return Section(
        title,
        tuple(lines),
        table=Table(
            headings,
            tuple(
                (
                    _change_words(moved, words),
                    moved.name,
                    _why(moved, digest, words, BRIEF if is_front else FULL),
                )
                for moved in changed
            ),
            (0.2, 0.22, 0.58),
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
    return words.text("{counts}; {same} late ones are unchanged.", counts=said, same=same)


def _compared(digest: Digest, words: Words) -> str:
    """Return with which report this one is compared, and how many weeks had none."""
    if digest.weeks_missed:
        return words.text(
            "Compared with the report of {day}; {weeks} weeks in between had none.",
            day=digest.compared_with,
            weeks=digest.weeks_missed,
        )
    return words.text("Compared with the report of {day}.", day=digest.compared_with)


def _change_words(moved: Moved, words: Words) -> str:
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
            (0.04, 0.2, 0.46, 0.12, 0.18),
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
    """Return who broke which promise, for the summary; nothing where nobody did."""
    broken = [p for p in digest.promises if p.promise.outcome is Outcome.BROKEN]
    if not broken:
        return ""
    by_id = {s.project.id: s for s in digest.standings}
    named = [
        words.text(
            "{who} ({project}, until {day})",
            who=each.promise.act.who,
            project=by_id[each.case.project].project.name,
            day=each.promise.act.until,
        )
        for each in broken[:_MOST_BROKEN]
    ]
    return words.text(
        " Promises broken this week: {count}: {names}.", count=len(broken), names=tuple(named)
    )


def _promises(
    title: str,
    promised: Sequence[Promised],
    digest: Digest,
    words: Words,
    *,
    is_front: bool = False,
) -> Section:
    by_id = {s.project.id: s for s in digest.standings}
    counts = [
        words.text("{outcome}: {count}", outcome=outcome, count=count)
        for outcome in (Outcome.BROKEN, Outcome.KEPT, Outcome.DUE)
        if (count := sum(p.promise.outcome is outcome for p in digest.promises))
    ]
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
            by_id[each.case.project].project.name,
            each.promise.act.who,
            each.promise.act.text or "–",
            words.short_day(each.promise.act.until),
        )
        for each in promised
    )
    return Section(
        title,
        ("，".join(counts) if words.language == "zh" else ", ".join(counts),)
        if counts and is_front
        else (),
        Table(headings, rows, (0.13, 0.27, 0.22, 0.24, 0.14)),
        words.text("No promise was broken or kept, and none is due next week."),
        is_front=is_front,
    )
