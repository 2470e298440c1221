"""Flags about the forecast: late, lost, short of float, stale, without a deadline."""

from collections.abc import Sequence

from tracker.core.flag.kinds import Flag, FlagKind, Light, RulePack
from tracker.core.flag.words import held_words, law_words
from tracker.core.model import DayKind, Duration, Project
from tracker.core.plan import Hinge, Interim, Plan, PlannedStep
from tracker.core.problems import Message, message


def plan_flags(project: Project, plan: Plan, pack: RulePack) -> list[Flag]:
    """Return the flag of a forecast, if it needs one."""
    if plan.is_done:
        return []
    if plan.deadline is None:
        sentence = message("No deadline is set for {target}.", target=plan.target.name)
        rule = message("without a deadline nothing is late or on time")
        return [
            Flag(
                project=project,
                kind=FlagKind.NO_DEADLINE,
                light=Light.GREY,
                working_days=0,
                sentence=sentence,
                rule=rule,
            )
        ]
    if plan.is_open:
        return [_open_flag(project, plan)]
    if plan.because is None:
        return []
    if not plan.is_feasible:
        return [_late_flag(project, plan, plan.because, pack)]
    if plan.spare < pack.float_working_days:
        words = _SHORT if plan.span.is_certain else _SHORT_AT_WORST
        sentence = words.of(days=Duration(plan.spare), **_pace(plan, plan.because))
        rule = message("float under {days}", days=Duration(pack.float_working_days))
        kind = FlagKind.FLOAT_SHORT
        step = plan.because.step
        return [
            Flag(
                project=project,
                kind=kind,
                light=Light.YELLOW,
                working_days=plan.spare,
                sentence=sentence,
                rule=rule,
                step=step,
            )
        ]
    return []


def _open_flag(project: Project, plan: Plan) -> Flag:
    """Return the flag of a project of which too little is known to say whether it is late."""
    span, target = plan.span, plan.steps[-1].progress
    values = {
        "target": plan.target.name,
        "deadline": plan.deadline,
        "best": span.best,
        "worst": span.worst,
        "likely": span.likely or message("reached already"),
        "hinge": _hinge(span.hinge),
        "cases": min(9, max(1, round(10 * (span.chance or 0)))),  # neither side is excluded
    }
    if span.best is None:
        words = message(
            "{target} is due on {deadline}; whether it has been reached is not recorded. If not, it"
            " may take until {worst}.{hinge}"
        )
    else:
        words = message(
            "{target} is due on {deadline}; what is recorded does not decide it: {best} if all that"
            " is not recorded is done, {worst} if none of it is; by usual times about {likely},"
            " late in {cases} of 10 cases.{hinge}"
        )
    rule = message("late at worst, in time at best")
    step = plan.because.step if plan.because else None
    return Flag(
        project=project,
        kind=FlagKind.OPEN,
        light=Light.OPEN,
        working_days=plan.days_late,
        sentence=words.of(**values),
        rule=rule,
        step=step if not target.is_over else None,
    )


def interim_flags(project: Project, plan: Plan, interims: Sequence[Interim]) -> list[Flag]:
    """Return the flags of steps that miss deadlines of their own, or may."""
    if plan.is_done:
        return []
    return [flag for each in interims if (flag := _interim_flag(project, plan, each))]


def _interim_flag(project: Project, plan: Plan, interim: Interim) -> Flag | None:
    span, step, deadline = interim.span, interim.step, interim.deadline
    if span.is_in_time(deadline):
        return None
    late = max(0, -(interim.spare[0] or 0))
    values = {
        "step": step.name,
        "office": step.office,
        "deadline": deadline,
        "best": span.best,
        "worst": span.worst,
        "days": late,
        "law": law_words(step, plan.status_date),
    }
    if span.is_late(deadline):
        words = message(
            "{step} ({office}) has a deadline of its own, {deadline}, but cannot be reached before"
            " {best}, at least {days} working days late. {law}"
        )
        rule = message("an interim deadline is missed even at best")
        light = Light.RED
    elif span.best is None:
        words = message(
            "{step} ({office}) has a deadline of its own, {deadline}; whether it has been reached"
            " is not recorded. {law}"
        )
        rule, light = message("an interim deadline is undecided"), Light.OPEN
    else:
        words = message(
            "{step} ({office}) has a deadline of its own, {deadline}; what is recorded does not"
            " decide it: {best} at the earliest, {worst} at the latest. {law}"
        )
        rule, light = message("an interim deadline is undecided"), Light.OPEN
    return Flag(
        project=project,
        kind=FlagKind.INTERIM,
        light=light,
        working_days=late,
        sentence=words.of(**values),
        rule=rule,
        step=step,
    )


def _hinge(hinge: Hinge | None) -> Message | str:
    """Return what decides the matter, where a single thing does."""
    if hinge is None:
        return ""
    if hinge.step:
        return message(" Late only if {step} is not done yet.").of(step=hinge.step.name)
    question = hinge.question
    if question is None:
        return ""
    yes_or_no = message("yes") if hinge.answer == "yes" else message("no")
    answer = question.words.get(hinge.answer, yes_or_no)
    return message(" Late only if '{fact}' is not {answer}.").of(fact=question.name, answer=answer)


