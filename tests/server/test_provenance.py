"""Where a request comes from: only fronts of ours are believed, only pages of ours may send."""

import asyncio
from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient

from server.access.parts import Parts
from server.app import create_app
from server.keys.service import lookup_digest
from server.networks import parse_network
from server.provenance import TrueAddress
from tests.factories import Caller, World

FRONT, SECOND_FRONT = "10.0.0.2", "10.0.0.3"
CALLER, ELSEWHERE = "203.0.113.9", "198.51.100.7"
TRUSTED = (parse_network("10.0.0.0/29"), parse_network("fd00::/64"))


def address_of(peer: str | None, *lines: str, header: str = "x-forwarded-for") -> str | None:
    """What the application takes for the address, of a request with these header lines."""
    seen: list[str | None] = []

    async def application(scope: object, _receive: object, _send: object) -> None:
        client = scope["client"]  # type: ignore[index]
        seen.append(client[0] if client else None)

    headers = [(header.encode(), line.encode("latin-1")) for line in lines]
    client = (peer, 50000) if peer is not None else None
    scope = {"type": "http", "headers": headers, "client": client}
    asyncio.run(TrueAddress(application, TRUSTED)(scope, None, None))  # type: ignore[arg-type]
    return seen[0]


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        ((), FRONT),
        ((CALLER,), CALLER),
        ((f"{ELSEWHERE}, {CALLER}",), CALLER),
        ((ELSEWHERE, CALLER), CALLER),
        ((f"{CALLER}, {SECOND_FRONT}",), CALLER),
        ((f"{ELSEWHERE}, {CALLER}, {SECOND_FRONT}",), CALLER),
        ((f"{FRONT}, {SECOND_FRONT}",), FRONT),
        ((f"{CALLER}:4711",), CALLER),
        (("[2001:db8::9]:4711",), "2001:db8::9"),
        (("2001:db8::9",), "2001:db8::9"),
        ((f"::ffff:{CALLER}",), CALLER),
        ((f"{CALLER}, unknown",), FRONT),
        ((f"{CALLER}, not an address, {SECOND_FRONT}",), SECOND_FRONT),
        ((f"{CALLER}, '; DROP TABLE, {SECOND_FRONT}",), SECOND_FRONT),
        ((" , ,, ",), FRONT),
        ((f"{CALLER}," * 2000,), CALLER),
    ],
)
def test_behind_a_front_of_ours_the_first_hop_that_is_not_counts(
    lines: Sequence[str], address: str
) -> None:
    assert address_of(FRONT, *lines) == address


@pytest.mark.parametrize("peer", [ELSEWHERE, "10.0.0.8", "2001:db8::1", "::ffff:198.51.100.7"])
def test_nobody_else_says_where_they_are(peer: str) -> None:
    expected = ELSEWHERE if peer.startswith("::ffff") else peer

    assert address_of(peer, CALLER) == expected
    assert address_of(peer, f"{FRONT}, {SECOND_FRONT}") == expected


@pytest.mark.parametrize(
    "header", ["forwarded", "x-real-ip", "x-client-ip", "cf-connecting-ip", "x_forwarded_for"]
)
def test_no_other_header_is_read_even_of_a_front(header: str) -> None:
    assert address_of(FRONT, CALLER, header=header) == FRONT
    assert address_of(FRONT, f"for={CALLER}", header=header) == FRONT


def test_a_front_may_speak_ipv6() -> None:
    assert address_of("fd00::2", CALLER) == CALLER
    assert address_of("fd00:0:0:1::2", CALLER) == "fd00:0:0:1::2"


def test_who_has_no_address_stays_without() -> None:
    assert address_of(None, CALLER) is None
    assert address_of("", CALLER) == ""


# --- which page sent it ---------------------------------------------------------------------------
SIGN_IN = ("POST", "/api/v1/sessions")
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:8001"},
    {"Origin": "https://localhost:8000"},
    {"Origin": "http://localhost:8000.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null", "Sec-Fetch-Mode": "navigate"},
    {"Sec-Fetch-Site": "something new"},
]
OWN = [
    {},
    {"Origin": "http://localhost:8000"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8000"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_what_another_sites_page_sends_changes_nothing(
    world: World, method: str, headers: dict[str, str]
) -> None:
    """Whoever is signed in: the page has them send it (ASVS 3.5.1)."""
    person = world.person()

    answer = person.request(method, "/me/sessions/current", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site")
    assert answer.headers["content-type"] == "application/problem+json"
    assert person.get("/me").status_code == 200


@pytest.mark.parametrize("headers", OWN)
def test_our_own_pages_and_programs_send_what_they_like(
    world: World, headers: dict[str, str]
) -> None:
    assert world.person().delete("/me/sessions/current", headers=headers).status_code == 204


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("destination", ["image", "script", "iframe", "empty", "object", "style"])
def test_nothing_of_the_api_is_loaded_into_another_sites_page(
    world: World, site: str, destination: str
) -> None:
    """ASVS 3.5.8; a frame navigates, too."""
    for mode in ("no-cors", "cors", "navigate"):
        headers = {
            "Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination
        }  # fmt: skip
        assert world.person().get("/me", headers=headers).status_code == 403


def test_a_link_from_elsewhere_may_lead_here(world: World) -> None:
    followed = {
        "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"
    }  # fmt: skip

    assert world.client.get("/api/v1/openapi.json", headers=followed).status_code == 200
    assert world.client.get("/", headers=followed).status_code == 200


def test_no_cookie_signs_anybody_in(world: World) -> None:
    """The API knows the Authorization header alone: no page can make a browser send that."""
    person = world.person()

    for name in ("session", "__Host-session", "__Host-sid", "token", "Authorization"):
        world.client.cookies.set(name, person.token)
        world.client.cookies.set(f"{name}-bearer", f"Bearer {person.token}")
    answer = world.client.get("/api/v1/me")
    world.client.cookies.clear()

    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/me", "/councils", "/nowhere", "/openapi.json", "/log/key"])
def test_no_answer_of_the_api_is_kept_framed_or_run(world: World, path: str) -> None:
    for caller in (world.person(), Caller("", "", world.client)):
        headers = caller.get(path).headers
        assert "no-store" in headers["cache-control"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


def test_a_question_of_another_origin_is_not_granted(world: World) -> None:
    """No CORS: a preflight gets no permission."""
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    answer = world.client.options("/api/v1/me", headers=asked)

    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_the_entry_names_the_caller_and_not_the_front(parts: Parts, world: World) -> None:
    """End to end: without a named front the header is nothing but a claim."""
    person = world.person()
    client = TestClient(
        create_app(parts), base_url=parts.settings.origin, client=(ELSEWHERE, 50000)
    )
    elsewhere = Caller(person.person_id, person.token, client)

    assert elsewhere.get("/me", headers={"X-Forwarded-For": CALLER}).status_code == 200

    with parts.database.reading() as tx:
        expected = lookup_digest(tx, "address", ELSEWHERE)
        found = tx.connection.exec_driver_sql(
            "SELECT address_digest FROM entry ORDER BY time DESC, seq DESC LIMIT 1"
        ).scalar()
    assert found == expected
