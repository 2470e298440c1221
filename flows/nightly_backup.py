"""Every night: a backup of the data and their files, read back before it counts."""

from typing import Any

from flows import quiet  # noqa: F401  before prefect: it reads its settings when imported

from prefect import flow, task  # isort: skip
from prefect.client.schemas import State  # isort: skip

from flows.rounds import go_round, told
from tracker.services.installation.jobs import BACKUP


@task(retries=3, retry_delay_seconds=[10, 60, 300])
def back_up() -> list[str]:
    """Make the backup if it is still due."""
    return go_round(BACKUP)


@flow(name="nightly-backup")
def nightly_backup() -> "State[Any]":
    """Back up the data, once a night."""
    return told(back_up())
