"""`tracker serve`: the pages, for this machine by a one-time link, for others with accounts."""

import importlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from tracker import clock
from tracker.cli.door import Door, say
from tracker.cli.frame import mark
from tracker.cli.installation.rounds import going_round
from tracker.cli.options import AsOf, Port
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.security.tokens import new_key
from tracker.services import law
from tracker.services.accounts.links import Links
from tracker.store import Engine, accounts, reading
from tracker.store.accounts import LOCAL


class NotAloneError(TrackerError):
    """The pages would be open to other machines, and nobody could sign in."""

    code = "not_alone"
    kind = ErrorKind.USAGE

    def __init__(self, host: str) -> None:
        super().__init__(
            message("The page is not shown on {host}: there is no account yet.", host=host),
            remedy=message("Add one first: tracker user add. Or leave --host out."),
        )


class HalfCertificateError(TrackerError):
    """A certificate without its key, or a key without its certificate."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("A certificate and its key belong together."),
            remedy=message("Give both --certificate and --key, or neither."),
        )


class NoExtraError(TrackerError):
    """An identity service is set up, and what speaks to it is not installed."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("The component for the identity service is not installed."),
            remedy=message("Install tracker with its extra 'oidc', or unset TRACKER_OIDC_ISSUER."),
        )


class PortTakenError(TrackerError):
    """Another program listens on the port."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, port: int) -> None:
        super().__init__(
            message("Port {port} is taken by another program.", port=str(port)),
            remedy=message("Choose another with --port, or 0 for any free one."),
        )


_TO_FINISH = 10
"""Seconds that requests under way have when the server is told to stop."""
_THIS_MACHINE = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Address and port, host names, trusted proxies, and certificate.

    Only a proxy among `proxies` is believed about the address of a caller.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None

    @property
    def is_alone(self) -> bool:
        """Tell whether only this machine can reach it."""
        return self.host in _THIS_MACHINE


def serve(
    door: Door,
    *,
    host: Annotated[
        str,
        typer.Option(
            metavar=mark("ADDRESS"),
            help=mark("address to listen on; other machines need accounts to sign in"),
        ),
    ] = "127.0.0.1",
    port: Port = 8000,
    name: Annotated[
        list[str] | None,
        typer.Option(
            metavar=mark("NAME"), help=mark("name by which browsers call it; may be repeated")
        ),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            metavar=mark("FILE"), exists=True, dir_okay=False, help=mark("TLS certificate (PEM)")
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            metavar=mark("FILE"), exists=True, dir_okay=False, help=mark("its private key (PEM)")
        ),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar=mark("ADDRESS"),
            help=mark(
                "address of a proxy whose word on callers' addresses counts; may be repeated"
            ),
        ),
    ] = None,
    as_of: AsOf = None,
    link: Annotated[
        bool,
        typer.Option(
            "--link", help=mark("print a new one-time link of the server that runs already")
        ),
    ] = False,
) -> None:
    """Serve the pages until stopped, and do nights, backups and reports as they are due."""
    if link:
        _tell_link(door, Links(door.setting.links).make())
        return
    where = Where(
        host=host,
        port=port,
        names=tuple(name or ()),
        proxies=tuple(proxy or ()),
        certificate=certificate,
        key=key,
    )
    run(door, where, as_of)


def run(door: Door, where: Where, as_of: datetime | None, *, engine: Engine | None = None) -> None:
    """Serve the pages until stopped; on this machine, print a sign-in link that works once."""
    if (where.certificate is None) != (where.key is None):
        raise HalfCertificateError
    if engine is None and not door.has_data:
        if not where.is_alone:
            raise NotAloneError(where.host)
        say(
            door.words.text("A new, empty installation in {folder}.", folder=str(door.setting.data))
        )
    engine = engine or door.made_engine
    law.catalog_of(engine, door.setting.procedures)  # a fault is said here, not on a page
    with reading(engine) as session:
        found = accounts.all_accounts(session)
        has_accounts = any(
            a.password_hash or (door.setting.identity and a.login != LOCAL) for a in found
        )
    if not where.is_alone and not has_accounts:
        raise NotAloneError(where.host)
    identity = _identity(door)
    listener = _listener(where)
    # by name, since the two doors do not know each other
    create_app = importlib.import_module("tracker.web").create_app
    key = new_key() if where.is_alone else None
    day, is_tls = as_of.date() if as_of else None, where.certificate is not None
    app = create_app(
        engine,
        door.setting,
        key=key,
        as_of=lambda: day or door.status_date(None),
        hosts=(*_THIS_MACHINE, where.host, *where.names),
        is_tls=is_tls,
        identity=identity,
    )
    address = _tell(door, where, listener.getsockname()[1], key)
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=_TO_FINISH,
        http=importlib.import_module("tracker.web.limits").TimeoutProtocol,
        ws="none",
        proxy_headers=bool(where.proxies),
        forwarded_allow_ips=list(where.proxies),
        ssl_certfile=where.certificate,
        ssl_keyfile=where.key,
    )
    server = uvicorn.Server(config)
    with _announced(Links(door.setting.links), address if key else None):
        if as_of:  # another day is looked at, and nothing is due on it
            server.run(sockets=[listener])
            return
        with going_round(engine, door.setting):
            server.run(sockets=[listener])


@contextmanager
def _announced(links: Links, address: str | None) -> Iterator[None]:
    """Let other shells make links while a server runs for this machine alone."""
    if address:
        links.announce(address)
    try:
        yield
    finally:
        if address:
            links.withdraw()


def _identity(door: Door) -> Any:
    """Return the county's identity service, where one is set up. Raises NoExtraError."""
    asked = door.setting.identity
    if asked is None:
        return None
    try:
        service = importlib.import_module("tracker.security.oidc").OpenIdConnect
    except ImportError:
        raise NoExtraError from None
    secret = asked.secret_file.read_text(encoding="utf-8").strip()
    back = f"{asked.back}/identity/back"
    return service(asked.issuer, asked.client, secret, asked.claim, back, clock.now)


def _listener(where: Where) -> socket.socket:
    try:
        return socket.create_server((where.host, where.port))
    except OSError:
        raise PortTakenError(where.port) from None


def _tell_link(door: Door, link: str) -> None:
    typer.echo(door.words.text("Open in a browser: {link}", link=link))


def _tell(door: Door, where: Where, port: int, key: str | None) -> str:
    """Print where to sign in; return the address of the pages."""
    scheme = "https" if where.certificate else "http"
    name = where.names[0] if where.names else where.host
    address = f"{scheme}://{name}:{port}/"
    words = door.words
    if key:
        _tell_link(door, f"{address}enter/{key}")
        typer.echo(words.text("The link works once. Stop with Ctrl+C."))
    else:
        typer.echo(words.text("Sign in at {address}. Stop with Ctrl+C.", address=address))
        if not where.certificate:
            say(
                words.text(
                    "warning: without TLS, passwords can be read on the way. See"
                    " docs/operations.md."
                )
            )
    return address
