"""It stops and starts well: what was saved is saved, and what watches it is told the truth."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import httpx2
import pytest

from tests.support.live import DAY, Live, county, serving, token_in
from tests.support.web import app_for, stranger
from tracker.core.model import Sight
from tracker.store import engine_for, projects, reading, upgrade

SAVERS, EACH = 4, 120


def test_it_lives_and_is_not_ready_while_the_data_are_away(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    upgrade(engine)
    client = stranger(app_for(engine, folder, DAY))
    assert [client.get(f"/health/{name}").status_code for name in ("live", "ready")] == [200, 200]
    engine.dispose()
    folder.rename(tmp_path / "away")
    assert [client.get(f"/health/{name}").status_code for name in ("live", "ready")] == [200, 503]
    engine.dispose()
    (tmp_path / "away").rename(folder)
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    engine.dispose()


def save_until_refused(live: Live, number: int, stop: Event) -> list[int]:
    """Record an event of one project after another; return those that were said to be kept."""
    kept = []
    with closing(live.browser()) as browser:
        token = token_in(browser.get("/account").text)
        form = {"step": "fs_prepare", "kind": "started", "day": "2026-05-01", "newest": "0"}
        for n in range(EACH):
            project = 1 + number * EACH + n
            try:
                answer = browser.post(
                    f"/projects/{project}/record", data={**form, "do": "record", "_token": token}
                )
            except httpx2.TransportError:
                return kept
            assert answer.status_code in (303, 503), answer.text
            if answer.status_code == 303:
                kept.append(project)
            if len(kept) > 5:
                stop.set()  # there is load enough
    return kept


@pytest.mark.all
def test_told_to_stop_it_ends_what_was_begun_and_starts_again(tmp_path: Path) -> None:
    folder = county(tmp_path / "data", SAVERS * EACH)
    with serving(folder, "--as-of", DAY.isoformat()) as live:
        enough = Event()
        with ThreadPoolExecutor(SAVERS) as pool:
            savers = [pool.submit(save_until_refused, live, n, enough) for n in range(SAVERS)]
            assert enough.wait(60)
            seconds = live.end()
            kept = {project for saver in savers for project in saver.result()}
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    with reading(engine) as session:
        found = projects.load(session, Sight.on(DAY))
    engine.dispose()
    recorded = {record.project.id for record in found if record.events}
    assert kept <= recorded
    assert len(recorded - kept) <= SAVERS  # an answer may be lost on its way, nothing else
    with serving(folder, "--as-of", DAY.isoformat()) as again:
        print(f"{len(kept)} saved; stopped in {seconds:.1f} s, ready in {again.seconds:.1f} s")
