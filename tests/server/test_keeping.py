"""The keeper's rhythm: many slow jobs keep neither the logs unsigned nor the server from ending."""

import pytest
from sqlalchemy import select

from server import jobs, keeping
from server.audit import checkpoints
from server.audit.models import SYSTEM, Log
from server.audit.service import Draft
from server.keeping import Keeper
from tests.factories import World
from tests.making.audit import table_of


@pytest.fixture
def keeper(world: World) -> Keeper:
    with world.parts.database.changing() as tx:
        for number in range(5):
            jobs.later(tx, "slow", str(number))
    return Keeper(world.parts)


def test_the_end_of_the_server_waits_for_one_job_and_not_for_all(keeper: Keeper) -> None:
    done = list[str]()

    def work(subject: str) -> None:
        done.append(subject)
        keeper._stopping.set()

    keeper._jobs = {"slow": work}
    keeper.round()

    assert len(done) == 1


def test_between_slow_jobs_what_has_grown_is_signed(
    world: World, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEEP_SECONDS", 0.0)
    is_signed = list[bool]()

    def work(_: str) -> None:
        with world.parts.database.reading() as tx:
            newest, log = checkpoints.latest(tx, SYSTEM), table_of(Log)
            size = tx.connection.scalar(select(log.c.size).where(log.c.id == SYSTEM))
        is_signed.append(newest is not None and newest.size == size)
        draft = Draft(kind="test.read", object="system", outcome="allowed")
        world.parts.recorder.record(SYSTEM, draft)

    keeper._jobs = {"slow": work}
    keeper.round()

    assert is_signed == [True] * 5
