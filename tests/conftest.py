"""What every test stands on: a fresh installation copied from a migrated template, and a clock."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from server import installation, settings
from server.access.parts import Parts
from server.app import build_parts, create_app
from server.clock import DAY, Instant
from tests.factories import World

START: Instant = 1_790_000_000_000  # 2026-09-21T14:13:20Z


class TestClock:
    """Time that moves only when a test says so."""

    __test__ = False

    def __init__(self, now: Instant = START) -> None:
        self.now = now

    def __call__(self) -> Instant:
        return self.now

    def advance(self, milliseconds: int) -> None:
        self.now += milliseconds

    def days(self, days: float) -> None:
        self.advance(round(days * DAY))


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated installation nobody has used; every test works on a copy."""
    folder = tmp_path_factory.mktemp("template") / "data"
    installation.prepare(settings.read({}, data=str(folder)), TestClock())
    return folder


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(template, folder)
    return folder


@pytest.fixture
def parts(data: Path, clock: TestClock) -> Iterator[Parts]:
    built = build_parts(settings.read({}, data=str(data)), clock)
    yield built
    built.tally.flush(everything=True)
    built.database.dispose()


@pytest.fixture
def client(parts: Parts) -> Iterator[TestClient]:
    with TestClient(create_app(parts), base_url=parts.settings.origin) as client:
        yield client


@pytest.fixture
def world(parts: Parts, client: TestClient, clock: TestClock) -> World:
    """Ways to make persons, councils and things, through the services, as tests need them."""
    return World(parts, client, clock)
