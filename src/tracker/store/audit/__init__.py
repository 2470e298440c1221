"""The audit chain: at least one entry an act, in the act's own transaction.

An entry holds who did what, why, the entry it follows from, and the content of the rows it brought.
Each holds the digest of the one before it, by SM3 (GB/T 32905) or SHA-256.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import RowMapping, func, insert
from sqlmodel import Session, col, desc, select

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.texts import check
from tracker.store.database import guards
from tracker.store.tables import AuditRow, SettingRow

__all__ = [
    "ALGORITHMS",
    "JOB_DONE",
    "REFUSED",
    "RUNS_SEALED",
    "Act",
    "Broken",
    "Entry",
    "Telling",
    "canonical",
    "entries",
    "first_broken",
    "head",
    "newest",
    "newest_about",
    "newest_of_record",
    "purged_through",
    "record",
    "record_all",
    "use_algorithm",
]

SHA256, SM3 = "sha256", "sm3"
ALGORITHMS = (SHA256, SM3)
_CLOCKS_DIFFER = timedelta(minutes=5)
PURGED, SEALED = "purge", "seal"
JOB_DONE, RUNS_SEALED, REFUSED = "job done", "seal runs", "refuse"
_START = "0" * 64
_ALGORITHM = "audit_algorithm"


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, and why. `request` is a number that people can quote.

    Every entry of the act has it.
    """

    by: str
    why: str | None = None
    request: str = field(default_factory=lambda: secrets.token_hex(4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the chain as it reads. `at` is UTC; `content` is what the act wrote."""

    seq: int
    at: str
    by: str
    action: str
    about: str
    project: int | None
    cause: int | None
    why: str | None
    request: str | None
    content: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that does not fit the chain, and what is wrong with it."""

    seq: int
    fault: str


class UnknownDigestError(TrackerError):
    """A digest that the chain is not made with."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            message("'{value}' is not a valid value for {name}.", value=name, name="digest"),
            remedy=message("Use one of: {known}.", known=", ".join(ALGORITHMS)),
        )


def canonical(content: Mapping[str, object]) -> str:
    """Return content as the one JSON text that says it."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What an entry is to say. `cause` is the number of the entry that it follows from."""

    action: str
    about: str
    content: Mapping[str, object]
    project: int | None = None
    cause: int | None = None


def record(
    session: Session,
    act: Act,
    *,
    action: str,
    about: str,
    content: Mapping[str, object],
    project: int | None = None,
    cause: int | None = None,
) -> int:
    """Add an entry and return its number."""
    return record_all(
        session,
        act,
        [Telling(action=action, about=about, content=content, project=project, cause=cause)],
    )[0]


def record_all(session: Session, act: Act, tellings: Iterable[Telling]) -> list[int]:
    """Add entries in their order and return their numbers; many cost little more than one."""
    seq, digest = newest(session)
    at, algorithm = _now(session), _algorithm(session)
    rows: list[dict[str, Any]] = []
    for each in tellings:
        seq += 1
        values: dict[str, Any] = {
            "seq": seq,
            "at": at,
            "actor": act.by,
            "action": each.action,
            "object": each.about,
            "project_id": each.project,
            "cause": each.cause,
            "why": act.why,
            "request": act.request,
            "content": canonical(each.content),
            "algorithm": algorithm,
            "previous": digest,
        }
        for key in ("actor", "object", "why", "content"):
            check(values[key] or "")  # half a character could not even be digested
        digest = values["digest"] = _digest(values)
        rows.append(values)
    if rows:
        session.connection().execute(insert(AuditRow), rows)
        session.info["newest"] = seq, digest
        guards.told(session)
    return [row["seq"] for row in rows]


def newest(session: Session) -> tuple[int, str]:
    """Return the number and the digest of the newest entry.

    The digest is on every weekly report.
    """
    kept: tuple[int, str] | None = session.info.get("newest")
    if kept:
        return kept
    found = session.exec(
        select(AuditRow.seq, AuditRow.digest).order_by(desc(AuditRow.seq)).limit(1)
    ).first()
    return (found[0] or 0, found[1]) if found else (0, _START)


def head(session: Session) -> str:
    """Return the digest of the newest entry."""
    return newest(session)[1]


_NOT_OF_PROJECTS = (
    "sign in",
    "sign out",
    "end sessions",
    "lock account",
    "add account",
    "change roles",
    "change password",
    "disable account",
    "enable account",
    JOB_DONE,
    RUNS_SEALED,
    REFUSED,
)


def newest_of_record(session: Session) -> tuple[int, str]:
    """Return the newest entry that can have changed what is known of projects, and its digest.

    Entries about accounts, ends of jobs and refusals do not count. The digest tells two entries of
    one number apart, one of which a restored backup has taken away.
    """
    wanted = select(AuditRow.seq, AuditRow.digest).where(
        col(AuditRow.action).not_in(_NOT_OF_PROJECTS)
    )
    found = session.exec(wanted.order_by(desc(AuditRow.seq)).limit(1)).first()
    return (found[0] or 0, found[1]) if found else (0, _START)


def digest_of(session: Session, seq: int) -> str | None:
    """Return the digest of an entry; `PURGED` for a purged one, None for an unknown number.

    Number 0 stands for an empty chain and has its start digest.
    """
    if seq == 0:
        return _START
    found = session.exec(select(AuditRow.digest).where(AuditRow.seq == seq)).first()
    return found or (PURGED if seq <= purged_through(session)[0] else None)


def future_entries(session: Session) -> list[int]:
    """Return the entries dated later than the database's clock, by number: a clock is wrong."""
    latest = later(_instant(session), _CLOCKS_DIFFER)
    wanted = select(AuditRow.seq).where(AuditRow.at > latest).order_by(col(AuditRow.seq))
    return [seq or 0 for seq in session.exec(wanted)]


def clock_gap(session: Session, longest: timedelta) -> tuple[str, str] | None:
    """Return the first two successive instants, of entries or now, that suggest a wrong clock.

    The second is more than `longest` after the first, or lies before it.
    """
    found = session.exec(select(AuditRow.at).order_by(col(AuditRow.seq)))
    for before, after in pairwise([*found, _instant(session)]):
        passed = datetime.fromisoformat(after) - datetime.fromisoformat(before)
        if not -_CLOCKS_DIFFER <= passed <= longest:
            return before, after
    return None


def later(instant: str, by: timedelta) -> str:
    """Return an instant later than another, as entries write them (UTC, milliseconds)."""
    moved = datetime.fromisoformat(instant) + by
    return moved.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moved.microsecond // 1000:03d}Z"


def newest_about(session: Session, project: int) -> int | None:
    """Return the number of the newest entry about a project."""
    return session.exec(select(func.max(AuditRow.seq)).where(AuditRow.project_id == project)).one()


def use_algorithm(session: Session, act: Act, algorithm: str) -> None:
    """Make the digests of the entries after this one by SM3 or SHA-256.

    Raises UnknownDigestError.
    """
    if algorithm not in ALGORITHMS:
        raise UnknownDigestError(algorithm)
    entry = {"algorithm": algorithm}
    record(session, act, action="audit algorithm", about=algorithm, content=entry)
    session.merge(SettingRow(key=_ALGORITHM, value=algorithm))
    session.info.pop(_ALGORITHM, None)
    session.flush()


def _algorithm(session: Session) -> str:
    found: str | None = session.info.get(_ALGORITHM)
    if found is None:
        row = session.get(SettingRow, _ALGORITHM)
        found = session.info[_ALGORITHM] = row.value if row else SHA256
    return found


def _now(session: Session) -> str:
    """Return when this act began, by the database's clock, in UTC.

    One instant for all its entries.
    """
    kept: str | None = session.info.get("now")
    if kept is None:
        kept = session.info["now"] = _instant(session)
    return kept


def _instant(session: Session) -> str:
    if session.connection().dialect.name == "postgresql":
        shape = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'
        now = func.to_char(func.timezone("UTC", func.clock_timestamp()), shape)
    else:
        now = func.strftime("%Y-%m-%dT%H:%M:%fZ", "now")
    return str(session.connection().execute(select(now)).scalar_one())


def entries(
    session: Session,
    *,
    project: int | None = None,
    by: str | None = None,
    action: str | None = None,
    cause: int | None = None,
    after: int = 0,
    before: int | None = None,
    newest_first: bool = False,
) -> Iterator[Entry]:
    """Yield entries in their order, those that fit what is asked for; both bounds are exclusive."""
    table = AuditRow.__table__  # type: ignore[attr-defined]
    order = desc(table.c.seq) if newest_first else table.c.seq
    wanted = select(table).where(table.c.seq > after).order_by(order)
    asked = (("project_id", project), ("actor", by), ("action", action), ("cause", cause))
    for column, value in asked:
        if value is not None:
            wanted = wanted.where(table.c[column] == value)
    if before is not None:
        wanted = wanted.where(table.c.seq < before)
    for row in session.connection().execute(wanted).mappings():
        yield Entry(
            seq=row["seq"],
            at=row["at"],
            by=row["actor"],
            action=row["action"],
            about=row["object"],
            project=row["project_id"],
            cause=row["cause"],
            why=row["why"],
            request=row["request"],
            content=json.loads(row["content"]),
            digest=row["digest"],
        )


def first_broken(session: Session) -> Broken | None:
    """Walk the whole chain; return the first entry that does not fit, or None.

    A chain whose beginning was purged starts after the entry that the newest purge names.
    """
    table = AuditRow.__table__  # type: ignore[attr-defined]
    through, previous = purged_through(session)
    expected = through + 1
    rows = session.connection().execute(select(table).order_by(table.c.seq)).mappings()
    for row in rows:
        if row["seq"] != expected:
            return Broken(expected, "missing")
        if row["previous"] != previous:
            return Broken(expected, "out of chain")
        if row["digest"] != _digest(row):
            return Broken(expected, "changed")
        previous, expected = row["digest"], expected + 1
    return None


def purged_through(session: Session) -> tuple[int, str]:
    """Return up to which entry the chain was purged, and that entry's digest.

    0 when it never was.
    """
    found = session.exec(
        select(AuditRow.content).where(AuditRow.action == PURGED).order_by(desc(AuditRow.seq))
    ).first()
    newest: dict[str, Any] = json.loads(found) if found else {"through": 0, "digest": _START}
    return newest["through"], newest["digest"]


_FIRST_FORM = ("seq", "at", "actor", "action", "object", "content", "previous")
_PARTS: Sequence[str] = (
    "seq",
    "at",
    "actor",
    "action",
    "object",
    "project_id",
    "cause",
    "why",
    "request",
    "content",
    "algorithm",
    "previous",
)


def _digest(entry: Mapping[str, Any] | RowMapping) -> str:
    parts = _PARTS if entry["algorithm"] else _FIRST_FORM
    text = json.dumps([entry[part] for part in parts], ensure_ascii=False)
    algorithm = entry["algorithm"] or SHA256
    if algorithm not in ALGORITHMS:
        return ""  # no entry has such a digest
    return hashlib.new(algorithm, text.encode()).hexdigest()
