"""Keys of different purposes have nothing in common; a wrapped key opens for its purpose only."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import Unverified
from crypto.keys import (
    KEY_SIZE,
    derive,
    new_key,
    public_bytes,
    signing_key_from_seed,
    unwrap,
    wrap,
)
from crypto.sealing import seal

KEK, KEY = bytes(range(32)), bytes(range(32, 64))


def lines(path: str) -> list[str]:
    with cryptography_vectors.open_vector_file(path, "r") as file:
        return [str(line).strip() for line in file]


def hkdf_cases() -> Iterator[dict[str, str]]:
    case: dict[str, str] = {}
    for line in lines("KDF/rfc-5869-HKDF-SHA256.txt"):
        name, _, value = line.partition("=")
        if name.strip() == "COUNT":
            case = {}
        case[name.strip()] = value.strip()
        if name.strip() == "OKM":
            yield case


def hkdf_expand(algorithm: str, key: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, 2.3, word for word."""
    output, block, count = b"", b"", 1
    while len(output) < length:
        block = hmac.digest(key, block + info + bytes([count]), algorithm)
        output, count = output + block, count + 1
    return output[:length]


def test_hkdf_expand_gives_the_answers_of_rfc_5869() -> None:
    cases = list(hkdf_cases())
    assert len(cases) == 3
    for case in cases:
        key, info = bytes.fromhex(case["PRK"]), bytes.fromhex(case["info"])
        length, expected = int(case["L"]), bytes.fromhex(case["OKM"])
        assert hkdf_expand("sha256", key, info, length) == expected
        assert HKDFExpand(SHA256(), length, info).derive(key) == expected


def test_a_derived_key_is_hkdf_expand_of_its_label() -> None:
    expected = hkdf_expand("sha512", KEY, b"kyogikai/field/v1", KEY_SIZE)
    assert derive(KEY, "field") == expected


def test_derived_keys_differ_by_key_and_purpose() -> None:
    derived = {derive(key, purpose) for key in (KEK, KEY) for purpose in ("field", "index", "a/v1")}
    assert len(derived | {KEK, KEY}) == 8


@pytest.mark.parametrize(
    ("key", "purpose"), [(b"short", "field"), (KEY, ""), (KEY, "索引"), (KEY, "a\0b")]
)
def test_an_unusable_key_or_purpose_is_our_own_mistake(key: bytes, purpose: str) -> None:
    with pytest.raises(ValueError, match=r"32 bytes|purpose"):
        derive(key, purpose)


def test_new_keys_are_32_bytes_and_never_the_same() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {KEY_SIZE}


@given(st.binary(min_size=1, max_size=50))
def test_a_wrapped_key_is_unwrapped_for_its_context(context: bytes) -> None:
    assert unwrap(KEK, wrap(KEK, KEY, context), context) == KEY


@settings(max_examples=200)
@given(st.data())
def test_a_changed_wrap_key_or_context_is_refused(data: st.DataObject) -> None:
    wrapped = wrap(KEK, KEY, b"council/1")
    at = data.draw(st.integers(0, len(wrapped) - 1))
    flipped = wrapped[:at] + bytes([wrapped[at] ^ data.draw(st.integers(1, 255))])
    bad: list[tuple[bytes, bytes, bytes]] = [
        (KEK, flipped + wrapped[at + 1 :], b"council/1"),
        (KEK, wrapped[:at], b"council/1"),
        (KEK, wrapped + b"\0", b"council/1"),
        (KEY, wrapped, b"council/1"),
        (KEK, wrapped, b"council/2"),
        (KEK, data.draw(st.binary(max_size=120)), b"council/1"),
    ]
    for kek, sealed, context in bad:
        with pytest.raises(Unverified):
            unwrap(kek, sealed, context)


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_what_is_not_a_key_is_not_unwrapped_as_one(length: int) -> None:
    with pytest.raises(Unverified):
        unwrap(KEK, seal(KEK, bytes(length), b"c"), b"c")


def test_wrapping_without_context_or_with_other_lengths_is_our_own_mistake() -> None:
    uses: list[Any] = [
        lambda: wrap(KEK, KEY, b""),
        lambda: unwrap(KEK, wrap(KEK, KEY, b"c"), b""),
        lambda: wrap(KEK, b"short", b"c"),
        lambda: wrap(b"short", KEY, b"c"),
        lambda: unwrap(b"short", wrap(KEK, KEY, b"c"), b"c"),
        lambda: signing_key_from_seed(b"short"),
    ]
    for use in uses:
        with pytest.raises(ValueError, match=r"32 bytes|context"):
            use()


def test_signing_keys_and_signatures_are_those_of_rfc_8032() -> None:
    # A line of the list RFC 8032 took its own from: seed+public:public:message:signature+message.
    for line in lines("asymmetric/Ed25519/sign.input")[:128]:
        seed_and_public, public, message, signed = map(bytes.fromhex, line.split(":")[:4])
        private = signing_key_from_seed(seed_and_public[:32])
        assert public_bytes(private) == public_bytes(private.public_key()) == public
        assert private.sign(message) + message == signed


def test_a_seed_always_gives_the_same_key() -> None:
    seed = hashlib.sha256(b"seed").digest()
    assert public_bytes(signing_key_from_seed(seed)) == public_bytes(signing_key_from_seed(seed))
