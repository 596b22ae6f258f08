"""PostgreSQL does what SQLite does: starting, recorder, races, services, and the main path.

The laws of the recorder are written once, where they belong; they are collected here again,
over a `made` of PostgreSQL.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import ColumnElement, func
from sqlalchemy.exc import InternalError
from sqlmodel import col, select

from server import first, settings, wiring
from server.access.deciding import held_to
from server.access.models import Seat
from server.access.parts import Parts
from server.access.vocabulary import Relation
from server.audit import facts
from server.audit import service as audit
from server.councils.kinds import COUNCIL
from server.database import Database
from server.fsck import check
from server.jobs import later, run_due
from server.keeping import Keeper
from server.keyring import FileProvider, Keyring, create_file
from server.serve import make_ready
from server.settings import Settings
from tests.conftest import TestClock
from tests.factories import World
from tests.making.audit import Installed, draft
from tests.making.councils import established_council
from tests.making.documents import CONTENT, provided_secret, shared_document
from tests.making.passkeys import enrol
from tests.making.publication import all_consent, asked_round, closed, stepped_up
from tests.server.audit.test_recorder import (
    COUNCIL as OTHER_LOG,
)
from tests.server.audit.test_recorder import (  # noqa: F401
    recorder,
    test_a_commit_that_fails_before_it_is_written_answers_nobody,
    test_a_decision_on_older_rights_is_not_recorded,
    test_a_failure_after_the_commit_was_written_answers_nobody,
    test_entries_of_several_logs_in_one_batch_each_reach_their_own,
    test_moved_rights_send_back_only_those_who_decided_on_them,
    test_one_councils_rights_do_not_send_back_another,
    test_sixteen_threads_write_gapless_entries_each_under_its_own_number,
    test_what_is_to_happen_with_an_entry_happens_in_its_transaction,
)
from tests.server.consents.test_races import (  # noqa: F401  collected here again
    test_the_last_consent_and_a_withdrawal_never_both_happen,
)

PATIENCE = 60
pytestmark = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


@pytest.fixture
def made(request: pytest.FixtureRequest, chosen: Settings, clock: TestClock) -> Iterator[Installed]:
    """An installation on PostgreSQL without an application; the recorder's tests get a log more."""
    keyring = Keyring(FileProvider(chosen.key_file))
    opened = Installed(chosen.data, Database(chosen.database_url, clock, keyring), clock)
    if "recorder" in request.fixturenames:
        with opened.database.changing() as tx:
            audit.create(tx, OTHER_LOG, f"localhost:8000/council/{OTHER_LOG}")
            audit.keys.create(tx, OTHER_LOG)
            audit.append(tx, OTHER_LOG, draft())
    yield opened
    report = opened.check()
    opened.database.dispose()
    assert report.sound, list(report.lines())


@pytest.fixture
def unmade(empty_database: str, tmp_path: Path) -> Settings:
    """The settings of an installation that does not exist yet."""
    address = {"KYOGIKAI_DATABASE_URL": empty_database}
    return settings.read(address, data=str(tmp_path / "fresh"))


def sound(parts: Parts) -> bool:
    checks = wiring.checks(parts, deep=True)
    report = check(parts.database, parts.settings.checkpoints, checks, deep=True)
    assert report.sound, "\n".join(report.lines())
    return True


def test_an_installation_is_made_and_found_again(unmade: Settings, clock: TestClock) -> None:
    for start in range(2):
        parts = make_ready(unmade, clock)
        link = first.link(parts)
        assert link is not None
        keeper = Keeper(parts)
        keeper.start()
        keeper.stop()
        with parts.database.reading() as tx:
            [entry] = tx.connection.exec_driver_sql(
                "SELECT count(*) FROM entry WHERE kind = 'installation.init'"
            ).scalars()
        assert (start, entry) == (start, 1)
        assert sound(parts)
        parts.database.dispose()


def test_two_processes_may_make_one_installation_at_the_same_moment(
    unmade: Settings, clock: TestClock
) -> None:
    """Two machines with the same key file and database, started together."""
    create_file(unmade.key_file, "01990000-0000-7000-8000-0000000000aa")
    start = Barrier(2)

    def begin() -> Parts:
        start.wait(PATIENCE)
        return make_ready(unmade, clock)

    with ThreadPoolExecutor(2) as pool:
        both = [each.result(PATIENCE) for each in [pool.submit(begin) for _ in range(2)]]

    assert sound(both[0])
    for parts in both:
        parts.database.dispose()


def test_the_first_administrator_enrols(world: World, parts: Parts) -> None:
    link = first.link(parts)
    assert link is not None

    answer = enrol(world, link)

    assert answer.status_code == 201, answer.text
    assert first.link(parts) is None


