"""Rules of access, sessions and tokens by the SDK and the command; what waiting is told as."""

import json

import pytest

from clients.cli import faults, language
from clients.sdk import problems
from clients.sdk.problems import problem_of
from tests.clients.conftest import Connect, Terminal, signed_in
from tests.making.councils import MadeCouncil


def limited(seconds: int) -> problems.Problem:
    """The server's answer to who has to wait."""
    return problem_of(
        {
            "type": "urn:kyogikai:problem:too_many_attempts",
            "title": "失敗が続きました。",
            "status": 429,
            "code": "too_many_attempts",
            "detail": None,
            "request_id": None,
            "wait_seconds": seconds,
        },
        float(seconds),
    )


@pytest.mark.parametrize(
    ("seconds", "ja", "en"),
    [
        (1, "→ 1 秒後", "→ in 1 s"),
        (90, "→ 90 秒後", "→ in 90 s"),
        (91, "→ 2 分後", "→ in 2 min"),
        (900, "→ 15 分後", "→ in 15 min"),
    ],
)
def test_who_has_to_wait_is_told_how_long(seconds: int, ja: str, en: str) -> None:
    failure = limited(seconds)

    assert isinstance(failure, problems.TooManyAttempts)
    assert failure.wait_seconds == seconds
    assert faults.code_of(failure) == faults.ExitCode.TRY_LATER
    for chosen, words in (("ja", ja), ("en", en)):
        language.choose(chosen, {})
        assert words in faults.line_of(failure, "")
        assert "[too_many_attempts]" in faults.line_of(failure, "")


def test_the_rules_of_a_council_are_shown_and_set_by_two(
    terminal: Terminal, council: MadeCouncil
) -> None:
    for name in ("compliance", "minister_pm", "organ_a"):
        signed_in(terminal, getattr(council, name), name)
    asked = ("council", "set-rules", council.id, "--review-days", "90",
             "--network", "127.0.0.0/8", "--network", "::1")  # fmt: skip

    proposed = terminal(*asked, "--as", "compliance")
    assert proposed.code == 5, proposed.err
    done = terminal(*asked, "--as", "minister_pm", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["networks"] == ["127.0.0.0/8", "::1/128"]

    shown = terminal("council", "rules", council.id, "--as", "organ_a")
    assert shown.code == 0, shown.err
    assert "127.0.0.0/8" in shown.out
    assert "90" in shown.out
    assert "使えるネットワーク" in shown.out
    before = terminal("council", "rules", council.id, "--at", "2020-01-01", "--as", "organ_a",
                      "--json")  # fmt: skip
    assert json.loads(before.out)["networks"] == []


def test_rules_that_would_shut_one_out_are_told_before(
    terminal: Terminal, council: MadeCouncil
) -> None:
    for name in ("compliance", "minister_pm"):
        signed_in(terminal, getattr(council, name), name)
    asked = ("council", "set-rules", council.id, "--network", "192.0.2.0/24")
    assert terminal(*asked, "--as", "compliance").code == 5
    refused = terminal(*asked, "--as", "minister_pm")
    assert (refused.code, "would_lock_you_out" in refused.err) == (5, True)

    assert terminal(*asked, "--accept-lock-out", "--as", "compliance").code == 5
    assert terminal(*asked, "--accept-lock-out", "--as", "minister_pm").code == 0
    outside = terminal("council", "show", council.id, "--as", "compliance")
    assert (outside.code, "network_not_allowed" in outside.err) == (1, True)


def test_every_other_session_is_ended_at_once(
    terminal: Terminal, council: MadeCouncil, sdk: Connect
) -> None:
    signed_in(terminal, council.organ_a, "here")

    assert terminal("session", "end", "--as", "here").code == 2
    assert terminal("session", "end", "some-id", "--others", "--as", "here").code == 2
    done = terminal("session", "end", "--others", "--as", "here")

    assert done.code == 0, done.err
    with pytest.raises(problems.Unauthenticated):
        sdk(council.organ_a.token).read_me()
    assert terminal("whoami", "--as", "here").code == 0
    listed = json.loads(terminal("session", "list", "--as", "here", "--json").out)["items"]
    assert [each["current"] for each in listed] == [True]


def test_a_token_is_bound_to_networks_and_shows_when_it_was_used(
    terminal: Terminal, council: MadeCouncil, sdk: Connect
) -> None:
    signed_in(terminal, council.organ_a, "a")

    def make(network: str) -> str:
        made = terminal("token", "make", "集計", "--scope", "read", "--network", network,
                        "--as", "a", "--json")  # fmt: skip
        assert made.code == 0, made.err
        return str(json.loads(made.out)["token"])

    here, elsewhere = make("127.0.0.0/8"), make("192.0.2.0/24")
    assert sdk(here).read_me().id == council.organ_a.person_id
    with pytest.raises(problems.Refused) as refused:
        sdk(elsewhere).read_me()

    assert refused.value.code == "network_not_allowed"
    tokens = json.loads(terminal("token", "list", "--as", "a", "--json").out)["items"]
    used = {each["networks"][0]: each["used_at"] is not None for each in tokens}
    assert used == {"127.0.0.0/8": True, "192.0.2.0/24": False}
