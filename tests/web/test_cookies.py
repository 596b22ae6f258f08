"""Every cookie the pages set, exactly; and that a new session always takes the old one's place."""

import pytest
from fastapi.testclient import TestClient

from clients.sdk.authenticator import Authenticator
from clients.web import cookies
from server.identity import service
from tests.factories import Caller, World
from tests.web.test_safety import OURS, held

HOST_ONLY = "Path=/; SameSite=lax; Secure"


def set_cookies(answer: object) -> dict[str, str]:
    """The Set-Cookie lines of an answer by the cookie's name."""
    lines = answer.headers.get_list("set-cookie")  # type: ignore[attr-defined]
    return {line.partition("=")[0]: line for line in lines}


class Browser:
    """The pages as a script calls them, with a passkey of its own; cookies are sent by hand."""

    def __init__(self, client: TestClient, origin: str) -> None:
        self.client, self.origin = client, origin
        self.device = Authenticator()

    def send(self, path: str, body: object, token: str | None = None) -> object:
        """What our script sends."""
        cookie = {"Cookie": f"{cookies.SESSION}={token}"} if token else {}
        return self.client.post(path, json=body, headers={**OURS, **cookie})

    def enrol(self, link: str, token: str | None = None) -> object:
        """Enrol by a link; the answer."""
        asked = {"link": link, "name": "机"}
        begun = self.send("/web/enrol/options", asked, token).json()  # type: ignore[attr-defined]
        made = self.device.create(begun["options"], self.origin)
        finished = {**asked, "challenge": begun["challenge"], "credential": made}
        return self.send("/web/enrol", finished, token)

    def sign_in(self, token: str | None = None, then: str | None = None) -> object:
        """Sign in; the answer."""
        begun = self.send("/web/sign-in/options", {}, token).json()  # type: ignore[attr-defined]
        signed = self.device.get(begun["options"], self.origin)
        body = {"challenge": begun["challenge"], "credential": signed}
        return self.send("/web/sign-in", {**body, "next": then} if then else body, token)


def invited(world: World) -> str:
    """A link for somebody who was never here."""
    return invitation(world, world.person().person_id)


def invitation(world: World, person_id: str) -> str:
    """A link for this person."""
    with world.changing() as tx:
        return service.invite(tx, person_id, by=person_id)


@pytest.fixture
def browser(client: TestClient, world: World) -> Browser:
    return Browser(client, world.parts.settings.origin)


def test_the_session_is_a_host_cookie_that_no_script_reads(world: World, browser: Browser) -> None:
    answer = browser.enrol(invited(world))
    token = set_cookies(answer)[cookies.SESSION].partition("=")[2].partition(";")[0]
    assert set_cookies(answer) == {
        "__Host-sid": f"__Host-sid={token}; HttpOnly; {HOST_ONLY}",
    }
    assert token.startswith("kys_")
    assert token not in answer.text  # type: ignore[attr-defined]


def test_signing_in_replaces_whatever_session_the_browser_held(
    world: World, browser: Browser
) -> None:
    """Session fixation: a session planted in the browser never becomes the person's."""
    browser.enrol(invited(world))
    planted = world.person("乙野 花子")
    answer = browser.sign_in(planted.token)
    mine = set_cookies(answer)[cookies.SESSION].partition("=")[2].partition(";")[0]
    assert mine != planted.token
    assert planted.get("/me").status_code == 401, "the session before has ended"
    me = world.client.get("/me", headers={"Cookie": f"{cookies.SESSION}={mine}"})
    assert "甲野 太郎" in me.text


def test_enrolling_replaces_whatever_session_the_browser_held(
    world: World, browser: Browser
) -> None:
    planted = world.person("乙野 花子")
    answer = browser.enrol(invited(world), planted.token)
    assert planted.token not in set_cookies(answer)[cookies.SESSION]
    assert planted.get("/me").status_code == 401


def test_a_proof_gives_the_browser_a_new_token_and_the_old_one_is_worth_nothing(
    world: World, browser: Browser
) -> None:
    answer = browser.enrol(invited(world))
    old = set_cookies(answer)[cookies.SESSION].partition("=")[2].partition(";")[0]
    answer = browser.send("/web/passkeys/options", {}, old).json()  # type: ignore[attr-defined]
    assert answer["prove"]["action"] == "add_passkey"
    begun = browser.send("/web/step-up/options", answer["prove"], old).json()  # type: ignore[attr-defined]
    signed = browser.device.get(begun["options"], browser.origin)
    body = {"challenge": begun["challenge"], "credential": signed}
    proved = browser.send("/web/step-up", body, old)
    new = set_cookies(proved)[cookies.SESSION].partition("=")[2].partition(";")[0]
    assert set_cookies(proved) == {"__Host-sid": f"__Host-sid={new}; HttpOnly; {HOST_ONLY}"}
    assert new != old
    assert new not in proved.text  # type: ignore[attr-defined]
    assert Caller("", old, world.client).get("/me").status_code == 401
    again = browser.send("/web/passkeys/options", {}, new)
    assert again.status_code == 200  # type: ignore[attr-defined]


def test_signing_out_ends_the_session_and_drops_the_cookie(
    world: World, client: TestClient
) -> None:
    caller = world.person()
    answer = client.post("/sign-out", headers={**held(caller), **OURS}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?done=signed-out")
    line = set_cookies(answer)["__Host-sid"]
    assert line == f'__Host-sid=""; HttpOnly; Max-Age=0; {HOST_ONLY}'
    assert caller.get("/me").status_code == 401


def test_a_session_that_is_over_leads_to_signing_in_and_drops_the_cookie(
    world: World, client: TestClient, clock: object
) -> None:
    caller = world.person()
    clock.days(1)  # type: ignore[attr-defined]
    answer = client.get("/me/sessions", headers=held(caller), follow_redirects=False)
    assert answer.headers["location"] == "/sign-in?next=%2Fme%2Fsessions"
    assert set(set_cookies(answer)) == {"__Host-sid"}
    assert "Max-Age=0" in set_cookies(answer)["__Host-sid"]


def test_a_choice_of_language_is_kept_for_a_year(client: TestClient) -> None:
    answer = client.get("/?lang=en")
    year = 365 * 24 * 3600
    assert set_cookies(answer) == {
        "__Host-lang": f"__Host-lang=en; HttpOnly; Max-Age={year}; {HOST_ONLY}"
    }
    assert not set_cookies(client.get("/?lang=fr"))
    assert not set_cookies(client.get("/"))


@pytest.mark.parametrize("token", ["", "kyo_x", "kys_a b", "kys_" + "a" * 300, "kys_a\x00"])
def test_what_is_no_token_is_no_credential(client: TestClient, token: str) -> None:
    answer = client.get("/me", headers={"Cookie": f"{cookies.SESSION}={token}"})
    assert answer.url.path == "/sign-in"
