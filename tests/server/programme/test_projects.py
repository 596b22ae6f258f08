"""Adopted projects and their people over HTTP: who joins, who leaves, what a withdrawal keeps."""

from typing import Any

import pytest

from server.audit import facts
from server.clock import DAY, to_text
from server.identity.models import Person
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.closing import closed_council
from tests.making.councils import established_council

CONCEPT, OTHER = "C-2212A-02", "C-2212A-01"
ABOUT = f"/concepts/{CONCEPT}"
NOWHERE = "019a0000-0000-7000-8000-000000000000"
LEADS, IMPLEMENTS = "principal_investigator", "rd_implementer"
IN_ERROR = {"ground": "recorded_in_error"}


@pytest.fixture
def secretariat(loaded: World) -> Caller:
    return loaded.officer("secretariat")


def researcher(world: World, role: str = IMPLEMENTS, **more: str) -> dict[str, str]:
    person = world.person("研究 太郎", "a-university").person_id
    return {"person_id": person, "organisation_id": "a-university", "role": role, **more}


def adoption(world: World, concept: str = CONCEPT) -> str:
    found: str = concept_now(world, concept)["adoptions"][0]["id"]
    return found


def concept_now(world: World, concept: str = CONCEPT) -> Any:
    return world.client.get(f"/api/v1/concepts/{concept}").json()


