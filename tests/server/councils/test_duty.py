"""The duty of confidentiality: shown, acknowledged, then the council opens (BR-36)."""

import pytest

from server.clock import DAY
from server.councils import duty
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


def test_the_shipped_text_cites_the_act_and_asks_for_counsel() -> None:
    version = duty.current(1_790_000_000_000)

    assert "62条第7項" in version.ja
    assert "62(7)" in version.en
    assert "Counsel must check" in version.counsel_note


OLD = """
id: duty-of-confidentiality
versions:
- {version: 1, effective_on: '2025-06-01', ja: あ, en: a, citations: [c], counsel_note: n}
- {version: 2, effective_on: '2027-01-01', ja: い, en: b, citations: [c], counsel_note: n}
"""


def test_a_version_comes_into_force_on_its_day() -> None:
    text, first_of_2027 = duty.read(OLD), 1_798_729_200_000  # 2027-01-01T00:00+09:00

    assert duty.current(first_of_2027 - 1, text).version == 1
    assert duty.current(first_of_2027, text).version == 2
    assert duty.current(first_of_2027 + DAY, text).version == 2


def test_versions_differ_in_their_digest() -> None:
    first, second = duty.read(OLD).versions

    assert duty.digest_of(first) != duty.digest_of(second)


@pytest.mark.parametrize(
    "broken",
    [
        OLD.replace("version: 2", "version: 3"),
        OLD.replace("2027", "2024"),
        OLD.replace("citations: [c]", "citations: []"),
        OLD.replace("ja: い, ", ""),
        OLD.replace("ja: い", "ja: い, fr: c"),
        "versions: [",
        "id: x",
    ],
)
def test_a_text_that_is_not_understood_is_refused(broken: str) -> None:
    with pytest.raises(duty.TextError):
        duty.read(broken)
