"""A commitment tells nothing and opens to one value only."""

import hashlib
import hmac
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.digests import commit, keyed_digest, open_commitment, sha256
from crypto.errors import Unverified

SALT = bytes(range(32))
KEY = bytes(32)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def test_sha256_is_that_of_the_standard() -> None:
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    assert sha256(b"abc").hex() == expected


def test_a_commitment_is_hmac_of_the_canonical_value() -> None:
    expected = hmac.new(SALT, b'{"a":1,"b":"\xe5\x90\x8d"}', hashlib.sha256).digest()
    assert commit(SALT, {"b": "名", "a": 1}) == expected


def test_a_commitment_opens_to_its_value() -> None:
    open_commitment(commit(SALT, ["x"]), SALT, ["x"])


@pytest.mark.parametrize(
    ("commitment", "salt", "value"),
    [
        (commit(SALT, ["x"]), SALT, ["y"]),
        (commit(SALT, ["x"]), KEY, ["x"]),
        (commit(SALT, ["x"])[:-1], SALT, ["x"]),
        (b"", SALT, ["x"]),
        (commit(SALT, ["x"]), SALT[:-1], ["x"]),
        (commit(SALT, ["x"]), SALT, [2**60]),
    ],
)
def test_a_commitment_opens_to_nothing_else(commitment: bytes, salt: bytes, value: Any) -> None:
    with pytest.raises(Unverified):
        open_commitment(commitment, salt, value)


@pytest.mark.parametrize("salt", [b"", SALT[:-1], SALT + b"\0"])
def test_a_short_salt_is_our_own_mistake(salt: bytes) -> None:
    with pytest.raises(ValueError, match="salt"):
        commit(salt, "x")


@given(WORDS)
def test_a_look_up_finds_a_text_however_it_was_typed(text: str) -> None:
    digest = keyed_digest(KEY, "e-mail", text)
    assert digest == keyed_digest(KEY, "e-mail", unicodedata.normalize("NFD", text))
    assert digest == keyed_digest(KEY, "e-mail", unicodedata.normalize("NFC", text))
    assert digest == keyed_digest(KEY, "e-mail", text.casefold())


def test_case_is_no_difference_and_spelling_is() -> None:
    assert keyed_digest(KEY, "e-mail", "Straße@Example.JP") == keyed_digest(
        KEY, "e-mail", "STRASSE@example.jp"
    )
    assert keyed_digest(KEY, "e-mail", "a") != keyed_digest(KEY, "e-mail", "b")


def test_purposes_and_keys_have_nothing_in_common() -> None:
    cases = [(KEY, "e-mail", "a"), (KEY, "name", "a"), (SALT, "e-mail", "a"), (KEY, "e-mai", "la")]
    assert len({keyed_digest(*each) for each in cases}) == len(cases)


@pytest.mark.parametrize(
    ("key", "purpose", "text"), [(b"k", "p", "t"), (KEY, "", "t"), (KEY, "a\0b", "t")]
)
def test_an_unusable_key_or_purpose_is_our_own_mistake(key: bytes, purpose: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"digest key|purpose"):
        keyed_digest(key, purpose, text)
