"""守秘義務の台帳: what binds a person stays after leaving; its link outlives the account."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Table, select

from server.access import departing
from server.audit import service as audit
from server.audit.models import SYSTEM, Entry
from server.clock import DAY, MINUTE, to_text
from server.councils import departures
from server.duties import links
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import MadeDocument, provided_secret
from tests.making.pages import japanese_pdf, secret_of

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
LEFT = {"certificate": {"outcome": "destroyed", "statement": "裁断した（架空）"}}


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """Provided by the private member to organ A's representative, who acknowledged it."""
    return provided_secret(world, council, council.private, [council.organ_a])


def register(person: Caller) -> list[dict[str, Any]]:
    answer = person.get("/me/duties")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def by_link(client: TestClient, link: str) -> Any:
    return client.post("/api/v1/duty", json={"link": link})


def leave(council: MadeCouncil, body: Any = None) -> None:
    path = f"/memberships/{council.memberships['organ_a']}/leave"
    assert council.organ_a.post(path, body).status_code == 204


def disabled(world: World, person: Caller) -> None:
    with world.changing() as tx:
        for council_id in departures.councils_of(tx, {"person": person.person_id}):
            audit.lock(tx, council_id)
        departures.disable(tx, person.person_id, by=person.person_id)


# --- one's own register --------------------------------------------------------------------------
def test_counting_pages_is_not_opening_and_seeing_one_is(
    world: World, council: MadeCouncil
) -> None:
    secret = secret_of(world, council, council.organ_b, [council.organ_a], japanese_pdf(1))
    counted = council.organ_a.get(f"/documents/{secret.id}/pages")
    before = register(council.organ_a)[0]["first_opened"]
    seen = council.organ_a.get(f"/documents/{secret.id}/pages/1")

    assert (counted.status_code, seen.status_code) == (200, 200)
    assert before is None
    assert register(council.organ_a)[0]["first_opened"] is not None


@pytest.mark.on_both_databases
def test_the_register_says_of_whom_since_when_and_until_when(
    world: World, council: MadeCouncil, secret: MadeDocument, clock: TestClock
) -> None:
    acknowledged = to_text(clock.now)
    before = register(council.organ_a)
    clock.advance(1000)
    council.organ_a.get(f"/documents/{secret.id}/download")
    clock.advance(1000)
    council.organ_a.get(f"/documents/{secret.id}/download")
    council.organ_a.request("HEAD", f"/documents/{secret.id}/download")
    (shown,) = register(council.organ_a)

    assert [(each["first_opened"], each["last_opened"]) for each in before] == [(None, None)]
    assert (shown["first_opened"], shown["last_opened"]) == (
        to_text(clock.now - 1000),
        to_text(clock.now),
    )
    assert (shown["council"], shown["document"]) == (council.id, secret.id)
    assert shown["provider"] == council.organisations["private"]
    assert shown["acknowledged_at"] == acknowledged
    assert (shown["state"], shown["ended_at"], shown["why"]) == ("provided_secret", None, None)
    assert shown["until"] == to_text(clock.now - 2000 + 30 * DAY)
    assert "海洋状況把握" in shown["title"]
    assert register(council.organ_b) == register(council.private) == []


