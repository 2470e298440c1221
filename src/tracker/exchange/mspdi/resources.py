"""Refusing what the resources of a Project XML file would change: other days, and gaps in work."""

from collections.abc import Mapping

from tracker.core.calendars import Calendar
from tracker.core.problems import message
from tracker.exchange.mspdi.calendars import Calendars
from tracker.exchange.mspdi.element import Element, unsupported, where_of

_LEFT = 1
"""Of data by time: the work of an assignment that is still to be done."""


def refuse_own_days(root: Element, calendars: Calendars) -> None:
    """Refuse resources that have days of their own; others only say who does the work."""
    for resource in root.all("Resources", "Resource"):
        found = calendars.by_uid.get(resource.content("CalendarUID"))
        days = found and [
            *found.all("WeekDays", "WeekDay"),
            *found.all("Exceptions", "Exception"),
        ]
        if found and days and not found.is_true("IsBaseCalendar"):
            name = resource.content("Name")
            raise unsupported(
                f"Resource {name}",
                message("The resource '{name}' has its own working days.", name=name),
            )


def refuse_assignments(
    root: Element, calendars: Calendars, tasks: Mapping[str, tuple[Element, Calendar]]
) -> None:
    """Refuse work that goes by another calendar than its task, and work that is split.

    `tasks` are those still to be done, by their `UID`, with their calendars.
    """
    resources = {r.content("UID"): r for r in root.all("Resources", "Resource")}
    for assignment in root.all("Assignments", "Assignment"):
        task, calendar = tasks.get(assignment.content("TaskUID"), (None, None))
        if task is None or calendar is None:
            continue
        if resource := resources.get(assignment.content("ResourceUID")):
            _refuse_other_days(task, calendar, resource, calendars)
        _refuse_gap(task, calendar, assignment)


def _refuse_other_days(
    task: Element, calendar: Calendar, resource: Element, calendars: Calendars
) -> None:
    uid, is_work = resource.content("CalendarUID"), resource.content("Type") in ("", "1")
    ignored = task.is_true("IgnoreResourceCalendar")
    if not is_work or ignored or uid not in calendars.by_uid:
        return
    name, where = resource.content("Name"), where_of(task)
    if not (calendar.worked == calendars.get(uid, where).worked).all():
        words = message("The resource '{name}' works on other days than the task.", name=name)
        raise unsupported(where, words)


def _refuse_gap(task: Element, calendar: Calendar, assignment: Element) -> None:
    """Refuse work that is left and rests on working days between its parts."""
    parts = [p for p in assignment.all("TimephasedData") if p.number("Type") == _LEFT]
    works = [n for n, part in enumerate(parts) if part.minutes("Value")]
    for part in parts[works[0] : works[-1]] if works else ():
        first, last = part.moment("Start"), part.moment("Finish")
        if part.minutes("Value") or first is None or last is None:
            continue
        if calendar.count(first.date(), last.date()):
            raise unsupported(where_of(task), message("The task is split."))
