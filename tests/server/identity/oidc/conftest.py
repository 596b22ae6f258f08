"""An installation with one organisation's sign-in service, which lies as a test tells it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.settings import Settings
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import fake_provider, own_sign_in
from tests.making.fake_provider import FakeProvider
from tests.making.identity import link_for
from tests.making.own_sign_in import PROVIDER, entry


@pytest.fixture
def fake(clock: TestClock) -> Iterator[FakeProvider]:
    """The service of organisation org-a."""
    with fake_provider.running(clock) as provider:
        yield provider


@pytest.fixture
def other(clock: TestClock) -> Iterator[FakeProvider]:
    """The service of organisation org-b."""
    with fake_provider.running(clock) as provider:
        yield provider


@pytest.fixture
def chosen(chosen: Settings, fake: FakeProvider, other: FakeProvider, tmp_path: Path) -> Settings:
    """Settings that name both."""
    file = own_sign_in.written(
        tmp_path / "providers",
        entry(fake.issuer, timeout=10),
        entry(other.issuer, id="org-b-sso", organisations=["org-b"], timeout=10),
    )
    return replace(chosen, providers=file)


@pytest.fixture
def alice(world: World, fake: FakeProvider) -> Caller:
    """A person of org-a whose account `alice` there was linked by her invitation; signed in."""
    person = world.person("甲野 花子")
    link = link_for(world, person.person_id)
    answer = own_sign_in.sign_in(world, fake, id=PROVIDER, link=link, sub="alice")
    assert answer.status_code == 201, answer.text
    assert answer.json()["person"] == person.person_id
    return Caller(person.person_id, answer.json()["token"], world.client)
