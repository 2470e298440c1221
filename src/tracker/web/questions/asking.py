"""What is worth asking of the county, and one question answered for many projects at once.

A row of the form is a project: `answer:PROJECT` with its `version:PROJECT`, or
`mark:PROJECT:STEP`. `all` is the answer of every row that is left open.
"""

import re
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tracker.core.model import Area, EventKind, Question, Sight, Step
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.security.policy import Action, can
from tracker.services.county import answering, survey
from tracker.services.county.answering import Effect
from tracker.services.projects import answers
from tracker.services.projects.question_words import asking_words, summary_words
from tracker.services.projects.questions import MARKS, Asking, Askings, askings
from tracker.store import Session, audit, reading, transaction
from tracker.store.projects import Record
from tracker.web.errors import form_status
from tracker.web.kept import Kept
from tracker.web.pages import County, Pages, PagesDep, target_of
from tracker.web.visits import FormDep, access, number_in, user_of

router = APIRouter()
_FIRST_STEPS = 4
_MOST_QUESTIONS, _MOST_ROWS, _MOST_MARKED = 10, 200, 60
_NAME = re.compile(r"(?P<kind>answer|version|mark):(?P<project>\d{1,9})(?::(?P<step>\w{1,64}))?")


class ChangedMeanwhileError(TrackerError):
    """Somebody changed a project since its row was shown."""

    code = "changed_meanwhile"
    kind = ErrorKind.CONFLICT

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            message("Changed since they were shown: {names}.").of(names="、".join(names[:5])),
            remedy=message("The current answers are shown; nothing was written."),
        )


def _records(session: Session, request: Request, pages: Pages) -> list[Record]:
    """Return the projects for which whoever asks may answer."""
    county, user = pages.county(request), user_of(request)
    own = {s.project.id for s in county.standings if can(user, Action.ANSWER, target_of(s))}
    records = survey.planned_records(session, Sight.on(county.as_of))
    return [record for record in records if record.project.id in own]


def _askings(session: Session, request: Request, pages: Pages) -> tuple[list[Record], Askings]:
    county = pages.county(request)
    records = _records(session, request, pages)
    numbers = tuple(record.project.id for record in records)
    key = (audit.newest_of_record(session), county.as_of, numbers)
    kept: Kept[Askings] = request.app.state.askings
    found = kept.of(
        key, lambda: askings(records, county.catalog, county.as_of, most=_MOST_QUESTIONS)
    )
    return records, found


@router.get("/questions", **access(Action.ANSWER))
def show_questions(request: Request, pages: PagesDep, *, kept: int = 0) -> HTMLResponse:
    """List the questions that decide most lights; `kept` is for how many one was just answered."""
    with reading(pages.engine) as session:
        _, found = _askings(session, request, pages)
    words = pages.words(request)
    return pages.show(
        request,
        "questions/questions.html",
        found=found,
        summary=summary_words(found, words),
        text=lambda asking: asking_words(asking, words),
        kept=kept,
    )


