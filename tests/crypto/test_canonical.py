"""One value has one spelling, and only that spelling is read."""

import json
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.canonical import canonical, parse
from crypto.errors import Unverified


class Colour(StrEnum):
    RED = "red"


class Level(IntEnum):
    LOW = 1


SAFE = st.integers(-(2**53) + 1, 2**53 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
AWKWARD = (
    st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from([Colour.RED, Level.LOW, '\x00\x1f\x7f\u2028"\\/\b\f\n\r\t', b"bytes", 1j])
)


def values(leaves: st.SearchStrategy[Any], keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.tuples(inner, inner)
            | st.dictionaries(keys, inner, max_size=4)
        ),
        max_leaves=12,
    )


PLAIN = values(st.none() | st.booleans() | SAFE | TEXT, TEXT)
ANYTHING = values(st.none() | SAFE | TEXT | AWKWARD, TEXT | AWKWARD)


def spelling(encode: Any, value: Any) -> bytes | None:
    """The spelling, or None where the value is refused."""
    try:
        spelt: bytes = encode(value)
    except ValueError:
        return None
    return spelt


@settings(max_examples=300)
@given(PLAIN)
def test_the_fast_path_spells_as_rfc8785_does(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=300)
@given(ANYTHING)
def test_whatever_rfc8785_refuses_is_refused_and_nothing_more(value: Any) -> None:
    assert spelling(canonical, value) == spelling(rfc8785.dumps, value)


@settings(max_examples=200)
@given(PLAIN)
def test_what_was_spelt_is_read_back(value: Any) -> None:
    again = parse(canonical(value))
    assert canonical(again) == canonical(value)
    assert again == json.loads(json.dumps(value))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_survives(number: float) -> None:
    assert parse(canonical([number])) == [number]


def test_the_examples_of_rfc_8785_come_out_as_printed() -> None:
    sample = {  # RFC 8785, 3.2.2
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\u000aA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical(sample).decode("utf-8") == (
        '{"literals":[null,true,false],'
        '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_stand_in_the_order_of_their_utf_16_units() -> None:
    keys = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]  # RFC 8785, 3.2.3
    shuffled = dict.fromkeys(sorted(keys, reverse=True), 0)
    assert list(parse(canonical(shuffled))) == keys


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        float("nan"),
        float("inf"),
        {1: 2},
        {None: 1},
        {True: 1},
        "\ud800",
        {"\ud800": 1},
        b"",
        {1},
        frozenset(),
    ],
    ids=repr,
)
def test_what_json_cannot_carry_has_no_spelling(value: object) -> None:
    assert spelling(canonical, value) is None
    assert spelling(canonical, {"in": [value]}) is None


def test_endless_nesting_has_no_spelling() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="nested"):
        canonical(endless)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1\n",
        b"-0",
        b"01",
        b"1.0",
        b"1e2",
        b"9007199254740993",
        b"1" * 5000,
        b"1e999",
        b"NaN",
        b"Infinity",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u000A"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b"[" * 100_000,
        b"[" * 5000 + b"]" * 5000,
    ],
    ids=lambda data: repr(data[:20]),
)
def test_another_spelling_is_not_read(data: bytes) -> None:
    with pytest.raises(Unverified):
        parse(data)


@settings(max_examples=300)
@given(st.binary(max_size=40) | st.text('{}[]",:0123456789.eE+-\\untrfals ', max_size=12))
def test_rubbish_is_refused_or_is_its_own_spelling(data: bytes | str) -> None:
    raw = data.encode() if isinstance(data, str) else data
    try:
        value = parse(raw)
    except Unverified:
        return
    assert canonical(value) == raw
