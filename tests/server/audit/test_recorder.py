"""Group commit: gapless under many threads, no answer without a commit, nobody left waiting."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from server.audit import facts, service
from server.audit.models import SYSTEM, Ending
from server.audit.recorder import Recorder, RightsMoved
from server.audit.service import Draft
from server.audit.tally import Tally, network
from server.clock import MINUTE
from server.database import Tx
from server.keys import service as keys
from tests.conftest import TestClock
from tests.making.audit import Installed, copied, draft

THREADS = 16
PATIENCE = 60  # seconds after which a thread counts as stuck; nothing waits that long when well
COUNCIL = "01990000-0000-7000-8000-000000000001"


@pytest.fixture
def made(template: Path, tmp_path: Path, clock: TestClock) -> Iterator[Installed]:
    with copied(template, tmp_path / "made", clock) as made:
        with made.database.changing() as tx:
            service.create(tx, COUNCIL, f"localhost:8000/council/{COUNCIL}")
            keys.create(tx, COUNCIL)
            service.append(tx, COUNCIL, draft())
        yield made
        report = made.check()
        assert report.sound, list(report.lines())


@pytest.fixture
def recorder(made: Installed) -> Recorder:
    return Recorder(made.database)


def together(acts: list[Callable[[], Any]]) -> list[Future[Any]]:
    """Let threads begin at one moment; each has ended, well or not, when this returns."""
    start = threading.Barrier(len(acts), timeout=PATIENCE)

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(run, act) for act in acts]
        for future in futures:
            future.exception(timeout=PATIENCE)
        return futures


def objects(made: Installed, log_id: str = SYSTEM) -> list[str]:
    rows = made.raw("SELECT object FROM entry WHERE log_id = :log ORDER BY seq", log=log_id)
    return [row.object for row in rows]


def epoch(made: Installed, log_id: str = SYSTEM) -> int:
    [row] = made.raw("SELECT rights_epoch FROM log WHERE id = :log", log=log_id)
    return int(row.rights_epoch)


def move_rights(made: Installed, log_id: str = SYSTEM) -> None:
    with made.database.changing() as tx:
        fact = Ending(fact_id=f"f{epoch_of(tx, log_id)}", effective_at=0, ended_by=None, reason="r")
        facts.enter(tx, log_id, fact)
        service.append(tx, log_id, draft())


def epoch_of(tx: Tx, log_id: str) -> int:
    return service.lock(tx, log_id).rights_epoch


@contextmanager
def held(made: Installed) -> Iterator[None]:
    """Hold the one turn to write, so that whoever records meanwhile gathers in one batch."""
    with made.database.changing():
        yield


def gather(recorder: Recorder, pool: ThreadPoolExecutor, drafts: list[Draft]) -> list[Future[int]]:
    """Submit drafts; when this returns all wait in the recorder, in one batch but the first."""
    futures = [pool.submit(recorder.record, SYSTEM, drafts[0])]
    wait_until(lambda: recorder._busy and not recorder._queue)
    futures += [pool.submit(recorder.record, SYSTEM, each) for each in drafts[1:]]
    wait_until(lambda: len(recorder._queue) == len(drafts) - 1)
    return futures


def wait_until(true: Callable[[], bool]) -> None:
    """Let other threads run until it holds."""
    for _ in range(10_000_000):
        if true():
            return
        threading.Event().wait(0.0005)
    raise AssertionError("never came to hold")


def test_sixteen_threads_write_gapless_entries_each_under_its_own_number(
    made: Installed, recorder: Recorder
) -> None:
    def some(thread: int) -> list[tuple[int, str]]:
        drafts = [draft(thread * 1000 + each) for each in range(20)]
        return [(recorder.record(SYSTEM, each), each.object) for each in drafts]

    futures = together([lambda thread=thread: some(thread) for thread in range(THREADS)])  # type: ignore[misc]

    numbered = dict(pair for future in futures for pair in future.result())
    assert sorted(numbered) == list(range(1, 1 + THREADS * 20))
    assert [numbered[seq] for seq in sorted(numbered)] == objects(made)[1:]


def test_entries_of_several_logs_in_one_batch_each_reach_their_own(
    made: Installed, recorder: Recorder
) -> None:
    logs = [SYSTEM, COUNCIL] * (THREADS // 2)

    futures = together(
        [lambda n=n, log=log: recorder.record(log, draft(n)) for n, log in enumerate(logs)]  # type: ignore[misc]
    )

    for number, (log, future) in enumerate(zip(logs, futures, strict=True)):
        assert objects(made, log)[future.result()] == f"test/{number}"


def test_those_who_came_meanwhile_share_one_commit(made: Installed, recorder: Recorder) -> None:
    commits = []
    event.listen(made.database.writer, "commit", commits.append)
    with ThreadPoolExecutor(THREADS) as pool:
        with held(made):
            futures = gather(recorder, pool, [draft(n) for n in range(THREADS)])
        assert sorted(each.result(PATIENCE) for each in futures) == list(range(1, THREADS + 1))

    # The holder's own, the first one's, and one for all others.
    assert len(commits) == 3


def test_a_decision_on_older_rights_is_not_recorded(made: Installed, recorder: Recorder) -> None:
    decided_at = epoch(made)
    assert recorder.record(SYSTEM, draft(1), epoch=decided_at) == 1
    move_rights(made)

    with pytest.raises(RightsMoved):
        recorder.record(SYSTEM, draft(2), epoch=decided_at)

    assert "test/2" not in objects(made)
    assert recorder.record(SYSTEM, draft(3), epoch=epoch(made)) == 3


def test_moved_rights_send_back_only_those_who_decided_on_them(
    made: Installed, recorder: Recorder
) -> None:
    old = epoch(made)
    move_rights(made)

    futures = together(
        [
            lambda n=n: recorder.record(SYSTEM, draft(n), epoch=old if n % 2 else None)  # type: ignore[misc]
            for n in range(THREADS)
        ]
    )

    sent_back = [n for n, each in enumerate(futures) if each.exception() is not None]
    assert sent_back == [n for n in range(THREADS) if n % 2]
    assert {type(futures[n].exception()) for n in sent_back} == {RightsMoved}


def test_one_councils_rights_do_not_send_back_another(made: Installed, recorder: Recorder) -> None:
    before = epoch(made, COUNCIL)
    move_rights(made, SYSTEM)

    assert recorder.record(COUNCIL, draft(), epoch=before) == 1


def test_what_is_to_happen_with_an_entry_happens_in_its_transaction(
    made: Installed, recorder: Recorder
) -> None:
    seen = []

    recorder.record(SYSTEM, draft(), also=lambda tx: seen.append(service.lock(tx, SYSTEM).size))

    assert seen == [2]


def test_a_full_disk_answers_nobody_and_room_lets_it_go_on(
    made: Installed, recorder: Recorder
) -> None:
    """F4: the database file may not grow; then it may."""
    limit = set_page_limit(made, pages(made))
    big = {"filler": "x" * 200_000}

    futures = together(
        [lambda n=n: recorder.record(SYSTEM, draft(n, body=big)) for n in range(THREADS)]  # type: ignore[misc]
    )

    assert {type(each.exception()) for each in futures} <= {
        OperationalError,
        sqlite3.OperationalError,
    }
    assert objects(made) == ["installation"]
    set_page_limit(made, limit)
    assert recorder.record(SYSTEM, draft(99, body=big)) == 1


def test_a_commit_that_fails_before_it_is_written_answers_nobody(
    made: Installed, recorder: Recorder
) -> None:
    before = objects(made)
    with failing(made, "commit"):
        futures = together(
            [lambda n=n: recorder.record(SYSTEM, draft(n)) for n in range(THREADS)]  # type: ignore[misc]
        )

    assert {type(each.exception()) for each in futures} == {OSError}
    assert objects(made) == before
    assert recorder.record(SYSTEM, draft(99)) == 1


def test_a_failure_after_the_commit_was_written_answers_nobody(
    made: Installed, recorder: Recorder
) -> None:
    """The entries are there, and the requests were refused: more is recorded than was served."""

    def fails_afterwards(tx: Tx) -> None:
        tx.after_commit.append(fail)

    futures = together(
        [
            lambda n=n: recorder.record(SYSTEM, draft(n), also=fails_afterwards)  # type: ignore[misc]
            for n in range(THREADS)
        ]
    )

    assert {type(each.exception()) for each in futures} == {OSError}
    assert len(objects(made)) == 1 + THREADS
    assert recorder.record(SYSTEM, draft(99)) == 1 + THREADS


def test_a_read_only_database_answers_nobody(made: Installed, recorder: Recorder) -> None:
    with made.database.writer.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA query_only=ON")  # type: ignore[union-attr]

    with pytest.raises((OperationalError, sqlite3.OperationalError)):
        recorder.record(SYSTEM, draft())

    with made.database.writer.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA query_only=OFF")  # type: ignore[union-attr]
    assert recorder.record(SYSTEM, draft()) == 1


def test_one_entry_that_cannot_be_written_does_not_take_the_others_with_it(
    made: Installed, recorder: Recorder
) -> None:
    """A body without canonical form, a leaf beyond 4 KiB, a log that is not there."""
    good = [draft(n) for n in range(8)]
    bad = [draft(body={"text": "\ud800"}), Draft(kind="k", object="x" * 5000, outcome="done")]
    with ThreadPoolExecutor(THREADS) as pool:
        with held(made):
            futures = gather(recorder, pool, [*good, *bad])
            lost = pool.submit(recorder.record, "no such log", draft())
            wait_until(lambda: len(recorder._queue) == len(good) + len(bad))
        written = [each.result(PATIENCE) for each in futures[:8]]
        errors = [each.exception(PATIENCE) for each in (*futures[8:], lost)]

    assert sorted(written) == list(range(1, 9))
    for error, kind in zip(errors, (ValueError, ValueError, KeyError), strict=True):
        assert isinstance(error, kind)


def test_leadership_is_handed_over_also_after_a_failure(
    made: Installed, recorder: Recorder
) -> None:
    """The first batch fails; those who came meanwhile are served by one of themselves."""
    fails = iter([False, True])  # the holder's own commit, then the first batch's

    def once(_connection: Any) -> None:
        if next(fails, False):
            fail()

    with ThreadPoolExecutor(THREADS) as pool:
        with held(made):
            futures = gather(recorder, pool, [draft(n) for n in range(THREADS)])
            event.listen(made.database.writer, "commit", once)
        results = [each.exception(PATIENCE) for each in futures]

    assert [type(each) for each in results[:1]] == [OSError]
    assert results[1:] == [None] * (THREADS - 1)
    assert recorder._busy is False


def test_counts_that_could_not_be_recorded_are_counted_still(
    made: Installed, recorder: Recorder, clock: TestClock
) -> None:
    tally = Tally(recorder, clock)
    for _ in range(3):
        tally.count("credential.refused", "192.0.2.7")
    clock.advance(MINUTE)
    with failing(made, "commit"), pytest.raises(OSError, match="the disk"):
        tally.flush()

    tally.count("credential.refused", "192.0.2.9")
    tally.flush(everything=True)

    assert len(made.raw("SELECT 1 FROM entry WHERE kind = 'credential.refused'")) == 2


@pytest.mark.parametrize(
    ("address", "net"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        (None, "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_refusals_are_counted_by_network(address: str | None, net: str) -> None:
    assert network(address) == net


def fail() -> None:
    raise OSError("the disk")


@contextmanager
def failing(made: Installed, name: str) -> Iterator[None]:
    """While inside, an event of the writing engine raises, as a storage that gave way would."""

    def give_way(_connection: Any) -> None:
        fail()

    event.listen(made.database.writer, name, give_way)
    try:
        yield
    finally:
        event.remove(made.database.writer, name, give_way)


def pages(made: Installed) -> int:
    return int(made.raw("PRAGMA page_count")[0][0])


def set_page_limit(made: Installed, limit: int) -> int:
    """SQLite then says that the database or disk is full; the limit before."""
    with made.database.writer.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        before = driver.execute("PRAGMA max_page_count").fetchone()[0]
        driver.execute(f"PRAGMA max_page_count={limit}")
        return int(before)
