"""Offline verification: what the API says of a log and of a question, and every way to lie."""

from dataclasses import replace
from typing import Any

import pytest

from clients.sdk import Kyogikai, verify
from clients.sdk.answers import audit
from clients.sdk.answers.consents import Round
from crypto.canonical import canonical
from crypto.digests import sha256
from crypto.errors import Unverified
from tests.clients.conftest import Connect
from tests.making.councils import MadeCouncil


@pytest.fixture
def officer(council: MadeCouncil, sdk: Connect) -> Kyogikai:
    acting = sdk(council.organ_a.token)
    for title in ("一", "二", "三"):
        acting.share_document(council.id, title, contains_designated_secret=False)
    return sdk(council.compliance.token)


def leaves(client: Kyogikai, council: MadeCouncil, end: int) -> list[audit.Leaf]:
    return list(client.read_leaves(council.id, 0, end).items)


def test_the_real_log_verifies_from_leaf_to_signature(
    council: MadeCouncil, officer: Kyogikai, sdk: Connect
) -> None:
    old = officer.read_checkpoint(council.id)
    sdk(council.pd.token).share_document(council.id, "四", contains_designated_secret=False)
    shown = officer.read_checkpoint(council.id)
    signed = verify.checkpoint(shown)
    assert signed.size > old.size
    verify.names_log(signed, council.id)
    for other in (None, council.concept_id):
        with pytest.raises(Unverified):
            verify.names_log(signed, other)
    replay = verify.Replay(signed.origin)
    replay.take(leaves(officer, council, signed.size))
    replay.leads_to(signed)
    verify.inclusion(officer.prove_inclusion(council.id, 0, signed.size))
    proof = officer.prove_consistency(council.id, old.size, signed.size)
    verify.consistency(verify.checkpoint(old), signed, proof)
    with pytest.raises(Unverified):
        verify.consistency(verify.checkpoint(old), signed, replace(proof, hashes=()))
    for each in officer.list_log_entries(council.id).items:
        verify.entry(each)


def test_a_checkpoint_that_says_something_else_is_refused(
    council: MadeCouncil, officer: Kyogikai
) -> None:
    shown = officer.read_checkpoint(council.id)
    other = officer.read_log_key().verifier_key
    for lie in (
        replace(shown, size=shown.size + 1),
        replace(shown, root="00" * 32),
        replace(shown, origin="elsewhere/system"),
        replace(shown, note=shown.note.replace("\n\n", "\nx\n\n", 1)),
        replace(shown, verifier_key=other),
    ):
        with pytest.raises(Unverified):
            verify.checkpoint(lie)
    with pytest.raises(Unverified):
        verify.checkpoint(shown, verifier_key=other)


def test_a_log_with_one_leaf_changed_dropped_or_moved_is_refused(
    council: MadeCouncil, officer: Kyogikai
) -> None:
    signed = verify.checkpoint(officer.read_checkpoint(council.id))
    good = leaves(officer, council, signed.size)
    changed = replace(good[2], leaf=good[2].leaf.replace('"outcome":"done"', '"outcome":"dona"'))
    for lie in (
        good[:-1],
        [*good[:2], *good[3:]],
        [good[1], good[0], *good[2:]],
        [*good[:2], changed, *good[3:]],
        [*good[:2], replace(good[2], leaf="{}"), *good[3:]],
    ):
        replay = verify.Replay(signed.origin)
        with pytest.raises(Unverified):  # noqa: PT012  either of the two may find it
            replay.take(lie)
            replay.leads_to(signed)


def test_an_opening_that_is_not_what_the_leaf_commits_to_is_refused(
    council: MadeCouncil, officer: Kyogikai
) -> None:
    entry = officer.list_log_entries(council.id).items[0]
    assert entry.opened is not None
    for lie in (
        replace(entry, opened=replace(entry.opened, actor={"person": "somebody else"})),
        replace(entry, outcome="refused"),
        replace(entry, leaf_hash="00" * 32),
        replace(entry, opened=replace(entry.opened, body_salt="zz")),
    ):
        with pytest.raises(Unverified):
            verify.entry(lie)


def asked(**changed: Any) -> Round:
    """A round whose digests are right, unless something is changed."""
    question = {"text": "公開しない"}
    statement = canonical({"type": "kyogikai/question/v1", "question": question})
    roster = canonical({"type": "kyogikai/roster/v1", "seats": []})
    fields: dict[str, Any] = dict.fromkeys(Round.__dataclass_fields__)
    fields |= {
        "question": question,
        "question_statement": statement.decode(),
        "question_sha256": sha256(statement).hex(),
        "roster_statement": roster.decode(),
        "roster_sha256": sha256(roster).hex(),
        **changed,
    }
    return Round(**fields)


def test_the_question_answered_is_the_question_shown() -> None:
    verify.question(asked())
    for lie in (
        asked(question={"text": "公開する"}),
        asked(question_sha256="00" * 32),
        asked(roster_sha256="00" * 32),
        asked(question_statement='{"question": {"text": "公開しない"}}'),
    ):
        with pytest.raises(Unverified):
            verify.question(lie)
