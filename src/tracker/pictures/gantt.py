"""A project's plan over time: early dates, late dates, actuals, today, days off shaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from tracker.core.calendars import Calendar
from tracker.core.law import Citation
from tracker.core.plan import Plan, PlannedStep
from tracker.core.track import Known, State
from tracker.i18n.words import Words
from tracker.pictures.palette import ACTUAL, CRITICAL, HELD, INK, LATE, LINE, OFF, PLAN, SOFT
from tracker.pictures.text import FONT, cut, text

_ROW, _TOP, _LABEL, _RIGHT = 26, 44, 236, 18
_SHADE_UP_TO_DAYS = 200  # days off are shaded one by one up to here; beyond, they are a blur


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to pixels."""

    first: date
    last: date
    width: float

    def x(self, day: date) -> float:
        """Return where a day begins."""
        return round(_LABEL + (day - self.first).days * self.day, 2)

    @property
    def day(self) -> float:
        """Return how wide a day is."""
        return (self.width - _LABEL - _RIGHT) / ((self.last - self.first).days + 1)


def gantt(
    plan: Plan, working_days: Calendar, words: Words, *, title: str, width: int = 1080
) -> str:
    """Return the chart of all steps of a plan as SVG; what is not needed is left out."""
    steps = [step for step in plan.steps if step.progress.state is not State.NOT_NEEDED]
    return _draw(plan, steps, working_days, words, title=title, width=width)


def gantt_of_critical(
    plan: Plan, working_days: Calendar, words: Words, *, title: str, width: int = 1080
) -> str:
    """Return the chart of the steps that set the pace: what a report has room for."""
    steps = [step for step in plan.steps if step.on_longest_path or step.progress.block]
    return _draw(plan, steps, working_days, words, title=title, width=width)


def _draw(
    plan: Plan,
    steps: Sequence[PlannedStep],
    working_days: Calendar,
    words: Words,
    *,
    title: str,
    width: int,
) -> str:
    scale = _Scale(*_range(plan, steps), width)
    bottom = _TOP + len(steps) * _ROW
    height = bottom + 40
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-label="{escape(title)}" font-family="{FONT}">'
    )
    parts = [
        opening,
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_shading(scale, bottom, working_days),
        *_months(scale, bottom, words),
    ]
    for n, step in enumerate(steps):
        parts.extend(_row(step, _TOP + n * _ROW, scale, plan.status_date, words))
    parts.extend(_marks(plan, scale, bottom, words))
    parts.extend(_legend(bottom + 24, words))
    parts.append("</svg>")
    return "".join(parts)


def _range(plan: Plan, steps: Sequence[PlannedStep]) -> tuple[date, date]:
    days = [plan.status_date, *(d for d in (plan.deadline, plan.finish) if d)]
    for step in steps:
        known = (step.early_start, step.early_finish, step.progress.start, step.progress.finish)
        days.extend(day for day in known if day)
        if step.late_finish and step.late_finish > plan.status_date - timedelta(days=60):
            days.append(step.late_finish)
    first, last = min(days), max(days)
    first = max(first, plan.status_date - timedelta(days=240))
    return first - timedelta(days=4), last + timedelta(days=8)


def _shading(scale: _Scale, bottom: int, working_days: Calendar) -> list[str]:
    total = (scale.last - scale.first).days + 1
    if total > _SHADE_UP_TO_DAYS:
        return _long_breaks(scale, bottom, working_days, total)
    off = [d for d in _days(scale, total) if not working_days.is_worked(d)]
    return [_shade(scale, day, 1, bottom) for day in off]


def _long_breaks(scale: _Scale, bottom: int, working_days: Calendar, total: int) -> list[str]:
    """Shade only runs of three days off or more: holidays, where weekends would be a blur."""
    parts, run = [], 0
    for day in [*_days(scale, total), scale.last + timedelta(days=1)]:
        if day <= scale.last and not working_days.is_worked(day):
            run += 1
            continue
        if run >= 3:
            parts.append(_shade(scale, day - timedelta(days=run), run, bottom))
        run = 0
    return parts


def _days(scale: _Scale, total: int) -> list[date]:
    return [scale.first + timedelta(days=n) for n in range(total)]


def _shade(scale: _Scale, day: date, days: int, bottom: int) -> str:
    return (
        f'<rect x="{scale.x(day)}" y="{_TOP}" width="{round(scale.day * days, 2)}"'
        f' height="{bottom - _TOP}" fill="{OFF}"/>'
    )


def _months(scale: _Scale, bottom: int, words: Words) -> list[str]:
    parts = [f'<line x1="0" y1="{_TOP}" x2="{scale.width}" y2="{_TOP}" stroke="{LINE}"/>']
    day = scale.first.replace(day=1)
    wide_enough = scale.day * 30 >= 34
    while day <= scale.last:
        following = (day + timedelta(days=32)).replace(day=1)
        if day >= scale.first:
            x = scale.x(day)
            parts.append(f'<line x1="{x}" y1="{_TOP - 8}" x2="{x}" y2="{bottom}" stroke="{LINE}"/>')
            if wide_enough or day.month in (1, 4, 7, 10):
                parts.append(text(x + 4, _TOP - 6, _month_label(day, words), 11, SOFT))
        day = following
    return parts


def _month_label(day: date, words: Words) -> str:
    if words.language == "zh":
        return f"{day.year}年{day.month}月" if day.month == 1 else f"{day.month}月"
    return f"{day:%b} {day.year}" if day.month == 1 else f"{day:%b}"


