"""Back-channel logout: a provider signs somebody out, and ends what it opened, and nothing else."""

from typing import Any

import pytest
from joserfc.jwk import ECKey

from server.clock import HOUR, MINUTE
from server.identity.oidc_models import LogoutNotice
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.audit import table_of
from tests.making.fake_provider import FakeProvider
from tests.making.identity import as_session, link_for, recorded
from tests.making.own_sign_in import code_of, sign_in
from tests.server.identity.test_signing_in import opened

pytestmark = pytest.mark.on_both_databases

PATH = "/api/v1/sign-outs/backchannel"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
NOW = 1_790_000_000


def notice(fake: FakeProvider, **changed: Any) -> dict[str, Any]:
    """What a good logout token says, with changes; None leaves a claim out."""
    now = fake.clock() // 1000
    good = {
        "iss": fake.issuer,
        "aud": "council",
        "iat": now,
        "exp": now + 120,
        "jti": "notice-1",
        "events": {EVENT: {}},
        "sub": "alice",
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def send(world: World, token: str) -> Any:
    """A provider's notice, as a provider sends it."""
    return world.client.post(PATH, data={"logout_token": token})


def signed_in(world: World, fake: FakeProvider, **claims: Any) -> Caller:
    """A session opened by the provider."""
    return as_session(world, sign_in(world, fake, **claims))


def works(caller: Caller) -> bool:
    """Whether the session is still one."""
    return bool(caller.get("/me").status_code == 200)


def test_a_subject_that_signs_out_there_is_signed_out_here_everywhere(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    again = signed_in(world, fake, sid="s-1")
    by_passkey = world.session(alice.person_id)

    answer = send(world, fake.signed(notice(fake), typ="logout+jwt"))

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert [works(each) for each in (alice, again, by_passkey)] == [False, False, True]
    about = f"person/{alice.person_id}"
    assert ("session.ended_by_provider", about, "done") in recorded(world)
    [entry] = opened(world, "session.ended_by_provider")
    assert entry["provider"] == "org-a-sso"
    assert len(entry["sessions"]) == 2  # type: ignore[arg-type]


def test_a_session_that_ends_there_ends_here_alone(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    one, two = signed_in(world, fake, sid="s-1"), signed_in(world, fake, sid="s-2")

    assert send(world, fake.signed(notice(fake, sub=None, sid="s-1"))).status_code == 200

    assert [works(each) for each in (alice, one, two)] == [True, False, True]


def test_subject_and_session_together_must_both_fit(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    one = signed_in(world, fake, sid="s-1")

    assert send(world, fake.signed(notice(fake, sub="bob", sid="s-1"))).status_code == 200
    assert works(one)
    both = notice(fake, sid="s-1", jti="notice-2")
    assert send(world, fake.signed(both)).status_code == 200
    assert (works(one), works(alice)) == (False, True)


def test_a_notice_that_ends_nothing_is_taken_and_recorded(world: World, fake: FakeProvider) -> None:
    answer = send(world, fake.signed(notice(fake, sub="nobody")))

    assert answer.status_code == 200
    assert ("session.ended_by_provider", "installation", "done") in recorded(world)


def test_another_provider_ends_nothing_of_this_one(
    world: World, alice: Caller, fake: FakeProvider, other: FakeProvider
) -> None:
    """The same subject, honestly signed by another issuer; and a lie about the issuer."""
    honest = send(world, other.signed(notice(other)))
    lying = send(world, other.signed(notice(other, iss=fake.issuer)))

    assert (honest.status_code, code_of(lying)) == (200, (400, "logout_token_refused"))
    assert works(alice)


def test_a_notice_is_obeyed_once(world: World, alice: Caller, fake: FakeProvider) -> None:
    token = fake.signed(notice(fake))
    assert send(world, token).status_code == 200
    later = signed_in(world, fake)

    again = send(world, token)

    assert (again.status_code, again.json()["reason"]) == (400, "replayed")
    assert works(later)


def test_notices_are_forgotten_when_they_have_expired(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock
) -> None:
    old = fake.signed(notice(fake))
    assert send(world, old).status_code == 200
    clock.advance(HOUR)
    assert send(world, fake.signed(notice(fake, jti="notice-2"))).status_code == 200

    with world.parts.database.reading() as tx:
        assert len(tx.connection.execute(table_of(LogoutNotice).select()).all()) == 1
    assert send(world, old).json()["reason"] == "expired"


@pytest.mark.parametrize("typ", ["logout+jwt", "Logout+JWT", "application/logout+jwt", "JWT", None])
def test_the_types_that_the_standard_leaves_open_are_taken(
    world: World, alice: Caller, fake: FakeProvider, typ: str | None
) -> None:
    assert send(world, fake.signed(notice(fake), typ=typ)).status_code == 200
    assert not works(alice)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an ID token, by its nonce": ({"nonce": "n"}, "nonce"),
    "about no event": ({"events": None}, "event"),
    "about another event": ({"events": {"http://example.jp/other": {}}}, "event"),
    "about an event that is no object": ({"events": {EVENT: True}}, "event"),
    "about events in a list": ({"events": [EVENT]}, "event"),
    "about nobody": ({"sub": None}, "nobody_named"),
    "about a subject that is no text": ({"sub": 7}, "sub_missing"),
    "about a session that is no text": ({"sid": 7}, "sid_missing"),
    "of nobody": ({"iss": None}, "issuer"),
    "of an issuer we do not know": ({"iss": "https://evil.example"}, "issuer"),
    "of an issuer that is no text": ({"iss": ["a"]}, "issuer"),
    "for another": ({"aud": "another"}, "audience"),
    "for nobody": ({"aud": None}, "audience"),
    "for us and another": ({"aud": ["council", "another"]}, "audience"),
    "without a beginning": ({"iat": None}, "iat_missing"),
    "of the future": ({"iat": NOW + 31}, "issued_in_future"),
    "without an end": ({"exp": None}, "exp_missing"),
    "expired": ({"exp": NOW - 30}, "expired"),
    "good for a day": ({"exp": NOW + 86_400}, "valid_too_long"),
    "without a number of its own": ({"jti": None}, "jti_missing"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_notice_of_a_bad_kind_ends_nothing(
    world: World, alice: Caller, fake: FakeProvider, kind: str
) -> None:
    changed, reason = BAD[kind]
    before = recorded(world)

    answer = send(world, fake.signed(notice(fake, **changed)))

    assert code_of(answer) == (400, "logout_token_refused")
    assert (answer.json()["reason"], answer.json()["error"]) == (reason, "invalid_request")
    assert answer.headers["cache-control"] == "no-store"
    assert works(alice)
    kinds = {entry[0] for entry in recorded(world)[len(before) :]}
    assert "session.ended_by_provider" not in kinds
    world.parts.tally.flush(everything=True)
    assert (f"sign_out.{reason}", "installation", "refused") in recorded(world)


@pytest.mark.parametrize("typ", ["at+jwt", "id+jwt", "secevent+jwt"])
def test_a_token_of_another_type_ends_nothing(
    world: World, alice: Caller, fake: FakeProvider, typ: str
) -> None:
    answer = send(world, fake.signed(notice(fake), typ=typ))

    assert (answer.status_code, answer.json()["reason"]) == (400, "type")
    assert works(alice)


def test_forged_notices_end_nothing(world: World, alice: Caller, fake: FakeProvider) -> None:
    strange = ECKey.generate_key("P-256", {"kid": fake.key.kid})
    forged = {
        "algorithm": fake.unsigned(notice(fake)),
        "signature": fake.signed(notice(fake), key=strange),
        "unknown_key": fake.signed(notice(fake), kid="nobody's"),
        "header": fake.signed(notice(fake), key=strange, jwk=strange.as_dict(private=False)),
    }
    by_everybodys_key = fake.signed_with_the_public_key(notice(fake))

    for reason, token in [*forged.items(), ("algorithm", by_everybodys_key)]:
        answer = send(world, token)
        assert (answer.status_code, answer.json()["reason"]) == (400, reason)
    assert works(alice)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 10, "x" * 15_000])
def test_what_is_no_token_is_refused(world: World, token: str) -> None:
    assert code_of(send(world, token)) == (400, "logout_token_refused")


def test_a_notice_comes_as_a_form_and_is_short(world: World, fake: FakeProvider) -> None:
    token = fake.signed(notice(fake))

    in_json = world.client.post(PATH, json={"logout_token": token})
    in_parts = world.client.post(PATH, files={"logout_token": (None, token)})
    without = world.client.post(PATH)
    too_long = send(world, "x" * 20_000)

    assert [each.status_code for each in (in_json, in_parts)] == [415, 415]
    assert (without.status_code, too_long.status_code) == (400, 413)


def test_a_form_is_taken_nowhere_else_in_the_api(world: World) -> None:
    answer = world.client.post("/api/v1/sign-ins", data={"provider": "org-a-sso"})

    assert answer.status_code == 415


def test_a_notice_whose_key_cannot_be_had_is_refused(world: World, fake: FakeProvider) -> None:
    fake.answers["/jwks"] = lambda: (503, {}, b"")

    answer = send(world, fake.signed(notice(fake)))

    assert (answer.status_code, answer.json()["reason"]) == (400, "provider_unavailable")


def test_signing_out_there_is_no_way_to_sign_in_again_with_an_old_session(
    world: World, fake: FakeProvider, clock: TestClock
) -> None:
    person = world.person()
    first = sign_in(world, fake, link=link_for(world, person.person_id))
    assert send(world, fake.signed(notice(fake))).status_code == 200
    clock.advance(MINUTE)

    assert not works(as_session(world, first))
    assert works(signed_in(world, fake))
