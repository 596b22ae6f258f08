"""Signing in: what is told to whom, how long it lasts, and what is left of it on disk."""

import pytest

from server.audit import facts, reading
from server.audit.models import SYSTEM, Entry
from server.clock import HOUR, MINUTE
from server.identity.models import Person
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.audit import table_of
from tests.making.identity import PASSWORD, as_session, enrolled, files, link_for, recorded, sign_in

pytestmark = pytest.mark.on_both_databases


def opened(world: World, kind: str) -> list[dict[str, object]]:
    """The sealed bodies of the system log's entries of one kind."""
    table = table_of(Entry)
    query = table.select().where(table.c.log_id == SYSTEM, table.c.kind == kind)
    with world.parts.database.reading() as tx:
        rows = tx.connection.execute(query.order_by(table.c.seq)).all()
        found = [reading.opening_of(tx, SYSTEM, row) for row in rows]
    return [dict(each.body) for each in found if each is not None]


def test_the_right_password_opens_a_session_and_the_log_says_so(world: World) -> None:
    person, email = enrolled(world)

    answer = sign_in(world, email)

    assert answer.status_code == 201, answer.text
    assert answer.json()["person"] == person.person_id
    assert as_session(world, answer).get("/me").status_code == 200
    assert ("session.start", f"person/{person.person_id}", "done") in recorded(world)


def test_an_address_is_written_in_any_case_and_width(world: World) -> None:
    _, email = enrolled(world)

    assert sign_in(world, f" {email.upper()} ").status_code == 201


def test_an_unknown_address_and_a_wrong_password_are_told_the_same(world: World) -> None:
    _, email = enrolled(world)
    never_enrolled = world.person().get("/me").json()["email"]

    answers = [
        sign_in(world, email, "a wrong password"),
        sign_in(world, "nobody@example.jp"),
        sign_in(world, never_enrolled),
        sign_in(world, email, "x" * 300),
    ]

    for answer in answers:
        assert answer.status_code == 401
        assert answer.json() == answers[0].json()
        assert answer.headers["www-authenticate"].startswith("Bearer")
    world.parts.tally.flush(everything=True)
    [counted] = opened(world, "session.refused")
    assert counted["count"] == 4


def test_bad_credentials_are_counted_by_network_and_minute_not_one_by_one(
    world: World, clock: TestClock
) -> None:
    for minute in range(2):
        for _ in range(5 + minute):
            assert world.client.get("/api/v1/me").status_code == 401
        clock.advance(MINUTE)
    world.parts.tally.flush()

    counts = opened(world, "credential.refused")
    assert [each["count"] for each in counts] == [5, 6]
    assert {each["network"] for each in counts} == {"unknown"}  # the test client has no address


def test_a_session_ends_when_it_is_idle(world: World, clock: TestClock) -> None:
    person = world.person()
    clock.advance(29 * MINUTE)
    assert person.get("/me").status_code == 200
    clock.advance(29 * MINUTE)
    assert person.get("/me").status_code == 200

    clock.advance(30 * MINUTE)

    answer = person.get("/me")
    assert (401, "unauthenticated") == (answer.status_code, answer.json()["code"])


def test_a_session_ends_at_its_hour_however_busy(world: World, clock: TestClock) -> None:
    person = world.person()
    for _ in range(12 * 3 - 1):
        clock.advance(20 * MINUTE)
        assert person.get("/me").status_code == 200

    clock.advance(20 * MINUTE)

    assert person.get("/me").status_code == 401


def test_signing_out_ends_this_session_alone(world: World) -> None:
    here = world.person()
    there = world.session(here.person_id)

    assert here.delete("/me/sessions/current").status_code == 204

    assert (here.get("/me").status_code, there.get("/me").status_code) == (401, 200)


def test_one_may_end_ones_other_sessions_but_nobody_elses(world: World) -> None:
    mine, somebody = world.person(), world.person()
    other = world.session(mine.person_id)
    listed = mine.get("/me/sessions").json()["items"]
    ids = {each["current"]: each["id"] for each in listed}

    refused = somebody.delete(f"/me/sessions/{ids[False]}")
    done = mine.delete(f"/me/sessions/{ids[False]}")

    assert (refused.status_code, done.status_code) == (404, 204)
    assert (mine.get("/me").status_code, other.get("/me").status_code) == (200, 401)


