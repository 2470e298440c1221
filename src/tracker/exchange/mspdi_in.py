"""Reading Microsoft Project XML.

Whatever needs hours, split tasks or resources to be right is refused by name: a date that is
nearly right is worse than none. Summary tasks are headings and left out, unless they carry dates or
links of their own. Finish-to-finish links compare working time, as Microsoft Project does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tracker.core.calendars import (
    EVERY_DAY,
    FIRST_DAY,
    LAST_DAY,
    Calendar,
    boundary_after,
    day_from,
)
from tracker.core.network import FinishRule, Tie
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.problems import Message, message
from tracker.exchange.draft_checks import check
from tracker.exchange.mspdi_codes import (
    ELAPSED_FORMATS,
    FNET,
    FNLT,
    LAG_UNITS_A_MINUTE,
    LINK_TYPES,
    MINUTES_A_DAY,
    NAMESPACE,
    PERCENT_FORMATS,
    SNET,
    SNLT,
)
from tracker.exchange.refusal import RefusedNetworkError

_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_AS_SOON_AS_POSSIBLE = 0
_LEFT = 1
"""Of data by time: the work of an assignment that is still to be done."""
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9_-]+)["']""")
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030"}
MOST_BYTES = 64 * 1024 * 1024
"""A plan of 20,000 tasks is a third of it; a tree in memory takes ten times its file."""


