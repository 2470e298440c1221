"""The audit chain: one entry a change, in the change's own transaction."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, desc, select

from tracker.store.tables import AuditRow

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not fit the chain, and what is wrong with it."""

    seq: int
    fault: str


def record(
    session: Session, *, by: str, action: str, about: str, content: Mapping[str, object]
) -> str:
    """Add an entry and return its digest. `content` is stored as canonical JSON."""
    last = session.exec(select(AuditRow).order_by(desc(AuditRow.seq)).limit(1)).first()
    entry = AuditRow(
        seq=(last.seq or 0) + 1 if last else 1,
        at=str(session.exec(select(func.now())).one()),
        actor=by,
        action=action,
        object=about,
        content=json.dumps(content, ensure_ascii=False, sort_keys=True, default=str),
        previous=last.digest if last else _START,
        digest="",
    )
    entry.digest = _digest(entry)
    session.add(entry)
    session.flush()
    return entry.digest


def head(session: Session) -> str:
    """Return the digest of the newest entry; it is printed on every weekly report."""
    found = session.exec(select(AuditRow.digest).order_by(desc(AuditRow.seq)).limit(1)).first()
    return found or _START


def first_broken(session: Session) -> Broken | None:
    """Walk the whole chain; return the first entry that does not fit, or None."""
    previous, expected = _START, 1
    for entry in session.exec(select(AuditRow).order_by(AuditRow.seq)):  # type: ignore[arg-type]
        if entry.seq != expected:
            return Broken(expected, "missing")
        if entry.previous != previous:
            return Broken(expected, "out of chain")
        if entry.digest != _digest(entry):
            return Broken(expected, "changed")
        previous, expected = entry.digest, expected + 1
    return None


def _digest(entry: AuditRow) -> str:
    parts = (
        entry.seq, entry.at, entry.actor, entry.action, entry.object, entry.content, entry.previous,
    )  # fmt: skip
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
