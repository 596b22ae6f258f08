"""Who has no part in an incident, or none any more, learns nothing of it and does nothing."""

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import DeputyScope, SeatRole
from server.councils import duty
from tests.factories import Caller, World
from tests.making.asking import reported
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import (
    drafted_secret,
    made,
    run_jobs,
    shared_document,
    uploaded,
)
from tests.making.notices import end_seat_of
from tests.server.documents.incidents.test_found import MARKED


def deputy(world: World, council: MadeCouncil, scope: DeputyScope) -> Caller:
    """A deputy of the funding agency's representative, for acts of this kind alone."""
    person = world.person("代理 人", council.organisations["fa"])
    with world.changing(council.id) as tx:
        membership = tx.session.get_one(Membership, council.memberships["fa"])
        term, by = seats.Term(scope=scope), council.fa.person_id
        seats.name_seat(tx, membership, person.person_id, SeatRole.DEPUTY, by=by, term=term)
        duty.acknowledge(tx, council.id, person.person_id, duty.current(tx).name)
    return person


def listed(council: MadeCouncil, who: Caller) -> list[str]:
    answer = who.get(f"/councils/{council.id}/incidents")
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


def test_a_deputy_who_only_answers_for_the_member_is_not_told_of_its_papers(
    world: World, council: MadeCouncil
) -> None:
    answering = deputy(world, council, DeputyScope.ANSWER)
    incident = reported(council.organ_b, shared_document(world, council, council.fa).id)
    assert listed(council, council.fa) == [incident]
    assert listed(council, answering) == []
    assert answering.get(f"/incidents/{incident}").status_code == 404


def test_of_what_is_found_in_a_draft_the_secretariat_is_not_told_which_it_is(
    world: World, council: MadeCouncil
) -> None:
    """A draft is its provider's alone; once it is provided, the secretariat knows of it anyway."""
    draft = drafted_secret(world, council, council.fa, [council.organ_b], content=MARKED)

    def told(who: Caller) -> tuple[str, str | None, str | None]:
        [line] = who.get(f"/councils/{council.id}/incidents").json()["items"]
        return line["membership"], line["document"], line["version"]

    member = council.memberships["fa"]
    assert told(council.secretariat) == (member, None, None)
    for who in (council.compliance, council.auditor, council.fa):
        assert told(who) == (member, draft.id, draft.version)
    made(uploaded(council.fa, draft.id))
    run_jobs(world)
    made(council.fa.post(f"/documents/{draft.id}/provision"))
    assert told(council.secretariat) == (member, draft.id, draft.version)


def test_who_reported_and_left_is_a_stranger_to_the_incident(
    world: World, council: MadeCouncil
) -> None:
    incident = reported(council.handler_a, shared_document(world, council, council.fa).id)
    assert listed(council, council.handler_a) == [incident]
    end_seat_of(world, council, council.handler_a)
    assert council.handler_a.get(f"/incidents/{incident}").status_code == 404
    assert council.handler_a.get(f"/councils/{council.id}/incidents").status_code == 404


def test_an_officer_of_another_council_finds_and_does_nothing(
    world: World, council: MadeCouncil
) -> None:
    paper = shared_document(world, council, council.fa).id
    incident = reported(council.organ_b, paper)
    elsewhere = established_council(world, concept="C-2212A-03").compliance
    said = {"outcome": "released", "done": "架空"}
    answers = [
        elsewhere.get(f"/incidents/{incident}"),
        elsewhere.post(f"/incidents/{incident}/closing", said),
        elsewhere.post(f"/incidents/{incident}/destruction"),
        elsewhere.get(f"/councils/{council.id}/incidents"),
        elsewhere.post(f"/documents/{paper}/incidents", {"about": "wrong_disclosure", "note": "x"}),
    ]
    assert {answer.status_code for answer in answers} == {404}
