"""MPXJ's Primavera scheduler, where Java is present.

Its objects are made before the clock starts.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from tracker.core.calendars import FIRST_DAY, Calendar
from tracker.core.model import LinkType
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.plan.facts import Stage

_YEARS = (date(2025, 1, 1), date(2029, 12, 31))
_TYPES = {
    LinkType.FINISH_TO_START: "FINISH_START",
    LinkType.START_TO_START: "START_START",
    LinkType.FINISH_TO_FINISH: "FINISH_FINISH",
    LinkType.START_TO_FINISH: "START_FINISH",
}
_STATUS = {Stage.WAITING: "NOT_STARTED", Stage.BEGUN: "IN_PROGRESS", Stage.FINISHED: "COMPLETED"}


def scheduler(drafts: Sequence[Draft]) -> Callable[[], None] | None:
    """Return an act that schedules all drafts, or None where Java or mpxj is missing."""
    if shutil.which("java") is None:
        return None
    try:
        import jpype  # noqa: PLC0415  only where Java is
        import mpxj  # noqa: F401, PLC0415  puts its classes within reach
    except ImportError:
        return None
    if not jpype.isJVMStarted():
        jpype.startJVM()
    files = [_Maker(jpype).file(draft) for draft in drafts]
    cpm = jpype.JClass("org.mpxj.cpm.PrimaveraScheduler")

    def run() -> None:
        for file, start in files:
            cpm().schedule(file, start)

    return run


class _Maker:
    """Makes MPXJ's objects."""

    def __init__(self, jpype: Any) -> None:
        self.of: Callable[[str], Any] = lambda name: jpype.JClass(f"org.mpxj.{name}")
        self.moment = jpype.JClass("java.time.LocalDateTime")
        self.day = jpype.JClass("java.time.LocalDate")

    def at(self, day: date, hour: int) -> Any:
        return self.moment.of(day.year, day.month, day.day, hour, 0)

    def days(self, count: int) -> Any:
        return self.of("Duration").getInstance(count, self.of("TimeUnit").DAYS)

    def file(self, draft: Draft) -> tuple[Any, Any]:
        file = self.of("ProjectFile")()
        calendars: dict[str, Any] = {}
        for step in draft.steps:
            if step.calendar.name not in calendars:
                calendars[step.calendar.name] = self.calendar(file, step.calendar)
        file.setDefaultCalendar(calendars[draft.steps[0].calendar.name])
        start = self.at(draft.start, 8)
        properties = file.getProjectProperties()
        properties.setStartDate(start)
        properties.setStatusDate(self.at(draft.status_date or draft.start, 8))
        if draft.deadline:
            properties.setMustFinishBy(self.at(draft.deadline, 17))
        tasks = {step.id: self.task(file, step, calendars) for step in draft.steps}
        for tie in draft.ties:
            type_ = getattr(self.of("RelationType"), _TYPES[tie.type])
            link = self.of("Relation").Builder().predecessorTask(tasks[tie.predecessor])
            tasks[tie.successor].addPredecessor(link.type(type_).lag(self.days(tie.lag)))
        return file, start

    def calendar(self, file: Any, calendar: Calendar) -> Any:
        """Return a calendar with the days that differ from Monday to Friday, for some years."""
        made = file.addDefaultBaseCalendar()
        made.setName(calendar.name)
        hours = made.getCalendarHours(self.moment.of(2026, 1, 5, 8, 0).getDayOfWeek())
        day = _YEARS[0]
        while day <= _YEARS[1]:
            worked = bool(calendar.worked[(day - FIRST_DAY).days])
            if worked != (day.weekday() < 5):
                entry = made.addCalendarException(self.day.of(day.year, day.month, day.day))
                if worked:
                    for span in hours:
                        entry.add(span)
            day += timedelta(days=1)
        return made

    def task(self, file: Any, step: DraftStep, calendars: dict[str, Any]) -> Any:
        task = file.addTask()
        left = step.duration if step.remaining is None else step.remaining
        task.setName(step.id)
        task.setActivityType(self.of("ActivityType").TASK_DEPENDENT)
        task.setActivityStatus(getattr(self.of("ActivityStatus"), _STATUS[step.stage]))
        task.setCalendar(calendars[step.calendar.name])
        task.setDuration(self.days(step.duration))
        task.setPlannedDuration(self.days(step.duration))
        task.setRemainingDuration(self.days(0 if step.actual_finish else left))
        task.setActualDuration(self.days(step.duration - left if step.remaining else 0))
        if step.actual_finish:
            task.setActualDuration(self.days(step.duration))
        if step.actual_start:
            task.setActualStart(self.at(step.actual_start, 8))
        if step.actual_finish:
            task.setActualFinish(self.at(step.actual_finish, 17))
        return task
