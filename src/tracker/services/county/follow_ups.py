"""One-on-one follow-ups: open a case for every project that needs one and has none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tracker.core.assign import FollowUp, follow_up, level_on
from tracker.core.flag import Standing
from tracker.core.model import Sight
from tracker.law import Catalog
from tracker.store import Session, audit, records
from tracker.store.audit import Act


def open_needed(
    session: Session, act: Act, standings: Sequence[Standing], catalog: Catalog, status_date: date
) -> list[FollowUp]:
    """Open a case for each project that needs one; return the new ones.

    The entry of each names the newest entry of its project as its cause.
    """
    open_already = {case.project for case in records.open_follow_ups(session)}
    opened = []
    for standing in standings:
        case = follow_up(standing, status_date, catalog.working_days)
        if case is None or case.project in open_already:
            continue
        entry = audit.record(
            session,
            act,
            action="open follow-up",
            about=standing.project.name,
            project=case.project,
            cause=audit.newest_about(session, case.project),
            content={"step": case.step, "level": case.level, "kind": case.kind, "due": case.due},
        )
        records.open_follow_up(session, case, entry=entry)
        opened.append(case)
    return opened


def open_on(
    session: Session, standings: Sequence[Standing], catalog: Catalog, sight: Sight
) -> list[FollowUp]:
    """Return the open cases as they stand on a day: what is wrong now, and the level reached.

    A case climbs by waiting, and at once when its project gets worse. One whose project has
    recovered keeps its level until it is closed.
    """
    status_date = sight.status_date
    now = {s.project.id: follow_up(s, status_date, catalog.working_days) for s in standings}
    found = []
    for stored in records.open_follow_ups(session, sight.through):
        if stored.opened_on > status_date or stored.project not in now:
            continue  # a project that is closed, or whose import was taken back, is asked nothing
        case = replace(stored, due=catalog.working_days.marked(stored.due))
        today = now.get(case.project)
        waited = level_on(case.level, case.opened_on, status_date, catalog.working_days)
        if today is None:
            found.append(case)
        else:
            found.append(
                replace(
                    today, level=max(waited, today.level), opened_on=case.opened_on, due=case.due
                )
            )
    return found
