"""Who is told that a stored content is damaged: once a day, the officers and the administrators."""

import pytest

from server.notices import making
from server.notices.sources import declared
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import established_council
from tests.making.documents import shared_document


@pytest.mark.on_both_databases
def test_officers_and_administrators_are_told_of_damage_once_a_day(
    world: World, clock: TestClock
) -> None:
    council = established_council(world)
    paper = shared_document(world, council, council.organ_a, b"x" * 50_000)
    [(path, _)] = world.parts.vault.names()
    content = bytearray(path.read_bytes())
    content[20_000] ^= 1
    path.write_bytes(content)
    for _ in range(3):
        answer = council.organ_b.get(f"/documents/{paper.id}/content")
        assert answer.json()["code"] == "content_damaged"

    for person in (council.compliance, council.admin):
        assert told(world, person) == 1
        assert told(world, person) == 1
    assert told(world, council.organ_b) == 0
    clock.days(1)
    assert told(world, world.session(council.compliance.person_id)) == 1


def told(world: World, person: Caller) -> int:
    """How often a person was told of damage."""
    making.remind(world.parts, declared())
    items = person.get("/me/notices").json()["items"]
    return sum(item["topic"] == "content_damaged" for item in items)
