"""The weekly report as a chat message, in parts of limited size."""

from tracker.core.digest import Digest, Promised
from tracker.core.flag import Standing
from tracker.core.follow_up import Outcome
from tracker.core.notices import split
from tracker.i18n.late import BRIEF, late_sentence
from tracker.i18n.words import Words
from tracker.reports.model import Report

MOST_BYTES = 2048
"""Limit of a text message of the usual chat robots (WeCom: 2048 bytes)."""


def message_text(report: Report, digest: Digest, words: Words) -> str:
    """Return the summary, broken promises and the late projects as a message.

    In parts of at most `MOST_BYTES` of UTF-8, a blank line between them; no line is cut.
    """
    lines = [report.title, report.subtitle, report.cover[0], "", report.summary, ""]
    lines += [_broken(each, words) for each in digest.promises if _is_broken(each)]
    lines += [
        f"{n}. {s.project.name}: {_why(s, digest, words)}"
        for n, s in enumerate(digest.late, start=1)
    ]
    return "\n\n".join(split("\n".join(lines), MOST_BYTES)) + "\n"


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
