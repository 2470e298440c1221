"""A backup is a restore; a copy holds the same on either database."""

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event as Signal
from threading import Thread

import pytest
from sqlalchemy import text

from tests.support.databases import Server, temporary_engine
from tests.support.record import CLERK, keep_scan, put
from tests.support.web import let_in
from tracker.core.model import Event, EventKind, Project, Sight
from tracker.security.policy import Role
from tracker.services.installation import backup, backup_file, doctor
from tracker.services.installation.backup import Folders, LostFileError
from tracker.services.installation.backup_file import BrokenBackupError
from tracker.services.installation.doctor import Health, Patient
from tracker.services.installation.sweep import sweep
from tracker.services.projects import evidence
from tracker.store import (
    Engine,
    accounts,
    audit,
    engine_for,
    events,
    projects,
    reading,
    transaction,
    upgrade,
)
from tracker.store.accounts import OpenSession, Person
from tracker.store.audit import Act, rows
from tracker.store.database import copying, guards
from tracker.store.events import Evidence

DAY = date(2026, 5, 6)
NOW = datetime(2026, 5, 6, 18, 0, tzinfo=UTC)
SCHOOL = Project(
    id=0, name="甲镇小学", procedure="gov_building", target="start", leader="副县长", updated_on=DAY
)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    data = tmp_path / "data"
    return Folders.under(data)


def fill(engine: Engine, folders: Folders, count: int = 5) -> None:
    """Projects with events, and a scan for each."""
    for n in range(count):
        add(engine, folders, n)


def add(engine: Engine, folders: Folders, n: int) -> None:
    scan = keep_scan(folders.evidence, f"扫描{n}.pdf", b"%PDF" + str(n).encode())
    with transaction(engine) as session:
        school = put(
            session,
            replace(SCHOOL, name=f"项目{n}"),
            Event(step="fs_review", kind=EventKind.LODGED, day=DAY, known_by=DAY),
        )
        file = Evidence.of(scan, events.newest_number(session, school.id))
        entry = audit.record(
            session,
            CLERK,
            action="attach evidence",
            about="x",
            content={"rows": {"evidence": [events.evidence_row(file)]}},
        )
        events.add_evidence(session, [file], entry=entry)


