"""The pages behind a real socket, and a real browser in front of them."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import uvicorn
from playwright.sync_api import Browser, Playwright, sync_playwright

from server.access.parts import Parts
from server.app import create_app
from tests.factories import World
from tests.web.browsing import Person, open_browser


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """For one module: while it runs, its own event loop keeps others from starting theirs."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for the tests of a module; each person gets a profile of their own."""
    opened = open_browser(playwright)
    yield opened
    opened.close()


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A free port, taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken


@pytest.fixture
def origin(world: World, parts: Parts, listening: socket.socket) -> Iterator[str]:
    """Where the whole application is served from, as one process does it."""
    address = f"http://localhost:{listening.getsockname()[1]}"
    here = replace(parts, settings=replace(parts.settings, origin=address))
    config = uvicorn.Config(create_app(here), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield address
    server.should_exit = True
    thread.join()


@pytest.fixture
def person(browser: Browser, origin: str) -> Iterator[Person]:
    """Somebody at a browser with a passkey device, who has never been here."""
    somebody = Person(browser, origin)
    yield somebody
    somebody.leave()
