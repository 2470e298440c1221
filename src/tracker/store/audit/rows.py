"""The tables against the chain: every row of the record stands in the entry that brought it.

Rows that are older than entries by row, or than the last purge, are compared with the digests that
a seal holds of them; accounts with how they stood after their last change; rows that are updated
in place with the entries of their changes (`mutable`).
"""

import hashlib
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Table, func
from sqlmodel import Session, SQLModel, col, select

from tracker.store import accounts
from tracker.store.audit import PURGED, Broken, entries, first_broken, mutable, purged_through
from tracker.store.damage import DamagedRowError
from tracker.store.database.guards import ADDED_ONLY, KEPT_DAYS
from tracker.store.tables import AuditRow, EventRow, EvidenceRow, ProjectRow, ReportRow, VersionRow

_SAME_ACT = timedelta(hours=1)
"""How far apart the stamps of an act and of its rows may lie: a large import takes minutes."""
_BESIDE = {"id", "entry", "recorded_at", "loaded_at", "kept_at"}
"""Columns that the database fills, or that say where the row is told."""


def first_fault(session: Session, *, printed: str | None = None) -> Broken | None:
    """Return what is wrong with the record first, or None: the chain, then the data it tells.

    `printed` is a digest from a report on paper, or how it begins (16 digits are printed): a chain
    that was cut or made anew no longer holds it.
    """
    if broken := first_broken(session):
        return broken
    if printed and not _holds(session, printed):
        return Broken(0, "unknown digest")
    try:
        return _first_unnumbered(session) or _first_unanchored(session) or first_bent(session)
    except (
        ValueError,
        KeyError,
        TypeError,
        DamagedRowError,
    ):  # what a row holds can no longer be read at all
        return Broken(0, "row")


def _first_unnumbered(session: Session) -> Broken | None:
    """Return a fault where a row names an entry before the first, which nobody ever wrote."""
    for table in SQLModel.metadata.tables.values():
        if "entry" in table.c:
            wanted = select(table.c.entry).where(table.c.entry < 0).limit(1)
            if session.connection().execute(wanted).first() is not None:
                return Broken(0, "row")
    return None


def _holds(session: Session, printed: str) -> bool:
    """Tell whether an entry has that digest, or a report whose entry was purged."""
    begins = printed.strip().lower()
    purged, _ = purged_through(session)
    of_entry = col(AuditRow.digest).startswith(begins, autoescape=True)
    of_report = col(ReportRow.audit_head).startswith(begins, autoescape=True)
    purged_report = select(ReportRow.id).where(of_report, ReportRow.through <= purged)
    return (
        session.exec(select(AuditRow.seq).where(of_entry).limit(1)).first() is not None
        or session.exec(purged_report.limit(1)).first() is not None
    )


def _first_unanchored(session: Session) -> Broken | None:
    """Compare the digest that each report carries with the entry it is of."""
    purged, digest_of_purged = purged_through(session)
    carried = select(ReportRow.through, ReportRow.audit_head, AuditRow.digest).join(
        AuditRow, col(AuditRow.seq) == ReportRow.through, isouter=True
    )
    for seq, printed, found in session.exec(carried.order_by(col(ReportRow.through))):
        digest = digest_of_purged if seq == purged else found
        if seq >= purged and seq and printed != digest:
            return Broken(seq, "unknown digest")
    return _first_false_purge(session)


def _first_false_purge(session: Session) -> Broken | None:
    """Return a purge that took what the law keeps, or reports say was younger than it claims.

    A report knows the entry of the report before it: of those whose entries are gone, all but the
    newest were made before the day that the purge names. (An issue that only looks different is
    made later and knows what the one before it knew; the first of them counts.)
    """
    for entry in entries(session, action=PURGED):
        made, before = (datetime.fromisoformat(t) for t in (entry.at, entry.content["before"]))
        if before > made - timedelta(days=KEPT_DAYS):
            return Broken(entry.seq, "false purge")
        gone = col(ReportRow.through) <= entry.content["through"]
        wanted = select(func.min(ReportRow.made_at)).where(gone).group_by(col(ReportRow.through))
        days = list(session.exec(wanted.order_by(col(ReportRow.through))))
        if any(at.replace(tzinfo=at.tzinfo or UTC) >= before for at in days[:-1] if at):
            return Broken(entry.seq, "false purge")
    return None


