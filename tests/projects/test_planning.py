"""What a project's record tells of steps that its plan does not lead through."""

from dataclasses import replace
from datetime import date

import pytest

from tracker.core.flag import Light
from tracker.core.model import Event, EventKind, Project
from tracker.core.track import Known, State
from tracker.law import Catalog
from tracker.services.projects.lookup import View, look_at
from tracker.store.projects import Record

DAY = date(2025, 6, 20)
SCHOOL = Project(
    id=1,
    name="甲镇小学",
    procedure="gov_building",
    target="construction_permit",
    deadline=date(2025, 3, 31),
)


def seen(law: Catalog, step: str, kind: EventKind) -> View:
    event = Event(step=step, kind=kind, day=None, known_by=DAY)
    return look_at(Record(SCHOOL, (event,)), law, DAY)


def test_works_that_have_begun_tell_that_the_permit_is_there(law: Catalog) -> None:
    view = seen(law, "start", EventKind.FINISHED)
    target = view.standing.plan.steps[-1].progress
    assert (target.state, target.known) == (State.FINISHED, Known.IMPLIED)
    assert view.standing.light is Light.DONE
    source = view.source_of("construction_permit")
    assert source is not None
    assert source.step.id == "start"


@pytest.mark.parametrize(
    ("step", "kind"),
    [("start", EventKind.NOT_STARTED), ("eia_form", EventKind.FINISHED)],
)
def test_what_is_not_done_or_does_not_wait_for_the_target_tells_nothing(
    law: Catalog, step: str, kind: EventKind
) -> None:
    view = seen(law, step, kind)
    assert view.standing.plan.steps[-1].progress.known is Known.SILENT
    assert view.standing.light is Light.OPEN


def test_cells_that_a_ledger_left_empty_are_seen_and_make_it_later(law: Catalog) -> None:
    project = replace(SCHOOL, deadline=date(2026, 6, 30))
    empty = frozenset({"site_preapproval", "prelim_approval", "construction_permit"})
    told = Event(step="fs_approval", kind=EventKind.FINISHED, day=None, known_by=DAY)
    silent, blank = (
        look_at(Record(project, (told,), cells), law, DAY) for cells in (frozenset(), empty)
    )
    steps = {s.step.id for s in blank.standing.plan.steps if s.progress.left_blank}
    assert steps == empty
    spans = [view.standing.plan.span for view in (silent, blank)]
    assert spans[0].best == spans[1].best
    assert spans[0].worst == spans[1].worst
    assert (spans[0].chance or 0) < (spans[1].chance or 0)
