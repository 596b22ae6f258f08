"""Being signed in: what is told to whom, how long it lasts, and what is left of it on disk."""

import pytest

from server.audit import facts, reading
from server.audit.models import SYSTEM, Entry
from server.clock import HOUR, MINUTE
from server.identity.models import Person
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.audit import table_of
from tests.making.identity import files, link_for
from tests.making.passkeys import enrolled, sign_in

pytestmark = pytest.mark.on_both_databases


def opened(world: World, kind: str) -> list[dict[str, object]]:
    """The sealed bodies of the system log's entries of one kind."""
    table = table_of(Entry)
    query = table.select().where(table.c.log_id == SYSTEM, table.c.kind == kind)
    with world.parts.database.reading() as tx:
        rows = tx.connection.execute(query.order_by(table.c.seq)).all()
        found = [reading.opening_of(tx, SYSTEM, row) for row in rows]
    return [dict(each.body) for each in found if each is not None]


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


def test_no_secret_lies_on_disk(world: World) -> None:
    if not world.parts.database.on_sqlite:
        return  # its files are the database server's; the rows are the same
    person = world.person()
    token = person.post("/me/tokens", {"name": "集計", "scopes": ["read"]}).json()["token"]

    kept = files(world.parts.settings.data)

    for text in (person.token, token):
        _, token_id, secret, _ = text.split("_")
        assert token_id.encode() in kept  # looked in the right place
        assert secret.encode() not in kept
    assert "甲野 太郎".encode() not in kept


def test_a_person_who_has_left_is_nobody(world: World, clock: TestClock) -> None:
    holder = enrolled(world)
    person = holder.caller
    with world.changing() as tx:
        row = tx.session.get(Person, person.person_id)
        assert row is not None
        facts.end(tx, row, by=None, reason="left")
    clock.advance(1)

    assert person.get("/me").status_code == 401
    assert sign_in(world, holder.authenticator).status_code == 401


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
