"""Writing Microsoft Project XML: the plan with its dates, to be opened there.

Steps that are off are left out and tied across.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from xml.etree import ElementTree as ET

from tracker.core.calendars import EVERY_DAY, FIRST_DAY, LAST_DAY, Calendar
from tracker.core.model import LinkType
from tracker.core.network import FinishRule, Tie
from tracker.core.plan.as_draft import without_unneeded
from tracker.core.plan.draft import Draft, DraftStep, PlanMode, ends_a_day
from tracker.core.plan.facts import Stage
from tracker.core.plan.schedule import Schedule
from tracker.core.problems import Message, message
from tracker.exchange.mspdi.codes import (
    DAYS,
    ELAPSED_DAYS,
    LAG_UNITS_A_MINUTE,
    LINK_TYPES,
    MINUTES_A_DAY,
    NAMESPACE,
    Constraint,
)
from tracker.exchange.refusal import RefusedNetworkError

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MINUTES = 480
_MORNING, _EVENING = "T08:00:00", "T17:00:00"
_TYPES = {type_: code for code, type_ in LINK_TYPES.items()}
_WORKED = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))


def left_out(draft: Draft) -> list[Message]:
    """Return what the plan says and Microsoft Project has no place for."""
    found = []
    by_date = draft.finish_rule is FinishRule.CALENDAR_DATE
    if by_date and any(tie.type is LinkType.FINISH_TO_FINISH for tie in draft.ties):
        found.append(message("Microsoft Project compares finishes by working time, not by date."))
    if draft.overrides:
        found.append(message("Microsoft Project has no progress override."))
    if draft.deadline and draft.plan is PlanMode.EARLY:
        found.append(
            message(
                "The project's deadline is written at its own line; Microsoft Project counts no"
                " float beyond its own finish."
            )
        )
    if unneeded := sum(step.is_off for step in draft.steps):
        found.append(message("Steps that are not needed are left out: {count}.", count=unneeded))
    for step in draft.steps:
        words = [
            name
            for name, value in (
                ("valid_for", step.valid_for),
                ("p50, p80", step.p50),
                ("expected_finish", step.expected_finish),
                ("start_by", step.start_by if step.not_before and not step.is_fixed else None),
                ("remaining", step.remaining if step.stage is Stage.WAITING else None),
            )
            if value is not None
        ]
        if words:
            found.append(
                message(
                    "{step}: {fields} cannot be written.",
                    step=step.name or step.id,
                    fields=", ".join(words),
                )
            )
    return found


def write_mspdi(
    draft: Draft, schedule: Schedule | None, notes: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Return the plan as Microsoft Project XML; the same plan gives the same bytes.

    `notes`, by step, are written with their tasks.

    The project's deadline stands at its own line, numbered 0; Microsoft Project itself
    counts no float beyond its own finish. Raises RefusedNetworkError for lags that Microsoft
    Project cannot count.
    """
    return _Writer(without_unneeded(draft), schedule, notes).document()


