"""Every night: look at each county again, and open the follow-ups that are needed."""

from datetime import date

from flows import quiet  # noqa: F401  before prefect: it reads its settings when imported

from prefect import flow, task, unmapped  # isort: skip
from prefect.futures import PrefectFutureList  # isort: skip

from tracker import clock, settings
from tracker.services import law
from tracker.services.county.weekly_report import SCOPE
from tracker.services.installation import jobs
from tracker.store import engine_for, upgrade


@task(retries=3, retry_delay_seconds=[10, 60, 300])
def recompute_county(county: str, day: date) -> bool:
    """Do one county's night if it is still due; tell whether it was."""
    setting = settings.from_environment()
    engine = engine_for(setting.database_url)
    upgrade(engine)
    catalog = law.catalog_of(engine, setting.procedures)
    done = jobs.nightly_once(engine, catalog, county=county, day=day, now=clock.now())
    return done is not None


@flow(name="nightly-recompute")
def nightly_recompute(day: date | None = None) -> "PrefectFutureList[bool]":
    """Recompute every county as of `day`, or of today; one that fails does not stop the others."""
    setting = settings.from_environment()
    night = day or clock.today(setting.timezone)
    return recompute_county.map([SCOPE], unmapped(night))
