"""A site over a small story, served to a test client and to a real browser."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, sync_playwright
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from kgbuild.querying.catalog import questions
from kgbuild.store.embedded import Store
from kgbuild.web.app import make_app
from kgbuild.web.limits import Limits
from kgbuild.web.pages import Browser

CHROMIUM = Path("/usr/bin/chromium")
BASE = "http://127.0.0.1"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def store(folder: Path) -> Iterator[Store]:
    with Store.open(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def site(store: Store, folder: Path) -> Browser:
    """The pages of the story."""
    return Browser(store, questions(), folder)


@pytest.fixture(scope="session")
def client(site: Browser) -> Iterator[TestClient]:
    """A client of the site that follows no redirects."""
    with TestClient(make_app(site), base_url=BASE, follow_redirects=False) as found:
        yield found


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application on loopback, in a thread; give its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        try:
            yield f"{BASE}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="session")
def serve() -> Callable[[ASGIApp], contextlib.AbstractContextManager[str]]:
    return serving


@pytest.fixture(scope="session")
def address(site: Browser) -> Iterator[str]:
    """Where the site is served."""
    with serving(make_app(site, Limits(seconds=20))) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_FLAGS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A tab, with what it complained of and what it asked for."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture
def visit(chromium: Chromium, address: str) -> Iterator[Visit]:
    """A tab of its own; afterwards its console must be free of errors and all requests on the host."""
    context = chromium.new_context(base_url=address, reduced_motion="reduce")
    found = Visit(context.new_page(), context)
    watch(found)
    yield found
    context.close()
    assert found.complaints == []
    assert found.hosts <= {urlsplit(address).netloc}


def watch(visit: Visit) -> None:
    """Note errors and warnings of the console, and the hosts of requests."""
    visit.page.on(
        "console",
        lambda message: (
            visit.complaints.append(f"{message.type}: {message.text}")
            if message.type in {"error", "warning"}
            else None
        ),
    )
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("request", lambda request: visit.hosts.add(urlsplit(request.url).netloc))
