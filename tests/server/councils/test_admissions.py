"""Invitations, decisions, consent: BR-07, BR-08, BR-11."""

from typing import Any

import pytest

from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, load_registry, organisation

DECIDE, REFUSE = {"verdict": "admit"}, {"verdict": "refuse", "reason": "時期尚早（架空）"}


class Invited:
    """An organisation invited to an established council, and its nominee."""

    def __init__(self, made: MadeCouncil, nominee: Caller, asked: dict[str, Any]) -> None:
        self.made, self.nominee = made, nominee
        answer = made.secretariat.post(f"/councils/{made.id}/admissions", asked)
        assert answer.status_code == 201, answer.text
        self.shown = answer.json()

    def act(self, who: Caller, verb: str, asked: Any = None) -> Any:
        return who.post(f"/admissions/{self.shown['id']}/{verb}", asked)

    def consent(self) -> Any:
        return self.act(self.nominee, "consent", {"digest": self.shown["digest"]})

    def opens(self) -> int:
        """What the nominee is told when asking who the members are."""
        status: int = self.nominee.get(f"/councils/{self.made.id}/memberships").status_code
        return status


@pytest.fixture
def invited(world: World, made: MadeCouncil) -> Invited:
    nominee = world.person("海上 保子", "jcg")
    asked = {
        "category": "implementer_government",
        "organisation": "jcg",
        "nominee": nominee.person_id,
    }
    return Invited(made, nominee, asked)


def test_an_expected_organ_is_nominated_not_invited_twice(
    made: MadeCouncil, invited: Invited
) -> None:
    """BR-08: the invitation from the published list gets a nominee."""
    found = made.secretariat.get(f"/councils/{made.id}/admissions?limit=200").json()["items"]

    coast_guard = {"id": "jcg", "name_ja": "海上保安庁"}
    assert [a["source"] for a in found if a["organisation"] == coast_guard] == ["expected"]
    assert invited.shown["nominee"]["name"] == "海上 保子"


def test_both_decisions_and_consent_make_a_member(made: MadeCouncil, invited: Invited) -> None:
    """BR-07"""
    states = [
        invited.act(made.minister_fund, "decision", DECIDE).json()["state"],
        invited.act(made.minister_pm, "decision", DECIDE).json()["state"],
        invited.consent().json()["state"],
    ]

    assert states == ["open", "open", "admitted"]


def test_the_order_does_not_matter(made: MadeCouncil, invited: Invited) -> None:
    """BR-07"""
    invited.consent()
    invited.act(made.minister_pm, "decision", DECIDE)
    last = invited.act(made.minister_fund, "decision", DECIDE).json()

    assert last["state"] == "admitted"
    found = made.secretariat.get(f"/councils/{made.id}/memberships?limit=200").json()["items"]
    joined = next(m for m in found if m["id"] == last["membership"])
    assert [(s["role"], s["person"]["id"]) for s in joined["seats"]] == [
        ("seat_representative", invited.nominee.person_id)
    ]


@pytest.mark.parametrize(
    "given", [(), ("consent",), ("fund",), ("fund", "pm"), ("fund", "consent")]
)
def test_anything_less_opens_nothing(
    made: MadeCouncil, invited: Invited, given: tuple[str, ...]
) -> None:
    """BR-07: the membership stays pending and opens nothing."""
    if "consent" in given:
        invited.consent()
    if "fund" in given:
        invited.act(made.minister_fund, "decision", DECIDE)
    if "pm" in given:
        invited.act(made.minister_pm, "decision", DECIDE)

    admission = made.secretariat.get(f"/admissions/{invited.shown['id']}").json()
    assert (admission["state"], admission["membership"], invited.opens()) == ("open", None, 403)


def test_a_minister_decides_once(made: MadeCouncil, invited: Invited) -> None:
    invited.act(made.minister_fund, "decision", DECIDE)
    again = invited.act(made.minister_fund, "decision", DECIDE)

    assert (again.status_code, again.json()["code"]) == (409, "already_decided")


def test_a_refusal_ends_the_invitation(made: MadeCouncil, invited: Invited) -> None:
    shown = invited.act(made.minister_fund, "decision", REFUSE).json()

    assert (shown["state"], shown["decisions"][0]["reason"]) == ("refused", "時期尚早（架空）")
    assert invited.act(made.minister_pm, "decision", DECIDE).status_code == 403
    assert invited.consent().status_code in (403, 404)


