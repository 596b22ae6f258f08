"""`kyogikai provider` and `kyogikai link`, and the SDK's own way to sign in by a provider."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.settings import Settings
from tests.clients.conftest import Connect, Terminal, signed_in
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import fake_provider, own_sign_in
from tests.making.fake_provider import FakeProvider
from tests.making.own_sign_in import PROVIDER, Begun, entry
from tests.making.passkeys import link_for


@pytest.fixture
def fake(clock: TestClock) -> Iterator[FakeProvider]:
    with fake_provider.running(clock) as provider:
        yield provider


@pytest.fixture
def chosen(chosen: Settings, fake: FakeProvider, tmp_path: Path) -> Settings:
    file = own_sign_in.written(tmp_path / "providers", entry(fake.issuer, timeout=10))
    return replace(chosen, providers=file)


@pytest.fixture
def linked(world: World, fake: FakeProvider) -> Caller:
    """Somebody whose account `alice` was linked by an invitation."""
    person = world.person()
    link = link_for(world, person.person_id)
    assert own_sign_in.sign_in(world, fake, link=link).status_code == 201
    return person


def test_the_services_are_listed_to_who_is_not_signed_in(terminal: Terminal) -> None:
    ran = terminal("provider", "list")

    assert ran.code == 0, ran.err
    assert "甲省サインイン" in ran.out
    assert json.loads(terminal("provider", "list", "--json").out)["items"][0]["id"] == PROVIDER


def test_the_sdk_signs_in_by_a_service(sdk: Connect, linked: Caller, fake: FakeProvider) -> None:
    client = sdk(None)
    flow = client.begin_sign_in_with(PROVIDER)
    asked = Begun(flow.flow, flow.authorization_url).asked
    fake.id_token = fake.signed(fake.claims(nonce=asked["nonce"]))

    session = client.complete_sign_in(flow.flow, asked["state"], "a-code", fake.issuer)

    assert session.person == linked.person_id
    [link] = sdk(session.token).list_links().items
    assert (link.provider, link.subject) == (PROVIDER, "alice")


def test_links_are_listed_and_the_last_way_in_is_kept(terminal: Terminal, linked: Caller) -> None:
    kept = terminal.config.with_name("passkeys")
    assert not kept.exists()
    shown = linked.get("/me/links").json()["items"][0]

    answer = linked.delete(f"/me/links/{shown['id']}")

    assert answer.json()["code"] == "last_way_in"


def test_a_link_is_seen_and_removed_from_the_shell(
    terminal: Terminal, world: World, fake: FakeProvider
) -> None:
    person = world.person()
    signed_in(terminal, person)
    begun = person.post("/me/links", {"provider": PROVIDER}).json()
    flow = Begun(begun["flow"], begun["authorization_url"])
    fake.id_token = fake.signed(fake.claims(nonce=flow.asked["nonce"]))
    answered = own_sign_in.answer_of(flow, fake)
    assert own_sign_in.complete(world, flow, **answered).status_code == 201

    listed = terminal("link", "list")
    assert "alice" in listed.out
    assert fake.issuer in listed.out
    [link] = json.loads(terminal("link", "list", "--json").out)["items"]
    removed = terminal("link", "remove", link["id"])

    assert removed.code == 0, removed.err
    assert "連携を外しました" in removed.err
    assert json.loads(terminal("link", "list", "--json").out)["items"] == []
