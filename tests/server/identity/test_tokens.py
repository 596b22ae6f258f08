"""Tokens for programs: what they may, for which council, for how long. They never consent."""

import pytest

from server.clock import DAY
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import established_council
from tests.making.documents import drafted_document, shared_document

pytestmark = pytest.mark.on_both_databases


def token(person: Caller, *scopes: str, **asked: object) -> Caller:
    """The person's program."""
    answer = person.post("/me/tokens", {"name": "集計", "scopes": [*scopes], **asked})
    assert answer.status_code == 201, answer.text
    return Caller(person.person_id, answer.json()["token"], person.client)


def test_a_token_reads_with_read_and_shares_with_write(world: World) -> None:
    council = established_council(world)
    shared = shared_document(world, council, council.organ_b)
    reader, writer = token(council.organ_a, "read"), token(council.organ_a, "write")

    assert reader.get(f"/documents/{shared.id}").status_code == 200
    assert writer.get(f"/documents/{shared.id}").status_code == 403
    assert drafted_document(writer, council.id).status_code == 201
    refused = drafted_document(reader, council.id)
    assert (refused.status_code, refused.json()["scope"]) == (403, "write")


def test_a_token_bound_to_a_council_is_blind_to_every_other(world: World) -> None:
    council = established_council(world)
    shared = shared_document(world, council, council.organ_b)
    elsewhere = "01990000-0000-7000-8000-000000000001"
    here = token(council.organ_a, "read", council=council.id)
    there = token(council.organ_a, "read", council=elsewhere)

    assert here.get(f"/councils/{council.id}").status_code == 200
    assert here.get(f"/documents/{shared.id}").status_code == 200
    assert there.get(f"/councils/{council.id}").status_code == 404
    assert there.get(f"/documents/{shared.id}").status_code == 404
    listed = there.get("/councils")
    assert listed.status_code == 404 or listed.json()["items"] == []
    assert there.get("/me").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/admissions/{council}/consent"),
        ("POST", "/persons"),
        ("POST", "/offices"),
        ("POST", "/me/tokens"),
        ("PUT", "/me/password"),
        ("POST", "/me/step-up/options"),
        ("POST", "/me/step-up/requests"),
        ("POST", "/me/passkeys/options"),
        ("POST", "/me/first-passkey/options"),
        ("DELETE", "/me/sessions/current"),
    ],
)
def test_no_token_consents_administers_or_touches_credentials(
    world: World, method: str, path: str
) -> None:
    admin = world.officer("system_administrator")
    program = token(admin, "read", "write")
    bodies = {
        "/persons": {
            "name": "乙",
            "kana": "オツ",
            "email": "o@example.jp",
            "organisation": "org-a",
            "title": "-",
        },
        "/offices": {"person": world.person().person_id, "role": "auditor"},
        "/me/tokens": {"name": "次", "scopes": ["read"]},
        "/me/password": {"new": "y" * 12},
        "/me/step-up/options": {"action": "make_token", "thing": "person/x"},
        "/me/step-up/requests": {"action": "make_token", "thing": "person/x"},
    }

    answer = program.request(
        method, path.format(council=admin.person_id), json=bodies.get(path, {"digest": "0" * 64})
    )

    assert answer.status_code in (403, 404), answer.text


def test_every_act_that_decides_something_asks_for_a_signed_in_person(world: World) -> None:
    """policies/actions.csv: only reading, sharing and uploading are open to programs."""
    scoped = {
        action.value: needs.scope
        for action, needs in world.parts.policy.requirements.items()
        if needs.scope != "session"
    }

    assert {name for name, scope in scoped.items() if scope == "write"} == {"share", "upload"}
    assert {name for name, scope in scoped.items() if scope == "read"} == {
        "read",
        "see",
        "view",
        "open",
        "print",
        "export",
        "read_system_log",
        "read_roster",
        "read_log",
        "read_own_log",
        "read_comments",
        "read_failing_notices",
        "explain",
        "prove",
        "download",
        "read_readers",
    }


def test_a_token_lives_at_most_ninety_days(world: World, clock: TestClock) -> None:
    person = world.person()
    too_long = person.post("/me/tokens", {"name": "集計", "scopes": ["read"], "days": 91})
    longest = token(person, "read", days=90)
    clock.advance(90 * DAY - 1)
    assert longest.get("/me").status_code == 200
    clock.advance(1)

    assert longest.get("/me").status_code == 401
    assert too_long.status_code == 422


def test_a_revoked_token_is_dead_at_once_and_only_its_owner_revokes(world: World) -> None:
    person, somebody = world.person(), world.person()
    program = token(person, "read")
    [listed] = person.get("/me/tokens").json()["items"]

    refused = somebody.delete(f"/me/tokens/{listed['id']}")
    done = person.delete(f"/me/tokens/{listed['id']}")

    assert (refused.status_code, done.status_code) == (404, 204)
    assert program.get("/me").status_code == 401
    assert person.get("/me/tokens").json()["items"] == []
    assert "token" not in listed


def test_a_token_is_made_by_a_fresh_proof_only_and_has_a_scope_we_know(world: World) -> None:
    person = world.person()

    for asked in ({"scopes": []}, {"scopes": ["consent"]}, {"scopes": ["read"], "admin": True}):
        assert person.post("/me/tokens", {"name": "集計", **asked}).status_code == 422


def test_a_repeated_request_for_a_token_never_shows_it_again(world: World) -> None:
    person = world.person()
    headers = {"Idempotency-Key": "the-same"}
    asked = {"name": "集計", "scopes": ["read"]}

    first = person.post("/me/tokens", asked, headers=headers)
    again = person.post("/me/tokens", asked, headers=headers)

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["code"] == "shown_once"
    assert len(person.get("/me/tokens").json()["items"]) == 1
