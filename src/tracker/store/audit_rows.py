"""The tables against the chain: rows that are only added stand in the entry that brought them.

What can be changed (accounts, roles, follow-ups, settings, imports, reports) is told in the chain and
not compared with it. Nor are rows that claim to be older than entries by row, or than the last purge.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Table
from sqlmodel import Session, SQLModel, col, desc, select

from tracker.store.audit import PURGED, Broken
from tracker.store.guards import ADDED_ONLY
from tracker.store.tables import AuditRow, ProjectRow, VersionRow

_BESIDE = {"id", "entry", "recorded_at", "loaded_at"}
"""Columns that the database fills, or that say where the row is told."""


def first_bent(session: Session) -> Broken | None:
    """Return the first entry whose rows are not in the tables as it tells them, or None.

    Rows from before entries were kept by row (entry 0), and those whose entry was purged, cannot be
    compared.
    """
    newest = select(AuditRow.content).where(AuditRow.action == PURGED).order_by(desc(AuditRow.seq))
    purged = session.exec(newest).first()
    after = json.loads(purged)["through"] if purged else 0
    tables = {name: SQLModel.metadata.tables[name] for name in ADDED_ONLY}
    stored = {name: _by_entry(session, table, after) for name, table in tables.items()}
    waiting = {name: next(groups, None) for name, groups in stored.items()}
    for seq, told in _told(session, after):
        for name in sorted(set(tables) | set(told)):
            group = waiting.get(name)
            if group and group[0] < seq:
                return Broken(group[0], "row")  # rows of an entry that tells none
            found = Counter[str]()
            if group and group[0] == seq:
                found = group[1]
                waiting[name] = next(stored[name], None)
            if found != told.get(name, Counter()):
                return Broken(seq, "row")
    late = [group[0] for group in waiting.values() if group]
    return Broken(min(late), "row") if late else _keys(session)


def _told(session: Session, after: int) -> Iterator[tuple[int, Mapping[str, Counter[str]]]]:
    """Yield the entries that tell rows, with their rows by table; most entries tell none."""
    wanted = select(AuditRow.seq, AuditRow.content).where(
        col(AuditRow.seq) > after, col(AuditRow.content).contains('"rows"')
    )
    for seq, content in session.exec(wanted.order_by(col(AuditRow.seq))):
        rows = json.loads(content).get("rows", {})
        yield seq or 0, {name: Counter(map(_text, found)) for name, found in rows.items() if found}


def _by_entry(session: Session, table: Table, after: int) -> Iterator[tuple[int, Counter[str]]]:
    columns = [column for column in table.columns if column.name not in _BESIDE]
    wanted = select(table.c.entry, *columns).where(table.c.entry > after).order_by(table.c.entry)
    names = [column.name for column in columns]
    rows = session.connection().execute(wanted)
    for entry, group in groupby(rows, key=lambda row: row[0]):
        yield entry, Counter(_text(dict(zip(names, row[1:], strict=True))) for row in group)


def _text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)


def _keys(session: Session) -> Broken | None:
    """Compare each project's keys with its newest version."""
    newest: dict[int, VersionRow] = {}
    for version in session.exec(select(VersionRow).order_by(VersionRow.version)):  # type: ignore[arg-type]
        newest[version.project_id] = version
    for row in session.exec(select(ProjectRow)):
        told = newest.get(row.id or 0)
        if told is None:
            return Broken(0, "row")
        content = json.loads(told.content)
        keys = [content.get(key) for key in ("name", "code", "location", "state")]
        if keys != [row.name, row.code, row.location, row.state] or told.version != row.version:
            return Broken(told.entry, "row")
    return None
