"""Slips: numbered by kind and year, one a level, in the chain and in the backup."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from tests.support.command import tracker
from tests.support.record import CLERK, put
from tracker.core.model import Event, EventKind, Project
from tracker.law import catalog
from tracker.services.county import follow_ups
from tracker.store import engine_for, reading, slips, transaction, upgrade
from tracker.store.audit import rows

DAY = date(2026, 3, 2)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    engine = engine_for(f"sqlite:///{tmp_path / 'tracker.sqlite'}")
    upgrade(engine)
    with transaction(engine) as session:
        for n, name in enumerate(("甲", "乙", "𠮷祥路")):
            project = Project(
                id=0,
                name=name,
                procedure="gov_building",
                target="construction_permit",
                deadline=date(2026, 3 + 8 * (n == 1), 10),
                task_force="专班",
                leader="副县长",
                updated_on=DAY,
            )
            begun = Event(step="fs_approval", kind=EventKind.NOT_STARTED, day=None, known_by=DAY)
            put(session, project, begun)
        follow_ups.review_county(session, CLERK, catalog(), DAY)
    engine.dispose()
    return tmp_path


def run(county: Path, *arguments: str) -> str:
    done = tracker("follow-ups", "slip", *arguments, "--data", ".", "--as-of", str(DAY), cwd=county)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_case_gets_one_slip_a_level_and_numbers_run_on(county: Path) -> None:
    made = [Path(line) for line in run(county, "--all").splitlines()]
    assert made
    assert all(path.is_file() for path in made)
    assert run(county, "--all").strip().endswith("均已签发文书。")
    engine = engine_for(f"sqlite:///{county / 'tracker.sqlite'}")
    with reading(engine) as session:
        issued = slips.every(session)
        assert rows.first_fault(session) is None
    engine.dispose()
    assert len(issued) == len(made)
    for kind in {each.kind for each in issued}:
        numbers = [each.number for each in issued if each.kind == kind]
        assert numbers == list(range(1, len(numbers) + 1))
    assert all(each.due > DAY for each in issued)
    assert Path(run(county, "甲").strip()) in made  # it is there already


def test_a_slip_says_what_is_asked_of_whom_until_when(county: Path) -> None:
    path = Path(run(county, "甲").strip())
    document = Document(BytesIO(path.read_bytes()))
    texts = [p.text for p in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    whole = "\n".join(texts)
    assert "督办单〔2026〕1号" in whole
    assert "副县长" in whole
    assert "《" in whole  # the article
    assert any(text.startswith("2026年3月") for text in texts)


def test_slips_are_in_the_backup(county: Path) -> None:
    run(county, "--all")
    done = tracker("backup", "--data", ".", cwd=county)
    assert done.returncode == 0, done.stderr
    next((county / "slips").iterdir()).unlink()
    assert tracker("backup", "--data", ".", cwd=county).returncode != 0  # one is lost
