"""A world whose registry is loaded, and somebody to keep it."""

import pytest

from server.programme import loading
from server.programme.registry import read
from tests.factories import World


@pytest.fixture
def loaded(world: World) -> World:
    """The shipped registry in the database."""
    with world.changing() as tx:
        loading.load(tx, read())
    return world


@pytest.fixture
def keeper(loaded: World) -> str:
    """The id of a person who records what happens to the programme."""
    return loaded.person("記録 花子", "cao").person_id
