"""Nothing is inherited, nothing crosses councils: BR-09, BR-10, BR-11, BR-13."""

from typing import Any

import pytest

from server.access.vocabulary import Category
from server.audit.models import SYSTEM
from server.councils import duty
from server.councils import facts as council_facts
from server.identity import service as identity
from server.programme import projects, queries
from server.programme.models import ProjectRole, ResearchConcept
from tests.factories import Caller, World
from tests.making.councils import CHECKED, MadeCouncil, established_council, joined

OTHER = "C-2212A-01"


def doors(council_id: str) -> tuple[str, ...]:
    """Every address under which a council itself is read."""
    own = f"/councils/{council_id}"
    parts = ("", "/memberships", "/admissions", "/duty", "/safe-management-confirmations")
    return tuple(own + part for part in parts)


def told(caller: Caller, council_id: str) -> set[int]:
    return {caller.get(path).status_code for path in doors(council_id)}


def test_the_parents_people_are_told_nothing(world: World, made: MadeCouncil) -> None:
    """BR-09: 防衛装備庁 is a member and 防衛省 is not."""
    assert told(world.person(organisation="mod"), made.id) == {404}
    assert told(made.organ_a, made.id) == {200}


@pytest.mark.parametrize("office", ["cao", "cao-space", "cas-nisc"])
def test_other_offices_of_the_same_office_are_told_nothing(
    world: World, made: MadeCouncil, office: str
) -> None:
    """BR-10: 総合海洋政策推進事務局 is a member; another office of 内閣府 is not."""
    assert told(world.person(organisation=office), made.id) == {404}
    assert told(made.organ_b, made.id) == {200}


def test_a_colleague_without_a_seat_is_told_nothing(world: World, made: MadeCouncil) -> None:
    """Membership is the organisation's; rights are the named persons'."""
    assert told(world.person(organisation="atla"), made.id) == {404}


def test_a_researcher_of_the_project_who_is_no_member_is_told_nothing(world: World) -> None:
    """BR-11"""
    made = established_council(world, concept=OTHER)
    researcher = world.person("研究 一子", "a-university")
    with world.changing(SYSTEM) as tx:
        concept = queries.find(tx, ResearchConcept, OTHER)
        projects.add_project(
            tx,
            queries.adoptions(tx, [OTHER])[0],
            title="採択課題（架空）",
            people=[
                projects.Researcher(
                    person_id=researcher.person_id,
                    organisation_id="a-university",
                    role=ProjectRole.PRINCIPAL_INVESTIGATOR,
                )
            ],
            by=made.secretariat.person_id,
        )
        assert queries.projects(tx, concept)

    assert told(researcher, made.id) == {404}


@pytest.fixture
def both(world: World, made: MadeCouncil) -> MadeCouncil:
    """Another council, in which organ_a's representative of `made` sits too, for another body."""
    other = established_council(world, concept=OTHER)
    with world.changing(other.id) as tx:
        identity.affiliate(tx, made.organ_a.person_id, "mlit", title="併任")
        council = council_facts.find_council(tx, other.id)
        deciding = ("secretariat", "minister_fund", "minister_pm")
        who = {name: getattr(other, name) for name in deciding}
        joined(tx, council, Category.IMPLEMENTER_GOVERNMENT, "mlit", who, made.organ_a)
        text = duty.current(tx).name
        duty.acknowledge(tx, other.id, made.organ_a.person_id, text)
    return other


def test_who_sits_in_two_councils_sees_each_in_itself_only(
    made: MadeCouncil, both: MadeCouncil
) -> None:
    """BR-13"""
    assert told(made.organ_a, made.id) == told(made.organ_a, both.id) == {200}
    assert told(made.organ_b, both.id) == {404}
    shown = made.organ_a.get(f"/councils/{both.id}/memberships?limit=200").json()["items"]
    assert not {m["id"] for m in shown} & set(made.memberships.values())


def test_a_thing_of_one_council_is_not_reached_through_another(
    made: MadeCouncil, both: MadeCouncil, clock: Any
) -> None:
    """BR-13: a membership of the one council in an act of the other."""
    asked = {
        "membership": made.memberships["organ_a"],
        **CHECKED,
        "evidence": "他の協議会の構成員",
        "valid_to": "2027-01-01T00:00:00Z",
    }
    path = f"/councils/{both.id}/safe-management-confirmations"

    assert both.minister_fund.post(path, asked).status_code == 404


def test_a_token_of_one_council_does_not_open_another(made: MadeCouncil, both: MadeCouncil) -> None:
    """BR-13"""
    asked = {"name": "自動処理", "scopes": ["read"], "council": both.id}
    token = made.organ_a.post("/me/tokens", asked).json()["token"]
    program = Caller(made.organ_a.person_id, token, made.organ_a.client)

    assert program.get(f"/councils/{both.id}").status_code == 200
    assert program.get(f"/councils/{made.id}").status_code == 404


def test_each_sees_their_own_councils_listed(made: MadeCouncil, both: MadeCouncil) -> None:
    def listed(caller: Caller) -> set[str]:
        return {c["id"] for c in caller.get("/councils").json()["items"]}

    assert listed(made.organ_a) == {made.id, both.id}
    assert listed(made.organ_b) == {made.id}
    assert listed(made.stranger) == set()
    assert listed(made.admin) == set()


def test_the_administrator_knows_of_a_council_and_reads_nothing(made: MadeCouncil) -> None:
    """Matrix (c) row 15."""
    assert told(made.admin, made.id) == {403}


@pytest.mark.parametrize("name", ["secretariat", "compliance", "auditor"])
def test_officers_of_the_council_read_it(made: MadeCouncil, name: str) -> None:
    assert told(getattr(made, name), made.id) == {200}


def test_without_credentials_everything_is_alike(made: MadeCouncil) -> None:
    for path in (*doors(made.id), *doors("019a0000-0000-7000-8000-000000000000")):
        answer = made.stranger.client.get(f"/api/v1{path}")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_an_unknown_council_is_not_found(made: MadeCouncil) -> None:
    assert told(made.organ_a, "no-such-council") == {404}
