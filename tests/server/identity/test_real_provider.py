"""The whole way with a real OpenID provider: two issuers, their pages, their keys, their sign-out.

The provider is npm's `oidc-provider` as it is (tests/idp); the clock is the machine's.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from urllib.parse import parse_qs

import pytest

from server.clock import MINUTE, Instant, system_clock
from server.identity.logout_tokens import signed_out
from server.identity.oidc_tokens import Unproven, subject_of
from server.settings import Settings
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import own_sign_in, real_provider
from tests.making.identity import as_session, link_for
from tests.making.own_sign_in import begin, code_of, complete, entry
from tests.making.real_provider import Browser, RealProvider

ORIGIN = "http://localhost:8000"
CALLBACK = f"{ORIGIN}/sign-in/callback"


class RunningClock(TestClock):
    """The machine's time, which a test may move ahead."""

    def __call__(self) -> Instant:
        return system_clock() + self.now

    def __init__(self) -> None:
        super().__init__(0)


@pytest.fixture
def clock() -> TestClock:
    return RunningClock()


@dataclass
class Postbox:
    """Where the provider posts its notices of sign-outs; a test carries them on to us."""

    address: str
    arrived: "Queue[str]" = field(default_factory=Queue)


@pytest.fixture(scope="module")
def postbox() -> Iterator[Postbox]:
    arrived: Queue[str] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            arrived.put(parse_qs(form)["logout_token"][0])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Postbox(f"http://127.0.0.1:{server.server_port}/", arrived)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def idp(postbox: Postbox) -> Iterator[RealProvider]:
    """The service of org-a, which signs with RS256."""
    with real_provider.running([CALLBACK], backchannel_logout_uri=postbox.address) as provider:
        yield provider


@pytest.fixture(scope="module")
def other_idp() -> Iterator[RealProvider]:
    """The service of org-b, which signs with ES256."""
    with real_provider.running([CALLBACK], algorithm="ES256") as provider:
        yield provider


@pytest.fixture
def chosen(
    chosen: Settings, idp: RealProvider, other_idp: RealProvider, tmp_path: Path
) -> Settings:
    file = own_sign_in.written(
        tmp_path / "providers",
        entry(idp.issuer, algorithms=["RS256"]),
        entry(other_idp.issuer, id="org-b-sso", organisations=["org-b"], algorithms=["ES256"]),
    )
    return replace(chosen, providers=file)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.fixture
