"""What somebody is told, in words."""

from collections.abc import Sequence
from datetime import date

from tracker.core.model import Name
from tracker.core.notices import Notice, NoticeKind
from tracker.core.problems import message
from tracker.i18n.words import Words

_SENTENCES = {
    NoticeKind.OPENED: message(
        "{project}: a one-on-one follow-up is open for {step}, level {level}; answer by {due}."
    ),
    NoticeKind.REOPENED: message(
        "{project} has slipped again ({step}); the follow-up is open again, answer by {due}."
    ),
    NoticeKind.ASKED: message(
        "{project} cannot be judged by what is recorded: please say how far {step} is, by {due}."
    ),
    NoticeKind.CLIMBED: message(
        "{project}: the follow-up of {step} has reached level {level}; answer by {due}."
    ),
    NoticeKind.PROMISE_DUE: message("{project}: {who} promised until {until}: {text}"),
    NoticeKind.PROMISE_BROKEN: message(
        "{project}: the promise of {who} until {until} was not kept: {text}"
    ),
    NoticeKind.RECOVERED: message(
        "{project} is back on time; the follow-up can be checked and closed."
    ),
    NoticeKind.REPORT: message(
        "The weekly report of {week} is ready: {late} of your {count} projects are late."
    ),
}


def notice_words(notice: Notice, words: Words) -> str:
    """Return a notice as one sentence."""
    values = {key: _value(value) for key, value in notice.values.items()}
    known = {"step": message("the critical step"), "text": "–", **values}
    return words(_SENTENCES[notice.kind].of(**known))


def _value(value: object) -> object:
    if isinstance(value, dict):
        return Name(value["zh"], value["en"])
    if isinstance(value, str) and _is_day(value):
        return date.fromisoformat(value)
    return value


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-01")


def digest_words(notices: Sequence[Notice], words: Words) -> tuple[str, str]:
    """Return title and text of all that one recipient is told at once: a line a notice."""
    notices = _newest(notices)
    title = words.text("Key projects: {count} notices", count=len(notices))
    ordered = sorted(notices, key=lambda notice: (_ORDER.index(notice.kind), notice.day))
    lines = [f"{n}. {notice_words(each, words)}" for n, each in enumerate(ordered, start=1)]
    return title, "\n".join(lines)


def _newest(notices: Sequence[Notice]) -> list[Notice]:
    """Return what still holds: of one case its newest level, of the reports the newest."""
    levels = (NoticeKind.OPENED, NoticeKind.REOPENED, NoticeKind.CLIMBED)
    found: dict[tuple[object, ...], Notice] = {}
    for notice in notices:
        key: tuple[object, ...] = (notice.key,)
        if notice.kind in levels:
            key = ("level", notice.project)
        elif notice.kind is NoticeKind.REPORT:
            key = (notice.kind,)
        found[key] = notice
    return list(found.values())


_ORDER: Sequence[NoticeKind] = (
    NoticeKind.PROMISE_BROKEN,
    NoticeKind.CLIMBED,
    NoticeKind.OPENED,
    NoticeKind.REOPENED,
    NoticeKind.PROMISE_DUE,
    NoticeKind.ASKED,
    NoticeKind.RECOVERED,
    NoticeKind.REPORT,
)
