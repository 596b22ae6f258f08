"""Who is told of what: once, in time, and only who may know."""

import pytest

from server.access.parts import Parts
from tests.conftest import TestClock
from tests.factories import World
from tests.making import councils, documents, notices, publication
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import acknowledge
from tests.making.mail import post
from tests.making.notices import about, ids, told

VOICES = ("minister_fund", "minister_pm", "pd", "fa", "organ_a", "organ_b", "think_tank",
          "private", "deputy_a")  # fmt: skip


@pytest.fixture
def council(world: World, parts: Parts) -> MadeCouncil:
    made = established_council(world)
    post(parts)
    return made


def everybody(council: MadeCouncil) -> set[str]:
    """Who speaks for a member."""
    return ids(*(getattr(council, name) for name in VOICES))


def test_everybody_named_to_a_seat_or_an_office_is_told(council: MadeCouncil, parts: Parts) -> None:
    assert about(parts, "seat_named") == everybody(council) | ids(council.handler_a)
    offices = ids(council.secretariat, council.compliance, council.auditor, council.admin)
    assert about(parts, "office_named") >= offices


def test_the_nominee_and_the_members_are_told_of_who_is_to_join(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    notices.with_comments(world, council)
    nominee = notices.holder(world)
    admission = notices.announced(world, council, nominee)
    post(parts)

    assert about(parts, "consent_wanted") == ids(nominee)
    assert about(parts, "joiner_announced") == everybody(council)
    assert about(parts, "decision_wanted") == set()
    [announcement] = {each.deadline for each in told(parts) if each.topic == "joiner_announced"}
    shown = council.fa.get(f"/admissions/{admission}/comments").json()
    assert announcement is not None
    assert shown["until"] == "2026-09-30T15:00:00.000Z"


def test_the_ministers_are_told_when_they_can_decide_and_not_before(
    world: World, council: MadeCouncil, parts: Parts, clock: TestClock
) -> None:
    notices.with_comments(world, council)
    admission = notices.announced(world, council, notices.holder(world))
    clock.days(9)
    post(parts)
    assert about(parts, "decision_wanted") == set()
    clock.days(1)
    fund = world.session(council.minister_fund.person_id)
    fund.post(f"/admissions/{admission}/decision", {"verdict": "admit"})
    post(parts)

    assert about(parts, "decision_wanted") == ids(council.minister_pm)


def test_without_a_period_the_ministers_are_told_at_once(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    notices.announced(world, council, notices.holder(world))
    post(parts)

    assert about(parts, "joiner_announced") == set()
    assert about(parts, "decision_wanted") == ids(council.minister_fund, council.minister_pm)


def test_the_officials_are_told_when_they_can_sign(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    other = notices.signable(world, council)
    post(parts)
    mine = {
        e.person_id for e in told(parts) if (e.topic, e.thing_id) == ("signature_wanted", other)
    }
    assert mine == ids(council.minister_fund, council.minister_pm)


def test_a_round_is_told_to_who_may_answer_and_reminded_of_to_who_has_not(
    world: World, council: MadeCouncil, parts: Parts, clock: TestClock
) -> None:
    round_id = notices.asked(world, council)
    post(parts)
    assert about(parts, "round_opened") == everybody(council)
    assert about(parts, "round_closing") == set()
    publication.answered(council.fa, round_id)
    silent = everybody(council) - ids(council.fa)
    for days, stage in ((23, 7), (4, 3), (2, 1)):
        clock.days(days)
        post(parts)
        post(parts)
        reminded = [e for e in told(parts) if (e.topic, e.stage) == ("round_closing", stage)]
        assert sorted(e.person_id for e in reminded) == sorted(silent)
    clock.days(2)
    publication.run_jobs(world)
    post(parts)
    assert about(parts, "round_closed") == everybody(council)
    assert len([e for e in told(parts) if e.topic == "round_closing"]) == 3 * len(silent)


def test_who_slept_through_the_reminders_gets_the_nearest_alone(
    world: World, council: MadeCouncil, parts: Parts, clock: TestClock
) -> None:
    notices.asked(world, council)
    clock.days(29.5)
    post(parts)
    assert {e.stage for e in told(parts) if e.topic == "round_closing"} == {1}


def test_a_round_that_was_over_before_it_was_told_of_is_told_as_over_alone(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    round_id = notices.asked(world, council)
    publication.all_consent(council, round_id)
    post(parts)
    assert about(parts, "round_opened") == set()
    assert about(parts, "round_closed") == everybody(council)


def test_the_owner_of_a_result_is_told_of_what_is_asked_about_it(
    world: World, parts: Parts
) -> None:
    """A researcher without a seat, for whom the PO registered it."""
    council = established_council(world, concept="C-2212A-04")
    owner = world.person("研究 四郎", "a-university")
    made = publication.result(council, researcher=owner.person_id)
    wanted = publication.exception(world, council, made["id"])
    round_id = publication.opened(wanted["id"], council.organ_a)
    post(parts)
    assert about(parts, "exception_requested") == ids(owner)
    assert about(parts, "round_opened") == everybody(council) | ids(owner)
    withdrawn = council.organ_a.post(f"/exceptions/{wanted['id']}/withdrawal")
    assert withdrawn.status_code < 300, (round_id, withdrawn.text)
    post(parts)
    assert about(parts, "round_closed") == everybody(council) | ids(owner)


def test_a_recipient_is_told_once_it_is_provided_and_only_if_it_would_open(
    world: World, parts: Parts
) -> None:
    """BR-16: who is held back is told when the confirmation comes."""
    council = established_council(world, confirmed=["organ_a", "organ_b"])
    by, to = council.organ_a, [council.organ_b, council.private]
    draft = documents.drafted_secret(world, council, by, to)
    post(parts)
    assert about(parts, "secret_named") == set()
    documents.made(by.post(f"/documents/{draft.id}/provision"))
    post(parts)
    assert about(parts, "secret_named") == ids(council.organ_b)
    member, officer = council.memberships["private"], council.compliance.person_id
    with world.changing(council.id) as tx:
        councils.confirm(tx, council.id, member, officer)
    post(parts)
    assert about(parts, "secret_named") == ids(*to)
    asked = {"add": [council.fa.person_id], "reason": "検討に加わるため"}
    assert by.post(f"/documents/{draft.id}/recipients", asked).status_code == 200
    with world.changing(council.id) as tx:
        councils.confirm(tx, council.id, council.memberships["fa"], officer)
    post(parts)
    post(parts)
    assert about(parts, "secret_named") == ids(*to, council.fa)
    assert len([e for e in told(parts) if e.topic == "secret_named"]) == 3


def test_who_has_acknowledged_already_is_not_asked_to(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    made = notices.secret(world, council)
    acknowledge(council.organ_b, made.id)
    post(parts)
    assert about(parts, "secret_named") == set()


def test_an_act_of_two_is_told_to_whoever_could_be_the_second(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    notices.proposed_removal(council)
    post(parts)
    assert about(parts, "second_person_wanted") == ids(council.minister_pm)


def test_an_act_of_the_installation_is_told_to_its_officers(world: World, parts: Parts) -> None:
    administrator = world.officer("system_administrator")
    compliance = world.officer("compliance_officer")
    auditor = world.officer("auditor")
    body = {"role": "key_custodian", "person": world.person().person_id}
    assert administrator.post("/offices", body).status_code == 202
    post(parts)
    assert about(parts, "second_person_wanted") == ids(compliance)
    assert auditor.person_id not in about(parts, "second_person_wanted")


def test_a_seat_s_end_is_told_ahead_and_when_it_has_come_by_an_act(
    world: World, council: MadeCouncil, parts: Parts, clock: TestClock
) -> None:
    person = notices.seat_until(world, council, 40)
    post(parts)
    assert about(parts, "seat_ending") == set()
    text = person.get(f"/councils/{council.id}/duty").json()["id"]
    person.post(f"/councils/{council.id}/acknowledgement", {"text": text})
    for days, stage in ((11, 30), (23, 7), (5.5, 1)):
        clock.days(days)
        post(parts)
        ending = [e for e in told(parts) if (e.topic, e.stage) == ("seat_ending", stage)]
        assert {e.person_id for e in ending} == ids(person, council.organ_a)
    notices.end_seat_of(world, council, council.deputy_a)
    post(parts)
    assert about(parts, "seat_ended") == ids(council.deputy_a)


def test_a_confirmation_s_end_is_told_to_the_member_and_to_who_confirms(
    world: World, parts: Parts, clock: TestClock
) -> None:
    council = established_council(world, confirmed=["organ_b"])
    member, officer = council.memberships["organ_a"], council.compliance.person_id
    with world.changing(council.id) as tx:
        councils.confirm(tx, council.id, member, officer, days=20)
    post(parts)
    whom = ids(council.organ_a, council.deputy_a, council.compliance, council.minister_fund,
               council.minister_pm)  # fmt: skip
    assert about(parts, "confirmation_ending") == whom
    with world.changing(council.id) as tx:
        councils.confirm(tx, council.id, member, officer, days=300)
    clock.days(14)
    post(parts)
    assert {e.stage for e in told(parts) if e.topic == "confirmation_ending"} == {30}


def test_a_token_s_end_and_a_changed_credential_are_their_person_s_alone(
    world: World, parts: Parts, clock: TestClock
) -> None:
    person, other = world.person(), world.person()
    notices.token(world, person, 20)
    notices.link(world, person)
    post(parts)
    assert about(parts, "token_ending") == set()
    for days in (14, 5.5):
        clock.days(days)
        post(parts)
    assert [e.stage for e in told(parts) if e.topic == "token_ending"] == [7, 1]
    assert about(parts, "token_ending") == about(parts, "credential_changed") == ids(person)
    assert world.session(other.person_id).get("/me/notices").json()["items"] == []


def test_a_stranger_is_told_nothing(
    world: World, council: MadeCouncil, parts: Parts, clock: TestClock
) -> None:
    notices.asked(world, council)
    notices.secret(world, council)
    clock.days(29)
    post(parts)
    assert council.stranger.person_id not in {e.person_id for e in told(parts)}


def test_nobody_is_told_of_what_their_conflict_of_interest_takes_away(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    """ACC-7: a denial beats every grant, for mails too."""
    made = notices.secret(world, council)
    suspended = council.compliance.post(f"/documents/{made.id}/suspension", {"reason": "確認"})
    assert suspended.status_code == 204
    post(parts)
    assert about(parts, "secret_named") == set()


def test_one_s_own_notices_are_listed_page_by_page_to_oneself_alone(
    world: World, council: MadeCouncil, parts: Parts
) -> None:
    for _ in range(3):
        notices.asked(world, council)
    post(parts)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = council.fa.get("/me/notices", params={"limit": "2", **cursor}).json()
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    mine = [each.id for each in told(parts) if each.person_id == council.fa.person_id]
    assert seen == sorted(mine, reverse=True)
    assert len(seen) == 4
