"""Passkeys, recovery and one-time codes at the terminal."""

import json
from base64 import b32decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests.clients.conftest import Terminal, signed_in
from tests.conftest import TestClock
from tests.factories import World
from tests.making.passkeys import enrolled


def passkeys(terminal: Terminal) -> list[dict[str, Any]]:
    ran = terminal("passkey", "list", "--json")
    assert ran.code == 0, ran.err
    items: list[dict[str, Any]] = json.loads(ran.out)["items"]
    return items


def test_a_second_passkey_in_a_file_is_added_renamed_and_removed(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    person = world.person()
    signed_in(terminal, person)
    second = tmp_path / "second.json"

    added = terminal("passkey", "add", "--passkey-file", str(second), "--name", "予備")
    assert added.code == 0, added.err
    assert "実演と自動試験" in added.err
    first, other = passkeys(terminal)
    assert (other["name"], other["device_bound"]) == ("予備", False)

    assert terminal("passkey", "rename", other["id"], "二つ目").code == 0
    assert "二つ目" in terminal("passkey", "list").out
    assert terminal("sign-in", "--passkey-file", str(second)).code == 0
    assert terminal("passkey", "remove", first["id"]).code == 0
    assert [each["id"] for each in passkeys(terminal)] == [other["id"]]


def test_the_last_passkey_is_not_removed(terminal: Terminal, world: World) -> None:
    signed_in(terminal, world.person())
    (only,) = passkeys(terminal)

    ran = terminal("passkey", "remove", only["id"])

    assert ran.code == 5
    assert "last_passkey" in ran.err
    assert len(passkeys(terminal)) == 1


def test_two_officers_recover_a_person_who_begins_anew(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    person = enrolled(world)
    for name, role in (("first", "system_administrator"), ("second", "compliance_officer")):
        signed_in(terminal, world.officer(role), name)

    proposed = terminal("recovery", "approve", person.person_id, "--as", "first")
    done = terminal("recovery", "approve", person.person_id, "--as", "second", "--json")

    assert proposed.code == 5, proposed.err
    assert done.code == 0, done.err
    link = json.loads(done.out)["link"]
    fresh = tmp_path / "fresh.json"
    assert terminal("enrol", link, "--passkey-file", str(fresh), "--as", "again").code == 0
    assert person.caller.get("/me").status_code == 401


@pytest.mark.demo
def test_one_time_codes_are_set_up_and_removed(
    terminal: Terminal, world: World, clock: TestClock
) -> None:
    signed_in(terminal, world.person())

    begun = terminal("password", "begin-codes", "--json")
    assert begun.code == 0, begun.err
    secret = b32decode(json.loads(begun.out)["secret"])
    code = TOTP(secret, 6, SHA1(), 30).generate(clock() // 1000).decode()  # noqa: S303

    assert terminal("password", "confirm-codes", code).code == 0
    assert terminal("password", "begin-codes").code == 5
    assert terminal("password", "remove-codes").code == 0
