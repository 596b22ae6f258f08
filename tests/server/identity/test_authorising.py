"""A program signs in by the browser: one-time codes, what they are bound to and pass on, replay."""

from typing import Any

import pytest

from crypto.tokens import parse_token
from server.clock import HOUR, SECOND
from server.identity import authorising, sessions
from server.identity.caller import OIDC, PASSWORD, Method
from server.identity.models import Authorisation, SignedIn
from tests.factories import Caller, World
from tests.making import programs
from tests.making.audit import table_of
from tests.making.identity import recorded

OTHER = "another-secret-of-another-program-on-this-computer"


def code_of(caller: Caller, **asked: Any) -> str:
    answer = caller.post("/me/authorisations", programs.asking() | asked)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def exchange(world: World, code: str, **sent: Any) -> Any:
    return world.client.post("/api/v1/sessions/exchange", json=programs.sending(code) | sent)


def program(world: World, answer: Any) -> Caller:
    assert answer.status_code == 201, answer.text
    return Caller(answer.json()["person"], answer.json()["token"], world.client)


def refused(answer: Any) -> bool:
    return (answer.status_code, answer.json()["code"]) == (410, "code_unusable")


def row_of(world: World, caller: Caller) -> SignedIn:
    with world.parts.database.reading() as tx:
        found = tx.session.get(SignedIn, parse_token(caller.token)[1])
        assert found is not None
        tx.session.expunge(found)
        return found


def by(world: World, method: Method) -> Caller:
    """A person with a session by this method, of twelve hours."""
    person = world.person()
    with world.changing() as tx:
        token, _ = sessions.start_session(tx, person.person_id, method=method)
    return Caller(person.person_id, token, world.client)


def test_a_code_becomes_a_session_of_the_same_person(world: World) -> None:
    person = world.person()
    answer = person.post("/me/authorisations", programs.asking())
    assert answer.json()["issuer"] == world.parts.settings.origin
    assert answer.json()["redirect_uri"] == programs.LISTENS
    session = program(world, exchange(world, answer.json()["code"]))

    assert session.token != person.token
    assert session.get("/me").json()["id"] == person.person_id
    assert person.get("/me").status_code == 200
    told = [(kind, outcome) for kind, _, outcome in recorded(world)]
    for kind in ("person.authorise", "session.start", "authorisation.redeemed"):
        assert (kind, "done") in told


def test_the_session_is_named_after_the_computer(world: World) -> None:
    session = program(world, exchange(world, code_of(world.person())))
    with world.parts.database.reading() as tx:
        row = tx.session.get(SignedIn, parse_token(session.token)[1])
        assert row is not None
        assert sessions.agent_of(tx, row) == "甲野のノートPC"


@pytest.mark.parametrize("method", ["passkey", OIDC, PASSWORD])
def test_the_way_of_proving_oneself_is_passed_on(world: World, method: Method) -> None:
    session = program(world, exchange(world, code_of(by(world, method))))
    assert row_of(world, session).method == method


