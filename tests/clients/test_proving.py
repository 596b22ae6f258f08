"""Proving by passkey from the command line: with a passkey in a file, and in the browser."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from clients.cli import profile
from clients.cli.desk import Desk
from clients.sdk import Kyogikai
from clients.sdk.authenticator import Authenticator
from clients.sdk.calls import identity
from server.clock import MINUTE
from tests.clients.conftest import Terminal
from tests.factories import Caller, World
from tests.making.passkeys import link_for


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "乙野.json"


def enrolled(terminal: Terminal, world: World, file: Path, name: str = "default") -> Caller:
    """A person who has enrolled a passkey in a file at the terminal, and is signed in there."""
    person = world.person("乙野 花子")
    link = link_for(world, person.person_id)
    ran = terminal("enrol", link, "--passkey-file", str(file), "--as", name)
    assert ran.code == 0, ran.err
    return person


def kept(terminal: Terminal, name: str = "default") -> dict[str, Any]:
    found = profile.recall(profile.session_file(terminal.config, terminal.server, name))
    assert found is not None
    return found


MAKES_A_TOKEN = ("token", "make", "集計", "--scope", "read", "--json")


# --- a passkey in a file --------------------------------------------------------------------------
def test_enrolling_and_signing_in_with_a_passkey_in_a_file(
    terminal: Terminal, world: World, file: Path
) -> None:
    person = enrolled(terminal, world, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert terminal("sign-out").code == 0
    ran = terminal("sign-in", "--passkey-file", str(file))
    assert ran.code == 0, ran.err
    assert "実演と自動試験のため" in ran.err
    assert kept(terminal)["person"] == person.person_id


def test_an_act_that_asks_for_a_proof_is_proved_and_done_once(
    terminal: Terminal, world: World, file: Path
) -> None:
    enrolled(terminal, world, file)
    before = kept(terminal)["token"]
    ran = terminal(*MAKES_A_TOKEN)
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["token"].startswith("kyo_")
    assert kept(terminal)["token"] != before, "the session goes on with the token it was given"
    assert len(json.loads(terminal("token", "list", "--json").out)["items"]) == 1


def test_without_the_file_nothing_is_done_and_the_message_says_which(
    terminal: Terminal, world: World, file: Path
) -> None:
    enrolled(terminal, world, file)
    file.unlink()
    ran = terminal(*MAKES_A_TOKEN)
    assert ran.code == 2
    assert str(file) in ran.err
    assert json.loads(terminal("token", "list", "--json").out)["items"] == []


def test_another_person_s_passkey_proves_nothing(
    terminal: Terminal, world: World, file: Path, tmp_path: Path
) -> None:
    enrolled(terminal, world, file)
    other = tmp_path / "other.json"
    enrolled(terminal, world, other, "other")
    other.replace(file)
    ran = terminal(*MAKES_A_TOKEN)
    assert ran.code == 2, ran.err
    assert json.loads(terminal("token", "list", "--json").out)["items"] == []


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"keys": [{}], "flags": 1}', "not json"])
def test_a_file_that_is_no_passkey_is_named_and_left_alone(
    terminal: Terminal, file: Path, content: str
) -> None:
    file.write_text(content)
    file.chmod(0o600)
    ran = terminal("sign-in", "--passkey-file", str(file))
    assert ran.code == 2
    assert str(file) in ran.err
    assert file.read_text() == content


def test_a_passkey_file_that_others_can_read_is_not_used(
    terminal: Terminal, world: World, file: Path
) -> None:
    enrolled(terminal, world, file)
    file.chmod(0o644)
    ran = terminal("sign-in", "--passkey-file", str(file))
    assert ran.code == 2
    assert "chmod 600" in ran.err


def test_an_enrolment_link_that_is_used_up_makes_no_file(
    terminal: Terminal, world: World, file: Path, tmp_path: Path
) -> None:
    person = world.person()
    link = link_for(world, person.person_id)
    assert terminal("enrol", link, "--passkey-file", str(file)).code == 0
    second = tmp_path / "second.json"
    ran = terminal("enrol", link, "--passkey-file", str(second))
    assert ran.code == 1
    assert "link_unusable" in ran.err
    assert not second.exists()


def test_two_commands_that_prove_at_once_both_succeed(
    terminal: Terminal, world: World, file: Path
) -> None:
    """The token rotates and the passkey counts: neither may trip over the other."""
    enrolled(terminal, world, file)
    environment = {"KYOGIKAI_CONFIG": str(terminal.config)}
    together = threading.Barrier(2)
    failures: list[BaseException] = []

    def make(name: str) -> None:
        desk = Desk(terminal.server, "default", as_json=True, environment=environment)
        try:
            together.wait()
            for number in range(5):
                desk.run(identity.make_token(f"{name}{number}", ["read"]))
        except BaseException as failure:  # noqa: BLE001  told in the test's own thread
            failures.append(failure)
        finally:
            desk.close()

    threads = [threading.Thread(target=make, args=(name,)) for name in ("甲", "乙")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    made = json.loads(terminal("token", "list", "--json").out)["items"]
    assert len(made) == 10


# --- the browser ----------------------------------------------------------------------------------
class Browsing:
    """The person's browser: it confirms whatever their other session asks, by their passkey."""

    def __init__(self, server: str, file: Path, *, confirms: bool = True) -> None:
        self._server, self._file, self._confirms = server, file, confirms
        self.confirmed: list[str] = []

    def open(self, address: str) -> bool:
        """What `webbrowser.open` does."""
        request = address.rsplit("/", 1)[1]
        assert address == f"{self._server}/confirm/{request}"
        if self._confirms:
            self._confirm(request)
        return True

    def _confirm(self, request: str) -> None:
        authenticator = Authenticator.from_dict(json.loads(self._file.read_text()))
        with Kyogikai(self._server) as nobody:
            begun = nobody.begin_sign_in()
            signed = authenticator.get(begun.options, self._server)
            token = nobody.sign_in(begun.challenge, signed).token
        with Kyogikai(self._server, token) as page:
            begun = page.begin_step_up(request=request)
            page.step_up(begun.challenge, authenticator.get(begun.options, self._server))
        profile.remember(self._file, authenticator.to_dict())
        self.confirmed.append(request)


