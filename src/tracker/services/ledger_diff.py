"""A ledger beside the record: what is new, what changed, what contradicts itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tracker.catalog import Catalog
from tracker.core.compile import switched_off
from tracker.core.model import Event, EventKind, Name, Project
from tracker.core.track import Block, Progress, State, contradictions, progress
from tracker.ledger.issues import CODES
from tracker.ledger.model import Ledger, LedgerIssue, LedgerProject, Status
from tracker.ledger.reading import bytes_of, read_ledger
from tracker.ledger.words import plain
from tracker.services.ledger_match import Matcher, project_of, second_row
from tracker.store.assignments import LEADER, TASK_FORCE
from tracker.store.projects import Record

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
    ledger = read_ledger(bytes_of(path), path.name, as_of, catalog.in_force(as_of), {})
    changes, twice = [], []
    matched: dict[int, LedgerProject] = {}
    match = Matcher(known)
    for row in ledger.projects:
        before = match(row)
        if before and before.project.id in matched:
            twice.append(second_row(row, matched[before.project.id]))
            continue
        if before:
            matched[before.project.id] = row
        changes.append(_change(row, before, catalog, as_of, reason))
    missing = tuple(r.project.name for r in known if r.project.id not in matched)
    conflicts = [i for c in changes for i in _conflict_issues(c, catalog, as_of)]
    issues = [*ledger.issues, *twice, *conflicts]
    issues.sort(key=lambda issue: (issue.sheet or "", issue.row, issue.column or ""))
    return Preview(replace(ledger, issues=tuple(issues)), tuple(changes), missing)


def _change(
    row: LedgerProject,
    before: Record | None,
    catalog: Catalog,
    as_of: date,
    reason: str | None,
) -> RowChange:
    project = project_of(row, before, as_of)
    now = _progress(project, before, catalog, as_of)
    events, conflicts = [], []
    seen: set[str] = set()
    for cell in row.steps:
        if cell.step is None or cell.step in seen or cell.status is Status.UNKNOWN:
            continue
        seen.add(cell.step)
        current = now.get(cell.step, Progress())
        if _goes_back(current, cell.status) and reason is None:
            name = catalog.procedure(project.procedure, as_of).step(cell.step).name
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
    off = switched_off(blueprint.procedure, project.answers)
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
    off = switched_off(blueprint.procedure, project.answers)
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
