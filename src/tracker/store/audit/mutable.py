"""Compare rows that are updated in place with the audit entries of their changes.

Older entries record fewer fields; only the fields that an entry records are compared.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from tracker.store.audit import (
    JOB_DONE,
    PURGED,
    RUNS_SEALED,
    SEALED,
    SHA256,
    Broken,
    entries,
    purged_through,
)
from tracker.store.tables import (
    AuditRow,
    FollowUpActRow,
    FollowUpRow,
    ImportRow,
    JobRunRow,
    OfficeRow,
    PartyRow,
    PersonRow,
    ReportRow,
    SettingRow,
    TownRow,
)

_CLOSED, _REOPENED, _REPORTED = "closed", "reopened", "weekly report"
_ALGORITHM, _DEMO = "audit_algorithm", "demo"
_SCOPE = "county"
"""The only scope of reports."""
_SAME_ACT = timedelta(hours=1)
"""How far apart the stamps of an act and of its row may lie: a large import takes minutes."""


def first_changed_row(session: Session) -> Broken | None:
    """Return the first row that differs from its entry.

    Compared are reports, follow-ups, imports, settings, ended jobs, and the names of leaders, task
    forces, offices and towns.
    """
    purged, _ = purged_through(session)
    faults = [*_reports(session, purged), *_follow_ups(session, purged)]
    faults += [*_imports(session, purged), *_settings(session, purged)]
    faults += [*_jobs(session, purged), *_parties(session), *_places(session)]
    faults += _held(session, purged)
    return min(faults, key=lambda fault: fault.seq, default=None)


def digests_of_untold(session: Session, through: int) -> dict[str, str]:
    """Return a digest by table of the rows whose entries are not after `through`.

    What changed by a later entry of its own is left out: that an import was undone, that a
    follow-up was closed.
    """
    told = {e.seq: e for e in entries(session, after=through)}
    reports = {(e.about, e.content["issue"]) for e in told.values() if e.action == _REPORTED}
    found: Mapping[str, list[list[object]]] = {
        "ledger_import": [
            [
                *(r.id, r.entry, r.file, r.sha256, r.as_of, r.confirmed),
                *(r.imported_by, r.imported_at, r.undone if (r.undone or 0) <= through else None),
            ]
            for r in session.exec(select(ImportRow))
            if r.entry not in told
        ],
        "report": [
            [
                *(r.scope, r.week, r.issue, r.is_draft, r.is_late, r.as_of, r.figures),
                *(r.fingerprint, r.audit_head, r.through, r.files),
            ]
            for r in session.exec(select(ReportRow))
            if (r.week, r.issue) not in reports
        ],
        "follow_up": [
            [r.id, r.entry, r.project_id, r.step, r.kind, r.days, r.office, r.opened_on]
            for r in session.exec(select(FollowUpRow))
            if r.entry not in told
        ],
        "job_run": [
            [r.kind, r.scope, r.period, r.entry, r.result]
            for r in session.exec(select(JobRunRow).where(JobRunRow.state == "done"))
            if r.entry not in told
        ],
    }
    return {name: _digest(rows) for name, rows in found.items() if rows}


def _digest(rows: Iterable[list[object]]) -> str:
    """Return a digest of rows in any order; a time counts without its zone, which SQLite drops."""
    texts = sorted(json.dumps([_plain(value) for value in row]) for row in rows)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return _utc(value).isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def _held(session: Session, purged: int) -> Iterator[Broken]:
    """Compare the rows whose entries were purged with what the purge says of them."""
    for entry in entries(session, action=PURGED):
        held = entry.content.get("held")
        is_newest = entry.content["through"] == purged
        if is_newest and held is not None and held != digests_of_untold(session, purged):
            yield Broken(entry.seq, "row")


def figures_digest(figures: str) -> str:
    """Return the digest of a report's figures, as its entry tells it."""
    return hashlib.sha256(figures.encode()).hexdigest()


def _reports(session: Session, purged: int) -> Iterator[Broken]:
    told = {(e.about, e.content["issue"]): e for e in entries(session, action=_REPORTED)}
    for row in session.exec(select(ReportRow)):
        entry = told.pop((row.week, row.issue), None)
        if entry is None:
            if row.through >= purged:  # its entry came after what it knew, so it was not purged
                yield Broken(row.through, "row")
            continue
        stands = {
            "issue": row.issue,
            "fingerprint": row.fingerprint,
            "files": json.loads(row.files),
            "figures": figures_digest(row.figures),
            "as_of": row.as_of.isoformat(),
            "draft": row.is_draft,
            "late": row.is_late,
        }
        if row.scope != _SCOPE or _differs(entry.content, stands):
            yield Broken(entry.seq, "row")
    yield from (Broken(entry.seq, "row") for entry in told.values())


