"""Reading Microsoft Project XML.

Whatever needs hours, split tasks or resources to be right is refused by name: a date that is
nearly right is worse than none. Summary tasks are headings and left out, unless they carry dates or
links of their own. Finish-to-finish links compare working time, as Microsoft Project does.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tracker.core.calendars import (
    EVERY_DAY,
    Calendar,
    boundary_after,
    day_from,
)
from tracker.core.network import FinishRule, Tie
from tracker.core.plan.draft import Draft, DraftStep
from tracker.core.problems import message
from tracker.exchange.draft_checks import check
from tracker.exchange.mspdi_calendars import Calendars
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
from tracker.exchange.mspdi_element import Element, refused, unsupported

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
        raise refused(
            "too_large",
            "$",
            message("The file is larger than {most} MB.", most=str(MOST_BYTES // 1024 // 1024)),
            message("Save the plan without what is not needed, or in parts."),
        )
    try:
        root = ElementTree.fromstring(_readable(content))
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise refused(
            "bad_json",
            "$",
            message("This is not XML that can be read: {why}.", why=str(error)),
            message("Save the plan as XML in Microsoft Project."),
        ) from None
    if root.tag != f"{{{NAMESPACE}}}Project":
        raise refused(
            "bad_json",
            "$",
            message("This is not a Microsoft Project file."),
            message("Save the plan as XML in Microsoft Project."),
        )
    draft = _File(Element(root)).draft()
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


class _File:
    """A file on its way to a draft."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.calendars = Calendars(root)
        self.all_tasks = {t.content("UID"): t for t in root.all("Tasks", "Task")}

    def draft(self) -> Draft:
        """Return the plan."""
        root = self.root
        if root.content("ScheduleFromStart") == "0":
            raise unsupported("Project", message("The plan is scheduled from its finish."))
        self._refuse_resources()
        self._refuse_assignments()
        calendar = self.calendars.get(root.content("CalendarUID"), "Project")
        start = root.moment("StartDate")
        if start is None:
            raise refused(
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
            found = self.calendars.by_uid.get(resource.content("CalendarUID"))
            days = found and [
                *found.all("WeekDays", "WeekDay"),
                *found.all("Exceptions", "Exception"),
            ]
            is_derived = found is not None and found.content("IsBaseCalendar") != "1"
            if days and is_derived:
                name = resource.content("Name")
                raise unsupported(
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

    def _refuse_other_days(self, task: Element, resource: Element) -> None:
        uid, is_work = resource.content("CalendarUID"), resource.content("Type") in ("", "1")
        ignored = task.content("IgnoreResourceCalendar") == "1"
        if not is_work or ignored or uid not in self.calendars.by_uid:
            return
        name, where = resource.content("Name"), _where(task)
        own, theirs = (
            self.calendars.get(self._calendar_uid(task), where),
            self.calendars.get(uid, where),
        )
        if not (own.worked == theirs.worked).all():
            raise unsupported(
                where,
                message(
                    "The resource '{name}' works on other days than the task.",
                    name=name,
                ),
            )

    def _refuse_gap(self, task: Element, assignment: Element) -> None:
        """Refuse work that is left and rests on working days between its parts."""
        parts = [p for p in assignment.all("TimephasedData") if p.number("Type") == _LEFT]
        works = [n for n, part in enumerate(parts) if part.minutes("Value")]
        for part in parts[works[0] : works[-1]] if works else ():
            first, last = part.moment("Start"), part.moment("Finish")
            if part.minutes("Value") or first is None or last is None:
                continue
            calendar = self.calendars.get(self._calendar_uid(task), _where(task))
            if calendar.count(first.date(), last.date()):
                raise unsupported(_where(task), message("The task is split."))

    @cached_property
    def headings(self) -> frozenset[str]:
        """Return the tasks that are headings, said so or by a deeper line right below them."""
        lines = [t for t in self.all_tasks.values() if t.content("IsNull") != "1"]
        found = {task.content("UID") for task in lines if task.content("Summary") == "1"}
        for task, below in pairwise(lines):
            if below.number("OutlineLevel") > task.number("OutlineLevel"):
                found.add(task.content("UID"))
        return frozenset(found)

    def tasks(self) -> Iterator[Element]:
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

    def _refuse_heading(self, task: Element) -> None:
        where = _where(task)
        if any(task.all("PredecessorLink")):
            raise unsupported(where, message("A summary task has links of its own."))
        if task.number("ConstraintType") != _AS_SOON_AS_POSSIBLE:
            raise unsupported(where, message("A summary task has a constraint of its own."))
        if task.moment("Deadline"):
            raise unsupported(where, message("A summary task has a deadline of its own."))

    def _refuse_task(self, task: Element) -> None:
        where = _where(task)
        if task.content("Manual") == "1":
            raise unsupported(where, message("The task is scheduled by hand."))
        if task.content("ExternalTask") == "1":
            raise unsupported(where, message("The task is in another file."))
        if task.number("LevelingDelay"):
            raise unsupported(where, message("The task is delayed by resource levelling."))
        stop, resume = task.moment("Stop"), task.moment("Resume")
        if (
            stop
            and resume
            and resume - stop > timedelta(days=1)
            and not task.moment("ActualFinish")
        ):
            last, first = stop.date(), resume.date()
            calendar = self.calendars.get(self._calendar_uid(task), where)
            if calendar.count(last, first) > 2:
                raise unsupported(where, message("The task is split."))

    def _calendar_uid(self, task: Element) -> str:
        own = task.content("CalendarUID")
        return own if own not in ("", "-1") else self.root.content("CalendarUID")

    def step(self, task: Element, project: Calendar) -> DraftStep:
        """Return a task as a step."""
        where = _where(task)
        is_elapsed = task.number("DurationFormat", 7) in ELAPSED_FORMATS
        calendar = self.calendars.get(self._calendar_uid(task), where)
        if is_elapsed:
            calendar = EVERY_DAY
        minutes = task.minutes("Duration")
        if minutes is None:
            raise refused(
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
        self, task: Element, calendar: Calendar, duration: int, where: str
    ) -> dict[str, Any]:
        """Return what constraint and deadline allow."""
        kind, at = task.number("ConstraintType"), task.moment("ConstraintDate")
        if kind not in (_AS_SOON_AS_POSSIBLE, SNET, SNLT, FNET, FNLT):
            words = message("The constraint of the task fixes its dates (type {kind}).", kind=kind)
            raise unsupported(where, words)
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

    def ties(self, task: Element, known: dict[str, DraftStep]) -> Iterator[Tie]:
        """Yield the links into a task."""
        uid = task.content("UID")
        for link in task.all("PredecessorLink"):
            where = f"{_where(task)}: PredecessorLink"
            if link.content("PredecessorUID") not in self.all_tasks:
                wanted = link.content("PredecessorUID")
                raise refused(
                    "unknown_step",
                    where,
                    message("No step is called '{step}'.", step=wanted),
                    message("Correct this entry."),
                )
            if link.content("CrossProject") == "1":
                raise unsupported(where, message("The task has a predecessor in another file."))
            before = link.content("PredecessorUID")
            if before not in known:
                if self._is_switched_off(before):
                    continue
                raise unsupported(where, message("The predecessor of the task is a summary task."))
            format_ = link.number("LagFormat", 7)
            if format_ in PERCENT_FORMATS and link.number("LinkLag"):
                raise unsupported(
                    where, message("The lag is a percentage of the other task's duration.")
                )
            is_elapsed = format_ in ELAPSED_FORMATS
            minutes = link.number("LinkLag") / LAG_UNITS_A_MINUTE
            lag = self.days(abs(minutes), is_elapsed, f"{where}: LinkLag")
            type_ = LINK_TYPES.get(link.number("Type", 1))
            if type_ is None:
                raise refused(
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
        days = minutes / (MINUTES_A_DAY if is_elapsed else self.calendars.minutes_a_day)
        if abs(days - round(days)) > 1e-9:
            raise unsupported(
                where,
                message(
                    "{days} is not a whole number of days: this plan would have to be counted in"
                    " hours.",
                    days=f"{days:.2f}",
                ),
            )
        return round(days)

    def status_date(self, tasks: list[Element]) -> date | None:
        """Return the first day not yet known: the day after the status date, else today's."""
        if not any(task.moment("ActualStart") or task.moment("ActualFinish") for task in tasks):
            return None
        found = self.root.moment("StatusDate") or self.root.moment("CurrentDate")
        if found is None:
            raise refused(
                "missing_field",
                "Project: StatusDate",
                message("The plan has progress, but no status date."),
                message("Set the status date in Microsoft Project, and save the plan again."),
            )
        is_evening = self.calendars.hours is not None and found.time() > self.calendars.hours.first
        return found.date() + timedelta(days=is_evening)

    def first_day(self, at: datetime, where: str) -> date:
        """Return the first day on which work can be done from a moment on."""
        if self.calendars.hours is None or at.time() <= self.calendars.hours.first:
            return at.date()
        if at.time() >= self.calendars.hours.last:
            return at.date() + timedelta(days=1)
        raise unsupported(
            where,
            message(
                "{moment} falls within a day: this plan would have to be counted in hours.",
                moment=at.isoformat(" ", "minutes"),
            ),
        )

    def last_day(self, at: datetime, where: str) -> date:
        """Return the last day whose work is done by a moment."""
        if (
            self.calendars.hours is None
            or at.time() >= self.calendars.hours.last
            or at.time() == time(0)
        ):
            return at.date()
        if at.time() <= self.calendars.hours.first:
            return at.date() - timedelta(days=1)
        raise unsupported(
            where,
            message(
                "{moment} falls within a day: this plan would have to be counted in hours.",
                moment=at.isoformat(" ", "minutes"),
            ),
        )


def _where(task: Element) -> str:
    return f"Task {task.content('UID')} {task.content('Name')}"


def _start_for(finish: date, duration: int, calendar: Calendar) -> date:
    """Return the day to start on so as to finish on a day."""
    at = calendar.finish_at[boundary_after(finish)]
    return day_from(calendar.start_of[at - duration])
