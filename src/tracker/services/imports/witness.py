"""Three witnesses of each value: this ledger, the ledger before it, and the record.

Where the ledger says what it said before, it says nothing new, and the record stands. Where the
ledger moved alone, the record follows. Where both moved and disagree, a person decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.core.fields import FIELDS
from tracker.core.model import Event, EventKind, Project
from tracker.core.track import Progress, State
from tracker.ledger.model import LedgerProject, LedgerStep
from tracker.ledger.shape.aliases import Part
from tracker.ledger.values.rules import Status
from tracker.ledger.values.words import plain
from tracker.store.ledgers import Said

EVENT_OF = {
    Status.DONE: EventKind.FINISHED,
    Status.IN_PROGRESS: EventKind.STARTED,
    Status.RETURNED: EventKind.RETURNED,
    Status.SUSPENDED: EventKind.SUSPENDED,
    Status.NOT_REQUIRED: EventKind.NOT_NEEDED,
    Status.NOT_STARTED: EventKind.NOT_STARTED,
}
STATE_OF = {
    Status.DONE: State.FINISHED,
    Status.IN_PROGRESS: State.UNDER_WAY,
    Status.RETURNED: State.RETURNED,
    Status.SUSPENDED: State.SUSPENDED,
    Status.NOT_REQUIRED: State.NOT_NEEDED,
    Status.NOT_STARTED: State.NOT_STARTED,
}
WITNESSED = (*FIELDS, "leader_candidates")
"""The fields of a project that a ledger may say."""
BY_KEY = ("facts", "due")
"""The fields of which each entry moves by itself: `facts.NAME`, `due.STEP`."""
NOTHING = Said(sheet=None, row=0, fields={}, steps={})


@dataclass(slots=True, kw_only=True)
class Weighed:
    """What came of weighing: the project, its events, and where the witnesses disagree.

    `said` is what the ledger says as far as the record agrees; `behind` the fields and steps of
    which the record knows more than the ledger.
    """

    project: Project
    events: list[Event] = field(default_factory=list)
    fields: list[tuple[str, object, object]] = field(default_factory=list)
    steps: list[tuple[LedgerStep, Progress]] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    said: Said = NOTHING


def new_project(row: LedgerProject, as_of: date) -> Project:
    """Return the project as a row alone says it."""
    one = row.leaders[0] if len(row.leaders) == 1 else None
    return Project(
        id=0,
        name=row.name,
        procedure=row.procedure or "gov_building",
        target=row.target or "construction_permit",
        deadline=row.deadline,
        code=row.code,
        category=row.category,
        location=row.location,
        investment_wan=row.investment_wan,
        owner_unit=row.owner_unit,
        responsible_unit=row.responsible_unit,
        leader=one,
        leader_candidates=row.leader if len(row.leaders) > 1 else None,
        task_force=row.task_force,
        planned_start=row.planned_start,
        approval_deadline=row.approval_deadline,
        remark=row.remark,
        updated_on=as_of,
        facts=dict(row.facts),
        due=dict(row.due),
    )


def weigh_fields(
    row: LedgerProject,
    old: Project,
    before: Said,
    as_of: date,
    *,
    decided: Callable[[str], bool],
    renamed: bool,
    fixed: frozenset[str],
) -> Weighed:
    """Weigh the fields of a project that is known; a blank cell takes nothing back.

    `decided` tells of a field where both moved whether the ledger is right, `renamed` whether its
    name is; `fixed` fields stay in any case.
    """
    says, known = values_of(new_project(row, as_of)), values_of(old)
    found = Weighed(project=old)
    agreed = dict(before.fields)
    taken: dict[str, Any] = {}
    for key, value in says.items():
        if key == "target" and row.deadline is None:  # an aim is said only with its day
            continue
        take = (
            renamed
            if key == "name"
            else _weigh(found, key, value, known.get(key), before, decided=decided(key))
        )
        if key in fixed and take and text_of(value) != text_of(known.get(key)):
            found.fields.append((key, known.get(key), value))
            take = False
        if text_of(value) == text_of(known.get(key)):
            agreed[key] = text_of(value)
        elif take:
            taken[key], agreed[key] = value, text_of(value)
    if "leader" in taken:
        taken["leader_candidates"] = None
    if "procedure" in taken and row.deadline is None:
        taken["target"] = says["target"]  # the old aim may be none of the new procedure
    found.project = _with(old, taken, as_of)
    found.said = Said(sheet=row.sheet, row=row.row, fields=agreed, steps={})
    return found


def values_of(project: Project) -> dict[str, object]:
    """Return what is said of a project, without what is empty; fields `BY_KEY` entry by entry."""
    values = {key: getattr(project, key) for key in WITNESSED}
    values |= apart({field: getattr(project, field) for field in BY_KEY})
    return {key: value for key, value in values.items() if value is not None}


def apart(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields with each entry of those `BY_KEY` as one of its own."""
    found = {key: value for key, value in fields.items() if key not in BY_KEY}
    for field_ in BY_KEY:
        found |= {f"{field_}.{key}": value for key, value in (fields.get(field_) or {}).items()}
    return found


