"""Follow-ups in words: their level, their state, what they ask for."""

from tracker.core.digest import Digest
from tracker.core.flag import Standing
from tracker.core.follow_up import Case, ask
from tracker.i18n.words import Words
from tracker.reports.model import Section, Table

__all__ = ["ask_words", "follow_up_section", "level_words", "office_words", "state_words"]


def level_words(case: Case, words: Words) -> str:
    """Return what a follow-up is issued as at its level, and why it stands above the first."""
    slips = (
        words.text("reminder"),
        words.text("assignment"),
        words.text("supervision order"),
        words.text("supervision order"),
    )
    slip = slips[case.level - 1]
    if case.climb is None:
        return words.text("level {level}, {slip}", level=case.level, slip=slip)
    return words.text("level {level}, {slip} ({why})", level=case.level, slip=slip, why=case.climb)


def state_words(case: Case, words: Words) -> str:
    """Return where a case stands, with the day of a promise and how many were broken."""
    state = words(case.state)
    if case.promise:
        state = words.text("{state} until {day}", state=case.state, day=case.promise.until)
    if case.broken:
        return words.text("{state}; {count} broken", state=state, count=case.broken)
    return state


def ask_words(case: Case, standing: Standing, words: Words) -> str:
    """Return what a case asks for; nothing, once the project has recovered."""
    if case.rests:
        return words.text("rests with its project")
    if case.flag is None:
        return words.text("recovered since; it can be closed")
    step = case.flag.step or next(p.step for p in reversed(standing.plan.steps))
    return words(ask(case.kind, case.days, step))


def office_words(case: Case, words: Words) -> str:
    """Return the office that a case is addressed to."""
    step = case.flag.step if case.flag else None
    return words(step.office) if step else case.office


def follow_up_section(digest: Digest, words: Words) -> Section:
    """Return the open follow-ups, the highest first, and those that somebody closed."""
    by_id = {s.project.id: s for s in digest.standings}
    rows, lights = [], []
    for case in sorted(digest.follow_ups, key=lambda each: (-each.level, each.due)):
        standing = by_id[case.project]
        rows.append(
            (
                standing.project.name,
                level_words(case, words),
                state_words(case, words),
                office_words(case, words),
                ask_words(case, standing, words),
                words.short_day(case.opened_on),
                words.short_day(case.due),
            )
        )
        lights.append(standing.light)
    headings = (
        words.text("Project"),
        words.text("Level"),
        words.text("State"),
        words.text("Office"),
        words.text("Action required"),
        words.text("Opened"),
        words.text("Reply by"),
    )
    broken = sum(case.broken for case in digest.follow_ups)
    return Section(
        words.text("4. One-on-one follow-ups"),
        (
            *(
                [
                    words.text(
                        "{count} cases are open; {broken} promises were broken.",
                        count=len(rows),
                        broken=broken,
                    )
                ]
                if rows
                else []
            ),
            *(_overridden(case, by_id[case.project], digest, words) for case in digest.overridden),
        ),
        Table(headings, tuple(rows), (0.18, 0.14, 0.12, 0.14, 0.2, 0.11, 0.11), tuple(lights)),
        words.text("No follow-up is open."),
    )


def _overridden(case: Case, standing: Standing, digest: Digest, words: Words) -> str:
    close = case.follow_up.close_on(digest.status_date)
    assert close is not None
    return words.text(
        "{project}: closed by {who} on {day} though the plan still asks: {why}",
        project=standing.project.name,
        who=close.who,
        day=close.day,
        why=close.text,
    )
