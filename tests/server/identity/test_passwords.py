"""Passwords and one-time codes: for reading, on servers for demonstrations, and nothing else."""

from base64 import b32decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from server.clock import MINUTE, SECOND
from server.identity import limits
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.identity import (
    PASSWORD,
    address_of,
    as_session,
    enrolled,
    files,
    recorded,
    sign_in,
)

NEW = "もっと長い別の合言葉 battery staple"
demo = pytest.mark.demo
on_both = pytest.mark.on_both_databases


# --- only with --demo ---------------------------------------------------------------------------


def test_there_are_no_passwords_but_on_a_server_for_demonstrations(world: World) -> None:
    person, email = enrolled(world)

    answers = [
        sign_in(world, email),
        person.put("/me/password", {"new": NEW}),
        person.post("/me/codes"),
        person.post("/me/codes/confirm", {"code": "123456"}),
        person.delete("/me/codes"),
    ]

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, "passwords_off")}


# --- what a session by password may -------------------------------------------------------------


@demo
@on_both
def test_the_right_password_opens_a_session_that_may_read(world: World) -> None:
    person, email = enrolled(world)

    answer = sign_in(world, email)

    assert answer.status_code == 201, answer.text
    reader = as_session(world, answer)
    assert reader.get("/me").status_code == 200
    (here,) = [s for s in reader.get("/me/sessions").json()["items"] if s["current"]]
    assert here["method"] == "password"
    assert ("session.start", f"person/{person.person_id}", "done") in recorded(world)


@demo
@pytest.mark.parametrize(
    "act",
    [
        lambda c: c.post("/me/tokens", {"name": "x", "scopes": ["read"]}),
        lambda c: c.put("/me/password", {"new": NEW}),
        lambda c: c.post("/me/codes"),
        lambda c: c.post("/me/passkeys/options"),
        lambda c: c.post("/me/first-passkey/options"),
    ],
)
def test_a_session_by_password_does_nothing_that_decides(
    world: World, act: Callable[[Caller], Any]
) -> None:
    """Not even with a fresh proof recorded for the act."""
    _, email = enrolled(world)
    reader = as_session(world, sign_in(world, email))

    answer = act(reader)

    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_needed")


@demo
def test_a_session_by_password_signs_itself_out(world: World) -> None:
    _, email = enrolled(world)
    reader = as_session(world, sign_in(world, email))

    assert reader.delete("/me/sessions/current").status_code == 204
    assert reader.get("/me").status_code == 401


# --- who is told what ---------------------------------------------------------------------------


@demo
def test_an_address_is_written_in_any_case_and_width(world: World) -> None:
    _, email = enrolled(world)

    assert sign_in(world, f" {email.upper()} ").status_code == 201


@demo
@on_both
def test_an_unknown_address_and_a_wrong_password_are_told_the_same(world: World) -> None:
    _, email = enrolled(world)
    never_set = address_of(world.person())

    answers = [
        sign_in(world, email, "a wrong password"),
        sign_in(world, "nobody@example.jp"),
        sign_in(world, never_set),
        sign_in(world, email, "x" * 300),
    ]

    for answer in answers:
        assert answer.status_code == 401
        assert answer.json() == answers[0].json()
        assert answer.headers["www-authenticate"].startswith("Bearer")
    world.parts.tally.flush(everything=True)
    assert [kind for kind, _, _ in recorded(world)].count("session.refused") == 1


@demo
def test_no_password_lies_on_disk(world: World) -> None:
    _, email = enrolled(world)
    assert sign_in(world, email).status_code == 201

    kept = files(world.parts.settings.data)

    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" not in kept


# --- setting one --------------------------------------------------------------------------------


@demo
@on_both
def test_a_new_password_takes_the_old_ones_place_and_its_sessions(world: World) -> None:
    person, email = enrolled(world)
    reader = as_session(world, sign_in(world, email))

    short = person.put("/me/password", {"new": "short"})
    done = person.put("/me/password", {"new": NEW})

    assert (short.status_code, short.json()["code"]) == (422, "weak_password")
    assert done.status_code == 204, done.text
    assert reader.get("/me").status_code == 401
    assert person.get("/me").status_code == 200, "the session by passkey goes on"
    assert sign_in(world, email).status_code == 401
    assert sign_in(world, email, NEW).status_code == 201


@demo
def test_a_password_is_set_only_after_a_proof_by_passkey(world: World) -> None:
    person, _ = enrolled(world)

    answer = person.unproved().put("/me/password", {"new": NEW})

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_needed")
    assert answer.json()["action"] == "set_password"