def together(fields: Mapping[str, Any], old: Project) -> dict[str, Any]:
    """Return what `apart` took apart, over what `old` has; an entry of None is taken away."""
    found = {key: value for key, value in fields.items() if "." not in key}
    for field_ in BY_KEY:
        own = {k.partition(".")[2]: v for k, v in fields.items() if k.startswith(f"{field_}.")}
        if own:
            entries = {**getattr(old, field_), **own}
            found[field_] = {key: value for key, value in entries.items() if value is not None}
    return found


def _with(old: Project, taken: dict[str, Any], as_of: date) -> Project:
    return replace(old, updated_on=as_of, **together(taken, old))


def _weigh(
    found: Weighed, key: str, value: object, known: object, before: Said, *, decided: bool
) -> bool:
    """Tell whether the ledger's value is taken, and note where it lags or disagrees."""
    text, recorded, earlier = text_of(value), text_of(known), before.fields.get(key)
    if text == recorded:
        return True
    if text == earlier:
        found.behind.append(key)
        return False
    if known is None or recorded == earlier or decided:
        return True
    found.fields.append((key, known, value))
    return False


def text_of(value: object) -> str:
    """Return a value as witnesses are compared: without blanks, widths and line breaks."""
    if value is None:
        return ""
    return plain(value) if isinstance(value, str) else str(value)


def weigh_steps(
    found: Weighed,
    row: LedgerProject,
    now: Mapping[str, Progress],
    before: Said,
    as_of: date,
    *,
    reason: Callable[[str], str | None],
) -> None:
    """Weigh the steps of a row and add the events that they come to.

    A step moves backwards, or gets another day than somebody recorded, only for a `reason`, which
    is asked for by step.
    """
    agreed: dict[str, str] = dict(before.steps)
    seen: set[str] = set()
    for cell in row.steps:
        if cell.step is None or cell.step in seen or cell.status is Status.UNKNOWN:
            continue
        seen.add(cell.step)
        text, earlier = text_of_step(cell), before.steps.get(cell.step)
        current = now.get(cell.step, Progress())
        if text == earlier:
            if _knows_more(current, cell):
                found.behind.append(cell.step)
            continue
        why = reason(cell.step)
        if why is None and (
            _goes_back(current, cell.status) or _another_day(cell, current, earlier)
        ):
            found.steps.append((cell, current))
            continue
        if _says_more(current, cell):
            found.events.append(_event(cell, current, as_of, why))
        agreed[cell.step] = text
    earlier_blank = before.blank - {cell.step for cell in row.steps}
    found.said = replace(found.said, steps=agreed, blank=earlier_blank | _blank_in(row))


def _blank_in(row: LedgerProject) -> frozenset[str]:
    """Return the steps of which a row might have said how they stand, and says nothing.

    None in a row that says of others that they have not begun: there a blank means something else.
    """
    if any(cell.status is Status.NOT_STARTED for cell in row.steps):
        return frozenset()
    empty = {cell.step for cell in row.steps if cell.step and _is_empty(cell)}
    return frozenset(empty - {cell.step for cell in row.steps if not _is_empty(cell)})


def _is_empty(cell: LedgerStep) -> bool:
    says_nothing = cell.rule == "blank" and (cell.raw is None or cell.planned is not None)
    return says_nothing and bool(cell.cells.keys() - {Part.PLANNED})


def text_of_step(cell: LedgerStep) -> str:
    """Return what a cell says of a step, as witnesses are compared: state, day, document."""
    return f"{cell.status}|{cell.actual or ''}|{plain(cell.document_no or '')}"


def _event(cell: LedgerStep, current: Progress, as_of: date, reason: str | None) -> Event:
    note = reason if _goes_back(current, cell.status) else cell.raw
    kind = EVENT_OF[cell.status]
    return Event(
        step=cell.step or "",
        kind=kind,
        day=cell.actual,
        known_by=as_of,
        document=cell.document_no,
        note=note,
    )


def _goes_back(current: Progress, status: Status) -> bool:
    wanted = STATE_OF[status]
    if current.state is State.FINISHED:
        return wanted is not State.FINISHED
    begun = current.state in (State.UNDER_WAY, State.RETURNED, State.SUSPENDED)
    return begun and wanted is State.NOT_STARTED


def _knows_more(current: Progress, cell: LedgerStep) -> bool:
    """Tell whether the record has another state than a cell, or the day of completion beside it."""
    return current.state is not STATE_OF[cell.status] or (
        current.finish is not None and current.finish != cell.actual
    )


def _another_day(cell: LedgerStep, current: Progress, earlier: str | None) -> bool:
    """Tell whether the record has a day for this state from elsewhere, and the ledger another."""
    if cell.actual is None or current.since is None or current.state is not STATE_OF[cell.status]:
        return False
    by_hand = earlier is None or str(current.since) != earlier.split("|")[1]
    return by_hand and cell.actual != current.since


def _says_more(current: Progress, cell: LedgerStep) -> bool:
    """Tell whether a cell adds to the record: another state, or a day or number not yet known."""
    if current.state is not STATE_OF[cell.status] or current.known_by is None:
        return True
    new_day = cell.actual is not None and cell.actual != current.since
    return new_day or (cell.document_no is not None and cell.document_no != current.document)