def read_mspdi(content: bytes) -> Draft:
    """Return the plan in a Microsoft Project XML file. Raises RefusedNetworkError."""
    if len(content) > MOST_BYTES:
        raise _refused(
            "too_large",
            "$",
            message("The file is larger than {most} MB.", most=str(MOST_BYTES // 1024 // 1024)),
            message("Save the plan without what is not needed, or in parts."),
        )
    try:
        root = ElementTree.fromstring(_readable(content))
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise _refused(
            "bad_json",
            "$",
            message("This is not XML that can be read: {why}.", why=str(error)),
            message("Save the plan as XML in Microsoft Project."),
        ) from None
    if root.tag != f"{{{NAMESPACE}}}Project":
        raise _refused(
            "bad_json",
            "$",
            message("This is not a Microsoft Project file."),
            message("Save the plan as XML in Microsoft Project."),
        )
    draft = _File(_Element(root)).draft()
    check(draft)
    return draft


def _readable(content: bytes) -> bytes:
    """Return a file in an encoding that the parser knows: it knows none of the Chinese ones."""
    declared = _DECLARED.match(content[:200])
    encoding = _CHINESE.get(declared[1].decode().lower()) if declared else None
    if declared is None or encoding is None:
        return content
    start, end = declared.span(1)
    return content[:start] + b"utf-8" + content[end:].decode(encoding).encode()


def _refused(code: str, where: str, what: Message, remedy: Message) -> RefusedNetworkError:
    return RefusedNetworkError(code, where, what, remedy)


def _unsupported(where: str, what: Message) -> RefusedNetworkError:
    remedy = message("Change that in Microsoft Project, or write the plan as a network file.")
    return _refused("unsupported", where, what, remedy)


class _Element:
    """An element whose children are asked for by their plain names."""

    def __init__(self, element: Any) -> None:
        self.element = element

    def all(self, *path: str) -> Iterator["_Element"]:
        """Yield the elements at a path."""
        names = "/".join(f"{{{NAMESPACE}}}{name}" for name in path)
        return (_Element(found) for found in self.element.findall(names))

    def content(self, name: str) -> str:
        """Return what a child says, or nothing."""
        found = self.element.find(f"{{{NAMESPACE}}}{name}")
        return (found.text or "").strip() if found is not None else ""

    def number(self, name: str, default: int = 0) -> int:
        """Return a child's whole number."""
        text = self.content(name)
        try:
            value = float(text) if text else default
            found = int(value)
        except (ValueError, OverflowError):
            raise _bad(name, text) from None
        if found != value:
            raise _bad(name, text)
        return found

    def moment(self, name: str) -> datetime | None:
        """Return a child's date and time; the years that mean "none" give none."""
        text = self.content(name)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text).replace(tzinfo=None)
        except ValueError:
            raise _bad(name, text) from None
        return found if found.year > FIRST_DAY.year - 16 else None

    def hour(self, name: str) -> time:
        """Return a child's time of day."""
        try:
            return time.fromisoformat(self.content(name))
        except ValueError:
            raise _bad(name, self.content(name)) from None

    def minutes(self, name: str) -> float | None:
        """Return a child's duration in minutes, `PT40H0M0S`."""
        text = self.content(name)
        if not text:
            return None
        found = _DURATION.fullmatch(text)
        if found is None:
            raise _bad(name, text)
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return days * MINUTES_A_DAY + hours * 60 + minutes + seconds / 60


def _bad(name: str, text: str) -> RefusedNetworkError:
    code = "bad_duration" if "Duration" in name else "bad_date"
    return _refused(
        code, name, message("'{value}' cannot be read.", value=text), message("Correct this entry.")
    )


@dataclass(frozen=True)
class _Hours:
    """When a day's work begins and ends, and how long it is."""

    first: time
    last: time
    minutes: int


class _File:
    """A file on its way to a draft."""

    def __init__(self, root: _Element) -> None:
        self.root = root
        self.minutes_a_day = root.number("MinutesPerDay", 480)
        if not 0 < self.minutes_a_day <= MINUTES_A_DAY:
            raise _bad("MinutesPerDay", str(self.minutes_a_day))
        self.by_uid = {c.content("UID"): c for c in root.all("Calendars", "Calendar")}
        self.all_tasks = {t.content("UID"): t for t in root.all("Tasks", "Task")}
        self.made: dict[str, Calendar] = {}
        self.hours: _Hours | None = None

    def draft(self) -> Draft:
        """Return the plan."""
        root = self.root
        if root.content("ScheduleFromStart") == "0":
            raise _unsupported("Project", message("The plan is scheduled from its finish."))
        self._refuse_resources()
        self._refuse_assignments()
        calendar = self.calendar(root.content("CalendarUID"), "Project")
        start = root.moment("StartDate")
        if start is None:
            raise _refused(
                "missing_field",
                "Project: StartDate",
                message("The field '{field}' is missing.", field="StartDate"),
                message("Add it."),
            )
        tasks = list(self.tasks())
        steps = tuple(self.step(task, calendar) for task in tasks)
        known = {step.id: step for step in steps}
        return Draft(
            id=root.content("GUID") or root.content("UID") or root.content("Name") or "project",
            name=root.content("Title") or root.content("Name"),
            start=self.first_day(start, "Project: StartDate"),
            status_date=self.status_date(tasks),
            calendar=calendar,
            steps=steps,
            ties=tuple(tie for task in tasks for tie in self.ties(task, known)),
            finish_rule=FinishRule.WORKING_TIME,
        )

    def _refuse_resources(self) -> None:
        """Refuse resources that have days of their own; others only say who does the work."""
        for resource in self.root.all("Resources", "Resource"):
            found = self.by_uid.get(resource.content("CalendarUID"))
            days = found and [
                *found.all("WeekDays", "WeekDay"),
                *found.all("Exceptions", "Exception"),
            ]
            is_derived = found is not None and found.content("IsBaseCalendar") != "1"
            if days and is_derived:
                name = resource.content("Name")
                raise _unsupported(
                    f"Resource {name}",
                    message("The resource '{name}' has its own working days.", name=name),
                )

    def _refuse_assignments(self) -> None:
        """Refuse work that goes by another calendar than its task, and work that is split."""
        resources = {r.content("UID"): r for r in self.root.all("Resources", "Resource")}
        for assignment in self.root.all("Assignments", "Assignment"):
            task = self.all_tasks.get(assignment.content("TaskUID"))
            if task is None or task.moment("ActualFinish") or task.content("Active") == "0":
                continue
            if resource := resources.get(assignment.content("ResourceUID")):
                self._refuse_other_days(task, resource)
            self._refuse_gap(task, assignment)

    def _refuse_other_days(self, task: _Element, resource: _Element) -> None:
        uid, is_work = resource.content("CalendarUID"), resource.content("Type") in ("", "1")
        ignored = task.content("IgnoreResourceCalendar") == "1"
        if not is_work or ignored or uid not in self.by_uid:
            return
        name, where = resource.content("Name"), _where(task)
        own, theirs = self.calendar(self._calendar_uid(task), where), self.calendar(uid, where)
        if not (own.worked == theirs.worked).all():
            raise _unsupported(
                where,
                message(
                    "The resource '{name}' works on other days than the task.",
                    name=name,
                ),
            )

    def _refuse_gap(self, task: _Element, assignment: _Element) -> None:
        """Refuse work that is left and rests on working days between its parts."""
        parts = [p for p in assignment.all("TimephasedData") if p.number("Type") == _LEFT]
        works = [n for n, part in enumerate(parts) if part.minutes("Value")]
        for part in parts[works[0] : works[-1]] if works else ():
            first, last = part.moment("Start"), part.moment("Finish")
            if part.minutes("Value") or first is None or last is None:
                continue
            calendar = self.calendar(self._calendar_uid(task), _where(task))
            if calendar.count(first.date(), last.date()):
                raise _unsupported(_where(task), message("The task is split."))

    @cached_property
    def headings(self) -> frozenset[str]:
        """Return the tasks that are headings, said so or by a deeper line right below them."""
        lines = [t for t in self.all_tasks.values() if t.content("IsNull") != "1"]
        found = {task.content("UID") for task in lines if task.content("Summary") == "1"}
        for task, below in pairwise(lines):
            if below.number("OutlineLevel") > task.number("OutlineLevel"):
                found.add(task.content("UID"))
        return frozenset(found)

    def tasks(self) -> Iterator[_Element]:
        """Yield the tasks that are work: no headings, no blank lines, none that is switched off."""
        for task in self.root.all("Tasks", "Task"):
            is_blank = task.content("IsNull") == "1" or task.content("UID") == "0"
            if is_blank or task.content("Active") == "0":
                continue
            if task.content("UID") in self.headings:
                self._refuse_heading(task)
            else:
                self._refuse_task(task)
                yield task

    def _refuse_heading(self, task: _Element) -> None:
        where = _where(task)
        if any(task.all("PredecessorLink")):
            raise _unsupported(where, message("A summary task has links of its own."))
        if task.number("ConstraintType") != _AS_SOON_AS_POSSIBLE:
            raise _unsupported(where, message("A summary task has a constraint of its own."))
        if task.moment("Deadline"):
            raise _unsupported(where, message("A summary task has a deadline of its own."))

    def _refuse_task(self, task: _Element) -> None:
        where = _where(task)
        if task.content("Manual") == "1":
            raise _unsupported(where, message("The task is scheduled by hand."))
        if task.content("ExternalTask") == "1":
            raise _unsupported(where, message("The task is in another file."))
        if task.number("LevelingDelay"):
            raise _unsupported(where, message("The task is delayed by resource levelling."))
        stop, resume = task.moment("Stop"), task.moment("Resume")
        if (
            stop
            and resume
            and resume - stop > timedelta(days=1)
            and not task.moment("ActualFinish")
        ):
            last, first = stop.date(), resume.date()
            calendar = self.calendar(self._calendar_uid(task), where)
            if calendar.count(last, first) > 2:
                raise _unsupported(where, message("The task is split."))

    def _calendar_uid(self, task: _Element) -> str:
        own = task.content("CalendarUID")
        return own if own not in ("", "-1") else self.root.content("CalendarUID")

    def step(self, task: _Element, project: Calendar) -> DraftStep:
        """Return a task as a step."""
        where = _where(task)
        is_elapsed = task.number("DurationFormat", 7) in ELAPSED_FORMATS
        calendar = self.calendar(self._calendar_uid(task), where)
        if is_elapsed:
            calendar = EVERY_DAY
        minutes = task.minutes("Duration")
        if minutes is None:
            raise _refused(
                "missing_field",
                where,
                message("The field '{field}' is missing.", field="Duration"),
                message("Add it."),
            )
        duration = self.days(minutes, is_elapsed, f"{where}: Duration")
        begun, ended = task.moment("ActualStart"), task.moment("ActualFinish")
        left = task.minutes("RemainingDuration") if begun and not ended else None
        limits = self.limits(task, calendar, duration, where)
        return DraftStep(
            id=task.content("UID"),
            name=task.content("Name"),
            duration=duration,
            calendar=calendar,
            actual_start=begun.date() if begun else None,
            actual_finish=ended.date() if ended else None,
            remaining=None
            if left is None
            else self.days(left, is_elapsed, f"{where}: RemainingDuration"),
            **limits,
        )

    def limits(
        self, task: _Element, calendar: Calendar, duration: int, where: str
    ) -> dict[str, Any]:
        """Return what constraint and deadline allow."""
        kind, at = task.number("ConstraintType"), task.moment("ConstraintDate")
        if kind not in (_AS_SOON_AS_POSSIBLE, SNET, SNLT, FNET, FNLT):
            words = message("The constraint of the task fixes its dates (type {kind}).", kind=kind)
            raise _unsupported(where, words)
        found = self._constraint(kind, at, calendar, duration, where) if at else {}
        if (deadline := task.moment("Deadline")) is not None:
            day = self.last_day(deadline, f"{where}: Deadline")
            found["deadline"] = min(day, found.get("deadline", day))
        return found

    def _constraint(
        self, kind: int, at: datetime, calendar: Calendar, duration: int, where: str
    ) -> dict[str, date]:
        here = f"{where}: ConstraintDate"
        if kind == SNET:
            return {"not_before": self.first_day(at, here)}
        if kind == SNLT:
            return {"start_by": self.first_day(at, here)}
        if kind == FNLT:
            return {"deadline": self.last_day(at, here)}
        if kind == FNET:
            return {"not_before": _start_for(self.last_day(at, here), duration, calendar)}
        return {}

    def ties(self, task: _Element, known: dict[str, DraftStep]) -> Iterator[Tie]:
        """Yield the links into a task."""
        uid = task.content("UID")
        for link in task.all("PredecessorLink"):
            where = f"{_where(task)}: PredecessorLink"
            if link.content("PredecessorUID") not in self.all_tasks:
                wanted = link.content("PredecessorUID")
                raise _refused(
                    "unknown_step",
                    where,
                    message("No step is called '{step}'.", step=wanted),
                    message("Correct this entry."),
                )
            if link.content("CrossProject") == "1":
                raise _unsupported(where, message("The task has a predecessor in another file."))
            before = link.content("PredecessorUID")
            if before not in known:
                if self._is_switched_off(before):
                    continue
                raise _unsupported(where, message("The predecessor of the task is a summary task."))
            format_ = link.number("LagFormat", 7)
            if format_ in PERCENT_FORMATS and link.number("LinkLag"):
                raise _unsupported(
                    where, message("The lag is a percentage of the other task's duration.")
                )
            is_elapsed = format_ in ELAPSED_FORMATS
            minutes = link.number("LinkLag") / LAG_UNITS_A_MINUTE
            lag = self.days(abs(minutes), is_elapsed, f"{where}: LinkLag")
            type_ = LINK_TYPES.get(link.number("Type", 1))
            if type_ is None:
                raise _refused(
                    "bad_link_type",
                    where,
                    message("'{value}' is not a kind of link.", value=link.content("Type")),
                    message("Write FS, SS, FF or SF."),
                )
            calendar = EVERY_DAY if is_elapsed else known[uid].calendar
            yield Tie(
                predecessor=before,
                successor=uid,
                type=type_,
                lag=lag if minutes >= 0 else -lag,
                calendar=calendar,
            )

    def _is_switched_off(self, uid: str) -> bool:
        return self.all_tasks[uid].content("Active") == "0"

    def days(self, minutes: float, is_elapsed: bool, where: str) -> int:  # noqa: FBT001
        """Return whole days, or refuse."""
        days = minutes / (MINUTES_A_DAY if is_elapsed else self.minutes_a_day)
        if abs(days - round(days)) > 1e-9:
            raise _unsupported(
                where,
                message(
                    "{days} is not a whole number of days: this plan would have to be counted in"
                    " hours.",
                    days=f"{days:.2f}",
                ),
            )
        return round(days)

    def status_date(self, tasks: list[_Element]) -> date | None:
        """Return the first day not yet known: the day after the status date, else today's."""
        if not any(task.moment("ActualStart") or task.moment("ActualFinish") for task in tasks):
            return None
        found = self.root.moment("StatusDate") or self.root.moment("CurrentDate")
        if found is None:
            raise _refused(
                "missing_field",
                "Project: StatusDate",
                message("The plan has progress, but no status date."),
                message("Set the status date in Microsoft Project, and save the plan again."),
            )
        is_evening = self.hours is not None and found.time() > self.hours.first
        return found.date() + timedelta(days=is_evening)

    def first_day(self, at: datetime, where: str) -> date:
        """Return the first day on which work can be done from a moment on."""
        if self.hours is None or at.time() <= self.hours.first:
            return at.date()
        if at.time() >= self.hours.last:
            return at.date() + timedelta(days=1)
        raise _unsupported(
            where,
            message(
                "{moment} falls within a day: this plan would have to be counted in hours.",
                moment=at.isoformat(" ", "minutes"),
            ),
        )

    def last_day(self, at: datetime, where: str) -> date:
        """Return the last day whose work is done by a moment."""
        if self.hours is None or at.time() >= self.hours.last or at.time() == time(0):
            return at.date()
        if at.time() <= self.hours.first:
            return at.date() - timedelta(days=1)
        raise _unsupported(
            where,
            message(
                "{moment} falls within a day: this plan would have to be counted in hours.",
                moment=at.isoformat(" ", "minutes"),
            ),
        )

    def calendar(self, uid: str, where: str) -> Calendar:
        """Return a calendar of whole days, made once."""
        if uid in ("", "-1"):
            raise _refused(
                "unknown_calendar",
                where,
                message("The plan names no calendar."),
                message("Choose the project's calendar in Microsoft Project."),
            )
        if uid not in self.by_uid:
            raise _refused(
                "unknown_calendar",
                where,
                message("No calendar is called '{name}'.", name=uid),
                message("Correct this entry."),
            )
        if uid not in self.made:
            found = _CalendarReader(self, self.by_uid[uid])
            self.made[uid] = Calendar.weekly(found.name, found.week, found.days)
        return self.made[uid]


def _where(task: _Element) -> str:
    return f"Task {task.content('UID')} {task.content('Name')}"


def _start_for(finish: date, duration: int, calendar: Calendar) -> date:
    """Return the day to start on so as to finish on a day."""
    at = calendar.finish_at[boundary_after(finish)]
    return day_from(calendar.start_of[at - duration])


class _CalendarReader:
    """The worked days of one calendar and those it is based on."""

    def __init__(self, file: _File, element: _Element, below: tuple[str, ...] = ()) -> None:
        self.file, self.element = file, element
        self.below = below or (element.content("UID"),)
        self.name = element.content("Name") or element.content("UID")

    @cached_property
    def base(self) -> "_CalendarReader | None":
        """Return the calendar this one is based on."""
        uid = self.element.content("BaseCalendarUID")
        found = self.file.by_uid.get(uid)
        if found is None:
            return None
        if uid in self.below:
            words = message("The calendar '{name}' is based on itself.", name=self.name)
            raise _unsupported(f"Calendar {self.name}", words)
        return _CalendarReader(self.file, found, (*self.below, uid))

    @cached_property
    def week(self) -> list[bool]:
        """Return which days of the week are worked, Monday first."""
        week = list(self.base.week) if self.base else [True] * 5 + [False] * 2
        for day in self.element.all("WeekDays", "WeekDay"):
            kind = day.number("DayType")
            if 1 <= kind <= 7:
                week[(kind - 2) % 7] = self._is_worked(day)
        return week

    @cached_property
    def days(self) -> dict[date, bool]:
        """Return the days that differ from the week."""
        days = dict(self.base.days) if self.base else {}
        for work_week in self.element.all("WorkWeeks", "WorkWeek"):
            week = {
                d.number("DayType"): self._is_worked(d)
                for d in work_week.all("WeekDays", "WeekDay")
            }
            for day in self._period(work_week):
                kind = day.isoweekday() % 7 + 1
                if kind in week:
                    days[day] = week[kind]
        for entry in [
            *self.element.all("WeekDays", "WeekDay"),
            *self.element.all("Exceptions", "Exception"),
        ]:
            if entry.content("DayType") in ("", "0"):
                self._refuse_pattern(entry)
                days |= dict.fromkeys(self._period(entry), self._is_worked(entry))
        return days

    def _refuse_pattern(self, entry: _Element) -> None:
        """Refuse exceptions that come back in a pattern; one run of days is all we read."""
        kind, count = entry.number("Type", 1), entry.number("Occurrences")
        if (
            kind not in (0, 1)
            or entry.number("Period", 1) > 1
            or (
                entry.content("EnteredByOccurrences") == "1"
                and count != len(list(self._period(entry)))
            )
        ):
            words = message("The calendar '{name}' has recurring exceptions.", name=self.name)
            raise _unsupported(f"Calendar {self.name}", words)

    def _period(self, entry: _Element) -> Iterator[date]:
        for period in entry.all("TimePeriod"):
            first, last = period.moment("FromDate"), period.moment("ToDate")
            if first and last:
                day, end = max(first.date(), FIRST_DAY), min(last.date(), LAST_DAY)
                while day <= end:
                    yield day
                    day += timedelta(days=1)

    def _is_worked(self, day: _Element) -> bool:
        """Tell whether a day is worked; all worked days must be equally long."""
        if day.content("DayWorking") != "1":
            return False
        spans = [
            (t.hour("FromTime"), t.hour("ToTime"))
            for t in day.all("WorkingTimes", "WorkingTime")
            if t.content("FromTime")
        ]
        if not spans:
            return True
        minutes = sum(_minutes(last) - _minutes(first) or MINUTES_A_DAY for first, last in spans)
        if minutes != self.file.minutes_a_day:
            words = message(
                "The calendar '{name}' has a working day of {hours} hours: this plan would have to"
                " be counted in hours.",
                name=self.name,
                hours=f"{minutes / 60:g}",
            )
            raise _unsupported(f"Calendar {self.name}", words)
        hours = _Hours(spans[0][0], spans[-1][1], minutes)
        self.file.hours = self.file.hours or hours
        return True


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
