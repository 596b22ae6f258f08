"""What the server found in content and no officer has released is not destroyed by its provider."""

from typing import Any

import pytest
from sqlalchemy import select

from crypto.canonical import parse
from server.access import offices, seats
from server.access.models import Membership
from server.access.vocabulary import OfficeRole
from server.audit import service as audit
from server.audit.models import SYSTEM, Entry
from tests.factories import Caller, World
from tests.making.asking import reported
from tests.making.audit import table_of
from tests.making.closing import announced, disposed, over, told
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    MadeDocument,
    acknowledge,
    drafted_secret,
    made,
    run_jobs,
    shared_document,
    uploaded,
)
from tests.server.documents.incidents.test_found import MARKED

on_both = pytest.mark.on_both_databases


@pytest.fixture
def secret(world: World, council: MadeCouncil) -> MadeDocument:
    """A secret of the funding agency for sixty days, with a recipient of organ_a: what was first
    uploaded bears a marking, what was provided in its place does not.
    """
    to = [council.organ_a]
    draft = drafted_secret(world, council, council.fa, to, days=60, content=MARKED)
    made(uploaded(council.fa, draft.id))
    run_jobs(world)
    made(council.fa.post(f"/documents/{draft.id}/provision"))
    acknowledge(council.organ_a, draft.id)
    return draft


@pytest.fixture
def incident(council: MadeCouncil, secret: MadeDocument) -> str:
    """What the server found in it."""
    return found_in(council, secret.id)


def found_in(council: MadeCouncil, document: str) -> str:
    """The incident about a marking in one of its versions."""
    listed = council.compliance.get(f"/councils/{council.id}/incidents").json()["items"]
    [found] = [each for each in listed if each["origin"] == "detected"]
    assert found["document"] == document
    incident: str = found["id"]
    return incident


def ended(officer: Caller, incident: str, outcome: str = "released") -> None:
    said = {"outcome": outcome, "done": "確認した（架空）"}
    assert officer.post(f"/incidents/{incident}/closing", said).status_code == 201


def said_last(world: World, log_id: str, kind: str) -> Any:
    """What the newest entry of a kind says inside."""
    with world.parts.database.reading() as tx:
        rows = select(table_of(Entry)).where(
            table_of(Entry).c.log_id == log_id, table_of(Entry).c.kind == kind
        )
        row = tx.connection.execute(rows.order_by(table_of(Entry).c.seq.desc())).first()
        assert row is not None
        return parse(audit.open_opening(tx, log_id, row.seq, row.opening))["body"][1]


def content(caller: Caller, document: str) -> Any:
    return caller.get(f"/documents/{document}/content")


def certificate(caller: Caller, document: str) -> Any:
    return caller.get(f"/documents/{document}/destruction").json()


@on_both
def test_what_was_to_be_destroyed_waits_for_the_officer_and_opens_to_nobody_meanwhile(
    world: World, council: MadeCouncil, secret: MadeDocument, incident: str
) -> None:
    """BR-50: no decision takes the evidence away, and nothing held opens as its period ends."""
    announced(world, council)
    assert disposed(council.fa, secret.id, "destroyed").json()["held"] is True
    assert certificate(council.organ_a, secret.id)["held"] is False, "readers are not told (BR-14)"
    council = over(world, council)
    assert content(council.compliance, secret.id).status_code == 403, "it is there, and not theirs"
    topics = told(world, council.fa)
    assert "content_held" in topics
    assert not {"content_kept", "content_destroyed"} & set(topics)
    assert not {"content_held", "incident_opened"} & set(told(world, council.organ_a))
    did = said_last(world, council.id, "council.closed")["ended"]
    assert (did["held"], did["destroyed"]) == ([secret.id], [])

    world.clock.days(40)
    council = over(world, council, 0)
    for who in (council.fa, council.organ_a, council.organ_b):
        assert content(who, secret.id).status_code == 404
    ended(council.compliance, incident)
    for who in (council.fa, council.organ_a, council.organ_b):
        assert content(who, secret.id).json()["code"] == "content_destroyed"
    shown = certificate(council.fa, secret.id)["destruction"]
    assert (shown["ground"], shown["decided_by"]) == ("closing", council.fa.person_id)
    assert "content_destroyed" in told(world, council.fa)


