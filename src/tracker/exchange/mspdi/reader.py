"""Reading Microsoft Project XML.

Whatever needs hours, split tasks or resources to be right is refused by name: a date that is
nearly right is worse than none. Headings stand for their tasks; dates that were set by hand hold.
What a file leaves open is assumed and said. Finish-to-finish links compare working time, as
Microsoft Project does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tracker.core.calendars import EVERY_DAY, WEEKDAYS, Calendar
from tracker.core.network import FinishRule, MilestoneRule, Tie
from tracker.core.plan.draft import Draft, DraftStep, PlanMode
from tracker.core.plan.finding import Finding, shortened
from tracker.core.problems import Message, message
from tracker.exchange.draft_checks import check
from tracker.exchange.mspdi.calendars import Calendars
from tracker.exchange.mspdi.codes import NAMESPACE, Constraint
from tracker.exchange.mspdi.days import WholeDays
from tracker.exchange.mspdi.element import Element, missing, refused, unsupported, where_of
from tracker.exchange.mspdi.links import Links
from tracker.exchange.mspdi.outline import Outline
from tracker.exchange.mspdi.resources import refuse_assignments, refuse_own_days
from tracker.exchange.mspdi.steps import (
    bounded,
    constraint_of,
    due_by,
    is_by_hand,
    step_of,
    with_late_dates_fixed,
)

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9_-]+)["']""")
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030"}
MOST_BYTES, MOST_MARKS = 64 * 1024 * 1024, 3_000_000
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
    if content.count(b"<") > MOST_MARKS:
        raise refused(
            "too_large",
            "$",
            message("The file holds more than {most} tags.", most=MOST_MARKS),
            message("Save the plan without what is not needed, or in parts."),
        )
    try:
        root = ElementTree.fromstring(_readable(content))
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        remedy = message("Save the plan as XML in Microsoft Project.")
        raise refused("bad_json", "$", _why(error), remedy) from None
    if root.tag not in (f"{{{NAMESPACE}}}Project", "Project"):
        raise refused(
            "bad_json",
            "$",
            message("This is not a Microsoft Project file."),
            message("Save the plan as XML in Microsoft Project."),
        )
    draft = _File(Element(root)).draft()
    check(draft)
    return draft


