"""The weekly report as a message: what fits into one notice of a chat robot."""

from tracker.core.digest import Digest
from tracker.i18n.words import Words
from tracker.reports.sections import Report

MOST_BYTES = 4096


def message_text(report: Report, digest: Digest, words: Words) -> str:
    """Return the summary and the worst projects in at most `MOST_BYTES` bytes of UTF-8.

    Whole lines only; the last one says how many projects did not fit.
    """
    lines = [report.title, report.subtitle, report.cover[0], "", report.summary, ""]
    late = [
        f"{n}. {s.project.name}: {words(s.flags[0].sentence)}"
        for n, s in enumerate(digest.late, start=1)
    ]
    kept = 0
    while kept < len(late) and _size([*lines, *late[: kept + 1], _more(999, words)]) <= MOST_BYTES:
        kept += 1
    rest = len(late) - kept
    lines += late[:kept] + ([_more(rest, words)] if rest else [])
    return "\n".join(lines) + "\n"


def _more(count: int, words: Words) -> str:
    return words.text("… and {count} more, see the report.", count=count)


def _size(lines: list[str]) -> int:
    return len("\n".join(lines).encode()) + 1
