"""Every Friday afternoon: write each county's weekly delay report."""

from datetime import date

from flows import quiet  # noqa: F401  before prefect: it reads its settings when imported

from prefect import flow, task, unmapped  # isort: skip
from prefect.futures import PrefectFutureList  # isort: skip

from tracker import clock, settings
from tracker.i18n.words import words_in
from tracker.services import law
from tracker.services.county import weekly_report as service
from tracker.services.county.weekly_report import SCOPE
from tracker.services.installation import jobs
from tracker.store import engine_for, upgrade


@task(retries=3, retry_delay_seconds=[10, 60, 300])
def report_county(county: str, friday: date) -> bool:
    """Write one county's report if it is still due; tell whether it was."""
    setting = settings.from_environment()
    engine = engine_for(setting.database_url)
    upgrade(engine)
    done = jobs.weekly_once(
        engine,
        law.catalog_of(engine, setting.procedures),
        words_in(setting.language),
        county=county,
        folder=setting.reports,
        friday=friday,
        now=clock.local(setting.timezone),
    )
    return done is not None


@flow(name="weekly-report")
def weekly_report(friday: date | None = None) -> "PrefectFutureList[bool]":
    """Write the report that is due now, or that of `friday`, for every county."""
    setting = settings.from_environment()
    due = friday or service.due_day(clock.local(setting.timezone))
    return report_county.map([SCOPE], unmapped(due))
