"""`kyogikai sign-in` with a browser: a real listener, a real server, and what can go wrong."""

import json
import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clients.cli import profile
from tests.clients.conftest import Ran, Terminal
from tests.factories import World

ROOT = Path(__file__).resolve().parents[2]
BROWSER = f"{shlex.quote(sys.executable)} -m tests.clients.a_browser %s"


class Shell:
    """`kyogikai` in processes of its own, whose browser is tests/clients/a_browser.py."""

    def __init__(self, terminal: Terminal) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(terminal.config),
            "LANG": "ja_JP.UTF-8",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "BROWSER": BROWSER,
            "KYOGIKAI_CONFIG": str(terminal.config),
            "KYOGIKAI_SERVER": terminal.server,
        }

    def begin(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        """A command line that runs on its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "clients.cli", *arguments],
            cwd=ROOT,
            env=self._environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str, **more: str) -> Ran:
        return ended(self.begin(*arguments, **more))


def ended(process: "subprocess.Popen[str]") -> Ran:
    """How a command line ended."""
    out, err = process.communicate(timeout=120)
    return Ran(process.returncode, out, err)


@pytest.fixture
def shell(terminal: Terminal) -> Shell:
    return Shell(terminal)


def kept(terminal: Terminal, name: str = "default") -> Any:
    return profile.recall(profile.session_file(terminal.config, terminal.server, name))


def test_the_browser_signs_the_program_in(shell: Shell, terminal: Terminal, world: World) -> None:
    person = world.person("乙野 花子")
    ran = shell("sign-in", TOKEN=person.token)
    assert ran.code == 0, ran.err
    assert "ブラウザでサインインしてください" in ran.err
    assert "サインインしました" in ran.err
    assert ran.out.startswith("200 "), "what the browser was told; the command itself says nothing"

    session = kept(terminal)
    assert session["token"] != person.token
    assert session["token"] not in ran.err + ran.out
    file = profile.session_file(terminal.config, terminal.server, "default")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(terminal("whoami", "--json").out)["name"] == "乙野 花子"


def test_the_address_shown_opens_the_server_s_own_page_and_holds_no_secret(
    shell: Shell, world: World
) -> None:
    ran = shell("sign-in", TOKEN=world.person().token)
    [address] = [line for line in ran.err.splitlines() if line.startswith("http")]
    assert "/authorise?response_type=code&" in address
    assert "code_challenge_method=S256" in address
    assert "verifier" not in address


@pytest.mark.parametrize(
    ("twist", "said"),
    [
        ("iss", "応答ではない"),
        ("no", "承認されませんでした"),
        ("code", "code_unusable"),
    ],
)
def test_what_is_not_this_server_s_code_signs_nobody_in(
    shell: Shell, terminal: Terminal, world: World, twist: str, said: str
) -> None:
    ran = shell("sign-in", TOKEN=world.person().token, TWIST=twist)
    assert ran.code != 0
    assert said in ran.err
    assert kept(terminal) is None


@pytest.mark.parametrize("twist", ["state", "away"])
def test_waiting_ends_with_what_to_do(
    shell: Shell, terminal: Terminal, world: World, twist: str
) -> None:
    ran = shell("sign-in", "--wait", "1", TOKEN=world.person().token, TWIST=twist)
    assert ran.code == 2
    assert "もう一度 kyogikai sign-in" in ran.err
    assert kept(terminal) is None


def test_two_sign_ins_at_once_do_not_meet(shell: Shell, terminal: Terminal, world: World) -> None:
    people = {name: world.person(name) for name in ("甲", "乙")}
    begun = {
        name: shell.begin("--as", name, "sign-in", TOKEN=person.token)
        for name, person in people.items()
    }
    for name, process in begun.items():
        assert ended(process).code == 0
        assert kept(terminal, name)["person"] == people[name].person_id


def test_without_a_browser_the_address_is_shown(shell: Shell, world: World) -> None:
    ran = shell("sign-in", "--no-browser", "--wait", "1", TOKEN=world.person().token)
    assert ran.code == 2
    assert "/authorise?" in ran.err
    assert ran.out == ""


def test_json_shows_whose_session_it_is_but_not_the_token(
    shell: Shell, terminal: Terminal, world: World
) -> None:
    person = world.person()
    ran = shell("sign-in", "--json", TOKEN=person.token)
    shown = json.loads(ran.out.splitlines()[-1])
    assert shown["person"] == person.person_id
    assert shown.keys() == {"person", "expires_at"}
    assert kept(terminal)["token"] not in ran.out


def test_the_session_is_listed_by_the_computer_s_name_and_can_be_ended_elsewhere(
    shell: Shell, terminal: Terminal, world: World
) -> None:
    person = world.person()
    assert shell("sign-in", TOKEN=person.token).code == 0
    [other] = [each for each in person.get("/me/sessions").json()["items"] if not each["current"]]
    assert person.delete(f"/me/sessions/{other['id']}").status_code == 204
    assert terminal("whoami").code == 3


def test_enrolling_opens_the_page_with_the_link_where_no_server_log_sees_it(
    terminal: Terminal,
) -> None:
    ran = terminal("enrol", "https://kyogikai.example.jp/enrol#kye_x", "--no-browser")
    assert ran.code == 0
    assert f"{terminal.server}/enrol#kye_x" in ran.err
