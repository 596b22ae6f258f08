"""A result is its owner's: to show, and to publish with nobody's approval (BR-23 to BR-25)."""

import pytest

from tests.factories import World
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import provided_secret
from tests.making.publication import asked_round, everyone, exception, finding, result

PUBLIC = {"title": "公開する題名", "reference": "doi:10.0000/example"}


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def test_an_owner_publishes_with_no_approval(world: World, council: MadeCouncil) -> None:
    """BR-25."""
    made = result(council, open_to_council=False)
    assert (made["state"], "publish" in made["may"]) == ("publishable", True)

    answer = council.pd.post(f"/results/{made['id']}/publication", PUBLIC)

    assert (answer.status_code, answer.json()["number"]) == (201, 1)
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "published"
    again = council.pd.post(f"/results/{made['id']}/publication", PUBLIC)
    assert (again.status_code, again.json()["state"]) == (403, "published")


def test_the_public_record_is_open_to_anyone_and_tells_only_what_is_public(
    world: World, council: MadeCouncil
) -> None:
    for number in range(3):
        made = result(council)
        council.pd.post(f"/results/{made['id']}/publication", {"title": f"第{number}報"})
        world.clock.advance(1)

    first = world.client.get("/api/v1/publications", params={"limit": 2}).json()
    rest = world.client.get("/api/v1/publications", params={"cursor": first["next"]}).json()

    assert [p["title"] for p in first["items"] + rest["items"]] == ["第2報", "第1報", "第0報"]
    assert [p["number"] for p in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next"] is None
    assert "衛星間測位" not in str(first)


def test_nobody_but_its_owner_is_told_of_an_unshared_result(council: MadeCouncil) -> None:
    made = result(council, open_to_council=False)
    others = ("minister_fund", "fa", "handler_a", "secretariat", "compliance", "auditor", "admin")
    for name in (*others, "stranger"):
        caller = getattr(council, name)
        assert caller.get(f"/results/{made['id']}").status_code == 404
        assert caller.get("/results").json()["items"] == []


def test_the_owner_chooses_who_reads(council: MadeCouncil) -> None:
    made = result(council, open_to_council=False)
    path = f"/results/{made['id']}"
    chosen = {"add": [council.handler_a.person_id]}
    assert council.pd.post(f"{path}/readers", chosen).json()["readers"] == {
        "persons": [council.handler_a.person_id],
        "open_to_council": False,
    }
    shown = council.handler_a.get(path)
    assert (shown.status_code, shown.json()["reveals"], shown.json()["readers"]) == (
        200,
        None,
        None,
    )
    assert council.fa.get(path).status_code == 404

    council.pd.post(f"{path}/readers", {"open_to_council": True})
    assert council.fa.get(path).status_code == 200
    assert council.secretariat.get(path).status_code == 404
    remove = {"remove": [council.handler_a.person_id], "open_to_council": False}
    council.pd.post(f"{path}/readers", remove)
    assert [c.get(path).status_code for c in (council.fa, council.handler_a)] == [404, 404]


def test_readers_are_persons_of_the_council(council: MadeCouncil) -> None:
    made = result(council)
    body = {"add": [council.stranger.person_id]}
    refused = council.pd.post(f"/results/{made['id']}/readers", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_of_council")
    assert refused.json()["persons"] == [council.stranger.person_id]


def test_a_list_shows_what_opening_allows(council: MadeCouncil) -> None:
    hidden, shown = result(council, open_to_council=False), result(council)
    for caller, expected in (
        (council.pd, {hidden["id"], shown["id"]}),
        (council.fa, {shown["id"]}),
    ):
        listed = caller.get(f"/councils/{council.id}/results").json()["items"]
        assert {item["id"] for item in listed} == expected
        opened = [
            i for i in (hidden["id"], shown["id"]) if caller.get(f"/results/{i}").status_code == 200
        ]
        assert set(opened) == expected


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("pd", 201),
        ("private", 201),
        ("handler_a", 403),
        ("fa", 403),
        ("organ_a", 403),
        ("minister_fund", 403),
        ("think_tank", 403),
        ("secretariat", 403),
        ("compliance", 403),
        ("admin", 403),
        ("stranger", 404),
    ],
)
def test_researchers_and_companies_register_results(
    council: MadeCouncil, who: str, status: int
) -> None:
    """The matrix, column "publish own result"."""
    body = {"title": "題名", "summary": "概要"}
    answer = getattr(council, who).post(f"/councils/{council.id}/results", body)
    assert answer.status_code == status


def test_one_registers_own_results_only(council: MadeCouncil) -> None:
    body = {"title": "題名", "summary": "概要", "owner": council.fa.person_id}
    refused = council.pd.post(f"/councils/{council.id}/results", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "own_result_only")


def test_an_officer_registers_for_the_researcher_who_alone_publishes(world: World) -> None:
    """The matrix, row 2: the researchers own it, although they are no members."""
    council = established_council(world, concept="C-2212A-04")
    body = {"title": "題名", "summary": "概要"}
    refused = council.pd.post(f"/councils/{council.id}/results", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "owner_needed")

    researcher = world.person("研究 四郎", "a-university")
    made = result(council, researcher=researcher.person_id)

    path = f"/results/{made['id']}/publication"
    assert council.pd.post(path, PUBLIC).status_code == 403
    assert researcher.post(path, PUBLIC).status_code == 201
    assert [r["id"] for r in researcher.get("/results").json()["items"]] == [made["id"]]
    assert researcher.get(f"/councils/{council.id}").status_code == 404


