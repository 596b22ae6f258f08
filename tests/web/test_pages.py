"""Which pages there are, who may open them, and how a visitor is led and told."""

from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from clients.sdk.authenticator import Authenticator
from clients.web.app import create, visitors
from clients.web.visit import ANYONE, SIGNED_IN, own_path
from server.access.parts import Parts
from server.access.routes import unguarded
from server.app import create_app
from server.audit.models import Entry
from server.keys.service import lookup_digest
from tests.factories import World
from tests.web.test_cookies import invited
from tests.web.test_safety import OURS, held

OPEN = {
    "GET /",
    "GET /sign-in",
    "GET /sign-in/with/{provider}",
    "GET /sign-in/callback",
    "GET /duty",
    "GET /enrol",
    "GET /static/{digest}/{name}",
    "POST /duty",
    "POST /enrol/with",
    "POST /sign-in/password",
    "POST /web/enrol",
    "POST /web/enrol/options",
    "POST /web/sign-in",
    "POST /web/sign-in/options",
}
CLOSED = {
    "GET /authorise",
    "GET /confirm/{request}",
    "GET /enrol/second",
    "GET /me",
    "GET /me/links",
    "GET /me/passkeys",
    "GET /me/sessions",
    "POST /authorise",
    "POST /me/sessions/end",
    "POST /me/sessions/end-others",
    "POST /sign-out",
    "POST /web/confirm",
    "POST /web/confirm/options",
    "POST /web/first-passkey",
    "POST /web/first-passkey/options",
    "POST /web/links",
    "POST /web/links/remove",
    "POST /web/passkeys",
    "POST /web/passkeys/options",
    "POST /web/passkeys/remove",
    "POST /web/passkeys/rename",
    "POST /web/step-up",
    "POST /web/step-up/options",
}


def named(route: Route) -> list[str]:
    return [f"{m} {route.path}" for m in sorted((route.methods or set()) - {"HEAD"})]


def pages_of(app: FastAPI) -> list[Route]:
    """What the server has mounted."""
    mounted = [route for route in app.routes if isinstance(route, Mount)]
    assert len(mounted) == 1
    return [route for route in mounted[0].routes if isinstance(route, Route)]


def test_every_page_says_who_may_open_it_and_stands_in_the_list(parts: Parts) -> None:
    found: dict[str | None, set[str]] = {ANYONE: set(), SIGNED_IN: set()}
    for route in pages_of(create_app(parts)):
        found[visitors(route)].update(named(route))
    assert found == {ANYONE: OPEN, SIGNED_IN: CLOSED}


def test_the_server_does_not_start_with_a_page_that_does_not_say() -> None:
    async def silent(request: Any) -> Any: ...

    app = FastAPI(openapi_url=None)
    app.router.routes.append(Mount("/", app=Starlette(routes=[Route("/silent", silent)])))
    assert unguarded(app) == ["/silent"]


def test_the_server_does_not_start_with_a_mounted_part_it_cannot_look_into() -> None:
    async def anything(scope: Any, receive: Any, send: Any) -> None: ...

    app = FastAPI(openapi_url=None)
    app.router.routes.append(Mount("/files", app=anything))
    assert unguarded(app) == ["/files"]


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_a_stranger_is_led_to_sign_in(client: TestClient, name: str) -> None:
    method, path = name.split()
    path = path.replace("{request}", "0190a000-0000-7000-8000-00000000000c")
    answer = client.request(method, path, headers=OURS, follow_redirects=False)
    if path.startswith("/web/"):
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        return
    assert answer.status_code == 303
    expected = f"/sign-in?next={path.replace('/', '%2F')}" if method == "GET" else "/sign-in"
    assert answer.headers["location"].startswith(expected.partition("?")[0])
    assert ("next=" in answer.headers["location"]) == (method == "GET")


