"""Nobody can starve the rest: half a head, a body drop by drop, a crowd at the sign-in."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI, Request

from tracker.web import limits
from tracker.web.limits import SignInQueue, TimeoutProtocol, TooBusyError


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A server that waits half a second."""
    monkeypatch.setattr(limits, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.5)
    app = FastAPI()

    @app.post("/")
    async def size(request: Request) -> int:
        return len(await request.body())

    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=TimeoutProtocol, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()
    server.should_exit = True
    thread.join(10)


def held(connection: socket.socket) -> float:
    """How many seconds pass before the other side ends the connection."""
    begun = time.monotonic()
    connection.settimeout(10)
    try:
        while connection.recv(1024):
            pass
    except ConnectionError:
        pass
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "sent",
    [b"", b"POST / HT", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"],
    ids=["nothing", "half a line", "half a head"],
)
def test_a_head_that_does_not_come_ends_the_connection(
    address: tuple[str, int], sent: bytes
) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(sent)
        assert held(connection) < 5


def test_a_head_that_comes_drop_by_drop_ends_it_too(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        begun = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT011  reset, or a pipe that is broken
            for _ in range(100):
                connection.sendall(b"X")
                time.sleep(0.1)
        assert time.monotonic() - begun < 5


def test_a_body_that_comes_drop_by_drop_ends_the_connection(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
        assert held(connection) < 5


def test_who_sends_in_time_is_answered_more_than_once(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as connection:
        for _ in range(3):
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab")
            time.sleep(0.2)
            connection.sendall(b"cd")
            answer = b""
            while not answer.endswith(b"\r\n4"):
                answer += connection.recv(4096)
            assert b"200 OK" in answer
            time.sleep(0.4)


def test_a_crowd_is_sent_away_at_once_and_others_are_let_wait() -> None:
    room = SignInQueue(most=5, most_of_one=3)
    held_places = [room.place("a") for _ in range(3)]
    for place in held_places:
        place.__enter__()
    with pytest.raises(TooBusyError), room.place("a"):
        pass
    with room.place("b"), room.place("b"), pytest.raises(TooBusyError), room.place("c"):
        pass
    held_places.pop().__exit__(None, None, None)
    with room.place("a"):
        pass
