"""A ledger beside the record: what is new, what changed, what contradicts itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tracker.catalog import Catalog
from tracker.core.compile import switched_off
from tracker.core.model import Event, EventKind, Name, Project
from tracker.core.track import Block, Progress, State, contradictions, progress
from tracker.ledger import read_ledger
from tracker.ledger.issues import CODES
from tracker.ledger.model import Ledger, LedgerIssue, LedgerProject, Status
from tracker.ledger.words import plain
from tracker.store.projects import LEADER, TASK_FORCE, Record

_EVENT_OF = {
    Status.DONE: EventKind.FINISHED,
    Status.IN_PROGRESS: EventKind.STARTED,
    Status.RETURNED: EventKind.RETURNED,
    Status.SUSPENDED: EventKind.SUSPENDED,
    Status.NOT_REQUIRED: EventKind.NOT_NEEDED,
    Status.NOT_STARTED: EventKind.NOT_STARTED,
}
_STATE_OF = {
    Status.DONE: State.FINISHED,
    Status.IN_PROGRESS: State.UNDER_WAY,
    Status.RETURNED: State.RETURNED,
    Status.SUSPENDED: State.SUSPENDED,
    Status.NOT_REQUIRED: State.NOT_NEEDED,
    Status.NOT_STARTED: State.NOT_STARTED,
}
_COMPARED = (
    "name", "code", "category", "location", "investment_wan", "owner_unit", "responsible_unit",
    "procedure", "target", "deadline", "planned_start", "leader_candidates", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conflict:
    """A step that the ledger moves backwards. It is left as it is until someone gives a reason."""

    project: str
    step: str
    name: Name
    recorded: State
    ledger: Status

    @property
    def says(self) -> State:
        """Return what the ledger says, as a state."""
        return _STATE_OF[self.ledger]


@dataclass(frozen=True, slots=True)
class RowChange:
    """What committing one row would do: the project as it would be, and the events to add."""

    row: LedgerProject
    before: Record | None
    after: Project
    events: tuple[Event, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def renamed_from(self) -> str | None:
        """Return the name the record knows, where the ledger gives the same code another name."""
        old = self.before.project.name if self.before else self.after.name
        return old if plain(old) != plain(self.after.name) else None

    @property
    def is_new(self) -> bool:
        """Tell whether the record does not know the project yet."""
        return self.before is None

    @property
    def is_changed(self) -> bool:
        """Tell whether committing would change a project that is known."""
        return self.before is not None and bool(self.events or self.moved_fields)

    @property
    def moved_fields(self) -> tuple[str, ...]:
        """Return the fields whose value would change."""
        if self.before is None:
            return ()
        old = self.before.project
        moved = [key for key in _COMPARED if getattr(old, key) != getattr(self.after, key)]
        moved += ["facts"] if dict(old.facts) != dict(self.after.facts) else []
        for key in (LEADER, TASK_FORCE):
            wanted = getattr(self.after, key)
            moved += [key] if wanted and wanted != getattr(old, key) else []
        return tuple(moved)


@dataclass(frozen=True, slots=True)
class Preview:
    """A ledger beside the record: what is new, changed or gone. Nothing is written."""

    ledger: Ledger
    changes: tuple[RowChange, ...]
    missing: tuple[str, ...]

    @property
    def good(self) -> tuple[RowChange, ...]:
        """Return the changes whose rows have no error."""
        bad = self.ledger.rows_with_errors
        return tuple(c for c in self.changes if (c.row.sheet, c.row.row) not in bad)

    @property
    def has_errors(self) -> bool:
        """Tell whether any row has an error."""
        return bool(self.ledger.rows_with_errors)


def preview(
    path: Path, catalog: Catalog, as_of: date, known: list[Record], *, reason: str | None = None
) -> Preview:
    """Read a ledger and compare it with what is `known`.

    A step that moves backwards is a conflict, unless `reason` says why it may.
    """
    ledger = read_ledger(path, as_of, catalog.procedures)
    changes, twice = [], []
    matched: dict[int, LedgerProject] = {}
    match = _Matcher(known)
    for row in ledger.projects:
        before = match(row)
        if before and before.project.id in matched:
            twice.append(_second_row(row, matched[before.project.id]))
            continue
        if before:
            matched[before.project.id] = row
        changes.append(_change(row, before, catalog, as_of, reason))
    missing = tuple(r.project.name for r in known if r.project.id not in matched)
    conflicts = [i for c in changes for i in _conflict_issues(c, catalog, as_of)]
    issues = [*ledger.issues, *twice, *conflicts]
    issues.sort(key=lambda issue: (issue.sheet or "", issue.row, issue.column or ""))
    return Preview(replace(ledger, issues=tuple(issues)), tuple(changes), missing)


class _Matcher:
    """Finds the known project of a row: by code, else by name and place, else by a name that is alone."""

    def __init__(self, known: list[Record]) -> None:
        self.by_code = {r.project.code: r for r in known if r.project.code}
        self.by_place = {_place_key(r.project.name, r.project.location): r for r in known}
        self.by_name: dict[str, list[Record]] = {}
        for record in known:
            self.by_name.setdefault(plain(record.project.name), []).append(record)

    def __call__(self, row: LedgerProject) -> Record | None:
        """Return the project, or None for a new one."""
        found = self.by_code.get(row.code) if row.code else None
        found = found or self.by_place.get(_place_key(row.name, row.location))
        alone = self.by_name.get(plain(row.name), [])
        if found is None and row.location is None and len(alone) == 1:
            found = alone[0]
        differs = found and found.project.code and row.code and found.project.code != row.code
        return None if differs else found


def _place_key(name: str, location: str | None) -> tuple[str, str]:
    return plain(name), plain(location or "")


def _second_row(row: LedgerProject, first: LedgerProject) -> LedgerIssue:
    """Return the issue of a row that means a project another row of the ledger means too."""
    severity, what, remedy = CODES["duplicate"]
    words = what.of(raw=row.name, first=first.row)
    return LedgerIssue(row.sheet, row.row, None, "duplicate", severity, row.name, words, remedy)


def _change(
    row: LedgerProject,
    before: Record | None,
    catalog: Catalog,
    as_of: date,
    reason: str | None,
) -> RowChange:
    project = _project(row, before, as_of)
    now = _progress(project, before, catalog, as_of)
    events, conflicts = [], []
    seen: set[str] = set()
    for cell in row.steps:
        if cell.step is None or cell.step in seen or cell.status is Status.UNKNOWN:
            continue
        seen.add(cell.step)
        current = now.get(cell.step, Progress())
        if _goes_back(current, cell.status) and reason is None:
            name = catalog.procedures[project.procedure].step(cell.step).name
            conflicts.append(Conflict(row.name, cell.step, name, current.state, cell.status))
        elif _says_more(current, cell.status, cell.actual, cell.document_no):
            events.append(
                Event(
                    cell.step, _EVENT_OF[cell.status], cell.actual, as_of, cell.document_no,
                    note=reason if _goes_back(current, cell.status) else cell.raw,
                )
            )  # fmt: skip
    if row.code and not now.get("project_code", Progress()).is_over:
        code = Event("project_code", EventKind.FINISHED, None, as_of, row.code)
        events.append(code)
    events.extend(_block_events(row, project, now, catalog, as_of))
    return RowChange(row, before, project, tuple(events), tuple(conflicts))


def _project(row: LedgerProject, before: Record | None, as_of: date) -> Project:
    """Return the project as the row would leave it; a blank cell takes nothing back."""
    one = row.leaders[0] if len(row.leaders) == 1 else None
    old = before.project if before else None
    aims = row.deadline is not None or old is None
    return Project(
        id=old.id if old else 0,
        name=_same_words(row.name, old.name if old else None) or row.name,
        procedure=row.procedure or "gov_building",
        target=old.target if old and not aims else row.target or "construction_permit",
        deadline=old.deadline if old and not aims else row.deadline,
        code=row.code or (old.code if old else None),
        category=row.category or (old.category if old else None),
        location=row.location or (old.location if old else None),
        investment_wan=_kept(row.total_investment_wan, old.investment_wan if old else None),
        owner_unit=row.owner_unit or (old.owner_unit if old else None),
        responsible_unit=row.responsible_unit or (old.responsible_unit if old else None),
        leader=_same_words(one, old.leader if old else None),
        leader_candidates=row.leader if len(row.leaders) > 1 else None,
        task_force=_same_words(row.task_force, old.task_force if old else None),
        planned_start=row.planned_start or (old.planned_start if old else None),
        remark=row.remark or (old.remark if old else None),
        updated_on=max(as_of, old.updated_on) if old and old.updated_on else as_of,
        facts={**(old.facts if old else {}), **row.facts},
    )


def _kept(new: float | None, old: float | None) -> float | None:
    return old if new is None else new


def _same_words(new: str | None, old: str | None) -> str | None:
    """Return the old text where the new one is blank or differs only in width and blanks."""
    return old if new is None or (old and plain(new) == plain(old)) else new


def _progress(
    project: Project, before: Record | None, catalog: Catalog, as_of: date
) -> Mapping[str, Progress]:
    """Return what is recorded of every step of the procedure; inferred steps count as unknown."""
    if before is None:
        return {}
    blueprint = catalog.blueprint(project.procedure, "start", as_of)
    found = progress(blueprint, before.events, frozenset(), as_of)
    return {step: Progress() if p.inferred or not p.known_by else p for step, p in found.items()}


def _goes_back(current: Progress, status: Status) -> bool:
    wanted = _STATE_OF[status]
    if current.state is State.FINISHED:
        return wanted is not State.FINISHED
    begun = current.state in (State.UNDER_WAY, State.RETURNED, State.SUSPENDED)
    return begun and wanted is State.NOT_STARTED


def _says_more(current: Progress, status: Status, day: date | None, document: str | None) -> bool:
    """Tell whether a cell adds to the record: another state, or a day or number not yet known."""
    if current.state is not _STATE_OF[status] or current.known_by is None:
        return True
    new_day = day is not None and day != current.since
    return new_day or (document is not None and document != current.document)


def _block_events(
    row: LedgerProject,
    project: Project,
    now: Mapping[str, Progress],
    catalog: Catalog,
    as_of: date,
) -> list[Event]:
    """Return the events that put the ledger's block on the first step it can hold, or lift it."""
    held = {step: p.block for step, p in now.items() if p.block}
    if row.block is None and not row.is_lifted:
        return []
    if row.block is None:
        return [Event(step, EventKind.RELEASED, as_of, as_of) for step in held]
    blueprint = catalog.blueprint(project.procedure, "start", as_of)
    off = switched_off(blueprint.procedure, project.facts)
    done = {s.step for s in row.steps if s.status in (Status.DONE, Status.NOT_REQUIRED)}
    step = next(
        (
            step.id
            for step in blueprint.steps
            if row.block.reason in step.held_by
            and step.id not in off
            and step.id not in done
            and not now.get(step.id, Progress()).is_over
        ),
        None,
    )
    if step is None or _same_block(held.get(step), row):
        return []
    lifted = [Event(other, EventKind.RELEASED, as_of, as_of) for other in held if other != step]
    return [
        *lifted,
        Event(
            step, EventKind.BLOCKED, None, as_of, reason=row.block.reason,
            expected=row.block.expected, note=row.block.text,
        ),
    ]  # fmt: skip


