"""What every page needs: the county as its reader may see it, the words and the templates."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.background import BackgroundTask

from tracker import clock
from tracker.core.digest import count_lights
from tracker.core.flag import LATE_LIGHTS, Light, Standing
from tracker.core.follow_up import Case
from tracker.core.model import NeededWhen, Project, ProjectState, Sight, Step
from tracker.core.problems import TrackerError
from tracker.i18n.actions import who_words
from tracker.i18n.catalogue import LANGUAGES
from tracker.i18n.questions import answer_words, choices_words
from tracker.i18n.words import Words, words_in
from tracker.law import Catalog
from tracker.pictures.palette import TONES
from tracker.reports.ledger_columns import verdict
from tracker.reports.wording import shown_sentence
from tracker.security.policy import ROLE_WORDS, Action, Target, User, can, might
from tracker.services import law
from tracker.services.accounts.refusals import Refusal, Refusals
from tracker.services.accounts.sign_in import Gate
from tracker.services.county import follow_ups, weekly_report
from tracker.services.county.plans import Plans
from tracker.services.projects import lookup
from tracker.settings import Settings
from tracker.store import Engine, Session, audit, reading, records
from tracker.store.accounts import LOCAL
from tracker.store.audit import Act
from tracker.store.projects import Record
from tracker.web.errors import is_unreachable
from tracker.web.limits import SignInQueue
from tracker.web.logs import log_request
from tracker.web.visits import RefusedActError, token_of, user_of, visit_of

LANGUAGE_COOKIE = "tracker-language"
_TEMPLATES = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """The county as one page sees it: what its reader may see of it."""

    as_of: date
    catalog: Catalog
    standings: tuple[Standing, ...]
    cases: tuple[Case, ...]
    is_demo: bool

    def of(self, project: int) -> Standing | None:
        """Return one project, or None."""
        return next((s for s in self.standings if s.project.id == project), None)

    def for_user(self, user: User) -> "County":
        """Return what a user may see of it."""
        seen = tuple(s for s in self.standings if can(user, Action.VIEW, target_of(s)))
        numbers = {s.project.id for s in seen}
        cases = tuple(case for case in self.cases if case.project in numbers)
        return replace(self, standings=seen, cases=cases)


def target_of(standing: Standing) -> Target:
    """Return what a permission asks of a project that is planned."""
    offices = frozenset(step.step.office.zh for step in standing.plan.steps)
    return target_of_project(standing.project, offices)


def target_of_project(
    project: Project, offices: frozenset[str], step_office: str | None = None
) -> Target:
    """Return what a permission asks of a project, and perhaps of one of its steps."""
    return Target(
        responsible_unit=project.responsible_unit,
        town=project.location,
        leader=project.leader,
        task_force=project.task_force,
        offices=offices,
        step_office=step_office,
        is_archived=project.state is ProjectState.ARCHIVED,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One project that somebody may do something to."""

    user: User
    record: Record
    offices: frozenset[str]
    as_of: date
    catalog: Catalog

    @property
    def project(self) -> Project:
        """Return the project."""
        return self.record.project

    def may(self, action: Action, step_office: str | None = None) -> bool:
        """Tell whether the reader may do this to the project, or to one of its steps."""
        target = target_of_project(self.project, self.offices, step_office)
        return can(self.user, action, target)