def test_a_result_cannot_be_marked_a_provided_secret(council: MadeCouncil) -> None:
    """BR-23: neither when registered nor afterwards is there a field or a route for it."""
    body = {"title": "題名", "summary": "概要", "is_secret": True}
    assert council.pd.post(f"/councils/{council.id}/results", body).status_code == 422
    made = result(council)
    for verb in ("provision", "recipients", "period", "suspension"):
        assert council.pd.post(f"/documents/{made['id']}/{verb}", {}).status_code in (404, 422)


def test_only_passages_that_reveal_a_secret_are_held(world: World, council: MadeCouncil) -> None:
    """BR-24: the rest is publishable; when the secret ends, so are they."""
    secret = provided_secret(world, council, council.organ_a, [council.pd], days=30)
    passages = {"document": secret.id, "passages": "第3節の周波数表"}
    made = result(council, reveals=[passages])
    path = f"/results/{made['id']}/publication"
    assert made["reveals"] == [{**passages, "is_secret": True}]
    assert made["state"] == "publishable"

    refused = council.pd.post(path, PUBLIC)
    assert (refused.status_code, refused.json()["code"]) == (409, "passages_must_be_left_out")
    assert refused.json()["documents"] == [secret.id]
    assert council.fa.get(f"/results/{made['id']}").json()["reveals"] is None
    published = council.pd.post(path, {**PUBLIC, "secrets_left_out": True})
    assert (published.status_code, published.json()["secrets_left_out"]) == (201, True)

    other = result(council, reveals=[passages])
    world.clock.days(31)
    owner = world.session(council.pd.person_id)
    full = owner.post(f"/results/{other['id']}/publication", PUBLIC)
    assert (full.status_code, full.json()["secrets_left_out"]) == (201, False)


def test_a_document_one_may_not_read_cannot_be_named(world: World, council: MadeCouncil) -> None:
    secret = provided_secret(world, council, council.organ_a, [council.fa])
    body = {
        "title": "題名",
        "summary": "概要",
        "reveals": [{"document": secret.id, "passages": "第1節"}],
    }
    assert council.pd.post(f"/councils/{council.id}/results", body).status_code == 404


def test_publishing_needs_a_session_and_a_fresh_proof(world: World, council: MadeCouncil) -> None:
    made = result(council)
    refused = council.pd.unproved().post(f"/results/{made['id']}/publication", PUBLIC)
    assert refused.json()["code"] == "step_up_needed"


@pytest.mark.parametrize("body", [{}, {"title": " "}, {"title": "題", "x": 1}, {"title": 3}])
def test_a_malformed_publication_is_refused(council: MadeCouncil, body: object) -> None:
    made = result(council)
    refused = council.pd.post(f"/results/{made['id']}/publication", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "malformed")
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"


def test_only_the_owner_accepts_a_hold_and_it_ends_with_the_round(
    world: World, council: MadeCouncil
) -> None:
    made, wanted, round_id = asked_round(world, council)
    path, body = f"/results/{made['id']}/hold", {"round": round_id}
    for caller in everyone(council, "pd").values():
        assert caller.post(path, body).status_code == 403
    assert council.admin.post(path, body).status_code == 404

    assert council.pd.post(path, body).json()["state"] == "held"
    council.organ_a.post(f"/exceptions/{wanted['id']}/withdrawal")
    assert council.pd.get(f"/results/{made['id']}").json()["state"] == "publishable"
    refused = council.pd.post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_a_hold_ends_by_itself_at_the_closing_time(world: World, council: MadeCouncil) -> None:
    made, _, round_id = asked_round(world, council)
    council.pd.post(f"/results/{made['id']}/hold", {"round": round_id})
    world.clock.days(30)
    owner = world.session(council.pd.person_id)
    assert owner.get(f"/results/{made['id']}").json()["state"] == "publishable"


def test_an_owner_who_waits_may_still_publish(world: World, council: MadeCouncil) -> None:
    made, _, round_id = asked_round(world, council)
    council.pd.post(f"/results/{made['id']}/hold", {"round": round_id})
    assert council.pd.post(f"/results/{made['id']}/publication", PUBLIC).status_code == 201


def test_a_round_about_another_result_holds_nothing(world: World, council: MadeCouncil) -> None:
    _, _, round_id = asked_round(world, council)
    other = result(council)
    refused = council.pd.post(f"/results/{other['id']}/hold", {"round": round_id})
    assert refused.status_code == 404


def test_findings_are_told_with_their_results(world: World, council: MadeCouncil) -> None:
    made = result(council, open_to_council=False, readers=[council.organ_a.person_id])
    found = finding(council, made["id"])
    path = f"/councils/{council.id}/findings"
    assert [f["id"] for f in council.organ_a.get(path).json()["items"]] == [found]
    assert council.fa.get(path).json()["items"] == []
    body = {"result": made["id"], "found_on": "2026-09-01", "evidence": "根拠"}
    assert council.organ_b.post(path, body).status_code == 404
    assert council.pd.post(path, body).status_code == 403
    assert exception(world, council, made["id"])["state"] == "requested"
