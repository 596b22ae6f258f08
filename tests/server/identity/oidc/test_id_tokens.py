"""Forged, stale and foreign ID tokens, each of every bad kind: refused by a word of its own.

Every token here is what a provider, or somebody between, might send. After each refusal there is no
session, and the flow is used up.
"""

from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from tests.factories import Caller, World
from tests.making.fake_provider import FakeProvider, in_json, segment
from tests.making.identity import recorded
from tests.making.own_sign_in import answer_of, begin, code_of, complete, configure, entry, sign_in

Forger = Callable[[FakeProvider, dict[str, Any]], str | None]


def attempt(world: World, fake: FakeProvider, forge: Forger, **claims: Any) -> Any:
    """A sign-in whose ID token is made by `forge` out of otherwise good claims."""
    begun = begin(world)
    good = {"nonce": begun.asked["nonce"], **claims}
    fake.id_token = forge(fake, fake.claims(**good))
    return complete(world, begun, **answer_of(begun, fake))


def plainly(fake: FakeProvider, claims: dict[str, Any]) -> str:
    """A well-signed token over these claims."""
    return fake.signed(claims)


def in_header(**header: Any) -> Forger:
    """A well-signed token with more, or less, in its header."""
    return lambda fake, claims: fake.signed(claims, **header)


def by_a_strangers_key(fake: FakeProvider, claims: dict[str, Any]) -> str:
    strange = ECKey.generate_key("P-256", {"kid": fake.key.kid})
    return fake.signed(claims, key=strange)


def with_its_own_key(fake: FakeProvider, claims: dict[str, Any]) -> str:
    """CVE-2026-27962: the token brings the key it is to be verified with."""
    strange = ECKey.generate_key("P-256", {"kid": fake.key.kid})
    return fake.signed(claims, key=strange, jwk=strange.as_dict(private=False))


def tampered(fake: FakeProvider, claims: dict[str, Any]) -> str:
    head, _, signature = fake.signed(claims).split(".")
    return f"{head}.{segment({**claims, 'sub': 'somebody else'})}.{signature}"


def stripped(fake: FakeProvider, claims: dict[str, Any]) -> str:
    head, body, _ = fake.signed(claims).split(".")
    return f"{head}.{body}."


def of_a_list(fake: FakeProvider, claims: dict[str, Any]) -> str:
    return fake.signed(claims).replace(".", f".{segment([claims])}.", 1)


def with_rs512(fake: FakeProvider, claims: dict[str, Any]) -> str:
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    fake.published.append(fake.public(rsa))
    return fake.signed(claims, key=rsa, alg="RS512")


def by_a_short_rsa_key(fake: FakeProvider, claims: dict[str, Any]) -> str:
    with pytest.warns(match="2048"):
        short = RSAKey.generate_key(1024, {"kid": "short"})
    fake.published.append(fake.public(short))
    return fake.signed(claims, key=short, alg="RS256")