@demo
def test_nobody_without_a_session_makes_the_server_hash(world: World) -> None:
    answer = world.client.put("/api/v1/me/password", json={"new": "x" * 12})

    assert answer.status_code == 401


# --- one-time codes -----------------------------------------------------------------------------


def code_at(secret: str, now: int) -> str:
    """The code an app shows at a moment."""
    return TOTP(b32decode(secret), 6, SHA1(), 30).generate(now // SECOND).decode()  # noqa: S303


def with_codes(world: World, clock: TestClock) -> tuple[Caller, str, str]:
    """A person whose password needs a code: them, their address, the secret; past its first use."""
    person, email = enrolled(world)
    begun = person.post("/me/codes")
    assert begun.status_code == 201, begun.text
    secret = begun.json()["secret"]
    confirmed = person.post("/me/codes/confirm", {"code": code_at(secret, clock())})
    assert confirmed.status_code == 204, confirmed.text
    clock.advance(MINUTE)
    return person, email, secret


@demo
@on_both
def test_who_has_codes_signs_in_by_password_and_code(world: World, clock: TestClock) -> None:
    _, email, secret = with_codes(world, clock)

    without = sign_in(world, email)
    answer = sign_in(world, email, code=code_at(secret, clock()))

    assert (without.status_code, without.json()["code"]) == (422, "code_needed")
    assert answer.status_code == 201, answer.text


@demo
def test_a_code_is_used_once(world: World, clock: TestClock) -> None:
    _, email, secret = with_codes(world, clock)
    code = code_at(secret, clock())
    assert sign_in(world, email, code=code).status_code == 201

    assert sign_in(world, email, code=code).status_code == 401


@demo
@on_both
def test_of_many_who_use_one_code_at_once_one_signs_in(
    world: World, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAIR_FREE", 1000)
    _, email, secret = with_codes(world, clock)
    code = code_at(secret, clock())

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: sign_in(world, email, code=code), range(4)))

    assert sorted(each.status_code for each in answers) == [201, 401, 401, 401]


@demo
@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 201), (0, 201), (1, 201), (2, 401)])
def test_a_code_is_good_for_its_30_seconds_and_the_30_around_them(
    world: World, clock: TestClock, steps: int, status: int
) -> None:
    _, email, secret = with_codes(world, clock)

    answer = sign_in(world, email, code=code_at(secret, clock() + steps * 30 * SECOND))

    assert answer.status_code == status


@demo
def test_a_code_that_was_used_spends_every_earlier_one(world: World, clock: TestClock) -> None:
    _, email, secret = with_codes(world, clock)
    assert sign_in(world, email, code=code_at(secret, clock() + 30 * SECOND)).status_code == 201

    assert sign_in(world, email, code=code_at(secret, clock())).status_code == 401


@demo
def test_guessing_codes_is_made_to_wait(world: World, clock: TestClock) -> None:
    _, email, secret = with_codes(world, clock)
    right = code_at(secret, clock())
    wrong = "000000" if right != "000000" else "111111"

    answers = [sign_in(world, email, code=wrong) for _ in range(limits.PAIR_FREE + 1)]

    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"]


@demo
def test_a_wrong_first_code_sets_nothing_up(world: World, clock: TestClock) -> None:
    person, email = enrolled(world)
    secret = person.post("/me/codes").json()["secret"]
    wrong = code_at(secret, clock() + 10 * MINUTE)

    answer = person.post("/me/codes/confirm", {"code": wrong})

    assert (answer.status_code, answer.json()["code"]) == (403, "code_wrong")
    assert sign_in(world, email).status_code == 201


@demo
def test_a_secret_offered_anew_takes_the_place_of_the_one_before(
    world: World, clock: TestClock
) -> None:
    person, _ = enrolled(world)
    before = person.post("/me/codes").json()["secret"]
    person.post("/me/codes")

    answer = person.post("/me/codes/confirm", {"code": code_at(before, clock())})

    assert answer.json()["code"] == "code_wrong"


@demo
def test_codes_are_removed_before_they_are_set_up_anew(world: World, clock: TestClock) -> None:
    person, email, _ = with_codes(world, clock)

    again = person.post("/me/codes")
    removed = person.delete("/me/codes")

    assert (again.status_code, again.json()["code"]) == (409, "codes_in_use")
    assert removed.status_code == 204
    assert sign_in(world, email).status_code == 201
    assert person.delete("/me/codes").status_code == 404


@demo
def test_an_app_is_told_what_it_needs(world: World) -> None:
    person, _ = enrolled(world)

    begun = person.post("/me/codes").json()

    assert begun["uri"].startswith("otpauth://totp/Kyogikai:")
    assert f"secret={begun['secret']}" in begun["uri"]
    assert len(b32decode(begun["secret"])) == 20