def _why(error: Exception) -> Message:
    """Return why a text is no XML, without the words of the parser."""
    if isinstance(error, DefusedXmlException):
        return message("This file declares entities, which are not read.")
    if isinstance(error, ElementTree.ParseError):
        line, column = error.position
        return message("This is not XML: line {line}, column {column}.", line=line, column=column)
    return message("This file is written in an encoding that is not known.")


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
        self.outline = Outline(root)
        self.count = WholeDays(root, self.calendars)
        self.calendar_uid = root.content("CalendarUID")

    def draft(self) -> Draft:
        """Return the plan."""
        root = self.root
        refuse_own_days(root, self.calendars)
        self.outline.refuse_empty_headings()
        calendar = self.calendars.get(self.calendar_uid, "Project")
        start = root.moment("StartDate")
        if start is None:
            raise missing("Project: StartDate", "StartDate")
        tasks = list(self.outline.tasks)
        steps = {task.content("UID"): self._step(task) for task in tasks}
        self._refuse_assignments(tasks)
        ties = tuple(Links(self.outline, steps, self.count).ties())
        self._refuse_mornings_off(steps, ties)
        is_from_finish = root.is_false("ScheduleFromStart")
        status_date = self._status_date(tasks)
        return Draft(
            id=root.content("GUID") or root.content("UID") or root.content("Name") or "project",
            name=root.content("Title") or root.content("Name"),
            start=self.count.first_day(start, "Project: StartDate", calendar),
            deadline=self._finish(calendar) if is_from_finish else self._own_deadline(calendar),
            plan=PlanMode.LATE if is_from_finish else PlanMode.EARLY,
            status_date=status_date,
            calendar=calendar,
            steps=tuple(steps.values()),
            ties=ties,
            finish_rule=FinishRule.WORKING_TIME,
            milestones=MilestoneRule.DRIVEN,
            critical_to=root.number("CriticalSlackLimit"),
            assumptions=(
                *self._of_options(calendar, is_from_finish=is_from_finish),
                *self._of_status(status_date),
                *self._of_tasks(tasks, is_from_finish=is_from_finish),
            ),
        )

    def _step(self, task: Element) -> DraftStep:
        """Return a task as a step, within what the headings above it allow."""
        honours = not self.root.is_false("HonorConstraints")
        step = step_of(task, self._calendar(task), self.count, honours=honours)
        for heading in self.outline.above[task.content("UID")]:
            step = self._within(step, heading)
        if self.root.is_false("ScheduleFromStart") and is_by_hand(task):
            return with_late_dates_fixed(step)
        return step

    def _within(self, step: DraftStep, heading: Element) -> DraftStep:
        if heading is self.outline.project:
            return step
        where = where_of(heading)
        if due := heading.moment("Deadline"):
            step = due_by(step, due, self.count, where)
        if heading.is_true("Manual"):  # its own dates bind none of its tasks
            return step
        kind, at = constraint_of(heading, where)
        if at and kind is Constraint.START_NO_EARLIER_THAN:
            first = self.count.first_day(at, where, step.calendar)
            if step.duration == 0:
                first = self.count.instant(at, where).worked(step.calendar).not_before
            step = bounded(step, not_before=first)
        elif at and kind is Constraint.FINISH_NO_LATER_THAN:
            step = due_by(step, at, self.count, where)
        elif kind > Constraint.AS_LATE_AS_POSSIBLE:
            raise unsupported(where, message("A heading has a constraint that fixes its dates."))
        return step

    def _refuse_mornings_off(self, steps: Mapping[str, DraftStep], ties: Sequence[Tie]) -> None:
        """Refuse milestones that elapsed time leads to and that hand it to another calendar.

        Where it ends in the morning of a day off the milestone waits for work to begin, which in
        whole days cannot be told from the evening before.
        """
        waiting = {
            tie.successor
            for tie in ties
            if steps[tie.successor].duration == 0 and not steps[tie.successor].is_elapsed
            if steps[tie.predecessor].is_elapsed or (tie.lag and tie.calendar is EVERY_DAY)
        }
        for tie in ties:
            if tie.predecessor in waiting:
                own, other = steps[tie.predecessor].calendar, steps[tie.successor].calendar
                if own is not other:
                    words = message(
                        "The milestone follows elapsed time and leads to a task of another"
                        " calendar: the plan would have to be counted in hours."
                    )
                    where = where_of(self.outline.by_uid[tie.predecessor])
                    raise unsupported(where, words)

    def _refuse_assignments(self, tasks: Sequence[Element]) -> None:
        left = {
            task.content("UID"): (task, self._calendar(task))
            for task in tasks
            if not task.moment("ActualFinish") and not is_by_hand(task)
        }
        refuse_assignments(self.root, self.calendars, left)

    def _calendar(self, task: Element) -> Calendar:
        """Return a task's own calendar, or the project's."""
        own = task.content("CalendarUID")
        uid = self.calendar_uid if self.calendars.is_unnamed(own) else own
        return self.calendars.get(uid, where_of(task))

    def _finish(self, calendar: Calendar) -> date:
        """Return the day by which a plan scheduled from its finish is over."""
        found = self.root.moment("FinishDate")
        if found is None:
            raise missing("Project: FinishDate", "FinishDate")
        return self.count.last_day(found, "Project: FinishDate", calendar)

    def _own_deadline(self, calendar: Calendar) -> date | None:
        """Return the deadline at the project's own line."""
        own = self.outline.project
        due = own.moment("Deadline") if own else None
        return self.count.last_day(due, "Project: Deadline", calendar) if due else None

    def _status_date(self, tasks: Sequence[Element]) -> date | None:
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
        is_evening = found.time() > self.count.hours.first
        return found.date() + timedelta(days=is_evening)

    def _of_status(self, status_date: date | None) -> Iterator[Finding]:
        """Yield what the status date does: it counts once anything has begun."""
        found = self.root.moment("StatusDate")
        if status_date:
            words = message("Nothing that is left is planned before {day}, the status date.")
            yield _assumed(words.of(day=status_date))
        elif found:
            words = message("The status date {day} counts for nothing, since no task has begun.")
            yield _assumed(words.of(day=found.date()))

    def _of_options(self, calendar: Calendar, *, is_from_finish: bool) -> Iterator[Finding]:
        """Yield what the options of the plan come to."""
        if self.calendars.is_unnamed(self.calendar_uid):
            yield _assumed(
                message("The plan names no calendar: Monday to Friday are worked, and no holidays.")
                if calendar is WEEKDAYS
                else message("The plan names no calendar: its only one, '{name}', is used.").of(
                    name=calendar.name
                )
            )
        if is_from_finish:
            yield _assumed(
                message("The plan is scheduled from its finish: the late dates are the plan.")
            )
        if self.root.is_true("MultipleCriticalPaths"):
            yield _assumed(
                message(
                    "Slack is counted to the finish of the plan, though the plan asks for a"
                    " critical path of each end."
                )
            )
        if self.root.is_false("HonorConstraints"):
            yield _assumed(
                message("The plan lets links win over fixed dates, so tasks may miss theirs.")
            )
        if self.count.without_time:
            words = message("Finishes without a time of day count to the end of the day: {places}.")
            places = shortened(tuple(self.count.without_time))
            yield _assumed(words.of(places="; ".join(places)))

    def _of_tasks(self, tasks: Sequence[Element], *, is_from_finish: bool) -> Iterator[Finding]:
        """Yield what single tasks come to."""
        by_hand = [task for task in tasks if is_by_hand(task)]
        headings = [h for h in self.outline.by_hand if h is not self.outline.project]
        late = [task for task in tasks if _is_late(task) and not is_from_finish]
        for found, words in (
            (by_hand, message("Scheduled by hand, so their dates hold: {steps}.")),
            (
                headings,
                message("Headings scheduled by hand, of which only the tasks count: {steps}."),
            ),
            (
                late,
                message("To be done as late as possible, so their late dates count: {steps}."),
            ),
        ):
            if found:
                yield _assumed(words, found)


def _is_late(task: Element) -> bool:
    kind, _ = constraint_of(task, where_of(task))
    return kind is Constraint.AS_LATE_AS_POSSIBLE and not task.moment("ActualStart")


def _assumed(words: Message, tasks: Sequence[Element] = ()) -> Finding:
    """Return an assumption, about some tasks or about the whole plan."""
    if tasks:
        names = tuple(task.content("Name") or task.content("UID") for task in tasks)
        words = words.of(steps=", ".join(shortened(names)))
    uids = tuple(task.content("UID") for task in tasks)
    return Finding(code="assumption", steps=uids, sentence=words)
