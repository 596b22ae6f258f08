"""An answer is read back as it was meant, in one spelling, and stands for nothing else."""

import dataclasses
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.canonical import canonical
from crypto.errors import Unverified
from crypto.statements import (
    AnswerStatement,
    Verdict,
    answer_statement,
    parse_answer,
    question_statement,
    roster_statement,
    statement_digest,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
DIGESTS = st.binary(min_size=32, max_size=32)
ANSWERS = st.builds(
    AnswerStatement,
    council=NAMES,
    round=NAMES,
    question_sha256=DIGESTS,
    roster_sha256=DIGESTS,
    policy_sha256=DIGESTS,
    verdict=st.sampled_from(Verdict),
    membership=NAMES,
    organisation=st.none() | NAMES,
    capacity=NAMES,
    person=NAMES,
    nonce=DIGESTS,
    not_after=st.integers(0, 2**53 - 1),
    reason_commitment=st.none() | DIGESTS,
)
ANSWER = AnswerStatement(
    council="0199a3c0-0000-7000-8000-000000000001",
    round="0199a3c0-0000-7000-8000-000000000002",
    question_sha256=bytes(32),
    roster_sha256=bytes([1]) * 32,
    policy_sha256=bytes([2]) * 32,
    verdict=Verdict.CONSENT,
    membership="0199a3c0-0000-7000-8000-000000000003",
    organisation="jst",
    capacity="seat_representative",
    person="0199a3c0-0000-7000-8000-000000000004",
    nonce=bytes([3]) * 32,
    not_after=1_800_000_000_000,
)
VALUE: dict[str, Any] = json.loads(answer_statement(ANSWER))
WRONG: list[Any] = ["", 1.5, [], {}, True, -1]
SEATS = [{"membership": "b", "person": "2"}, {"membership": "a", "person": "1"}]


@given(ANSWERS)
def test_an_answer_is_read_back_as_it_was_meant(answer: AnswerStatement) -> None:
    assert parse_answer(answer_statement(answer)) == answer


def test_an_answer_is_one_typed_canonical_object() -> None:
    assert VALUE["type"] == "kyogikai/consent/v1"
    assert VALUE["verdict"] == "consent"
    assert VALUE["nonce"] == "03" * 32
    assert VALUE["reason_commitment"] is None
    assert canonical(VALUE) == answer_statement(ANSWER)


def test_whom_a_deputy_stands_in_for_is_stated_and_of_nobody_else_is_left_out() -> None:
    deputy = dataclasses.replace(ANSWER, capacity="deputy", on_behalf_of="b")
    assert parse_answer(answer_statement(deputy)) == deputy
    assert json.loads(answer_statement(deputy))["on_behalf_of"] == "b"
    assert "on_behalf_of" not in VALUE


def test_the_challenge_is_the_sha256_of_the_statement() -> None:
    statement = answer_statement(ANSWER)
    assert statement_digest(statement) == hashlib.sha256(statement).digest()


def test_no_two_answers_have_one_digest() -> None:
    changes: list[dict[str, Any]] = [
        {"council": "x"},
        {"round": "x"},
        {"question_sha256": bytes([9]) * 32},
        {"roster_sha256": bytes([9]) * 32},
        {"policy_sha256": bytes([9]) * 32},
        {"verdict": Verdict.OBJECTION},
        {"verdict": Verdict.WITHDRAWAL},
        {"membership": "x"},
        {"organisation": None},
        {"capacity": "deputy"},
        {"person": "x"},
        {"nonce": bytes([9]) * 32},
        {"not_after": 1},
        {"reason_commitment": bytes(32)},
        {"on_behalf_of": "x"},
    ]
    changed = [ANSWER, *(dataclasses.replace(ANSWER, **change) for change in changes)]
    assert {name for change in changes for name in change} == {
        field.name for field in dataclasses.fields(AnswerStatement)
    }
    assert len({statement_digest(answer_statement(each)) for each in changed}) == len(changed)


@pytest.mark.parametrize(
    "change",
    [{name: wrong} for name in VALUE for wrong in WRONG]
    + [
        {"type": "kyogikai/consent/v2"},
        {"verdict": "abstention"},
        {"verdict": "CONSENT"},
        {"nonce": "0" * 63},
        {"nonce": "A" * 64},
        {"nonce": "g" * 64},
        {"nonce": " " + "0" * 63},
        {"nonce": None},
        {"council": None},
        {"unknown": "field"},
        {"on_behalf_of": None},
        {"on_behalf_of": ""},
    ],
    ids=repr,
)
def test_an_answer_with_anything_amiss_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Unverified):
        parse_answer(canonical({**VALUE, **change}))


@pytest.mark.parametrize("name", VALUE)
def test_an_answer_with_a_field_missing_is_refused(name: str) -> None:
    with pytest.raises(Unverified):
        parse_answer(canonical({each: VALUE[each] for each in VALUE if each != name}))


@pytest.mark.parametrize("value", [None, [], [VALUE], "kyogikai/consent/v1", {}, 0])
def test_what_is_not_an_answer_is_refused(value: object) -> None:
    with pytest.raises(Unverified):
        parse_answer(canonical(value))


def test_an_answer_spelt_otherwise_is_refused() -> None:
    with pytest.raises(Unverified):
        parse_answer(json.dumps(VALUE).encode())


@settings(max_examples=200)
@given(st.integers(0, 1000), st.binary(max_size=2), st.integers(0, 2))
def test_changed_bytes_are_refused_or_another_answer(at: int, by: bytes, lost: int) -> None:
    statement = answer_statement(ANSWER)
    at %= len(statement)
    bad = statement[:at] + by + statement[at + lost :]
    try:
        answer = parse_answer(bad)
    except Unverified:
        return
    assert answer_statement(answer) == bad
    assert (answer == ANSWER) is (bad == statement)


@given(st.binary(max_size=60))
def test_rubbish_is_no_answer(data: bytes) -> None:
    with pytest.raises(Unverified):
        parse_answer(data)


@pytest.mark.parametrize(
    "change", [{"council": ""}, {"nonce": b"short"}, {"not_after": -1}, {"not_after": 2**53}]
)
def test_an_answer_nobody_could_read_is_our_own_mistake(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"answer statement|canonical|exceeds"):
        answer_statement(dataclasses.replace(ANSWER, **change))


def test_a_question_and_a_roster_are_typed_statements() -> None:
    question = b'{"question":{"text":"t"},"type":"kyogikai/question/v1"}'
    assert question_statement({"text": "t"}) == question
    roster = b'{"seats":[{"a":1},{"b":2}],"type":"kyogikai/roster/v1"}'
    assert roster_statement([{"b": 2}, {"a": 1}]) == roster
    assert statement_digest(roster) == hashlib.sha256(roster).digest()


def test_the_order_of_seats_makes_no_difference_and_every_seat_does() -> None:
    assert roster_statement(SEATS) == roster_statement(SEATS[::-1])
    assert roster_statement(SEATS) != roster_statement(SEATS[:1]) != roster_statement([])


def test_a_seat_twice_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="twice"):
        roster_statement([*SEATS, dict(reversed(SEATS[0].items()))])
