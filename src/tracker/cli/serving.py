"""`tracker serve`: the web page, for this machine only until there are accounts."""

import importlib
import socket
from datetime import datetime

import typer
import uvicorn

from tracker.cli.door import Door
from tracker.core.problems import TrackerError, message
from tracker.security.entry import new_key
from tracker.services import law
from tracker.store import Engine


class NotAloneError(TrackerError):
    """The pages would be open to other machines, and nobody would have to sign in."""

    code = "not_alone"

    def __init__(self, host: str) -> None:
        super().__init__(
            message("The page is not shown on {host}: there are no accounts yet.", host=host),
            remedy=message("Leave --host out; the page is then for this machine only."),
        )


class PortTakenError(TrackerError):
    """Another program listens on the port."""

    code = "bad_setting"

    def __init__(self, port: int) -> None:
        super().__init__(
            message("Port {port} is taken by another program.", port=str(port)),
            remedy=message("Choose another with --port, or 0 for any free one."),
        )


_THIS_MACHINE = ("127.0.0.1", "localhost")


def run(
    door: Door, host: str, port: int, as_of: datetime | None, *, engine: Engine | None = None
) -> None:
    """Serve the pages until stopped; print a sign-in link that works once."""
    with door.user_errors():
        if host not in _THIS_MACHINE:
            raise NotAloneError(host)
        engine = engine or door.engine
        law.catalog_of(engine, door.setting.procedures)  # a fault is said here, not on a page
        try:
            listener = socket.create_server((host, port))
        except OSError:
            raise PortTakenError(port) from None
    # by name, since the two doors do not know each other
    create_app = importlib.import_module("tracker.web").create_app
    key = new_key()
    day = as_of.date() if as_of else None
    app = create_app(
        engine,
        door.setting,
        key=key,
        day=lambda: day or door.day(None),
        hosts=_THIS_MACHINE,
    )
    port = listener.getsockname()[1]
    typer.echo(
        door.words.text("Open in a browser: {link}", link=f"http://{host}:{port}/enter/{key}")
    )
    typer.echo(door.words.text("The link works once. Stop with Ctrl+C."))
    config = uvicorn.Config(app, log_level="warning", server_header=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])
