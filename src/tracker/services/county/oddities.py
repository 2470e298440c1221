"""What is worth a question in a county's record, as of a day."""

from collections.abc import Iterable
from datetime import date

from tracker.core.flag import Standing
from tracker.core.model import Sight
from tracker.core.oddities import Oddity, Story, oddities
from tracker.store import Session, projects


def found_in(
    session: Session, standings: Iterable[Standing], sight: Sight, *, since: date
) -> tuple[Oddity, ...]:
    """Return what came up from a day on, as far as one sees it from `sight`."""
    records = {record.project.id: record for record in projects.load(session, sight)}
    stories = []
    for standing in standings:
        number = standing.project.id
        versions = [
            (version.known_by, version.project)
            for version in projects.versions_of(session, number)
            if version.known_by <= sight.known_by
            and (sight.through is None or version.entry <= sight.through)
        ]
        if versions and number in records:
            events = records[number].events
            stories.append(Story(standing=standing, versions=versions, events=events))
    return oddities(stories, since)
