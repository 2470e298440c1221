"""While the pages are served, what is due is done: nobody has to remember a timer.

It is looked for in a thread and done in a process of its own, so that no page waits for it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tracker import clock
from tracker.i18n.words import words_in
from tracker.notify.config import read_channels
from tracker.services import law
from tracker.services.installation import timetable
from tracker.services.installation.sending import Office
from tracker.settings import Settings
from tracker.store import Engine, reading

_EVERY = 300.0
_AFTER_A_FAULT = 600.0
_TO_END = 30.0


@contextmanager
def going_round(engine: Engine, setting: Settings) -> Iterator[None]:
    """Do what is due every five minutes, ten after a fault, until the pages are stopped."""
    stop = Event()
    thread = Thread(target=_go_round, args=(engine, setting, stop), name="rounds", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(2 * _TO_END)


def _go_round(engine: Engine, setting: Settings, stop: Event) -> None:
    wait = 1.0  # the pages come first
    while not stop.wait(wait):
        wait = _EVERY
        if _is_due(engine, setting) and not _done(setting, stop):
            wait = _AFTER_A_FAULT


def _is_due(engine: Engine, setting: Settings) -> bool:
    try:
        catalog = law.catalog_of(engine, setting.procedures)
        now = clock.local(setting.timezone)
        with reading(engine) as session:
            found = timetable.outstanding(session, catalog, now)
        office = Office(
            engine=engine,
            channels=read_channels(setting.data),
            data=setting.data,
            words=words_in(setting.language),
            working_days=catalog.working_days,
        )
        return bool(found.due) or office.is_due(now)
    except Exception:
        return True  # the process says what is wrong, where a person reads it


def _done(setting: Settings, stop: Event) -> bool:
    """Do what is due in a process of its own, and tell whether all of it was done."""
    command = [sys.executable, "-m", "tracker", "--data", str(setting.data), "run-due"]
    known = {**os.environ, "TRACKER_LANG": setting.language}
    with subprocess.Popen(command, env=known) as process:  # noqa: S603  our own program
        while process.poll() is None:
            if stop.wait(0.5):
                _end(process)
    return process.returncode == 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