class _Writer:
    def __init__(self, draft: Draft, schedule: Schedule | None, notes: Mapping[str, str]) -> None:
        self.draft, self.schedule, self.notes = draft, schedule, notes
        self.uid = {step.id: str(n) for n, step in enumerate(draft.steps, start=1)}
        self.calendars: dict[str, tuple[str, Calendar]] = {}
        self.ties: dict[str, list[Tie]] = {}
        for tie in draft.ties:
            self.ties.setdefault(tie.successor, []).append(tie)
        self.project_calendar = self._calendar(draft.calendar, draft.calendar.name)
        for step in draft.steps:
            self._calendar(*self._calendar_of(step))

    def _calendar_of(self, step: DraftStep) -> tuple[Calendar, str]:
        name = step.calendar.name
        return step.own_calendar, f"{name} ({step.id})" if step.stops else name

    def _calendar(self, calendar: Calendar, name: str) -> str:
        same = name
        while same in self.calendars and (self.calendars[same][1].worked != calendar.worked).any():
            same += "+"  # two calendars of one name
        uid = str(len(self.calendars) + 1)
        return self.calendars.setdefault(same, (uid, calendar))[0]

    def document(self) -> bytes:
        draft = self.draft
        root = ET.Element("Project", xmlns=NAMESPACE)
        _texts(root, SaveVersion="14", Name=draft.id, Title=draft.name or draft.id)
        from_finish = draft.deadline is not None and draft.plan is PlanMode.LATE
        if from_finish:
            _texts(root, FinishDate=_at(draft.deadline, _EVENING))
        _texts(root, ScheduleFromStart=str(int(not from_finish)))
        _texts(root, StartDate=_at(draft.start, _MORNING))
        _texts(root, CalendarUID=self.project_calendar, MinutesPerDay=str(_MINUTES))
        _texts(root, MinutesPerWeek=str(5 * _MINUTES), DaysPerMonth="20")
        if draft.status_date:
            status = _at(draft.status_date - timedelta(days=1), _EVENING)
            _texts(root, StatusDate=status, CurrentDate=status)
        holder = ET.SubElement(root, "Calendars")
        for name, (uid, calendar) in self.calendars.items():
            self._write_calendar(holder, name, uid, calendar)
        tasks = ET.SubElement(root, "Tasks")
        if draft.deadline and not from_finish:
            own = ET.SubElement(tasks, "Task")
            _texts(own, UID="0", ID="0", Name=draft.name or draft.id, Summary="1", OutlineLevel="0")
            _texts(own, Deadline=_at(draft.deadline, _EVENING))
        for step in draft.steps:
            self._write_task(tasks, step)
        ET.indent(root)
        written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return written

    def _write_calendar(self, holder: ET.Element, name: str, uid: str, calendar: Calendar) -> None:
        element = ET.SubElement(holder, "Calendar")
        _texts(element, UID=uid, Name=name, IsBaseCalendar="1", BaseCalendarUID="-1")
        week = _week(calendar)
        days = ET.SubElement(element, "WeekDays")
        for kind in range(1, 8):
            day = ET.SubElement(days, "WeekDay")
            worked = week[(kind - 2) % 7]
            _texts(day, DayType=str(kind), DayWorking=str(int(worked)))
            _write_hours(day, worked=worked)
        exceptions = ET.SubElement(element, "Exceptions")
        for first, last, worked in self._exceptions(calendar, week):
            _write_exception(exceptions, first, last, worked=worked)

    def _exceptions(
        self, calendar: Calendar, week: list[bool]
    ) -> Iterator[tuple[date, date, bool]]:
        """Yield the runs of days that differ from the week, in the years the plan touches."""
        run: tuple[date, date, bool] | None = None
        for day in self._days():
            worked = bool(calendar.worked[(day - FIRST_DAY).days])
            if worked == week[day.weekday()]:
                continue
            if run and run[2] == worked and (day - run[1]).days == 1:
                run = (run[0], day, worked)
                continue
            if run:
                yield run
            run = (day, day, worked)
        if run:
            yield run

    def _days(self) -> Iterator[date]:
        known = [self.draft.start, *self._shown()]
        first = max(FIRST_DAY, date(min(known).year - 1, 1, 1))
        last = min(LAST_DAY, date(max(known).year + 2, 12, 31))
        return (first + timedelta(days=n) for n in range((last - first).days + 1))

    def _shown(self) -> Iterator[date]:
        for step in self.draft.steps:
            days = (step.not_before, step.deadline, step.actual_start, step.actual_finish)
            yield from (day for day in days if day and day >= FIRST_DAY)
        if self.schedule and self.schedule.finish:
            yield self.schedule.finish
        if self.draft.deadline:
            yield self.draft.deadline

    def _write_task(self, tasks: ET.Element, step: DraftStep) -> None:
        task = ET.SubElement(tasks, "Task")
        uid = self.uid[step.id]
        _texts(task, UID=uid, ID=uid, Name=step.name or step.id, Type="1", IsNull="0")
        _texts(
            task, Active="1", Manual=str(int(self._is_by_hand(step))), Summary="0", OutlineLevel="1"
        )
        _texts(task, Duration=_hours(step.duration), DurationFormat=str(DAYS))
        _texts(task, Milestone=str(int(step.duration == 0)), EffortDriven="0")
        self._write_progress(task, step)
        self._write_dates(task, step)
        calendar, name = self._calendar_of(step)
        _texts(task, CalendarUID=self._calendar(calendar, name), IgnoreResourceCalendar="1")
        self._write_limits(task, step)
        if note := self.notes.get(step.id):
            _texts(task, Notes=note)
        for tie in self.ties.get(step.id, []):
            lag, unit = self._lag(tie.lag, tie.calendar, step)
            link = ET.SubElement(task, "PredecessorLink")
            _texts(link, PredecessorUID=self.uid[tie.predecessor], Type=str(_TYPES[tie.type]))
            _texts(link, CrossProject="0", LinkLag=str(lag), LagFormat=str(unit))

    def _is_by_hand(self, step: DraftStep) -> bool:
        """Tell whether a step is held by dates that no constraint says: early ones alone."""
        by_constraint = step.stage is Stage.WAITING and step.start_by == step.not_before
        return step.is_fixed and not by_constraint

    def _write_progress(self, task: ET.Element, step: DraftStep) -> None:
        if step.actual_start or step.actual_finish:
            _texts(task, ActualStart=_at(step.actual_start or step.actual_finish, _MORNING))
        if step.actual_finish:
            hour = _EVENING if ends_a_day(self.draft, step) else _MORNING
            _texts(task, ActualFinish=_at(step.actual_finish, hour), PercentComplete="100")
        elif step.actual_start and self.schedule:
            column = self.schedule.column
            n = column.network.position.get(step.id)
            if n is not None:
                left = int(column.facts.days[n, 0])
                _texts(task, RemainingDuration=_hours(left))

    def _write_dates(self, task: ET.Element, step: DraftStep) -> None:
        n = self.schedule.column.network.position.get(step.id) if self.schedule else None
        if self.schedule is None or n is None or not self.schedule.column.is_left[n]:
            return
        early, late = self.schedule.early(n), self.schedule.late(n)
        start = step.actual_start or early.seen or early.start
        edges = (_MORNING, _EVENING)
        if early.seen:
            edges = (_EVENING, _EVENING) if early.seen == early.finish else (_MORNING, _MORNING)
        finish = early.seen or early.finish
        _texts(task, Start=_at(start, edges[0]), Finish=_at(finish, edges[1]))
        _texts(task, EarlyStart=_at(start, edges[0]), EarlyFinish=_at(finish, edges[1]))
        last_start, last_finish = late.seen or late.start, late.seen or late.finish
        _texts(task, LateStart=_at(last_start, edges[0]), LateFinish=_at(last_finish, edges[1]))
        slack = self.schedule.total_floats[n] * _MINUTES * LAG_UNITS_A_MINUTE
        _texts(task, TotalSlack=str(slack), Critical=str(int(self.schedule.is_critical(n))))

    def _write_limits(self, task: ET.Element, step: DraftStep) -> None:
        kind, day = Constraint.AS_SOON_AS_POSSIBLE, None
        if step.is_fixed and not self._is_by_hand(step):
            kind, day = Constraint.MUST_START_ON, step.not_before
        elif step.not_before:
            kind, day = Constraint.START_NO_EARLIER_THAN, step.not_before
        elif step.start_by:
            kind, day = Constraint.START_NO_LATER_THAN, step.start_by
        _texts(task, ConstraintType=str(int(kind)))
        if day and step.ends_day:
            _texts(task, ConstraintDate=_at(day - timedelta(days=1), _EVENING))
        elif day:
            _texts(task, ConstraintDate=_at(day, _MORNING))
        if step.deadline:
            hour = _EVENING if ends_a_day(self.draft, step) else _MORNING
            _texts(task, Deadline=_at(step.deadline, hour))

    def _lag(self, lag: int, calendar: Calendar, successor: DraftStep) -> tuple[int, int]:
        if lag == 0 or calendar is successor.calendar:
            return lag * _MINUTES * LAG_UNITS_A_MINUTE, DAYS
        if calendar is EVERY_DAY:
            return lag * MINUTES_A_DAY * LAG_UNITS_A_MINUTE, ELAPSED_DAYS
        words = message("Microsoft Project counts a lag on the successor's calendar.")
        raise _refused(successor.id, words)


