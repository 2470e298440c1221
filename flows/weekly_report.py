"""Every afternoon: the weekly reports that are due, those that were missed first."""

from typing import Any

from flows import quiet  # noqa: F401  before prefect: it reads its settings when imported

from prefect import flow, task  # isort: skip
from prefect.client.schemas import State  # isort: skip

from flows.rounds import go_round, told
from tracker.services.installation.jobs import WEEKLY


@task(retries=3, retry_delay_seconds=[10, 60, 300])
def report() -> list[str]:
    """Write every report that is still due."""
    return go_round(WEEKLY)


@flow(name="weekly-report")
def weekly_report() -> "State[Any]":
    """Write the reports that are due; on most days none is."""
    return told(report())
