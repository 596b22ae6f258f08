"""Deciding again while bytes move, and what a transfer leaves in the log."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, select

from server.access.transfer import AGAIN_BYTES, AGAIN_MS, Transfer
from server.audit.models import Entry
from server.problems import NotFound
from tests.factories import World
from tests.making.councils import established_council
from tests.making.documents import drafted_document, made, uploaded

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
MIB = 1 << 20


class Counting(Transfer[None]):
    """A transfer whose decisions are counted, and refused from the one given."""

    def __init__(self, clock: Callable[[], int], refused_from: int = 1000) -> None:
        class Now:
            now = clock()

        class Parts:
            pass

        super().__init__(None, Now(), None, 0)  # type: ignore[arg-type]
        self._parts: Any = Parts()
        self._parts.clock = clock
        self.decisions, self._refused_from = 0, refused_from

    @property
    def parts(self) -> Any:
        return self._parts

    async def again(self) -> None:
        self.decisions += 1
        if self.decisions >= self._refused_from:
            raise NotFound


def test_each_sixteen_mebibytes_are_decided_on(world: World) -> None:
    transfer = Counting(world.parts.clock)

    async def stream() -> None:
        for moved in range(MIB, 65 * MIB, MIB):
            await transfer.keep_deciding(moved)

    asyncio.run(stream())
    assert transfer.decisions == 4


def test_a_refusal_stops_the_stream_at_the_boundary(world: World) -> None:
    transfer = Counting(world.parts.clock, refused_from=2)
    passed: list[int] = []

    async def stream() -> None:
        for moved in range(MIB, 65 * MIB, MIB):
            await transfer.keep_deciding(moved)
            passed.append(moved)

    with pytest.raises(NotFound):
        asyncio.run(stream())
    assert passed[-1] == 2 * AGAIN_BYTES - MIB


def test_a_slow_stream_is_decided_on_every_five_seconds(world: World, clock: Any) -> None:
    transfer = Counting(world.parts.clock, refused_from=3)

    async def stream() -> None:
        for moved in range(1, 10):
            clock.advance(AGAIN_MS // 2)
            await transfer.keep_deciding(moved)

    with pytest.raises(NotFound):
        asyncio.run(stream())
    assert transfer.decisions == 3


def test_a_refused_transfer_is_recorded_once_and_opens_no_second_transaction(world: World) -> None:
    council = established_council(world)
    document = made(drafted_document(council.organ_a, council.id))["id"]
    assert uploaded(council.organ_b, document).status_code == 403
    assert uploaded(council.stranger, document).status_code == 404
    assert uploaded(council.organ_a, document, b"").status_code == 422
    with world.parts.database.reading() as tx:
        query = select(_entry.c.outcome, _entry.c.person_id).where(
            _entry.c.object == f"document/{document}", _entry.c.kind == "document.upload"
        )
        rows = [tuple(row) for row in tx.connection.execute(query.order_by(_entry.c.seq))]
    assert rows == [
        ("refused", council.organ_b.person_id),
        ("refused", council.stranger.person_id),
        ("allowed", council.organ_a.person_id),
        ("refused", council.organ_a.person_id),
    ]


def test_no_credentials_no_transfer(world: World) -> None:
    council = established_council(world)
    document = made(drafted_document(council.organ_a, council.id))["id"]
    for method in ("PUT", "POST", "GET", "HEAD"):
        answer = world.client.request(method, f"/api/v1/documents/{document}/content")
        assert answer.status_code == 401
