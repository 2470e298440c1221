"""Plans that the night kept: used while nothing moved, and believed only as they were kept."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.imports import bring_in
from tests.support.workbooks import row, write
from tracker.core.calendars import ProvisionalDate
from tracker.core.model import Sight
from tracker.law import Catalog
from tracker.services.county import plans, survey
from tracker.store import Engine, reading, transaction

DAY = date(2025, 6, 20)


def test_a_kept_plan_is_used_and_one_that_was_changed_is_not(
    engine: Engine, law: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = row(立项="未启动", 用地预审="未启动", 完成时限="2028年6月底前")
    bring_in(engine, law, write(tmp_path / "a.xlsx", ledger), DAY)
    with reading(engine) as session:
        (fresh,) = plans.summaries(session, law, Sight.on(DAY))
    assert isinstance(fresh.finish, ProvisionalDate)
    with transaction(engine) as session:
        plans.refresh(session, law, Sight.on(DAY))
    planned = []
    views_of = survey.views_of
    monkeypatch.setattr(
        survey,
        "views_of",
        lambda records, *rest: views_of(planned.append(len(records)) or records, *rest),
    )
    with reading(engine) as session:
        (kept,) = plans.summaries(session, law, Sight.on(DAY))
    assert (kept, planned) == (fresh, [0])
    assert isinstance(kept.finish, ProvisionalDate)
    with transaction(engine) as session:
        session.connection().execute(text("UPDATE plan SET light = 'done', finish = '2020-01-01'"))
    with reading(engine) as session:
        (forged,) = plans.summaries(session, law, Sight.on(DAY))
    assert (forged, planned) == (fresh, [0, 1])