def a_project(world: World, keeper: Caller) -> Any:
    people = [researcher(world, LEADS)]
    asked = {"adoption_id": adoption(world), "title": "課題（架空）", "people": people}
    answer = keeper.post(f"{ABOUT}/projects", asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


def people_of(project: Any) -> str:
    return f"{ABOUT}/projects/{project['id']}/people"


def ending_of(project: Any, place: int = 0) -> str:
    return f"{people_of(project)}/{project['people'][place]['person_id']}/ending"


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_an_end_lies_at_most_a_year_ahead_for_it_is_never_changed(
    loaded: World, secretariat: Caller, clock: TestClock
) -> None:
    project = a_project(loaded, secretariat)
    latest = clock.now + 366 * DAY
    mistyped = secretariat.post(ending_of(project), {"at": to_text(latest + 1000)})
    assert told(mistyped) == (422, "end_too_far_ahead")
    assert mistyped.json()["latest"] == to_text(latest)
    assert secretariat.post(ending_of(project), {"at": to_text(latest)}).is_success


def test_who_has_left_joins_nothing(loaded: World, secretariat: Caller) -> None:
    project, gone = a_project(loaded, secretariat), researcher(loaded)
    with loaded.changing() as tx:
        row = tx.session.get_one(Person, gone["person_id"])
        facts.end(tx, row, by=secretariat.person_id, reason="departed")
    refused = secretariat.post(people_of(project), gone)
    assert refused.status_code == 422
    assert refused.json()["unknown"] == [gone["person_id"]]


def test_a_successor_takes_over_when_the_principal_investigator_leaves(
    loaded: World, secretariat: Caller, clock: TestClock
) -> None:
    project = a_project(loaded, secretariat)
    handover = to_text(clock.now + 10 * DAY)
    successor = researcher(loaded, LEADS, valid_from=handover)
    (first,) = project["people"]

    early = secretariat.post(people_of(project), successor)
    announced = secretariat.post(ending_of(project), {"at": handover})
    joined = secretariat.post(people_of(project), successor)

    assert told(early) == (409, "already_led")
    assert (announced.status_code, joined.status_code) == (200, 201)
    (shown,) = secretariat.get(f"{ABOUT}/projects").json()["items"]
    assert shown == joined.json()
    assert shown["people"] == [{**first, "valid_to": handover}]
    assert [p["person_id"] for p in shown["joining_later"]] == [successor["person_id"]]
    clock.days(10)
    (shown,) = loaded.session(secretariat.person_id).get(f"{ABOUT}/projects").json()["items"]
    assert [(p["person_id"], p["valid_to"]) for p in shown["people"]] == [
        (successor["person_id"], None)
    ]
    assert shown["former_people"] == [{**first, "valid_to": handover}]


def test_a_part_ends_once_and_never_in_the_past_and_its_person_may_come_again(
    loaded: World, secretariat: Caller, clock: TestClock
) -> None:
    project = a_project(loaded, secretariat)
    (lead,) = project["people"]
    returns = researcher(loaded) | {"person_id": lead["person_id"]}

    ended = secretariat.post(ending_of(project), {"at": to_text(clock.now - 5 * DAY)})
    refused = secretariat.post(ending_of(project), {"at": to_text(clock.now + 5 * DAY)})

    assert ended.json()["former_people"][0]["valid_to"] == to_text(clock.now)
    assert told(refused) == (409, "already_left")
    assert refused.json()["valid_to"] == to_text(clock.now)
    again = secretariat.post(people_of(project), returns).json()
    assert [p["role"] for p in again["people"]] == [IMPLEMENTS]
    assert [p["role"] for p in again["former_people"]] == [LEADS]


def test_whoever_was_to_join_later_and_does_not_never_takes_part(
    loaded: World, secretariat: Caller, clock: TestClock
) -> None:
    project = a_project(loaded, secretariat)
    coming = researcher(loaded, valid_from=to_text(clock.now + 10 * DAY))
    joined = secretariat.post(people_of(project), coming).json()
    ending = f"{people_of(project)}/{coming['person_id']}/ending"

    shown = secretariat.post(ending, {"at": to_text(clock.now + 5 * DAY)}).json()

    assert [p["person_id"] for p in joined["joining_later"]] == [coming["person_id"]]
    assert (shown["joining_later"], len(shown["people"])) == ([], 1)
    assert shown["former_people"][0]["valid_to"] == to_text(clock.now)


def test_who_joins_a_project_is_checked(loaded: World, secretariat: Caller) -> None:
    project = a_project(loaded, secretariat)
    there = project["people"][0]["person_id"]
    people = people_of(project)

    for asked, expected in (
        (researcher(loaded) | {"person_id": there}, (409, "already_in_project")),
        (researcher(loaded, LEADS), (409, "already_led")),
        (researcher(loaded) | {"person_id": NOWHERE}, (422, "unknown_reference")),
        (researcher(loaded) | {"organisation_id": "nowhere"}, (422, "unknown_reference")),
        (researcher(loaded) | {"role": "leader"}, (422, "malformed")),
    ):
        assert told(secretariat.post(people, asked)) == expected
    assert secretariat.get(f"{ABOUT}/projects").json()["items"] == [project]


def test_what_is_of_another_concept_or_project_is_not_found(
    loaded: World, secretariat: Caller
) -> None:
    project, other = (a_project(loaded, secretariat) for _ in range(2))
    lead = project["people"][0]["person_id"]
    elsewhere = f"/concepts/{OTHER}/projects/{project['id']}/people"

    for path, asked in (
        (f"{ABOUT}/projects/{NOWHERE}/people", researcher(loaded)),
        (elsewhere, researcher(loaded)),
        (f"{people_of(project)}/{NOWHERE}/ending", {}),
        (f"{people_of(other)}/{lead}/ending", {}),
        (f"{elsewhere}/{lead}/ending", {}),
        (f"{ABOUT}/adoptions/{NOWHERE}/withdrawal", IN_ERROR),
        (f"/concepts/{OTHER}/adoptions/{adoption(loaded)}/withdrawal", IN_ERROR),
    ):
        assert told(secretariat.post(path, asked)) == (404, "not_found"), path


def test_an_adoption_is_withdrawn_once_nobody_works_under_it_and_stays_on_record(
    loaded: World, secretariat: Caller, clock: TestClock
) -> None:
    project = a_project(loaded, secretariat)
    withdrawal = f"{ABOUT}/adoptions/{project['adoption_id']}/withdrawal"
    leave_later = secretariat.post(ending_of(project), {"at": to_text(clock.now + DAY)})

    refused = secretariat.post(withdrawal, IN_ERROR)
    clock.days(1)
    secretariat = loaded.session(secretariat.person_id)
    withdrawn = secretariat.post(withdrawal, IN_ERROR)

    assert leave_later.status_code == 200
    assert told(refused) == (409, "project_has_people")
    assert refused.json()["projects"] == [project["id"]]
    shown = withdrawn.json()
    assert (withdrawn.status_code, shown["state"], shown["adoptions"]) == (200, "in_call", [])
    (kept,) = concept_now(loaded)["withdrawn_adoptions"]
    assert (kept["id"], kept["ground"]) == (project["adoption_id"], "recorded_in_error")
    assert (kept["withdrawn_at"], kept["basis"]) == (to_text(clock.now), "status_table")
    assert secretariat.get(f"{ABOUT}/projects").json()["items"] == []
    assert told(secretariat.post(withdrawal, IN_ERROR)) == (409, "already_withdrawn")


def test_nobody_joins_a_project_whose_adoption_was_withdrawn(
    loaded: World, secretariat: Caller
) -> None:
    project = a_project(loaded, secretariat)
    secretariat.post(ending_of(project), {})
    secretariat.post(f"{ABOUT}/adoption", {"published_on": "2026-09-01"})
    withdrawal = f"{ABOUT}/adoptions/{project['adoption_id']}/withdrawal"

    assert secretariat.post(withdrawal, IN_ERROR).json()["state"] == "adopted"
    assert told(secretariat.post(people_of(project), researcher(loaded))) == (409, "no_adoption")


def test_a_council_keeps_the_last_adoption_of_its_concept_until_it_is_closed(world: World) -> None:
    """BR-02"""
    council = established_council(world, concept=CONCEPT)
    keeper = world.officer("secretariat")
    first = f"{ABOUT}/adoptions/{adoption(world)}/withdrawal"

    refused = keeper.post(first, IN_ERROR)
    corrected = keeper.post(f"{ABOUT}/adoption", {"published_on": "2026-09-01"}).json()
    replaced = keeper.post(first, IN_ERROR)

    assert told(refused) == (409, "council_needs_adoption")
    assert refused.json()["council"] == council.id
    assert replaced.json()["adoptions"] == [corrected["adoptions"][-1]]
    assert council.organ_a.get(f"/councils/{council.id}").json()["state"] == "established"
    second = f"{ABOUT}/adoptions/{corrected['adoptions'][-1]['id']}/withdrawal"
    assert told(keeper.post(second, IN_ERROR)) == (409, "council_needs_adoption")
    closed_council(world, council)
    answer = world.session(keeper.person_id).post(second, IN_ERROR)
    assert (answer.status_code, answer.json()["state"]) == (200, "in_call")


def test_the_system_log_says_who_joined_who_left_and_what_was_withdrawn(
    loaded: World, secretariat: Caller
) -> None:
    project = a_project(loaded, secretariat)
    joined = secretariat.post(people_of(project), researcher(loaded)).json()["people"]
    for place in range(2):
        secretariat.post(ending_of({**project, "people": joined}, place), {})
    withdrawal = f"{ABOUT}/adoptions/{project['adoption_id']}/withdrawal"
    secretariat.post(withdrawal, {"ground": "withdrawn_by_agency"})

    auditor = loaded.officer("auditor")
    told_of = {
        kind: [
            each["opened"]["body"]
            for each in auditor.get(f"/system/log/entries?limit=100&kind=concept.{kind}").json()[
                "items"
            ]
        ]
        for kind in ("add_project", "publish_adoption")
    }
    parts = [body["part"] for body in told_of["add_project"] if "part" in body]
    ended = {body["part"] for body in told_of["add_project"] if "valid_to" in body}
    assert (len(parts), ended) == (3, {part["id"] for part in joined})
    (withdrawn,) = told_of["publish_adoption"]
    assert (withdrawn["adoption"], withdrawn["withdrawn"]) == (
        project["adoption_id"],
        "withdrawn_by_agency",
    )