def test_the_main_path(world: World, parts: Parts, clock: TestClock) -> None:
    """A council, a paper, a secret and its period, a round of all, know-how until its date."""
    council = established_council(world)
    paper = shared_document(world, council, council.organ_a)
    secret = provided_secret(world, council, council.organ_a, [council.organ_b], days=30)
    content = f"/documents/{secret.id}/download"
    assert council.pd.get(f"/documents/{paper.id}/content").content == CONTENT
    read = council.organ_b.get(content, headers={"Range": "bytes=0-5"})
    assert (read.status_code, read.content) == (206, CONTENT[:6])
    told = [getattr(council, name).get(content) for name in ("pd", "secretariat", "stranger")]
    assert [each.status_code for each in told] == [404, 403, 404]
    own, wanted, round_id = asked_round(world, council)
    all_consent(council, round_id)
    assert closed(world, round_id)[0] == "agreed"
    know_how = council.organ_a.get(f"/councils/{council.id}/know-how").json()["items"]
    assert len(know_how) == 1

    clock.days(31)
    council = stepped_up(world, council)

    run_due(parts.database, wiring.jobs(parts))
    assert council.pd.get(content).status_code == 200  # the period is over: council-internal
    assert council.pd.get(f"/results/{own['id']}").json()["state"] == "know_how"
    assert council.organ_a.get(f"/exceptions/{wanted['id']}").json()["state"] == "agreed"
    listed = council.compliance.get(f"/councils/{council.id}/log/entries?limit=200")
    assert listed.status_code == 200, listed.text
    for route in ("documents", "results", "findings", "exceptions", "memberships", "admissions"):
        assert council.organ_a.get(f"/councils/{council.id}/{route}").status_code == 200, route
    assert sound(parts)


def test_who_waited_for_the_lock_decides_by_what_was_recorded_meanwhile(
    world: World, parts: Parts, clock: TestClock
) -> None:
    """A change takes its moment when it begins; one that overtook it before the lock is earlier in
    the log, so a right that this one ended is gone, whatever the moment says.
    """
    council = established_council(world)
    facts_of = {"id": council.id, "person": council.private.person_id}

    def remove() -> None:
        with world.changing(council.id) as tx:
            mine = select(Seat).where(col(Seat.person_id) == council.private.person_id)
            facts.end(tx, tx.session.scalars(mine).one(), by=None, reason="left")

    with ThreadPoolExecutor(1) as pool, parts.database.changing() as tx:
        before = COUNCIL.one.row(tx, {**facts_of, "now": tx.now})
        clock.advance(1000)
        pool.submit(remove).result(PATIENCE)
        audit.lock(tx, council.id)
        after = COUNCIL.one.row(tx, {**facts_of, "now": tx.now})

    assert Relation.MEMBER in held_to(COUNCIL, before)
    assert Relation.MEMBER not in held_to(COUNCIL, after)


def test_a_reader_has_one_moment_and_writes_nothing(parts: Parts, world: World) -> None:
    with parts.database.reading() as tx:
        count = "SELECT count(*) FROM person"
        before = tx.connection.exec_driver_sql(count).scalar()
        world.person()
        assert tx.connection.exec_driver_sql(count).scalar() == before
        with pytest.raises(InternalError, match="read-only"):
            tx.connection.exec_driver_sql("DELETE FROM person")


def test_each_job_is_done_once_by_many_workers(world: World, parts: Parts) -> None:
    with world.changing() as tx:
        for number in range(40):
            later(tx, "count", str(number))
    done: list[str] = []

    def work() -> int:
        return run_due(parts.database, {"count": done.append})

    with ThreadPoolExecutor(4) as pool:
        ran = sum(each.result(PATIENCE) for each in [pool.submit(work) for _ in range(4)])

    assert (ran, sorted(done, key=int)) == (40, [str(number) for number in range(40)])


def test_changes_of_one_council_come_one_after_the_other(world: World, parts: Parts) -> None:
    """Shared papers of many threads at once: all are there, and the log has no gap."""
    council = established_council(world)
    asked = {"title": "資料", "contains_designated_secret": False}

    def share(number: int) -> Any:
        caller = (council.organ_a, council.organ_b, council.fa)[number % 3]
        return caller.post(f"/councils/{council.id}/documents", asked)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(share, range(24)))

    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 24


def test_the_installations_logs_are_the_same_thing_on_both(world: World, parts: Parts) -> None:
    """A proof made on PostgreSQL verifies like any other."""
    world.person()
    officer = world.officer("auditor")

    proof = officer.get("/system/log/inclusion?seq=0")

    assert proof.status_code == 200, proof.text


def test_what_is_to_run_last_waits_for_everything_else_and_then_for_its_turn(
    world: World, parts: Parts
) -> None:
    with world.changing() as tx:
        for subject in ("a1", "a2", "quick", "a3", "b1", "quick"):
            later(tx, "quick" if subject == "quick" else "slow", subject)
    done: list[str] = []

    def whose(subject: ColumnElement[str]) -> ColumnElement[str]:
        return func.substr(subject, 1, 1)

    run_due(parts.database, {"slow": done.append, "quick": done.append}, last={"slow": whose})

    assert done == ["quick", "quick", "a1", "b1", "a2", "a3"]
