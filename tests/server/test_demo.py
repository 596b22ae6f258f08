"""The demonstration: what it leaves for whoever tries it out, and that nobody else can read it."""

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server import demo, settings
from server.app import build_parts, create_app
from tests.factories import Caller


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration that has just been made."""
    data = tmp_path_factory.mktemp("demo") / "var"
    demo.main(replace(settings.read({}, data=str(data)), demo=True))
    return data


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    parts = build_parts(replace(settings.read({}, data=str(folder)), demo=True))
    with TestClient(create_app(parts), base_url=parts.settings.origin) as client:
        yield client
    parts.database.dispose()


def told(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "demo.json").read_text("utf-8")))


def test_its_passkeys_and_password_are_readable_by_their_owner_alone(folder: Path) -> None:
    assert stat.S_IMODE((folder / "demo").stat().st_mode) == 0o700
    secrets = [folder / "demo.json", *(folder / "demo").iterdir()]
    assert {stat.S_IMODE(each.stat().st_mode) for each in secrets} == {0o600}
    assert {each.stem for each in secrets} == {"demo", *told(folder)["people"]}


def test_the_password_lets_read_and_nothing_else(folder: Path, client: TestClient) -> None:
    made = told(folder)
    asked = {"email": made["people"]["rep.mic"], "password": made["password"]}
    session = client.post("/api/v1/sessions/password", json=asked).json()
    reader = Caller(session["person"], session["token"], client)
    assert reader.get(f"/councils/{made['council']}").json()["state"] == "established"
    paper = {"title": "案", "contains_designated_secret": False}
    refused = reader.post(f"/councils/{made['council']}/documents", paper)
    assert (refused.status_code, refused.json()["code"]) == (403, "passkey_needed")


def test_a_seat_and_a_link_are_left_to_whoever_tries_it_out(
    folder: Path, client: TestClient
) -> None:
    begun = client.post("/api/v1/enrolments/options", json={"link": told(folder)["your_link"]})
    assert begun.status_code == 201
    assert begun.json()["options"]["user"]["displayName"] == "架空 来訪者"


def test_a_second_start_makes_nothing_anew_and_says_how_to_sign_in(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = told(folder)
    demo.main(replace(settings.read({}, data=str(folder)), demo=True))
    assert told(folder) == before
    said = capsys.readouterr().out
    assert f"--passkey-file {folder}/demo/rep.mic.json" in said
    assert f"/enrol#{before['your_link']}" in said
