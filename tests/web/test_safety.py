"""Other sites can neither act through the pages, nor embed them, nor plant a session."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from clients.sdk import AsyncKyogikai
from clients.web.app import create
from clients.web.pages import PAGES
from clients.web.safety import content_policy, from_here
from server.access.parts import Parts
from tests.factories import Caller, World

ORIGIN = "https://council.example.jp"
OURS = {"Origin": "http://localhost:8000"}
SITE = "Sec-Fetch-Site"


def held(caller: Caller) -> dict[str, str]:
    """What the browser of somebody who is signed in sends."""
    return {"Cookie": f"__Host-sid={caller.token}"}


# --- what may come from where -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "headers", "ours"),
    [
        ("POST", {"Origin": ORIGIN}, True),
        ("POST", {"Origin": ORIGIN, SITE: "same-origin"}, True),
        ("POST", {SITE: "same-origin"}, True),
        ("POST", {}, False),
        ("POST", {"Origin": "null"}, False),
        ("POST", {"Origin": "null", SITE: "same-origin"}, False),
        ("POST", {"Origin": f"{ORIGIN}.evil.example"}, False),
        ("POST", {"Origin": "http://council.example.jp"}, False),
        ("POST", {"Origin": "https://evil.example", SITE: "same-origin"}, False),
        ("POST", {SITE: "same-site"}, False),
        ("POST", {SITE: "cross-site"}, False),
        ("POST", {SITE: "none"}, False),
        ("DELETE", {"Origin": "https://evil.example"}, False),
        ("PUT", {}, False),
        ("GET", {}, True),
        ("GET", {SITE: "none"}, True),
        ("GET", {SITE: "same-origin", "Sec-Fetch-Mode": "cors"}, True),
        ("GET", {SITE: "cross-site", "Sec-Fetch-Mode": "navigate"}, True),
        ("GET", {SITE: "cross-site", "Sec-Fetch-Mode": "no-cors"}, False),
        ("GET", {SITE: "same-site", "Sec-Fetch-Mode": "cors"}, False),
        (
            "GET",
            {SITE: "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
            False,
        ),
        (
            "GET",
            {SITE: "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
            True,
        ),
    ],
)
def test_what_changes_something_comes_from_here(
    method: str, headers: dict[str, str], ours: bool
) -> None:
    assert from_here(method, Headers(headers), ORIGIN) is ours


def unsafe_pages() -> list[tuple[str, str]]:
    """Every page that does something."""
    found = []
    for route in PAGES:
        methods = set(route.methods or ()) - {"GET", "HEAD"}
        found += [(method, route.path) for method in sorted(methods)]
    return found


@pytest.mark.parametrize(("method", "path"), unsafe_pages())
def test_no_page_does_anything_for_another_site(
    world: World, client: TestClient, method: str, path: str
) -> None:
    caller = world.person()
    for headers in ({"Origin": "https://evil.example"}, {SITE: "cross-site"}):
        answer = client.request(method, path, headers={**held(caller), **headers})
        assert answer.status_code == 403, path
        assert "set-cookie" not in answer.headers
    assert caller.get("/me").status_code == 200


def test_the_pages_by_themselves_refuse_as_well() -> None:
    """Without the server's own edge in front: a page, in the visitor's language."""
    with TestClient(create(lambda visitor: AsyncKyogikai(), ORIGIN), base_url=ORIGIN) as client:
        answer = client.post("/sign-out", headers={"Origin": "https://evil.example"})
        english = client.post("/sign-out", headers={"Accept-Language": "en"})
    assert answer.status_code == english.status_code == 403
    assert "この操作はできません" in answer.text
    assert "This cannot be done" in english.text


def test_pages_that_only_show_are_the_only_ones_opened_by_get() -> None:
    """GET and HEAD do nothing but show; coming back from a provider is bound to the browser."""
    for route in PAGES:
        methods = set(route.methods or ())
        assert methods <= {"GET", "HEAD"} or methods == {"POST"}, route.path


def test_the_api_takes_no_cookie_for_a_credential(world: World, client: TestClient) -> None:
    caller = world.person()
    assert client.get("/api/v1/me", headers=held(caller)).status_code == 401
    assert client.get("/me", headers=held(caller)).status_code == 200


# --- what every page carries --------------------------------------------------------------------
def test_every_answer_confines_itself(world: World, client: TestClient) -> None:
    caller = world.person()
    for path in ("/", "/sign-in", "/me", "/me/sessions", "/nowhere", "/authorise"):
        headers = client.get(path, headers=held(caller)).headers
        assert headers["content-security-policy"] == content_policy(), path
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "publickey-credentials-get=(self)" in headers["permissions-policy"]


def test_the_policy_allows_nothing_but_our_own_files() -> None:
    policy = dict(part.split(" ", 1) for part in content_policy().split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert set(policy.values()) == {"'none'", "'self'", "'script'"}
    assert "unsafe" not in content_policy()


def test_https_is_for_ever() -> None:
    with TestClient(create(lambda visitor: AsyncKyogikai(), ORIGIN), base_url=ORIGIN) as client:
        answer = client.get("/")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_no_page_has_a_script_or_a_style_of_its_own(world: World, client: TestClient) -> None:
    for path in (
        "/",
        "/sign-in",
        "/enrol",
        "/duty",
        "/me",
        "/me/passkeys",
        "/me/sessions",
        "/me/links",
    ):
        text = client.get(path, headers=held(world.person())).text
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", text)


def test_what_people_call_themselves_is_text_and_nothing_else(
    world: World, client: TestClient
) -> None:
    caller = world.person('<img src=x onerror=alert(1)> "甲"')
    text = client.get("/me", headers=held(caller)).text
    assert "<img src=x" not in text
    assert "&lt;img src=x onerror=alert(1)&gt; &#34;甲&#34;" in text


def test_static_files_are_kept_for_ever_and_change_their_address(client: TestClient) -> None:
    page = client.get("/").text
    style = re.search(r'href="(/static/[0-9a-f]{16}/pages\.css)"', page)
    assert style is not None
    answer = client.get(style[1])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/static/0000000000000000/pages.css").status_code == 404
    assert client.get(style[1].replace("pages.css", "..%2fapp.py")).status_code == 404


def test_a_long_body_is_refused(parts: Parts, client: TestClient) -> None:
    body = b"x=" + b"y" * (parts.settings.max_body_kib << 10)
    form = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/me/sessions/end", content=body, headers=form).status_code == 413


def test_forms_are_for_pages_and_json_is_for_the_api(world: World, client: TestClient) -> None:
    caller = world.person()
    bearer = {"Authorization": f"Bearer {caller.token}"}
    answer: Any = client.post("/api/v1/me/tokens", data={"name": "x"}, headers=bearer)
    assert (answer.status_code, answer.json()["code"]) == (415, "wrong_media_type")
    ours = {**held(caller), **OURS}
    assert client.post("/web/links/remove", data={"link": "x"}, headers=ours).status_code == 415
    assert client.post("/web/links/remove", json=["link"], headers=ours).status_code == 400
    assert client.post("/web/links/remove", json={}, headers=ours).status_code == 400