@dataclass(kw_only=True)
class Pages:
    """Makes the pages of one county.

    The survey is kept while neither the record nor the day moves.
    """

    engine: Engine
    setting: Settings
    as_of: Callable[[], date]
    gate: Gate
    is_tls: bool = False
    waiting: SignInQueue = field(default_factory=SignInQueue)
    refusals: Refusals = field(default_factory=Refusals)
    _kept: tuple[tuple[int, str, date], County] | None = None
    _plans: Plans = field(default_factory=Plans)
    _lock: Lock = field(default_factory=Lock)
    _environments: dict[str, Environment] = field(default_factory=dict)

    @property
    def cookie(self) -> str:
        """Return the name of the session's cookie; over TLS the browser binds it to this host."""
        return "__Host-tracker" if self.is_tls else "tracker-session"

    def county(self, request: Request) -> County:
        """Return the county as of its day, as far as whoever asks may see it."""
        return self._whole().for_user(user_of(request))

    def _whole(self) -> County:
        as_of = self.as_of()
        with self._lock, reading(self.engine) as session:
            key = (*audit.newest_of_record(session), as_of)
            if self._kept is None or self._kept[0] != key:
                catalog = law.catalog_for(session, self.setting.procedures)
                sight = Sight.on(as_of)
                standings = self._plans.survey(session, catalog, sight)
                cases = tuple(follow_ups.open_on(session, standings, catalog, sight))
                is_demo = records.setting(session, weekly_report.DEMO) is not None
                self._kept = (
                    key,
                    County(
                        as_of=as_of,
                        catalog=catalog,
                        standings=standings,
                        cases=cases,
                        is_demo=is_demo,
                    ),
                )
            return self._kept[1]

    def project(
        self,
        session: Session,
        request: Request,
        number: int,
        action: Action,
        sight: Sight | None = None,
    ) -> Seen:
        """Return a project to act on. Raises 404 when it is absent, or not for this user.

        `session` may be one that writes: then nothing changes between the check and the act. Who
        may see a project depends on its state today, whatever day is shown.
        """
        if number >= 2**31:  # more than a database counts
            raise HTTPException(404)
        as_of = self.as_of()
        catalog = law.catalog_for(session, self.setting.procedures)
        user, today = user_of(request), Sight.on(as_of)
        now = lookup.by_number(session, number, today)
        if now is None:
            raise HTTPException(404)
        steps = steps_of(now, catalog, as_of)
        seen = Seen(
            user=user,
            record=now,
            offices=frozenset(step.office.zh for step in steps),
            as_of=as_of,
            catalog=catalog,
        )
        offices = {step.office.zh for step in steps} if action is Action.RECORD else {None}
        if not seen.may(Action.VIEW) or not any(seen.may(action, office) for office in offices):
            raise RefusedActError(action, project=number, about=seen.project.name)
        if sight is None or sight == today:
            return seen
        then = lookup.by_number(session, number, sight)
        if then is None:
            raise HTTPException(404)
        return replace(seen, record=then, as_of=sight.status_date)

    def act(self, request: Request, why: str | None = None) -> Act:
        """Return who acts, and why, under the number of this request."""
        return Act(user_of(request).login, why or None, request.state.number)

    def refusal_of(
        self, request: Request, what: str, *, project: int | None = None, about: str = ""
    ) -> BackgroundTask | None:
        """Return what tells a refused act, once the answer is out; None for nobody's.

        The answer then takes as long as for what is not there.
        """
        visit = visit_of(request)
        if visit is None:
            return None
        number = request.state.number
        refusal = Refusal(user=visit.user, what=what, request=number, project=project, about=about)
        return BackgroundTask(self._tell, request, refusal)

    def _tell(self, request: Request, refusal: Refusal) -> None:
        try:
            self.refusals.tell(self.engine, refusal, clock.now())
        except (TrackerError, OSError) as error:  # nobody waits for it
            log_request(request, 503, error)

    def words(self, request: Request) -> Words:
        """Return the words of whoever asks."""
        language = request.cookies.get(LANGUAGE_COOKIE, self.setting.language)
        return words_in(language if language in LANGUAGES else self.setting.language)

    def show(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page."""
        user, seen = user_of(request), self.county(request)
        return self._render(
            request,
            template,
            status,
            county=seen,
            counts=count_lights(seen.standings),
            user=user,
            may=lambda action: might(user, Action(action)),
            **values,
        )

    def show_alone(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page that needs no county: whoever reads it may not be in yet."""
        visit = visit_of(request)
        return self._render(request, template, status, user=visit.user if visit else None, **values)

    def message(
        self, request: Request, status: int, *, why: str = "", number: str = ""
    ) -> HTMLResponse:
        """Return a page that says why there is none."""
        return self._render(
            request,
            "layout/message.html",
            status,
            why=why,
            number=number,
            status=status,
            is_unreachable=is_unreachable(status),
        )

    def _render(self, request: Request, template: str, code: int, **values: Any) -> HTMLResponse:
        words = self.words(request)
        query = f"?{request.url.query}" if request.url.query else ""
        text = (
            self._environment(words)
            .get_template(template)
            .render(
                path=request.url.path,
                here=quote(f"{request.url.path}{query}"),
                token=token_of(request),
                is_tls=self.is_tls,
                by_identity=request.app.state.identity is not None,
                **values,
            )
        )
        return HTMLResponse(text, status_code=code)

    def _environment(self, words: Words) -> Environment:
        if words.language not in self._environments:
            environment = Environment(
                loader=FileSystemLoader(_TEMPLATES),
                autoescape=True,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.globals.update(
                _=words.text,
                say=words,
                words=words,
                tones=TONES,
                Light=Light,
                late=LATE_LIGHTS,
                urlencode=urlencode,
                role_words=ROLE_WORDS,
                local=LOCAL,
                answer_words=lambda question, answer: answer_words(question, answer, words),
                choices_words=lambda question: choices_words(question, words),
                needed=NeededWhen,
                needed_when=lambda step, procedure: words(
                    NeededWhen(step.condition, procedure.questions)
                ),
                at=lambda instant: clock.shown(instant, self.setting.timezone),
                who=lambda name: who_words(name, words),
                verdict=lambda plan: verdict(plan, words),
                shown_as=lambda plan: shown_sentence(plan, words),
            )
            self._environments[words.language] = environment
        return self._environments[words.language]


def steps_of(record: Record, catalog: Catalog, status_date: date) -> tuple[Step, ...]:
    """Return the steps of a project.

    None of one that cannot be planned, so that it can be put right.
    """
    try:
        return lookup.blueprint_of(record, catalog, status_date).procedure.steps
    except TrackerError:
        return ()


def pages_of(request: Request) -> Pages:
    """Return the pages of the application that a request came to."""
    pages: Pages = request.app.state.pages
    return pages


PagesDep = Annotated[Pages, Depends(pages_of)]