def _same_block(block: Block | None, row: LedgerProject) -> bool:
    wanted = row.block
    return bool(
        block
        and wanted
        and block.reason is wanted.reason
        and block.expected == wanted.expected
        and block.note == wanted.text
    )


def _conflict_issues(change: RowChange, catalog: Catalog, as_of: date) -> Iterator[LedgerIssue]:
    """Yield an issue for each done step whose prerequisite the same row calls unfinished."""
    project = change.after
    blueprint = catalog.blueprint(project.procedure, "start", as_of)
    off = switched_off(blueprint.procedure, project.facts)
    events = [*(change.before.events if change.before else ()), *change.events]
    found = progress(blueprint, events, off, as_of)
    cells = {cell.step: cell for cell in change.row.steps if cell.step}
    severity, what, remedy = CODES["status_conflict"]
    first_done = {
        c.unfinished: c.finished
        for c in reversed(contradictions(blueprint, found))
        if c.finished in cells
    }
    for unfinished, done in first_done.items():
        at = cells.get(unfinished) or cells.get(done)
        if at:
            by_id = blueprint.procedure.by_id
            yield LedgerIssue(
                change.row.sheet, change.row.row, at.column, "status_conflict", severity,
                at.raw, what.of(done=by_id[done].name, open=by_id[unfinished].name), remedy,
            )  # fmt: skip
