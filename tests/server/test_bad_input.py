"""What callers may send wrongly: each a clear problem, in their language; nothing is stored."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from server.access import endpoints
from server.access.parts import Parts
from server.app import create_app
from server.clock import HOUR
from server.identity import people
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import established_council
from tests.making.documents import drafted_document, shared_document
from tests.making.identity import recorded

pytestmark = pytest.mark.on_both_databases
PERSON = {
    "name": "丙野 三郎",
    "kana": "ヘイノ",
    "email": "hei@example.jp",
    "organisation": "org-a",
    "title": "課長",
}
JSON = {"Content-Type": "application/json"}
UNKNOWN = "01990000-0000-7000-8000-000000000001"


@pytest.fixture
def admin(world: World) -> Caller:
    world.organisation("org-a")
    return world.officer("system_administrator")


@pytest.fixture
def telling(parts: Parts) -> TestClient:
    """A client that is told of our own failures by their answers."""
    app = create_app(parts)
    return TestClient(app, base_url=parts.settings.origin, raise_server_exceptions=False)


def fields(answer: Any) -> set[str]:
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), answer.text
    return {each["field"] for each in answer.json()["errors"]}


def test_a_missing_field_is_named(admin: Caller) -> None:
    for name in PERSON:
        without = {k: v for k, v in PERSON.items() if k != name}
        assert fields(admin.post("/persons", without)) == {f"body.{name}"}


@pytest.mark.parametrize("wrong", [None, 7, [], {}, "", " ", "\x07", "x" * 301, "a\nb", True])
def test_a_wrong_field_is_named_and_not_repeated(admin: Caller, wrong: Any) -> None:
    answer = admin.post("/persons", {**PERSON, "name": wrong})

    assert fields(answer) == {"body.name"}
    assert "x" * 300 not in answer.text


def test_a_lone_surrogate_is_no_text(admin: Caller) -> None:
    body = '{"name": "\\ud800", "kana": "a", "email": "a", "organisation": "a", "title": "a"}'

    answer = admin.post("/persons", content=body.encode(), headers=JSON)

    assert answer.status_code == 422, answer.text


def test_nul_in_a_text_is_no_text(admin: Caller) -> None:
    assert "body.title" in fields(admin.post("/persons", {**PERSON, "title": "a\0b"}))


def test_an_unknown_field_is_refused(admin: Caller) -> None:
    assert fields(admin.post("/persons", {**PERSON, "is_admin": True})) == {"body.is_admin"}


def test_an_unknown_parameter_of_a_list_is_refused(admin: Caller) -> None:
    assert fields(admin.get("/councils?limit=0&wrong=1")) >= {"query.limit"}
    assert admin.get("/councils?limit=x").status_code == 422
    assert admin.get("/councils?limit=201").status_code == 422


@pytest.mark.parametrize("cursor", ["zzz", "%00", "%27--", "\u2028", "%ED%A0%80"])
def test_a_cursor_nobody_gave_shows_nothing_or_is_refused(world: World, cursor: str) -> None:
    council = established_council(world)

    answer = council.organ_a.get(f"/councils/{council.id}/documents?cursor={cursor}")

    assert answer.status_code in (200, 404, 422), answer.text


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1,2", b"\xff\xfe", b"null", b"[]", b'"x"', b"NaN", b"[" * 50_000]
)
def test_what_is_no_json_object_is_malformed(admin: Caller, body: bytes) -> None:
    answer = admin.post("/persons", content=body, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) in {(422, "malformed"), (400, "http_400")}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "id", [UNKNOWN, "x", "..", "%2e%2e%2f", "' OR 1=1 --", "01990000", "１", "%00", "-1"]
)
def test_an_unknown_id_is_not_found(world: World, id: str) -> None:
    person = world.person()
    for path in (f"/councils/{id}", f"/documents/{id}", f"/rounds/{id}", f"/results/{id}"):
        answer = person.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


def test_another_councils_ids_open_nothing(world: World) -> None:
    """A paper of one council under the name, and with the rights, of another."""
    one = established_council(world)
    other = established_council(world, concept="C-2212A-01")
    paper = shared_document(world, one, one.organ_a)

    assert other.organ_a.get(f"/documents/{paper.id}").status_code == 404
    assert other.organ_a.get(f"/documents/{paper.id}/content").status_code == 404
    assert drafted_document(other.organ_a, one.id).status_code == 404
    listed = other.organ_a.get(f"/councils/{other.id}/documents").json()["items"]
    assert listed == []
    body = {"person": other.deputy_a.person_id, "role": "handler"}
    path = f"/memberships/{one.memberships['organ_a']}/seats"
    assert other.organ_a.post(path, body).status_code == 404
    mixed = {
        "membership": one.memberships["organ_a"],
        "checklist": "safe-management/1",
        "items": [],
        "evidence": "-",
        "valid_to": "2027-01-01T00:00:00Z",
    }
    answer = other.compliance.post(f"/councils/{other.id}/safe-management-confirmations", mixed)
    assert answer.status_code in (404, 409, 422), answer.text


def test_an_expired_session_is_told_to_sign_in(world: World, clock: TestClock) -> None:
    person = world.person()
    clock.advance(13 * HOUR)

    answer = person.get("/me")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert "サインイン" in answer.json()["title"]


def test_a_path_nobody_serves_and_a_method_nobody_serves(world: World) -> None:
    nowhere = world.client.get("/api/v1/nowhere")
    wrong = world.client.put("/api/v1/sessions")

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    for answer in (nowhere, wrong):
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/me/sessions/%00"),
        ("DELETE", "/me/tokens/a%00b"),
        ("POST", "/persons/%00/enrolment-link"),
        ("GET", "/concepts/%00"),
        ("GET", "/councils?cursor=%00"),
    ],
)
def test_a_name_with_nul_is_nobodys(admin: Caller, method: str, path: str) -> None:
    answer = admin.request(method, path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "ja"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("ja", "ja"),
        ("ja,en", "ja"),
        ("fr, en;q=0.5", "en"),
        ("fr", "ja"),
        ("en;q=0.1, ja;q=0.9", "ja"),
        ("en;q=0, ja", "ja"),
        (";;;,,q=", "ja"),
    ],
)
def test_a_problem_speaks_the_callers_language(world: World, accepted: str, language: str) -> None:
    answer = world.client.get("/api/v1/me", headers={"Accept-Language": accepted})

    english = answer.json()["title"].isascii()
    assert ("en" if english else "ja") == language
    assert answer.json()["type"] == "urn:kyogikai:problem:unauthenticated"


@pytest.mark.spoils_the_log
def test_a_tampered_sealed_field_is_said_to_be_damaged(
    world: World, parts: Parts, telling: TestClient
) -> None:
    person = world.person("乙川 花子")
    flip = "UPDATE person SET name = kana"
    with parts.database.writer.begin() as connection:
        connection.execute(text(flip))

    answer = Caller(person.person_id, person.token, telling).get("/me")

    assert (answer.status_code, answer.json()["code"]) == (500, "stored_data_damaged")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "fsck" in answer.json()["title"]
    assert answer.json()["request_id"]
    assert "Traceback" not in answer.text
    assert "乙川" not in answer.text


def test_an_error_of_ours_is_a_problem_with_its_number_and_stores_nothing(
    world: World, telling: TestClient, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = recorded(world)

    def wrong(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a bug with a secret inside")

    monkeypatch.setattr(people, "me", wrong)
    monkeypatch.setattr(endpoints.offices, "appoint", wrong)
    caller = Caller(admin.person_id, admin.token, telling)
    asked = {"person": world.person().person_id, "role": "auditor"}
    before = recorded(world)

    for answer in (caller.get("/me"), caller.post("/offices", asked)):
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        assert answer.json()["request_id"]
        assert "secret" not in answer.text
    since = recorded(world)[len(before) :]
    assert [entry[-1] for entry in since] == ["refused", "refused"]  # asked, and nothing done


@pytest.mark.demo
def test_an_error_before_the_guard_has_a_number_too(
    world: World, telling: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr("server.identity.fallback.verifier_by_email", wrong)

    asked = {"email": "a@example.jp", "password": "x"}
    answer = telling.post("/api/v1/sessions/password", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.json()["request_id"]


@pytest.mark.parametrize(
    "header",
    [
        {"If-None-Match": '"\xe9'},
        {"Range": "bytes=0-0,5-6,x"},
        {"Accept-Language": "x" * 5000},
        {"If-Match": '"'},
        {"Idempotency-Key": "\xe9" * 10},
        {"Accept": "text/html"},
        {"X-Forwarded-For": "1.2.3.4, evil"},
        {"Authorization": "Bearer a, Bearer b"},
    ],
)
def test_a_strange_header_is_never_an_error_of_ours(world: World, header: dict[str, str]) -> None:
    person = world.person()
    headers = {name: value.encode("latin-1") for name, value in header.items()}

    answer = world.client.get(
        "/api/v1/me", headers={"Authorization": f"Bearer {person.token}".encode(), **headers}
    )

    assert answer.status_code < 500
