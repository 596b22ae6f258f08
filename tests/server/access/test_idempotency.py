"""Repeating a POST by its key: done once, answered alike, never another's, never a secret again."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access import offices
from server.access.idempotency import Idempotency
from server.clock import DAY
from server.keys.service import lookup_digest
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.audit import table_of
from tests.making.councils import established_council
from tests.making.documents import CONTENT, drafted_document, drafted_secret, made, uploaded

pytestmark = pytest.mark.on_both_databases
KEY = {"Idempotency-Key": "6f1c"}


def body(name: str = "丙野 三郎", email: str = "hei@example.jp") -> dict[str, str]:
    return {
        "name": name,
        "kana": "ヘイノ",
        "email": email,
        "organisation": "org-a",
        "title": "課長",
    }


@pytest.fixture
def admin(world: World) -> Caller:
    world.organisation("org-a")
    return world.officer("system_administrator")


def test_a_repetition_is_answered_alike_and_done_once(admin: Caller) -> None:
    first = admin.post("/persons", body(), headers=KEY)
    again = admin.post("/persons", body(), headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_without_a_key_it_is_done_again(admin: Caller) -> None:
    assert admin.post("/persons", body()).status_code == 201
    assert admin.post("/persons", body()).json()["code"] == "address_taken"


def test_the_same_key_with_another_body_is_refused(admin: Caller) -> None:
    admin.post("/persons", body(), headers=KEY)

    answer = admin.post("/persons", body(name="丁野"), headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_another_persons_key_and_another_operations_key_are_other_keys(
    world: World, admin: Caller
) -> None:
    other = world.officer("secretariat")
    person = admin.post("/persons", body(), headers=KEY).json()

    mine = other.post("/persons", body(email="tei@example.jp"), headers=KEY)
    elsewhere = admin.post(f"/persons/{person['id']}/enrolment-link", headers=KEY)

    assert (mine.status_code, elsewhere.status_code) == (201, 201)
    assert mine.json()["id"] != person["id"]


def test_after_a_day_the_key_is_free(world: World, admin: Caller, clock: TestClock) -> None:
    assert admin.post("/persons", body(), headers=KEY).status_code == 201
    clock.advance(DAY)
    later = world.session(admin.person_id)

    assert later.post("/persons", body(), headers=KEY).json()["code"] == "address_taken"


def test_a_link_is_never_shown_again(world: World, admin: Caller) -> None:
    path = f"/persons/{world.person().person_id}/enrolment-link"

    first = admin.post(path, headers=KEY)
    again = admin.post(path, headers=KEY)

    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "shown_once")


def test_a_refusal_keeps_no_key(admin: Caller) -> None:
    wrong = {**body(), "organisation": "no-such"}
    assert admin.post("/persons", wrong, headers=KEY).status_code == 404

    assert admin.post("/persons", body(), headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_one_to_two_hundred_characters(admin: Caller, key: str) -> None:
    answer = admin.post("/persons", body(), headers={"Idempotency-Key": key})

    assert answer.status_code == 422


def test_stored_answers_are_sealed(world: World, admin: Caller) -> None:
    admin.post("/persons", body(), headers=KEY)

    with world.parts.database.reading() as tx:
        [row] = tx.connection.execute(table_of(Idempotency).select()).all()
    assert "丙野".encode() not in bytes(row.answer)
    assert "6f1c" not in row.id


def test_who_is_not_to_know_of_the_thing_any_more_gets_no_old_answer_either(
    world: World, admin: Caller
) -> None:
    assert admin.post("/persons", body(), headers=KEY).status_code == 201
    with world.changing() as tx:
        [office] = offices.held(tx, person_id=admin.person_id)
        offices.end(tx, office.id, by=admin.person_id)

    # The session ended with the office; a new one is the same person with the same key.
    assert admin.post("/persons", body(), headers=KEY).status_code == 401
    again = world.session(admin.person_id)
    assert again.post("/persons", body(), headers=KEY).status_code == 404
    assert again.post("/persons", body(email="tei@example.jp")).status_code == 404


def test_an_act_that_changes_the_state_it_needs_is_answered_again_by_its_key(
    world: World,
) -> None:
    """The connection broke after the commit: the repetition learns what was done, and by whom."""
    council = established_council(world)
    secret = drafted_secret(world, council, council.organ_a, [council.organ_b])
    path = f"/documents/{secret.id}/provision"

    first = council.organ_a.post(path, headers=KEY)
    again = council.organ_a.post(path, headers=KEY)
    without = council.organ_a.post(path)

    assert first.status_code == 201, first.text
    assert (again.status_code, again.json()) == (201, first.json())
    assert without.status_code == 403


def test_two_at_once_with_one_key_make_one_thing(world: World) -> None:
    council = established_council(world)

    def share(_: int) -> tuple[int, str]:
        answer = shared(council.organ_a, council.id)
        return answer.status_code, answer.json()["id"]

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(share, range(4)))

    assert len(answers) == 1


def shared(caller: Caller, council: str) -> Any:
    asked = {"title": "資料", "contains_designated_secret": False}
    return caller.post(f"/councils/{council}/documents", asked, headers=KEY)


def test_rows_without_the_key_confirm_no_guess_at_what_was_sent(world: World) -> None:
    council = established_council(world)
    by, document = council.organ_a, drafted_document(council.organ_a, council.id).json()["id"]
    sent = made(uploaded(by, document, headers=KEY))
    guesses = (
        {
            "document_id": document,
            "file_name": sent["file_name"],
            "contains_designated_secret": False,
        },
        {
            "media_type": sent["media_type"],
            "file_name": sent["file_name"],
            "length": len(CONTENT),
            "sha256": sha256(CONTENT).hex(),
        },
    )
    with world.parts.database.reading() as tx:
        kept = tx.connection.scalars(select(table_of(Idempotency).c.body_digest)).all()
        plain = [sha256(canonical(guess)).hex() for guess in guesses]
        keyed = [lookup_digest(tx, "idempotency", digest).hex() for digest in plain]
    assert "".join(keyed) in kept
    assert not any(digest in row for digest in plain for row in kept)
