"""返却・廃棄証明: what a member that left owes, who signs it, who is waiting for it."""

from typing import Any

import pytest

from server.access import seats
from server.notices import making
from server.wiring import NOTICES
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import MadeDocument, provided_secret

SAID = {"outcome": "destroyed", "statement": "複写を含めて裁断した（架空）"}


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


@pytest.fixture
def secrets(world: World, council: MadeCouncil, clock: TestClock) -> list[MadeDocument]:
    """Two of the private member's that organ A's persons acknowledged, and one nobody did."""
    made = [
        provided_secret(world, council, council.private, [council.organ_a]),
        provided_secret(world, council, council.private, [council.handler_a]),
        provided_secret(world, council, council.private, [council.deputy_a], acknowledged=False),
    ]
    clock.advance(1000)
    return made


def path(council: MadeCouncil, ending: str = "returns") -> str:
    return f"/memberships/{council.memberships['organ_a']}/{ending}"


def leave(council: MadeCouncil, body: Any = None) -> Any:
    return council.organ_a.post(path(council, "leave"), body)


def back(world: World, person: Caller) -> Caller:
    """The person signs in again: leaving ended every session of theirs."""
    return world.session(person.person_id)


def tasks(person: Caller) -> list[str]:
    return [each["task"] for each in person.get("/me/waiting").json()["items"]]


def topics(world: World, person: Caller) -> list[str]:
    making.read_logs(world.parts, NOTICES)
    return [each["topic"] for each in person.get("/me/notices").json()["items"]]


def open_ids(answer: Any) -> list[str]:
    assert answer.status_code in (200, 201), answer.text
    found: list[str] = answer.json()["uncertified"]
    return found


@pytest.mark.on_both_databases
def test_who_represented_the_member_last_certifies_after_it_has_left(
    world: World, council: MadeCouncil, secrets: list[MadeDocument]
) -> None:
    owed = sorted(secret.id for secret in secrets[:2])
    assert open_ids(council.organ_a.get(path(council))) == owed
    assert leave(council).status_code == 204
    former = back(world, council.organ_a)

    assert open_ids(former.get(path(council))) == owed
    assert tasks(former) == ["certify_return"]
    assert "record_return" in tasks(council.compliance)
    assert "return_owed" in topics(world, former)
    assert "return_owed" in topics(world, council.compliance)
    for other in (back(world, council.deputy_a), council.private, council.secretariat):
        assert other.post(path(council), SAID).status_code in (403, 404)

    part = former.post(path(council), {**SAID, "documents": owed[:1]})
    assert open_ids(part) == owed[1:]
    assert open_ids(former.post(path(council), {**SAID, "outcome": "returned"})) == []
    again = former.post(path(council), SAID)
    assert (again.status_code, again.json()["code"]) == (409, "nothing_owed")
    assert (tasks(former), "record_return" in tasks(council.compliance)) == ([], False)
    shown = council.private.get(f"/documents/{owed[1]}/bound").json()["items"]
    assert [(b["certificate"], b["certificate_owed"]) for b in shown] == [("returned", False)]
    assert [each["document"] for each in former.get("/me/duties").json()["items"]] == [
        secrets[0].id
    ]


def test_it_is_signed_in_the_act_of_leaving(
    world: World, council: MadeCouncil, secrets: list[MadeDocument]
) -> None:
    assert leave(council, {"certificate": SAID}).status_code == 204
    shown = back(world, council.organ_a).get(path(council)).json()

    assert shown["uncertified"] == []
    (certificate,) = shown["certificates"]
    assert certificate["documents"] == sorted(secret.id for secret in secrets[:2])
    assert (certificate["statement"], certificate["on_paper"]) == (SAID["statement"], False)
    assert certificate["signed_by"] == council.organ_a.person_id


def test_a_refused_leaving_certifies_nothing(council: MadeCouncil) -> None:
    minister = f"/memberships/{council.memberships['minister_pm']}"
    answer = council.minister_pm.post(f"{minister}/leave", {"certificate": SAID})

    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_owed")
    assert council.minister_pm.get(f"{minister}/returns").json()["certificates"] == []


@pytest.mark.on_both_databases
def test_an_officer_records_what_came_on_paper_of_a_removed_member(
    world: World, council: MadeCouncil, secrets: list[MadeDocument]
) -> None:
    for minister in (council.minister_fund, council.minister_pm):
        minister.post(path(council, "removal"), {"reason": "要件を欠くため"})
    early = council.compliance.post(path(council, "returns"), SAID)
    answer = council.compliance.post(path(council, "returns/paper"), SAID)

    assert early.status_code == 403
    assert open_ids(answer) == []
    assert answer.json()["certificates"][0]["on_paper"] is True
    assert council.auditor.get(path(council)).status_code == 200


def test_nothing_can_be_certified_while_the_member_takes_part_or_of_what_it_never_had(
    world: World, council: MadeCouncil, secrets: list[MadeDocument]
) -> None:
    assert council.organ_a.post(path(council), SAID).status_code == 403
    assert council.compliance.post(path(council, "returns/paper"), SAID).status_code == 403
    leave(council)
    wrong = back(world, council.organ_a).post(path(council), {**SAID, "documents": [secrets[2].id]})

    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_owed")
    assert wrong.json()["documents"] == [secrets[2].id]


def test_a_secret_that_had_ended_before_is_not_owed(
    world: World, council: MadeCouncil, secrets: list[MadeDocument], clock: TestClock
) -> None:
    council.private.post(f"/documents/{secrets[0].id}/release", {"ground": "provider"})
    clock.advance(1000)
    leave(council)
    clock.advance(1000)
    council.private.post(f"/documents/{secrets[1].id}/release", {"ground": "provider"})
    clock.advance(1000)

    assert open_ids(back(world, council.organ_a).get(path(council))) == [secrets[1].id]


def test_a_hand_over_before_leaving_moves_the_signature_to_the_successor(
    world: World, council: MadeCouncil, secrets: list[MadeDocument], clock: TestClock
) -> None:
    asked = {"person": council.deputy_a.person_id, "role": "seat_representative"}
    with world.changing(council.id) as tx:
        seat = seats.seat_of(tx, council.id, council.deputy_a.person_id)
        assert seat is not None
        seats.end_seat(tx, seat, by=council.organ_a.person_id)
    assert council.organ_a.post(path(council, "seats"), asked).status_code == 201
    clock.advance(1000)
    successor = back(world, council.deputy_a)
    duty = successor.get(f"/councils/{council.id}/duty").json()["id"]
    successor.post(f"/councils/{council.id}/acknowledgement", {"text": duty})
    assert successor.post(path(council, "leave")).status_code == 204

    assert tasks(back(world, council.organ_a)) == []
    assert back(world, council.organ_a).post(path(council), SAID).status_code == 404
    assert open_ids(back(world, council.deputy_a).post(path(council), SAID)) == []
