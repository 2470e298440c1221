"""Scheduling a draft: no database is opened and nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.core.calendars import EVERY_DAY, WEEKDAYS, Calendar
from tracker.core.explain import Explanation, explain
from tracker.core.plan.chances import Chances, chances, spreads_of
from tracker.core.plan.draft import Draft, PlanMode, Split, facts_of, network_of, split
from tracker.core.plan.engine.solve import solve
from tracker.core.plan.finding import Finding
from tracker.core.plan.findings import broken, cycles, findings
from tracker.core.plan.fixed import last_ends
from tracker.core.plan.reasons import FloatPath, float_paths
from tracker.core.plan.schedule import Schedule
from tracker.core.plan.validity import BrokenWindow, broken_windows, windows_of
from tracker.core.problems import ErrorKind, TrackerError, UnknownStepError, message
from tracker.law import Catalog

MOST_DRAWN = 200_000_000
"""Steps times draws: each takes four bytes while they are counted."""


class TooManyDrawsError(TrackerError):
    """More draws of a network than memory holds."""

    code = "too_large"

    def __init__(self, most: int) -> None:
        super().__init__(
            message("There is not enough memory to simulate this network that many times."),
            remedy=message("Simulate at most {most} times.", most=most),
        )


class NothingToExplainError(TrackerError):
    """A step that has no dates: it is over, not needed, or part of a cycle."""

    code = "nothing_to_explain"
    kind = ErrorKind.USAGE

    def __init__(self, step: str) -> None:
        super().__init__(
            message("The step '{step}' has no dates to explain.", step=step),
            remedy=message("Name a step that is still to be done."),
        )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A scheduled draft; `schedule` is None when no step can be computed."""

    draft: Draft
    split: Split
    schedule: Schedule | None
    findings: tuple[Finding, ...]
    windows: tuple[BrokenWindow, ...] = ()

    @property
    def is_feasible(self) -> bool:
        """Tell whether no step has negative float and no validity window is broken.

        Where steps wait for one another nothing is.
        """
        if self.split.uncomputed:
            return False
        return self.schedule is None or (self.schedule.is_feasible and not self.windows)

    def explained(self, step: str) -> Explanation:
        """Return why a step lies where it does."""
        schedule, n = self._step(step)
        return explain(schedule, n)

    def paths_into(self, step: str | None, most: int) -> list[FloatPath]:
        """Return the worst paths into a step, or into the end of least float."""
        if step is not None:
            schedule, n = self._step(step)
            return float_paths(schedule.column, n, most)
        if self.schedule is None or not self.schedule.ends:
            return []
        return float_paths(self.schedule.column, self.schedule.longest_path[-1], most)

    def chances(self, draws: int, seed: int, wanted: float) -> Chances | None:
        """Return how likely the dates are; None when nothing is left to be done."""
        if self.schedule is None or not any(self.schedule.column.is_left):
            return None
        column, draft = self.schedule.column, self.draft
        if draws * len(column.network.nodes) > MOST_DRAWN:
            raise TooManyDrawsError(MOST_DRAWN // len(column.network.nodes))
        spreads = spreads_of(draft, column.network, column.facts)
        return chances(
            column.network,
            column.facts,
            spreads,
            draws=draws,
            seed=seed,
            wanted=wanted,
            overrides=draft.overrides,
        )

    def _step(self, step: str) -> tuple[Schedule, int]:
        if step not in self.draft.by_id:
            raise UnknownStepError(step, self.draft.by_id)
        schedule = self.schedule
        n = schedule.column.network.position.get(step) if schedule else None
        if schedule is None or n is None or not schedule.column.is_left[n]:
            raise NothingToExplainError(step)
        return schedule, n


def built_in_calendars(law: Catalog) -> Mapping[str, Calendar]:
    """Return the calendars that every network file knows."""
    return {"cn": law.working_days, "weekdays": WEEKDAYS, "every_day": EVERY_DAY}


def schedule_draft(draft: Draft) -> Outcome:
    """Return the schedule of a draft, as far as it has no cycles."""
    parts = split(draft)
    if not parts.computed:
        said = (*draft.assumptions, *cycles(parts))
        return Outcome(draft=draft, split=parts, schedule=None, findings=said)
    network = network_of(draft, parts.computed)
    facts = facts_of(draft, network)
    solution = solve(network, facts, overrides=draft.overrides)
    fixed = last_ends(draft, network, facts)
    found = Schedule(solution.column(0), critical_to=draft.critical_to, fixed=fixed)
    windows = _broken_windows(draft, found)
    said = (*draft.assumptions, *cycles(parts), *findings(draft, found), *broken(found, windows))
    return Outcome(draft=draft, split=parts, schedule=found, findings=said, windows=windows)


def _broken_windows(draft: Draft, schedule: Schedule) -> tuple[BrokenWindow, ...]:
    column = schedule.column
    planned = column.early if draft.plan is PlanMode.EARLY else column.late
    return tuple(broken_windows(column, windows_of(draft, column.network), planned))
