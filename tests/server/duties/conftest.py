"""A council for every test of this folder."""

import pytest

from tests.factories import World
from tests.making.councils import MadeCouncil, established_council


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)
