"""Bringing ledgers into a record for a test; a file that was read once is not read again."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from tests.support.record import CLERK
from tracker.law import Catalog
from tracker.ledger.model import Ledger
from tracker.services.imports import commit
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Choices, Preview, compare
from tracker.store import Engine, Session, ledgers, transaction


@lru_cache(maxsize=256)
def _read(upload: Upload, law: Catalog, day: date, told: tuple[tuple[str, str], ...]) -> Ledger:
    return upload.read(law, day, dict(told))


def look(
    session: Session,
    law: Catalog,
    upload: Upload,
    day: date,
    *,
    reason: str | None = None,
    choices: Choices | None = None,
) -> Preview:
    """Compare a ledger with the record as it is."""
    ledger = _read(upload, law, day, tuple(ledgers.headings(session).items()))
    known = commit.known_on(session, day)
    return compare(ledger, law, known, reason=reason, choices=choices)


def bring_in(
    engine: Engine,
    law: Catalog,
    path: Path,
    day: date,
    *,
    reason: str | None = None,
    choices: Choices | None = None,
) -> Preview:
    """Commit the good rows of a ledger."""
    upload = Upload.of(path)
    with transaction(engine) as session:
        found = look(session, law, upload, day, reason=reason, choices=choices)
        commit.commit(session, CLERK, found, upload=upload)
    return found
