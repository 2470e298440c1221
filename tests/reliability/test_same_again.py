"""Results depend on the data alone.

Not on the database, the order, the hash seed, the time zone.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from tests.reliability.acts import DAY, LAW, Place, fill  # noqa: F401  another process asks for LAW
from tests.support.databases import Server, temporary_engine
from tests.support.record import CLERK, put
from tracker.core.events import Sight
from tracker.core.model import Event, EventKind, Project
from tracker.core.weeks import Week
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.services.county import plans, weekly_report
from tracker.services.installation import jobs
from tracker.store import Engine, audit, engine_for, reading, records, transaction
from tracker.store.database import copying

pytestmark = pytest.mark.all

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 6, 20, 8, 0, tzinfo=UTC)


def report_of(engine: Engine, law: Catalog) -> dict[str, str]:
    """Return the digests of the files of a week's report."""
    with reading(engine) as session:
        made = weekly_report.prepare(session, law, words_in("zh"), status_date=DAY, now=NOW)
    return {name: hashlib.sha256(data).hexdigest() for name, data in made.files.items()}


def plans_of(engine: Engine, law: Catalog) -> list[tuple[object, ...]]:
    with transaction(engine) as session:
        plans.refresh(session, law, Sight.on(DAY))
        return list(
            map(tuple, session.connection().execute(text("SELECT * FROM plan ORDER BY project_id")))
        )


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("same"))
    fill(place)
    return place


def plain(rows: list[tuple[object, ...]]) -> list[list[str]]:
    return [[v.hex() if isinstance(v, bytes) else str(v) for v in row] for row in rows]


def test_both_databases_make_the_same_files(county: Place, server: Server, law: Catalog) -> None:
    with server.database(empty=True) as url:
        other = engine_for(url)
        copying.copy(county.engine, other)
        assert report_of(other, law) == report_of(county.engine, law)
        assert plain(plans_of(other, law)) == plain(plans_of(county.engine, law))
        other.dispose()


def test_twice_is_the_same(county: Place, law: Catalog) -> None:
    assert report_of(county.engine, law) == report_of(county.engine, law)
    assert plans_of(county.engine, law) == plans_of(county.engine, law)


def test_the_order_of_projects_changes_no_plan(
    law: Catalog, rounds: Callable[[int, int], int]
) -> None:
    """What a project comes to does not depend on which row of the ledger it stood in."""
    told = [
        Project(
            id=0,
            name=f"项目{n}",
            procedure=kind,
            target="start",
            deadline=date(2026, 12, 31),
            location="甲镇",
            updated_on=DAY,
            facts={"land": "approved"} if n % 2 else {},
        )
        for n, kind in enumerate(("gov_building", "gov_road", "gov_water", "enterprise_filing"))
    ]
    random, seen = Random(5), set()
    for _ in range(rounds(3, 200)):
        random.shuffle(told)
        with temporary_engine() as engine:
            with transaction(engine) as session:
                for project in told:
                    step = "fs_prepare" if project.procedure.startswith("gov") else "filing"
                    put(
                        session,
                        project,
                        Event(step=step, kind=EventKind.STARTED, day=DAY, known_by=DAY),
                    )
            with reading(engine) as session:
                found = plans.summaries(session, law, Sight.on(DAY))
        seen.add(
            json.dumps(
                [
                    (s.project.name, s.light, str(s.finish), s.least_float, s.late_steps)
                    for s in found
                ]
            )
        )
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("zone", "seed"), [("Asia/Shanghai", "0"), ("UTC", "1"), ("America/New_York", "2")]
)
def test_neither_zone_nor_hash_seed_changes_a_report(
    county: Place, law: Catalog, zone: str, seed: str
) -> None:
    code = (
        "import json; from tests.reliability.test_same_again import report_of, engine_for, LAW;"
        f"print(json.dumps(report_of(engine_for({str(county.engine.url)!r}), LAW)))"
    )
    known = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=known,
        check=True,
    )
    assert json.loads(done.stdout) == report_of(county.engine, law)


@pytest.mark.parametrize(
    "jumps",
    [
        [timedelta(hours=-1)],
        [timedelta(days=-1)],
        [timedelta(days=40)],
        [timedelta(days=40), timedelta(days=-40)],
        [timedelta(minutes=-5)] * 6,
    ],
)
def test_a_clock_that_jumps_makes_no_second_report(
    law: Catalog, tmp_path: Path, jumps: list[timedelta]
) -> None:
    """The week is claimed by its name, whatever the clock says when it is asked for."""
    now, made = NOW, []
    with temporary_engine() as engine:
        with transaction(engine) as session:
            put(
                session,
                Project(id=0, name="甲", procedure="gov_building", target="start", updated_on=DAY),
            )
        for jump in [timedelta(), *jumps, timedelta(minutes=1)]:
            now += jump
            done = jobs.weekly_once(
                engine,
                law,
                words_in("zh"),
                county="county",
                folder=tmp_path,
                week=Week.of(DAY),
                now=now,
            )
            made.append(done is not None)
        with reading(engine) as session:
            assert len(records.reports(session, weekly_report.SCOPE)) == 1
    assert made == [True, *[False] * (len(jumps) + 1)]


def test_order_is_by_number_and_not_by_time(law: Catalog) -> None:
    """Entries made while the database's clock ran backwards still follow the order of the acts."""
    times = iter(
        ["2026-01-03T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"]
    )
    with temporary_engine() as engine:
        with pytest.MonkeyPatch.context() as patched, transaction(engine) as session:
            patched.setattr(audit, "_now", lambda _: next(times))
            for n in range(3):
                audit.record(session, CLERK, action="add", about=str(n), content={})
        with reading(engine) as session:
            assert [entry.about for entry in audit.entries(session)] == ["0", "1", "2"]
            assert audit.first_broken(session) is None


def test_a_year_without_its_notice_is_warned_about(law: Catalog) -> None:
    for year in range(2027, 2036):
        assert year in law.working_days.provisional_years
    assert not {2020, 2021, 2022, 2023, 2024, 2025, 2026} & law.working_days.provisional_years
