"""The weekly report as a message: what fits into one notice of a chat robot."""

from tracker.core.digest import Digest, Promised
from tracker.core.flag import Standing
from tracker.core.follow_up import Outcome
from tracker.i18n.late import BRIEF, late_sentence
from tracker.i18n.words import Words
from tracker.reports.model import Report

MOST_BYTES = 4096
_MOST_BROKEN = 5


def message_text(report: Report, digest: Digest, words: Words) -> str:
    """Return the summary, broken promises and the worst projects in at most `MOST_BYTES` of UTF-8.

    Whole lines only; the last one says how many projects did not fit.
    """
    lines = [report.title, report.subtitle, report.cover[0], "", report.summary, ""]
    lines += [_broken(each, words) for each in digest.promises if _is_broken(each)][:_MOST_BROKEN]
    late = [
        f"{n}. {s.project.name}: {_why(s, digest, words)}"
        for n, s in enumerate(digest.late, start=1)
    ]
    kept = 0
    while kept < len(late) and _size([*lines, *late[: kept + 1], _more(999, words)]) <= MOST_BYTES:
        kept += 1
    rest = len(late) - kept
    lines += late[:kept] + ([_more(rest, words)] if rest else [])
    return "\n".join(lines) + "\n"


def _is_broken(promised: Promised) -> bool:
    return promised.promise.outcome is Outcome.BROKEN


def _broken(promised: Promised, words: Words) -> str:
    return words.text(
        "Promise broken: {who}, until {day}: {text}",
        who=promised.promise.act.who,
        day=words.short_day(promised.promise.act.until),
        text=promised.promise.act.text or "–",
    )


def _why(standing: Standing, digest: Digest, words: Words) -> str:
    cause = digest.causes.get(standing.project.id)
    if cause and cause.why:
        return late_sentence(cause.why, words, BRIEF)
    return words(standing.flags[0].sentence)


def _more(count: int, words: Words) -> str:
    return words.text("… and {count} more, see the report.", count=count)


def _size(lines: list[str]) -> int:
    return len("\n".join(lines).encode()) + 1
