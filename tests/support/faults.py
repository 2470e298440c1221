"""Stopping an act at its n-th step: by SIGKILL in a child process, or by an exception in this one.

A step is an SQL statement, a commit, or an act of the file system: a rename, a flush to the disk.
Where the process is killed, a statement for many rows is a step for each row: SQLite itself counts
them.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

Act = Callable[[], object]


class Stopped(Exception):  # noqa: N818  a stop, not a fault of the program
    """The n-th step did not happen."""


class Steps:
    """Counts the steps of an act and calls `at` just before the n-th."""

    def __init__(self, stop_before: int | None, at: Callable[[], None]) -> None:
        self.count, self.stop_before, self.at = 0, stop_before, at
        self.is_over = False

    def __call__(self, *_: Any) -> None:
        if self.is_over:
            return
        self.count += 1
        if self.count == self.stop_before:
            self.is_over = True  # what cleans up afterwards is no step of the act
            self.at()


@contextmanager
def counted(steps: Steps, *, by_row: bool = False) -> Iterator[None]:
    """Let `steps` see every statement, commit, rename and flush.

    On SQLite every row with `by_row`.
    """
    with _files_watched(steps), (_rows_watched if by_row else _statements_watched)(steps):
        yield


@contextmanager
def _statements_watched(steps: Steps) -> Iterator[None]:
    event.listen(Engine, "before_cursor_execute", steps)
    event.listen(Engine, "commit", steps)
    try:
        yield
    finally:
        event.remove(Engine, "commit", steps)
        event.remove(Engine, "before_cursor_execute", steps)


@contextmanager
def _rows_watched(steps: Steps) -> Iterator[None]:
    def traced(connection: Any, *_: Any) -> None:
        connection.connection.driver_connection.set_trace_callback(steps)

    event.listen(Engine, "before_cursor_execute", traced)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", traced)
        steps.is_over = True  # a connection may live on with its callback


@contextmanager
def _files_watched(steps: Steps) -> Iterator[None]:
    real = {"replace": os.replace, "rename": os.rename, "fsync": os.fsync}
    real_replace = Path.replace

    def watched(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            steps()
            return real[name](*arguments, **more)

        return call

    def path_replace(self: Path, target: Any) -> Path:
        steps()
        return real_replace(self, target)

    for name in real:
        setattr(os, name, watched(name))
    Path.replace = path_replace  # type: ignore[method-assign]
    try:
        yield
    finally:
        Path.replace = real_replace  # type: ignore[method-assign]
        for name, function in real.items():
            setattr(os, name, function)


def steps_of(act: Act, *, by_row: bool = False) -> int:
    """Return how many steps an act takes when nothing stops it."""
    steps = Steps(None, lambda: None)
    with counted(steps, by_row=by_row):
        act()
    return steps.count


def die_before(step: int, act: Act) -> None:
    """Run an act in this process, which dies by SIGKILL before its n-th step."""
    with counted(Steps(step, lambda: os.kill(os.getpid(), signal.SIGKILL)), by_row=True):
        act()


def failing_before(step: int, act: Act, error: Callable[[], BaseException] = Stopped) -> None:
    """Run an act in this process, with an exception in place of its n-th step."""

    def stop() -> None:
        raise error()

    with counted(Steps(step, stop)):
        try:
            act()
        except Stopped:
            return
    raise AssertionError("the act ended although one of its steps had failed")


def chosen(count: int, most: int) -> list[int]:
    """Return steps to stop before, from the first to the last: all, or some with both ends."""
    if count <= most:
        return list(range(1, count + 1))
    ends = {*range(1, 4), *range(count - most // 3, count + 1)}
    spread = {1 + n * (count - 1) // most for n in range(most)}
    return sorted(ends | spread)
