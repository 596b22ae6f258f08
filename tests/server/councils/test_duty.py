"""The duty of confidentiality: shown, acknowledged, then the council opens (BR-36)."""

import pytest

from tests.factories import Caller, World
from tests.making.councils import MadeCouncil


@pytest.fixture
def newcomer(world: World, made: MadeCouncil) -> Caller:
    """A handler who has a seat and has acknowledged nothing."""
    handler = world.person("新任", "atla")
    asked = {"person": handler.person_id, "role": "handler"}
    path = f"/memberships/{made.memberships['organ_a']}/seats"
    assert made.organ_a.post(path, asked).status_code == 201
    return handler


def test_before_acknowledging_nothing_of_the_council_opens(
    made: MadeCouncil, newcomer: Caller
) -> None:
    """BR-36"""
    council = newcomer.get(f"/councils/{made.id}")

    assert (council.status_code, council.json()["acknowledged"]) == (200, False)
    assert set(council.json()["may"]) == {"read", "acknowledge"}
    assert council.json()["requirements"] == []
    assert newcomer.get(f"/councils/{made.id}/memberships").status_code == 403


def test_after_acknowledging_the_council_opens(made: MadeCouncil, newcomer: Caller) -> None:
    """BR-36"""
    shown = newcomer.get(f"/councils/{made.id}/duty").json()
    answer = newcomer.post(f"/councils/{made.id}/acknowledgement", {"text": shown["id"]})

    assert (201, shown["digest"]) == (answer.status_code, answer.json()["digest"])
    assert newcomer.get(f"/councils/{made.id}/memberships").status_code == 200
    assert newcomer.get(f"/councils/{made.id}/duty").json()["acknowledged_at"] is not None


@pytest.mark.parametrize("text", ["duty-of-confidentiality/0", "duty-of-confidentiality/2", "x"])
def test_another_version_is_refused_with_the_current_one(
    made: MadeCouncil, newcomer: Caller, text: str
) -> None:
    answer = newcomer.post(f"/councils/{made.id}/acknowledgement", {"text": text})

    assert (answer.status_code, answer.json()["code"]) == (409, "text_not_in_force")
    assert answer.json()["current"] == "duty-of-confidentiality/1"


def test_the_same_version_is_acknowledged_once(made: MadeCouncil) -> None:
    asked = {"text": "duty-of-confidentiality/1"}
    answer = made.organ_a.post(f"/councils/{made.id}/acknowledgement", asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_acknowledged")


def test_a_stranger_acknowledges_nothing(made: MadeCouncil) -> None:
    asked = {"text": "duty-of-confidentiality/1"}

    assert made.stranger.post(f"/councils/{made.id}/acknowledgement", asked).status_code == 404
    assert made.stranger.get(f"/councils/{made.id}/duty").status_code == 404