@pytest.mark.parametrize("name", ["secretariat", "fa", "organ_a", "pd", "admin", "compliance"])
def test_nobody_else_decides(made: MadeCouncil, invited: Invited, name: str) -> None:
    """Matrix (c) 2, add member: row 5 only, both together."""
    answer = invited.act(getattr(made, name), "decision", DECIDE)

    assert answer.status_code in (403, 404)


def test_a_handler_of_the_ministry_does_not_decide(
    world: World, made: MadeCouncil, invited: Invited
) -> None:
    handler = world.person("係員", "pm")
    membership = made.memberships["minister_pm"]
    asked = {"person": handler.person_id, "role": "handler"}
    assert made.minister_pm.post(f"/memberships/{membership}/seats", asked).status_code == 201

    assert invited.act(handler, "decision", DECIDE).status_code == 404


def test_only_the_nominee_consents(made: MadeCouncil, invited: Invited, world: World) -> None:
    colleague = world.person("同僚", "jcg")
    asked = {"digest": invited.shown["digest"]}

    assert invited.act(colleague, "consent", asked).status_code == 404
    assert invited.act(made.minister_fund, "consent", asked).status_code == 403


def test_consent_is_to_exactly_what_was_shown(invited: Invited) -> None:
    answer = invited.act(invited.nominee, "consent", {"digest": "0" * 64})

    assert (answer.status_code, answer.json()["code"]) == (409, "statement_changed")
    assert answer.json()["digest"] == invited.shown["digest"]


def test_consent_asks_for_a_fresh_proof_of_identity(invited: Invited) -> None:
    invited.nominee = invited.nominee.unproved()

    assert invited.consent().json()["code"] == "step_up_needed"


def test_consent_is_given_once(invited: Invited) -> None:
    invited.consent()

    assert invited.consent().json()["code"] == "already_consented"


def test_the_consent_of_a_former_nominee_does_not_count(
    made: MadeCouncil, invited: Invited, world: World
) -> None:
    """BR-07: consent is of the one who will sit."""
    invited.consent()
    other = world.person("後任", "jcg")
    asked = {
        "category": "implementer_government",
        "organisation": "jcg",
        "nominee": other.person_id,
    }
    made.secretariat.post(f"/councils/{made.id}/admissions", asked)
    invited.act(made.minister_fund, "decision", DECIDE)
    shown = invited.act(made.minister_pm, "decision", DECIDE).json()

    assert (shown["state"], shown["consented"]) == ("open", False)
    assert invited.act(invited.nominee, "decline").status_code == 404
    invited.nominee = other
    assert invited.consent().json()["state"] == "admitted"


def test_the_nominee_stays_once_a_minister_has_decided(
    made: MadeCouncil, invited: Invited, world: World
) -> None:
    """The ministers admit whom they saw; somebody else is invited anew."""
    invited.act(made.minister_fund, "decision", DECIDE)
    path = f"/councils/{made.id}/admissions"
    asked = {"category": "implementer_government", "organisation": "jcg"}
    other = {**asked, "nominee": world.person("別人", "jcg").person_id}

    refused = made.secretariat.post(path, other)
    same = made.secretariat.post(path, {**asked, "nominee": invited.nominee.person_id})
    invited.act(made.secretariat, "withdrawal")
    anew = made.secretariat.post(path, other)

    assert (refused.status_code, refused.json()["code"]) == (409, "nominee_decided_upon")
    assert same.json()["nominee"]["name"] == "海上 保子"
    assert (anew.status_code, anew.json()["decisions"]) == (201, [])


def test_nobody_is_decided_about_who_is_not_nominated(made: MadeCouncil) -> None:
    asked = {"category": "knowledge_holder", "organisation": "elsewhere"}
    shown = made.secretariat.post(f"/councils/{made.id}/admissions", asked).json()

    answer = made.minister_fund.post(f"/admissions/{shown['id']}/decision", DECIDE)

    assert (answer.status_code, answer.json()["code"]) == (409, "nominee_needed")


def test_the_nominee_may_decline(made: MadeCouncil, invited: Invited) -> None:
    assert invited.act(invited.nominee, "decline").json()["state"] == "declined"
    assert made.secretariat.get(f"/admissions/{invited.shown['id']}").json()["state"] == "declined"


