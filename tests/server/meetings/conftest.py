"""A council, and the staff of a think tank that is no member of it."""

import pytest

from tests.factories import Caller, World
from tests.making.asking import OUTSIDE
from tests.making.councils import MadeCouncil, established_council, organisation, people


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


@pytest.fixture
def outside(world: World) -> Caller:
    """A person of a think tank that is no member of any council."""
    with world.changing() as tx:
        organisation(tx, OUTSIDE, "think_tank")
    return people(world, {"outside": OUTSIDE})["outside"]
