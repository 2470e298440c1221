"""Ledgers that were committed: the files, what their rows said, and what their headings mean."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, update
from sqlmodel import Session, col, desc, select

from tracker.core.events import Sight
from tracker.core.model import EventKind
from tracker.store.tables import EventRow, HeadingRow, ImportRow, LedgerRow

_LONGEST_NAME = 180  # bytes: file systems take 255, and a file half written has a longer name


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A workbook that was committed; `undone` is the entry that took it back."""

    number: int
    file: str
    sha256: str
    as_of: date
    by: str
    at: datetime | None
    entry: int
    undone: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a row of a ledger said of a project, as far as the record agreed with it afterwards.

    `fields` and `steps` are texts by field and by step, `blank` the steps whose cells are empty;
    `row` counts from 1.
    """

    sheet: str | None
    row: int
    fields: Mapping[str, str]
    steps: Mapping[str, str]
    blank: frozenset[str] = frozenset()
    number: int = 0
    """The import that said so last, 0 while there is none."""


def add_import(
    session: Session,
    number: int,
    *,
    file: str,
    sha256: str,
    as_of: date,
    by: str,
    entry: int,
    confirmed: Sequence[int] = (),
) -> None:
    """Store under its number that a workbook was committed, and the projects it found unchanged."""
    row = ImportRow(
        id=number,
        file=file,
        sha256=sha256,
        as_of=as_of,
        imported_by=by,
        entry=entry,
        confirmed=json.dumps(list(confirmed)),
    )
    session.add(row)
    session.flush()


def next_import(session: Session) -> int:
    """Return the number that the next import will have.

    A database's own count forgets no rollback.
    """
    return (session.exec(select(func.max(ImportRow.id))).one() or 0) + 1


def newest_ledger(session: Session) -> date | None:
    """Return the day of the newest ledger that was committed and stands."""
    standing = select(ImportRow).where(col(ImportRow.undone).is_(None))
    newest = session.exec(standing.order_by(desc(ImportRow.as_of)).limit(1)).first()
    return newest.as_of if newest else None


def imports(session: Session) -> list[Import]:
    """Return every import, the newest first."""
    rows = session.exec(select(ImportRow).order_by(desc(ImportRow.id)))
    return [
        Import(
            number=row.id or 0,
            file=row.file,
            sha256=row.sha256,
            as_of=row.as_of,
            by=row.imported_by,
            at=row.imported_at,
            entry=row.entry,
            undone=row.undone,
        )
        for row in rows
    ]


def entry_of(session: Session, number: int | None) -> int | None:
    """Return the entry that tells of an import; None where there was none."""
    row = session.get(ImportRow, number) if number else None
    return row.entry if row else None


def mark_undone(session: Session, number: int, *, entry: int) -> None:
    """Note that an import was taken back, and the entry that tells it."""
    session.connection().execute(
        update(ImportRow).where(col(ImportRow.id) == number).values(undone=entry)
    )


def events_of(session: Session, number: int) -> list[tuple[int, int, str, EventKind]]:
    """Return every event that an import brought and nothing corrected.

    Project, number, step, kind.
    """
    corrected = select(EventRow.corrects).where(col(EventRow.corrects).is_not(None))
    wanted = (
        select(EventRow.project_id, EventRow.id, EventRow.step, EventRow.kind)
        .where(EventRow.import_id == number, col(EventRow.id).not_in(corrected))
        .order_by(col(EventRow.id))
    )
    rows = session.exec(wanted)
    return [(project, event or 0, step, EventKind(kind)) for project, event, step, kind in rows]


def imported_files(session: Session) -> list[tuple[str, str]]:
    """Return under which name each committed workbook was kept, and its SHA-256."""
    rows = session.exec(select(ImportRow).where(ImportRow.entry > 0))
    return sorted({(kept_name(row.file, row.sha256), row.sha256) for row in rows})


def kept_name(file: str, sha256: str) -> str:
    """Return the name under which a workbook is kept: its digest makes it one of a kind."""
    name, dot, ending = file.rpartition(".")
    short = name.encode()[:_LONGEST_NAME].decode(errors="ignore") if dot else file
    return f"{sha256[:12]}-{short}{dot}{ending}"


def row_of(project: int, number: int, said: Said) -> dict[str, object]:
    """Return the row that keeps what a ledger said, but for the entry that tells it."""
    content = {"fields": said.fields, "steps": said.steps, "blank": sorted(said.blank)}
    return {
        "project_id": project,
        "import_id": number,
        "sheet": said.sheet,
        "row": said.row,
        "content": json.dumps(content, ensure_ascii=False, sort_keys=True),
    }


def add_rows(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep what the rows of a ledger said; each has its entry."""
    if rows:
        session.connection().execute(insert(LedgerRow), rows)


