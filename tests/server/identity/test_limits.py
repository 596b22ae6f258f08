"""Whoever fails has to wait; nobody is locked out by a stranger (IDN-9, ASVS 6.3.1, 6.3.8)."""

import random
import threading
from contextlib import suppress

import pytest
from sqlalchemy import Table, func, select
from starlette.requests import Request

from server.access.parts import Parts
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.clock import DAY, MINUTE, SECOND
from server.database import Database
from server.identity import attempts, limits
from server.identity.attempts import FORGOTTEN_EVERY, LONGEST_WAIT, Attempts, Counter
from server.identity.limits import (
    ACCOUNT_FREE,
    HOST_FREE,
    KNOWN_FOR,
    PAIR_FREE,
    SITE_FREE,
    TooManyAttempts,
)
from server.identity.opening import open_session
from server.problems import Busy, Malformed, Unauthenticated
from tests.conftest import TestClock
from tests.factories import World

pytestmark = pytest.mark.on_both_databases

OWNER, OTHER = "owner", "other"
HOME, ABROAD = "192.0.2.7", "198.51.100.7"
_attempts: Table = Attempts.__table__  # type: ignore[attr-defined]


def strangers(count: int) -> list[str]:
    """Addresses of as many networks that have nothing to do with one another."""
    return [f"10.{n // 200}.{n % 200}.9" for n in range(count)]


def told(problem: TooManyAttempts) -> int:
    """How long a refusal says to wait, alike in its body and its header."""
    seconds = int(problem.members["wait_seconds"])
    assert problem.headers == {"Retry-After": str(seconds)}
    assert seconds > 0
    return seconds


def guess(parts: Parts, address: str, account: str = OWNER, *, right: bool = False) -> int:
    """One try of something that can be guessed; how many seconds it was told to wait first."""
    try:
        with limits.guess(parts.database, parts.tally, address, account):
            if not right:
                raise Unauthenticated
    except TooManyAttempts as problem:
        return told(problem)
    except Unauthenticated:
        assert not right
    return 0


def prove(parts: Parts, address: str, *, right: bool = False, passkey: bool = False) -> int:
    """One try of something nobody guesses; how many seconds it was told to wait first."""
    try:
        with limits.proof(parts.database, parts.tally, address, passkey=passkey):
            if not right:
                raise Unauthenticated
    except TooManyAttempts as problem:
        return told(problem)
    except Unauthenticated:
        assert not right
    return 0


def welcome(parts: Parts, address: str, person: str = OWNER) -> None:
    with parts.database.changing() as tx:
        limits.welcome(tx, address, person)


def sweep(parts: Parts) -> None:
    with parts.database.changing() as tx:
        limits.sweep(tx)


def rows(parts: Parts) -> int:
    with parts.database.reading() as tx:
        return tx.connection.scalar(select(func.count()).select_from(_attempts)) or 0


def fail(parts: Parts, clock: TestClock, address: str, times: int, account: str = OWNER) -> None:
    """Fail so many times, waiting whenever that is asked."""
    for _ in range(times):
        while wait := guess(parts, address, account):
            clock.advance(wait * SECOND)


# --- how long -------------------------------------------------------------------------------------
def test_each_further_failure_doubles_the_wait_up_to_fifteen_minutes(
    parts: Parts, clock: TestClock
) -> None:
    for _ in range(PAIR_FREE):
        assert guess(parts, HOME) == 0
    waits = []
    for _ in range(13):
        waits.append(guess(parts, HOME))
        clock.advance(waits[-1] * SECOND)
        assert guess(parts, HOME) == 0

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_asking_while_waiting_makes_the_wait_no_longer(parts: Parts, clock: TestClock) -> None:
    fail(parts, clock, HOME, PAIR_FREE + 4)
    assert [guess(parts, HOME) for _ in range(20)] == [16] * 20
    clock.advance(15_999)
    assert guess(parts, HOME) == 1
    clock.advance(1)

    assert guess(parts, HOME, right=True) == 0


