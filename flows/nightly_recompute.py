"""Every night: look at each project again, and open the follow-ups that are needed."""

from typing import Any

from flows import quiet  # noqa: F401  before prefect: it reads its settings when imported

from prefect import flow, task  # isort: skip
from prefect.client.schemas import State  # isort: skip

from flows.rounds import go_round, told
from tracker.services.installation.jobs import NIGHTLY


@task(retries=3, retry_delay_seconds=[10, 60, 300])
def recompute() -> list[str]:
    """Do the night if it is still due."""
    return go_round(NIGHTLY)


@flow(name="nightly-recompute")
def nightly_recompute() -> "State[Any]":
    """Recompute the county, once a night."""
    return told(recompute())
