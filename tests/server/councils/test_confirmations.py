"""Safe-management confirmations: matrix (c) 2 and the record BR-16 asks for."""

from typing import Any

import pytest

from server.clock import MINUTE, to_text
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import CHECKED, MadeCouncil, established_council

ALL = ["organisational", "human", "physical", "technical"]
REQUIRED = [item for item in CHECKED["items"] if item != "certification"]


def confirm(made: MadeCouncil, by: str, **changed: Any) -> Any:
    asked = {
        "membership": made.memberships["private"],
        **CHECKED,
        "evidence": "確認書（架空）",
        "valid_to": "2027-03-31T00:00:00Z",
        **changed,
    }
    path = f"/councils/{made.id}/safe-management-confirmations"
    return getattr(made, by).post(path, {k: v for k, v in asked.items() if v is not None})


@pytest.fixture
def unconfirmed(world: World) -> MadeCouncil:
    return established_council(world, confirmed=())


@pytest.mark.parametrize("by", ["minister_fund", "minister_pm", "compliance"])
def test_row_5_and_row_14_confirm(unconfirmed: MadeCouncil, by: str) -> None:
    answer = confirm(unconfirmed, by)

    assert (answer.status_code, answer.json()["valid_to"]) == (201, "2027-03-31T00:00:00.000Z")
    assert sorted(answer.json()["measures"]) == sorted(ALL)


def test_a_confirmation_names_the_checklist_and_what_was_found(unconfirmed: MadeCouncil) -> None:
    shown = unconfirmed.compliance.get("/texts/safe-management").json()
    answer = confirm(unconfirmed, "compliance", items=REQUIRED).json()

    assert (answer["checklist"], answer["checklist_digest"]) == (shown["id"], shown["digest"])
    assert answer["items"] == sorted(REQUIRED)


@pytest.mark.parametrize("by", ["fa", "organ_a", "pd", "private", "secretariat", "auditor"])
def test_nobody_else_confirms(unconfirmed: MadeCouncil, by: str) -> None:
    assert confirm(unconfirmed, by).status_code == 403


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"items": REQUIRED[1:]}, "measures_missing"),
        ({"items": [*REQUIRED, "invented"]}, "unknown_item"),
        ({"items": []}, "malformed"),
        ({"checklist": "safe-management/2"}, "text_not_in_force"),
        ({"evidence": "  "}, "malformed"),
        ({"valid_to": "2020-01-01T00:00:00Z"}, "term_over"),
        ({"valid_to": None}, "malformed"),
        ({"membership": "019a0000-0000-7000-8000-000000000000"}, "not_found"),
    ],
)
def test_bad_confirmations_are_refused(
    unconfirmed: MadeCouncil, changed: dict[str, Any], code: str
) -> None:
    answer = confirm(unconfirmed, "compliance", **changed)

    assert answer.json()["code"] == code


def test_a_confirmation_runs_out_in_the_roster(
    world: World, unconfirmed: MadeCouncil, clock: TestClock
) -> None:
    made = unconfirmed
    confirm(made, "compliance", valid_to=to_text(clock.now + 10 * MINUTE))
    until = [m["safe_until"] for m in members(made)]
    clock.advance(10 * MINUTE)

    assert [u for u in until if u] == [to_text(clock.now)]
    assert not any(m["safe_until"] for m in members(made))


def members(made: MadeCouncil) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made.auditor.get(f"/councils/{made.id}/memberships").json()[
        "items"
    ]
    return found


def test_evidence_is_for_those_who_judge(unconfirmed: MadeCouncil) -> None:
    confirm(unconfirmed, "compliance")
    path = f"/councils/{unconfirmed.id}/safe-management-confirmations"

    def shown(name: str) -> Any:
        return getattr(unconfirmed, name).get(path).json()["items"][0]["evidence"]

    assert (shown("compliance"), shown("organ_a")) == ("確認書（架空）", None)


def test_a_stranger_is_told_nothing_exists(unconfirmed: MadeCouncil) -> None:
    assert confirm(unconfirmed, "stranger").status_code == 404