def _follow_ups(session: Session, purged: int) -> Iterator[Broken]:
    closed: dict[int, Any] = {}
    for act in session.exec(select(FollowUpActRow).order_by(col(FollowUpActRow.id))):
        if act.kind in (_CLOSED, _REOPENED):
            closed[act.follow_up_id] = act.day if act.kind == _CLOSED else None
    told, older = {e.seq: e for e in entries(session, action="open follow-up")}, False
    is_upgraded = _is_upgraded(session)
    for row in session.exec(select(FollowUpRow)):
        entry = told.pop(row.entry, None)
        is_so = row.closed_on == closed.get(row.id or 0)
        if entry is None:
            is_so = is_so and (0 < row.entry <= purged or (not row.entry and is_upgraded))
        else:
            stands = {
                "step": row.step,
                "kind": row.kind,
                "days": row.days,
                "office": row.office,
                "opened_on": row.opened_on.isoformat(),
            }
            is_so = is_so and row.project_id == entry.project
            is_so = is_so and not _differs(entry.content, stands)
        older = older or not row.entry
        if not is_so:
            yield Broken(row.entry, "row")
    if not (older and is_upgraded):
        yield from (Broken(seq, "row") for seq in told)


def _imports(session: Session, purged: int) -> Iterator[Broken]:
    told, older = {entry.seq: entry for entry in entries(session, action="import")}, False
    undone = {e.content["import"]: e.seq for e in entries(session, action="undo import")}
    is_upgraded = _is_upgraded(session)
    for row in session.exec(select(ImportRow)):
        entry = told.pop(row.entry, None)
        is_so = row.undone == undone.get(row.id or 0) or (
            row.undone is not None and row.entry < row.undone <= purged
        )
        if entry is None:
            is_so = is_so and (0 < row.entry <= purged or (not row.entry and is_upgraded))
        else:
            stands = {
                "import": row.id,
                "sha256": row.sha256,
                "as_of": row.as_of.isoformat(),
                "confirmed": json.loads(row.confirmed),
            }
            is_so = is_so and (row.file, row.imported_by) == (entry.about, entry.by)
            is_so = is_so and _is_of_its_time(row.imported_at, entry.at)
            is_so = is_so and not _differs(entry.content, stands)
        older = older or not row.entry
        if not is_so:
            yield Broken(row.entry, "row")
    if not (older and is_upgraded):
        yield from (Broken(seq, "row") for seq in told)


def _is_of_its_time(at: datetime | None, told: str) -> bool:
    """Tell whether a row carries the time of its entry; the database stamps both."""
    return at is not None and abs(_utc(at) - datetime.fromisoformat(told)) <= _SAME_ACT


def _is_upgraded(session: Session) -> bool:
    """Tell whether the database was upgraded from one whose rows did not name their entries."""
    return next(entries(session, action=SEALED), None) is not None


def _settings(session: Session, purged: int) -> Iterator[Broken]:
    """Compare what decides how entries are digested, and whether the county is made up."""
    stands = {row.key: row.value for row in session.exec(select(SettingRow))}
    chosen = [*entries(session, action="audit algorithm")]
    seq, wanted = (chosen[-1].seq, chosen[-1].about) if chosen else (0, SHA256)
    if stands.get(_ALGORITHM, SHA256) != wanted and (chosen or not purged):
        yield Broken(seq, "row")
    begun = [*entries(session, action="begin demo")]
    demo = str(begun[-1].content["seed"]) if begun else None
    if stands.get(_DEMO) != demo and (begun or not purged):
        yield Broken(begun[-1].seq if begun else 0, "row")
    if set(stands) - {_ALGORITHM, _DEMO}:
        yield Broken(0, "row")


def _jobs(session: Session, purged: int) -> Iterator[Broken]:
    """Compare ended jobs with their entries: a night that never ran must not look done.

    Ends were not told at first; every entry tells how many of those there are, as the upgrade did.
    """
    told = {entry.seq: entry for entry in entries(session, action=JOB_DONE)}
    older, newest = 0, max(told, default=0)
    counting = [*entries(session, action=RUNS_SEALED), *told.values()]
    wanted = counting[-1].content["older"] if counting else None if purged else 0
    for row in session.exec(select(JobRunRow).where(JobRunRow.state == "done")):
        older += not row.entry
        entry = told.pop(row.entry, None)
        if entry is None:
            if row.entry > purged:
                yield Broken(row.entry, "row")
            continue
        stands = {"kind": row.kind, "scope": row.scope, "result": json.loads(row.result or "null")}
        if entry.about != row.period or _differs(entry.content, stands):
            yield Broken(entry.seq, "row")
    yield from (Broken(seq, "row") for seq in told)
    if wanted is not None and older != wanted:
        yield Broken(newest, "row")


def _parties(session: Session) -> Iterator[Broken]:
    """Compare leaders and task forces with the names under which entries tell of them."""
    stands = {str(row.id): [row.role, row.name] for row in session.exec(select(PartyRow))}
    wanted = select(AuditRow.seq, AuditRow.content).where(
        col(AuditRow.content).contains('"parties": ')
    )
    for seq, text in session.exec(wanted.order_by(col(AuditRow.seq))):
        for number, party in json.loads(text).get("parties", {}).items():
            if stands.get(number) != party:
                yield Broken(seq or 0, "row")


def _places(session: Session) -> Iterator[Broken]:
    """Compare offices and towns with the people in them: none stands there without anybody.

    Where a person belongs is compared with the entries of their accounts.
    """
    for table, column in ((OfficeRow, PersonRow.office), (TownRow, PersonRow.town)):
        stand = set(session.exec(select(table.name)))
        if stand != set(session.exec(select(column).where(col(column).is_not(None)))):
            yield Broken(0, "row")


def _differs(told: Mapping[str, Any], stands: Mapping[str, Any]) -> bool:
    return any(key in told and told[key] != value for key, value in stands.items())
