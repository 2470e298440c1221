"""What the database refuses, and what it keeps."""

import sqlite3
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from tests.support.record import CLERK, put
from tracker.core.flag import FlagKind
from tracker.core.follow_up import FollowUp
from tracker.core.model import Event, EventKind, Project, Sight
from tracker.store import (
    BusyError,
    Engine,
    Session,
    audit,
    engine_for,
    follow_ups,
    projects,
    reading,
    records,
    transaction,
    upgrade,
)
from tracker.store.audit import Act
from tracker.store.database import engines, guards
from tracker.store.database.guards import UnauditedError
from tracker.store.database.schema import NewerDataError, UnusableDatabaseError

DAY = date(2025, 6, 20)
SCHOOL = Project(
    id=0,
    name="甲镇小学",
    procedure="gov_building",
    target="construction_permit",
    location="甲镇",
    updated_on=DAY,
)


ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


def count(engine: Engine, table: str) -> int:
    with reading(engine) as session:
        return int(session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_fault_in_an_act_leaves_nothing_behind(engine: Engine) -> None:
    with pytest.raises(RuntimeError), transaction(engine) as session:
        put(session, SCHOOL)
        raise RuntimeError
    assert (count(engine, "project"), count(engine, "audit")) == (0, 0)
    with transaction(engine) as session:
        put(session, SCHOOL)
    assert count(engine, "project") == 1


def test_a_process_killed_before_its_commit_leaves_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    code = textwrap.dedent(f"""
        import os, signal
        from datetime import date
        from tracker.core.model import Project
        from tests.support.record import put
        from tracker.store import engine_for, transaction, upgrade
        engine = engine_for({url!r}); upgrade(engine)
        with transaction(engine) as session:
            day = date(2025, 6, 20)
            project = Project(id=0, name="x", procedure="p", target="t", updated_on=day)
            put(session, project)
            os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -9
    engine = engine_for(url)
    assert count(engine, "project") == 0
    engine.dispose()


@ON_SQLITE
def test_a_writer_takes_the_lock_before_it_writes(engine: Engine) -> None:
    with transaction(engine) as session:
        assert session.connection().exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
        assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        other = sqlite3.connect(engine.url.database, timeout=0.05)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


@ON_SQLITE
def test_a_second_writer_that_waits_too_long_is_told_so(engine: Engine) -> None:
    impatient = engine_for(f"{engine.url}?timeout=1")  # another engine of the same file
    event.listen(impatient, "connect", lambda made, _: made.execute("PRAGMA busy_timeout=20"))
    with transaction(engine), pytest.raises(BusyError), transaction(impatient):
        pass
    impatient.dispose()


@ON_POSTGRESQL
def test_writers_take_turns_there_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_MILLISECONDS", 20)
    with transaction(engine):
        with pytest.raises(BusyError), transaction(engine):
            pass
        with reading(engine) as session:  # a look waits for nobody
            assert audit.first_broken(session) is None


def test_a_reader_cannot_write(engine: Engine) -> None:
    with transaction(engine) as session:
        put(session, SCHOOL)
    with pytest.raises(UnusableDatabaseError), reading(engine) as session:
        put(
            session,
            Project(id=0, name="乙", procedure="p", target="t", location="乙镇", updated_on=DAY),
        )
    assert count(engine, "project") == 1


def test_a_change_that_no_entry_tells_is_not_kept(engine: Engine) -> None:
    with pytest.raises(UnauditedError, match="project"), transaction(engine) as session:
        projects.add_all(session, [SCHOOL])
    assert count(engine, "project") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
        " VALUES (1, 's', 'guessed', '2025-06-20', 'x', 1)",
        "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
        " VALUES (1, 's', 'blocked', '2025-06-20', 'x', 1)",
        "INSERT INTO event (project_id, step, kind, day, known_by, recorded_by, entry)"
        " VALUES (1, 's', 'started', '2025-06-21', '2025-06-20', 'x', 1)",
        "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
        " VALUES (99, 's', 'started', '2025-06-20', 'x', 1)",
        (
            "INSERT INTO project (name, location, state, version) VALUES ('甲镇小学', '甲镇',"
            " 'active', 1)"
        ),
        "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
        " VALUES (1, 's', 'retracted', '2025-06-20', 'x', 1)",
        "UPDATE project_version SET content = '{}'",
        "DELETE FROM project_version",
        "UPDATE audit SET content = '{}'",
        "DELETE FROM audit",
    ],
)
def test_the_database_refuses_what_cannot_be(engine: Engine, statement: str) -> None:
    with transaction(engine) as session:
        put(session, SCHOOL)
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.connection().execute(text(statement))


def test_events_come_back_in_the_order_of_recording(engine: Engine) -> None:
    events = [
        Event(
            step="fs_approval",
            kind=EventKind.STARTED,
            day=date(2025, 6, 2),
            known_by=DAY,
            note="办理中",
        ),
        Event(
            step="fs_approval",
            kind=EventKind.FINISHED,
            day=None,
            known_by=DAY,
            document="示发改〔2025〕1号",
        ),
    ]
    with transaction(engine) as session:
        school = put(session, SCHOOL, *events)
    with reading(engine) as session:
        found = projects.load(session, Sight.on(DAY))
    assert list(found[0].events) == events
    assert found[0].project == Project(
        id=school.id,
        name="甲镇小学",
        procedure="gov_building",
        target="construction_permit",
        location="甲镇",
        updated_on=DAY,
    )


def open_case(session: Session, case: FollowUp) -> None:
    entry = audit.record(session, CLERK, action="open follow-up", about="x", content={})
    follow_ups.add(session, case, entry=entry)


def test_only_one_case_of_a_project_is_open(engine: Engine) -> None:
    with transaction(engine) as session:
        school = put(session, SCHOOL)
    case = FollowUp(
        number=1,
        project=school.id,
        step="fs_approval",
        office="县发展和改革局",
        kind=FlagKind.LATE,
        days=3,
        opened_on=DAY,
    )
    with transaction(engine) as session:
        open_case(session, case)
    with pytest.raises(IntegrityError), transaction(engine) as session:
        open_case(session, replace(case, number=2))
    with reading(engine) as session:
        assert follow_ups.load(session) == [case]


def chain(engine: Engine) -> None:
    with transaction(engine) as session:
        for n in range(5):
            audit.record(session, CLERK, action="add", about=str(n), content={"n": n})


def test_the_audit_chain_is_whole(engine: Engine) -> None:
    chain(engine)
    with reading(engine) as session:
        assert audit.first_broken(session) is None
        assert len(audit.head(session)) == 64


@pytest.mark.parametrize(
    ("statement", "seq", "fault"),
    [
        ("UPDATE audit SET content = '{}' WHERE seq = 3", 3, "changed"),
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 1", 1, "changed"),
        ("DELETE FROM audit WHERE seq = 2", 2, "missing"),
        ("UPDATE audit SET previous = 'x' WHERE seq = 4", 4, "out of chain"),
    ],
)
def test_a_bent_chain_names_its_first_wrong_entry(
    engine: Engine, statement: str, seq: int, fault: str
) -> None:
    chain(engine)
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text(statement))
    with reading(engine) as session:
        broken = audit.first_broken(session)
    assert broken == audit.Broken(seq, fault)


def test_a_period_is_claimed_once_and_again_when_its_lease_has_passed(engine: Engine) -> None:
    now = datetime(2025, 6, 20, 7, 5, tzinfo=UTC)

    def claim(at: datetime) -> records.Claim | None:
        with transaction(engine) as session:
            return records.claim(session, kind="weekly", scope="county", period="2025-W25", now=at)

    first = claim(now)
    assert first is not None
    assert claim(now + timedelta(minutes=9)) is None
    second = claim(now + timedelta(minutes=11))
    assert second == records.Claim(first.run, first.attempt + 1)
    with pytest.raises(records.LostClaimError), transaction(engine) as session:
        records.finish(session, Act("weekly"), first, {"week": "of a process thought dead"})
    with transaction(engine) as session:
        records.finish(session, Act("weekly"), second, {"week": "2025-W25"})
    assert claim(now + timedelta(days=1)) is None


def test_data_of_a_newer_program_are_refused(engine: Engine) -> None:
    upgrade(engine)
    with transaction(engine) as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDataError):
        upgrade(engine)


def test_the_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
