"""The listener that the browser comes back to: what ends the wait, and what never does."""

from collections.abc import Iterator
from urllib.parse import urlencode

import httpx2
import pytest

from clients.cli import language
from clients.cli.listening import Listener, NotSignedIn

STATE, ISSUER = "the-state-of-this-sign-in", "https://kyogikai.example.jp"


@pytest.fixture
def listener() -> Iterator[Listener]:
    language.choose("ja", {})
    with Listener(STATE, ISSUER) as listening:
        yield listening


def bring(listener: Listener, **given: str) -> httpx2.Response:
    brought = {"state": STATE, "iss": ISSUER, **given}
    address = f"{listener.redirect_uri}?{urlencode({k: v for k, v in brought.items() if v})}"
    return httpx2.get(address, trust_env=False)


def test_the_code_ends_the_wait_and_the_person_is_told_to_go_back(listener: Listener) -> None:
    page = bring(listener, code="a-code")
    assert page.status_code == 200
    assert "端末に戻ってください" in page.text
    assert listener.wait(10) == "a-code"


def test_the_page_keeps_the_code_to_itself_and_runs_nothing(listener: Listener) -> None:
    page = bring(listener, code="a-code")
    assert page.headers["content-security-policy"] == "default-src 'none'"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "a-code" not in page.text


def test_it_listens_on_this_computer_alone_at_a_port_of_its_own(listener: Listener) -> None:
    assert listener.redirect_uri.startswith("http://127.0.0.1:")
    with Listener(STATE, ISSUER) as another:
        assert another.redirect_uri != listener.redirect_uri


@pytest.mark.parametrize("state", ["another", "", STATE + "x", "状態"])
def test_whoever_does_not_know_the_state_neither_signs_in_nor_ends_the_wait(
    listener: Listener, state: str
) -> None:
    assert bring(listener, code="of somebody else", state=state).status_code == 400
    assert bring(listener, state=state, error="access_denied").status_code == 400
    bring(listener, code="a-code")
    assert listener.wait(10) == "a-code"


@pytest.mark.parametrize("issuer", ["https://elsewhere.example", "", ISSUER + "/"])
def test_an_answer_of_another_server_ends_the_sign_in(listener: Listener, issuer: str) -> None:
    assert bring(listener, code="a-code", iss=issuer).status_code == 400
    with pytest.raises(NotSignedIn, match=ISSUER):
        listener.wait(10)


def test_who_declines_in_the_browser_is_told_so(listener: Listener) -> None:
    assert "承認されませんでした" in bring(listener, error="access_denied").text
    with pytest.raises(NotSignedIn):
        listener.wait(10)


def test_an_error_with_a_code_is_an_error(listener: Listener) -> None:
    bring(listener, code="a-code", error="server_error")
    with pytest.raises(NotSignedIn):
        listener.wait(10)


def test_another_address_of_the_listener_holds_nothing(listener: Listener) -> None:
    root = listener.redirect_uri.rsplit("/", 1)[0]
    given = urlencode({"state": STATE, "iss": ISSUER, "code": "a-code"})
    assert httpx2.get(f"{root}/?{given}", trust_env=False).status_code == 404
    assert httpx2.post(listener.redirect_uri, data={}, trust_env=False).status_code == 501
    with pytest.raises(NotSignedIn, match="もう一度"):
        listener.wait(0)


def test_nothing_listens_when_the_wait_is_over() -> None:
    with Listener(STATE, ISSUER) as listening:
        address = listening.redirect_uri
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(address, trust_env=False)
