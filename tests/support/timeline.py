"""A case drawn week by week, one mark a day: what is drawn is what is tested.

    c counted   . day off   s stopped   h held   - before the first event or after the last day

A line is a Monday and its seven days.
"""

from datetime import date, timedelta

from tracker.core.clocks import Account, Case

_MARKS = {Account.COUNTED: "c", Account.DAY_OFF: ".", Account.STOPPED: "s", Account.HELD: "h"}


def drawn(case: Case) -> str:
    """Return the weeks of a case."""
    marks = {
        span.first + timedelta(n): _MARKS[span.account]
        for span in case.spans
        for n in range(span.days)
    }
    first, last = min(marks), max(marks)
    monday = first - timedelta(first.weekday())
    lines = []
    while monday <= last:
        week = "".join(marks.get(monday + timedelta(n), "-") for n in range(7))
        lines.append(f"{monday:%m-%d} {week}")
        monday += timedelta(7)
    return "\n".join(lines)


def weeks(text: str) -> str:
    """Return a drawing as written in a test, without its indentation."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def day(text: str) -> date:
    """Return a day written as 2026-09-07."""
    return date.fromisoformat(text)
