"""The commands that show the graph: ``kgbuild serve`` and ``kgbuild site``."""

import contextlib
import secrets
import socket
from pathlib import Path

import click

from kgbuild.errors import UsageError
from kgbuild.options import queries_option, store_option

_MISSING = "The browser's libraries are not installed. Run: pip install 'kgbuild[web]'"

_timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    help="Seconds a query may take.",
)
_limit_option = click.option(
    "--limit", type=click.IntRange(min=1), default=10_000, show_default=True, help="Most rows of an answer."
)


@click.command()
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any.")
@click.option(
    "--allow-host",
    multiple=True,
    metavar="NAME",
    help="A further name that the site answers to, behind a proxy.",
)
@click.option(
    "--token", envvar="KGBUILD_TOKEN", help="What visitors must bring; made up where one is needed."
)
@queries_option
@_timeout_option
@_limit_option
def serve(
    store: Path,
    host: str,
    port: int,
    allow_host: tuple[str, ...],
    token: str | None,
    queries: tuple[Path, ...],
    timeout: float,
    limit: int,
) -> None:
    """Browse the graph in a web browser; read-only, on this machine alone unless --host says otherwise."""
    try:
        import uvicorn

        from kgbuild.web.app import make_app
        from kgbuild.web.security import LOOPBACK, is_loopback
    except ImportError as error:
        raise UsageError(_MISSING) from error
    from kgbuild.querying.catalog import questions
    from kgbuild.store.embedded import Store
    from kgbuild.web.keeping import kept_index
    from kgbuild.web.limits import Limits
    from kgbuild.web.pages import Browser
    from kgbuild.web.render import warm

    catalog = questions(queries)
    if not is_loopback(host) and not token:
        token = secrets.token_urlsafe(24)
    with Store.open(store) as opened:
        listening = _listen(host, port)
        port = listening.getsockname()[1]
        browser = Browser(opened, catalog, store, kept_index(opened, _tell))
        browser.counts.warm()
        warm()
        hosts = {*LOOPBACK, host, *allow_host}
        app = make_app(browser, Limits(seconds=timeout, rows=limit), hosts=hosts, token=token)
        if not is_loopback(host):
            click.echo(
                f"kgbuild: {host} can be reached from other machines. Whoever has the token can read the "
                "whole graph and its articles; there is no encryption but that of a proxy before it.",
                err=True,
            )
        shown = f"[{host}]" if ":" in host else host
        entrance = f"?token={token}" if token else ""
        click.echo(f"Browse the graph at http://{shown}:{port}/{entrance} (Ctrl+C ends it)")
        config = uvicorn.Config(app, log_level="warning", server_header=False, limit_concurrency=200)
        with contextlib.suppress(KeyboardInterrupt):  # the documented end
            uvicorn.Server(config).run(sockets=[listening])


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@store_option
@queries_option
@_timeout_option
@_limit_option
def site(out: Path, store: Path, queries: tuple[Path, ...], timeout: float, limit: int) -> None:
    """Write the pages of kgbuild serve as static files into the folder OUT, for publishing."""
    try:
        from kgbuild.web.site import write_site
    except ImportError as error:
        raise UsageError(_MISSING) from error
    from kgbuild.querying.catalog import questions
    from kgbuild.store.embedded import Store
    from kgbuild.web.keeping import kept_index
    from kgbuild.web.limits import LimitedStore, Limits
    from kgbuild.web.pages import Browser

    catalog = questions(queries)
    with Store.open(store) as opened:
        source = LimitedStore(store, Limits(seconds=timeout, rows=limit))
        browser = Browser(opened, catalog, store, kept_index(opened, _tell))
        count = write_site(browser, source, out)
    click.echo(f"{count} pages are in {out}; open {out / 'index.html'}.")


def _tell(text: str) -> None:
    click.echo(f"kgbuild: {text}", err=True)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, made before the work starts: a port in use is told of at once.

    Raises:
        UsageError: if the address cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(128)
    except OSError as error:
        raise UsageError(
            f"Nothing can listen at {host} port {port} ({error.strerror or error}). "
            "Choose another with --host or --port."
        ) from error
    return found
