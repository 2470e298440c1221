"""The audit chain: what bends it is found, and what is told is what is stored."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session

from tests.support.command import tracker
from tests.support.databases import sqlite_engine
from tests.support.imports import bring_in
from tests.support.record import CLERK, keep_scan, put
from tests.support.web import let_in
from tests.support.workbooks import row, write
from tracker.core.model import Event, EventKind, Project
from tracker.i18n.words import words_in
from tracker.law import Catalog
from tracker.security.policy import Role
from tracker.services.accounts import administration
from tracker.services.county import follow_ups, weekly_report
from tracker.services.installation.jobs import nightly_once
from tracker.store import (
    Engine,
    accounts,
    audit,
    engine_for,
    events,
    reading,
    records,
    transaction,
    upgrade,
)
from tracker.store import follow_ups as stored_follow_ups
from tracker.store.accounts import Person
from tracker.store.audit import Act, Broken, UnknownDigestError, purge
from tracker.store.audit import rows as audit_rows
from tracker.store.audit.purge import DoubtfulClockError, TooYoungError
from tracker.store.damage import DamagedRowError
from tracker.store.database import guards
from tracker.store.database.schema import ForeignDatabaseError
from tracker.store.events import Evidence
from tracker.store.records import StoredReport

DAY = date(2026, 5, 6)
ROUNDS = 50
LENGTH = 40
Edit = Callable[[Connection, Random], None]


def chain(engine: Engine, length: int = LENGTH, algorithm: str = "sha256") -> None:
    with transaction(engine) as session:
        if algorithm != "sha256":
            audit.use_algorithm(session, CLERK, algorithm)
        for n in range(length):
            content = {"n": n, "name": f"第{n}项"}
            audit.record(
                session, Act(f"clerk {n % 3}", "因为"), action="add", about="x", content=content
            )


def change(connection: Connection, random: Random) -> None:
    column = random.choice(
        ["actor", "at", "action", "object", "content", "previous", "digest", "why"]
    )
    seq = random.randint(1, LENGTH)
    value = hashlib.sha256(random.randbytes(8)).hexdigest()[: 20 if column == "at" else 32]
    connection.execute(
        text(f"UPDATE audit SET {column} = :v WHERE seq = :s"), {"v": value, "s": seq}
    )


def delete(connection: Connection, random: Random) -> None:
    connection.execute(
        text("DELETE FROM audit WHERE seq = :s"), {"s": random.randint(1, LENGTH - 1)}
    )


def insert(connection: Connection, random: Random) -> None:
    """Put a false entry between two, moving what follows up by one."""
    seq = random.randint(1, LENGTH)
    columns = (
        "at, actor, action, object, project_id, cause, why, request, content, algorithm, previous"
    )
    connection.execute(text("UPDATE audit SET seq = -seq - 1 WHERE seq >= :s"), {"s": seq})
    connection.execute(text("UPDATE audit SET seq = -seq WHERE seq < 0"))
    connection.execute(
        text(
            f"INSERT INTO audit (seq, digest, {columns}) SELECT :s, :d, {columns} FROM audit WHERE"
            f" seq = :o"
        ),
        {"s": seq, "d": random.randbytes(32).hex(), "o": seq + 1},
    )


def swap(connection: Connection, random: Random) -> None:
    one, other = random.sample(range(1, LENGTH + 1), 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        connection.execute(text("UPDATE audit SET seq = :n WHERE seq = :o"), {"n": new, "o": old})


def cut(connection: Connection, random: Random) -> None:
    connection.execute(
        text("DELETE FROM audit WHERE seq > :s"), {"s": random.randint(0, LENGTH - 1)}
    )


def hash_again(connection: Connection, random: Random) -> None:
    """Change an entry and make every digest after it fit: only a digest kept elsewhere tells."""
    seq = random.randint(1, LENGTH)
    connection.execute(text("UPDATE audit SET actor = 'nobody' WHERE seq = :s"), {"s": seq})
    rows = connection.execute(text("SELECT * FROM audit ORDER BY seq")).mappings().all()
    previous = "0" * 64
    for each in rows:
        entry = {**each, "previous": previous}
        previous = audit._digest(entry)
        connection.execute(
            text("UPDATE audit SET previous = :p, digest = :d WHERE seq = :s"),
            {"p": entry["previous"], "d": previous, "s": each["seq"]},
        )


def found_by(engine: Engine, edit: Edit, random: Random) -> tuple[Broken | None, str]:
    """Bend the chain, look at it, and put it straight again."""
    with engine.connect() as connection:
        guards.lift(connection)
        edit(connection, random)
        with Session(connection, join_transaction_mode="rollback_only") as session:
            seen = audit.first_broken(session), audit.head(session)
        connection.rollback()
    return seen


@pytest.mark.parametrize("algorithm", audit.ALGORITHMS)
@pytest.mark.parametrize("edit", [change, delete, insert, swap])
def test_what_is_bent_within_the_chain_is_found(
    engine: Engine, edit: Edit, algorithm: str, rounds: Callable[[int, int], int]
) -> None:
    chain(engine, LENGTH, algorithm)
    random = Random(1)
    for _ in range(rounds(ROUNDS, 1000)):
        broken, _ = found_by(engine, edit, random)
        assert broken is not None


@pytest.mark.parametrize("edit", [change, delete, insert, swap, cut, hash_again])
def test_a_digest_that_was_printed_tells_the_rest(
    engine: Engine, edit: Edit, rounds: Callable[[int, int], int]
) -> None:
    """The weekly report carries the digest of the newest entry it knew."""
    chain(engine)
    with reading(engine) as session:
        printed = audit.head(session)
    random = Random(2)
    for _ in range(rounds(ROUNDS, 1000)):
        broken, head = found_by(engine, edit, random)
        assert broken is not None or head != printed


def test_the_digest_can_be_computed_by_hand(engine: Engine) -> None:
    """An auditor needs no program of ours: the parts, as one JSON list, under the named digest."""
    with transaction(engine) as session:
        audit.use_algorithm(session, Act("安全管理员"), audit.SM3)
        who = Act("甲", "乙", "0123abcd")
        audit.record(session, who, action="a", about="b", content={"丙": 1}, project=7, cause=1)
        rows = (
            session.connection().execute(text("SELECT * FROM audit ORDER BY seq")).mappings().all()
        )
    first, second = rows
    parts = [
        2,
        second["at"],
        "甲",
        "a",
        "b",
        7,
        1,
        "乙",
        "0123abcd",
        '{"丙": 1}',
        "sm3",
        first["digest"],
    ]
    digest = hashlib.new("sm3", json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
    assert second["digest"] == digest
    assert first["algorithm"] == "sha256"  # the choice itself is still told in the old way


def test_only_two_digests_are_known(engine: Engine) -> None:
    with pytest.raises(UnknownDigestError), transaction(engine) as session:
        audit.use_algorithm(session, CLERK, "md5")


def test_what_is_told_is_what_is_stored(engine: Engine) -> None:
    tell_of_a_school(engine)
    with reading(engine) as session:
        assert audit_rows.first_bent(session) is None


def tell_of_a_school(engine: Engine) -> None:
    with transaction(engine) as session:
        school = Project(
            id=0,
            name="甲镇小学",
            procedure="gov_building",
            target="start",
            leader="副县长",
            updated_on=DAY,
        )
        put(session, school, Event(step="fs_review", kind=EventKind.LODGED, day=DAY, known_by=DAY))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET day = '2026-05-05'",
        "UPDATE event SET note = 'x'",
        "DELETE FROM event",
        "UPDATE event SET entry = 0",
        "UPDATE event SET recorded_at = '2020-01-01 10:00:00'",
        "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
        " VALUES (1, 's', 'lodged', '2026-05-06', 'x', 1)",
        "UPDATE project_version SET known_by = '2026-05-05'",
        "UPDATE assignment SET from_day = '2026-05-05'",
        "DELETE FROM assignment",
        "UPDATE project SET name = 'other'",
        "UPDATE project SET state = 'archived'",
    ],
)
def test_a_row_edited_by_hand_is_found(engine: Engine, statement: str) -> None:
    """By somebody who has taken the triggers away first."""
    test_what_is_told_is_what_is_stored(engine)
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text(statement))
    with reading(engine) as session:
        assert audit.first_broken(session) is None
        assert audit_rows.first_bent(session) == Broken(1, "row")


def test_a_row_that_claims_to_be_older_than_its_entry_is_found(engine: Engine) -> None:
    test_what_is_told_is_what_is_stored(engine)
    with transaction(engine) as session:
        forged = (
            "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
            " VALUES (1, 's', 'lodged', '2026-05-06', 'x', 0)"
        )
        session.connection().execute(text(forged))
    with reading(engine) as session:
        assert audit_rows.first_fault(session) == Broken(0, "row")


def test_a_row_that_claims_an_entry_before_the_first_is_found(engine: Engine) -> None:
    test_what_is_told_is_what_is_stored(engine)
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(
            text(
                "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
                " VALUES (1, 's', 'lodged', '2026-05-06', 'x', -1)"
            )
        )
    with reading(engine) as session:
        assert audit_rows.first_fault(session) == Broken(0, "row")


def test_what_cannot_be_read_any_more_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    with sqlite_engine(tmp_path) as engine:
        with transaction(engine) as session:
            let_in(session, "dep1", Person(name="甲"), Role.READER)
        with closing(sqlite3.connect(str(engine.url.database))) as bare:
            bare.execute("UPDATE account SET person_id = 99 WHERE login = 'dep1'")
            bare.commit()
        with reading(engine) as session:
            assert audit_rows.first_fault(session) == Broken(0, "row")
            with pytest.raises(DamagedRowError):
                accounts.all_accounts(session)


def test_an_act_of_no_known_kind_is_a_damaged_row(engine: Engine) -> None:
    with transaction(engine) as session:
        put(session, Project(id=0, name="甲", procedure="gov_building", target="t", updated_on=DAY))
        guards.lift(session.connection())
        for statement in (
            "INSERT INTO follow_up (id, project_id, step, office, kind, days, opened_on, entry,"
            " version) VALUES (1, 1, 's', 'o', 'late', 1, '2026-05-06', 1, 1)",
            "INSERT INTO follow_up_act (follow_up_id, kind, day, who, text, entry)"
            " VALUES (1, 'promise', '2026-05-06', '', '', 1)",
        ):
            session.connection().execute(text(statement))
    with reading(engine) as session, pytest.raises(DamagedRowError):
        stored_follow_ups.load(session)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "tracker.sqlite"
    with closing(sqlite3.connect(place)) as bare:
        bare.execute("CREATE TABLE foo (a)")
        bare.commit()
    before = place.read_bytes()
    engine = engine_for(f"sqlite:///{place}")
    with pytest.raises(ForeignDatabaseError):
        upgrade(engine)
    engine.dispose()
    with closing(sqlite3.connect(place)) as bare:
        assert [*bare.execute("SELECT name FROM sqlite_master")] == [("foo",)]
    assert len(place.read_bytes()) == len(before)


@pytest.mark.parametrize("table", ["event", "assignment"])
def test_rows_that_swap_their_numbers_are_found(engine: Engine, table: str) -> None:
    """Within an entry and across two: rows point at one another by number."""
    lodged = Event(step="fs_review", kind=EventKind.LODGED, day=DAY, known_by=DAY)
    with transaction(engine) as session:
        for name in ("甲", "乙"):
            school = Project(
                id=0,
                name=name,
                procedure="gov_building",
                target="start",
                leader="副县长",
                task_force="教育专班",
                updated_on=DAY,
            )
            put(session, school, lodged, replace(lodged, kind=EventKind.ACCEPTED))
    for one, other in ((1, 2), (2, 3), (1, 4)):
        with transaction(engine) as session:
            guards.lift(session.connection())
            for old, new in ((one, 99), (other, one), (99, other)):
                swap = f"UPDATE {table} SET id = {new} WHERE id = {old}"
                session.connection().execute(text(swap))
        with reading(engine) as session:
            assert audit_rows.first_fault(session), (one, other)
        with transaction(engine) as session:
            for old, new in ((one, 99), (other, one), (99, other)):
                swap = f"UPDATE {table} SET id = {new} WHERE id = {old}"
                session.connection().execute(text(swap))
        with reading(engine) as session:
            assert audit_rows.first_fault(session) is None


def test_a_scan_that_points_at_no_event_is_found(tmp_path: Path) -> None:
    file = keep_scan(tmp_path / "evidence", "scan.pdf", b"%PDF")
    lodged = Event(step="fs_review", kind=EventKind.LODGED, day=DAY, known_by=DAY)
    with sqlite_engine(tmp_path) as engine:
        with transaction(engine) as session:
            blank = Project(id=0, name="甲", procedure="p", target="t", updated_on=DAY)
            project = put(session, blank, lodged)
            proof = Evidence.of(file, events.newest_number(session, project.id))
            content = {"rows": {"evidence": [events.evidence_row(proof)]}}
            entry = audit.record(
                session, CLERK, action="attach evidence", about="x", content=content
            )
            events.add_evidence(session, [proof], entry=entry)
        with reading(engine) as session:
            assert audit_rows.first_fault(session) is None
        with transaction(engine) as session:
            guards.lift(session.connection())
        with closing(sqlite3.connect(str(engine.url.database))) as bare:
            bare.execute("UPDATE event SET id = 50")
            bare.commit()
        with reading(engine) as session:
            assert audit_rows.first_fault(session) == Broken(2, "row")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO account_role (account_id, role) VALUES (1, 'bureau_clerk')",
        "UPDATE account SET is_disabled = NOT is_disabled",
        "UPDATE account SET password_hash = 'x'",
        "UPDATE person SET office = NULL",
        "UPDATE account SET login = 'dep2'",
    ],
)
def test_an_account_edited_by_hand_is_found(engine: Engine, statement: str) -> None:
    with transaction(engine) as session:
        let_in(session, "dep1", Person(name="甲", office="住建局"), Role.DEPARTMENT_CLERK)
        administration.set_disabled(session, CLERK, "dep1", is_disabled=True)
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text(statement))
    with reading(engine) as session:
        broken = audit_rows.first_fault(session)
        assert broken
        assert broken.fault == "row"


def test_a_digest_on_paper_outlives_the_chain(engine: Engine) -> None:
    """Entries cut from the end with what they brought leave no trace but on paper."""
    chain(engine, 3)
    with reading(engine) as session:
        printed = audit.head(session)[:16]
    with transaction(engine) as session:
        audit.record(session, CLERK, action="add", about="y", content={})
    with reading(engine) as session:
        assert audit_rows.first_fault(session, printed=printed) is None
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text("DELETE FROM audit WHERE seq > 2"))
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None
        assert audit_rows.first_fault(session, printed=printed) == Broken(0, "unknown digest")


@pytest.mark.parametrize("edit", [cut, hash_again])
def test_a_report_in_the_data_is_such_a_paper(engine: Engine, edit: Edit) -> None:
    chain(engine)
    with transaction(engine) as session:
        seq, digest = audit.newest(session)
        stored = StoredReport(
            week="2026-W19",
            issue=1,
            is_draft=False,
            as_of=DAY,
            figures={},
            fingerprint="f",
            audit_head=digest,
            through=seq,
            files={},
        )
        records.add_report(session, "county", stored)
        told = {"issue": stored.issue}
        audit.record(session, CLERK, action="weekly report", about=stored.week, content=told)
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None
    random = Random(3)
    with transaction(engine) as session:
        guards.lift(session.connection())
        edit(session.connection(), random)
    with reading(engine) as session:
        assert audit_rows.first_fault(session) == Broken(LENGTH, "unknown digest")


def test_entries_are_kept_for_half_a_year(engine: Engine) -> None:
    chain(engine, 5)
    with pytest.raises(TooYoungError), transaction(engine) as session:
        purge.purge(session, CLERK, before="2999-01-01T00:00:00.000Z")
    with transaction(engine) as session:
        assert purge.purge(session, CLERK, before="2020-01-01T00:00:00.000Z") == 0


def test_a_purged_chain_still_holds(engine: Engine) -> None:
    old = "2020-01-01T00:00:00.000Z"
    with transaction(engine) as session:
        for n in range(6):
            _record_at(session, old if n < 4 else "2026-01-01T00:00:00.000Z", n)
    with transaction(engine) as session:
        assert (
            purge.purge(session, CLERK, before="2021-01-01T00:00:00.000Z", confirmed_by="审计员")
            == 4
        )
    with reading(engine) as session:
        assert audit.first_broken(session) is None
        assert [entry.seq for entry in audit.entries(session)] == [5, 6, 7]
        newest = next(iter(audit.entries(session, action="purge")))
    assert newest.content["through"] == 4
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text("DELETE FROM audit WHERE seq = 5"))
    with reading(engine) as session:
        assert audit.first_broken(session) == Broken(5, "missing")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET note = 'x'",
        "DELETE FROM event",
        "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
        " VALUES (1, 's', 'lodged', '2026-05-06', 'x', 1)",
        "UPDATE account SET is_disabled = NOT is_disabled",
    ],
)
def test_what_purged_entries_told_stays_sealed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(audit, "_now", lambda _: "2020-01-01T00:00:00.000Z")
        tell_of_a_school(engine)
        with transaction(engine) as session:
            administration.local(session, CLERK)
    with transaction(engine) as session:
        assert (
            purge.purge(session, CLERK, before="2021-01-01T00:00:00.000Z", confirmed_by="审计员")
            == 2
        )
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text(statement))
    with reading(engine) as session:
        assert audit_rows.first_fault(session) == Broken(3, "row")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_import SET file = 'x.xlsx'",
        "INSERT INTO ledger_import (id, file, sha256, as_of, confirmed, imported_by, entry)"
        " VALUES (9, 'x.xlsx', '00', '2025-06-26', '[]', '县长', 1)",
    ],
)
def test_an_import_whose_entry_was_purged_stays_sealed(
    law_data: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    with sqlite_engine(tmp_path) as engine:
        with monkeypatch.context() as patch:
            patch.setattr(audit, "_now", lambda _: "2020-01-01T00:00:00.000Z")
            bring_in(engine, law_data, write(tmp_path / "a.xlsx", row()), date(2020, 1, 1))
        with transaction(engine) as session:
            purge.purge(session, CLERK, before="2021-01-01T00:00:00.000Z", confirmed_by="审计员")
        with reading(engine) as session:
            assert audit_rows.first_fault(session) is None
        with transaction(engine) as session:
            guards.lift(session.connection())
            session.connection().execute(text(statement))
        with reading(engine) as session:
            fault = audit_rows.first_fault(session)
        assert fault
        assert fault.fault == "row"


def test_an_entry_of_no_known_algorithm_is_bent_and_no_crash(engine: Engine) -> None:
    chain(engine)
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text("UPDATE audit SET algorithm = 'x' WHERE seq = 3"))
    with reading(engine) as session:
        broken = audit.first_broken(session)
    assert broken
    assert broken.seq == 3


def _record_at(session: Session, at: str, n: int) -> None:
    before = audit._now
    try:
        audit._now = lambda _: at
        audit.record(session, CLERK, action="add", about=str(n), content={"n": n})
    finally:
        audit._now = before


def test_an_act_that_cannot_be_told_is_not_kept(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> int:
        raise RuntimeError("no room for the entry")

    monkeypatch.setattr(audit, "record_all", fails)
    with pytest.raises(RuntimeError, match="no room"), transaction(engine) as session:
        put(
            session,
            Project(id=0, name="甲", procedure="gov_building", target="start", updated_on=DAY),
        )
    with reading(engine) as session:
        found: Sequence[object] = session.connection().execute(text("SELECT * FROM project")).all()
    assert found == []


def forged_purge(engine: Engine, before: str) -> None:
    """By somebody who can write to the database.

    A purge of all entries, chained as it should be.
    """
    with transaction(engine) as session:
        seq, digest = audit.newest(session)
        content = {"through": seq, "digest": digest, "before": before, "count": seq}
        kept = {"kept": audit_rows.digests_through(session, seq), "accounts": {}}
        audit.record(session, CLERK, action="purge", about="x", content=content | kept)
        guards.lift(session.connection())
        session.connection().execute(text(f"DELETE FROM audit WHERE seq <= {seq}"))


@pytest.mark.parametrize("before", ["2020-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"])
def test_a_purge_of_what_is_young_is_found(engine: Engine, before: str) -> None:
    for n in range(3):
        with transaction(engine) as session:
            seq, digest = audit.newest(session)
            stored = StoredReport(
                week=f"2026-W1{n}",
                issue=1,
                is_draft=False,
                as_of=DAY,
                figures={},
                fingerprint="f",
                audit_head=digest,
                through=seq,
                files={},
            )
            records.add_report(session, "county", stored)
            told = {"issue": stored.issue}
            audit.record(session, CLERK, action="weekly report", about=stored.week, content=told)
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None
    forged_purge(engine, before)
    with reading(engine) as session:
        assert audit_rows.first_fault(session) == Broken(4, "false purge")


def test_a_paper_whose_entry_was_purged_is_still_good(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(audit, "_now", lambda _: "2020-01-01T00:00:00.000Z")
        chain(engine, 3)
        with transaction(engine) as session:
            seq, digest = audit.newest(session)
            stored = StoredReport(
                week="2020-W01",
                issue=1,
                is_draft=False,
                as_of=DAY,
                figures={},
                fingerprint="f",
                audit_head=digest,
                through=seq,
                files={},
            )
            records.add_report(session, "county", stored)
            told = {"issue": stored.issue}
            audit.record(session, CLERK, action="weekly report", about=stored.week, content=told)
            again = replace(stored, issue=2)  # the same, laid out by a newer program
            records.add_report(session, "county", again)
    with transaction(engine) as session:
        assert (
            purge.purge(session, CLERK, before="2021-01-01T00:00:00.000Z", confirmed_by="审计员")
            == 4
        )
    with reading(engine) as session:
        assert audit_rows.first_fault(session, printed=digest[:16]) is None
        assert audit_rows.first_fault(session, printed="0" * 16) == Broken(0, "unknown digest")


def test_what_is_older_is_sealed_once(engine: Engine) -> None:
    with transaction(engine) as session:
        statement = (
            "INSERT INTO project (id, name, state, version) VALUES (1, '甲', 'active', 1)",
            "INSERT INTO event (project_id, step, kind, known_by, recorded_by, entry)"
            " VALUES (1, 's', 'lodged', '2026-05-06', 'x', 0)",
        )
        for each in statement:
            session.connection().execute(text(each))
        purge.seal_older(session, CLERK)
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text("UPDATE event SET note = 'x'"))
        purge.seal_older(session, CLERK)  # the next version's upgrade
        assert audit.newest(session)[0] == 1
    with reading(engine) as session:
        assert audit_rows.first_bent(session) == Broken(1, "row")


def test_a_clock_that_jumped_purges_nothing_unless_a_second_person_confirms_the_day(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(audit, "_now", lambda _: "2020-01-01T00:00:00.000Z")
        chain(engine, 5)
    before = "2020-07-02T00:00:00.000Z"
    for now in ("2020-02-06T00:00:00.000Z", "2019-12-31T23:00:00.000Z"):
        monkeypatch.setattr(audit, "_instant", lambda _, now=now: now)
        for second in (None, "", CLERK.by):
            with pytest.raises(DoubtfulClockError), transaction(engine) as session:
                purge.purge(session, CLERK, before=before, confirmed_by=second)
        with reading(engine) as session:
            assert len(list(audit.entries(session))) == 5
    with transaction(engine) as session:
        assert purge.purge(session, CLERK, before=before, confirmed_by="审计员") == 5
    with reading(engine) as session:
        (entry,) = audit.entries(session, action="purge")
        assert entry.content["confirmed_by"] == "审计员"


def test_entries_from_the_future_are_named(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    chain(engine, 2)
    with monkeypatch.context() as patch:
        patch.setattr(audit, "_now", lambda _: "2999-01-01T00:00:00.000Z")
        with transaction(engine) as session:
            audit.record(session, CLERK, action="add project", about="乙", content={})
    with reading(engine) as session:
        assert audit.future_entries(session) == [3]
        assert audit_rows.first_fault(session) is None


BENT = (
    "UPDATE report SET figures = replace(figures, '\"name\"', '\"nom\"')",
    "UPDATE report SET files = '{}'",
    "UPDATE report SET fingerprint = 'x'",
    "UPDATE report SET as_of = '2020-01-03'",
    "DELETE FROM report",
    "UPDATE report SET scope = 'x'",
    "INSERT INTO ledger_import (id, file, sha256, as_of, confirmed, imported_by, entry)"
    " VALUES (9, 'x.xlsx', '00', '2025-06-26', '[]', '县长', 0)",
    "UPDATE ledger_import SET imported_at = '2020-01-01 00:00:00'",
    "INSERT INTO follow_up (project_id, step, kind, days, office, opened_on, closed_on, entry,"
    " version) VALUES (2, 's', 'late', 3, '县水利局', '2025-06-20', NULL, 0, 0)",
    "UPDATE follow_up SET office = '县水利局'",
    "UPDATE follow_up SET days = days - 1",
    "UPDATE follow_up SET opened_on = '2020-01-03'",
    "UPDATE follow_up SET closed_on = '2026-01-03'",
    "UPDATE ledger_import SET file = 'x.xlsx'",
    "UPDATE ledger_import SET sha256 = 'x'",
    "UPDATE ledger_import SET confirmed = '[7]'",
    "UPDATE ledger_import SET undone = 1",
    "UPDATE report SET figures = '{'",
    "DELETE FROM project",
    "INSERT INTO setting (key, value) VALUES ('other', '1')",
    "UPDATE job_run SET result = '{}'",
    "UPDATE job_run SET period = '2025-06-21'",
    "UPDATE job_run SET state = 'due'",
    "INSERT INTO job_run (kind, scope, period, state, attempts)"
    " VALUES ('nightly', '某县', '2025-06-19', 'done', 1)",
    "INSERT INTO job_run (id, kind, scope, period, state, attempts)"
    " VALUES (-1, 'nightly', '某县', '2025-06-18', 'done', 1)",
    "UPDATE party SET name = '副县长乙' WHERE role = 'leader'",
    "UPDATE office SET name = '县审计局'",
    "INSERT INTO town (name) VALUES ('丙镇')",
    "UPDATE person SET office = NULL",
    "INSERT INTO setting (key, value) VALUES ('demo', '1')",
    "INSERT INTO setting (key, value) VALUES ('audit_algorithm', 'sm3')",
)


@pytest.mark.parametrize("statement", BENT)
def test_what_pages_and_reports_show_is_compared_with_the_chain(
    law_data: Catalog, tmp_path: Path, statement: str
) -> None:
    engine = engine_for(f"sqlite:///{tmp_path / 'a.sqlite'}")
    upgrade(engine)
    day = date(2025, 6, 20)
    late = row(立项="办理中", 用地预审="退回", 完成时限="2026年1月底前")
    bring_in(engine, law_data, write(tmp_path / "a.xlsx", late), day)
    nightly_once(
        engine, law_data, county="某县", day=day, now=datetime(2025, 6, 20, 22, tzinfo=UTC)
    )
    with transaction(engine) as session:
        clerk = Person(name="甲", office="县水利局")
        administration.add(
            session, CLERK, "clerk", clerk, roles=[Role.DEPARTMENT_CLERK], password_hash=None
        )
    with transaction(engine) as session:
        follow_ups.review_county(session, CLERK, law_data, day)
    with transaction(engine) as session:
        made = weekly_report.prepare(
            session,
            law_data,
            words_in("zh"),
            status_date=day,
            now=datetime(2025, 6, 20, 16, 0, tzinfo=UTC),
        )
        weekly_report.keep(session, CLERK, made)
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None
    with transaction(engine) as session:
        guards.lift(session.connection())
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as beside, beside:
        assert beside.execute(statement).rowcount, statement  # whoever changes files asks no keys
    with reading(engine) as session:
        fault = audit_rows.first_fault(session)
    assert fault is not None, statement
    assert fault.fault == "row"
    engine.dispose()


def test_runs_that_ended_before_ends_were_told_are_counted(engine: Engine) -> None:
    """One that was under way then is told once it ends, whatever its number."""
    at = datetime(2025, 6, 20, 22, tzinfo=UTC)
    names = ("2025-W24", "2025-W25", "2025-W26")
    with transaction(engine) as session:
        made = [
            records.claim(session, kind="weekly", scope="county", period=name, now=at)
            for name in names
        ]
        older = "UPDATE job_run SET state = 'done' WHERE period = '2025-W25'"
        session.connection().execute(text(older))
    for claim in (made[2], made[0]):
        assert claim
        with transaction(engine) as session:
            records.finish(session, CLERK, claim, {})
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None
        assert records.older_ends(session) == 1


def test_a_run_that_nobody_told_is_found_before_any_was(engine: Engine) -> None:
    """On a new record none is older; an upgrade tells how many there were."""
    forged = (
        "INSERT INTO job_run (kind, scope, period, state, attempts)"
        " VALUES ('weekly', 'county', '2025-W25', 'done', 1)"
    )
    with transaction(engine) as session:
        session.connection().execute(text(forged))
    with reading(engine) as session:
        assert audit_rows.first_fault(session) == Broken(0, "row")
    with transaction(engine) as session:
        purge.seal_runs(session, Act("upgrade"))
        purge.seal_runs(session, Act("upgrade"))
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is None
        assert len(list(audit.entries(session, action=audit.RUNS_SEALED))) == 1
    with transaction(engine) as session:
        session.connection().execute(text(forged.replace("W25", "W26")))
    with reading(engine) as session:
        assert audit_rows.first_fault(session) is not None


@pytest.mark.parametrize(
    "statement", ["UPDATE report SET figures = '{'", "UPDATE project_version SET content = '['"]
)
def test_what_can_no_longer_be_read_is_said_in_words(
    law_data: Catalog, tmp_path: Path, statement: str
) -> None:
    data = tmp_path / "data"
    engine = engine_for(f"sqlite:///{data / 'tracker.sqlite'}")
    upgrade(engine)
    bring_in(engine, law_data, write(tmp_path / "a.xlsx", row()), date(2025, 6, 20))
    with transaction(engine) as session:
        at = datetime(2025, 6, 20, 16, tzinfo=UTC)
        words = words_in("zh")
        made = weekly_report.prepare(
            session, law_data, words, status_date=date(2025, 6, 20), now=at
        )
        weekly_report.keep(session, CLERK, made)
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text(statement))
    engine.dispose()
    asked = [
        ("audit", "verify"),
        ("doctor",),
        ("report", "list"),
        ("flags", "--as-of", "2025-06-20"),
    ]
    for arguments in asked:
        done = tracker("--data", data, *arguments, cwd=tmp_path)
        assert "Traceback" not in done.stderr + done.stdout, arguments
    assert tracker("--data", data, "audit", "verify", cwd=tmp_path).returncode == 1
