"""Files that nothing names any more: what a commit that failed at the last moment left behind."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from tracker.services.imports.desk import Desk
from tracker.services.installation import backup
from tracker.services.installation.backup import Folders
from tracker.store import Engine, Session, transaction

AFTER = timedelta(days=1)
"""A file is put in its place just before the commit that names it; a day is far more."""
_SCAN = re.compile("[0-9a-f]{64}")
_WORKBOOK = re.compile("([0-9a-f]{12})-.+")


def sweep(engine: Engine, folders: Folders, now: datetime) -> int:
    """Delete scans and workbooks that nothing names; return how many went.

    Only files that are named by their own digest, as we name them, and are older than a day: what
    somebody else put there is none of ours. Nobody writes meanwhile. One that cannot be read or
    deleted stays for another night.
    """
    Desk(folders.data / "waiting").sweep(now)
    with transaction(engine) as session:
        found = [path for path in _orphans(session, folders, now - AFTER) if _is_gone(path)]
    return len(found)


def _is_gone(path: Path) -> bool:
    with suppress(OSError):
        path.unlink()
        return True
    return False


def _orphans(session: Session, folders: Folders, before: datetime) -> Iterator[Path]:
    named = {path for _, (path, _) in backup.named(session, folders)}
    for path in (*folders.evidence.glob("*/*"), *folders.ledgers.glob("*")):
        with suppress(OSError):
            is_old = path.is_file() and path.stat().st_mtime < before.timestamp()
            if path not in named and is_old and _is_ours(path):
                yield path


def _is_ours(path: Path) -> bool:
    """Tell whether a file's name holds its digest, or the beginning of it."""
    scan, workbook = _SCAN.fullmatch(path.name), _WORKBOOK.fullmatch(path.name)
    if not scan and not workbook:
        return False
    with path.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    return digest.startswith(workbook[1] if workbook else path.name)