def last_said(session: Session) -> Mapping[int, Said]:
    """Return what the newest ledger that stands said of each project.

    One that found a project unchanged said again what the one before it had said, taken back since
    or not.
    """
    if any(each.undone for each in imports(session)):
        return _said_by_standing(session)
    table: Any = LedgerRow.__table__  # type: ignore[attr-defined]
    standing = select(ImportRow.id).where(col(ImportRow.undone).is_(None))
    newest = (
        select(func.max(table.c.id))
        .where(table.c.import_id.in_(standing))
        .group_by(table.c.project_id)
    )
    found = {}
    for row in session.connection().execute(select(table).where(table.c.id.in_(newest))):
        found[row.project_id] = _said(row)
    return found


def left_blank(
    session: Session, sight: Sight, project: int | None = None
) -> Mapping[int, frozenset[str]]:
    """Return the steps that the newest ledger that stands left empty, by project, as of `sight`."""
    table: Any = LedgerRow.__table__  # type: ignore[attr-defined]
    wanted = (
        select(table.c.project_id, table.c.content)
        .where(table.c.import_id.in_(select(ImportRow.id).where(stands_at(sight))))
        .order_by(table.c.id)
    )
    if project is not None:
        wanted = wanted.where(table.c.project_id == project)
    rows = {row.project_id: row.content for row in session.connection().execute(wanted)}
    return {number: frozenset(json.loads(text).get("blank", ())) for number, text in rows.items()}


def stands_at(sight: Sight) -> ColumnElement[bool]:
    """Return what is true of the imports that stood as of `sight`."""
    stands: ColumnElement[bool] = col(ImportRow.undone).is_(None)
    is_told = col(ImportRow.as_of) <= sight.known_by
    if sight.through is None:
        return and_(stands, is_told)
    still = or_(stands, col(ImportRow.undone) > sight.through)
    return and_(still, is_told, col(ImportRow.entry) <= sight.through)


def _said(row: Any) -> Said:
    content = json.loads(row.content)
    return Said(
        sheet=row.sheet,
        row=row.row,
        fields=content["fields"],
        steps=content["steps"],
        blank=frozenset(content.get("blank", ())),
        number=row.import_id,
    )


def said_by(session: Session, number: int) -> frozenset[int]:
    """Return the projects of which an import said anything, that it found unchanged included."""
    own = session.exec(select(LedgerRow.project_id).where(LedgerRow.import_id == number))
    row = session.get(ImportRow, number)
    return frozenset(own) | frozenset(json.loads(row.confirmed) if row else ())


def _said_by_standing(session: Session) -> Mapping[int, Said]:
    table: Any = LedgerRow.__table__  # type: ignore[attr-defined]
    rows: dict[int, list[Any]] = {}
    for row in session.connection().execute(select(table).order_by(table.c.id)):
        rows.setdefault(row.import_id, []).append(row)
    newest: dict[int, Any] = {}
    found: dict[int, Said] = {}
    for each in session.exec(select(ImportRow).order_by(col(ImportRow.id))):
        own = {row.project_id: row for row in rows.get(each.id or 0, ())}
        newest.update(own)
        if each.undone is not None:
            continue
        for project in {*own, *json.loads(each.confirmed)} & newest.keys():
            found[project] = replace(_said(newest[project]), number=each.id or 0)
    return found


def headings(session: Session) -> Mapping[str, str]:
    """Return what people said that headings of the county's ledger mean."""
    told = {key: meaning for key, meaning, _ in told_headings(session)}
    return {key: meaning for key, meaning in told.items() if meaning}


def told_headings(session: Session) -> list[tuple[str, str, int]]:
    """Return everything that was ever said of headings, in order: key, meaning, entry."""
    wanted = select(HeadingRow).order_by(col(HeadingRow.entry))
    return [(row.key, row.meaning, row.entry) for row in session.exec(wanted)]


def add_headings(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep what headings mean; each row has its entry."""
    if rows:
        session.connection().execute(insert(HeadingRow), rows)
