"""What a county may learn from its own record, and plans with where somebody says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.core.model import Sight
from tracker.core.problems import TrackerError
from tracker.core.track import progress
from tracker.core.usual import History, Shares, Times, Usual, shares_of, times_of
from tracker.law import Catalog
from tracker.services.law import plain_catalog
from tracker.services.projects.planning import began
from tracker.store import Session, audit, projects, records
from tracker.store.audit import Act
from tracker.store.projects import Record


@dataclass(frozen=True, slots=True)
class Learned:
    """What the record tells now, and what the county plans with."""

    shares: Sequence[Shares]
    times: Sequence[Times]
    kept: Usual


def learned(session: Session, folder: Path | None, sight: Sight) -> Learned:
    """Return how the county's projects answer and how long their steps take, archived ones too."""
    catalog = plain_catalog(session, folder)
    found = projects.load(session, sight)
    histories = [h for each in found if (h := _history(each, catalog, sight))]
    kept = records.usual(session, sight.through)
    return Learned(
        shares=shares_of(histories),
        times=times_of(histories, catalog.working_days),
        kept=Usual.from_text(kept) if kept else Usual(),
    )


def _history(record: Record, catalog: Catalog, sight: Sight) -> History | None:
    """Return what a project tells; None of one whose procedure is not in force any more."""
    day, since = sight.status_date, began(record, sight.status_date)
    try:
        procedure = catalog.procedure(record.project.procedure, since, seen_from=day)
        longest = max(
            (
                catalog.whole_blueprint(procedure.id, target, day, began=since)
                for target in {*procedure.targets, record.project.target}
            ),
            key=lambda blueprint: len(blueprint.steps),
        )
    except TrackerError:
        return None
    return History(
        procedure=procedure,
        answers=record.project.answers,
        progress=progress(longest, record.events, frozenset(), day),
    )


def keep(session: Session, act: Act, found: Learned, *, shares: bool, times: bool) -> Usual:
    """Plan with what was learned, in part or as a whole, from now on; with neither, no more.

    The caller owns the transaction.
    """
    usual = Usual.of(found.shares if shares else (), found.times if times else ())
    content = usual.to_text() if shares or times else ""
    row = {"content": content, "kept_by": act.by}
    entry = audit.record(
        session, act, action="keep usual", about="", content={"rows": {"usual": [row]}}
    )
    records.keep_usual(session, content, by=act.by, entry=entry)
    return usual