def test_what_has_ended_stays_with_since_when_and_why(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    released = provided_secret(world, council, council.private, [council.organ_a])
    lasting = provided_secret(world, council, council.private, [council.organ_a], days=2)
    asked = {"ground": "publicly_known"}
    assert council.private.post(f"/documents/{released.id}/release", asked).status_code == 204
    at = clock.now
    clock.days(3)
    shown = {each["document"]: each for each in register(world.session(council.organ_a.person_id))}

    assert (shown[released.id]["ended_at"], shown[released.id]["why"]) == (
        to_text(at),
        "publicly_known",
    )
    assert (shown[lasting.id]["ended_at"], shown[lasting.id]["why"]) == (
        to_text(at + 2 * DAY),
        "period",
    )


def test_after_leaving_the_register_stays_without_titles(
    council: MadeCouncil, secret: MadeDocument, world: World, clock: TestClock
) -> None:
    clock.advance(1000)
    leave(council, LEFT)
    (shown,) = register(world.session(council.organ_a.person_id))

    assert (shown["document"], shown["title"]) == (secret.id, None)
    assert shown["certificate"] == "destroyed"


def test_a_register_comes_in_pages(world: World, council: MadeCouncil) -> None:
    made = [provided_secret(world, council, council.private, [council.fa]).id for _ in range(3)]
    first = council.fa.get("/me/duties", params={"limit": 2}).json()
    rest = council.fa.get("/me/duties", params={"limit": 2, "cursor": first["next"]}).json()

    found = [each["document"] for each in (*first["items"], *rest["items"])]
    assert (found, rest["next"]) == (sorted(made, reverse=True), None)


# --- the other side ------------------------------------------------------------------------------
@pytest.mark.on_both_databases
def test_the_provider_sees_whom_a_secret_binds_and_who_left(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    secret = provided_secret(world, council, council.private, [council.organ_a, council.fa])
    clock.advance(1000)
    leave(council)
    path = f"/documents/{secret.id}/bound"
    shown = {each["person"]: each for each in council.private.get(path).json()["items"]}
    gone, here = shown[council.organ_a.person_id], shown[council.fa.person_id]

    assert (gone["left_at"], here["left_at"]) == (to_text(clock.now), None)
    assert gone["membership"] == council.memberships["organ_a"]
    assert (gone["certificate_owed"], here["certificate_owed"]) == (True, False)
    assert council.compliance.get(path).status_code == 200
    for other in (council.fa, council.organ_b, council.secretariat):
        assert other.get(path).status_code in (403, 404)


# --- the link ------------------------------------------------------------------------------------
@pytest.mark.on_both_databases
def test_a_link_shows_the_register_without_an_account_and_without_titles(
    world: World, council: MadeCouncil, secret: MadeDocument, clock: TestClock
) -> None:
    link = council.organ_a.post("/me/duty-links").json()["link"]
    disabled(world, council.organ_a)
    clock.days(9 * 365)
    assert council.organ_a.get("/me/duties").status_code == 401
    shown = by_link(world.client, link)

    assert shown.status_code == 200, shown.text
    assert (shown.json()["person"], shown.json()["name"]) == (
        council.organ_a.person_id,
        "organ_a 太郎",
    )
    (item,) = shown.json()["items"]
    assert (item["document"], item["title"]) == (secret.id, None)
    with world.parts.database.reading() as tx:
        read = select(Entry).where(_entry.c.log_id == SYSTEM, _entry.c.kind == "duty_link.read")
        last = tx.session.scalars(read).one()
    assert (last.person_id, last.outcome) == (council.organ_a.person_id, "allowed")
    clock.days(2 * 365)
    assert by_link(world.client, link).json()["code"] == "duty_link_unusable"


def test_a_link_is_shown_once_ends_the_one_before_and_is_revoked(
    world: World, council: MadeCouncil
) -> None:
    me = council.organ_a
    first, second = (me.post("/me/duty-links").json() for _ in range(2))
    (kept,) = me.get("/me/duty-links").json()["items"]

    assert (kept["id"], "link" in kept) == (second["id"], False)
    assert by_link(world.client, first["link"]).status_code == 410
    assert by_link(world.client, second["link"]).status_code == 200
    assert me.delete(f"/me/duty-links/{second['id']}").status_code == 204
    assert by_link(world.client, second["link"]).status_code == 410
    assert council.fa.delete(f"/me/duty-links/{second['id']}").status_code == 404


def test_a_clock_set_back_brings_no_ended_link_back(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    link = council.organ_a.post("/me/duty-links").json()
    clock.advance(10 * MINUTE)
    assert by_link(world.client, link["link"]).status_code == 200
    assert council.organ_a.delete(f"/me/duty-links/{link['id']}").status_code == 204
    clock.advance(-5 * MINUTE)
    assert by_link(world.client, link["link"]).status_code == 410


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + "0", lambda _: "x", lambda t: "kye" + t[3:]])
def test_what_is_no_link_opens_nothing_and_is_slowed_down(
    world: World, council: MadeCouncil, spoil: Any
) -> None:
    link = council.organ_a.post("/me/duty-links").json()["link"].partition("#")[2]
    answers = [by_link(world.client, spoil(link)) for _ in range(12)]

    assert answers[0].json()["code"] == "duty_link_unusable"
    assert answers[-1].status_code == 429
    signed_in = Caller(council.organ_a.person_id, link, world.client)
    assert signed_in.unproved().get("/me").status_code == 401


def test_making_a_link_takes_a_fresh_proof(council: MadeCouncil) -> None:
    answer = council.organ_a.unproved().post("/me/duty-links")

    assert (answer.status_code, answer.json()["code"]) == (403, "step_up_needed")


@pytest.mark.on_both_databases
def test_an_officer_issues_one_only_to_who_has_no_part_left(
    world: World, council: MadeCouncil, secret: MadeDocument
) -> None:
    officer = world.officer("compliance_officer")
    path = f"/persons/{council.organ_a.person_id}/duty-links"
    still = officer.post(path)
    leave(council)
    issued = officer.post(path).json()

    assert (still.status_code, still.json()["code"]) == (409, "person_takes_part")
    assert by_link(world.client, issued["link"]).json()["items"][0]["document"] == secret.id
    assert [each["id"] for each in officer.get(path).json()["items"]] == [issued["id"]]
    for other in (council.admin, council.private):
        assert other.post(path).status_code in (403, 404)
    assert officer.delete(f"{path}/{issued['id']}").status_code == 204
    assert by_link(world.client, issued["link"]).status_code == 410


def test_a_row_without_the_key_makes_no_link(world: World, council: MadeCouncil) -> None:
    """Whoever can write rows but has no key cannot point a link of theirs at another person."""
    mine = council.fa.post("/me/duty-links").json()["link"].partition("#")[2]
    with world.parts.database.reading() as tx:
        row = links.check(tx, mine)
        row.person_id = council.organ_a.person_id
        with pytest.raises(links.DutyLinkUnusable):
            links.check(tx, mine)
        tx.session.rollback()
    with world.parts.database.reading() as tx:
        assert departing.has_part(tx, council.fa.person_id)
