"""`tracker-network/1`: a plan in its plainest form, read from JSON (contract: schedule).

pydantic checks the form; what the form cannot say is checked in `draft_checks`. A field that is
not known is refused by name, so that a spelling mistake is never a silent default.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from tracker.core.calendars import Calendar
from tracker.core.model import LinkType
from tracker.core.network import FinishRule, Tie
from tracker.core.plan.draft import Draft, DraftStep, PlanMode, ProgressRule, ValidFor
from tracker.core.problems import Message, message
from tracker.exchange.draft_checks import MOST_DAYS, check
from tracker.exchange.refusal import RefusedNetworkError

FORMAT = "tracker-network/1"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso(value: object) -> date:
    """Read a date written as 2026-01-31, and nothing else: a number of seconds is no date."""
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        raise ValueError("not a date")
    return date.fromisoformat(value)


Day = Annotated[date, BeforeValidator(_iso)]
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]
Lag = Annotated[int, Field(ge=-MOST_DAYS, le=MOST_DAYS)]
Flag = Annotated[int, Field(ge=0, le=1)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _Stop(_Form):
    first: Day = Field(alias="from")
    last: Day = Field(alias="to")


class _ValidFor(_Form):
    days: Days
    used_by: str | list[str]
    calendar: str | None = None


class _Step(_Form):
    id: Annotated[str, Field(min_length=1)]
    duration: Days
    name: str | None = None
    calendar: str | None = None
    not_before: Day | None = None
    deadline: Day | None = None
    start_by: Day | None = None
    actual_start: Day | None = None
    actual_finish: Day | None = None
    remaining: Days | None = None
    expected_finish: Day | None = None
    stops: list[_Stop] | None = None
    off: bool | None = None
    p50: Annotated[float, Field(gt=0, le=MOST_DAYS)] | None = None
    p80: Annotated[float, Field(gt=0, le=MOST_DAYS)] | None = None
    valid_for: _ValidFor | None = None


class _Link(_Form):
    predecessor: str = Field(alias="from")
    successor: str = Field(alias="to")
    type: Literal["FS", "SS", "FF", "SF"] | None = None
    lag: Lag | None = None
    lag_calendar: str | None = None


class _Calendar(_Form):
    week: Annotated[list[Flag], Field(min_length=7, max_length=7)]
    days: dict[Day, Flag] | None = None


class _Network(_Form):
    format: Literal["tracker-network/1"]
    id: str
    start: Day
    steps: list[_Step]
    links: list[_Link] | None = None
    name: str | None = None
    deadline: Day | None = None
    status_date: Day | None = None
    calendar: str | None = None
    lag_calendar: Literal["successor", "predecessor", "project"] | None = None
    progress: Literal["retained_logic", "override"] | None = None
    finish_rule: Literal["calendar_date", "working_time"] | None = None
    plan: Literal["early", "late"] | None = None
    calendars: dict[str, _Calendar] | None = None


def read_network(text: str | bytes, built_in: Mapping[str, Calendar]) -> Draft:
    """Return the plan that a network file describes.

    `built_in` are the calendars every file knows. Raises RefusedNetworkError.
    """
    _check_keys(text)
    try:
        form = _Network.model_validate_json(text)
    except ValidationError as error:
        raise _refusal(error.errors(include_url=False)[0]) from None
    draft = _Reading(form, built_in).draft()
    check(draft)
    return draft


def _check_keys(text: str | bytes) -> None:
    """Refuse a field that stands twice: one of its values would be dropped without a word."""
    try:
        json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        if isinstance(error, RefusedNetworkError):
            raise
        detail = str(error) if isinstance(error, ValueError) else "nested too deeply"
        what = _WHAT["bad_json"].of(detail=detail)
        raise RefusedNetworkError("bad_json", "$", what, _REMEDY["bad_json"]) from None


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for name, _ in pairs:
        if name in seen:
            raise RefusedNetworkError(
                "bad_json",
                name,
                message("The field '{field}' appears twice.", field=name),
                message("Leave one of them out."),
            )
        seen.add(name)


class _Reading:
    """One form on its way to a draft, with the calendars it knows."""

    def __init__(self, form: _Network, built_in: Mapping[str, Calendar]) -> None:
        self.form = form
        own = {
            name: _calendar(name, tuple(found.week), tuple(sorted((found.days or {}).items())))
            for name, found in (form.calendars or {}).items()
        }
        self.calendars = {**built_in, **own}
        self.project = self.calendar(form.calendar or "cn", "calendar")
        self.of_step = {
            step.id: self.calendar(step.calendar, f"steps[{n}].calendar")
            if step.calendar
            else self.project
            for n, step in enumerate(form.steps)
        }

    def calendar(self, name: str, where: str) -> Calendar:
        if name in self.calendars:
            return self.calendars[name]
        raise RefusedNetworkError(
            "unknown_calendar",
            where,
            message("No calendar is called '{name}'.", name=name),
            message(
                "Define it under calendars, or use one of: {known}.",
                known=", ".join(sorted(self.calendars)),
            ),
        )

    def draft(self) -> Draft:
        form = self.form
        return Draft(
            id=form.id,
            name=form.name or "",
            start=form.start,
            deadline=form.deadline,
            status_date=form.status_date,
            calendar=self.project,
            progress=ProgressRule(form.progress or "retained_logic"),
            finish_rule=FinishRule(form.finish_rule or "calendar_date"),
            plan=PlanMode(form.plan or "early"),
            steps=tuple(self.step(step, n) for n, step in enumerate(form.steps)),
            ties=tuple(self.tie(link, n) for n, link in enumerate(form.links or [])),
        )

    def step(self, step: _Step, n: int) -> DraftStep:
        return DraftStep(
            id=step.id,
            name=step.name or "",
            duration=step.duration,
            calendar=self.of_step[step.id],
            not_before=step.not_before,
            deadline=step.deadline,
            start_by=step.start_by,
            actual_start=step.actual_start,
            actual_finish=step.actual_finish,
            remaining=step.remaining,
            expected_finish=step.expected_finish,
            stops=tuple((stop.first, stop.last) for stop in step.stops or []),
            is_off=bool(step.off),
            p50=step.p50,
            p80=step.p80,
            valid_for=self.validity(step.valid_for, f"steps[{n}].valid_for")
            if step.valid_for
            else None,
        )

    def validity(self, found: _ValidFor, where: str) -> ValidFor:
        users = [found.used_by] if isinstance(found.used_by, str) else found.used_by
        users = list(dict.fromkeys(users))
        calendar = self.calendar(found.calendar or "every_day", f"{where}.calendar")
        return ValidFor(found.days, calendar, tuple(users))

    def tie(self, link: _Link, n: int) -> Tie:
        named = link.lag_calendar or self.form.lag_calendar or "successor"
        by_role: dict[str, Callable[[], Calendar]] = {
            "successor": lambda: self.of_step.get(link.successor, self.project),
            "predecessor": lambda: self.of_step.get(link.predecessor, self.project),
            "project": lambda: self.project,
        }
        role = by_role.get(named)
        calendar = role() if role else self.calendar(named, f"links[{n}].lag_calendar")
        type_ = LinkType(link.type or "FS")
        return Tie(
            predecessor=link.predecessor,
            successor=link.successor,
            type=type_,
            lag=link.lag or 0,
            calendar=calendar,
        )


_made: dict[object, Calendar] = {}
_MOST_MADE = 64


def _calendar(name: str, week: tuple[int, ...], days: tuple[tuple[date, int], ...]) -> Calendar:
    """Return a calendar; the same definition gives the same one, so that its tables are shared."""
    key = (name, week, days)
    if key not in _made:
        if len(_made) >= _MOST_MADE:
            _made.clear()
        worked = {day: bool(flag) for day, flag in days}
        _made[key] = Calendar.weekly(name, [bool(flag) for flag in week], worked)
    return _made[key]


_BY_FIELD = {
    **dict.fromkeys(
        (
            "start",
            "deadline",
            "status_date",
            "not_before",
            "start_by",
            "actual_start",
            "actual_finish",
            "expected_finish",
            "days",
            "stops",
        ),
        "bad_date",
    ),
    **dict.fromkeys(("duration", "remaining", "lag", "p50", "p80", "valid_for"), "bad_duration"),
    "type": "bad_link_type",
}
_WHAT: Mapping[str, Message] = {
    "bad_json": message("This is not a network file: {detail}."),
    "missing_field": message("The field '{field}' is missing."),
    "unknown_field": message("The field '{field}' is not known."),
    "bad_date": message("'{value}' is not a date."),
    "bad_duration": message("'{value}' is not a usable whole number of days."),
    "bad_link_type": message("'{value}' is not a kind of link."),
    "too_large": message("'{value}' is larger than what can be scheduled."),
}
_REMEDY: Mapping[str, Message] = {
    "bad_json": message("Compare it with the description of tracker-network/1."),
    "missing_field": message("Add it."),
    "unknown_field": message("Check its spelling, or leave it out."),
    "bad_date": message("Write dates as 2026-01-31."),
    "bad_duration": message("Write days as a whole number, 0 or more."),
    "bad_link_type": message("Write FS, SS, FF or SF."),
    "bad_lag": message(
        "Write the lag as a whole number of days; write a lead as a negative number."
    ),
    "too_large": message("Divide the plan, or use smaller numbers."),
}


def _refusal(error: ErrorDetails) -> RefusedNetworkError:
    """Return the first fault that pydantic found, by our codes."""
    code, where = _code(error), _where(error["loc"])
    what = _WHAT[code].of(
        detail=error["msg"],
        field=str(error["loc"][-1]) if error["loc"] else "",
        value=str(error.get("input"))[:60],
    )
    is_lag = code == "bad_duration" and error["loc"][-1] == "lag"
    return RefusedNetworkError(code, where, what, _REMEDY["bad_lag" if is_lag else code])


def _code(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "missing":
        return "missing_field"
    if kind == "extra_forbidden":
        return "unknown_field"
    named = [str(part) for part in error["loc"] if isinstance(part, str)]
    fields = [name for name in named if name in _BY_FIELD]
    if "week" in named or "used_by" in named or "calendars" in named[:1] or not fields:
        return "bad_date" if kind.startswith(("date", "value_error")) else "bad_json"
    if kind in ("less_than_equal", "greater_than_equal") and abs(error["input"]) > MOST_DAYS:
        return "too_large"
    if "valid_for" in named:
        return "bad_duration"
    return "bad_date" if kind.startswith("date") else _BY_FIELD[fields[-1]]


def _where(loc: tuple[int | str, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path or "$"
