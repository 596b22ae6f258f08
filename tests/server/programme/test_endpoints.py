"""The registry over HTTP: open to anyone, kept by the secretariat."""

from typing import Any

import pytest

from tests.factories import Caller, World

CONCEPT = "/concepts/C-2212A-02"


@pytest.fixture
def secretariat(loaded: World) -> Caller:
    return loaded.officer("secretariat")


def get(world: World, path: str) -> Any:
    answer = world.client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_anyone_reads_the_registry(loaded: World) -> None:
    counted = [
        len(get(loaded, f"/{name}?limit=200" if name != "visions" else "/visions")["items"])
        for name in ("visions", "technologies", "concepts")
    ]

    assert counted == [2, 50, 32]


def test_a_concept_shows_who_is_expected(loaded: World) -> None:
    concept = get(loaded, CONCEPT)

    assert [o["organisation"]["id"] for o in concept["expected_organs"]] == [
        "cao-space",
        "cao-oceanpolicy",
        "mic",
        "mext",
        "mlit",
        "jcg",
        "mod",
        "atla",
    ]
    assert (concept["state"], concept["may"]) == ("adopted", [])


@pytest.mark.parametrize(
    "wanted", ["domain=海洋", "vision=V1", "funding_agency=nedo", "state=adopted"]
)
def test_concepts_are_chosen_by_domain_vision_agency_and_state(loaded: World, wanted: str) -> None:
    chosen = get(loaded, f"/concepts?limit=200&{wanted}")["items"]

    assert 0 < len(chosen) < 32


def test_pages_follow_one_another(loaded: World) -> None:
    seen, after = [], ""
    while after is not None:
        page = get(loaded, "/concepts?limit=7" + (f"&cursor={after}" if after else ""))
        seen += [c["id"] for c in page["items"]]
        after = page["next"]

    assert len(seen) == len(set(seen)) == 32


@pytest.mark.parametrize("path", ["/concepts?limit=0", "/concepts?colour=red", "/technologies?x=1"])
def test_an_unknown_question_is_malformed(loaded: World, path: str) -> None:
    assert loaded.client.get(f"/api/v1{path}").status_code == 422


def test_an_unknown_concept_is_not_found(loaded: World) -> None:
    assert loaded.client.get("/api/v1/concepts/C-9999Z-99").status_code == 404


def in_call(world: World) -> str:
    found: str = get(world, "/concepts?state=in_call")["items"][0]["id"]
    return found


def test_the_secretariat_publishes_an_adoption(loaded: World, secretariat: Caller) -> None:
    concept = in_call(loaded)
    asked = {"published_on": "2026-09-01", "project_title": "採択課題（架空）"}

    answer = secretariat.post(f"/concepts/{concept}/adoption", asked)

    assert (answer.status_code, answer.json()["state"]) == (201, "adopted")
    assert "prepare_council" in answer.json()["may"]


def test_an_adoption_of_the_future_is_refused(loaded: World, secretariat: Caller) -> None:
    answer = secretariat.post(f"{CONCEPT}/adoption", {"published_on": "2099-01-01"})

    assert (answer.status_code, answer.json()["code"]) == (422, "date_in_future")


def test_a_revision_gives_the_title_in_force(loaded: World, secretariat: Caller) -> None:
    asked = {
        "revised_on": "2026-09-01",
        "changes": "題名の変更",
        "reason": "見直し",
        "title_ja": "改定後の題名（架空）",
    }

    assert secretariat.post(f"{CONCEPT}/revisions", asked).status_code == 201

    shown = get(loaded, CONCEPT)
    assert shown["title_ja"] == "改定後の題名（架空）" != shown["title_as_published"]


def project(world: World, concept: str = CONCEPT, **changed: Any) -> dict[str, Any]:
    lead = world.person("研究 太郎", "a-university").person_id
    adoption = get(world, concept)["adoptions"][0]["id"]
    people = [
        {
            "person_id": lead,
            "organisation_id": "a-university",
            "role": "principal_investigator",
        }
    ]
    return {"adoption_id": adoption, "title": "採択課題（架空）", "people": people, **changed}


