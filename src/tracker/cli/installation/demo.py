"""`tracker demo`: the main job on the made-up county."""

from typing import Annotated

import typer

from tracker.cli.door import Door, say
from tracker.cli.frame import mark
from tracker.cli.installation import serve
from tracker.cli.options import AsOf, Port
from tracker.core.digest import count_lights
from tracker.core.problems import Message
from tracker.demo import DAY
from tracker.demo import run as county
from tracker.pictures.palette import TONES
from tracker.store import engine_for


def demo(
    door: Door,
    *,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help=mark("do not start the web page"))
    ] = False,
    weeks: Annotated[
        int,
        typer.Option(min=1, max=52, help=mark("weeks of the county's past, with their reports")),
    ] = 52,
    as_of: AsOf = None,
    port: Port = 8000,
) -> None:
    """Run the demo, say where everything is, then serve the pages."""
    words, folder = door.words, door.setting.data
    day = as_of.date() if as_of else DAY

    def tell(step: Message) -> None:
        say(f"· {words(step)}")

    county.claim_folder(folder)
    engine = engine_for(f"sqlite:///{folder / 'tracker.sqlite'}")
    result = county.Demo(
        engine=engine, catalog=door.catalog, words=words, folder=folder, say=tell
    ).run(day, weeks=weeks)
    counts = count_lights(result.standings)
    lights = "  ".join(f"{TONES[k].mark} {words(k)} {n}" for k, n in counts.items() if n)
    typer.echo(
        words.text(
            "{count} projects as of {day} ({weekday}): {lights}",
            count=len(result.standings),
            day=day,
            weekday=words.weekday(day),
            lights=lights,
        )
    )
    typer.echo(words.text("{count} follow-ups are open.", count=result.follow_ups))
    typer.echo(words.text("Ledger:  {path}", path=str(result.ledger)))
    for path in result.report_files:
        typer.echo(words.text("Report:  {path}", path=str(path)))
    typer.echo(
        words.text(
            "Try next:  ./run tracker plan 农业产业园 --data {folder} --as-of 2025-06-23",
            folder=str(folder),
        )
    )
    if not no_serve:
        serve.run(door, serve.Where(port=port), as_of, engine=engine)
