"""One client of a database, as a process of its own; it prints a line of JSON for each act.

python -m tests.reliability.client KIND URL SECONDS NUMBER
"""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import date

from tests.support.record import CLERK
from tracker.core.events import Sight
from tracker.core.model import Event, EventKind, Project
from tracker.core.problems import TrackerError
from tracker.services.projects import changes
from tracker.services.projects.changes import Change, Draft
from tracker.store import Engine, Session, engine_for, projects, reading, transaction

DAY = date(2026, 5, 6)
STEP = "fs_prepare"
LISTS, AT_ONCE = 120, 6
"""Lists, and how many of them are worked on at a time."""
READERS_THINK, WRITERS_THINK = 0.4, 0.2
"""Seconds between two reads and two saves of one person: twenty read fifty times a second, eight
save forty times a second, which is four times what a busy county does."""


def say(**line: object) -> None:
    print(json.dumps(line), flush=True)


def save(session: Session, project: int, number: int) -> None:
    """Record one event of a project, whose note is the number."""
    known = projects.load(session, Sight.on(DAY), project)[0].project
    event = Event(step=STEP, kind=EventKind.STARTED, day=DAY, known_by=DAY, note=str(number))
    changes.keep(
        session,
        CLERK,
        Change(known, known, (event,)),
        action="record event",
        known_by=DAY,
        more={"n": number},
    )


def list_of(session: Session, project: int) -> list[int]:
    """Return the list of a project: the notes of its events, in their order."""
    found = projects.load(session, Sight.on(DAY), project)[0]
    return [int(event.note) for event in found.events if event.note]


def write(engine: Engine, until: float, number: int) -> None:
    count, chance = 0, random.Random(number)
    while time.monotonic() < until:
        n = number * 1_000_000 + (count := count + 1)
        tried(engine, n, lambda s, n=n: save(s, 1 + n % 8, n))
        time.sleep(chance.uniform(0.0, 2 * WRITERS_THINK))


def tried(engine: Engine, n: int, act: Callable[[Session], None]) -> None:
    begun = time.monotonic()
    try:
        with transaction(engine) as session:
            act(session)
    except TrackerError as error:
        say(n=n, error=error.code)
    else:
        say(n=n, took=time.monotonic() - begun)


def save_slowly(engine: Engine, until: float, share: int) -> None:
    """Ten saves a second, until `share` went well; after an error, say how long it took."""
    n, saved, broken = 0, 0, 0.0
    while saved < share and time.monotonic() < until:
        n += 1
        begun = time.monotonic()
        try:
            with transaction(engine) as session:
                save(session, 1 + n % 4, n)
        except TrackerError as error:
            say(n=n, error=error.code)
            broken = broken or begun
        else:
            say(n=n, took=time.monotonic() - begun)
            saved += 1
            if broken:
                say(after=time.monotonic() - broken)
                broken = 0.0
        time.sleep(max(0.0, 0.1 - (time.monotonic() - begun)))


def read(engine: Engine, until: float, number: int) -> None:
    """Look at one project after another, as pages do, with a moment's thought between."""
    chance = random.Random(number)
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            with reading(engine) as session:
                found = projects.load(session, Sight.on(DAY), chance.randint(1, 8))
        except TrackerError as error:
            say(error=error.code, number=number)
        else:
            say(events=sum(len(record.events) for record in found), took=time.monotonic() - begun)
        time.sleep(chance.uniform(0.0, 2 * READERS_THINK))


def large_import(engine: Engine, until: float, count: int) -> None:
    del until
    try:
        with transaction(engine) as session:
            changes.keep_all(session, CLERK, [_new(n) for n in range(count)], known_by=DAY)
    except TrackerError as error:
        say(error=error.code)
    else:
        say(imported=count)


def _new(n: int) -> Draft:
    project = Project(
        id=0, name=f"导入{n}", procedure="gov_building", target="start", updated_on=DAY
    )
    event = Event(step=STEP, kind=EventKind.STARTED, day=DAY, known_by=DAY)
    return Draft(change=Change(None, project, (event,)), action="add project")


def append(engine: Engine, number: int, share: int) -> None:
    """Make `share` transactions of two to four acts, which read a list or add a value to one.

    All clients work on the same few lists, and leave them for others while they are short.
    """
    chance, count = random.Random(number), 0
    while count < share:
        count += 1
        name = f"{number}-{count}"
        first = 1 + (LISTS - AT_ONCE) * count // share
        acts: list[tuple[str, int, object]] = []
        wanted = [
            (chance.random() < 0.5, chance.randrange(first, first + AT_ONCE))
            for _ in range(chance.randint(2, 4))
        ]
        only_reads = not any(is_append for is_append, _ in wanted)
        look = reading if only_reads else transaction
        try:
            with look(engine) as session:
                for position, (is_append, key) in enumerate(wanted):
                    if is_append:
                        value = (number * 1_000_000 + count) * 10 + position
                        save(session, key, value)
                        acts.append(("append", key, value))
                    else:
                        acts.append(("read", key, list_of(session, key)))
        except TrackerError as error:
            say(error=error.code)
        else:
            say(name=name, acts=acts)


KINDS = {
    "write": write,
    "read": read,
    "import": large_import,
    "save slowly": save_slowly,
}

if __name__ == "__main__":
    kind, url, seconds, own = sys.argv[1:]
    if kind == "append":
        append(engine_for(url), int(own), int(seconds))
    else:
        KINDS[kind](engine_for(url), time.monotonic() + float(seconds), int(own))
