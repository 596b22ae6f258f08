"""The council other tests stand on."""

from tests.factories import World
from tests.making.councils import established_council


def test_the_made_council_is_established_with_eight_members(world: World) -> None:
    made = established_council(world)

    assert set(made.memberships) == {
        "minister_fund",
        "minister_pm",
        "pd",
        "fa",
        "organ_a",
        "organ_b",
        "think_tank",
        "private",
    }