def names(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [record.project.name for record in projects.load(session, Sight.on(DAY))]


def test_a_backup_restores_the_data_the_files_and_the_chain(
    engine: Engine, folders: Folders, tmp_path: Path
) -> None:
    fill(engine, folders)
    own = folders.data / "procedures" / "own.yaml"
    own.parent.mkdir()
    own.write_text("own")
    with transaction(engine) as session:
        let_in(session, "clerk", Person(name="clerk"), Role.READER)
        clerk = accounts.by_login(session, "clerk")
        accounts.open_session(
            session,
            OpenSession(
                digest="0" * 64,
                account=clerk.id,
                opened_at=NOW,
                seen_at=NOW,
                address="desk",
                agent="",
            ),
        )
    made = backup.make(engine, folders, tmp_path / "backups", now=NOW)
    before = copying.digests(engine)
    assert made.tables == before
    assert len(made.files) == 7
    add(engine, folders, 99)
    own.unlink()
    with reading(engine) as session:
        replaced = audit.newest(session)
    for file in folders.evidence.rglob("*"):
        if file.is_file():
            file.unlink()
    backup.restore(Act("管理员"), made.path, engine, folders)
    after = copying.digests(engine)
    assert {name for name in before if after[name] != before[name]} == {
        "audit",
        "web_session",
    }
    with reading(engine) as session:
        newest = list(audit.entries(session))[-1]
        assert audit.first_broken(session) is None
        assert rows.first_bent(session) is None
        assert evidence.lost(folders.evidence, events.evidence(session)) == []
    assert (newest.action, newest.by, newest.content["sha256"]) == (
        "restore",
        "管理员",
        made.digest,
    )
    told = newest.content["replaced"]
    assert (told["entries"], told["digest"]) == replaced
    with reading(engine) as session:
        assert accounts.sessions_of(session) == []
    assert own.read_text() == "own"
    add(engine, folders, 100)  # and it goes on: numbers and keys continue
    assert names(engine) == [*(f"项目{n}" for n in range(5)), "项目100"]


def test_a_backup_moves_between_kinds_of_database(
    engine: Engine, folders: Folders, tmp_path: Path, other: Engine
) -> None:
    fill(engine, folders)
    made = backup.make(engine, folders, tmp_path / "backups", now=NOW)
    backup.restore(CLERK, made.path, other, folders)
    assert names(other) == names(engine)
    add(other, folders, 6)


@pytest.fixture
def other(engine: Engine, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database of the other kind."""
    if engine.dialect.name == "postgresql":
        with temporary_engine() as made:
            yield made
    else:
        server: Server = request.getfixturevalue("server")
        with server.database(empty=True) as url:
            made = engine_for(url)
            yield made
            made.dispose()


def test_a_copy_holds_the_same_on_the_other_kind(
    engine: Engine, folders: Folders, other: Engine
) -> None:
    fill(engine, folders)
    counts = copying.copy(engine, other)
    assert (counts["project"], counts["event"], counts["evidence"]) == (5, 5, 5)
    assert copying.digests(engine) == copying.digests(other)
    with pytest.raises(copying.NotEmptyError):
        copying.copy(engine, other)
    add(other, folders, 6)
    with reading(other) as session:
        assert audit.first_broken(session) is None
        assert rows.first_bent(session) is None


def test_backups_made_while_others_write_hold_one_instant(
    engine: Engine, folders: Folders, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    fill(engine, folders, 2)
    stop, written = Signal(), []

    def write() -> None:
        while not stop.is_set() and len(written) < 2000:
            add(engine, folders, 1000 + len(written))
            written.append(1)

    writer = Thread(target=write)
    writer.start()
    try:
        made = [
            backup.make(engine, folders, tmp_path / "backups", now=NOW + timedelta(seconds=n))
            for n in range(rounds(3, 50))
        ]
    finally:
        stop.set()
        writer.join(timeout=600)
    assert written
    for each in made:  # `make` compared data, chain, rows and files; an entry of a project is whole
        assert each.entries % 2 == 0
        assert sum(name.startswith("evidence/") for name in each.files) == each.entries // 2
    with temporary_engine() as target:
        backup.restore(CLERK, made[-1].path, target, folders)
        assert copying.digests(target)["event"] == made[-1].tables["event"]
        assert len(names(target)) == made[-1].entries // 2


def test_every_flipped_bit_is_found(
    engine: Engine, folders: Folders, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    fill(engine, folders)
    path = backup.make(engine, folders, tmp_path / "backups", now=NOW).path
    whole, random = path.read_bytes(), Random(3)
    for _ in range(rounds(50, 500)):
        at = random.randrange(len(whole))
        path.write_bytes(
            whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1 :]
        )
        with pytest.raises(BrokenBackupError):
            backup_file.check(path)
    path.write_bytes(whole)
    assert backup_file.check(path).entries == 10


def test_a_backup_whose_digest_was_made_again_still_has_to_fit(
    engine: Engine, folders: Folders, tmp_path: Path
) -> None:
    """Somebody packs other data under a digest that fits."""
    fill(engine, folders)
    path = backup.make(engine, folders, tmp_path / "backups", now=NOW).path
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    scan = next(name for name in parts if name.startswith("evidence/"))
    parts[scan] = b"forged"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n", encoding="utf-8")
    with pytest.raises(BrokenBackupError, match="differs"):
        backup_file.check(path)


def test_a_file_that_is_gone_is_said_before_a_backup_lacks_it(
    engine: Engine, folders: Folders, tmp_path: Path
) -> None:
    fill(engine, folders)
    next(f for f in folders.evidence.rglob("*") if f.is_file()).write_bytes(b"changed")
    with pytest.raises(LostFileError):
        backup.make(engine, folders, tmp_path / "backups", now=NOW)
    assert [p.name for p in (tmp_path / "backups").iterdir()] == []
    made = backup.make(engine, folders, tmp_path / "backups", now=NOW, without_lost=True)
    assert len(made.lost) == 1


def test_old_backups_go_and_the_newest_stay(
    engine: Engine, folders: Folders, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    for n in range(4):
        made = backup.make(engine, folders, folder, now=NOW + timedelta(hours=n))
    gone = backup.drop_old(engine, made.path, keep=3)
    assert [backup.made_at(path) for path in gone] == [NOW]
    assert len(backup.all_in(folder)) == 3
    assert len(list(folder.iterdir())) == 6


def test_a_clock_that_ran_ahead_costs_no_backup(
    engine: Engine, folders: Folders, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    ahead = backup.make(engine, folders, folder, now=NOW + timedelta(days=5 * 366))
    fill(engine, folders)
    made = backup.make(engine, folders, folder, now=NOW)
    with reading(engine) as session:
        assert backup.newest_of(session, folder) == made.path
    assert backup.drop_old(engine, made.path, keep=1) == [ahead.path]
    assert backup.all_in(folder) == [made.path]


def test_backups_of_another_record_are_counted_by_themselves(
    engine: Engine, folders: Folders, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    first = backup.make(engine, folders, folder, now=NOW)
    fill(engine, folders)
    other = backup.make(engine, folders, folder, now=NOW + timedelta(hours=1))
    backup.restore(CLERK, first.path, engine, folders)
    (folder / "tracker-20260101T000000.000000Z.zip").write_bytes(b"no zip")
    made = backup.make(engine, folders, folder, now=NOW + timedelta(hours=2))
    gone = backup.drop_old(engine, made.path, keep=1)
    assert first.path in gone
    assert made.path.exists()
    assert other.path.exists()  # what a restore replaced


def test_what_a_killed_backup_left_is_swept_after_a_day(
    engine: Engine, folders: Folders, tmp_path: Path
) -> None:
    left = tmp_path / "backups" / ".part-killed"
    left.mkdir(parents=True)
    (left / "tracker.sqlite").write_bytes(b"half")
    made = datetime.fromtimestamp(left.stat().st_mtime, UTC)
    backup.make(engine, folders, left.parent, now=made + timedelta(hours=1))
    assert left.exists()
    backup.make(engine, folders, left.parent, now=made + timedelta(hours=25))
    assert not left.exists()


def test_the_doctor_finds_what_is_wrong(engine: Engine, folders: Folders, tmp_path: Path) -> None:
    fill(engine, folders)
    folder = tmp_path / "backups"

    def health(now: datetime) -> dict[str, Health]:
        patient = Patient(
            engine=engine,
            procedures=None,
            folders=folders,
            backups=folder,
            today=now.date(),
            now=now,
        )
        return {str(f.part): f.health for f in doctor.examine(patient)}

    assert health(NOW)["Backup"] is Health.BAD
    backup.make(engine, folders, folder, now=NOW)
    found = health(NOW + timedelta(hours=1))
    assert set(found.values()) == {Health.GOOD}
    late = health(datetime(2026, 12, 1, tzinfo=UTC))
    assert (late["Backup"], late["Holidays"]) == (Health.DOUBTFUL, Health.DOUBTFUL)
    assert health(datetime(2027, 1, 2, tzinfo=UTC))["Holidays"] is Health.BAD
    backup.all_in(folder)[0].write_bytes(b"x")
    next(f for f in folders.evidence.rglob("*") if f.is_file()).unlink()
    with transaction(engine) as session:
        guards.lift(session.connection())
        session.connection().execute(text("UPDATE event SET day = '2026-05-05'"))
    bad = health(NOW + timedelta(hours=1))
    assert {part for part, each in bad.items() if each is Health.BAD} == {
        "Audit chain",
        "Files",
        "Backup",
    }


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_nobody_else_can_read_the_data(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        folders = Folders.under(tmp_path / "made" / "data")
        engine = engine_for(f"sqlite:///{folders.data / 'tracker.sqlite'}")
        upgrade(engine)
        fill(engine, folders)
        made = backup.make(engine, folders, folders.data / "backups", now=NOW)
    finally:
        os.umask(old)
    kept = [path for path in folders.data.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert stat.S_IMODE(folders.data.stat().st_mode) == 0o700
    patient = Patient(
        engine=engine,
        procedures=None,
        folders=folders,
        backups=folders.data / "backups",
        today=NOW.date(),
        now=NOW,
    )
    for path in (folders.data, made.path, folders.data / "tracker.sqlite"):
        health = {str(f.part): f.health for f in doctor.examine(patient)}
        assert health["Access rights"] is Health.GOOD
        path.chmod(path.stat().st_mode | 0o044)
        health = {str(f.part): f.health for f in doctor.examine(patient)}
        assert health["Access rights"] is Health.BAD
        path.chmod(path.stat().st_mode & 0o700)
    engine.dispose()


def test_a_second_connection_does_not_cost_what_the_first_commits(tmp_path: Path) -> None:
    """To open and close the file would drop the locks by which other processes keep its log."""
    place = tmp_path / "data" / "tracker.sqlite"
    engine = engine_for(f"sqlite:///{place}")
    upgrade(engine)
    add_line = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20)\n"
    add_line += "c.execute(\"INSERT INTO town VALUES ('乙镇')\"); c.commit(); c.close()\n"
    with engine.connect() as first, engine.connect() as second:
        second.execute(text("SELECT 1 FROM town")).all()
        second.rollback()
        first.rollback()
        subprocess.run([sys.executable, "-c", add_line, str(place)], check=True, timeout=60)
        first.execute(text("INSERT INTO town VALUES ('甲镇')"))
        first.commit()
        with sqlite3.connect(place) as other:
            assert {name for (name,) in other.execute("SELECT name FROM town")} == {"甲镇", "乙镇"}
    engine.dispose()


def test_what_nothing_names_is_swept_after_a_day_and_nothing_else(
    engine: Engine, folders: Folders
) -> None:
    fill(engine, folders, 2)
    orphan = keep_scan(folders.evidence, "无主.pdf", b"%PDF orphan")
    left = evidence.place_of(folders.evidence, orphan.sha256)
    folders.ledgers.mkdir(parents=True, exist_ok=True)
    own = folders.ledgers / "本单位台账.xlsx"
    own.write_bytes(b"x")
    misnamed = folders.ledgers / "0123456789ab-台账.xlsx"
    misnamed.write_bytes(b"y")
    digest = hashlib.sha256(b"z").hexdigest()
    workbook = folders.ledgers / f"{digest[:12]}-台账.xlsx"
    workbook.write_bytes(b"z")
    now = datetime.now(UTC)
    assert sweep(engine, folders, now) == 0
    assert sweep(engine, folders, now + timedelta(days=2)) == 2
    assert not left.exists()
    assert not workbook.exists()
    assert own.exists()
    assert misnamed.exists()
    with reading(engine) as session:
        assert evidence.lost(folders.evidence, events.evidence(session)) == []
