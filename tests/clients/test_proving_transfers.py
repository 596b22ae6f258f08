"""Uploads and downloads prove by passkey like any other act, where the policy asks them to."""

from dataclasses import replace
from pathlib import Path

import pytest

from server.access.parts import Parts
from server.access.vocabulary import Action
from tests.clients.conftest import Terminal
from tests.factories import World
from tests.making import documents
from tests.making.councils import MadeCouncil
from tests.making.passkeys import link_for


@pytest.fixture
def parts(parts: Parts) -> Parts:
    """A policy that asks for a fresh proof before content moves."""
    asked = {
        action: replace(parts.policy.requirements[action], step_up_seconds=300)
        for action in (Action.UPLOAD, Action.DOWNLOAD)
    }
    requirements = {**parts.policy.requirements, **asked}
    return replace(parts, policy=replace(parts.policy, requirements=requirements))


def test_content_goes_up_and_comes_down_after_a_proof(
    terminal: Terminal, world: World, council: MadeCouncil, tmp_path: Path
) -> None:
    link = link_for(world, council.organ_a.person_id)
    assert terminal("enrol", link, "--passkey-file", str(tmp_path / "key.json")).code == 0
    made = documents.made(documents.drafted_document(council.organ_a, council.id))["id"]
    content = tmp_path / "資料.txt"
    content.write_bytes(documents.CONTENT)

    ran = terminal("document", "upload", made, str(content))
    assert ran.code == 0, ran.err
    landing = tmp_path / "back.txt"
    ran = terminal("document", "download", made, "-o", str(landing))
    assert ran.code == 0, ran.err
    assert landing.read_bytes() == documents.CONTENT
