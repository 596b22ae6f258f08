"""The software authenticator: what it answers, what it refuses, and what it says of itself."""

import json
from typing import Any

import pytest
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import CredentialDeviceType

from clients.sdk.authenticator import PRESENT, VERIFIED, Authenticator, NoPasskey

ORIGIN = "https://council.example:8443"
RP = "council.example"


def creation(rp: str = RP) -> tuple[Any, dict[str, Any]]:
    options = generate_registration_options(
        rp_id=rp, rp_name="協議会", user_name="甲野", user_id=b"0123456789abcdef"
    )
    return options, options_to_json_dict(options)


def request(rp: str = RP) -> tuple[Any, dict[str, Any]]:
    options = generate_authentication_options(rp_id=rp)
    return options, options_to_json_dict(options)


def made(authenticator: Authenticator, origin: str = ORIGIN) -> Any:
    options, plain = creation()
    return verify_registration_response(
        credential=authenticator.create(plain, origin),
        expected_challenge=options.challenge,
        expected_rp_id=RP,
        expected_origin=origin,
        require_user_verification=True,
    )


def test_an_independent_verifier_takes_what_it_makes_and_signs() -> None:
    authenticator = Authenticator()
    key = made(authenticator)
    for count in (1, 2):
        options, plain = request()
        signed = verify_authentication_response(
            credential=authenticator.get(plain, ORIGIN),
            expected_challenge=options.challenge,
            expected_rp_id=RP,
            expected_origin=ORIGIN,
            credential_public_key=key.credential_public_key,
            credential_current_sign_count=count - 1,
            require_user_verification=True,
        )
        assert signed.new_sign_count == count


def test_it_says_that_its_keys_can_be_copied() -> None:
    """Whatever the options say: a file is no device."""
    key = made(Authenticator())

    assert key.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    assert key.credential_backed_up


def test_tests_may_have_it_say_otherwise() -> None:
    key = made(Authenticator(flags=PRESENT | VERIFIED))

    assert key.credential_device_type is CredentialDeviceType.SINGLE_DEVICE


def test_what_is_kept_signs_and_counts_on() -> None:
    authenticator = Authenticator()
    made(authenticator)
    _, plain = request()
    authenticator.get(plain, ORIGIN)

    again = Authenticator.from_dict(json.loads(json.dumps(authenticator.to_dict())))

    assert again == authenticator
    assert again.keys[0].count == 1
    assert again.get(plain, ORIGIN)["id"] == authenticator.keys[0].id


def test_no_private_key_is_printed_by_accident() -> None:
    authenticator = Authenticator()
    made(authenticator)

    assert authenticator.keys[0].private not in repr(authenticator)


@pytest.mark.parametrize(
    ("rp", "origin", "speaks"),
    [
        (RP, "https://council.example", True),
        (RP, "https://pages.council.example", True),
        (RP, "https://notcouncil.example", False),
        ("pages.council.example", "https://council.example", False),
        (RP, "no origin", False),
    ],
)
def test_a_page_speaks_for_its_own_host_and_those_above(rp: str, origin: str, speaks: bool) -> None:
    authenticator, (_, plain) = Authenticator(), creation(rp)
    if speaks:
        assert authenticator.create(plain, origin)["type"] == "public-key"
        return
    with pytest.raises(NoPasskey):
        authenticator.create(plain, origin)
    assert authenticator.keys == []


def test_it_signs_for_nobody_it_has_no_key_for() -> None:
    authenticator = Authenticator()
    made(authenticator)
    _, other = request("other.example")
    with pytest.raises(NoPasskey):
        authenticator.get(other, "https://other.example")
    _, plain = request()
    with pytest.raises(NoPasskey):
        authenticator.get(plain | {"allowCredentials": [{"id": "AAAA"}]}, ORIGIN)


def test_it_makes_no_second_key_where_one_is_excluded() -> None:
    authenticator = Authenticator()
    made(authenticator)
    _, plain = creation()

    with pytest.raises(NoPasskey):
        authenticator.create(
            plain | {"excludeCredentials": [{"id": authenticator.keys[0].id}]}, ORIGIN
        )


def test_it_makes_no_key_of_another_kind() -> None:
    _, plain = creation()

    with pytest.raises(NoPasskey):
        Authenticator().create(plain | {"pubKeyCredParams": [{"alg": -257}]}, ORIGIN)