def test_at_most_a_hundred_guesses_a_day_are_possible(parts: Parts, clock: TestClock) -> None:
    """SP 800-63B 3.2.2 allows a hundred in a row; here one network gets about that many a day."""
    fail(parts, clock, HOME, 40)
    begun, tried = clock.now, 0
    while clock.now - begun < DAY:
        wait = guess(parts, HOME)
        tried += wait == 0
        clock.advance(wait * SECOND)

    assert 90 < tried < 100


def test_what_went_before_is_forgotten_one_by_one(parts: Parts, clock: TestClock) -> None:
    fail(parts, clock, HOME, PAIR_FREE)
    clock.advance(2 * FORGOTTEN_EVERY)

    assert [guess(parts, HOME) for _ in range(3)] == [0, 0, 1]


def test_a_success_takes_back_its_own_count_and_forgives_that_network(
    parts: Parts, clock: TestClock
) -> None:
    for _ in range(PAIR_FREE - 1):
        assert guess(parts, HOME) == 0
    for _ in range(50):
        assert guess(parts, HOME, right=True) == 0
    welcome(parts, HOME)

    assert [guess(parts, HOME) for _ in range(PAIR_FREE + 1)] == [0] * PAIR_FREE + [1]


@pytest.mark.parametrize("failure", [Busy, Malformed, RuntimeError])
def test_what_was_not_the_callers_failure_is_not_counted(
    parts: Parts, failure: type[Exception]
) -> None:
    for _ in range(3 * SITE_FREE):
        with (
            pytest.raises(failure),
            limits.guess(parts.database, parts.tally, HOME, OWNER),
        ):
            raise failure
        with pytest.raises(failure), limits.proof(parts.database, parts.tally, HOME):
            raise failure

    assert guess(parts, HOME) == 0


# --- whom it reaches ------------------------------------------------------------------------------
def test_a_flood_from_everywhere_does_not_reach_who_is_where_they_were(
    parts: Parts, clock: TestClock
) -> None:
    welcome(parts, HOME)
    for address in strangers(4 * ACCOUNT_FREE):
        guess(parts, address)

    assert guess(parts, ABROAD) > 0
    assert guess(parts, HOME) == 0
    assert guess(parts, HOME, right=True) == 0


def test_a_flood_never_reaches_a_passkey(parts: Parts, clock: TestClock) -> None:
    """Also abroad, also beside the flood itself."""
    for _ in range(10):
        fail(parts, clock, ABROAD, 20)
    assert guess(parts, ABROAD) > 0

    assert prove(parts, ABROAD, passkey=True, right=True) == 0
    for _ in range(100):
        assert prove(parts, ABROAD, passkey=True) == 0


def test_a_flood_in_ones_own_surroundings_does_not_reach_who_is_known_there(
    parts: Parts, clock: TestClock
) -> None:
    """One address for a whole office: somebody there who tries names and passwords."""
    welcome(parts, HOME)
    for n in range(3 * SITE_FREE):
        guess(parts, HOME, f"name {n}")

    assert guess(parts, HOME, "one more") > 0
    assert guess(parts, HOME, OWNER, right=True) == 0
    assert prove(parts, HOME, right=True) == 0


def test_against_oneself_from_ones_own_network_the_passkey_is_left(
    parts: Parts, clock: TestClock
) -> None:
    """Said plainly: a colleague at the same address slows guesses at the password there."""
    welcome(parts, HOME)
    fail(parts, clock, HOME, 20)

    assert guess(parts, HOME, right=True) > 0
    assert prove(parts, HOME, passkey=True, right=True) == 0


def test_a_flood_against_one_does_not_reach_another(parts: Parts) -> None:
    for address in strangers(3 * ACCOUNT_FREE):
        guess(parts, address)

    assert guess(parts, ABROAD, OWNER) > 0
    assert guess(parts, ABROAD, OTHER) == 0


def test_many_names_from_one_address_are_one_flood(parts: Parts) -> None:
    waits = [guess(parts, HOME, f"name {n}") for n in range(HOST_FREE + 1)]

    assert waits == [0] * HOST_FREE + [1]
    assert guess(parts, ABROAD, "name 3") == 0


