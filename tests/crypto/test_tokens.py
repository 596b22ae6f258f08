"""A token is recognised by its form, and a mistyped one is told from a foreign one."""

import hashlib
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import Unverified
from crypto.tokens import KINDS, new_token, parse_token, secret_hash

FORM = re.compile(r"\b(kyo|kys|kye)_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}\b")
LETTERS = string.ascii_letters + string.digits
# `printf 'kyo_00000000_%043d' 0 | gzip -c | tail -c 8 | head -c 4 | od -An -tu4` gives the CRC-32
# 2986926599, which is 3G8q3T in base 62.
KNOWN = f"kyo_00000000_{'0' * 43}_3G8q3T"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_new_token_is_parsed_back(kind: str) -> None:
    token = new_token(kind)
    parsed_kind, token_id, secret = parse_token(token.text)
    assert (parsed_kind, token_id) == (kind, token.token_id)
    assert token.secret_hash == secret_hash(secret) == hashlib.sha256(secret.encode()).digest()


def test_the_checksum_is_the_crc_32_of_what_stands_before_it() -> None:
    assert parse_token(KNOWN) == ("kyo", "0" * 8, "0" * 43)


def test_a_scanner_finds_a_token_in_a_text() -> None:
    token = new_token()
    found = FORM.search(f"Authorization: Bearer {token.text}, and so on")
    assert found is not None
    assert found.group() == token.text


def test_tokens_never_repeat() -> None:
    tokens = [new_token() for _ in range(200)]
    assert len({token.token_id for token in tokens}) == 200
    assert len({parse_token(token.text)[2] for token in tokens}) == 200


def test_a_secret_holds_256_bits() -> None:
    assert 62**43 > 2**256


def test_a_token_is_not_shown_by_accident() -> None:
    token = new_token()
    assert token.text not in repr(token)
    assert parse_token(token.text)[2] not in repr(token)


def test_a_refusal_does_not_repeat_the_token() -> None:
    text = new_token().text
    with pytest.raises(Unverified) as refusal:
        parse_token(text[:-1] + ("0" if text[-1] != "0" else "1"))
    assert text[13:56] not in str(refusal.value)


def test_another_kind_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="kind"):
        new_token("ghp")


@settings(max_examples=300)
@given(st.data())
def test_a_mistyped_token_is_refused(data: st.DataObject) -> None:
    text = new_token(data.draw(st.sampled_from(sorted(KINDS)))).text
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from(LETTERS + "_- é"))
    bad = data.draw(
        st.sampled_from(
            [
                text[:at] + letter + text[at + 1 :],
                text[:at] + letter + text[at:],
                text[:at] + text[at + 1 :],
                text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
                text[:at],
                text + "\n",
                " " + text,
                text.upper(),
            ]
        )
    )
    if bad != text:
        with pytest.raises(Unverified):
            parse_token(bad)


@given(st.text(max_size=70))
def test_rubbish_is_no_token(text: str) -> None:
    with pytest.raises(Unverified):
        parse_token(text)


def test_full_width_digits_are_no_digits() -> None:
    text = new_token().text
    with pytest.raises(Unverified):
        parse_token(text[:4] + "０" + text[5:])