def first_bent(session: Session) -> Broken | None:
    """Return the first entry whose rows are not in the tables as it tells them, or None."""
    after, _ = purged_through(session)
    tables = _tables()
    stored = {name: _by_entry(session, table, after) for name, table in tables.items()}
    waiting = {name: next(groups, None) for name, groups in stored.items()}
    for seq, told in _told(session, after):
        for name in sorted(set(tables) | set(told)):
            group = waiting.get(name)
            if group and group[0] < seq:
                return Broken(group[0], "row")  # rows of an entry that tells none
            found: Sequence[str] = ()
            if group and group[0] == seq:
                found = group[1]
                waiting[name] = next(stored[name], None)
            wanted = told.get(name, ())
            if "id" not in _columns(name):
                found, wanted = sorted(found), sorted(wanted)
            if list(found) != list(wanted):
                return Broken(seq, "row")
    late = [group[0] for group in waiting.values() if group]
    if late:
        return Broken(min(late), "row")
    return (
        _first_unsealed(session, after)
        or _keys(session)
        or _accounts(session)
        or _first_backdated(session, after)
        or _first_renumbered(session)
        or mutable.first_changed_row(session)
    )


def _first_backdated(session: Session, after: int) -> Broken | None:
    """Return the first event that says it was recorded at another time than its entry tells.

    The database stamps both, the row a little later than the entry.
    """
    wanted = (
        select(EventRow.entry, EventRow.recorded_at, AuditRow.at)
        .join(AuditRow, col(AuditRow.seq) == EventRow.entry)
        .where(col(EventRow.entry) > after)
        .order_by(col(EventRow.entry))
    )
    for entry, recorded, told in session.exec(wanted):
        at = recorded.replace(tzinfo=recorded.tzinfo or UTC) if recorded else None
        if at is None or abs(at - datetime.fromisoformat(told)) > _SAME_ACT:
            return Broken(entry, "row")
    return None


def _first_renumbered(session: Session) -> Broken | None:
    """Return the first row whose number does not follow the order of the entries.

    Rows point at one another by number: what an event corrects, which event a scan proves, which
    baseline is the newest. Numbers rise with the entries, and those that are pointed at are there.
    """
    for table in _tables().values():
        if "id" not in table.c:
            continue
        newest = 0
        for entry in session.connection().execute(select(table.c.entry).order_by(table.c.id)):
            if entry[0] < newest:
                return Broken(newest, "row")
            newest = entry[0]
    return _first_astray(session)


def _first_astray(session: Session) -> Broken | None:
    """Return the first correction or scan that points at no event it can be about."""
    about = {
        event: (project, step, entry)
        for event, project, step, entry in session.exec(
            select(EventRow.id, EventRow.project_id, EventRow.step, EventRow.entry)
        )
    }
    corrections = select(EventRow).where(col(EventRow.corrects).is_not(None))
    for row in session.exec(corrections.order_by(col(EventRow.entry))):
        target = row.corrects or 0
        is_earlier = target < (row.id or 0)
        if not is_earlier or about.get(target, (0, "", 0))[:2] != (row.project_id, row.step):
            return Broken(row.entry, "row")
    for event, entry in session.exec(select(EvidenceRow.event_id, EvidenceRow.entry)):
        if event not in about or about[event][2] > entry:
            return Broken(entry, "row")
    return None


