"""An installation with a council and a paper, made once; servers over copies of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from server import installation
from server.app import build_parts, create_app
from server.clock import system_clock
from tests.factories import World
from tests.faults.nursery import chosen
from tests.faults.running import Nursery, Server, copied
from tests.making.councils import established_council
from tests.making.documents import drafted_document, made, shared_document

KEPT = random.Random(18).randbytes(300_000)


@dataclass(frozen=True)
class Furnished:
    """What stands in the installation: ids, and the tokens of who asks.

    `empty` is a paper of `provider` without content; `kept` one with KEPT, ready.
    """

    data: Path
    council: str
    provider: str
    reader: str
    compliance: str
    empty: str
    kept: str
    version: str

    @property
    def content(self) -> str:
        """Where the empty paper's content goes."""
        return f"/api/v1/documents/{self.empty}/content"

    @property
    def kept_content(self) -> str:
        return f"/api/v1/documents/{self.kept}/content"


def furnish(data: Path, database_url: str = "") -> Furnished:
    """Make the installation by its services, on the clock of the servers that will serve it."""
    settings = chosen(data, 8000, database_url)
    installation.prepare(settings)
    parts = build_parts(settings)
    with TestClient(create_app(parts), base_url=settings.origin) as client:
        world = World(parts, client, system_clock)
        council = established_council(world)
        kept = shared_document(world, council, council.organ_a, KEPT)
        furnished = Furnished(
            data=data,
            council=council.id,
            provider=council.organ_a.token,
            reader=council.organ_b.token,
            compliance=council.compliance.token,
            empty=made(drafted_document(council.organ_a, council.id))["id"],
            kept=kept.id,
            version=kept.version,
        )
    parts.renderer.close()
    parts.database.dispose()
    return furnished


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    return furnish(tmp_path_factory.mktemp("furnished") / "data")


@pytest.fixture(scope="session")
def nursery(furnished: Furnished) -> Iterator[Nursery]:
    running = Nursery(furnished.data)
    yield running
    running.close()


@pytest.fixture
def server(nursery: Nursery, furnished: Furnished, tmp_path: Path) -> Iterator[Server]:
    """A server over a copy of the installation."""
    with copied(nursery, furnished.data, tmp_path / "data") as running:
        yield running
