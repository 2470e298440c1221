"""Scheduling a draft: no database is opened and nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.catalog import Catalog
from tracker.core.calendars import EVERY_DAY, WEEKDAYS, Calendar
from tracker.core.plan.draft import Draft, PlanMode, Split, facts_of, network_of, split
from tracker.core.plan.findings import Finding, broken, cycles, findings
from tracker.core.plan.schedule import Schedule
from tracker.core.plan.solve import solve
from tracker.core.plan.validity import BrokenWindow, broken_windows, windows_of


@dataclass(frozen=True)
class Outcome:
    """A scheduled draft; `schedule` is None when no step can be computed."""

    draft: Draft
    split: Split
    schedule: Schedule | None
    findings: tuple[Finding, ...]
    windows: tuple[BrokenWindow, ...] = ()

    @property
    def is_feasible(self) -> bool:
        """Tell whether no step has negative float and no validity window is broken."""
        return self.schedule is None or (self.schedule.is_feasible and not self.windows)


def built_in_calendars(law: Catalog) -> Mapping[str, Calendar]:
    """Return the calendars that every network file knows."""
    return {"cn": law.working_days, "weekdays": WEEKDAYS, "every_day": EVERY_DAY}


def schedule_draft(draft: Draft) -> Outcome:
    """Return the schedule of a draft, as far as it has no cycles."""
    parts = split(draft)
    if not parts.computed:
        return Outcome(draft, parts, None, tuple(cycles(parts)))
    network = network_of(draft, parts.computed)
    solution = solve(network, facts_of(draft, network), overrides=draft.overrides)
    found = Schedule(solution.column(0))
    windows = _broken_windows(draft, found)
    said = (*cycles(parts), *findings(draft, found), *broken(found, windows))
    return Outcome(draft, parts, found, said, windows)


def _broken_windows(draft: Draft, schedule: Schedule) -> tuple[BrokenWindow, ...]:
    column = schedule.column
    planned = column.early if draft.plan is PlanMode.EARLY else column.late
    return tuple(broken_windows(column, windows_of(draft, column.network), planned))