def test_no_chain_of_programs_outlasts_the_sign_in_it_began_with(world: World) -> None:
    person = world.person()
    ends = row_of(world, person).expires_at
    for _ in range(30):
        world.clock.advance(HOUR // 4)
        code = code_of(person)
        person = program(world, exchange(world, code))
        assert row_of(world, person).expires_at == ends
    while world.clock.now < ends - HOUR // 4:
        world.clock.advance(HOUR // 4)
        assert person.get("/me").status_code == 200
    world.clock.advance(HOUR // 4)
    assert person.get("/me").status_code == 401


def test_a_code_is_of_no_use_without_the_program_s_secret(world: World) -> None:
    code = code_of(world.person())
    assert refused(exchange(world, code, code_verifier=OTHER))
    assert exchange(world, code).status_code == 201, "a stranger's try takes nothing away"


def test_a_code_is_of_no_use_with_another_address(world: World) -> None:
    code = code_of(world.person())
    assert refused(exchange(world, code, redirect_uri="http://127.0.0.1:49153/signed-in"))


def test_a_code_is_over_after_sixty_seconds(world: World) -> None:
    person = world.person()
    late, in_time = code_of(person), code_of(person)
    world.clock.advance(authorising.CODE_SECONDS * SECOND - 1)
    assert exchange(world, in_time).status_code == 201
    world.clock.advance(1)
    assert refused(exchange(world, late))


def test_a_second_use_ends_the_session_of_the_first(world: World) -> None:
    code = code_of(world.person())
    session = program(world, exchange(world, code))
    assert refused(exchange(world, code))
    assert session.get("/me").status_code == 401
    assert ("authorisation.replayed", f"person/{session.person_id}", "done") in recorded(world)
    assert refused(exchange(world, code))


def test_a_second_use_long_after_still_ends_it(world: World) -> None:
    person = world.person()
    code = code_of(person)
    session = program(world, exchange(world, code))
    world.clock.advance(HOUR // 4)
    assert refused(exchange(world, code))
    assert session.get("/me").status_code == 401
    assert person.get("/me").status_code == 200


def test_a_stranger_who_saw_the_code_cannot_end_the_session(world: World) -> None:
    code = code_of(world.person())
    session = program(world, exchange(world, code))
    assert refused(exchange(world, code, code_verifier=OTHER))
    assert session.get("/me").status_code == 200


def test_signing_out_takes_codes_that_are_under_way_along(world: World) -> None:
    person = world.person()
    code = code_of(person)
    assert person.delete("/me/sessions/current").status_code == 204
    assert refused(exchange(world, code))


@pytest.mark.parametrize(
    "code",
    ["x", "kyc_00000000_" + "0" * 43 + "_000000", "kys_aaaaaaaa_bbbb", ""],
)
def test_what_is_no_code_is_refused_alike(world: World, code: str) -> None:
    assert refused(exchange(world, code))


def test_another_kind_of_token_is_no_code(world: World) -> None:
    assert refused(exchange(world, world.person().token))


def test_refusals_are_counted_and_not_told_apart(world: World) -> None:
    code = code_of(world.person())
    answers = [exchange(world, "x"), exchange(world, code, code_verifier=OTHER)]
    assert answers[0].json()["title"] == answers[1].json()["title"]
    world.parts.tally.flush(everything=True)
    assert ("authorisation.refused", "installation", "refused") in recorded(world)


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:49152/signed-in",
        "https://127.0.0.1:49152/signed-in",
        "http://127.0.0.1/signed-in",
        "http://127.0.0.1:49152",
        "http://127.0.0.1:0/signed-in",
        "http://127.0.0.1:65536/signed-in",
        "http://127.0.0.2:49152/signed-in",
        "http://127.0.0.1:49152@evil.example/signed-in",
        "http://user@127.0.0.1:49152/signed-in",
        "http://127.0.0.1:49152/signed-in?x=1",
        "http://127.0.0.1:49152/signed-in#x",
        "http://127.0.0.1:49152/signed-in\n",
        "http://127.0.0.1.evil.example:49152/signed-in",
        "http://[::1%25eth0]:49152/signed-in",
        "kyogikai://signed-in",
        "javascript:alert(1)",
    ],
)
def test_a_code_is_sent_to_the_computer_itself_and_nowhere_else(world: World, address: str) -> None:
    answer = world.person().post("/me/authorisations", programs.asking(address=address))
    assert answer.status_code == 422


def test_the_loopback_of_ipv6_is_one(world: World) -> None:
    address = "http://[::1]:49152/signed-in"
    code = code_of(world.person(), redirect_uri=address)
    assert exchange(world, code, redirect_uri=address).status_code == 201


@pytest.mark.parametrize("challenge", ["", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 43 + "\n"])
def test_a_challenge_is_one_of_s256(world: World, challenge: str) -> None:
    answer = world.person().post(
        "/me/authorisations", programs.asking() | {"code_challenge": challenge}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("verifier", ["x" * 42, "x" * 129, "x" * 43 + " ", "é" * 43])
def test_a_verifier_has_the_length_that_keeps_it_secret(world: World, verifier: str) -> None:
    code = code_of(world.person())
    assert exchange(world, code, code_verifier=verifier).status_code == 422


def test_a_token_for_programs_lets_no_further_program_in(world: World) -> None:
    person = world.person()
    made = person.post("/me/tokens", {"name": "集計", "scopes": ["read", "write"]})
    answer = Caller(person.person_id, made.json()["token"], world.client).post(
        "/me/authorisations", programs.asking()
    )
    assert answer.status_code == 403


@pytest.mark.spoils_the_log
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("challenge", authorising.challenge_of(OTHER)),
        ("redirect_uri", "http://127.0.0.1:49153/signed-in"),
        ("session_id", None),
        ("person_id", None),
    ],
)
def test_a_row_changed_in_the_database_signs_nobody_in(
    world: World, column: str, value: str | None
) -> None:
    """Whoever can write rows, but has no key, cannot turn a code of their own into another's."""
    code, victim = code_of(world.person()), world.person()
    of_victim = {"session_id": parse_token(victim.token)[1], "person_id": victim.person_id}
    with world.parts.database.changing() as tx:
        changed = table_of(Authorisation).update().values({column: value or of_victim[column]})
        tx.connection.execute(changed)
    sent = {
        "challenge": {"code_verifier": OTHER},
        "redirect_uri": {"redirect_uri": value},
    }.get(column, {})
    assert refused(exchange(world, code, **sent))
