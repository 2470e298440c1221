"""What every page needs: the county as of its day, words, and templates."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.catalog import Catalog
from tracker.core.assign import FollowUp
from tracker.core.digest import count_lights
from tracker.core.flag import LATE_LIGHTS, Light, Standing
from tracker.core.model import Sight
from tracker.i18n import LANGUAGES, Words, words_in
from tracker.pictures.palette import TONES
from tracker.services import county, follow_ups, law, weekly_report
from tracker.settings import Settings
from tracker.store import Engine, audit, reading, records

COOKIE, LANGUAGE_COOKIE = "tracker-session", "tracker-language"
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class County:
    """The county as one page sees it."""

    day: date
    catalog: Catalog
    standings: tuple[Standing, ...]
    cases: tuple[FollowUp, ...]
    is_demo: bool

    def of(self, project: int) -> Standing | None:
        """Return one project, or None."""
        return next((s for s in self.standings if s.project.id == project), None)


@dataclass
class Pages:
    """Makes the pages of one county. The survey is kept while neither the record nor the day moves."""

    engine: Engine
    setting: Settings
    day: Callable[[], date]
    _kept: tuple[tuple[str, date], County] | None = None
    _lock: Lock = field(default_factory=Lock)
    _templates: dict[str, Environment] = field(default_factory=dict)

    def county(self) -> County:
        """Return the county as of its day."""
        day = self.day()
        with self._lock, reading(self.engine) as session:
            key = (audit.head(session), day)
            if self._kept is None or self._kept[0] != key:
                catalog = law.catalog_for(session, self.setting.procedures)
                standings = county.survey(session, catalog, Sight.on(day))
                cases = tuple(follow_ups.open_on(session, standings, catalog, Sight.on(day)))
                is_demo = records.setting(session, weekly_report.DEMO) is not None
                self._kept = key, County(day, catalog, standings, cases, is_demo)
            return self._kept[1]

    def words(self, request: Request) -> Words:
        """Return the words of whoever asks."""
        language = request.cookies.get(LANGUAGE_COOKIE, self.setting.language)
        return words_in(language if language in LANGUAGES else self.setting.language)

    def show(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """Return a page."""
        words, seen = self.words(request), self.county()
        text = (
            self._environment(words)
            .get_template(template)
            .render(
                county=seen,
                counts=count_lights(seen.standings),
                path=request.url.path,
                here=quote(
                    str(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
                ),
                **values,
            )
        )
        return HTMLResponse(text, status_code=status)

    def message(
        self, request: Request, status: int, *, closed: bool, why: str = ""
    ) -> HTMLResponse:
        """Return a page that says why there is none."""
        words = self.words(request)
        template = self._environment(words).get_template("message.html")
        return HTMLResponse(
            template.render(closed=closed, status=status, why=why), status_code=status
        )

    def _environment(self, words: Words) -> Environment:
        if words.language not in self._templates:
            environment = Environment(
                loader=FileSystemLoader(_TEMPLATES),
                autoescape=True,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
            )
            environment.globals.update(
                _=words.text, say=words, words=words, tones=TONES, Light=Light, late=LATE_LIGHTS,
                urlencode=urlencode,
            )  # fmt: skip
            self._templates[words.language] = environment
        return self._templates[words.language]


def pages_of(request: Request) -> Pages:
    """Return the pages of the application that a request came to."""
    pages: Pages = request.app.state.pages
    return pages


PagesDep = Annotated[Pages, Depends(pages_of)]