@router.get("/questions/fact/{fact}", **access(Action.ANSWER))
def show_fact(fact: str, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show one question with the projects for which it is open."""
    return _fact_page(request, pages, fact, {})


def _fact_page(
    request: Request,
    pages: Pages,
    fact: str,
    given: Mapping[str, str],
    *,
    effects: Sequence[Effect] = (),
    why: str = "",
    status: int = 200,
) -> HTMLResponse:
    with reading(pages.engine) as session:
        records, found = _askings(session, request, pages)
    asking = next((each for each in found.questions if each.fact and each.fact.fact == fact), None)
    rows, question = _open_rows(records, asking, pages.county(request), fact, effects)
    if question is None:
        raise HTTPException(404)
    return pages.show(
        request,
        "questions/fact.html",
        status=status,
        question=question,
        rows=rows[:_MOST_ROWS],
        more=max(0, len(rows) - _MOST_ROWS),
        given=given,
        effects={each.record.project.id: each for each in effects},
        why=why,
    )


def _open_rows(
    records: Sequence[Record],
    asking: Asking | None,
    county: County,
    fact: str,
    effects: Sequence[Effect],
) -> tuple[list[tuple[Record, str | None]], Question | None]:
    """Return the projects with what is known of a question: those for which it is worth asking.

    Where it is worth asking of none, all that have the question and no answer yet.
    """
    question, rows = asking.fact if asking else None, []
    wanted = set(asking.of) if asking else None
    shown = {each.record.project.id for each in effects}
    for record in records:
        number = record.project.id
        if wanted is not None and number not in wanted | shown:
            continue
        for known in answers.asked(answers.known_of(record, county.catalog, county.as_of)):
            if known.question.fact == fact:
                question = question or known.question
                if wanted is not None or known.answer is None:
                    rows.append((record, None if known.follows else known.answer))
    return rows, question


@router.post("/questions/fact/{fact}", **access(Action.ANSWER))
def answer_fact(fact: str, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Show what the answers would do, or keep them."""
    given, keeps = dict(form.texts), form.texts.get("do") == "keep"
    said, versions = _answers(given)
    county = pages.county(request)
    try:
        with transaction(pages.engine) if keeps else reading(pages.engine) as session:
            records = _records(session, request, pages)
            _check_versions(records, said, versions)
            effects = answering.with_fact(records, county.catalog, county.as_of, fact, said)
            if keeps and effects:
                act = pages.act(request, given.get("reason"))
                answering.keep(session, act, effects, county.catalog, county.as_of)
    except TrackerError as error:
        why, status = pages.words(request)(error), form_status(error)
        return _fact_page(request, pages, fact, given, why=why, status=status)
    if keeps:
        return RedirectResponse(f"/questions?kept={len(effects)}", status_code=303)
    return _fact_page(request, pages, fact, given, effects=effects)


def _answers(given: Mapping[str, str]) -> tuple[dict[int, str], dict[int, int]]:
    """Return the answers and the versions that were shown, by project. Raises 400."""
    said, versions = {}, {}
    every = given.get("all", "").strip()
    for name, text in given.items():
        if name in ("do", "all", "reason"):
            continue
        found = _NAME.fullmatch(name)
        if found is None or found["step"]:
            raise HTTPException(400)
        if found["kind"] == "version":
            versions[int(found["project"])] = number_in(text)
        elif text.strip() or every:
            said[int(found["project"])] = text.strip() or every
    return said, versions


def _check_versions(
    records: Sequence[Record], said: Mapping[int, str], versions: Mapping[int, int]
) -> None:
    changed = [
        record.project.name
        for record in records
        if record.project.id in said
        if versions.get(record.project.id) != record.project.version
    ]
    if changed:
        raise ChangedMeanwhileError(changed)


@router.get("/questions/track/{area}", **access(Action.ANSWER))
def show_track(area: Area, request: Request, pages: PagesDep) -> HTMLResponse:
    """Show the chief steps of a track with the projects in which they are open."""
    return _track_page(request, pages, area, {})


def _track_page(
    request: Request,
    pages: Pages,
    area: Area,
    given: Mapping[str, str],
    *,
    effects: Sequence[Effect] = (),
    why: str = "",
    status: int = 200,
) -> HTMLResponse:
    with reading(pages.engine) as session:
        records, found = _askings(session, request, pages)
    asking = next((each for each in found.questions if each.area is area), None)
    steps: list[tuple[Step, tuple[int, ...]]] = list(asking.chief) if asking else []
    if asking and not steps:  # none of it leaves a paper: the first steps stand for the track
        steps = [(step, asking.of) for step in asking.steps[:_FIRST_STEPS]]
    wanted = {number for _, of in steps for number in of}
    rows = [record for record in records if record.project.id in wanted]
    return pages.show(
        request,
        "questions/track.html",
        status=status,
        area=area,
        steps=[(step, set(of)) for step, of in steps],
        rows=rows[:_MOST_MARKED],
        more=max(0, len(rows) - _MOST_MARKED),
        marks=MARKS,
        given=given,
        effects={each.record.project.id: each for each in effects},
        why=why,
    )


@router.post("/questions/track/{area}", **access(Action.ANSWER))
def answer_track(area: Area, request: Request, pages: PagesDep, form: FormDep) -> Response:
    """Show what the marks would do, or keep them."""
    given, keeps = dict(form.texts), form.texts.get("do") == "keep"
    said, county = _marks(given), pages.county(request)
    try:
        with transaction(pages.engine) if keeps else reading(pages.engine) as session:
            records = _records(session, request, pages)
            effects = answering.with_marks(records, county.catalog, county.as_of, said)
            if keeps and effects:
                act = pages.act(request, given.get("reason"))
                answering.keep(session, act, effects, county.catalog, county.as_of)
    except TrackerError as error:
        why, status = pages.words(request)(error), form_status(error)
        return _track_page(request, pages, area, given, why=why, status=status)
    if keeps:
        return RedirectResponse(f"/questions?kept={len(effects)}", status_code=303)
    return _track_page(request, pages, area, given, effects=effects)


def _marks(given: Mapping[str, str]) -> dict[int, dict[str, EventKind]]:
    """Return the marks by project and step. Raises 400."""
    said: dict[int, dict[str, EventKind]] = {}
    for name, text in given.items():
        if name in ("do", "reason") or not text:
            continue
        found = _NAME.fullmatch(name)
        if found is None or not found["step"] or text not in MARKS:
            raise HTTPException(400)
        said.setdefault(int(found["project"]), {})[found["step"]] = EventKind(text)
    return said
