"""argon2 is bounded: a flood of sign-ins waits or is told to come back, and eats no memory."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from server.identity import limits, passwords
from tests.factories import World
from tests.making.identity import PASSWORD, as_session, enrolled, sign_in

pytestmark = pytest.mark.demo
PATIENCE = 60


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures cost nothing here: how they add up is in test_limits.py."""
    for name in ("PAIR_FREE", "HOST_FREE", "SITE_FREE", "ACCOUNT_FREE"):
        monkeypatch.setattr(limits, name, 1000)


@dataclass
class Gate:
    """Stands where argon2 would run: counts who is inside, and lets nobody out until opened."""

    inside: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    opened: threading.Event = field(default_factory=threading.Event)

    def verify(self, *_: Any) -> bool:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.entered.release()
        assert self.opened.wait(PATIENCE)
        with self.lock:
            self.inside -= 1
        return True


@contextmanager
def gated(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """The library that hashes, held open; everything of ours is real."""
    gate = Gate()
    with monkeypatch.context() as patch:
        patch.setattr(passwords, "_hasher", gate)
        try:
            yield gate
        finally:
            gate.opened.set()


def waiting() -> int:
    """How many have a place, running or waiting."""
    everywhere = (passwords._places, passwords._places_within)
    return sum(passwords.AT_ONCE + passwords.WAITING - places._value for places in everywhere)


def wait_until(count: int) -> None:
    for _ in range(1_000_000):
        if waiting() == count:
            return
        threading.Event().wait(0.001)
    raise AssertionError(f"{waiting()} wait, not {count}")


def test_two_hash_at_once_sixteen_wait_and_the_next_is_told_to_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, email = enrolled(world)
    full = passwords.AT_ONCE + passwords.WAITING
    with ThreadPoolExecutor(full) as pool, gated(monkeypatch) as gate:
        let_in = [pool.submit(sign_in, world, email) for _ in range(full)]
        for _ in range(passwords.AT_ONCE):
            assert gate.entered.acquire(timeout=PATIENCE)
        wait_until(full)

        turned_away = [sign_in(world, address) for address in (email, "nobody@example.jp")]
        gate.opened.set()
        statuses = [each.result(PATIENCE).status_code for each in let_in]

    for answer in turned_away:
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert answer.headers["retry-after"] == "2"
    assert statuses == [201] * full
    assert gate.most == passwords.AT_ONCE
    assert waiting() == 0


def test_after_the_flood_one_signs_in_as_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, email = enrolled(world)
    full = passwords.AT_ONCE + passwords.WAITING
    with ThreadPoolExecutor(full) as pool, gated(monkeypatch) as gate:
        flood = [pool.submit(sign_in, world, "nobody@example.jp") for _ in range(full)]
        wait_until(full)
        gate.opened.set()
        assert {each.result(PATIENCE).status_code for each in flood} == {401}

    answer = sign_in(world, email)

    assert answer.status_code == 201
    assert as_session(world, answer).get("/me").status_code == 200


def test_reading_goes_on_during_a_flood(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a transaction nor the turn to write is held while argon2 runs."""
    person, email = enrolled(world)
    full = passwords.AT_ONCE + passwords.WAITING
    with ThreadPoolExecutor(full) as pool, gated(monkeypatch) as gate:
        flood = [pool.submit(sign_in, world, email) for _ in range(full)]
        wait_until(full)
        read = person.get("/me")
        written = person.delete("/me/sessions/unknown")
        gate.opened.set()
        assert {each.result(PATIENCE).status_code for each in flood} == {201}

    assert (read.status_code, written.status_code) == (200, 404)


def test_each_hash_takes_the_memory_that_was_counted_on() -> None:
    """RFC 9106, second recommended option: 64 MiB, three passes."""
    assert (passwords._hasher.memory_cost, passwords._hasher.time_cost) == (64 << 10, 3)
    assert passwords._hasher.type.name == "ID"


def test_the_verifier_of_nobodys_password_costs_what_another_does() -> None:
    def cost(verifier: str) -> list[str]:
        """Algorithm, version, memory, passes, lanes."""
        return verifier.split("$")[:4]

    assert cost(passwords.NOBODY) == cost(passwords.verifier_of(PASSWORD))
    assert len(passwords.NOBODY) == len(passwords.verifier_of(PASSWORD))


def test_what_is_stored_is_a_salted_verifier() -> None:
    one, other = passwords.verifier_of(PASSWORD), passwords.verifier_of(PASSWORD)

    assert one != other
    assert one.startswith("$argon2id$")
    assert passwords.matches(one, PASSWORD)
    assert not passwords.matches(one, PASSWORD + " ")
    assert not passwords.matches(None, "nobody signs in with this")
    assert not passwords.matches("not a verifier", PASSWORD)
