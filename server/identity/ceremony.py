"""The two ceremonies of WebAuthn, as pure functions: making a key, and signing with it.

Owns what this server asks of an authenticator (a key it keeps itself, a person it has verified) and
the reading of its answer; `webauthn` verifies. Knows no table, no session and no clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_attestation_object,
    parse_authenticator_data,
    parse_client_data_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Alg
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

ALGORITHMS = [Alg.ECDSA_SHA_256, Alg.EDDSA, Alg.RSASSA_PKCS1_v1_5_SHA_256]
# Browsers that are asked for no attestation send `none`, or a key's signature by itself (packed).
FORMATS = ("none", "packed")
LONGEST_ID = 1023  # bytes of a credential's id (WebAuthn 4)
MILLISECONDS = 300_000
MULTI_DEVICE = CredentialDeviceType.MULTI_DEVICE
TRANSPORTS = frozenset(each.value for each in AuthenticatorTransport)

Json = dict[str, Any]
Verified = TypeVar("Verified")


class Unproved(Exception):
    """The answer proves nothing; `why` is a word of ours, for the log and nobody else."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks: pages of exactly `origin`, as the relying party named by its host."""

    origin: str

    @property
    def id(self) -> str:
        """The relying party's id (WebAuthn 5.1.2): the origin's host, without its port."""
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True)
class Key:
    """A credential as options name it."""

    credential_id: bytes
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A key that was just made, as its authenticator describes it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    attestation: str
    backup_eligible: bool
    backed_up: bool
    transports: tuple[str, ...]
    discoverable: bool | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A valid signature by a key that was known: its count of uses, and whether it may leave its
    device and has done so.
    """

    sign_count: int
    backup_eligible: bool
    backed_up: bool


def creation_options(
    party: Party, challenge: bytes, handle: bytes, name: str, known: Sequence[Key]
) -> Json:
    """What a browser is asked to make: a key the authenticator keeps, behind PIN or biometrics.

    `handle` is what the authenticator gives back instead of a name; `known` are not made again.
    """
    options = generate_registration_options(
        rp_id=party.id,
        rp_name="協議会 Kyogikai",
        user_name=name,
        user_id=handle,
        challenge=challenge,
        timeout=MILLISECONDS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json_dict(options) | {"extensions": {"credProps": True}}


def request_options(party: Party, challenge: bytes, allowed: Sequence[Key] = ()) -> Json:
    """What a browser is asked to sign; without `allowed` the person chooses whom to be."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=MILLISECONDS,
        allow_credentials=_descriptors(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def created(party: Party, challenge: bytes, credential: Json) -> Made:
    """The key that answers a creation (WebAuthn 7.1). Raises Unproved."""

    def verify() -> Made:
        response = credential["response"]
        _same_place(base64url_to_bytes(response["clientDataJSON"]))
        attested = parse_attestation_object(base64url_to_bytes(response["attestationObject"]))
        attestation = next((each for each in FORMATS if each == attested.fmt), None)
        if attestation is None:
            raise Unproved("attestation_format")
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
        # A key that is no point of its curve is found here, not at the first sign-in.
        decoded_public_key_to_cryptography(
            decode_credential_public_key(found.credential_public_key)
        )
        discoverable = _discoverable(credential)
        if discoverable is False or len(found.credential_id) > LONGEST_ID:
            raise Unproved("not_discoverable" if discoverable is False else "long_id")
        return Made(
            found.credential_id,
            found.credential_public_key,
            found.sign_count,
            found.aaguid,
            attestation,
            found.credential_device_type is MULTI_DEVICE,
            found.credential_backed_up,
            _transports(response),
            discoverable,
        )

    return _or_why(verify, party, challenge, credential)


def signed(party: Party, challenge: bytes, credential: Json, public_key: bytes) -> Signed:
    """What a valid signature says besides (WebAuthn 7.2). Raises Unproved.

    Its count is the caller's to judge: the library judges it ahead of the signature, so that
    anybody could make a key look copied.
    """

    def verify() -> Signed:
        _same_place(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        copyable = found.credential_device_type is MULTI_DEVICE
        return Signed(found.new_sign_count, copyable, found.credential_backed_up)

    return _or_why(verify, party, challenge, credential)


def credential_id_of(credential: Json) -> bytes:
    """Which key an answer says it is of. Raises Unproved."""
    try:
        return base64url_to_bytes(credential["rawId"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unproved("malformed") from error


def handle_of(credential: Json) -> bytes | None:
    """Whose the authenticator says the key is; None where it does not say. Raises Unproved."""
    try:
        handle = credential["response"].get("userHandle")
        return None if handle is None else base64url_to_bytes(handle)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unproved("malformed") from error


def _or_why(
    verify: Callable[[], Verified], party: Party, challenge: bytes, credential: Json
) -> Verified:
    try:
        return verify()
    except Unproved:
        raise
    except Exception as error:
        # Whatever a hostile answer breaks in parsing, it proves nothing.
        raise Unproved(_why(party, challenge, credential["response"])) from error


def _why(party: Party, challenge: bytes, response: Json) -> str:
    """A word for what is wrong with an answer that did not verify."""
    try:
        client = parse_client_data_json(base64url_to_bytes(response["clientDataJSON"]))
        attestation = response.get("attestationObject")
        data = (
            parse_attestation_object(base64url_to_bytes(attestation)).auth_data
            if attestation is not None
            else parse_authenticator_data(base64url_to_bytes(response["authenticatorData"]))
        )
        kind = "webauthn.get" if attestation is None else "webauthn.create"
        faults = {
            "wrong_type": client.type != kind,
            "wrong_challenge": client.challenge != challenge,
            "wrong_origin": client.origin != party.origin,
            "wrong_relying_party": data.rp_id_hash != sha256(party.id.encode()).digest(),
            "person_not_verified": not (data.flags.up and data.flags.uv),
        }
    except Exception:  # noqa: BLE001  it is only being named
        return "malformed"
    return next((word for word, holds in faults.items() if holds), "wrong_signature")


def _same_place(client_data: bytes) -> None:
    if parse_client_data_json(client_data).cross_origin:
        raise Unproved("cross_origin")  # inside a frame of somebody else's page


def _discoverable(credential: Json) -> bool | None:
    properties = (credential.get("clientExtensionResults") or {}).get("credProps") or {}
    found = properties.get("rk")
    return found if isinstance(found, bool) else None


def _transports(response: Json) -> tuple[str, ...]:
    named = response.get("transports")
    found = named if isinstance(named, list) else []
    return tuple(sorted({each for each in found if isinstance(each, str)} & TRANSPORTS))


def _descriptors(keys: Sequence[Key]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=key.credential_id,
            transports=[AuthenticatorTransport(each) for each in key.transports] or None,
        )
        for key in keys
    ]