def _row(step: PlannedStep, y: int, scale: _Scale, day: date, words: Words) -> list[str]:
    name = words(step.step.name)
    colour = CRITICAL if step.on_longest_path else INK
    over = step.progress.is_over
    mark = ("√ " if step.progress.is_certain else "(√) ") if over else ""
    parts = [
        f"<g><title>{escape(_tooltip(step, step.step.law_on(day), words))}</title>",
        f'<line x1="0" y1="{y + _ROW}" x2="{scale.width}" y2="{y + _ROW}" stroke="{OFF}"/>',
        text(8, y + 17, mark + cut(name, 34), 12, SOFT if over else colour),
    ]
    start, finish = step.progress.start, step.progress.finish
    if start or finish:
        first = max(start or finish or scale.first, scale.first)
        last = finish if over else None
        last = last or (step.early_start - timedelta(days=1) if step.early_start else first)
        if last >= first:
            parts.append(_bar(scale, first, last, y + 8, 10, ACTUAL))
    if step.early_start and step.early_finish:
        fill = CRITICAL if step.on_longest_path else PLAN
        hollow = step.progress.known in (Known.SILENT, Known.ASSUMED)
        if step.takes.days == 0:  # a milestone is an instant
            x, middle = scale.x(step.early_finish + timedelta(days=1)), y + 13
            parts.append(
                f'<path d="M{x} {middle - 6}l6 6l-6 6l-6 -6z" {_paint(fill, hollow=hollow)}/>'
            )
        else:
            span = (step.early_start, step.early_finish)
            parts.append(_bar(scale, *span, y + 7, 12, fill, hollow=hollow))
        parts.extend(_late_mark(step, y, scale))
    if step.progress.block and step.early_start:
        x1, x2 = scale.x(max(step.progress.block.known_by, scale.first)), scale.x(step.early_start)
        parts.append(
            f'<line x1="{x1}" y1="{y + 13}" x2="{x2}" y2="{y + 13}" stroke="{HELD}"'
            ' stroke-width="2" stroke-dasharray="3 3"/>'
        )
    parts.append("</g>")
    return parts


def _late_mark(step: PlannedStep, y: int, scale: _Scale) -> list[str]:
    """Mark the late finish: the last day that keeps the deadline."""
    if step.late_finish is None or step.late_finish < scale.first:
        return []
    x = scale.x(step.late_finish + timedelta(days=1))
    return [
        (
            f'<path d="M{x} {y + 5}v16m0 -16h-4m4 16h-4" fill="none" stroke="{LATE}"'
            f' stroke-width="1.5"/>'
        )
    ]


def _tooltip(step: PlannedStep, law: Citation | None, words: Words) -> str:
    name = words(step.step.name)
    if step.progress.is_over:
        day = step.progress.finish
        return f"{name}: {words(step.progress.state)} {words.short_day(day)}".strip()
    return (
        f"{name}: {words.short_day(step.early_start)} – {words.short_day(step.early_finish)}; "
        + words.text("latest {day}", day=words.short_day(step.late_finish))
        + (f"; {law}" if law else "")
    )


def _paint(colour: str, *, hollow: bool) -> str:
    """Return how a shape is painted: only its edge, where nobody said that the step is open."""
    return f'fill="#fff" stroke="{colour}" stroke-width="1.5"' if hollow else f'fill="{colour}"'


def _bar(
    scale: _Scale, first: date, last: date, y: int, height: int, fill: str, *, hollow: bool = False
) -> str:
    days = (last - first).days + 1
    width = max(2.0, round(days * scale.day - 0.6, 2))
    return (
        f'<rect x="{scale.x(first)}" y="{y}" width="{width}" height="{height}" rx="2"'
        f" {_paint(fill, hollow=hollow)}/>"
    )


def _marks(plan: Plan, scale: _Scale, bottom: int, words: Words) -> list[str]:
    parts = []
    today = scale.x(plan.status_date)
    parts.append(
        f'<line x1="{today}" y1="{_TOP - 18}" x2="{today}" y2="{bottom}" stroke="{PLAN}"'
        f' stroke-width="1.5"/>'
    )
    parts.append(
        text(today + 4, _TOP - 24, words.text("today {day}", day=_md(plan.status_date)), 11, PLAN)
    )
    if plan.deadline:
        x = scale.x(plan.deadline + timedelta(days=1))
        parts.append(
            f'<line x1="{x}" y1="{_TOP - 18}" x2="{x}" y2="{bottom}" stroke="{CRITICAL}"'
            ' stroke-width="1.5" stroke-dasharray="5 3"/>'
        )
        near = abs(x - today) < 120
        label = words.text("due {day}", day=_md(plan.deadline))
        parts.append(
            text(x + 4, _TOP - (36 if near else 24) + (6 if near else 0), label, 11, CRITICAL)
        )
    return parts


def _md(day: date) -> str:
    return f"{day.month}-{day.day:02d}"


def _legend(y: int, words: Words) -> list[str]:
    entries = (
        (PLAN, words.text("plan")),
        (CRITICAL, words.text("critical")),
        (ACTUAL, words.text("done so far")),
        (LATE, words.text("latest finish")),
        (HELD, words.text("blocked")),
        (OFF, words.text("non-working days")),
        (None, words.text("nothing recorded")),
    )
    parts, x = [], 8.0
    for colour, label in entries:
        paint = f'fill="{colour}" stroke="{LINE}"' if colour else _paint(PLAN, hollow=True)
        parts.append(f'<rect x="{x}" y="{y - 9}" width="14" height="10" rx="2" {paint}/>')
        parts.append(text(x + 19, y, label, 11, SOFT))
        x += 40 + 12 * sum(2 if ord(mark) > 255 else 1 for mark in label) * 0.55
    return parts
