"""The columns of the list of projects: one table for the page, the workbook and the report.

To add one, add it here; `docs/architecture.md` says what else a new field needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.core.fields import FIELDS
from tracker.core.flag import Standing
from tracker.core.plan import Plan
from tracker.core.problems import Message, message
from tracker.i18n.words import Words
from tracker.reports.wording import light_words, step_and_law


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerColumn:
    """One column. `text` is how people read it, `cell` what a workbook holds instead of a text.

    `width` counts characters of the workbook; `share` is the part of a printed page, 0 where the
    report leaves the column out. On a page it stands `below` another, under the same heading.
    """

    key: str
    heading: Message
    text: Callable[[Standing, Words], str]
    cell: Callable[[Standing], date | float | None] | None = None
    width: int = 12
    share: float = 0.0
    below: str = ""


def verdict(plan: Plan, words: Words) -> str:
    """Return how a plan stands against its deadline, in a few words."""
    if plan.fault:
        return words.text("cannot be planned")
    if plan.is_done:
        return words.text("done")
    if plan.deadline is None:
        return words.text("no deadline")
    if plan.days_late:
        return words.text("{days} working days late", days=plan.days_late)
    return words.text("{days} working days to spare", days=plan.spare)


def _against(standing: Standing) -> float | None:
    plan = standing.plan
    if plan.fault or plan.is_done or plan.deadline is None:
        return None
    return -plan.days_late if plan.days_late else plan.spare


def _pace(standing: Standing, words: Words) -> str:
    plan = standing.plan
    return step_and_law(plan.because.step, plan.status_date, words) if plan.because else "–"


def _office(standing: Standing, words: Words) -> str:
    because = standing.plan.because
    return words(because.step.office) if because else "–"


def _light(standing: Standing, words: Words) -> str:
    return light_words(standing.light, words)


LEDGER_COLUMNS = (
    LedgerColumn(
        key="project",
        heading=message("Project"),
        text=lambda s, _: s.project.name,
        width=34,
        share=0.17,
    ),
    LedgerColumn(
        key="town",
        heading=FIELDS["location"].label,
        text=lambda s, _: s.project.location or "–",
        below="project",
    ),
    LedgerColumn(key="light", heading=message("Light"), text=_light, width=13, share=0.1),
    LedgerColumn(
        key="target",
        heading=FIELDS["target"].label,
        text=lambda s, words: words(s.plan.target.name),
        width=22,
        share=0.12,
    ),
    LedgerColumn(
        key="due",
        heading=FIELDS["deadline"].label,
        text=lambda s, words: words.short_day(s.plan.deadline) or "–",
        cell=lambda s: s.plan.deadline,
        share=0.09,
    ),
    LedgerColumn(
        key="forecast",
        heading=message("Forecast"),
        text=lambda s, words: words.short_day(s.plan.finish) or "–",
        cell=lambda s: s.plan.finish,
        share=0.09,
    ),
    LedgerColumn(
        key="against",
        heading=message("Against the deadline"),
        text=lambda s, words: verdict(s.plan, words),
        cell=_against,
        width=14,
        share=0.08,
    ),
    LedgerColumn(
        key="pace",
        heading=message("Critical step"),
        text=_pace,
        width=24,
        share=0.12,
    ),
    LedgerColumn(
        key="office",
        heading=message("Office"),
        text=_office,
        width=22,
        share=0.1,
        below="pace",
    ),
    LedgerColumn(
        key="leader",
        heading=FIELDS["leader"].label,
        text=lambda s, _: s.project.leader or "–",
        width=24,
        share=0.09,
    ),
    LedgerColumn(
        key="task_force",
        heading=FIELDS["task_force"].label,
        text=lambda s, _: s.project.task_force or "–",
        width=22,
    ),
    LedgerColumn(
        key="investment",
        heading=FIELDS["investment_wan"].label,
        text=lambda s, words: words.wan(s.project.investment_wan) or "–",
        cell=lambda s: s.project.investment_wan,
    ),
)
PRINTED_COLUMNS = tuple(column for column in LEDGER_COLUMNS if column.share)
"""Those that the Word file and the PDF have room for."""
