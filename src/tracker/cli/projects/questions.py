"""`tracker questions`: what is worth asking, and a track of the work answered in one go."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from tracker.cli.door import Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By, Wanted
from tracker.cli.questions import MOST, question_as_data, show_questions
from tracker.core.model import Area, EventKind, Sight, Step
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.catalogue import LANGUAGES
from tracker.i18n.words import Words, words_in
from tracker.services.county import follow_ups, survey
from tracker.services.projects import lookup
from tracker.services.projects import questions as service
from tracker.services.projects.question_words import summary_words
from tracker.services.projects.questions import Askings
from tracker.store import reading, transaction


class UnknownTrackError(TrackerError):
    """No track of the work is called so."""

    code = "unknown_track"
    kind = ErrorKind.USAGE

    def __init__(self, wanted: str) -> None:
        super().__init__(
            message("'{text}' is not a track of the work.", text=wanted),
            remedy=message("Use one of: {known}.", known=tuple(Area)),
        )


class BadPlacesError(TrackerError):
    """Numbers that name no open step of a track, or one step twice."""

    code = "bad_places"
    kind = ErrorKind.USAGE

    def __init__(self, text: str, most: int) -> None:
        super().__init__(
            message("'{text}' does not name open steps of the track.", text=text),
            remedy=message(
                "Write their numbers, such as 1-4,7, from 1 to {most}, each once.", most=most
            ),
        )


def list_all(
    door: Door,
    project: Annotated[
        str | None,
        typer.Argument(metavar=mark("PROJECT"), help=mark("one project; without it, the county")),
    ] = None,
    *,
    most: Annotated[int, typer.Option(min=1, max=20, help=mark("how many questions"))] = MOST,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List the questions whose answers would decide most lights."""
    status_date = door.status_date(as_of)
    sight = Sight.on(status_date)
    with reading(door.engine) as session:
        records = (
            [lookup.find(session, project, sight)]
            if project
            else survey.planned_records(session, sight)
        )
    found = service.askings(records, door.catalog, status_date, most=most)
    if as_json:
        show_json(as_data(found, status_date, door.words))
    else:
        show(found, door.words)


def show(found: Askings, words: Words) -> None:
    """Print what is worth asking."""
    typer.echo(summary_words(found, words))
    if not found.questions:
        return
    show_questions(found.questions, words)


def as_data(found: Askings, day: date, words: Words) -> Mapping[str, Any]:
    """Return what is worth asking as `tracker-questions/1`."""
    return {
        "format": "tracker-questions/1",
        "as_of": day,
        "projects": found.projects,
        "undecided": found.undecided,
        "expected_to_decide": round(found.decides, 1),
        "questions": [question_as_data(q, words) for q in found.questions],
    }


def track(
    door: Door,
    project: Wanted,
    track_: Annotated[
        str, typer.Argument(metavar=mark("TRACK"), help=mark("a track of the work, by its name"))
    ],
    done: Annotated[
        str, typer.Option(metavar="1-4,7", help=mark("numbers of the steps that are done"))
    ] = "",
    under_way: Annotated[
        str, typer.Option(metavar="5", help=mark("numbers of the steps under way"))
    ] = "",
    not_started: Annotated[
        str, typer.Option(metavar="6,8", help=mark("numbers of the steps not started"))
    ] = "",
    not_needed: Annotated[
        str, typer.Option(metavar="9", help=mark("numbers of the steps that are not needed"))
    ] = "",
    *,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Say how far the steps of a track are; without marks, list those that are open."""
    day, area = door.status_date(as_of), _area(track_)
    numbers = dict(zip(service.MARKS, (done, under_way, not_started, not_needed), strict=True))
    with transaction(door.engine) as session:
        record = lookup.find(session, project, Sight.on(day))
        steps = service.open_steps(record, door.catalog, day, area)
        marks = _marks(steps, numbers)
        events = service.marked(record, door.catalog, day, marks)
        if events:
            service.keep(session, door.act(by), record, events, day)
            follow_ups.review_project(session, door.act(by), record.project.id, door.catalog, day)
    if as_json:
        kept = {event.step: event.kind for event in events}
        show_json(
            {
                "format": "tracker-track/1",
                "track": area,
                "open": [s.id for s in steps],
                "kept": kept,
            }
        )
        return
    _show_steps(steps, marks, door.words)
    if events:
        say(door.words.text("States kept: {count}.", count=len(events)))


def _show_steps(steps: Sequence[Step], marks: Mapping[str, EventKind], words: Words) -> None:
    headings = (words.text("No."), words.text("Step"), words.text("Office"), words.text("State"))
    rows = [
        (
            str(n),
            words(step.name),
            words(step.office),
            words(marks[step.id]) if step.id in marks else words.text("nothing recorded"),
        )
        for n, step in enumerate(steps, start=1)
    ]
    show_table(headings, rows)


def _area(text: str) -> Area:
    """Return the track that people call so in either language, or by a part of its name."""
    spoken = {area: [area, *(words_in(one)(area) for one in LANGUAGES)] for area in Area}
    exact = [area for area, names in spoken.items() if text in names]
    close = exact or [area for area, names in spoken.items() if any(text in name for name in names)]
    if len(close) != 1:
        raise UnknownTrackError(text)
    return close[0]


def _marks(steps: Sequence[Step], numbers: Mapping[EventKind, str]) -> dict[str, EventKind]:
    """Return the mark of each step that is named by its number. Raises BadPlacesError."""
    found: dict[str, EventKind] = {}
    for kind, text in numbers.items():
        for place in _places(text, len(steps)):
            step = steps[place - 1].id
            if step in found:
                raise BadPlacesError(text, len(steps))
            found[step] = kind
    return found


def _places(text: str, most: int) -> list[int]:
    """Read 1-4,7. Raises BadPlacesError."""
    found: list[int] = []
    for part in text.replace("，", ",").split(","):
        if not part.strip():
            continue
        first, _, last = part.partition("-")
        ends = [end.strip() for end in (first, last or first)]
        if not all(end.isdecimal() for end in ends):
            raise BadPlacesError(text, most)
        low, high = map(int, ends)
        if not 1 <= low <= high <= most:
            raise BadPlacesError(text, most)
        found.extend(range(low, high + 1))
    return found
