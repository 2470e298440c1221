"""A workbook that waits: shown with its questions, put right, and committed."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import wait
from datetime import date
from pathlib import PurePath
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from tracker.core.flag import Standing
from tracker.core.model import Name
from tracker.core.problems import TrackerError
from tracker.i18n.fields import Names, field_words
from tracker.i18n.words import Words
from tracker.law import Catalog
from tracker.ledger.book.refusal import RefusedFileError
from tracker.ledger.model import LedgerIssue, Severity
from tracker.ledger.reading import Watch
from tracker.ledger.shape.columns import NOT_USED
from tracker.ledger.shape.meanings import known_meanings
from tracker.ledger.values.words import plain
from tracker.ledger.vocabulary import project_in, word_in
from tracker.security.policy import Action
from tracker.services.county import follow_ups
from tracker.services.imports import commit
from tracker.services.imports.commit import ShownOtherwiseError
from tracker.services.imports.correct import is_correctable
from tracker.services.imports.desk import Waiting
from tracker.services.imports.mark import marked
from tracker.services.imports.preview import Import, Options, commit_shown, decided, prepare
from tracker.services.imports.questions import Kind, Question, questions
from tracker.services.imports.witness import STATE_OF
from tracker.services.imports.wording import (
    fault_words,
    hidden_words,
    moves_words,
    sides_words,
)
from tracker.services.law import names_of
from tracker.store import audit, ledgers, reading, transaction
from tracker.web.errors import form_status, status_of
from tracker.web.imports import answers
from tracker.web.imports.background import Reading
from tracker.web.imports.room import Importing, ImportingDep, Turn
from tracker.web.pages import Pages, PagesDep
from tracker.web.visits import FormDep, UserDep, access

router = APIRouter()
_PATIENCE = 2.0
"""Seconds that a page waits for a workbook before it shows how far it is."""
_MOST_ISSUES, _MOST_ROWS = 60, 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _address(waiting: Waiting) -> str:
    return f"/imports/waiting/{waiting.key}"


@router.get("/imports/waiting/{key}", **access(Action.IMPORT_LEDGER))
def show_preview(
    key: str,
    request: Request,
    pages: PagesDep,
    room: ImportingDep,
    user: UserDep,
    *,
    news: bool = False,
) -> Response:
    """Show a workbook beside the record: what it asks, what is wrong, what it would change.

    `news`: it was to be committed, and something was decided with that.
    """
    waiting = room.desk.of(user.login, key)
    return _preview(request, pages, room, user.login, waiting, has_news=news)


def _reading(
    pages: Pages, room: Importing, login: str, waiting: Waiting, catalog: Catalog
) -> Reading:
    """Return the reading of a workbook with what was decided, begun where it is not there yet."""
    today = pages.as_of()
    with reading(pages.engine) as session:
        newest, known = audit.newest_of_record(session), ledgers.headings(session)

    def work(watch: Watch, before: Import | None) -> Import:
        if before and _is_read_so(before, waiting, known):
            return decided(pages.engine, before, catalog, waiting.options)
        return prepare(
            pages.engine,
            room.desk.upload(login, waiting),
            catalog,
            waiting.as_of,
            today=today,
            options=waiting.options,
            watch=watch,
        )

    stamp = f"{waiting.revision} {newest} {today}"
    return room.readings.of(f"{login} {waiting.key}", stamp, work)


def _is_read_so(before: Import, waiting: Waiting, known: Mapping[str, str]) -> bool:
    """Tell whether a workbook was read with the same answers, so that only choices differ.

    `known` are the answers of ledgers before it.
    """
    old, new = before.options, waiting.options
    return (
        (old.meanings, before.known) == (new.meanings, known)
        and old.takes_proposals is new.takes_proposals
        and before.upload.corrections == waiting.corrections
        and before.ledger.as_of == waiting.as_of
    )


def _preview(
    request: Request,
    pages: Pages,
    room: Importing,
    login: str,
    waiting: Waiting,
    *,
    why: str = "",
    given: Mapping[str, str] | None = None,
    has_news: bool = False,
    status: int = 200,
) -> Response:
    catalog, words = pages.county(request).catalog, pages.words(request)
    names = names_of(catalog, catalog.law_day(waiting.as_of))
    told_of = {
        "options": waiting.options,
        "word_in": word_in,
        "project_in": project_in,
        "not_used": NOT_USED,
        "names": names,
        "called": lambda key: _called(key, names, words),
    }
    found = _reading(pages, room, login, waiting, catalog)
    wait([found.future], _PATIENCE)
    if not found.future.done():
        return pages.show(
            request, "imports/reading.html", waiting=waiting, reading=found, status=202
        )
    error = found.future.exception()
    if error is not None:
        if not isinstance(error, TrackerError):
            raise error
        has_decided = waiting.options != Options() or waiting.corrections
        is_refused = isinstance(error, RefusedFileError) and not has_decided
        if is_refused:  # nothing is kept of what was refused
            room.let_go(login, waiting.key)
        return pages.show(
            request,
            "imports/unread.html",
            waiting=None if is_refused else waiting,
            name=waiting.name,
            **told_of,
            why=words(error),
            today=pages.as_of(),
            status=status_of(error),
        )
    result = found.future.result()
    preview = result.preview
    asked = questions(preview.ledger)
    issues = list(_shown_below(preview.ledger.issues, asked))
    return pages.show(
        request,
        "imports/preview.html",
        status=status,
        waiting=waiting,
        stamp=found.stamp,
        **told_of,
        found=result,
        preview=preview,
        ledger=preview.ledger,
        asked=asked,
        procedures=_bases(catalog, waiting.as_of).items(),
        conflicts=[c for change in preview.changes for c in change.conflicts],
        fresh=[change for change in preview.changes if change.is_new],
        changed=[change for change in preview.changes if change.is_changed],
        behind=sum(len(change.behind) for change in preview.changes),
        errors=[i for i in issues if i.severity == "error"],
        warnings=[i for i in issues if i.severity == "warning"],
        proposals=preview.open_proposals,
        meanings=known_meanings(),
        state_of=STATE_OF,
        sides=lambda conflict: sides_words(conflict, words, names),
        moves=lambda change: moves_words(change, words, names),
        is_correctable=is_correctable,
        fault=lambda issue: fault_words(issue, words),
        hidden_text=lambda each: hidden_words(each, words),
        why=why,
        has_news=has_news,
        given=given or {},
        most_issues=_MOST_ISSUES,
        most_rows=_MOST_ROWS,
    )


def _shown_below(issues: Sequence[LedgerIssue], asked: Sequence[Question]) -> Iterator[LedgerIssue]:
    """Yield what is to be looked at, without what is asked above already."""
    words = {word for each in asked if (word := word_in(each.key))}
    dated = {(each.sheet, each.column) for each in asked if each.kind is Kind.PLAN_OR_ACTUAL}
    for issue in issues:
        is_asked = (
            issue.code == "perhaps_renamed"
            or (issue.code == "unknown_status" and plain(issue.raw or "") in words)
            or (issue.code == "plan_or_actual" and (issue.sheet, issue.column) in dated)
        )
        if issue.severity is not Severity.INFO and not is_asked:
            yield issue


def _bases(catalog: Catalog, day: date) -> dict[str, Name]:
    """Return the procedures to choose from by id: none that is only laid over another."""
    in_force = catalog.in_force(catalog.law_day(day))
    return {key: each.name for key, each in in_force.items() if not each.is_overlay}


def _called(key: str, names: Names, words: Words) -> str:
    """Return what a field or a step is called, of which only the key is known."""
    return (
        words(names.steps[key]) if key in names.steps else field_words(key.partition(".")[0], words)
    )


@router.post("/imports/waiting/{key}", **access(Action.IMPORT_LEDGER))
def decide(
    key: str, request: Request, pages: PagesDep, room: ImportingDep, user: UserDep, form: FormDep
) -> Response:
    """Keep what was decided and show what comes of it; or commit what was shown, or give it up."""
    answers.check_names(form.texts, _bases(pages.county(request).catalog, pages.as_of()))
    texts = dict(form.texts)
    do, revision, shown = (texts.pop(name, "") for name in ("do", "revision", "shown"))
    waiting = room.desk.of(user.login, key)
    if do == "drop":
        room.let_go(user.login, key)
        return RedirectResponse("/imports", status_code=303)
    if do not in ("look", "commit"):
        raise HTTPException(400)
    try:
        with room.lock:  # two windows may decide at once
            waiting = room.desk.of(user.login, key)
            after = _decided(room, user.login, waiting, texts, revision)
    except TrackerError as error:
        why, status = pages.words(request)(error), form_status(error)
        return _preview(
            request, pages, room, user.login, waiting, why=why, given=texts, status=status
        )
    if do == "look" or after != waiting:  # what was decided is shown before it is written
        news = "?news=1" if do == "commit" else ""
        return RedirectResponse(f"{_address(after)}{news}", status_code=303)
    return _committed(request, pages, room, user.login, after, shown)


def _decided(
    room: Importing, login: str, waiting: Waiting, texts: Mapping[str, str], revision: str
) -> Waiting:
    """Keep what a form decides about a workbook that was shown in a revision, and return it.

    Raises ShownOtherwiseError, NoReasonError, UncorrectableError and those of days and meanings.
    """
    after = answers.decided(waiting, texts)
    answers.check_reason(after)
    if revision != waiting.revision:
        raise ShownOtherwiseError
    if after.corrections != waiting.corrections:
        room.desk.upload(login, after)  # a cell that cannot be changed is said now
    if after != waiting:
        room.desk.save(login, after)
    return after


def _committed(
    request: Request, pages: Pages, room: Importing, login: str, waiting: Waiting, shown: str
) -> Response:
    """Write what was shown, and show what came of it; where anything moved since, show it again."""
    county = pages.county(request)
    found = _reading(pages, room, login, waiting, county.catalog)
    if found.stamp != shown or not found.future.done() or found.future.exception():
        return RedirectResponse(_address(waiting), status_code=303)
    result = found.future.result()
    act = pages.act(request, waiting.options.reason)
    try:
        with (
            commit.kept_file(result.upload, pages.setting.ledgers) as workbook,
            transaction(pages.engine) as session,
        ):
            done = commit_shown(session, act, result, county.catalog)
            if done.number is not None:
                follow_ups.review_county(session, act, county.catalog, county.as_of)
                workbook.put()
    except TrackerError as error:
        why, status = pages.words(request)(error), form_status(error)
        return _preview(request, pages, room, login, waiting, why=why, status=status)
    room.let_go(login, waiting.key)
    if done.number is None:
        return RedirectResponse("/imports?same=1", status_code=303)
    turned = _turned(county.standings, pages.county(request).standings)
    room.keep_turned(done.number, turned)
    return RedirectResponse(f"/imports/{done.number}", status_code=303)


def _turned(before: tuple[Standing, ...], after: tuple[Standing, ...]) -> list[Turn]:
    """Return the projects whose light changed, in the order of the county after it."""
    lights = {each.project.id: each.light for each in before}
    return [
        Turn(each.project.id, each.project.name, lights.get(each.project.id), each.light)
        for each in after
        if lights.get(each.project.id) is not each.light
    ]


@router.get("/imports/waiting/{key}/marked.xlsx", **access(Action.IMPORT_LEDGER))
def download_marked(
    key: str, request: Request, pages: PagesDep, room: ImportingDep, user: UserDep
) -> Response:
    """Hand out the workbook with what is wrong marked in its cells."""
    waiting = room.desk.of(user.login, key)
    found = _reading(pages, room, user.login, waiting, pages.county(request).catalog)
    wait([found.future], _PATIENCE)
    if not found.future.done() or found.future.exception():
        return RedirectResponse(_address(waiting), status_code=303)
    result = found.future.result()
    data = marked(result.upload, result.preview, pages.words(request))
    name = quote(f"{PurePath(waiting.name).stem}-{waiting.as_of}.xlsx", safe="")
    disposition = f"attachment; filename*=UTF-8''{name}"
    return Response(data, media_type=_XLSX, headers={"Content-Disposition": disposition})