def test_a_neighbourhood_that_takes_turns_is_one_flood(parts: Parts) -> None:
    waits = [guess(parts, f"192.0.2.{n}", f"name {n}") for n in range(SITE_FREE + 1)]

    assert waits == [0] * SITE_FREE + [1]
    assert guess(parts, "192.0.3.1", "name") == 0


def test_a_subscriber_with_a_prefix_of_addresses_is_one(parts: Parts) -> None:
    waits = [guess(parts, f"2001:db8::{n:x}", f"name {n}") for n in range(1, HOST_FREE + 2)]

    assert waits == [0] * HOST_FREE + [1]
    assert guess(parts, "2001:db8:0:1::1", "name") == 0


def test_a_network_is_known_for_ninety_days(parts: Parts, clock: TestClock) -> None:
    welcome(parts, HOME)
    for known in (True, False):
        for address in strangers(3 * ACCOUNT_FREE):
            guess(parts, address)
        assert (guess(parts, HOME, right=True) == 0) is known
        clock.advance(KNOWN_FOR)
        sweep(parts)


def test_links_and_providers_wait_only_where_nobody_ever_signed_in(
    parts: Parts, clock: TestClock
) -> None:
    for _ in range(HOST_FREE):
        assert prove(parts, HOME) == prove(parts, ABROAD) == 0
    welcome(parts, HOME, OTHER)

    assert prove(parts, ABROAD, right=True) == 1
    assert prove(parts, HOME, right=True) == 0
    clock.advance(SECOND)
    assert prove(parts, ABROAD, right=True) == 0


# --- nothing is told ------------------------------------------------------------------------------
def test_who_does_not_exist_waits_exactly_as_long(parts: Parts, clock: TestClock) -> None:
    def waits(account: str, network: str) -> list[int]:
        return [guess(parts, f"{network}.{n}.1", account) for n in range(ACCOUNT_FREE + 5)]

    assert waits(OWNER, "10.1") == waits("nobody@example.jp", "10.2")


def test_no_name_and_no_address_stands_in_the_database(parts: Parts) -> None:
    guess(parts, HOME, "somebody@example.jp")
    with parts.database.reading() as tx:
        stored = tx.connection.execute(select(_attempts)).all()

    assert len(stored) == 4
    for row in stored:
        assert len(row.key) == 32
        assert b"somebody" not in row.key
        assert b"192.0" not in row.key


def test_refusals_are_counted_in_the_log_per_network_and_minute(
    parts: Parts, clock: TestClock
) -> None:
    for _ in range(PAIR_FREE + 30):
        guess(parts, HOME)
    clock.advance(MINUTE)
    parts.tally.flush()

    with parts.database.reading() as tx:
        found = tx.connection.exec_driver_sql(
            "SELECT count(*) FROM entry WHERE kind = 'session.limited'"
        ).scalar()
    assert found == 1


