"""The edge: one host name, bounded bodies, plain headers, whatever comes behind it."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from server import edge
from server.access.parts import Parts
from server.app import create_app
from tests.factories import World

JSON = {"Content-Type": "application/json"}


def at(parts: Parts, host: str) -> TestClient:
    return TestClient(create_app(parts), base_url=f"http://{host}", follow_redirects=False)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost:8001",
        "127.0.0.1:8000",
        "[::1]:8000",
    ],
)
def test_another_host_name_never_reaches_the_api(parts: Parts, host: str) -> None:
    """DNS rebinding: a page of another name pointed at this address reads nothing."""
    for method in ("GET", "POST"):
        answer = at(parts, host).request(method, "/api/v1/me")
        assert (answer.status_code, answer.json()["code"]) == (421, "wrong_host")
        assert "http://localhost:8000" in answer.json()["title"]
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_person_at_another_local_name_is_sent_to_the_origin(parts: Parts) -> None:
    answer = at(parts, "127.0.0.1:8000").get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "http://localhost:8000/")


def test_a_redirect_leads_nowhere_else(parts: Parts) -> None:
    for path in ("//evil.example/", "/%0d%0aLocation:%20http://evil.example", "/@evil.example"):
        answer = at(parts, "127.0.0.1:8000").get(f"http://127.0.0.1:8000{path}")
        assert answer.headers["location"].startswith("http://localhost:8000/")


def test_a_host_name_has_no_case(parts: Parts) -> None:
    assert at(parts, "LocalHost:8000").get("/healthz").status_code == 200
    headers = {"Host": "LOCALHOST:8000"}
    assert at(parts, "localhost:8000").get("/api/v1/me", headers=headers).status_code == 401


def test_health_is_answered_under_any_local_name(parts: Parts) -> None:
    for host in ("127.0.0.1:8000", "localhost:9", "[::1]:8000"):
        assert at(parts, host).get("/healthz").json() == {"status": "alive"}
        assert at(parts, host).get("/readyz").json() == {"ready": True, "wrong": []}
    assert at(parts, "evil.example").get("/healthz").status_code == 421


def test_a_body_that_says_it_is_too_large_is_not_read(world: World, parts: Parts) -> None:
    limit = parts.settings.max_body_kib << 10

    answer = world.client.post("/api/v1/sessions", content=b"x" * (limit + 1), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.json()["limit"] == edge.SMALL < limit


def test_a_body_in_chunks_is_cut_off_at_the_limit(world: World, parts: Parts) -> None:
    limit = parts.settings.max_body_kib << 10
    given = []

    def endless() -> Iterator[bytes]:
        while True:
            given.append(1)
            yield b'"' + b"x" * 65535

    answer = world.client.post("/api/v1/sessions", content=bounded(endless(), 64), headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), answer.text
    assert answer.json()["limit"] == edge.SMALL < limit


def bounded(pieces: Iterator[bytes], count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield next(pieces)


@pytest.mark.parametrize("declared", ["-1", "1e3", "٣", "99999999999999999999999"])
def test_a_length_that_is_none_does_no_harm(world: World, declared: str) -> None:
    headers = {**JSON, "Content-Length": declared.encode()}

    answer = world.client.post("/api/v1/sessions", content=b"{}", headers=headers)

    assert answer.status_code in (413, 422)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""]
)
def test_a_body_of_another_media_type_is_refused(world: World, media_type: str) -> None:
    """A form of another page can send these without asking first; JSON it cannot."""
    headers = {"Content-Type": media_type}

    answer = world.client.post(
        "/api/v1/sessions", content=b'{"email": "a@example.jp", "password": "x"}', headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (415, "wrong_media_type"), answer.text


@pytest.mark.demo
@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_is_taken_however_it_is_spelt(world: World, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    body = b'{"email": "a@example.jp", "password": "x"}'

    answer = world.client.post("/api/v1/sessions/password", content=body, headers=headers)

    assert answer.status_code == 401


def test_an_act_without_a_body_needs_no_media_type(world: World) -> None:
    person, other = world.person(), world.officer("system_administrator")

    answer = other.post(f"/persons/{person.person_id}/enrolment-link")

    assert answer.status_code == 201


def test_every_answer_carries_plain_headers(world: World) -> None:
    for path in ("/", "/api/v1/me", "/nowhere", "/healthz"):
        assert world.client.get(path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("broken", "part"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "schema"),
        ("DROP TABLE alembic_version", "schema"),
        ("ALTER TABLE alembic_version RENAME COLUMN version_num TO other", "database"),
    ],
)
def test_what_is_not_ready_is_named_to_anybody_and_why_to_the_operator_alone(
    parts: Parts, caplog: pytest.LogCaptureFixture, broken: str, part: str
) -> None:
    with parts.database.changing() as tx:
        tx.connection.execute(text(broken))

    answer = at(parts, "localhost:8000").get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "wrong": [part]})
    assert f"not ready: {part}: " in caplog.text


@pytest.mark.parametrize("stands_there", [True, False])
def test_without_its_disk_the_vault_is_not_ready(parts: Parts, *, stands_there: bool) -> None:
    """What was mounted is gone: where it was is the empty folder below, or nothing."""
    folder = parts.vault.folder
    folder.rename(folder.with_name("unmounted"))
    if stands_there:
        folder.mkdir()

    answer = at(parts, "localhost:8000").get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"ready": False, "wrong": ["vault"]})
