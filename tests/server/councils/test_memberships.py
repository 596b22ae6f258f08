"""Seats, leaving, removal and the roster over HTTP: BR-37 and matrix (c) 2, name handlers."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from server.access.models import Acknowledgement, Proposal
from server.audit import facts
from server.audit.facts import holds
from server.clock import DAY, MINUTE, to_text
from server.councils import both_ministers, leaving
from server.identity import service as identity
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil

REASON = {"reason": "協議会の信頼を損なう行為（架空）"}


def roster(made: MadeCouncil, who: Caller | None = None) -> dict[str, Any]:
    """Members by the names of `made`."""
    answer = (who or made.secretariat).get(f"/councils/{made.id}/memberships?limit=200").json()
    by_id = {m["id"]: m for m in answer["items"]}
    return {name: by_id[membership] for name, membership in made.memberships.items()}


def name_seat(made: MadeCouncil, by: str, person: Caller, of: str = "organ_a", **more: Any) -> Any:
    asked = {"person": person.person_id, "role": "handler", **more}
    return getattr(made, by).post(f"/memberships/{made.memberships[of]}/seats", asked)


def test_the_roster_names_members_and_who_acts_for_them(made: MadeCouncil) -> None:
    member = roster(made)["organ_a"]

    assert {s["role"] for s in member["seats"]} == {"seat_representative", "deputy", "handler"}
    assert member["organisation"] == {"id": "atla", "name_ja": "防衛装備庁"}
    assert all(s["acknowledged"] and s["person"]["name"] for s in member["seats"])
    assert member["safe_until"] is not None


def test_a_representative_names_a_handler_for_a_term(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    """BR-37: when the term ends, all access ends."""
    handler = world.person("係員", "atla")
    until = clock.now + 30 * DAY
    answer = name_seat(made, "organ_a", handler, valid_to=to_text(until))
    assert (201, to_text(until)) == (answer.status_code, answer.json()["valid_to"])
    text = handler.get(f"/councils/{made.id}/duty").json()["id"]
    handler.post(f"/councils/{made.id}/acknowledgement", {"text": text})
    assert handler.get(f"/councils/{made.id}/memberships").status_code == 200

    clock.days(30)

    assert world.session(handler.person_id).get(f"/councils/{made.id}").status_code == 404


@pytest.mark.parametrize("by", ["deputy_a", "handler_a", "organ_b", "secretariat", "minister_fund"])
def test_nobody_else_names_seats_of_a_member(world: World, made: MadeCouncil, by: str) -> None:
    answer = name_seat(made, by, world.person(organisation="atla"))

    assert answer.status_code == 403


def test_naming_asks_for_a_fresh_proof_of_identity(world: World, made: MadeCouncil) -> None:
    unproved = replace(made, organ_a=made.organ_a.unproved())

    refused = name_seat(unproved, "organ_a", world.person(organisation="atla"))

    assert refused.json()["code"] == "step_up_needed"


@pytest.mark.parametrize(
    ("organisation", "more", "status", "code"),
    [
        ("mod", {}, 409, "not_affiliated"),
        ("atla", {"role": "chair"}, 422, "malformed"),
        ("atla", {"valid_to": "2020-01-01T00:00:00Z"}, 422, "term_over"),
        ("atla", {"valid_to": "tomorrow"}, 422, "malformed"),
    ],
)
def test_a_wrong_naming_is_refused(
    world: World, made: MadeCouncil, organisation: str, more: Any, status: int, code: str
) -> None:
    answer = name_seat(made, "organ_a", world.person(organisation=organisation), **more)

    assert (status, code) == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("name", ["secretariat", "compliance", "auditor", "admin"])
def test_an_officer_is_not_seated(world: World, made: MadeCouncil, name: str) -> None:
    """Rows 13–17 exclude every seat of the same council."""
    with world.changing() as tx:
        identity.affiliate(tx, getattr(made, name).person_id, "atla", title="併任")

    answer = name_seat(made, "organ_a", getattr(made, name))

    assert (answer.status_code, answer.json()["code"]) == (409, "holds_office")


def test_an_ended_seat_opens_nothing_from_the_next_request(world: World, made: MadeCouncil) -> None:
    """BR-37; the session ends with the last seat, and a new one opens nothing."""
    assert made.handler_a.get(f"/councils/{made.id}/memberships").status_code == 200
    seat = seat_of(made, "organ_a", made.handler_a)
    path = f"/memberships/{made.memberships['organ_a']}/seats/{seat}/ending"

    assert made.organ_a.post(path).status_code == 204

    assert made.handler_a.get("/me").status_code == 401
    again = world.session(made.handler_a.person_id)
    assert again.get(f"/councils/{made.id}/memberships").status_code == 404
    assert made.organ_a.post(path).status_code == 404


def seat_of(made: MadeCouncil, name: str, who: Caller) -> str:
    held: list[dict[str, Any]] = roster(made)[name]["seats"]
    found: str = next(s["id"] for s in held if s["person"]["id"] == who.person_id)
    return found


def test_a_seat_of_another_member_is_not_reached_through_ones_own(made: MadeCouncil) -> None:
    seat = seat_of(made, "organ_b", made.organ_b)
    path = f"/memberships/{made.memberships['organ_a']}/seats/{seat}/ending"

    assert made.organ_a.post(path).status_code == 404


def test_the_representatives_seat_is_handed_over_not_ended(world: World, made: MadeCouncil) -> None:
    seat = seat_of(made, "organ_a", made.organ_a)
    path = f"/memberships/{made.memberships['organ_a']}/seats/{seat}/ending"
    assert made.organ_a.post(path).json()["code"] == "representative_needed"

    successor = world.person("後任", "atla")
    answer = name_seat(made, "organ_a", successor, role="seat_representative")

    assert answer.status_code == 201
    again = world.session(made.organ_a.person_id)
    assert again.get(f"/councils/{made.id}").status_code == 404


def test_leaving_ends_every_seat_of_the_member(world: World, made: MadeCouncil) -> None:
    """BR-37: access ends; the record of the continuing duty remains."""
    path = f"/memberships/{made.memberships['organ_a']}/leave"

    assert made.organ_a.post(path).status_code == 204

    for caller in (made.organ_a, made.deputy_a, made.handler_a):
        assert caller.get("/me").status_code == 401
        assert world.session(caller.person_id).get(f"/councils/{made.id}").status_code == 404
    member = roster(made)["organ_a"]
    assert (member["state"], member["seats"]) == ("ended", [])


def test_the_acknowledgements_of_a_leaver_remain(world: World, made: MadeCouncil) -> None:
    """BR-37"""
    made.organ_a.post(f"/memberships/{made.memberships['organ_a']}/leave")

    table = Acknowledgement.__table__  # type: ignore[attr-defined]
    with world.parts.database.reading() as tx:
        query = select(table.c.person_id).where(table.c.council_id == made.id, holds(table))
        bound = set(tx.connection.scalars(query, {"now": tx.now}))
    assert made.handler_a.person_id in bound


def test_a_leaver_may_be_invited_again(made: MadeCouncil) -> None:
    made.organ_a.post(f"/memberships/{made.memberships['organ_a']}/leave")
    asked = {
        "category": "implementer_government",
        "organisation": "atla",
        "nominee": made.organ_a.person_id,
    }

    answer = made.secretariat.post(f"/councils/{made.id}/admissions", asked)

    assert (answer.status_code, answer.json()["state"]) == (201, "open")


@pytest.mark.parametrize("name", ["deputy_a", "handler_a", "organ_b", "secretariat"])
def test_only_the_representative_gives_notice(made: MadeCouncil, name: str) -> None:
    path = f"/memberships/{made.memberships['organ_a']}/leave"

    assert getattr(made, name).post(path).status_code == 403


def test_an_establishing_minister_stays(made: MadeCouncil) -> None:
    path = f"/memberships/{made.memberships['minister_pm']}/leave"

    assert made.minister_pm.post(path).json()["code"] == "establishing_minister_stays"


def test_both_ministers_remove_a_member(world: World, made: MadeCouncil) -> None:
    """BR-37: access ends at once."""
    path = f"/memberships/{made.memberships['private']}/removal"

    first = made.minister_fund.post(path, REASON)
    assert first.status_code == 202
    assert made.private.get(f"/councils/{made.id}").status_code == 200
    assert made.minister_pm.post(path, REASON).status_code == 204

    again = world.session(made.private.person_id)
    assert again.get(f"/councils/{made.id}").status_code == 404


def test_one_minister_alone_removes_nobody(made: MadeCouncil) -> None:
    path = f"/memberships/{made.memberships['private']}/removal"
    made.minister_fund.post(path, REASON)

    assert made.minister_fund.post(path, REASON).status_code == 202
    assert made.private.get(f"/councils/{made.id}").status_code == 200


def test_two_persons_of_one_ministry_remove_nobody(world: World, made: MadeCouncil) -> None:
    """Both ministries, not two persons of one: what the predecessor proposed counts no more."""
    path = f"/memberships/{made.memberships['private']}/removal"
    proposed = made.minister_pm.post(path, REASON).json()["proposal"]
    successor = succeeded(world, made)

    answer = successor.post(path, REASON)

    assert answer.status_code == 202
    assert answer.json()["proposal"] != proposed
    assert made.private.get(f"/councils/{made.id}").status_code == 200
    assert made.minister_fund.post(path, REASON).status_code == 204


def succeeded(world: World, made: MadeCouncil, *, bound: bool = True) -> Caller:
    """The Prime Minister's representative hands over to a colleague."""
    successor = world.person("後任", "pm")
    name_seat(made, "minister_pm", successor, "minister_pm", role="seat_representative")
    if bound:
        text = successor.get(f"/councils/{made.id}/duty").json()["id"]
        successor.post(f"/councils/{made.id}/acknowledgement", {"text": text})
    return successor


