"""The demo county's past: a year of ledgers and reports that goes on where it was stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.databases import temporary_engine
from tracker.core.follow_up import CaseState, Outcome
from tracker.core.model import Sight
from tracker.core.problems import Message
from tracker.core.weeks import Week
from tracker.demo import DAY, WEEK_BEFORE
from tracker.demo.run import Demo, claim_folder
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.services.county import follow_ups, survey, weekly_report
from tracker.store import Engine, reading, records
from tracker.store.audit import rows
from tracker.store.records import StoredReport


class StoppedError(Exception):
    """The program was stopped."""


@dataclass
class Stop:
    """Stops a run when it has told so many steps."""

    after: int
    heard: int = 0

    def __call__(self, _: Message) -> None:
        self.heard += 1
        if self.heard > self.after:
            raise StoppedError


def a_run(
    engine: Engine, law: Catalog, folder: Path, weeks: int, say: Callable[[Message], None]
) -> list[StoredReport]:
    claim_folder(folder)
    demo = Demo(engine=engine, catalog=law, words=words_in("zh"), folder=folder, say=say)
    demo.run(DAY, weeks=weeks)
    with reading(engine) as session:
        return records.reports(session, weekly_report.SCOPE)


def test_a_run_that_is_stopped_goes_on_where_it_was(law: Catalog, tmp_path: Path) -> None:
    with temporary_engine() as engine:
        whole = a_run(engine, law, tmp_path / "whole", 2, lambda _: None)
    with temporary_engine() as engine:
        with pytest.raises(StoppedError):
            a_run(engine, law, tmp_path / "halves", 2, Stop(after=2))  # in the second week
        found = a_run(engine, law, tmp_path / "halves", 2, lambda _: None)
        again = a_run(engine, law, tmp_path / "halves", 2, lambda _: None)
        with reading(engine) as session:
            assert rows.first_fault(session) is None
    weeks = [str(Week.of(DAY - timedelta(weeks=n))) for n in range(3)]
    assert [report.week for report in found] == weeks
    assert [report.fingerprint for report in found] == [report.fingerprint for report in whole]
    assert found == again


@pytest.mark.all
def test_a_year_stands_behind_the_day(law: Catalog, tmp_path: Path) -> None:
    with temporary_engine() as engine:
        found = a_run(engine, law, tmp_path / "demo", 52, lambda _: None)
        assert len(found) == 53
        assert {issue.issue for issue in found} == {1}
        assert not any(report.is_draft or report.is_late for report in found)
        days = [report.as_of for report in found]
        assert {later - day for later, day in pairwise(days)} == {timedelta(weeks=1)}
        files = {path.parent.name for path in (tmp_path / "demo" / "reports").rglob("*.pdf")}
        assert len(files) == 53
        sight = Sight.on(WEEK_BEFORE)
        with reading(engine) as session:
            standings = survey.survey(session, law, sight)
            cases = follow_ups.every_on(session, standings, law, sight)
            assert rows.first_fault(session) is None
        outcomes = [promise.outcome for case in cases for promise in case.promises]
        assert min(outcomes.count(Outcome.KEPT), outcomes.count(Outcome.BROKEN)) > 3
        assert sum(case.state is CaseState.CLOSED for case in cases) > 3
