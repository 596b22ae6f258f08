"""Programs that work for a member: what they read, who answers for them, and when they end."""

from typing import Any

import pytest

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import SeatRole
from server.audit import reading
from server.audit.models import Entry
from server.clock import DAY
from server.councils import duty
from server.identity.models import ApiToken
from tests.factories import Caller, World
from tests.making import documents, publication
from tests.making.audit import table_of
from tests.making.councils import MadeCouncil, established_council, people


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def accounts(council: MadeCouncil, member: str = "organ_a") -> str:
    return f"/memberships/{council.memberships[member]}/service-accounts"


def make(council: MadeCouncil) -> str:
    answer = council.organ_a.post(accounts(council), {"name": "文書保管"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def ask_token(council: MadeCouncil, account: str, *scopes: str, days: int = 90) -> Any:
    asked = {"scopes": list(scopes or ("read",)), "days": days}
    return council.organ_a.post(f"{accounts(council)}/{account}/tokens", asked)


def program(council: MadeCouncil, account: str, *scopes: str) -> Caller:
    """The program, with a fresh token of its account."""
    answer = ask_token(council, account, *scopes)
    assert answer.status_code == 201, answer.text
    return Caller(council.organ_a.person_id, answer.json()["token"], council.organ_a.client)


def last_actor(world: World, log_id: str, kind: str) -> dict[str, Any]:
    """Who the newest entry of a kind says did it."""
    table = table_of(Entry)
    query = table.select().where(table.c.log_id == log_id, table.c.kind == kind)
    with world.parts.database.reading() as tx:
        row = tx.connection.execute(query.order_by(table.c.seq.desc())).first()
        opening = reading.opening_of(tx, log_id, row)
    assert opening is not None
    return dict(opening.actor)


def codes(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def succeeded(world: World, council: MadeCouncil) -> Caller:
    """Another person represents the member from now."""
    successor = people(world, {"後任": council.organisations["organ_a"]})["後任"]
    with world.changing(council.id) as tx:
        membership = tx.session.get(Membership, council.memberships["organ_a"])
        assert membership is not None
        by = council.organ_a.person_id
        seats.name_seat(tx, membership, successor.person_id, SeatRole.REPRESENTATIVE, by=by)
    return successor


def test_a_program_reads_the_council_s_papers_and_is_in_the_log_with_who_answers(
    world: World, council: MadeCouncil
) -> None:
    paper = documents.shared_document(world, council, council.organ_b)
    account = make(council)
    reads = program(council, account)
    assert reads.get(f"/documents/{paper.id}/content").content == documents.CONTENT
    assert [d["id"] for d in reads.get(f"/councils/{council.id}/documents").json()["items"]] == [
        paper.id
    ]
    actor = last_actor(world, council.id, "document.open")
    assert (actor["service"], actor["person"]) == (account, council.organ_a.person_id)


def test_a_program_shares_a_paper_of_its_member_and_uploads_it(
    world: World, council: MadeCouncil
) -> None:
    writes = program(council, make(council), "read", "write")
    made = documents.made(documents.drafted_document(writes, council.id))
    assert documents.uploaded(writes, made["id"]).status_code == 201
    documents.run_jobs(world)
    assert council.organ_b.get(f"/documents/{made['id']}/content").content == documents.CONTENT
    others = documents.shared_document(world, council, council.organ_b)
    assert documents.uploaded(writes, others.id).status_code == 403


def test_a_program_never_opens_a_provided_secret(world: World, council: MadeCouncil) -> None:
    """Neither one named to its representative, nor one its own member provides."""
    account = make(council)
    everything = program(council, account, "read", "write")
    received = documents.provided_secret(world, council, council.fa, [council.organ_a])
    own = documents.provided_secret(world, council, council.organ_a, [council.organ_b])
    draft = documents.drafted_secret(world, council, council.organ_a, [council.organ_b])
    for secret in (received, own, draft):
        for path in ("", "/content", "/download", "/summary", "/readers"):
            assert everything.get(f"/documents/{secret.id}{path}").status_code == 404, path
    listed = everything.get(f"/councils/{council.id}/documents").json()["items"]
    assert listed == []


def test_what_was_a_secret_becomes_a_paper_like_any_other(
    world: World, council: MadeCouncil
) -> None:
    secret = documents.provided_secret(world, council, council.fa, [council.organ_b], days=1)
    world.clock.advance(2 * DAY)
    again = world.session(council.organ_a.person_id)
    asked = {"scopes": ["read"]}
    account = again.post(accounts(council), {"name": "文書保管"}).json()["id"]
    text = again.post(f"{accounts(council)}/{account}/tokens", asked).json()["token"]
    reads = Caller(again.person_id, text, world.client)
    assert reads.get(f"/documents/{secret.id}/content").status_code == 200


def test_a_program_is_told_of_no_result_round_or_know_how(
    world: World, council: MadeCouncil
) -> None:
    everything = program(council, make(council), "read", "write")
    result = publication.result(council, open_to_council=True)["id"]
    assert council.organ_a.get(f"/results/{result}").status_code == 200
    assert everything.get(f"/results/{result}").status_code == 404
    assert everything.get(f"/councils/{council.id}/results").json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"),
        ("GET", "/me/sessions"),
        ("GET", "/me/tokens"),
        ("POST", "/me/tokens"),
        ("POST", "/me/authorisations"),
        ("GET", "/offices"),
        ("GET", "/councils/{council}/memberships"),
        ("GET", "/councils/{council}/log/own-entries"),
        ("GET", "/memberships/{membership}/service-accounts"),
        ("POST", "/memberships/{membership}/service-accounts"),
        ("POST", "/councils/{council}/acknowledgement"),
    ],
)
def test_a_program_does_nothing_else(council: MadeCouncil, method: str, path: str) -> None:
    everything = program(council, make(council), "read", "write")
    membership = council.memberships["organ_a"]
    asked = path.format(council=council.id, membership=membership)
    answer = everything.request(method, asked, json={} if method == "POST" else None)
    assert answer.status_code in (403, 404, 422), answer.text
    assert answer.status_code != 422 or method == "POST"


def test_a_program_of_one_council_is_nobody_in_another(world: World, council: MadeCouncil) -> None:
    elsewhere = established_council(world, concept="C-2212A-01")
    reads = program(council, make(council))
    assert reads.get(f"/councils/{elsewhere.id}").status_code == 404


def test_only_the_representative_makes_programs(world: World, council: MadeCouncil) -> None:
    for who in (council.deputy_a, council.handler_a, council.organ_b, council.secretariat):
        assert who.post(accounts(council), {"name": "x"}).status_code == 403
    assert council.stranger.post(accounts(council), {"name": "x"}).status_code == 404
    unproved = council.organ_a.unproved().post(accounts(council), {"name": "x"})
    assert codes(unproved) == (403, "step_up_needed")


def test_every_member_sees_whose_programs_read_the_papers(
    world: World, council: MadeCouncil
) -> None:
    account = make(council)
    program(council, account)
    [shown] = council.organ_b.get(accounts(council)).json()["items"]
    assert (shown["id"], shown["name"], shown["works"]) == (account, "文書保管", True)
    assert shown["person"] == council.organ_a.person_id
    assert [each["scopes"] for each in shown["tokens"]] == [["read"]]
    assert "token" not in shown["tokens"][0]


def test_tokens_overlap_for_changing_over_and_no_more(council: MadeCouncil) -> None:
    account = make(council)
    old, new = program(council, account), program(council, account)
    assert codes(ask_token(council, account)) == (409, "too_many_service_tokens")
    assert old.get(f"/councils/{council.id}").status_code == 200
    [_, older] = council.organ_a.get(accounts(council)).json()["items"][0]["tokens"]
    assert council.organ_a.delete(f"/me/tokens/{older['id']}").status_code == 204
    assert old.get(f"/councils/{council.id}").status_code == 401
    assert new.get(f"/councils/{council.id}").status_code == 200
    assert ask_token(council, account).status_code == 201


def test_a_token_lasts_ninety_days_at_most(world: World, council: MadeCouncil) -> None:
    account = make(council)
    assert ask_token(council, account, days=91).status_code == 422
    reads = program(council, account)
    world.clock.advance(90 * DAY - 1)
    assert reads.get(f"/councils/{council.id}").status_code == 200
    world.clock.advance(1)
    assert reads.get(f"/councils/{council.id}").status_code == 401


def test_a_member_has_ten_programs_at_most(council: MadeCouncil) -> None:
    for _ in range(10):
        make(council)
    answer = council.organ_a.post(accounts(council), {"name": "十一件目"})
    assert codes(answer) == (409, "too_many_service_accounts")


def test_the_program_ends_with_the_seat_of_who_answers_for_it(
    world: World, council: MadeCouncil
) -> None:
    account = make(council)
    reads = program(council, account)
    successor = succeeded(world, council)
    assert reads.get(f"/councils/{council.id}").status_code in (401, 404)
    assert council.organ_b.get(accounts(council)).json()["items"][0]["works"] is False
    with world.changing(council.id) as tx:
        duty.acknowledge(tx, council.id, successor.person_id, duty.current(tx).name)
    path = f"{accounts(council)}/{account}"
    assert codes(successor.post(f"{path}/tokens", {"scopes": ["read"]})) == (
        409,
        "not_answered_for",
    )
    assert successor.post(f"{path}/ending").status_code == 204
    assert council.organ_b.get(accounts(council)).json()["items"] == []


def test_ending_an_account_ends_its_tokens(council: MadeCouncil) -> None:
    account = make(council)
    reads = program(council, account)
    assert council.organ_a.post(f"{accounts(council)}/{account}/ending").status_code == 204
    assert reads.get(f"/councils/{council.id}").status_code == 401
    again = council.organ_a.post(f"{accounts(council)}/{account}/ending")
    assert codes(again) == (404, "not_found")


def test_an_account_of_another_member_is_not_found(council: MadeCouncil) -> None:
    account = make(council)
    path = f"{accounts(council, 'organ_b')}/{account}"
    assert council.organ_b.post(f"{path}/ending").status_code == 404
    assert council.organ_b.post(f"{path}/tokens", {"scopes": ["read"]}).status_code == 404


@pytest.mark.spoils_the_log
def test_a_row_changed_in_the_database_turns_no_program_into_a_person(
    world: World, council: MadeCouncil
) -> None:
    """Without its account, a service token would speak for the representative in person."""
    reads = program(council, make(council))
    with world.parts.database.changing() as tx:
        tx.connection.execute(table_of(ApiToken).update().values(service_id=None))
    assert reads.get("/me").status_code == 401