def proposed_removal(made: MadeCouncil, by: Caller) -> str:
    found: str = by.post(f"/memberships/{made.memberships['private']}/removal", REASON).json()[
        "proposal"
    ]
    return found


def removing(world: World, made: MadeCouncil, proposal: str | None, by: Caller) -> None:
    with world.changing(made.id) as tx:
        member = leaving.find_membership(tx, made.memberships["private"])
        leaving.remove(tx, member, reason="x", proposal_id=proposal, by=by.person_id)


def test_the_ministry_of_a_proposal_is_that_of_its_time(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    """A proposer who handed over since still spoke for that ministry, not for none."""
    proposal = proposed_removal(made, made.minister_pm)
    clock.advance(MINUTE)
    successor = succeeded(world, made)

    with pytest.raises(both_ministers.BothMinisters):
        removing(world, made, proposal, successor)
    removing(world, made, proposal, made.minister_fund)


def test_a_proposal_of_no_ministry_removes_nobody(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    with world.changing(made.id) as tx:
        row = Proposal(
            action="remove",
            thing="x",
            digest="0" * 64,
            arguments=b"",
            proposer_id=made.fa.person_id,
            expires_at=clock.now + DAY,
        )
        facts.enter(tx, made.id, row)

    for proposal in (row.id, None):
        with pytest.raises(both_ministers.BothMinisters):
            removing(world, made, proposal, made.minister_pm)


def test_who_handed_over_for_a_minister_signs_no_more(world: World, made: MadeCouncil) -> None:
    """The office of the signing official ends with the seat: nothing of the council is left."""
    succeeded(world, made)

    again = world.session(made.minister_pm.person_id)
    assert again.get(f"/councils/{made.id}").status_code == 404
    assert again.get(f"/councils/{made.id}/memberships").status_code == 404


def test_a_successor_acts_for_a_minister_only_after_acknowledging(
    world: World, made: MadeCouncil
) -> None:
    """BR-36"""
    path = f"/memberships/{made.memberships['private']}/removal"
    unbound = succeeded(world, made, bound=False)

    assert unbound.post(path, REASON).status_code in (403, 404)
    assert unbound.get(f"/councils/{made.id}/memberships").status_code == 403


@pytest.mark.parametrize("name", ["fa", "organ_a", "secretariat", "compliance", "pd"])
def test_nobody_else_removes(made: MadeCouncil, name: str) -> None:
    path = f"/memberships/{made.memberships['private']}/removal"

    assert getattr(made, name).post(path, REASON).status_code == 403


def test_a_stranger_finds_no_membership(made: MadeCouncil) -> None:
    membership = made.memberships["organ_a"]

    assert name_seat(made, "stranger", made.stranger).status_code == 404
    assert made.stranger.post(f"/memberships/{membership}/leave").status_code == 404
    assert made.stranger.get(f"/councils/{made.id}/memberships").status_code == 404


def test_what_one_may_do_is_said(made: MadeCouncil) -> None:
    mine = roster(made, made.organ_a)

    assert {"name_seat", "end_seat", "leave"} <= set(mine["organ_a"]["may"])
    assert mine["organ_b"]["may"] == ["read"]
