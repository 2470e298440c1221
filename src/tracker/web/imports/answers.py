"""What the form of a preview says: the decisions about a workbook that waits.

A field is named by what it decides: `meaning:HEADING`, or `column:HEADING` in the table of all
columns, `unused:HEADING`, `procedure:PROJECT`, `name:PROJECT`,
`ledger:PROJECT|FIELD`, `cell:SHEET!C8`, or `forget:` before one of those to decide it again.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import replace

from fastapi import HTTPException

from tracker.core.problems import message
from tracker.ledger.shape.columns import NOT_USED
from tracker.ledger.values.words import plain
from tracker.ledger.vocabulary import project_key
from tracker.services.imports.correct import Correction
from tracker.services.imports.desk import Waiting
from tracker.services.imports.meanings import meaning_of_key
from tracker.services.imports.preview import Options
from tracker.services.projects.changes import NoReasonError
from tracker.services.texts import day_in

_CELL = re.compile(r"(?P<sheet>.*)!(?P<cell>[A-Z]{1,3}[1-9]\d{0,6})", re.DOTALL)
_LONGEST = 500
SAME, OTHER = "same", "other"


BESIDE = frozenset({"do", "revision", "shown"})
"""Fields that say what is to be done, and what was shown."""


def check_names(texts: Mapping[str, str], procedures: Container[str]) -> None:
    """Raise 400 for a field that no form of ours has, or a procedure that nobody could choose."""
    for name, text in texts.items():
        kind = name.partition(":")[0]
        if name not in BESIDE and kind not in _DECIDES:
            raise HTTPException(400)
        if kind == "procedure" and text.strip() and text not in procedures:
            raise HTTPException(400)


def decided(waiting: Waiting, texts: Mapping[str, str]) -> Waiting:
    """Return a waiting workbook with what a form decides about it; blank fields decide nothing.

    Raises 400 for a field that no form of ours has, and the errors of days and meanings.
    """
    for name, text in texts.items():
        kind, _, about = name.partition(":")
        if len(text) > _LONGEST or kind not in _DECIDES:
            raise HTTPException(400)
        if text.strip():
            waiting = _DECIDES[kind](waiting, about, text.strip())
    return waiting


def check_reason(waiting: Waiting) -> None:
    """Raise NoReasonError where the ledger is called right and nobody has said why."""
    if waiting.options.choices.ledger and not waiting.options.reason:
        raise NoReasonError(message("Say why the ledger is right."))


def _day(waiting: Waiting, about: str, text: str) -> Waiting:
    del about
    return replace(waiting, as_of=day_in(text, message("Day of the ledger")))


def _reason(waiting: Waiting, about: str, text: str) -> Waiting:
    del about
    return _with(waiting, replace(waiting.options, reason=text))


def _meaning(waiting: Waiting, about: str, text: str) -> Waiting:
    meanings = {**waiting.options.meanings, **meaning_of_key(about, text)}
    return _with(waiting, replace(waiting.options, meanings=meanings))


def _unused(waiting: Waiting, about: str, text: str) -> Waiting:
    del text
    return _meaning(waiting, about, NOT_USED)


def _procedure(waiting: Waiting, about: str, text: str) -> Waiting:
    chosen = {project_key(plain(about)): text}
    return _with(waiting, replace(waiting.options, meanings={**waiting.options.meanings, **chosen}))


def _name(waiting: Waiting, about: str, text: str) -> Waiting:
    choices = waiting.options.choices
    if text not in (SAME, OTHER):
        raise HTTPException(400)
    same, other = choices.same - {about}, choices.other - {about}
    if text == SAME:
        same |= {about}
    else:
        other |= {about}
    return _with(
        waiting, replace(waiting.options, choices=replace(choices, same=same, other=other))
    )


def _ledger(waiting: Waiting, about: str, text: str) -> Waiting:
    del text
    project, _, key = about.rpartition("|")
    choices = waiting.options.choices
    taken = (choices.ledger or frozenset()) | {(project, key)}
    return _with(waiting, replace(waiting.options, choices=replace(choices, ledger=taken)))


def _cell(waiting: Waiting, about: str, text: str) -> Waiting:
    found = _CELL.fullmatch(about)
    if found is None:
        raise HTTPException(400)
    new = Correction(sheet=found["sheet"] or None, cell=found["cell"], text=text)
    return replace(waiting, corrections=(*_without(waiting, new.sheet, new.cell), new))


def _prose(waiting: Waiting, about: str, text: str) -> Waiting:
    del about, text
    return _with(waiting, replace(waiting.options, takes_proposals=True))


def _forget(waiting: Waiting, about: str, text: str) -> Waiting:
    del text
    kind, _, what = about.partition(":")
    choices = waiting.options.choices
    if kind == "meaning":
        told = {key: said for key, said in waiting.options.meanings.items() if key != what}
        return _with(waiting, replace(waiting.options, meanings=told))
    if kind == "name":
        same, other = choices.same - {what}, choices.other - {what}
        return _with(
            waiting, replace(waiting.options, choices=replace(choices, same=same, other=other))
        )
    if kind == "ledger":
        project, _, key = what.rpartition("|")
        taken = (choices.ledger or frozenset()) - {(project, key)}
        return _with(waiting, replace(waiting.options, choices=replace(choices, ledger=taken)))
    if kind == "cell" and (found := _CELL.fullmatch(what)):
        return replace(
            waiting, corrections=_without(waiting, found["sheet"] or None, found["cell"])
        )
    if kind == "prose":
        return _with(waiting, replace(waiting.options, takes_proposals=False))
    raise HTTPException(400)


def _without(waiting: Waiting, sheet: str | None, cell: str) -> tuple[Correction, ...]:
    return tuple(e for e in waiting.corrections if (e.sheet, e.cell) != (sheet, cell))


def _with(waiting: Waiting, options: Options) -> Waiting:
    """Return it with other options; a reason counts for what was chosen, never for all."""
    if options.choices.ledger is None:
        options = replace(options, choices=replace(options.choices, ledger=frozenset()))
    return replace(waiting, options=options)


_DECIDES = {
    "day": _day,
    "reason": _reason,
    "meaning": _meaning,
    "column": _meaning,
    "unused": _unused,
    "procedure": _procedure,
    "name": _name,
    "ledger": _ledger,
    "cell": _cell,
    "prose": _prose,
    "forget": _forget,
}