def test_what_is_not_to_be_destroyed_stays_its_providers_until_it_is(
    world: World, council: MadeCouncil, secret: MadeDocument, incident: str
) -> None:
    announced(world, council)
    disposed(council.fa, secret.id, "returned")
    council = over(world, council)
    assert content(council.fa, secret.id).content == CONTENT
    assert "content_held" not in told(world, council.fa)

    later = disposed(council.fa, secret.id, "returned", received=True).json()
    assert (later["held"], later["destruction"]) == (True, None)
    assert said_last(world, council.id, "document.dispose")["held"] == [incident]
    assert content(council.fa, secret.id).status_code == 404
    ended(council.compliance, incident)
    assert certificate(council.fa, secret.id)["destruction"]["ground"] == "returned"


def test_each_incident_has_to_be_released_by_itself(
    world: World, council: MadeCouncil, secret: MadeDocument, incident: str
) -> None:
    """That a reader was wrong says nothing about what the server found."""
    announced(world, council)
    disposed(council.fa, secret.id, "destroyed")
    wrong = reported(council.organ_a, secret.id)
    council = over(world, council)
    ended(council.compliance, wrong)
    assert content(council.fa, secret.id).status_code == 404
    ended(council.compliance, incident)
    assert content(council.fa, secret.id).status_code == 410


def test_what_officers_want_destroyed_is_destroyed_by_them(
    world: World, council: MadeCouncil
) -> None:
    """Its provider's will is no ground any more, also of a draft that nobody else knows."""
    to = [council.organ_a]
    draft = drafted_secret(world, council, council.fa, to, days=60, content=MARKED)
    incident = found_in(council, draft.id)
    announced(world, council)
    disposed(council.fa, draft.id, "destroyed")
    ended(council.compliance, incident, "to_be_destroyed")
    assert certificate(council.fa, draft.id)["held"] is True, "its provider's will is not enough"
    council = over(world, council)
    assert content(council.fa, draft.id).status_code == 404
    another = world.officer("compliance_officer", council.id)
    assert another.post(f"/incidents/{incident}/destruction").status_code == 201
    assert "content_destroyed" in told(world, council.fa)


def test_its_provider_does_not_destroy_it_by_hand_either_and_shields_nothing_by_it(
    world: World, council: MadeCouncil
) -> None:
    """A marking hinders nobody who reads, nor who reports."""
    paper = shared_document(world, council, council.fa).id
    made(uploaded(council.fa, paper, MARKED))
    run_jobs(world)
    incident = found_in(council, paper)

    def destroyed() -> Any:
        return council.fa.post(f"/documents/{paper}/destruction", {"reason": "架空"})

    assert (destroyed().status_code, destroyed().json()["code"]) == (409, "held_by_incident")
    assert content(council.organ_b, paper).content == CONTENT
    wrong = reported(council.organ_b, paper)
    assert content(council.organ_b, paper).status_code == 404
    ended(council.compliance, wrong)
    assert content(council.organ_b, paper).content == CONTENT, "it is not the marking's to hold"
    assert destroyed().status_code == 409
    ended(council.compliance, incident)
    assert destroyed().status_code == 201


def test_who_sent_it_does_not_release_it_in_whatever_office(
    world: World, council: MadeCouncil, secret: MadeDocument, incident: str
) -> None:
    about = reported(council.organ_a, secret.id)
    sender = council.fa.person_id
    with world.changing(council.id) as tx:
        member = tx.session.get_one(Membership, council.memberships["fa"])
        seats.end_membership(tx, member, by=council.pd.person_id, reason="removed")
    with world.changing(SYSTEM) as tx:
        offices.appoint(tx, sender, OfficeRole.COMPLIANCE_OFFICER, council_id=None, until=None)
    said = {"outcome": "released", "done": "確認した（架空）"}
    officer = world.session(sender)
    for each in (incident, about):
        refused = officer.post(f"/incidents/{each}/closing", said)
        assert (refused.status_code, refused.json()["code"]) == (403, "own_content")
        ended(council.compliance, each)
