"""An agenda as iCalendar: whole days, ids that stay, ends that are exclusive, cancellations."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from tracker.core.agenda import Entry
from tracker.i18n.words import Words

_DOMAIN = "tracker.county"


def ical_bytes(entries: Sequence[Entry], whose: str, status_date: date, words: Words) -> bytes:
    """Return the agenda of a leader or an office; the same agenda gives the same bytes."""
    made = Calendar()
    made.add("prodid", "-//tracker//agenda//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", words.text("Key projects: {whose}", whose=whose))
    made.add("x-wr-timezone", "Asia/Shanghai")
    stamp = datetime(status_date.year, status_date.month, status_date.day, tzinfo=UTC)
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.key}@{_DOMAIN}")
        event.add("dtstamp", stamp)
        day = date(entry.day.year, entry.day.month, entry.day.day)
        event.add("dtstart", day)
        event.add("dtend", day if day == date.max else day + timedelta(days=1))
        event.add("summary", words(entry.what))
        event.add("sequence", 2 * entry.version + entry.is_over)
        event.add("status", "CANCELLED" if entry.is_over else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())