BAD_TOKENS: dict[str, tuple[Forger, str]] = {
    "no token at all": (lambda _fake, _claims: None, "missing"),
    "not a token": (lambda _fake, _claims: "not a token", "malformed"),
    "five parts, encrypted": (lambda fake, claims: fake.signed(claims) + ".a.b", "malformed"),
    "a list of claims": (of_a_list, "malformed"),
    "alg none": (lambda fake, claims: fake.unsigned(claims), "algorithm"),
    "signature left out": (stripped, "signature"),
    "HS256 with the public key": (
        lambda fake, claims: fake.signed_with_the_public_key(claims),
        "algorithm",
    ),
    "an algorithm the operator did not allow": (with_rs512, "algorithm"),
    "a stranger's key under the right name": (by_a_strangers_key, "signature"),
    "an RSA key of 1024 bits": (by_a_short_rsa_key, "unknown_key"),
    "claims changed after signing": (tampered, "signature"),
    "its own key in the header": (with_its_own_key, "header"),
    "a key to be fetched from elsewhere": (in_header(jku="https://evil.example/jwks"), "header"),
    "a certificate to be fetched": (in_header(x5u="https://evil.example/c"), "header"),
    "critical extensions": (in_header(crit=["b64"], b64=False), "header"),
    "an unknown key": (in_header(kid="nobody's"), "unknown_key"),
    "a key id that is no text": (in_header(kid=7), "malformed"),
    "an access token": (in_header(typ="at+jwt"), "type"),
    "a logout token": (in_header(typ="logout+jwt"), "type"),
    "far too long": (lambda fake, claims: fake.signed({**claims, "x": "y" * 20_000}), "oversize"),
}


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_token_of_a_bad_kind_opens_nothing(
    world: World, alice: Caller, fake: FakeProvider, kind: str
) -> None:
    forge, reason = BAD_TOKENS[kind]
    before = recorded(world)

    answer = attempt(world, fake, forge)

    assert code_of(answer) == (403, "token_refused"), answer.text
    assert answer.json()["reason"] == reason
    assert recorded(world) == before  # no session, no link: a count only
    world.parts.tally.flush(everything=True)
    assert (f"sign_in.{reason}", "installation", "refused") in recorded(world)
    assert sign_in(world, fake).status_code == 201


NOW = 1_790_000_000  # the test clock's, in seconds
BAD_CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "of another issuer": ({"iss": "https://evil.example"}, "issuer"),
    "of nobody": ({"iss": None}, "issuer"),
    "for another client": ({"aud": "somebody else"}, "audience"),
    "for us and another": ({"aud": ["council", "somebody else"]}, "audience"),
    "for nobody": ({"aud": None}, "audience"),
    "for an empty list": ({"aud": []}, "audience"),
    "asked for by another": ({"azp": "somebody else"}, "authorised_party"),
    "expired": ({"exp": NOW - 30}, "expired"),
    "without an end": ({"exp": None}, "exp_missing"),
    "with an end that is a truth": ({"exp": True}, "exp_missing"),
    "with an end in words": ({"exp": "tomorrow"}, "exp_missing"),
    "of the future": ({"iat": NOW + 31}, "issued_in_future"),
    "without a beginning": ({"iat": None}, "iat_missing"),
    "not valid yet": ({"nbf": NOW + 31}, "issued_in_future"),
    "for another request": ({"nonce": "another"}, "nonce"),
    "for no request": ({"nonce": None}, "nonce_missing"),
    "about nobody": ({"sub": None}, "sub_missing"),
    "about an empty name": ({"sub": ""}, "sub_missing"),
    "about a number": ({"sub": 7}, "sub_missing"),
    "about too long a name": ({"sub": "x" * 256}, "sub_missing"),
    "about a name with a line in it": ({"sub": "alice\nbob"}, "sub_missing"),
    "with a session that is a list": ({"sid": ["s"]}, "sid_missing"),
    "without saying when": ({"auth_time": None}, "auth_time_missing"),
    "by a sign-in of long ago": ({"auth_time": NOW - 3631}, "signed_in_too_long_ago"),
    "by a sign-in of the future": ({"auth_time": NOW + 31}, "issued_in_future"),
}


@pytest.mark.parametrize("kind", BAD_CLAIMS)
def test_a_token_with_bad_claims_opens_nothing(
    world: World, alice: Caller, fake: FakeProvider, kind: str
) -> None:
    claims, reason = BAD_CLAIMS[kind]
    before = recorded(world)

    answer = attempt(world, fake, plainly, **claims)

    assert (code_of(answer), answer.json().get("reason")) == ((403, "token_refused"), reason)
    assert recorded(world) == before