def _refused(step: str, words: Message) -> RefusedNetworkError:
    remedy = message("Change that step, or keep the plan as a network file.")
    return RefusedNetworkError("unsupported", f"step {step}", words, remedy)


def _texts(parent: ET.Element, **values: str) -> None:
    for name, value in values.items():
        ET.SubElement(parent, name).text = _NOT_IN_XML.sub("\ufffd", value)


def _write_hours(parent: ET.Element, *, worked: bool) -> None:
    if worked:
        times = ET.SubElement(parent, "WorkingTimes")
        for first, last in _WORKED:
            _texts(ET.SubElement(times, "WorkingTime"), FromTime=first, ToTime=last)


def _write_exception(parent: ET.Element, first: date, last: date, *, worked: bool) -> None:
    element = ET.SubElement(parent, "Exception")
    _texts(element, EnteredByOccurrences="0")
    period = ET.SubElement(element, "TimePeriod")
    _texts(period, FromDate=_at(first, "T00:00:00"), ToDate=_at(last, "T23:59:00"))
    count = (last - first).days + 1
    _texts(element, Occurrences=str(count), Name="", Type="1", DayWorking=str(int(worked)))
    _write_hours(element, worked=worked)


def _week(calendar: Calendar) -> list[bool]:
    """Return the days of the week that are mostly worked, Monday first."""
    shift = FIRST_DAY.weekday()
    days = [calendar.worked[(n - shift) % 7 :: 7] for n in range(7)]
    return [bool(row.mean() > 0.5) for row in days]


def _at(day: date | None, hour: str) -> str:
    return f"{day.isoformat() if day else ''}{hour}"


def _hours(days: int) -> str:
    return f"PT{days * _MINUTES // 60}H0M0S"
