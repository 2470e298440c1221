"""`tracker doctor`: whether this installation is sound."""

import typer

from tracker import clock
from tracker.cli.door import FINDINGS, Door, show_json
from tracker.cli.options import AsJson
from tracker.services.installation import doctor
from tracker.services.installation.backup import Folders
from tracker.services.installation.doctor import Health, Patient

_MARKS = {Health.GOOD: "√", Health.DOUBTFUL: "！", Health.BAD: "×"}


def examine(door: Door, *, as_json: AsJson = False) -> None:
    """Say how each part is; exit 1 when one is bad."""
    words = door.words
    patient = Patient(
        engine=door.bare_engine,
        procedures=door.setting.procedures,
        folders=Folders.under(door.setting.data),
        backups=door.setting.backups,
        today=clock.today(door.setting.timezone),
        now=clock.now(),
    )
    found = list(doctor.examine(patient))
    if as_json:
        rows = [
            {
                "part": words(f.part),
                "health": f.health,
                "what": words(f.what),
                "remedy": words(f.remedy) if f.remedy else None,
            }
            for f in found
        ]
        show_json({"format": "tracker-doctor/1", "findings": rows})
    else:
        for each in found:
            typer.echo(f"{_MARKS[each.health]} {words(each.part)}: {words(each.what)}")
            if each.remedy:
                typer.echo(f"    {words(each.remedy)}")
    if any(each.health is Health.BAD for each in found):
        raise typer.Exit(FINDINGS)