def test_an_invitation_can_be_withdrawn_and_made_anew(made: MadeCouncil, invited: Invited) -> None:
    assert invited.act(made.secretariat, "withdrawal").json()["state"] == "withdrawn"
    asked = {"category": "knowledge_holder", "organisation": "jcg"}

    answer = made.secretariat.post(f"/councils/{made.id}/admissions", asked).json()

    assert (answer["state"], answer["category"]) == ("open", "knowledge_holder")


def test_the_same_is_not_invited_as_something_else(made: MadeCouncil, invited: Invited) -> None:
    asked = {"category": "knowledge_holder", "organisation": "jcg"}
    answer = made.secretariat.post(f"/councils/{made.id}/admissions", asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_invited")


def test_a_member_is_not_invited_again(made: MadeCouncil) -> None:
    asked = {"category": "implementer_government", "organisation": "atla"}
    answer = made.secretariat.post(f"/councils/{made.id}/admissions", asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"category": "program_director", "organisation": "jcg"}, 422, "wrong_holder"),
        ({"category": "rd_implementer"}, 422, "wrong_holder"),
        ({"category": "observer", "organisation": "jcg"}, 422, "malformed"),
        ({"category": "rd_implementer", "organisation": "no-such"}, 404, "not_found"),
        ({"category": "establishing_ministry", "organisation": "min-mext"}, 409, None),
        ({"category": "rd_implementer", "organisation": "jcg", "chair": True}, 422, "malformed"),
    ],
)
def test_impossible_invitations_are_refused(
    made: MadeCouncil, asked: dict[str, Any], status: int, code: str | None
) -> None:
    answer = made.secretariat.post(f"/councils/{made.id}/admissions", asked)

    assert answer.status_code == status
    assert code in (None, answer.json()["code"])


def test_there_is_one_research_representative(made: MadeCouncil, world: World) -> None:
    other = world.person(organisation="a-university").person_id
    for category in ("program_director", "program_officer"):
        asked = {"category": category, "person": other}
        answer = made.secretariat.post(f"/councils/{made.id}/admissions", asked)
        assert (answer.status_code, answer.json()["code"]) == (409, "category_impossible")


def test_a_nominee_belongs_to_the_organisation_itself(made: MadeCouncil, world: World) -> None:
    person = world.person(organisation="mlit").person_id
    asked = {"category": "implementer_government", "organisation": "jcg", "nominee": person}
    answer = made.secretariat.post(f"/councils/{made.id}/admissions", asked)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_affiliated")


def test_members_only_propose(made: MadeCouncil) -> None:
    """Matrix (c) 2, add member: everybody else proposes, which comes with meetings."""
    asked = {"category": "implementer_government", "organisation": "jcg"}

    assert made.fa.post(f"/councils/{made.id}/admissions", asked).status_code == 403


def test_with_a_po_deemed_sole_no_researcher_becomes_a_member(world: World) -> None:
    """BR-11"""
    load_registry(world)
    found = world.client.get("/api/v1/concepts?limit=200&state=adopted").json()["items"]
    concept = next(c["id"] for c in found if c["representative"] == "po")
    keeper, officer = world.officer("secretariat"), world.person(organisation="jst")
    asked = {"representative_mode": "po_deemed_sole", "representative": officer.person_id}
    council = keeper.post(f"/concepts/{concept}/council", asked).json()["id"]
    with world.changing() as tx:
        organisation(tx, "a-university")

    answer = keeper.post(
        f"/councils/{council}/admissions",
        {"category": "rd_implementer", "organisation": "a-university"},
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "po_deemed_sole")


def test_who_is_invited_sees_their_invitation_and_no_other(
    made: MadeCouncil, invited: Invited
) -> None:
    shown = invited.nominee.get(f"/councils/{made.id}/admissions?limit=200").json()["items"]

    assert [a["id"] for a in shown] == [invited.shown["id"]]
    assert set(shown[0]["may"]) == {"read", "consent", "decline"}


def test_a_stranger_is_told_nothing_exists(made: MadeCouncil, invited: Invited) -> None:
    for verb in ("decision", "consent", "decline", "withdrawal"):
        asked = {"decision": DECIDE, "consent": {"digest": "0" * 64}}.get(verb)
        assert invited.act(made.stranger, verb, asked).status_code == 404
    assert made.stranger.get(f"/admissions/{invited.shown['id']}").status_code == 404
