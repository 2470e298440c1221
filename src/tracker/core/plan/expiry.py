"""Approvals of a plan that lapse.

What was issued or will be, until when it holds, when it is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.core.calendars import day_until
from tracker.core.compile import Blueprint
from tracker.core.model import Step
from tracker.core.plan.engine.solve import Column
from tracker.core.plan.validity import (
    BrokenWindow,
    TermLife,
    Window,
    broken_windows,
    is_open,
    issued_at,
    used_at,
)
from tracker.core.track import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """What `giver` gives holds through `expires`, inclusive; `user` is to start on `used`.

    `is_recorded`: it was issued on `issued`; otherwise that is planned. `not_before` is the first
    day on which a planned one may be issued and still be good when it is used, where one exists.
    """

    giver: Step
    user: Step
    issued: date
    expires: date
    used: date
    is_recorded: bool
    is_broken: bool
    not_before: date | None = None


def windows_in(blueprint: Blueprint) -> list[Window]:
    """Return the windows between the steps of a blueprint."""
    position = blueprint.network.position
    return [
        Window(
            position[step.id],
            position[user],
            TermLife(step.validity.term),
            until_end=step.validity.until_end,
        )
        for step in blueprint.steps
        if step.validity
        for user in step.validity.used_by
        if user in position
    ]


def expiries(
    blueprint: Blueprint, progress: Mapping[str, Progress], column: Column
) -> tuple[Expiry, ...]:
    """Return every recorded approval that is still to be used, and each planned one that lapses.

    An approval whose day is unknown says nothing.
    """
    windows = [w for w in windows_in(blueprint) if is_open(column, w)]
    known = [w for w in windows if column.is_left[w.giver] or _finish(blueprint, progress, w)]
    broken = {
        (each.window.giver, each.window.user): each
        for each in broken_windows(column, known, column.early)
    }
    found = [_expiry(blueprint, column, w, broken.get((w.giver, w.user))) for w in known]
    return tuple(each for each in found if each.is_recorded or each.is_broken)


def _finish(blueprint: Blueprint, progress: Mapping[str, Progress], window: Window) -> date | None:
    return progress[blueprint.steps[window.giver].id].finish


def _expiry(
    blueprint: Blueprint, column: Column, window: Window, broken: BrokenWindow | None
) -> Expiry:
    at, marked = issued_at(column, column.early, window), blueprint.working_days.marked
    is_recorded = not column.is_left[window.giver]
    issued = day_until(at) if is_recorded else marked(day_until(at))
    used = marked(day_until(used_at(column, column.early, window)))
    not_before = broken.earliest_issue if broken else None
    return Expiry(
        giver=blueprint.steps[window.giver],
        user=blueprint.steps[window.user],
        issued=issued,
        expires=day_until(window.ends(at))
        if is_recorded
        else marked(day_until(window.ends(at)), issued),
        used=used,
        is_recorded=is_recorded,
        is_broken=broken is not None,
        not_before=marked(not_before, used) if not_before else None,
    )


def worst(found: Sequence[Expiry]) -> tuple[Expiry, ...]:
    """Return one expiry a giver: the one that is used last."""
    by_giver: dict[str, Expiry] = {}
    for each in found:
        other = by_giver.get(each.giver.id)
        if other is None or (each.is_broken, each.used) > (other.is_broken, other.used):
            by_giver[each.giver.id] = each
    return tuple(by_giver.values())