@pytest.fixture
def in_browser(
    terminal: Terminal, world: World, file: Path, monkeypatch: pytest.MonkeyPatch
) -> Browsing:
    """Signed in at the terminal without a passkey there; the browser has one."""
    enrolled(terminal, world, file)
    session = kept(terminal)
    path = profile.session_file(terminal.config, terminal.server, "default")
    profile.remember(path, {**session, "passkey_file": None})
    browsing = Browsing(terminal.server, file)
    monkeypatch.setattr("webbrowser.open", browsing.open)
    return browsing


def test_the_person_confirms_in_the_browser_and_the_command_goes_on(
    terminal: Terminal, in_browser: Browsing
) -> None:
    ran = terminal(*MAKES_A_TOKEN)
    assert ran.code == 0, ran.err
    assert len(in_browser.confirmed) == 1
    assert "本人確認が必要です（" in ran.err
    assert f"/confirm/{in_browser.confirmed[0]}" in ran.err
    assert json.loads(ran.out)["token"].startswith("kyo_")


def test_a_proof_holds_five_minutes_for_the_same_act(
    terminal: Terminal, in_browser: Browsing, world: World
) -> None:
    for _ in range(2):
        assert terminal(*MAKES_A_TOKEN).code == 0
    assert len(in_browser.confirmed) == 1
    world.clock.advance(5 * MINUTE + 1)
    assert terminal(*MAKES_A_TOKEN).code == 0
    assert len(in_browser.confirmed) == 2


def test_who_may_not_do_it_is_not_asked_to_confirm_it(
    terminal: Terminal, in_browser: Browsing, world: World
) -> None:
    assert terminal("person", "invite", world.person().person_id).code == 4
    assert in_browser.confirmed == []


def test_who_does_not_confirm_has_done_nothing(terminal: Terminal, in_browser: Browsing) -> None:
    in_browser._confirms = False
    ran = terminal(*MAKES_A_TOKEN, "--wait", "1")
    assert ran.code == 2
    assert "何も行っていません" in ran.err
    assert json.loads(terminal("token", "list", "--json").out)["items"] == []


def test_a_token_given_from_outside_is_never_proved_for(
    terminal: Terminal, in_browser: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KYOGIKAI_TOKEN", kept(terminal)["token"])
    ran = terminal(*MAKES_A_TOKEN)
    assert ran.code == 5
    assert "step_up_needed" in ran.err
    assert in_browser.confirmed == []