def test_a_proof_of_identity_grows_old_and_is_renewed_by_the_password(
    world: World, clock: TestClock
) -> None:
    person, _ = enrolled(world)
    asked = {"name": "集計", "scopes": ["read"]}
    assert person.post("/me/tokens", asked).status_code == 201
    clock.advance(5 * MINUTE + 1)

    late = person.post("/me/tokens", asked)
    wrong = person.post("/me/step-up", {"password": "not this one at all"})
    still = person.post("/me/tokens", asked)
    right = person.post("/me/step-up", {"password": PASSWORD})
    again = person.post("/me/tokens", asked)

    assert (late.status_code, late.json()["code"]) == (403, "step_up_needed")
    assert late.json()["max_age_seconds"] == 300
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    assert still.status_code == 403
    assert (right.status_code, again.status_code) == (204, 201)


def test_one_session_steps_up_without_the_others(world: World, clock: TestClock) -> None:
    person, email = enrolled(world)
    other = as_session(world, sign_in(world, email))
    clock.advance(6 * MINUTE)

    assert person.post("/me/step-up", {"password": PASSWORD}).status_code == 204

    asked = {"name": "集計", "scopes": ["read"]}
    assert other.post("/me/tokens", asked).status_code == 403


def test_a_new_password_ends_every_session_and_the_old_one_opens_nothing(world: World) -> None:
    person, email = enrolled(world)
    other = as_session(world, sign_in(world, email))
    new = "もっと長い別の合言葉 battery staple"

    wrong = person.put("/me/password", {"present": "not this one at all", "new": new})
    short = person.put("/me/password", {"present": PASSWORD, "new": "short"})
    done = person.put("/me/password", {"present": PASSWORD, "new": new})

    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    assert (short.status_code, short.json()["code"]) == (422, "weak_password")
    assert done.status_code == 204
    assert (person.get("/me").status_code, other.get("/me").status_code) == (401, 401)
    assert sign_in(world, email).status_code == 401
    assert sign_in(world, email, new).status_code == 201


def test_a_stolen_session_without_the_password_cannot_take_the_person_over(
    world: World,
) -> None:
    """Nor can a session of somebody who has no password at all."""
    enrolled_person, _ = enrolled(world)
    without = world.person()

    for thief in (world.session(enrolled_person.person_id), without):
        answer = thief.put("/me/password", {"present": "a guess of mine", "new": PASSWORD})
        assert answer.json()["code"] == "wrong_password"


def test_no_secret_lies_on_disk(world: World) -> None:
    if not world.parts.database.on_sqlite:
        return  # its files are the database server's; the rows are the same
    person, _ = enrolled(world)
    token = person.post("/me/tokens", {"name": "集計", "scopes": ["read"]}).json()["token"]

    kept = files(world.parts.settings.data)

    for text in (person.token, token):
        _, token_id, secret, _ = text.split("_")
        assert token_id.encode() in kept  # looked in the right place
        assert secret.encode() not in kept
    assert PASSWORD.encode() not in kept
    assert "甲野 太郎".encode() not in kept


def test_a_person_who_has_left_is_nobody(world: World, clock: TestClock) -> None:
    person, email = enrolled(world)
    with world.changing() as tx:
        row = tx.session.get(Person, person.person_id)
        assert row is not None
        facts.end(tx, row, by=None, reason="left")
    clock.advance(1)

    assert person.get("/me").status_code == 401
    assert sign_in(world, email).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic a3lvOjE=",
        "bearer kys_AAAAAAAA_" + "A" * 43 + "_AAAAAA",
        "Bearer 合言葉".encode(),
        "Bearer " + "x" * 5000,
    ],
)
def test_anything_that_is_no_token_is_told_the_same(world: World, header: str | bytes) -> None:
    answer = world.client.get("/api/v1/me", headers={"Authorization": header})

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_mistyped_token_is_no_token(world: World) -> None:
    person = world.person()
    mistyped = person.token[:20] + ("a" if person.token[20] != "a" else "b") + person.token[21:]

    assert Caller(person.person_id, mistyped, world.client).get("/me").status_code == 401


def test_an_enrolment_link_is_no_session(world: World) -> None:
    person = world.person()
    link = link_for(world, person.person_id)

    assert Caller(person.person_id, link, world.client).get("/me").status_code == 401


def test_sessions_do_not_outlive_their_hours_in_the_list(world: World, clock: TestClock) -> None:
    person = world.person()
    clock.advance(12 * HOUR)
    fresh = world.session(person.person_id)

    assert len(fresh.get("/me/sessions").json()["items"]) == 1
