"""Every night: a backup of the data and their files, read back before it counts."""

from datetime import date

from flows import quiet  # noqa: F401  before prefect: it reads its settings when imported

from prefect import flow, task, unmapped  # isort: skip
from prefect.futures import PrefectFutureList  # isort: skip

from tracker import clock, settings
from tracker.services.county.weekly_report import SCOPE
from tracker.services.installation import jobs
from tracker.services.installation.backup import Folders
from tracker.store import engine_for, upgrade


@task(retries=3, retry_delay_seconds=[10, 60, 300])
def back_up_county(county: str, day: date) -> bool:
    """Make one county's backup if it is still due; tell whether it was."""
    setting = settings.from_environment()
    engine = engine_for(setting.database_url)
    upgrade(engine)
    done = jobs.backup_once(
        engine,
        Folders.under(setting.data),
        setting.backups,
        county=county,
        day=day,
        now=clock.now(),
    )
    return done is not None


@flow(name="nightly-backup")
def nightly_backup(day: date | None = None) -> "PrefectFutureList[bool]":
    """Back up every county for `day`, or for today; one that fails does not stop the others."""
    setting = settings.from_environment()
    night = day or clock.today(setting.timezone)
    return back_up_county.map([SCOPE], unmapped(night))
