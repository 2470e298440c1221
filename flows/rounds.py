"""What the flows share: do what is due of one kind, and say whether anything was."""

from typing import Any

from flows import quiet  # noqa: F401  before prefect: it reads its settings when imported

from prefect.client.schemas import State  # isort: skip
from prefect.states import Completed  # isort: skip

from tracker import clock, settings
from tracker.i18n.words import words_in
from tracker.services import law
from tracker.services.installation import timetable
from tracker.services.installation.backup import Folders
from tracker.services.installation.timetable import Outcome
from tracker.store import engine_for, upgrade


def go_round(kind: str) -> list[str]:
    """Do every period of a job that is due, the oldest first, and return which were done.

    Raises what stopped the first that failed, after the others were tried.
    """
    setting = settings.from_environment()
    engine = engine_for(setting.database_url)
    upgrade(engine)
    rounds = timetable.Rounds(
        engine=engine,
        catalog=law.catalog_of(engine, setting.procedures),
        words=words_in(setting.language),
        folders=Folders.under(setting.data),
        backups=setting.backups,
        clock=lambda: clock.local(setting.timezone),
    )
    ran = list(rounds.run(kind))
    for each in ran:
        if each.fault:
            raise each.fault
    return [each.due.period for each in ran if each.outcome is Outcome.DONE]


def told(done: list[str]) -> "State[Any]":
    """Return what a run ends with: `NothingDone` where nothing was, so that it is no success."""
    if not done:
        return Completed(name="NothingDone", message="nothing was due", data=done)
    return Completed(message=f"done: {', '.join(done)}", data=done)
