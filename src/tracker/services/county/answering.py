"""One question answered for many projects at once: looked at first, then kept together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.flag import Standing
from tracker.core.model import Event, EventKind, Project, Sight
from tracker.law import Catalog
from tracker.services.county import follow_ups, survey
from tracker.services.projects import answers
from tracker.services.projects import questions as tracks
from tracker.store import Session, projects
from tracker.store.audit import Act
from tracker.store.projects import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an answer does to a project: what would be kept, and how it stands before and after."""

    record: Record
    after: Project
    events: tuple[Event, ...]
    was: Standing
    becomes: Standing


def with_fact(
    records: Iterable[Record], catalog: Catalog, day: date, fact: str, said: Mapping[int, str]
) -> list[Effect]:
    """Return what the answers to a question do, by the number of the project.

    One that says what is known already is left out. Raises BadAnswerError.
    """
    drafts = []
    for record in records:
        text = said.get(record.project.id)
        if text is not None:
            after = answers.answered(record, catalog, day, {fact: text})
            if after != record.project:
                drafts.append((record, after, ()))
    return _effects(drafts, catalog, day)


def with_marks(
    records: Iterable[Record],
    catalog: Catalog,
    day: date,
    said: Mapping[int, Mapping[str, EventKind]],
) -> list[Effect]:
    """Return what the marks of steps do, by project and step; nothing is taken back by a mark."""
    drafts = []
    for record in records:
        marks = said.get(record.project.id)
        if marks and (events := tracks.marked(record, catalog, day, marks)):
            drafts.append((record, record.project, events))
    return _effects(drafts, catalog, day)


def _effects(
    drafts: Sequence[tuple[Record, Project, tuple[Event, ...]]], catalog: Catalog, day: date
) -> list[Effect]:
    before = _standings([record for record, _, _ in drafts], catalog, day)
    after = _standings(
        [
            replace(record, project=project, events=(*record.events, *events))
            for record, project, events in drafts
        ],
        catalog,
        day,
    )
    return [
        Effect(
            record=record,
            after=project,
            events=events,
            was=before[project.id],
            becomes=after[project.id],
        )
        for record, project, events in drafts
    ]


def _standings(records: Sequence[Record], catalog: Catalog, day: date) -> Mapping[int, Standing]:
    return {s.project.id: s for s in survey.views_of(records, catalog, day).standings}


def keep(
    session: Session, act: Act, effects: Sequence[Effect], catalog: Catalog, day: date
) -> None:
    """Keep the answers, and review the follow-ups of their projects.

    The caller owns the transaction.
    """
    for each in effects:
        answers.keep(session, act, each.record.project, each.after, day)
        tracks.keep(session, act, each.record, each.events, day)
    touched = {each.record.project.id for each in effects}
    records = [r for r in projects.load(session, Sight.on(day)) if r.project.id in touched]
    standings = survey.views_of(records, catalog, day).standings
    follow_ups.review(session, act, standings, catalog, day)