def linked(world: World, browser: Browser) -> Caller:
    """Somebody who has signed in as `hanako` by an invitation."""
    person = world.person("甲野 花子")
    begun = begin(world, link=link_for(world, person.person_id))
    answer = complete(world, begun, **browser.sign_in(begun.url, "hanako"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["person"] == person.person_id
    return as_session(world, answer)


def test_an_invited_person_signs_in_at_a_real_provider_and_again_without_invitation(
    world: World, browser: Browser, linked: Caller
) -> None:
    begun = begin(world)
    answer = complete(world, begun, **browser.sign_in(begun.url, "hanako"))

    assert answer.json()["person"] == linked.person_id
    assert as_session(world, answer).get("/me").status_code == 200


def test_an_account_nobody_linked_is_nobody_though_its_address_is_a_persons(
    world: World, linked: Caller
) -> None:
    """The provider vouches for groups, roles and a verified address; none of it counts."""
    begun = begin(world)
    with Browser() as strange:
        answer = complete(world, begun, **strange.sign_in(begun.url, "mallory"))

    assert code_of(answer) == (403, "not_linked")


def test_claims_of_groups_and_roles_give_nobody_an_office_or_a_seat(
    world: World, linked: Caller
) -> None:
    me = linked.get("/me").json()

    assert me["offices"] == []
    assert linked.get("/councils").json()["items"] == []


def test_the_second_issuer_signs_in_its_own_people_with_its_own_algorithm(
    world: World, linked: Caller
) -> None:
    person = world.person("乙川", organisation="org-b")
    begun = begin(world, "org-b-sso", link_for(world, person.person_id))
    with Browser() as theirs:
        answer = complete(world, begun, **theirs.sign_in(begun.url, "hanako"))

    assert answer.json()["person"] == person.person_id != linked.person_id


def test_mixed_up_answers_of_two_real_issuers_are_refused(
    world: World, browser: Browser, linked: Caller, other_idp: RealProvider
) -> None:
    """The browser believes it signs in at org-a; the answer comes from org-b, and the reverse."""
    at_a, at_b = begin(world), begin(world, "org-b-sso")
    with Browser() as elsewhere:
        answer_b = elsewhere.sign_in(at_b.url, "hanako")
    assert answer_b["iss"] == other_idp.issuer  # RFC 9207, from the real one

    mixed = complete(world, at_a, **answer_b | {"state": at_a.asked["state"]})
    crossed = complete(world, at_b, **browser.sign_in(at_a.url, "hanako"))

    assert code_of(mixed) == (400, "issuer_mismatch")
    assert code_of(crossed) == (400, "state_mismatch")


def test_a_code_of_another_sign_in_is_refused_by_the_provider_itself(
    world: World, browser: Browser, linked: Caller
) -> None:
    """PKCE: a stolen code opens nothing without the verifier of its own flow."""
    stolen, mine = begin(world), begin(world)
    code = browser.sign_in(stolen.url, "hanako")["code"]
    answered = browser.sign_in(mine.url, "hanako") | {"code": code}

    answer = complete(world, mine, **answered)

    assert (code_of(answer), answer.json()["error"]) == (
        (403, "provider_refused"),
        "invalid_grant",
    )


def test_who_turns_back_at_the_provider_is_told_so(world: World) -> None:
    begun = begin(world)
    with Browser() as hesitant:
        answered = hesitant.abort(begun.url)
    answered.pop("error_description")

    answer = complete(world, begun, **answered)

    assert (code_of(answer), answer.json()["error"]) == (
        (403, "provider_refused"),
        "access_denied",
    )


def test_a_real_provider_may_change_its_keys(
    world: World, browser: Browser, linked: Caller, idp: RealProvider
) -> None:
    idp.rotate()
    world.clock.advance(MINUTE)

    begun = begin(world)
    answer = complete(world, begun, **browser.sign_in(begun.url, "hanako"))

    assert answer.status_code == 201, answer.text


def test_signing_out_at_a_real_provider_ends_the_session_it_opened(
    world: World, browser: Browser, linked: Caller, idp: RealProvider, postbox: Postbox
) -> None:
    by_passkey = world.session(linked.person_id)

    browser.sign_out(idp.issuer)
    token = postbox.arrived.get(timeout=60)
    answer = world.client.post("/api/v1/sign-outs/backchannel", data={"logout_token": token})

    assert answer.status_code == 200, answer.text
    assert (linked.get("/me").status_code, by_passkey.get("/me").status_code) == (401, 200)
    again = world.client.post("/api/v1/sign-outs/backchannel", data={"logout_token": token})
    assert (again.status_code, again.json()["reason"]) == (400, "replayed")


def test_an_id_token_of_a_real_provider_is_no_logout_token(
    world: World, browser: Browser, linked: Caller, idp: RealProvider, postbox: Postbox
) -> None:
    """And a notice for one client says nothing to an installation that is another."""
    browser.sign_out(idp.issuer)
    token = postbox.arrived.get(timeout=60)
    party = world.parts.providers.find("org-a-sso")
    somebody_else = replace(party.provider, client_id="another")

    with pytest.raises(Unproven, match="audience"):
        signed_out(token, somebody_else, party.discovery.keys, system_clock())
    with pytest.raises(Unproven, match="type"):
        subject_of(token, party.provider, party.discovery.keys, "n", system_clock())


def test_the_lock_of_the_provider_names_hashes_and_no_addresses() -> None:
    lock = json.loads((real_provider.FOLDER / "package-lock.json").read_text("utf-8"))
    installed = [each for name, each in lock["packages"].items() if name]

    assert installed
    assert all(each["integrity"].startswith("sha512-") for each in installed)
    assert not any("resolved" in each for each in installed)
