"""What a provider can do to this server by answering badly, or not at all: next to nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from server.clock import HOUR, MINUTE
from server.identity.oidc_problems import ProviderUnavailable
from server.identity.outgoing import AT_ONCE, LONGEST_ANSWER, Outgoing
from server.identity.providers import Provider
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import fake_provider
from tests.making.fake_provider import KEYS, METADATA, TOKEN, Answer, FakeProvider, in_json
from tests.making.identity import recorded
from tests.making.own_sign_in import (
    PROVIDER,
    SIGN_INS,
    answer_of,
    begin,
    code_of,
    complete,
    configure,
    entry,
    sign_in,
)


def begun_badly(world: World) -> Any:
    """The refusal to begin a sign-in."""
    return world.client.post(SIGN_INS, json={"provider": PROVIDER})


def test_a_provider_that_hangs_is_given_up_and_no_sign_in_waits_for_it(
    world: World, fake: FakeProvider, other: FakeProvider
) -> None:
    """It answers when the test is over, not before: without a limit this would never end."""
    elsewhere = entry(other.issuer, id="org-b-sso", timeout=10)
    configure(world, entry(fake.issuer, timeout=1), elsewhere)
    fake.hang(METADATA)

    answer = begun_badly(world)

    assert code_of(answer) == (503, "provider_unavailable")
    assert answer.json()["detail"] == "org-a-sso: no answer in 1 s"
    assert answer.headers["retry-after"] == "5"
    assert begin(world, "org-b-sso").url.startswith(other.issuer)
    world.parts.tally.flush(everything=True)
    assert ("sign_in.provider_unavailable", "installation", "refused") in recorded(world)


@pytest.mark.parametrize("path", [TOKEN, KEYS])
def test_a_provider_that_hangs_later_is_given_up_as_well(
    world: World, alice: Caller, fake: FakeProvider, path: str
) -> None:
    configure(world, entry(fake.issuer, timeout=3))
    begun = begin(world)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))
    fake.hang(path)

    answer = complete(world, begun, **answer_of(begun, fake))

    assert code_of(answer) == (503, "provider_unavailable")
    assert alice.get("/me").status_code == 200


def impatient(world: World) -> Provider:
    """The provider, to whom a call may take a second."""
    return replace(world.parts.providers.find(PROVIDER).provider, timeout=1)


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that sends a byte now and then: each is in time, all together never are."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                while not over.wait(0.2):
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nX: y\r\n" if over.is_set() else b"H")
            except (BrokenPipeError, ConnectionResetError):
                pass

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_provider_that_drips_is_given_up_though_it_never_stops(
    world: World, dripping: str
) -> None:
    outgoing = Outgoing(impatient(world))

    with pytest.raises(ProviderUnavailable):
        outgoing.read(dripping)


def test_calls_that_hang_hold_few_threads_and_the_rest_is_told_at_once(
    world: World, fake: FakeProvider
) -> None:
    """One more is refused while the others still wait: the refusal itself waits for nothing."""
    fake.hang(METADATA)
    outgoing = Outgoing(world.parts.providers.find(PROVIDER).provider)

    def call() -> str:
        try:
            return str(outgoing.read(fake.issuer + METADATA))
        except ProviderUnavailable as problem:
            return str(problem)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        waiting = [threads.submit(call) for _ in range(AT_ONCE)]
        while fake.asked[METADATA] < AT_ONCE:
            time.sleep(0.01)
        told = call()
        fake.holding.set()

    assert told == f"org-a-sso: {AT_ONCE} calls to it wait already"
    assert [each.result() for each in waiting] == ["{}"] * AT_ONCE
    assert fake.asked[METADATA] == AT_ONCE


def compressed() -> Answer:
    return 200, {"Content-Encoding": "gzip"}, b"\x1f\x8b" + b"\0" * 100


BAD_ANSWERS: dict[str, tuple[Callable[[], Answer], str]] = {
    "a redirect": (
        lambda: (302, {"Location": "http://127.0.0.1:9/elsewhere"}, b""),
        "redirected",
    ),
    "a redirect with a body that fits": (
        lambda: (307, {"Location": "http://127.0.0.1:9/"}, b"{}"),
        "redirected",
    ),
    "more than is read": (lambda: (200, {}, b" " * (LONGEST_ANSWER + 1)), "more than"),
    "something compressed": (compressed, "compressed"),
    "an error": (lambda: (500, {}, b"{}"), "500"),
    "an absence": (lambda: (404, {}, b"{}"), "404"),
    "no JSON": (lambda: (200, {}, b"<html>"), "no JSON"),
    "no object": (lambda: in_json([]), "no JSON object"),
    "a deep nest": (lambda: (200, {}, b"[" * 100_000), "no JSON object"),
    "no text": (lambda: (200, {}, b"\xff\xfe"), "no JSON object"),
}


@pytest.mark.parametrize("path", [METADATA, KEYS, TOKEN])
@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_an_answer_that_does_not_fit_is_no_answer(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock, kind: str, path: str
) -> None:
    clock.advance(HOUR)
    bad, said = BAD_ANSWERS[kind]
    begun = begin(world)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))
    if path == METADATA:
        clock.advance(HOUR)
    fake.answers[path] = bad

    if path == METADATA:
        answer = begun_badly(world)
    else:
        answer = complete(world, begun, **answer_of(begun, fake))

    assert code_of(answer) == (503, "provider_unavailable"), answer.text
    if path != TOKEN:
        assert said in answer.json()["detail"]
    fake.answers.clear()
    assert sign_in(world, fake).status_code == 201


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "http://127.0.0.1:1"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": 7},
        {"token_endpoint": "http://internal.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://[::1"},
        {"jwks_uri": "http://user@127.0.0.1/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    ],
)
def test_metadata_that_are_not_the_providers_own_or_lead_elsewhere_are_refused(
    world: World, fake: FakeProvider, changed: dict[str, Any]
) -> None:
    fake.metadata |= changed

    assert code_of(begun_badly(world)) == (503, "provider_unavailable")


def test_the_issuer_is_compared_letter_by_letter(world: World, fake: FakeProvider) -> None:
    fake.metadata["issuer"] = fake.issuer + "/"

    assert code_of(begun_badly(world)) == (503, "provider_unavailable")


@pytest.mark.parametrize(
    ("methods", "way"),
    [
        (None, "Basic"),
        (["client_secret_basic", "client_secret_post"], "Basic"),
        (["client_secret_post"], None),
    ],
)
def test_the_client_proves_itself_in_a_way_the_provider_takes(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock, methods: Any, way: str | None
) -> None:
    fake.metadata["token_endpoint_auth_methods_supported"] = methods
    clock.advance(HOUR)

    assert sign_in(world, fake).status_code == 201
    sent = [each for each in fake.received if each["path"] == TOKEN][-1]
    assert (sent.get("Authorization", "").split(" ")[0] or None) == way
    assert ("client_secret=" in sent["form"]) == (way is None)


def test_metadata_and_keys_are_asked_for_once_an_hour(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock
) -> None:
    for _ in range(3):
        sign_in(world, fake)
    assert (fake.asked[METADATA], fake.asked[KEYS]) == (1, 1)

    clock.advance(HOUR)
    sign_in(world, fake)

    assert (fake.asked[METADATA], fake.asked[KEYS]) == (2, 2)


def test_a_new_key_is_learned_when_it_is_first_used_and_the_old_one_is_gone(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    old = fake.key
    fake.rotate("second")
    assert sign_in(world, fake).status_code == 201
    begun = begin(world)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]), key=old)

    answer = complete(world, begun, **answer_of(begun, fake))

    assert answer.json()["reason"] == "unknown_key"


def test_an_old_key_works_until_the_provider_takes_it_back_or_an_hour_is_over(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock
) -> None:
    old, kept = fake.key, list(fake.published)
    fake.rotate("second")
    fake.published += kept
    assert sign_in(world, fake).status_code == 201  # the new key, learned now
    fake.published = fake.published[:1]  # the old one is taken back, unseen for an hour

    def with_the_old_key() -> Any:
        begun = begin(world)
        fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]), key=old)
        return complete(world, begun, **answer_of(begun, fake))

    assert with_the_old_key().status_code == 201
    clock.advance(HOUR)
    assert with_the_old_key().json()["reason"] == "unknown_key"


def test_unknown_keys_are_asked_for_once_a_minute_however_many_come(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock
) -> None:
    def unknown(kid: str) -> None:
        begun = begin(world)
        fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]), kid=kid)
        assert complete(world, begun, **answer_of(begun, fake)).json()["reason"] == "unknown_key"

    before = fake.asked[KEYS]
    for number in range(4):
        unknown(f"unknown-{number}")
    assert fake.asked[KEYS] == before + 1

    clock.advance(MINUTE)
    unknown("unknown-again")
    assert fake.asked[KEYS] == before + 2


@pytest.mark.parametrize(
    "published",
    [
        [],
        None,
        [{"kty": "oct", "k": "c2VjcmV0"}],
        [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}],
        ["a key"],
        [{"kty": "RSA", "n": "AQ", "e": "AQAB"}] * 51,
    ],
)
def test_a_key_set_without_a_usable_key_is_no_key_set(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock, published: Any
) -> None:
    clock.advance(HOUR)
    fake.published = published
    begun = begin(world)
    fake.id_token = fake.signed(fake.claims(nonce=begun.asked["nonce"]))

    assert code_of(complete(world, begun, **answer_of(begun, fake))) == (
        503,
        "provider_unavailable",
    )


def test_keys_of_other_kinds_beside_a_good_one_are_passed_over(
    world: World, alice: Caller, fake: FakeProvider, clock: TestClock
) -> None:
    clock.advance(HOUR)
    fake.published = [{"kty": "AKP", "alg": "ML-DSA-65", "pub": "AA"}, {}, *fake.published]

    assert sign_in(world, fake).status_code == 201


def test_while_a_provider_is_down_sessions_live_on_and_nobody_comes_in(
    world: World, clock: TestClock
) -> None:
    """IDN-10: no new sign-in, and no way round it; the session of before goes on to its limit."""
    with fake_provider.running(clock) as gone:
        pass
    person = world.person()
    configure(world, entry(gone.issuer))

    answer = begun_badly(world)

    assert code_of(answer) == (503, "provider_unavailable")
    assert "パスキー" in answer.json()["title"]
    assert person.get("/me").status_code == 200
    for path in ("/sign-ins", "/sign-ins/callback"):
        refused = world.client.post(f"/api/v1{path}", json={"provider": PROVIDER, "person": "x"})
        assert refused.status_code == 422


def test_a_sign_in_begun_while_it_was_up_is_not_finished_once_it_is_down(
    world: World, alice: Caller, fake: FakeProvider
) -> None:
    begun = begin(world)
    fake.answers[TOKEN] = lambda: in_json({}, 503)

    answer = complete(world, begun, **answer_of(begun, fake))

    assert code_of(answer) == (503, "provider_unavailable")
    again = complete(world, begun, **answer_of(begun, fake))
    assert code_of(again) == (409, "sign_in_used")
    assert alice.get("/me").status_code == 200