GOOD_CLAIMS: dict[str, dict[str, Any]] = {
    "as it should be": {},
    "for us alone, as a list": {"aud": ["council"]},
    "asked for by us": {"azp": "council"},
    "expired within the leeway": {"exp": NOW - 29},
    "issued ahead within the leeway": {"iat": NOW + 30},
    "signed in as long ago as allowed": {"auth_time": NOW - 3630},
    "with a fraction of a second": {"iat": NOW - 0.5},
}


@pytest.mark.parametrize("kind", GOOD_CLAIMS)
def test_a_token_at_the_very_edge_is_taken(
    world: World, alice: Caller, fake: FakeProvider, kind: str
) -> None:
    assert attempt(world, fake, plainly, **GOOD_CLAIMS[kind]).status_code == 201


@pytest.mark.parametrize(
    "header", [{"typ": "JWT"}, {"typ": "application/jwt"}, {"kid": None}, {"x5t": "thumb"}]
)
def test_headers_that_mean_nothing_to_us_are_taken(
    world: World, alice: Caller, fake: FakeProvider, header: dict[str, Any]
) -> None:
    """RFC 7515, 4: what is not understood is ignored. Without `kid` the only key is meant."""
    assert attempt(world, fake, in_header(**header)).status_code == 201


def test_without_a_key_id_nothing_is_guessed_among_several(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    fake.rotate("second")
    fake.published.append(fake.public(ECKey.generate_key("P-256", {"kid": "third"})))
    world.clock.advance(3_600_000)

    answer = attempt(world, fake, in_header(kid=None))

    assert answer.json()["reason"] == "unknown_key"


def test_the_algorithms_are_the_operators_whatever_the_provider_says(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    """Its metadata names RS512 and HS256: no matter."""
    fake.metadata["id_token_signing_alg_values_supported"] = ["RS512", "HS256", "none"]
    world.clock.advance(3_600_000)

    assert attempt(world, fake, with_rs512).json()["reason"] == "algorithm"
    assert sign_in(world, fake).status_code == 201


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({}, "acr_too_low"),
        ({"acr": "urn:low", "amr": ["hwk", "user"]}, "acr_too_low"),
        ({"acr": ["urn:high"], "amr": ["hwk", "user"]}, "acr_too_low"),
        ({"acr": "urn:high"}, "amr_too_low"),
        ({"acr": "urn:high", "amr": ["pwd"]}, "amr_too_low"),
        ({"acr": "urn:high", "amr": "hwk user"}, "amr_too_low"),
        ({"acr": "urn:high", "amr": ["hwk", "user", "x"]}, None),
        ({"acr": "urn:highest", "amr": ["user", "hwk"]}, None),
    ],
)
def test_how_well_somebody_proved_themself_is_the_operators_rule(
    world: World, alice: Caller, fake: FakeProvider, claims: dict[str, Any], reason: str | None
) -> None:
    configure(
        world,
        entry(fake.issuer, acr_values=["urn:high", "urn:highest"], amr_values=["hwk", "user"]),
    )

    answer = attempt(world, fake, plainly, **claims)

    assert answer.json().get("reason") == reason
    assert answer.status_code == (403 if reason else 201)
    assert begin(world).asked["acr_values"] == "urn:high urn:highest"


def test_a_prompt_is_passed_on(world: World, fake: FakeProvider) -> None:
    configure(world, entry(fake.issuer, prompt="login", max_age=300))

    asked = begin(world).asked

    assert (asked["prompt"], asked["max_age"]) == ("login", "300")


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "invalid_grant", "error_description": "<b>x</b>"},
        {"error": "invalid_client"},
    ],
)
def test_a_code_the_provider_does_not_take_is_told_by_its_word(
    world: World, alice: Caller, fake: FakeProvider, answer: dict[str, str]
) -> None:
    fake.answers["/token"] = lambda: in_json(answer, 400)
    begun = begin(world)

    refused = complete(world, begun, **answer_of(begun, fake))

    assert code_of(refused) == (403, "provider_refused")
    assert refused.json()["error"] == answer["error"]
    assert "<b>" not in refused.text
