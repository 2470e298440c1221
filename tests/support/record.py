"""Putting projects into a record for a test, through the one way there is."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tracker.core.events import Attachment
from tracker.core.model import Event, Project
from tracker.services.projects import changes, evidence
from tracker.services.projects.changes import Change
from tracker.store import Session
from tracker.store.audit import Act

CLERK = Act("test")


def put(
    session: Session, project: Project, *events: Event, known_by: date | None = None
) -> Project:
    """Add a project with events; it is known by the day on which it was updated."""
    day = known_by or project.updated_on
    assert day
    change = Change(None, project, events)
    return changes.keep(session, CLERK, change, action="add project", known_by=day).project


def tell(session: Session, project: Project, events: Sequence[Event], *, known_by: date) -> None:
    """Add events to a project that is there."""
    change = Change(project, project, events)
    changes.keep(session, CLERK, change, action="record event", known_by=known_by)


def keep_scan(folder: Path, name: str, data: bytes) -> Attachment:
    """Put a scan in its place, as the act that names it does."""
    with evidence.staged(folder, [(name, data)]) as scans:
        scans.put()
    return scans.attachments[0]
