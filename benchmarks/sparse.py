"""How true the lights of a sparse ledger are: the proof of *dates that say only what is known*.

    python -m benchmarks.sparse            # 500 projects a style
    python -m benchmarks.sparse --quick    # 80, to see that it runs

Projects are drawn with their full truth (`benchmarks.histories`), reduced to the eight columns of a
county's ledger, planned from these alone, and compared with the plan of the truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from benchmarks.histories import STATUS_DATE, Made, event_on
from tracker.core.compile import Blueprint, switched_off
from tracker.core.knowledge.ground import Ground, ground_of
from tracker.core.knowledge.told import Told, told_of
from tracker.core.model import Event, EventKind
from tracker.core.track import progress
from tracker.law import Catalog

COLUMNS = (
    ("fs_approval", "hz_approval", "enterprise_filing"),
    ("site_preapproval",),
    ("land_approval",),
    ("planning_permit", "rural_permit"),
    ("eia_report", "eia_form", "eia_register"),
    ("prelim_approval",),
    ("tender_open",),
    ("construction_permit", "sector_start_permit", "water_start_conditions"),
)
"""The eight columns, and the steps that each may mean."""


class Style(StrEnum):
    """How a ledger says where a step stands."""

    WORDS = "words"
    TICKS = "ticks"
    DAYS = "days"


def told_in(made: Made, style: Style) -> list[Event]:
    """Return what the eight columns say of a project."""
    columns = (_column(made, steps, style) for steps in COLUMNS)
    return [event for event in columns if event]


def _column(made: Made, steps: Sequence[str], style: Style) -> Event | None:
    known = [step for step in steps if step in made.spans]
    if not known:
        return None
    meant = next((step for step in known if step in made.needed), None)
    if meant is None:
        return _silent_unless(style, _event(known[0], EventKind.NOT_NEEDED))
    found = made.event(meant, with_day=style is Style.DAYS)
    # the clerk's heading does not say which of several steps it is: it is taken for the first
    found = event_on(
        known[0], made.spans[meant], is_needed=True, with_day=style is Style.DAYS
    )
    return found if found.kind is EventKind.FINISHED else _silent_unless(style, found)


def _silent_unless(style: Style, event: Event) -> Event | None:
    """Return an event that only words can say."""
    return event if style is Style.WORDS else None


def _event(step: str, kind: EventKind) -> Event:
    return Event(step=step, kind=kind, day=None, known_by=STATUS_DATE)