def digests_through(session: Session, through: int) -> dict[str, str]:
    """Return a digest of the rows up to an entry, by table.

    Tables without such rows are left out.
    """
    digests = {}
    for name, table in _tables().items():
        rows = sorted(f"{seq} {text}" for seq, text in _texts(session, table, through=through))
        if rows:
            digests[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return digests


def _tables() -> dict[str, Table]:
    return {name: SQLModel.metadata.tables[name] for name in ADDED_ONLY}


def _columns(name: str) -> Container[str]:
    table = SQLModel.metadata.tables.get(name)
    return () if table is None else table.c.keys()


def _told(session: Session, after: int) -> Iterator[tuple[int, Mapping[str, Sequence[str]]]]:
    """Yield the entries that tell rows, with their rows by table, in the order of their numbers."""
    for seq, content in _entries_with(session, "rows", after):
        rows = content["rows"]
        yield seq, {name: [*map(_text, found)] for name, found in rows.items() if found}


def _entries_with(session: Session, key: str, after: int = 0) -> Iterator[tuple[int, Any]]:
    wanted = select(AuditRow.seq, AuditRow.content).where(
        col(AuditRow.seq) > after, col(AuditRow.content).contains(f'"{key}": ')
    )
    for seq, text in session.exec(wanted.order_by(col(AuditRow.seq))):
        content = json.loads(text)
        if content.get(key):
            yield seq or 0, content


def _by_entry(session: Session, table: Table, after: int) -> Iterator[tuple[int, Sequence[str]]]:
    rows = _texts(session, table, after=after)
    for entry, group in groupby(rows, key=lambda row: row[0]):
        yield entry, [text for _, text in group]


def _texts(
    session: Session, table: Table, *, after: int = -1, through: int | None = None
) -> Iterator[tuple[int, str]]:
    """Yield the rows of a table as text, each with its entry, in the order of both numbers."""
    columns = [column for column in table.columns if column.name not in _BESIDE]
    names = [column.name for column in columns]
    order = [table.c.entry, *([table.c.id] if "id" in table.c else [])]
    wanted = select(table.c.entry, *columns).where(table.c.entry > after).order_by(*order)
    if through is not None:
        wanted = wanted.where(table.c.entry <= through)
    for row in session.connection().execute(wanted):
        yield row[0], _text(dict(zip(names, row[1:], strict=True)))


def _text(row: Mapping[str, Any]) -> str:
    """Return a row as text, without what is empty: a column that is added later changes nothing."""
    told = {key: value for key, value in row.items() if value is not None}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)


def _first_unsealed(session: Session, through: int) -> Broken | None:
    """Compare the rows that no entry tells any more with the newest seal."""
    seal, kept = 0, {}
    for seq, content in _entries_with(session, "kept"):
        if content["through"] == through:
            seal, kept = seq, content["kept"]
    return Broken(seal, "row") if digests_through(session, through) != kept else None


def _keys(session: Session) -> Broken | None:
    """Compare each project's keys with its newest version."""
    newest: dict[int, VersionRow] = {}
    for version in session.exec(select(VersionRow).order_by(col(VersionRow.version))):
        newest[version.project_id] = version
    for row in session.exec(select(ProjectRow)):
        told = newest.pop(row.id or 0, None)
        if told is None:
            return Broken(0, "row")
        content = json.loads(told.content)
        keys = [content.get(key) for key in ("name", "code", "location", "state")]
        if keys != [row.name, row.code, row.location, row.state] or told.version != row.version:
            return Broken(told.entry, "row")
    gone = next(iter(newest.values()), None)
    return Broken(gone.entry, "row") if gone else None


def _accounts(session: Session) -> Broken | None:
    """Compare each account with how the entry that changed it last left it."""
    told: dict[str, tuple[int, Any]] = {}
    for seq, content in _entries_with(session, "accounts"):
        told.update({login: (seq, standing) for login, standing in content["accounts"].items()})
    stands = accounts.standings(session)
    for login in sorted(set(told) | set(stands)):
        seq, standing = told.get(login, (0, None))
        if standing != stands.get(login):
            return Broken(seq, "row")
    return None
