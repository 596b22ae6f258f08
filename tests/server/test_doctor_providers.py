"""doctor asks each organisation's sign-in service, and says what does not fit."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from server import doctor
from server.settings import Settings
from tests.conftest import TestClock
from tests.making import fake_provider
from tests.making.fake_provider import FakeProvider
from tests.making.own_sign_in import entry, written


@pytest.fixture
def fake(clock: TestClock) -> Iterator[FakeProvider]:
    with fake_provider.running(clock) as provider:
        yield provider


def told(
    chosen: Settings, folder: Path, clock: TestClock, *entries: dict[str, Any]
) -> list[tuple[str, str]]:
    """What doctor says of providers: how grave, and the words."""
    settings = replace(chosen, providers=written(folder, *entries))
    found = doctor.examine(settings, clock)
    return [(each.state, each.words) for each in found if each.about == "provider"]


def test_nothing_is_said_where_there_are_no_providers(chosen: Settings, clock: TestClock) -> None:
    assert [each for each in doctor.examine(chosen, clock) if each.about == "provider"] == []


def test_a_provider_that_answers_is_well_and_what_it_lacks_is_noted(
    chosen: Settings, tmp_path: Path, clock: TestClock, fake: FakeProvider
) -> None:
    [well, logout] = told(chosen, tmp_path / "p", clock, entry(fake.issuer))
    assert (well[0], logout[0]) == ("ok", "note")
    assert "org-a-sso" in well[1]
    assert "sign-out" in logout[1]

    fake.metadata["authorization_response_iss_parameter_supported"] = False
    fake.metadata["backchannel_logout_supported"] = True
    [well, mix_up] = told(chosen, tmp_path / "p", clock, entry(fake.issuer))
    assert (well[0], mix_up[0]) == ("ok", "note")
    assert "RFC 9207" in mix_up[1]


def test_algorithms_that_do_not_meet_are_wrong(
    chosen: Settings, tmp_path: Path, clock: TestClock, fake: FakeProvider
) -> None:
    found = told(chosen, tmp_path / "p", clock, entry(fake.issuer, algorithms=["RS256"]))

    assert [words for state, words in found if state == "wrong" and "ES256" in words]


def test_a_provider_that_does_not_answer_is_wrong(
    chosen: Settings, tmp_path: Path, clock: TestClock, fake: FakeProvider
) -> None:
    fake.metadata["issuer"] = "https://somebody.example"

    [(state, words)] = told(chosen, tmp_path / "p", clock, entry(fake.issuer))

    assert (state, "another issuer" in words) == ("wrong", True)


def test_a_file_that_cannot_be_used_is_told_and_the_rest_looked_at(
    chosen: Settings, tmp_path: Path, clock: TestClock, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "p", entry("http://not.secure.example"))

    code = doctor.main(replace(chosen, providers=file), clock)

    out = capsys.readouterr().out
    assert code == 1
    assert "KYOGIKAI_PROVIDERS" in out
    assert "database" in out