@pytest.mark.parametrize("name", sorted(n for n in OPEN if n.startswith("GET") and "{" not in n))
def test_anyone_may_open_what_anyone_may_open(client: TestClient, name: str) -> None:
    path = name.split()[1]
    expected = 400 if path.endswith("/callback") else 200  # nothing was begun
    assert client.get(path).status_code == expected


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("/me", "/me"),
        ("/confirm/0190a000-0000-7000-8000-00000000000c", None),
        ("/authorise?state=a.b&redirect_uri=http%3A%2F%2F127.0.0.1%3A9", None),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/me\r\nSet-Cookie: x=1", "/"),
        ("/" + "a" * 3000, "/"),
        ("me", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_the_way_back_is_a_page_of_ours_or_the_front_door(
    asked: str | None, place: str | None
) -> None:
    assert own_path(asked) == (asked if place is None else place)


def test_a_long_request_of_the_command_line_survives_signing_in(client: TestClient) -> None:
    asked = {**ASKED, "name": "議" * 80}
    answer = client.get("/authorise", params=asked, follow_redirects=False)
    back = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["next"]
    assert dict(parse_qsl(urlsplit(back).query)) == asked
    assert f'name="next" value="{escape(back)}"' in client.get(answer.headers["location"]).text


# --- what went wrong, in words -------------------------------------------------------------------
def test_an_unknown_page_says_so_with_a_way_on(client: TestClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "ページが見つかりません" in answer.text
    assert 'href="/"' in answer.text


def test_a_page_opened_in_the_wrong_way_says_so(client: TestClient) -> None:
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert "この方法では開けません" in answer.text


def test_a_refusal_of_the_api_is_told_in_its_words_with_the_number_to_ask_by(
    world: World, client: TestClient
) -> None:
    answer = client.get(
        "/confirm/0190a000-0000-7000-8000-00000000000c", headers=held(world.person())
    )
    assert answer.status_code == 404
    assert "存在しないか、あなたには知らされていません" in answer.text
    assert "この番号を伝えてください" in answer.text


def test_what_nobody_foresaw_is_an_internal_error_without_its_cause(world: World) -> None:
    def broken(visitor: Any) -> Any:
        raise LookupError("the secret cause")

    app = create(broken, "http://localhost:8000")
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/")
    assert answer.status_code == 500
    assert "secret cause" not in answer.text


def test_who_tries_too_often_is_told_how_long_to_wait(client: TestClient) -> None:
    """With what the API says, which counts the tries."""
    form = {"link": "kye_0000000000000000_x"}
    for _ in range(100):
        answer = client.post("/web/enrol/options", json=form, headers=OURS)
        if answer.status_code != 410:
            break
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert int(answer.headers["retry-after"]) > 0


def test_the_api_answers_for_itself_beside_the_pages(client: TestClient) -> None:
    assert client.get("/api/v1/nowhere").json()["code"] == "not_found"
    assert client.delete("/api/v1/me").status_code == 405
    assert client.get("/healthz").json() == {"status": "alive"}


def test_a_session_made_by_a_page_bears_the_name_of_the_browser_and_its_address(
    parts: Parts, world: World, client: TestClient
) -> None:
    """What the log and the list of devices say of a page's visitor is the visitor's own."""
    named = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    headers = {**OURS, **named}
    asked = {"link": invited(world), "name": "机"}
    device = Authenticator()
    begun = client.post("/web/enrol/options", json=asked, headers=headers).json()
    made = device.create(begun["options"], parts.settings.origin)
    body = {**asked, "challenge": begun["challenge"], "credential": made}
    answer = client.post("/web/enrol", json=body, headers=headers)
    token = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    page = client.get("/me/sessions", headers={"Cookie": f"__Host-sid={token}"})
    assert "Firefox (Linux)" in page.text
    with parts.database.reading() as tx:
        digest = lookup_digest(tx, "address", "testclient")
        query = select(Entry).where(Entry.address_digest == digest)  # type: ignore[arg-type]
        kinds = {entry.kind for entry in tx.session.scalars(query)}
    assert "credential.enrol" in kinds


# --- letting the command line sign in -------------------------------------------------------------
ASKED = {
    "response_type": "code",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "redirect_uri": "http://127.0.0.1:49152/signed-in",
    "state": "a" * 43,
    "name": "kyogikai (机)",
}


def test_a_program_is_let_in_by_its_person_and_handed_its_code(
    world: World, client: TestClient
) -> None:
    caller = world.person()
    shown = client.get("/authorise", params=ASKED, headers=held(caller))
    assert "kyogikai (机)" in shown.text
    assert "49152" in shown.text
    assert "form-action 'self' http://127.0.0.1:49152;" in shown.headers["content-security-policy"]
    form = {**ASKED, "decision": "allow"}
    answer = client.post(
        "/authorise", data=form, headers={**held(caller), **OURS}, follow_redirects=False
    )
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place.startswith("http://127.0.0.1:49152/signed-in?code=kyc_")
    assert "iss=http%3A%2F%2Flocalhost%3A8000" in place
    assert f"state={'a' * 43}" in place


def test_a_program_is_told_when_its_person_declines(world: World, client: TestClient) -> None:
    caller = world.person()
    form = {**ASKED, "decision": "refuse"}
    answer = client.post(
        "/authorise", data=form, headers={**held(caller), **OURS}, follow_redirects=False
    )
    assert answer.headers["location"].startswith(
        "http://127.0.0.1:49152/signed-in?error=access_denied&"
    )
    assert "code=" not in answer.headers["location"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redirect_uri", "https://evil.example/signed-in"),
        ("redirect_uri", "http://127.0.0.1.evil.example:80/x"),
        ("redirect_uri", "http://localhost:49152/signed-in"),
        ("redirect_uri", "http://127.0.0.1:99999/signed-in"),
        ("redirect_uri", "http://127.0.0.1:49152/x; script-src *"),
        ("redirect_uri", "http://user@127.0.0.1:49152/signed-in"),
        ("state", ""),
        ("state", "a&b"),
        ("code_challenge", "short"),
        ("code_challenge_method", "plain"),
        ("response_type", "token"),
        ("name", ""),
        ("name", "x" * 81),
        ("name", "a\u202eb"),
    ],
)
def test_a_program_that_asks_for_anything_else_is_sent_nowhere(
    world: World, client: TestClient, name: str, value: str
) -> None:
    caller = world.person()
    asked = {**ASKED, name: value}
    shown = client.get("/authorise", params=asked, headers=held(caller), follow_redirects=False)
    done = client.post(
        "/authorise",
        data={**asked, "decision": "allow"},
        headers={**held(caller), **OURS},
        follow_redirects=False,
    )
    assert shown.status_code == done.status_code == 400
    assert "location" not in done.headers
