"""A clock that was set back: the register says what the guard would decide, by link as well."""

import pytest
from fastapi.testclient import TestClient

from server.clock import MINUTE
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import provided_secret


@pytest.mark.on_both_databases
def test_what_has_ended_is_no_secret_again_because_a_clock_was_set_back(
    world: World, council: MadeCouncil, clock: TestClock, client: TestClient
) -> None:
    """The council's log has reached a later moment than the system's and the clock."""
    secret = provided_secret(world, council, council.private, [council.organ_a], days=10 / 1440).id
    text = council.organ_a.post("/me/duty-links").json()["link"]
    clock.advance(20 * MINUTE)
    assert council.organ_b.get(f"/documents/{secret}").status_code == 200
    clock.advance(-19 * MINUTE)

    decided = council.organ_a.get(f"/documents/{secret}").json()
    [mine] = council.organ_a.get("/me/duties").json()["items"]
    [told] = client.post("/api/v1/duty", json={"link": text}).json()["items"]

    assert decided["state"] == "council_internal"
    for shown in (mine, told):
        assert (shown["state"], shown["why"]) == ("council_internal", "period")
        assert shown["ended_at"] == decided["ended"]["at"]
    assert (mine["title"], told["title"]) == (decided["title"], None)


def test_a_title_goes_with_the_right_to_read_and_stays_gone(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    """Removed from the recipients later than the clock now says."""
    secret = provided_secret(world, council, council.private, [council.organ_a]).id
    clock.advance(20 * MINUTE)
    asked = {"remove": [council.organ_a.person_id]}
    assert council.private.post(f"/documents/{secret}/recipients", asked).status_code == 200
    clock.advance(-19 * MINUTE)

    assert council.organ_a.get(f"/documents/{secret}").status_code == 404
    [mine] = council.organ_a.get("/me/duties").json()["items"]
    assert (mine["document"], mine["title"]) == (secret, None)
