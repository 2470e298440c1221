"""Documents that end a process or fill its memory are refused before any parser sees them."""

import shutil
from pathlib import Path

import pytest

from tests.support.command import tracker_process
from tracker.core.documents import MOST_DEPTH, limit_exceeded
from tracker.exchange.mspdi import reader as mspdi_reader
from tracker.exchange.refusal import RefusedNetworkError
from tracker.resources import procedures_folder
from tracker.store import engine_for, upgrade

BOMBS = {
    "brackets": "a: " + "[" * 200_000,
    "mappings": "a: " + "{" * 200_000,
    "small mappings": "a: [" + "{}," * 400_000 + "]",
    "lists on one line": "a:\n  " + "- " * 50_000 + "x",
    "keys of keys": "? " * 50_000 + "x",
    "indented": "\n".join(" " * n + "a:" for n in range(2_000)),
    "mappings in mappings": "\n".join(" " * n + "a:" for n in range(500)),
    "words": "a: [" + "x," * 900_000 + "]",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("name", ["procedures/county.yaml", "channels.yaml"])
def test_a_document_that_would_end_the_process_is_refused(
    tmp_path: Path, name: str, text: str
) -> None:
    data = tmp_path / "tracker-data"
    shutil.copytree(procedures_folder(), data / "procedures")
    engine = engine_for(f"sqlite:///{data / 'tracker.sqlite'}")
    upgrade(engine)
    engine.dispose()
    place = data / name
    place.write_text(text, encoding="utf-8")
    is_law = name.startswith("procedures")
    command = (
        ("procedures", "lint", "tracker-data/procedures") if is_law else ("notices", "test", "x")
    )
    done = tracker_process(*command, cwd=tmp_path)
    assert done.returncode in (1, 2), (done.returncode, done.stderr[-300:])
    assert "Traceback" not in done.stderr
    assert place.name in done.stdout + done.stderr


def test_our_own_documents_are_far_below() -> None:
    for file in procedures_folder().rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert limit_exceeded(text) is None
        assert limit_exceeded(text * 3) is None
    assert limit_exceeded("a: " + "[" * MOST_DEPTH + "]" * MOST_DEPTH) is None
    assert limit_exceeded("a: 3 - 2 - 1 - 0 [ x ]") is None


def test_a_plan_of_a_million_links_is_refused_by_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mspdi_reader, "MOST_BYTES", 1000)
    with pytest.raises(RefusedNetworkError) as refused:
        mspdi_reader.read_mspdi(b"<Project>" + b"<PredecessorLink/>" * 1000)
    assert refused.value.code == "too_large"
