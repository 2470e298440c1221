"""One-time links that a second shell makes for a running server."""

import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.databases import sqlite_engine
from tests.support.web import app_for, stranger
from tracker.services.accounts.links import Links, NoServerError


def now() -> datetime:
    """Return the instant by which the files are stamped too."""
    return datetime.now(UTC)


@pytest.fixture
def links(tmp_path: Path) -> Iterator[Links]:
    """The folder of a server that answers."""
    found = Links(tmp_path / "links")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found.announce(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        yield found


def key_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_a_link_works_once(links: Links) -> None:
    key = key_of(links.make())
    assert not links.take("another", now())
    assert links.take(key, now())
    assert not links.take(key, now())


def test_of_many_who_come_at_once_one_gets_in(links: Links) -> None:
    key, together, got_in = key_of(links.make()), threading.Barrier(8), []

    def come() -> None:
        together.wait()
        got_in.append(links.take(key, now()))

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(got_in) == 1


def test_a_link_is_good_for_a_quarter_of_an_hour(links: Links) -> None:
    key = key_of(links.make())
    assert not links.take(key, now() + timedelta(minutes=16))
    assert not links.take(key, now()), "it was used up"


def test_nothing_of_the_key_is_kept(links: Links) -> None:
    key = key_of(links.make())
    kept = [path.name + path.read_text() for path in links.folder.iterdir()]
    assert all(key not in text for text in kept)
    if os.name == "posix":
        assert all(path.stat().st_mode & 0o077 == 0 for path in links.folder.iterdir())


def test_there_is_no_link_of_a_server_that_is_gone(tmp_path: Path) -> None:
    found = Links(tmp_path / "links")
    with pytest.raises(NoServerError):
        found.make()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found.announce(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        found.make()
    with pytest.raises(NoServerError):
        found.make()
    found.withdraw()
    assert list(found.folder.iterdir()) == []


def test_the_pages_take_links_only_where_they_are_for_this_machine(tmp_path: Path) -> None:
    day = now().date()
    with sqlite_engine(tmp_path) as engine, socket.create_server(("127.0.0.1", 0)) as listener:
        for opening, status in (("the-key", 303), (None, 403)):
            app = app_for(engine, tmp_path, day, key=opening)
            Links(tmp_path / "links").announce(f"http://127.0.0.1:{listener.getsockname()[1]}/")
            key = key_of(Links(tmp_path / "links").make())
            assert stranger(app).get(f"/enter/{key}").status_code == status
            assert stranger(app).get(f"/enter/{key}").status_code == 403