def test_a_project_says_who_its_researchers_are(loaded: World, secretariat: Caller) -> None:
    answer = secretariat.post(f"{CONCEPT}/projects", project(loaded))

    listed = secretariat.get(f"{CONCEPT}/projects").json()["items"]
    assert answer.status_code == 201
    assert [p["people"][0]["role"] for p in listed] == ["principal_investigator"]


def test_a_researcher_may_begin_later(loaded: World, secretariat: Caller) -> None:
    asked = project(loaded)
    asked["people"][0]["valid_from"] = "2027-04-01T00:00:00.000Z"

    answer = secretariat.post(f"{CONCEPT}/projects", asked)

    assert answer.status_code == 201
    assert secretariat.get(f"{CONCEPT}/projects").json()["items"][0]["people"] == []


def test_who_the_researchers_are_is_not_public(loaded: World, secretariat: Caller) -> None:
    secretariat.post(f"{CONCEPT}/projects", project(loaded))

    assert loaded.client.get(f"/api/v1{CONCEPT}/projects").status_code == 401
    assert loaded.person().get(f"{CONCEPT}/projects").status_code == 404


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"people": []}, "malformed"),
        ({"adoption_id": "019a0000-0000-7000-8000-000000000000"}, "adoption_of_other_concept"),
        (
            {
                "people": [
                    {
                        "person_id": "019a0000-0000-7000-8000-000000000000",
                        "organisation_id": "jst",
                        "role": "principal_investigator",
                    }
                ]
            },
            "unknown_reference",
        ),
    ],
)
def test_a_wrong_project_is_refused(
    loaded: World, secretariat: Caller, changed: dict[str, Any], code: str
) -> None:
    answer = secretariat.post(f"{CONCEPT}/projects", project(loaded, **changed))

    assert (422, code) == (answer.status_code, answer.json()["code"])


def test_an_adoption_of_another_concept_is_refused(loaded: World, secretariat: Caller) -> None:
    asked = project(loaded, "/concepts/C-2212A-01")

    answer = secretariat.post(f"{CONCEPT}/projects", asked)

    assert answer.json()["code"] == "adoption_of_other_concept"


AMENDMENT = {
    "amended_on": "2026-09-01",
    "reason": "食料安全保障（架空）",
    "technologies": [{"id": "T-BIO-90", "domain": "バイオ", "name_ja": "追加された技術（架空）"}],
}


def test_an_amendment_adds_technologies_and_changes_no_concept(
    loaded: World, secretariat: Caller
) -> None:
    """BR-53"""
    before = get(loaded, "/concepts?limit=200")

    answer = secretariat.post("/visions/V2/amendments", AMENDMENT)

    assert (
        answer.status_code,
        answer.json()["amendments"][0]["technology_ids"],
    ) == (201, ["T-BIO-90"])
    assert get(loaded, "/concepts?limit=200") == before
    assert len(get(loaded, "/technologies?limit=200")["items"]) == 51


def test_an_amendment_of_no_vision_is_not_found(loaded: World, secretariat: Caller) -> None:
    assert secretariat.post("/visions/V9/amendments", AMENDMENT).status_code == 404


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (f"{CONCEPT}/adoption", {"published_on": "2026-09-01"}),
        (f"{CONCEPT}/revisions", {"revised_on": "2026-09-01", "changes": "x", "reason": "y"}),
        ("/visions/V1/amendments", AMENDMENT),
    ],
)
def test_nobody_else_keeps_the_registry(loaded: World, path: str, asked: dict[str, Any]) -> None:
    assert loaded.client.post(f"/api/v1{path}", json=asked).status_code == 401
    assert loaded.person().post(path, asked).status_code == 404
    for role in ("auditor", "system_administrator", "compliance_officer", "key_custodian"):
        assert loaded.officer(role).post(path, asked).status_code in (403, 404)
