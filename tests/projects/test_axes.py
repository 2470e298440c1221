"""What was believed on a day, what is now known of it, and the record as it stood at an entry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.record import CLERK, put, tell
from tracker.core.events import seen
from tracker.core.model import Event, EventKind, Project, Sight
from tracker.core.track import State
from tracker.law import Catalog
from tracker.services.projects import changes, lookup, recording
from tracker.services.projects.changes import Change
from tracker.services.projects.planning import recorded_of
from tracker.services.projects.recording import (
    LaterEventError,
    NoReasonError,
    NothingToCorrectError,
)
from tracker.store import Engine, Session, audit, events, projects, reading, transaction
from tracker.store.audit import Act

MAY, JUNE, JULY = date(2026, 5, 6), date(2026, 6, 5), date(2026, 7, 6)
STEP = "fs_review"
SCHOOL = Project(
    id=0,
    name="甲镇小学",
    procedure="gov_building",
    target="construction_permit",
    deadline=date(2028, 12, 29),
    location="甲镇",
    updated_on=MAY,
    facts={"land": "approved", "eia": "form"},
)


def lodged(day: date, known: date, **more: object) -> Event:
    return Event(step=STEP, kind=EventKind.LODGED, day=day, known_by=known, **more)


def state_of(
    session: Session, law: Catalog, number: int, sight: Sight
) -> tuple[State, date | None]:
    record = projects.load(session, sight, number)[0]
    blueprint = lookup.blueprint_of(record, law, sight.status_date)
    case = recorded_of(blueprint, record, sight.status_date)[STEP].case
    return (case.state, case.lodged) if case else (State.NOT_STARTED, None)


def test_a_belief_is_not_changed_by_what_became_known_later(engine: Engine, law: Catalog) -> None:
    """Lodged on 4 June, which nobody knew before 6 July."""
    with transaction(engine) as session:
        school = put(session, SCHOOL)
        tell(session, school, [lodged(date(2026, 6, 4), JULY)], known_by=JULY)
    with reading(engine) as session:
        believed = state_of(session, law, school.id, Sight.on(JUNE))
        in_hindsight = state_of(session, law, school.id, Sight(JUNE, JULY))
        before_it = state_of(session, law, school.id, Sight(date(2026, 6, 3), JULY))
    assert believed == (State.NOT_STARTED, None)
    assert in_hindsight == (State.LODGED, date(2026, 6, 4))
    assert before_it == (State.NOT_STARTED, None)


def test_a_correction_takes_the_place_of_what_it_corrects(engine: Engine, law: Catalog) -> None:
    with transaction(engine) as session:
        school = put(session, SCHOOL, lodged(date(2026, 5, 4), MAY))
        first = events.newest_number(session, school.id)
        right = lodged(date(2026, 6, 1), JUNE, corrects=first, why="the stamp says 1 June")
        tell(session, school, [right], known_by=JUNE)
    with reading(engine) as session:
        assert state_of(session, law, school.id, Sight.on(MAY)) == (State.LODGED, date(2026, 5, 4))
        assert state_of(session, law, school.id, Sight(MAY, JUNE)) == (State.NOT_STARTED, None)
        after = state_of(session, law, school.id, Sight.on(date(2026, 6, 2)))
        known = state_of(session, law, school.id, Sight.on(JUNE))
        everything = events.history(session, school.id)
    assert after == (State.UNDER_WAY, date(2026, 5, 4))  # believed until the correction was known
    assert known == (State.LODGED, date(2026, 6, 1))
    assert [(told.event.day, told.by) for told in everything] == [
        (date(2026, 5, 4), "test"),
        (date(2026, 6, 1), "test"),
    ]


def test_the_record_can_be_seen_as_it_stood_at_an_entry(engine: Engine, law: Catalog) -> None:
    with transaction(engine) as session:
        school = put(session, SCHOOL)
        entry = audit.newest(session)[0]
    with transaction(engine) as session:
        tell(session, school, [lodged(MAY, MAY)], known_by=MAY)
        later = replace(school, deadline=date(2027, 1, 4), leader="副县长")
        changes.keep(session, CLERK, Change(school, later), action="change project", known_by=MAY)
    with reading(engine) as session:
        then = projects.load(session, Sight.on(MAY, through=entry))[0]
        now = projects.load(session, Sight.on(MAY))[0]
    assert (then.events, then.project.deadline, then.project.leader) == ((), SCHOOL.deadline, None)
    assert (len(now.events), now.project.deadline, now.project.leader) == (
        1,
        date(2027, 1, 4),
        "副县长",
    )


def test_a_field_has_the_value_of_its_day(engine: Engine) -> None:
    with transaction(engine) as session:
        school = put(session, SCHOOL)
        moved = replace(school, deadline=date(2029, 6, 29))
        changes.keep(session, CLERK, Change(school, moved), action="change project", known_by=JUNE)
    with reading(engine) as session:
        days = [projects.load(session, Sight.on(day))[0].project for day in (MAY, JUNE, JULY)]
    assert [p.deadline for p in days] == [SCHOOL.deadline, moved.deadline, moved.deadline]
    assert [(p.version, p.updated_on) for p in days] == [(1, MAY), (2, JUNE), (2, JUNE)]


@pytest.fixture
def case(engine: Engine, law: Catalog) -> Callable[..., int]:
    """Record events by hand in turn; the project has been lodged and accepted."""
    with transaction(engine) as session:
        put(
            session,
            SCHOOL,
            lodged(date(2026, 5, 4), MAY),
            Event(step=STEP, kind=EventKind.ACCEPTED, day=date(2026, 5, 6), known_by=MAY),
        )

    def told(event: Event, day: date = JUNE) -> int:
        with transaction(engine) as session:
            record = lookup.find(session, "1", Sight.on(day))
            effect = recording.effect_of(session, record, law, event, day)
            return recording.keep(session, Act("clerk"), record, event, effect)

    return told


def test_what_is_corrected_must_stand(case: Callable[..., int]) -> None:
    with pytest.raises(NothingToCorrectError, match="1 lodged"):
        case(lodged(date(2026, 5, 5), JUNE, corrects=99, why="x"))
    case(lodged(date(2026, 5, 5), JUNE, corrects=1, why="typing error"))
    with pytest.raises(NothingToCorrectError, match="3 lodged"):
        case(lodged(date(2026, 5, 5), JUNE, corrects=1, why="again"))


def test_a_correction_says_why(case: Callable[..., int]) -> None:
    with pytest.raises(NoReasonError):
        case(lodged(date(2026, 5, 5), JUNE, corrects=1))


def test_a_correction_may_not_make_what_follows_impossible(case: Callable[..., int]) -> None:
    late = lodged(date(2026, 5, 7), JUNE, corrects=1, why="later than the acceptance")
    with pytest.raises(LaterEventError, match=r"event 2 \(accepted\)"):
        case(late)


def test_what_did_not_happen_can_be_taken_back_once(
    engine: Engine, law: Catalog, case: Callable[..., int]
) -> None:
    back = Event(
        step=STEP,
        kind=EventKind.RETRACTED,
        day=None,
        known_by=JUNE,
        corrects=2,
        why="another project's paper",
    )
    case(back)
    with reading(engine) as session:
        assert state_of(session, law, 1, Sight.on(MAY)) == (State.UNDER_WAY, date(2026, 5, 4))
        record = projects.load(session, Sight.on(JUNE), 1)[0]
    assert [event.kind for event in record.events] == [EventKind.LODGED]
    with pytest.raises(NothingToCorrectError):
        case(back)


def test_the_database_keeps_both(engine: Engine, case: Callable[..., int]) -> None:
    case(lodged(date(2026, 5, 5), JUNE, corrects=1, why="typing error"))
    with reading(engine) as session:
        told = events.history(session, 1)
    assert [(t.event.id, t.event.corrects, t.event.why) for t in told] == [
        (1, None, None),
        (2, None, None),
        (3, 1, "typing error"),
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events told on growing days, some of which correct one that stands."""
    told: list[Event] = []
    standing: list[int] = []
    day = MAY
    for number in range(1, draw(st.integers(1, 12)) + 1):
        day += timedelta(draw(st.integers(0, 5)))
        corrects = draw(st.sampled_from([*standing, None])) if standing else None
        kinds = [EventKind.STARTED, *([EventKind.RETRACTED] if corrects else [])]
        kind = draw(st.sampled_from(kinds))
        happened = draw(
            st.one_of(st.none(), st.integers(0, 30).map(lambda n, d=day: d - timedelta(n)))
        )
        why = "why" if corrects else None
        told.append(
            Event(
                step="s",
                kind=kind,
                day=happened,
                known_by=day,
                corrects=corrects,
                why=why,
                id=number,
            )
        )
        standing = [n for n in standing if n != corrects]
        standing += [number] if kind is not EventKind.RETRACTED else []
    return told


@given(histories(), st.integers(0, 60))
def test_laws_of_the_two_axes(told: list[Event], offset: int) -> None:
    day = MAY + timedelta(offset)
    believed = seen(told, Sight.on(day))
    known = [event for event in told if event.known_by <= day]
    assert seen(known, Sight.on(day)) == believed  # nothing later is needed for a belief
    assert all(event.known_by <= day for event in believed)
    hindsight = seen(told, Sight(day, date.max))
    assert all(event.day is None or event.day <= day for event in hindsight)
    corrected = {event.corrects for event in known}
    numbers = [event.id for event in believed]
    assert not corrected & set(numbers)  # what was corrected does not stand
    places = {event.id: n for n, event in enumerate(told)}

    def place(number: int) -> int:
        event = next(e for e in told if e.id == number)
        return place(event.corrects) if event.corrects else places[number]

    assert all(place(a) < place(b) for a, b in pairwise(numbers))  # and its place is kept
