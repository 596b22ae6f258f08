"""The guard: nothing is answered that was not committed, nothing is done that was not decided."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select
from sqlmodel import col

from server.access import guard
from server.access.models import Seat
from server.access.parts import Parts
from server.app import create_app
from server.audit import facts
from server.audit.recorder import RightsMoved
from server.crashpoints import crashpoint
from server.identity.models import ApiToken, Person
from tests import proving
from tests.factories import Caller, World
from tests.making.audit import table_of
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import drafted_document, provided_secret, shared_document
from tests.making.identity import recorded

both = pytest.mark.on_both_databases


@pytest.fixture
def telling(parts: Parts) -> TestClient:
    """A client that is told of our own failures by their answers, as a caller is."""
    app = create_app(parts)
    return TestClient(app, base_url=parts.settings.origin, raise_server_exceptions=False)


def told(caller: Caller, client: TestClient) -> Caller:
    return Caller(caller.person_id, caller.token, client)


@contextmanager
def failing_commit(parts: Parts) -> Iterator[None]:
    """Every commit of a change fails as a full disk makes it fail."""

    def fail(_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    event.listen(parts.database.writer, "commit", fail)
    try:
        yield
    finally:
        event.remove(parts.database.writer, "commit", fail)


def rows(world: World, model: Any) -> int:
    with world.parts.database.reading() as tx:
        return len(tx.connection.execute(select(table_of(model).c.id)).all())


def end_seat(world: World, council: MadeCouncil, person: Caller) -> None:
    with world.changing(council.id) as tx:
        mine = select(Seat).where(col(Seat.person_id) == person.person_id)
        facts.end(tx, tx.session.scalars(mine).one(), by=None, reason="removed")


@both
def test_a_change_whose_commit_fails_is_not_answered_as_done(
    world: World, parts: Parts, telling: TestClient
) -> None:
    person = told(world.person(), telling)
    asked = {"name": "集計", "scopes": ["read"]}
    before = recorded(world)
    proving.prove_ahead(telling, person.token, "POST", "/api/v1/me/tokens")

    with failing_commit(parts):
        answer = person.unproved().post("/me/tokens", asked)

    assert answer.status_code in (500, 503), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"]
    assert (rows(world, ApiToken), recorded(world)) == (0, before)
    assert person.post("/me/tokens", asked).status_code == 201


@both
def test_a_read_is_not_answered_when_its_entry_cannot_be_written(
    world: World, parts: Parts, telling: TestClient
) -> None:
    """BR-51"""
    person = told(world.person("乙川 花子"), telling)

    with failing_commit(parts):
        answer = person.get("/me")

    assert answer.status_code in (500, 503), answer.text
    assert "乙川" not in answer.text
    assert person.get("/me").json()["name"] == "乙川 花子"


@both
def test_a_refusal_undoes_everything_and_is_recorded(world: World) -> None:
    """The second of two fails: the first is not kept, and the refusal is in the log."""
    admin = world.officer("system_administrator")
    body = {"name": "丙", "kana": "ヘイ", "email": "hei@example.jp", "title": "-"}
    people = rows(world, Person)

    answer = admin.post("/persons", {**body, "organisation": "no-such-organisation"})

    assert answer.status_code == 404
    assert rows(world, Person) == people
    assert recorded(world)[-1] == (
        "installation.register_person",
        "installation/installation",
        "refused",
    )


@both
def test_a_stranger_is_refused_in_the_log_of_the_thing(world: World) -> None:
    council = established_council(world)

    answer = council.stranger.get(f"/councils/{council.id}")

    assert answer.status_code == 404
    assert recorded(world, council.id)[-1] == (
        "council.read",
        f"council/{council.id}",
        "refused",
    )


@both
@pytest.mark.parametrize("id", ["x" * 3000, "%0A", "\u202e"])
def test_an_id_that_is_none_is_refused_and_kept_as_a_digest(world: World, id: str) -> None:
    person = world.person()

    answer = person.get(f"/documents/{id}")

    assert answer.status_code == 404
    kind, thing, outcome = recorded(world)[-1]
    assert (kind, outcome) == ("document.read", "refused")
    assert len(thing) == len("document/") + 64


def once_decided(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None], times: int) -> list[int]:
    """Between a read's decision and its entry, something else happens; how often it did."""
    record, done = guard.record_read, []

    def recording(call: Any, grant: Any) -> int:
        if len(done) < times:
            done.append(1)
            act()
        return record(call, grant)

    monkeypatch.setattr(guard, "record_read", recording)
    return done


