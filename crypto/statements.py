"""What a person signs: the answer to a question of a consent round, and what it refers to.

Owns the canonical statements and their digests. Every statement names its purpose and version in
`type`, so that no signature or digest made for one can pass for another. Never signs, and knows no
round's rules.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from crypto.canonical import canonical, parse
from crypto.digests import DIGEST_SIZE, sha256
from crypto.errors import Unverified

ANSWER_TYPE = "kyogikai/consent/v1"
QUESTION_TYPE = "kyogikai/question/v1"
ROSTER_TYPE = "kyogikai/roster/v1"

_Read = TypeVar("_Read")
_HEX = re.compile(f"[0-9a-f]{{{2 * DIGEST_SIZE}}}")


class Verdict(StrEnum):
    """What an answer says; a withdrawal takes back the person's earlier answer of the round."""

    CONSENT = "consent"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStatement:
    """One answer as its signer means it (SIG-1).

    `organisation` is None where a person holds the membership; `capacity` says as what the person
    answers, for instance deputy; `on_behalf_of`, whom a deputy stands in for, is left out of the
    statement where it is None; `nonce` is 32 random bytes from the server; `not_after`, the
    instant (ms since the epoch, UTC) until which the signature may be handed in;
    `reason_commitment`, made with `digests.commit`, binds a reason without telling it.
    """

    council: str
    round: str
    question_sha256: bytes
    roster_sha256: bytes
    policy_sha256: bytes
    verdict: Verdict
    membership: str
    organisation: str | None
    capacity: str
    person: str
    nonce: bytes
    not_after: int
    reason_commitment: bytes | None = None
    on_behalf_of: str | None = None


def question_statement(question: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a question: text, versions, scope, period, effect (SIG-2)."""
    return canonical({"type": QUESTION_TYPE, "question": dict(question)})


def roster_statement(seats: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the canonical bytes of a roster, whatever the order its seats are given in.

    The statement lists them in the order of their canonical bytes. Raises ValueError if two are
    the same.
    """
    ordered = sorted(map(dict, seats), key=canonical)
    if any(left == right for left, right in pairwise(ordered)):
        raise ValueError("a seat stands twice on the roster")
    return canonical({"type": ROSTER_TYPE, "seats": ordered})


def answer_statement(answer: AnswerStatement) -> bytes:
    """Return the canonical bytes of an answer, the very bytes to store and to verify.

    Raises ValueError for an answer that `parse_answer` would refuse.
    """
    value = {"type": ANSWER_TYPE, **asdict(answer)}
    for name, each in value.items():
        value[name] = each.hex() if isinstance(each, bytes) else each
    if answer.on_behalf_of is None:
        del value["on_behalf_of"]
    statement = canonical({**value, "verdict": str(answer.verdict)})
    try:
        parse_answer(statement)
    except Unverified as why:
        raise ValueError(str(why)) from None
    return statement


def parse_answer(statement: bytes) -> AnswerStatement:
    """Read an answer; raises Unverified unless it is one, canonical, with nothing besides."""
    value = parse(statement)
    expected = {"type"} | {each.name for each in fields(AnswerStatement)}
    if not isinstance(value, dict) or value.get("type") != ANSWER_TYPE:
        raise Unverified("not an answer statement")
    if value.keys() not in (expected, expected - {"on_behalf_of"}):
        raise Unverified("not an answer statement")
    return AnswerStatement(
        council=_text(value["council"]),
        round=_text(value["round"]),
        question_sha256=_bytes(value["question_sha256"]),
        roster_sha256=_bytes(value["roster_sha256"]),
        policy_sha256=_bytes(value["policy_sha256"]),
        verdict=_verdict(value["verdict"]),
        membership=_text(value["membership"]),
        organisation=_or_none(_text, value["organisation"]),
        capacity=_text(value["capacity"]),
        person=_text(value["person"]),
        nonce=_bytes(value["nonce"]),
        not_after=_instant(value["not_after"]),
        reason_commitment=_or_none(_bytes, value["reason_commitment"]),
        on_behalf_of=_text(value["on_behalf_of"]) if "on_behalf_of" in value else None,
    )


def statement_digest(statement: bytes) -> bytes:
    """Return the SHA-256 of a statement: the challenge that is signed."""
    return sha256(statement)


def _or_none(read: Callable[[object], _Read], value: object) -> _Read | None:
    return None if value is None else read(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Unverified("answer statement: a name is missing")
    return value


def _verdict(value: object) -> Verdict:
    if not isinstance(value, str) or value not in Verdict.__members__.values():
        raise Unverified("answer statement: no such verdict")
    return Verdict(value)


def _instant(value: object) -> int:
    if type(value) is not int or value < 0:
        raise Unverified("answer statement: not an instant")
    return value


def _bytes(value: object) -> bytes:
    """Read 32 bytes from lower-case hexadecimal."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise Unverified("answer statement: not a digest")
    return bytes.fromhex(value)