def _pace(plan: Plan, because: PlannedStep) -> dict[str, object]:
    return {
        "target": plan.target.name,
        "deadline": plan.deadline,
        "step": because.step.name,
        "office": because.step.office,
        "held": held_words(because),
        "law": law_words(because.step, plan.status_date),
    }


def _late_flag(project: Project, plan: Plan, because: PlannedStep, pack: RulePack) -> Flag:
    days = plan.days_late
    values = {"finish": plan.finish, "days": Duration(days), **_pace(plan, because)}
    if plan.is_lost:
        sentence = _LOST if plan.span.is_certain else _LOST_AT_BEST
        rule = message("the fastest lawful course ends after the deadline")
        kind, light = FlagKind.INFEASIBLE, Light.BLACK
    else:
        sentence = _LATE if plan.span.is_certain else _LATE_AT_BEST
        rule = message("the forecast ends after the deadline")
        kind, light = FlagKind.LATE, Light.RED
    if pack.late_months and _months_past(plan) < pack.late_months:
        rule = message(
            "a missed deadline is red {months} months after its own", months=pack.late_months
        )
        light = Light.YELLOW
    return Flag(
        project=project,
        kind=kind,
        light=light,
        working_days=days,
        sentence=sentence.of(**values),
        rule=rule,
        step=because.step,
    )


def _months_past(plan: Plan) -> int:
    """Return how many months have passed since the month of the deadline; below 0 before it."""
    day, due = plan.status_date, plan.deadline or plan.status_date
    return 12 * (day.year - due.year) + day.month - due.month


_SHORT = message(
    "{target} is due on {deadline} with a float of only {days}; the critical step is {step}"
    " ({office}){held}. {law}"
)
_SHORT_AT_WORST = message(
    "{target} is due on {deadline} with a float of only {days} at worst; the critical step is then"
    " {step} ({office}){held}. {law}"
)
_LATE = message(
    "{target} is due on {deadline} but forecast for {finish}, {days} late; the critical step is"
    " {step} ({office}){held}. {law}"
)
_LATE_AT_BEST = message(
    "{target} is due on {deadline} but cannot be reached before {finish}, at least {days} late;"
    " the critical step is {step} ({office}){held}. {law}"
)
_LOST = message(
    "{target} is due on {deadline} but forecast for {finish}, {days} late; even the fastest lawful"
    " course cannot meet the deadline. The critical step is {step} ({office}){held}. {law}"
)
_LOST_AT_BEST = message(
    "{target} is due on {deadline} but cannot be reached before {finish}, at least {days} late;"
    " even the fastest lawful course cannot meet the deadline. The critical step is {step}"
    " ({office}){held}. {law}"
)


def fault_flag(project: Project, fault: Message) -> Flag:
    """Return the flag of a project that cannot be planned as it is recorded."""
    sentence = message("The project cannot be planned: {why}", why=fault)
    rule = message(
        "a plan needs a procedure in force, one of its targets, and days within the calendars"
    )
    return Flag(
        project=project,
        kind=FlagKind.UNPLANNED,
        light=Light.GREY,
        working_days=0,
        sentence=sentence,
        rule=rule,
    )


def data_flags(project: Project, plan: Plan, pack: RulePack) -> list[Flag]:
    """Return the flag of a record that nobody has updated."""
    if project.updated_on is None or plan.is_done:
        return []
    age = (plan.status_date - project.updated_on).days
    if age <= pack.stale_days:
        return []
    sentence = message("The record was last updated on {day}.", day=project.updated_on)
    rule = message(
        "not updated for more than {days}", days=Duration(pack.stale_days, DayKind.CALENDAR)
    )
    return [
        Flag(
            project=project,
            kind=FlagKind.STALE,
            light=Light.GREY,
            working_days=age,
            sentence=sentence,
            rule=rule,
        )
    ]


def pause_flags(project: Project, plan: Plan, pack: RulePack) -> list[Flag]:
    """Return the one flag of a suspended project: yellow once it should resume or be reviewed.

    A pause has a reason and a day on which it ends, and is reviewed at least once a quarter.
    """
    day = plan.status_date
    values = {"why": project.state_why or "–", "until": project.resume_on or day}
    unseen = (day - (project.updated_on or day)).days
    if project.resume_on is None or project.resume_on <= day:
        sentence = message("The project was to resume by {until} but is still suspended: {why}.")
        rule = message("the date on which the project was to resume has passed")
        light = Light.YELLOW
    elif unseen > pack.review_days:
        sentence = message(
            "The project is suspended until {until} ({why}) and has not been reviewed since {day}."
        )
        values["day"] = project.updated_on or day
        rule = message(
            "a suspended project must be reviewed within {days}",
            days=Duration(pack.review_days, DayKind.CALENDAR),
        )
        light = Light.YELLOW
    else:
        sentence = message("The project is suspended until {until}: {why}.")
        rule = message("suspended, with a reason and an end date")
        light = Light.BLUE
    return [
        Flag(
            project=project,
            kind=FlagKind.PAUSED,
            light=light,
            working_days=0,
            sentence=sentence.of(**values),
            rule=rule,
        )
    ]
