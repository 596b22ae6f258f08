"""A council for every test of documents, and a real server where a socket matters."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from server.access.parts import Parts
from server.app import create_app
from tests.factories import World
from tests.making.councils import MadeCouncil, established_council


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


@contextmanager
def serving(parts: Parts) -> Iterator[tuple[str, int]]:
    """A real server on a socket; when the block ends, every request it had is over."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(parts), lifespan="off", ws="none", log_level="critical", access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
