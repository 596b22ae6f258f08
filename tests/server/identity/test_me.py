"""Signing in, and what one is told of oneself."""

from tests.factories import World


def test_a_signed_in_person_sees_their_own_name(world: World) -> None:
    someone = world.person("乙川 花子")

    answer = someone.get("/me")

    assert (200, "乙川 花子") == (answer.status_code, answer.json()["name"])


def test_nobody_is_told_anything_without_credentials(world: World) -> None:
    answer = world.client.get("/api/v1/me")

    assert (401, "unauthenticated") == (answer.status_code, answer.json()["code"])
