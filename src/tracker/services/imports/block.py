"""What a ledger says holds a project, as events of the first step it can hold."""

from collections.abc import Mapping
from datetime import date

from tracker.core.compile import switched_off
from tracker.core.model import Event, EventKind, Project
from tracker.core.track import Block, Progress
from tracker.law import Catalog
from tracker.ledger.model import LedgerProject
from tracker.ledger.values.rules import Status
from tracker.ledger.values.words import plain


def block_text(row: LedgerProject) -> str:
    """Return what a row says of a block, as witnesses are compared; empty when it says nothing."""
    if row.block is None:
        return "lifted" if row.is_lifted else ""
    return f"{row.block.reason}|{row.block.expected or ''}|{plain(row.block.text)}"


def block_events(
    row: LedgerProject,
    project: Project,
    now: Mapping[str, Progress],
    catalog: Catalog,
    days: tuple[date, date],
) -> list[Event]:
    """Return the events that put the ledger's block on the first step it can hold, or lift it.

    `days` are the ledger's own and that by which what it says counts as known.
    """
    as_of, known_by = days
    held = {step: p.block for step, p in now.items() if p.block}
    if row.block is None and not row.is_lifted:
        return []
    if row.block is None:
        return [
            Event(step=step, kind=EventKind.RELEASED, day=as_of, known_by=known_by) for step in held
        ]
    blueprint = catalog.blueprint(
        project.procedure, "start", catalog.law_day(as_of), answers=project.answers
    )
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
    lifted = [
        Event(step=other, kind=EventKind.RELEASED, day=as_of, known_by=known_by)
        for other in held
        if other != step
    ]
    return [
        *lifted,
        Event(
            step=step,
            kind=EventKind.BLOCKED,
            day=None,
            known_by=known_by,
            reason=row.block.reason,
            expected=row.block.expected,
            note=row.block.text,
        ),
    ]


def _same_block(block: Block | None, row: LedgerProject) -> bool:
    wanted = row.block
    return bool(
        block
        and wanted
        and block.reason is wanted.reason
        and block.expected == wanted.expected
        and block.note == wanted.text
    )
