"""`kyogikai sign-in`, a browser, and a real OpenID provider: from the terminal and back to it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import World
from tests.web.browsing import Person
from tests.web.test_cookies import invitation
from tests.web.test_with_a_provider import at_the_provider, chosen, clock, provider

__all__ = ["chosen", "clock", "provider"]  # the fixtures of an installation that knows a provider

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(origin: str, tmp_path: Path) -> dict[str, str]:
    """The terminal of that person, whose browser is the one of the test."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LANG": "ja_JP.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        "KYOGIKAI_CONFIG": str(tmp_path / "config"),
        "KYOGIKAI_SERVER": origin,
    }


def test_signing_in_at_one_s_organisation_signs_the_command_in(
    person: Person, world: World, environment: dict[str, str]
) -> None:
    somebody = world.person("甲野 花子")
    person.goto(f"/enrol#{invitation(world, somebody.person_id)}")
    person.press("甲省サインイン")
    person.follow("進む")
    at_the_provider(person, "hanako")
    person.reads("あなたの情報")
    person.press("サインアウト")

    command = [sys.executable, "-m", "clients.cli"]
    with subprocess.Popen(
        [*command, "sign-in", "--no-browser"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        address = next(line.strip() for line in running.stderr if line.startswith("http"))
        person.goto(address.removeprefix(environment["KYOGIKAI_SERVER"]))
        person.follow("甲省サインイン")
        person.is_told("甲野 花子")
        person.press("許可する")
        person.page.wait_for_url(re.compile("^http://127.0.0.1:"))
        assert running.wait(60) == 0, running.stderr.read()
    shown = subprocess.run(
        [*command, "whoami"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert "甲野 花子" in shown.stdout, shown.stderr