@both
def test_a_seat_that_ends_between_decision_and_entry_closes_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recorder sees that rights moved, the request decides again, and is told: not found."""
    council = established_council(world)
    paper = shared_document(world, council, council.organ_b)
    done = once_decided(monkeypatch, lambda: end_seat(world, council, council.private), 1)

    answer = council.private.get(f"/documents/{paper.id}")

    assert (done, answer.status_code) == ([1], 404)
    assert [each[2] for each in recorded(world, council.id)][-2:] == ["done", "refused"]


def test_a_seat_that_ends_meanwhile_in_another_thread_closes_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = established_council(world)
    decided, ended = threading.Event(), threading.Event()

    def wait_for_the_end() -> None:
        decided.set()
        assert ended.wait(60)

    once_decided(monkeypatch, wait_for_the_end, 1)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(council.private.get, f"/councils/{council.id}")
        assert decided.wait(60)
        end_seat(world, council, council.private)
        ended.set()
        answer = reading.result(60)

    assert answer.status_code == 404


def test_rights_of_others_moving_decides_again_and_answers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = established_council(world)
    done = once_decided(monkeypatch, lambda: end_seat(world, council, council.private), 1)

    answer = council.organ_a.get(f"/councils/{council.id}")

    assert (done, answer.status_code) == ([1], 200)
    assert [each[2] for each in recorded(world, council.id)][-2:] == ["done", "allowed"]


def test_rights_that_never_stand_still_are_busy_not_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = established_council(world)
    tries = []

    def moving(*_: Any) -> int:
        tries.append(1)
        raise RightsMoved

    monkeypatch.setattr(guard, "record_read", moving)

    answer = council.organ_a.get(f"/councils/{council.id}")

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "1"
    assert len(tries) == guard.TRIES


def test_the_same_thing_is_not_sent_twice(world: World) -> None:
    council = established_council(world)
    paper = drafted_document(council.organ_a, council.id).json()["id"]
    first = council.organ_a.get(f"/documents/{paper}")
    tag = first.headers["etag"]

    again = council.organ_a.get(f"/documents/{paper}", headers={"If-None-Match": tag})
    other = council.organ_a.get(f"/documents/{paper}", headers={"If-None-Match": '"another"'})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200
    # A read is a read, whether its bytes were sent or not.
    assert recorded(world, council.id)[-2][2] == "allowed"
    assert tag.startswith('"')


def test_a_tag_is_no_way_to_learn_of_what_one_is_not_told(world: World) -> None:
    council = established_council(world)
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    tag = council.organ_b.get(f"/documents/{secret.id}").headers["etag"]

    answer = council.private.get(f"/documents/{secret.id}", headers={"If-None-Match": tag})

    assert answer.status_code in (403, 404)


def test_a_change_of_what_has_moved_on_is_refused(world: World) -> None:
    council = established_council(world)
    secret = provided_secret(world, council, council.organ_a, [council.organ_b])
    path = f"/documents/{secret.id}"
    old = council.organ_a.get(path).headers["etag"]
    stale = council.organ_a.post(f"{path}/release", {}, headers={"If-Match": '"other"'})
    fresh = council.organ_a.post(f"{path}/release", {}, headers={"If-Match": old})

    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert fresh.status_code < 300, fresh.text
    assert council.organ_a.get(path).headers["etag"] != old


def test_every_guarded_answer_forbids_to_be_kept(world: World) -> None:
    person = world.person()

    assert person.get("/me").headers["cache-control"] == "no-store"


def test_head_answers_as_get_without_a_body(world: World) -> None:
    council = established_council(world)
    paper = shared_document(world, council, council.organ_a)
    path = f"/documents/{paper.id}"

    for way in ("content", "download"):
        get = council.organ_a.get(f"{path}/{way}")
        head = council.organ_a.request("HEAD", f"{path}/{way}")
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["content-length"] == get.headers["content-length"]
    nobody = council.stranger.request("HEAD", f"{path}/content")
    assert (nobody.status_code, nobody.content) == (404, b"")


def test_no_crash_point_does_anything_by_itself() -> None:
    crashpoint("anything")
