"""A ledger beside the record: what is new, what changed, what contradicts itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from tracker.core.clocks.moves import STATE_AFTER
from tracker.core.model import Event, EventKind, Name, Project
from tracker.core.problems import Message
from tracker.core.track import Progress, State, contradictions, progress
from tracker.i18n.fields import RECORDED
from tracker.law import Catalog
from tracker.ledger.issues import Issues
from tracker.ledger.model import Ledger, LedgerProject, LedgerProposal
from tracker.ledger.shape.aliases import Field
from tracker.ledger.values.rules import Status
from tracker.ledger.values.words import plain
from tracker.services.imports.block import block_events, block_text
from tracker.services.imports.match import Choices, match
from tracker.services.imports.witness import (
    BY_KEY,
    NOTHING,
    STATE_OF,
    WITNESSED,
    Weighed,
    new_project,
    text_of,
    values_of,
    weigh_fields,
    weigh_steps,
)
from tracker.store.ledgers import Said
from tracker.store.projects import Record

_BLOCK = "block"
__all__ = ["Choices", "Conflict", "Known", "Preview", "RowChange", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a ledger is compared with: the projects, and what the ledger before it said of each.

    `days` says by when the newest that is recorded of each project was known, by hand perhaps;
    `headings` what people said that headings mean.
    """

    records: Sequence[Record] = ()
    said: Mapping[int, Said] = field(default_factory=dict)
    days: Mapping[int, date] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)
    coming: frozenset[tuple[int, str]] = frozenset()
    """The projects and roles for which somebody begins on a day to come.

    No ledger changes those.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A step or a field on which ledger and record disagree; the record holds until one decides.

    `recorded` and `ledger` are states of a step, each with its day where there is one, or values of
    a field. `is_fixed` where a ledger
    cannot decide: somebody else takes over on a day to come.
    """

    project: str
    key: str
    name: Name | Message
    recorded: object
    ledger: object
    is_step: bool
    is_fixed: bool = False
    recorded_day: date | None = None
    ledger_day: date | None = None

    @property
    def says(self) -> object:
        """Return what the ledger says; a status as the state that it comes to."""
        return STATE_OF[self.ledger] if isinstance(self.ledger, Status) else self.ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """What committing one row would do: the project as it would be, and the events to add.

    `likely` is the project that the row may mean under another name; then nothing is done. `said`
    is what the row says as far as the record agrees, `said_before` what the ledger before it said.
    """

    row: LedgerProject
    before: Record | None
    after: Project
    events: tuple[Event, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    likely: Record | None = None
    said: Said = NOTHING
    said_before: Said = NOTHING
    states: Mapping[str, State] = field(default_factory=dict)
    """What would be recorded of each step."""
    behind: tuple[str, ...] = ()
    known_by: date | None = None
    """By when the change counts as known.

    The ledger's day, or the day of what is recorded after it.
    """

    @property
    def renamed_from(self) -> str | None:
        """Return the name the record knows, where the ledger has another.

        Proposed, or taken over.
        """
        if self.likely:
            return self.likely.project.name
        old = self.before.project.name if self.before else self.after.name
        says_so_before = text_of(self.row.name) == self.said_before.fields.get("name")
        return old if plain(old) != plain(self.row.name) and not says_so_before else None

    @property
    def takes_name(self) -> bool:
        """Tell whether committing gives the project the ledger's name."""
        return self.likely is None and plain(self.after.name) == plain(self.row.name)

    @property
    def is_new(self) -> bool:
        """Tell whether the record does not know the project yet."""
        return self.before is None and self.likely is None

    @property
    def is_changed(self) -> bool:
        """Tell whether committing would change a project that is known."""
        return self.before is not None and bool(self.events or self.moved_fields)

    @property
    def says_more(self) -> bool:
        """Tell whether the ledger agrees with the record on more than it did before."""
        said, before = self.said, self.said_before
        return (said.fields, said.steps, said.blank) != (before.fields, before.steps, before.blank)

    @property
    def moved_fields(self) -> tuple[str, ...]:
        """Return the fields whose value would change."""
        if self.before is None:
            return ()
        old = self.before.project
        moved = [key for key in WITNESSED if getattr(old, key) != getattr(self.after, key)]
        moved += [key for key in BY_KEY if getattr(old, key) != getattr(self.after, key)]
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
        return tuple(
            change
            for change in self.changes
            if not any((change.row.sheet, row) in bad for row in change.row.rows)
        )

    @property
    def open_proposals(self) -> Sequence[tuple[LedgerProject, LedgerProposal]]:
        """Return what sentences propose and nobody has recorded yet."""
        return [
            (change.row, each)
            for change in self.changes
            for each in change.row.proposals
            if change.states.get(each.step) is not STATE_OF[each.status]
        ]

    @property
    def has_errors(self) -> bool:
        """Tell whether any row has an error."""
        return bool(self.ledger.rows_with_errors)


def compare(
    ledger: Ledger,
    catalog: Catalog,
    known: Known,
    *,
    reason: str | None = None,
    choices: Choices | None = None,
) -> Preview:
    """Compare a ledger with what is known.

    Where both moved, or a step would move backwards, that is a conflict, unless `reason` says why
    the ledger is right. `choices` says in which conflicts, and which names are new ones of known
    projects.
    """
    chosen = choices or Choices()
    found = match(ledger.projects, known.records, chosen)
    issues = Issues(ledger.issues)
    changes: list[RowChange] = []
    matched: dict[int, LedgerProject] = {}
    for n, row in enumerate(ledger.projects):
        before = found.sure.get(n)
        if n in found.doubtful:
            _issue(
                issues,
                "several_known",
                row,
                row.name,
                projects="、".join(_called(r.project) for r in found.doubtful[n]),
            )
            continue
        if before and before.project.id in matched:
            _issue(issues, "duplicate", row, row.name, first=matched[before.project.id].row)
            continue
        if before:
            matched[before.project.id] = row
        likely = found.likely.get(n)
        if likely:
            matched[likely.project.id] = row
            _issue(issues, "perhaps_renamed", row, row.name, old=likely.project.name)
        said = known.said.get(before.project.id, NOTHING) if before else NOTHING
        day = known.days.get(before.project.id, ledger.as_of) if before else ledger.as_of
        comparing = _Comparing(
            as_of=ledger.as_of,
            known_by=max(day, ledger.as_of),
            catalog=catalog,
            reason=reason,
            choices=chosen,
            coming=known.coming,
        )
        changes.append(replace(comparing.change(row, before, said), likely=likely))
    if ledger.as_of < catalog.first_day and ledger.sheets:
        first = ledger.sheets[0]
        top = first.header_rows[0] - 1
        issues.add("older_law", first.sheet, top, None, str(ledger.as_of), day=catalog.first_day)
    spoken_of = matched.keys() | {r.project.id for rs in found.doubtful.values() for r in rs}
    missing = tuple(r.project.name for r in known.records if r.project.id not in spoken_of)
    for change in changes:
        _note_contradictions(change, catalog, ledger.as_of, issues)
    issues.sort(key=lambda i: (i.sheet or "", i.row, len(i.column or ""), i.column or ""))
    return Preview(replace(ledger, issues=tuple(issues)), tuple(changes), missing)


def _called(project: Project) -> str:
    """Return a project's name with what tells it from others of that name."""
    beside = "，".join(text for text in (project.location, project.code) if text)
    return f"{project.name}（{beside}）" if beside else project.name


def _issue(issues: Issues, code: str, row: LedgerProject, raw: str, **values: object) -> None:
    at, column = row.cells[Field.NAME]
    issues.add(code, row.sheet, at, column, raw, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparing:
    """How a row is compared: with which law, known by which day, and what was decided."""

    as_of: date
    known_by: date
    catalog: Catalog
    reason: str | None
    choices: Choices
    coming: frozenset[tuple[int, str]]

    @property
    def law_day(self) -> date:
        """Return the day whose rules hold for the ledger."""
        return self.catalog.law_day(self.as_of)

    def change(self, row: LedgerProject, before: Record | None, said: Said) -> RowChange:
        """Return what committing a row would do."""
        as_of = self.known_by
        weighed = self._weighed(row, before, said)
        project = weighed.project
        now = self._progress(project, before)
        weigh_steps(weighed, row, now, said, as_of, reason=partial(self._reason, row))
        events = list(weighed.events)
        if row.code and not now.get("project_code", Progress()).is_over:
            events.append(
                Event(
                    step="project_code",
                    kind=EventKind.FINISHED,
                    day=None,
                    known_by=as_of,
                    document=row.code,
                )
            )
        block = block_text(row) or said.fields.get(_BLOCK, "")
        if block != said.fields.get(_BLOCK, ""):
            events.extend(
                block_events(row, project, now, self.catalog, (self.as_of, self.known_by))
            )
        fields = {**weighed.said.fields, **({_BLOCK: block} if block else {})}
        return RowChange(
            row=row,
            before=before,
            after=project,
            events=tuple(events),
            conflicts=tuple(self._conflicts(row, project, weighed)),
            likely=None,
            said=replace(weighed.said, fields=fields),
            said_before=said,
            states=_states(now, events),
            behind=tuple(weighed.behind),
            known_by=as_of,
        )

    def _weighed(self, row: LedgerProject, before: Record | None, said: Said) -> Weighed:
        as_of = self.known_by
        if before is not None:
            return weigh_fields(
                row,
                before.project,
                said,
                as_of,
                decided=lambda key: self._reason(row, key) is not None,
                renamed=row.name in self.choices.same,
                fixed=frozenset(
                    role for number, role in self.coming if number == before.project.id
                ),
            )
        project = new_project(row, as_of)
        stated = {key: text_of(value) for key, value in values_of(project).items()}
        if row.deadline is None:
            stated.pop("target")
        return Weighed(
            project=project, said=Said(sheet=row.sheet, row=row.row, fields=stated, steps={})
        )

    def _reason(self, row: LedgerProject, key: str) -> str | None:
        """Return why the ledger is right in a conflict; None where the record stands."""
        return self.reason if self.choices.takes(row.name, key) else None

    def _progress(self, project: Project, before: Record | None) -> Mapping[str, Progress]:
        """Return what is recorded of every step."""
        if before is None:
            return {}
        blueprint = self.catalog.blueprint(
            project.procedure, "start", self.law_day, answers=project.answers
        )
        return progress(blueprint, before.events, frozenset(), self.known_by)

    def _conflicts(
        self, row: LedgerProject, project: Project, weighed: Weighed
    ) -> Iterator[Conflict]:
        for key, recorded, says in weighed.fields:
            name = RECORDED[key.partition(".")[0]]
            yield Conflict(
                project=row.name,
                key=key,
                name=name,
                recorded=recorded,
                ledger=says,
                is_step=False,
                is_fixed=(project.id, key) in self.coming,
            )
        for cell, current in weighed.steps:
            step = self.catalog.procedure(project.procedure, self.law_day).step(cell.step or "")
            yield Conflict(
                project=row.name,
                key=step.id,
                name=step.name,
                recorded=current.state,
                ledger=cell.status,
                is_step=True,
                recorded_day=current.since,
                ledger_day=cell.actual,
            )


def _states(now: Mapping[str, Progress], events: Sequence[Event]) -> Mapping[str, State]:
    """Return what is recorded of each step once the events are; a block tells of a step too."""
    states = {step: p.state for step, p in now.items() if p.known_by}
    for event in events:
        states[event.step] = STATE_AFTER.get(event.kind, states.get(event.step, State.NOT_STARTED))
    return states


def _note_contradictions(change: RowChange, catalog: Catalog, as_of: date, issues: Issues) -> None:
    """Note each done step whose prerequisite is recorded as unfinished, once for each of those."""
    blueprint = catalog.blueprint(
        change.after.procedure, "start", catalog.law_day(as_of), answers=change.after.answers
    )
    cells = {cell.step: cell for cell in change.row.steps if cell.step}
    first_done = {
        c.unfinished: c.finished
        for c in reversed(contradictions(blueprint, change.states))
        if c.finished in cells
    }
    for unfinished, done in first_done.items():
        at = cells.get(unfinished) or cells.get(done)
        if at:
            row, column = next(iter(at.cells.values()))
            by_id = blueprint.procedure.by_id
            issues.add(
                "status_conflict",
                change.row.sheet,
                row,
                column,
                at.raw,
                done=by_id[done].name,
                open=by_id[unfinished].name,
            )
