"""What every test stands on: a fresh installation copied from a migrated template, and a clock.

A test runs on SQLite; marked `on_both_databases` it runs on PostgreSQL as well. After each test
that used `parts`, every log is verified, unless the test is marked `spoils_the_log`.
"""

import gc
import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import settings as hypothesis

from server import installation, settings
from server.access.parts import Parts
from server.app import build_parts, create_app
from server.clock import DAY, Instant
from server.settings import Settings
from tests import never_at_rest, quick, whole_log
from tests.factories import World
from tests.postgres import Postgres, postgres_server

START: Instant = 1_790_000_000_000  # 2026-09-21T14:13:20Z
STORES = ("sqlite", "postgresql")
SPOILS = "spoils_the_log"
DEMO = "demo"
# Where the longest tests are: tens of seconds, together some minutes.
LONGEST = (
    "faults/test_kills.py",
    "faults/test_new_enemy.py",
    "proof/test_schemathesis.py",
    "reference/test_reference.py",
    "server/test_starting.py",
    "test_walkthrough.py",
    "web/test_in_chromium.py",
)

# A loaded machine is not a failure: nothing here is timed.
hypothesis.register_profile("untimed", deadline=None)
hypothesis.load_profile("untimed")

_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    """The marks of these tests, and a garbage collector that is not called for every trifle."""
    gc.set_threshold(20_000, 10, 10)
    config.addinivalue_line("markers", f"{SPOILS}: the test damages what the log vouches for")
    config.addinivalue_line("markers", "on_both_databases: runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", f"{DEMO}: the server was started with --demo")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, in whatever order they are: at the end no process waits for another."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONGEST))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, and the garbage collector need not look at
    it again: going through everything every ten tests took a tenth of the time.
    """
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test so marked both stores."""
    if metafunc.definition.get_closest_marker("on_both_databases") is not None:
        metafunc.parametrize("store", STORES, indirect=True)


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


@pytest.fixture
def store(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated installation nobody has used; every test works on a copy."""
    folder = tmp_path_factory.mktemp("template") / "data"
    installation.prepare(settings.read({}, data=str(folder)), TestClock())
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this test process; it starts when a test first asks for it."""
    with postgres_server() as running:
        yield running
        assert never_at_rest.at_rest([running.files()]) == []


@dataclass(frozen=True)
class OnPostgres:
    """A migrated installation nobody has used, in a database to be copied."""

    folder: Path
    database: str


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> OnPostgres:
    folder = tmp_path_factory.mktemp("template-postgres") / "data"
    name = f"template_{next(_numbers)}"
    address = {"KYOGIKAI_DATABASE_URL": postgres.create_database(name)}
    installation.prepare(settings.read(address, data=str(folder)), TestClock())
    return OnPostgres(folder, name)


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(template, folder)
    return folder


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if store == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def chosen(request: pytest.FixtureRequest, store: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a copy of the template, on the store of the test."""
    if store == "sqlite":
        yield settings.read({}, data=str(request.getfixturevalue("data")))
        return
    source: OnPostgres = request.getfixturevalue("postgres_template")
    postgres: Postgres = request.getfixturevalue("postgres")
    folder, name = tmp_path / "data", f"test_{next(_numbers)}"
    shutil.copytree(source.folder, folder)
    address = postgres.create_database(name, source.database)
    yield settings.read({"KYOGIKAI_DATABASE_URL": address}, data=str(folder))
    postgres.drop_database(name)


@pytest.fixture
def parts(request: pytest.FixtureRequest, chosen: Settings, clock: TestClock) -> Iterator[Parts]:
    demo = request.node.get_closest_marker(DEMO) is not None
    built = build_parts(replace(chosen, demo=demo), clock)
    quick.made_quick(built.database)
    yield built
    try:
        if request.node.get_closest_marker(SPOILS) is None:
            built.tally.flush(everything=True)
            whole_log.verify(built)
    finally:
        built.renderer.close()
        built.database.dispose()


_apps: dict[Any, FastAPI] = {}


def app_over(parts: Parts) -> FastAPI:
    """The application over these parts. One is built for all tests whose settings it would not
    tell apart: describing the same routes anew took a third of a test's time.
    """
    chosen = parts.settings
    alike = (chosen.origin, chosen.trusted_proxies, chosen.max_body_kib)
    if alike not in _apps:
        _apps[alike] = create_app(parts)
    _apps[alike].state.parts = parts
    return _apps[alike]


@pytest.fixture
def client(parts: Parts) -> Iterator[TestClient]:
    with TestClient(app_over(parts), base_url=parts.settings.origin) as client:
        yield client


@pytest.fixture
def world(parts: Parts, client: TestClient, clock: TestClock) -> World:
    """Ways to make persons, councils and things, through the services, as tests need them."""
    return World(parts, client, clock)