# --- races, clocks, bounds ------------------------------------------------------------------------
def test_many_at_once_are_not_cheaper(parts: Parts) -> None:
    """Thirty threads begin before any has failed: no more get through than one by one."""
    through, everybody = [], threading.Barrier(30)

    def one() -> None:
        everybody.wait()
        refused = suppress(TooManyAttempts, Unauthenticated)
        with refused, limits.guess(parts.database, parts.tally, HOME, OWNER):
            through.append(1)
            raise Unauthenticated

    threads = [threading.Thread(target=one) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(through) == PAIR_FREE


def test_no_failure_is_lost_among_many_at_once(parts: Parts) -> None:
    """Counters that lie in each other's way, taken by threads in every order."""
    counters = [Counter(bytes([n]) * 32, 1000) for n in range(6)]
    everybody, failed = threading.Barrier(8), []

    def one(seed: int) -> None:
        everybody.wait()
        order = random.Random(seed)
        try:
            for _ in range(10):
                with parts.database.changing() as tx:
                    attempts.charge(tx, order.sample(counters, len(counters)))
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    with parts.database.reading() as tx:
        levels = list(tx.connection.scalars(select(_attempts.c.level)))
    assert levels == [80] * 6


def test_a_clock_that_was_set_back_locks_nobody_for_ever(parts: Parts, clock: TestClock) -> None:
    clock.days(400)
    fail(parts, clock, HOME, PAIR_FREE + 20)
    welcome(parts, ABROAD)
    clock.days(-400)
    assert guess(parts, HOME) == LONGEST_WAIT // SECOND
    sweep(parts)
    assert guess(parts, HOME) == LONGEST_WAIT // SECOND
    clock.advance(LONGEST_WAIT)

    assert guess(parts, HOME, right=True) == 0


def test_a_clock_that_jumps_forward_ends_the_wait_and_no_more(
    parts: Parts, clock: TestClock
) -> None:
    fail(parts, clock, HOME, PAIR_FREE + 20)
    clock.advance(LONGEST_WAIT)
    assert guess(parts, HOME) == 0

    assert guess(parts, HOME) == LONGEST_WAIT // SECOND


def test_what_no_longer_counts_is_swept(parts: Parts, clock: TestClock) -> None:
    fail(parts, clock, HOME, 3)
    assert rows(parts) == 4
    clock.advance(3 * FORGOTTEN_EVERY - 1)
    sweep(parts)
    assert rows(parts) == 4
    clock.advance(1)
    sweep(parts)

    assert rows(parts) == 0


def test_a_flood_of_names_does_not_fill_the_database(
    parts: Parts, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who failed most stays counted."""
    monkeypatch.setattr(attempts, "MOST_ROWS", 20)
    fail(parts, clock, HOME, PAIR_FREE + 3)
    for n, address in enumerate(strangers(30)):
        guess(parts, address, f"name {n}")
    assert rows(parts) > 100
    sweep(parts)

    assert rows(parts) == 20
    assert guess(parts, HOME) > 0


def test_a_server_that_starts_again_has_forgotten_nothing(parts: Parts, clock: TestClock) -> None:
    fail(parts, clock, HOME, PAIR_FREE + 5)
    again = Database(parts.database.url, clock, parts.database.keyring)
    try:
        with (
            pytest.raises(TooManyAttempts),
            limits.guess(again, parts.tally, HOME, OWNER),
        ):
            raise AssertionError("it was let through")
    finally:
        again.dispose()


# --- through the API ------------------------------------------------------------------------------
def test_a_network_is_known_once_somebody_signed_in_from_it(world: World) -> None:
    """Whatever opens a session remembers it (server/identity/opening.py)."""
    person, parts = world.person(), world.parts
    request = Request({"type": "http", "client": (HOME, 1), "headers": []})
    with parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)
        open_session(parts, tx, request, person.person_id, "passkey", "session.start")
    for address in strangers(3 * ACCOUNT_FREE):
        guess(parts, address, person.person_id)

    assert guess(parts, HOME, person.person_id, right=True) == 0
    assert guess(parts, ABROAD, person.person_id, right=True) > 0


@pytest.mark.demo
def test_the_answer_says_how_long_and_is_the_same_for_names_nobody_has(
    world: World, clock: TestClock
) -> None:
    """Through the API: 429 before the password is looked at, with Retry-After (RFC 6585, 4)."""
    world.person()  # p1@example.jp
    answers = []
    for email in ("p1@example.jp", "nobody@example.jp"):
        asked = {"email": email, "password": "wrong horse, 1 staple", "code": "000000"}
        told = [world.client.post("/api/v1/sessions/password", json=asked) for _ in range(7)]
        assert [each.status_code for each in told] == [401] * PAIR_FREE + [429] * 2
        body = told[-1].json()
        assert (body["code"], body["wait_seconds"], body["request_id"]) == (
            "too_many_attempts", 1, None
        )  # fmt: skip
        assert told[-1].headers["retry-after"] == "1"
        answers.append(told[-1].content)
        clock.days(2)  # what went before is forgotten
    assert answers[0] == answers[1]
