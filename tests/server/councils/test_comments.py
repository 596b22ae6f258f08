"""Before somebody joins, the members may comment; nobody is held up for longer than that."""

from typing import Any

import pytest

from server.access.parts import Parts
from server.clock import DAY, to_text
from server.councils import admissions, comments, invitations
from server.councils import facts as council_facts
from server.councils.models import AdmissionComment, AdmissionVerdict
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import councils, notices
from tests.making.councils import MadeCouncil, established_council
from tests.making.identity import files
from tests.making.publication import stepped_up

# Monday 2026-09-21 is 敬老の日, and so on to Wednesday; five working days end on the 30th.
UNTIL = "2026-09-30T15:00:00.000Z"
TEXT = "この組織の参加には、秘密保持の体制の確認を求めます（架空）。"


@pytest.fixture
def council(world: World) -> MadeCouncil:
    made = established_council(world)
    notices.with_comments(world, made)
    return made


@pytest.fixture
def nominee(world: World) -> Caller:
    return notices.holder(world)


@pytest.fixture
def admission(world: World, council: MadeCouncil, nominee: Caller) -> str:
    return notices.announced(world, council, nominee)


def decide(by: Caller, admission: str) -> Any:
    return by.post(f"/admissions/{admission}/decision", {"verdict": "admit"})


def comment(by: Caller, admission: str, text: str = TEXT) -> Any:
    return by.post(f"/admissions/{admission}/comments", {"text": text})


def over(world: World, council: MadeCouncil) -> MadeCouncil:
    """The period has passed; everybody with a fresh session."""
    world.clock.days(10)
    return stepped_up(world, council)


def test_a_decision_waits_for_the_end_of_the_period_and_says_when_that_is(
    council: MadeCouncil, admission: str
) -> None:
    for verdict in ("admit", "refuse"):
        body = {"verdict": verdict, "reason": "理由"}
        answer = council.minister_fund.post(f"/admissions/{admission}/decision", body)
        assert answer.status_code == 409, answer.text
        assert (answer.json()["code"], answer.json()["until"]) == ("comment_period_open", UNTIL)


def test_after_it_both_ministers_decide_and_the_nominee_joins(
    world: World, council: MadeCouncil, admission: str, nominee: Caller
) -> None:
    shown = nominee.get(f"/admissions/{admission}").json()
    consent = nominee.post(f"/admissions/{admission}/consent", {"digest": shown["digest"]})
    assert consent.status_code == 200, consent.text  # to consent is the nominee's own affair
    council = over(world, council)
    assert decide(council.minister_fund, admission).json()["state"] == "open"
    assert decide(council.minister_pm, admission).json()["state"] == "admitted"


def test_the_very_moment_ends_it(
    world: World, council: MadeCouncil, admission: str, parts: Parts, clock: TestClock
) -> None:
    end = _until(parts, admission)
    clock.now = end - 1
    council = stepped_up(world, council)
    assert decide(council.minister_fund, admission).status_code == 409
    assert comment(council.fa, admission).status_code == 201
    clock.advance(1)
    assert comment(council.organ_b, admission).json()["code"] == "no_comment_period"
    assert decide(council.minister_fund, admission).status_code == 200


def _until(parts: Parts, admission: str) -> int:
    with parts.database.reading() as tx:
        end = comments.until(tx, council_facts.find_admission(tx, admission))
    assert end is not None
    assert to_text(end) == UNTIL
    return end


def test_a_comment_never_holds_anybody_up(
    world: World, council: MadeCouncil, admission: str
) -> None:
    assert comment(council.organ_a, admission, "反対します（架空）").status_code == 201
    council = over(world, council)
    assert decide(council.minister_fund, admission).status_code == 200


def test_members_and_ministers_read_who_said_what_for_whom(
    council: MadeCouncil, admission: str
) -> None:
    assert comment(council.deputy_a, admission).status_code == 201
    for reader in (council.fa, council.handler_a, council.minister_pm):
        shown = reader.get(f"/admissions/{admission}/comments").json()
        assert (shown["until"], shown["open"]) == (UNTIL, True)
        [said] = shown["items"]
        assert said["text"] == TEXT
        assert said["person"]["name"] == "deputy_a 太郎"
        assert said["organisation"] == "防衛装備庁"
        assert said["membership"] == council.memberships["organ_a"]


def test_nobody_else_reads_or_says_anything(
    council: MadeCouncil, admission: str, nominee: Caller
) -> None:
    """Neither the one it is about, nor offices, nor strangers; a handler reads and says nothing."""
    comment(council.fa, admission)
    path = f"/admissions/{admission}/comments"
    for who, status in (
        (nominee, 403),
        (council.secretariat, 403),
        (council.compliance, 403),
        (council.auditor, 403),
        (council.stranger, 404),
    ):
        assert who.get(path).status_code == status
        assert comment(who, admission).status_code == status
    assert comment(council.handler_a, admission).status_code == 403


def test_who_has_joined_does_not_read_what_was_said_of_them(
    world: World, council: MadeCouncil, admission: str, nominee: Caller
) -> None:
    comment(council.fa, admission)
    council = over(world, council)
    decide(council.minister_fund, admission)
    decide(council.minister_pm, admission)
    nominee = world.session(nominee.person_id)
    digest = nominee.get(f"/admissions/{admission}").json()["digest"]
    joined = nominee.post(f"/admissions/{admission}/consent", {"digest": digest})
    assert joined.json()["state"] == "admitted"
    text = nominee.get(f"/councils/{council.id}/duty").json()["id"]
    nominee.post(f"/councils/{council.id}/acknowledgement", {"text": text})

    assert nominee.get(f"/admissions/{admission}").status_code == 200
    assert nominee.get(f"/admissions/{admission}/comments").status_code == 403
    shown = council.minister_fund.get(f"/admissions/{admission}/comments").json()
    assert [each["text"] for each in shown["items"]] == [TEXT]


def test_a_comment_is_sealed_and_vouched_for(
    council: MadeCouncil, admission: str, parts: Parts
) -> None:
    comment(council.fa, admission)
    assert TEXT.encode() not in files(parts.settings.data)
    with parts.database.reading() as tx:
        [said] = comments.comments_of(tx, admission)
    assert isinstance(said, AdmissionComment)
    assert said.log_id == council.id


def test_without_a_nominee_there_is_nothing_to_comment_on(
    world: World, council: MadeCouncil
) -> None:
    body = {"category": "knowledge_holder", "organisation": world.organisation("b-holder")}
    made = council.secretariat.post(f"/councils/{council.id}/admissions", body).json()
    shown = council.fa.get(f"/admissions/{made['id']}/comments").json()
    assert (shown["items"], shown["until"], shown["open"]) == ([], None, False)
    assert comment(council.fa, made["id"]).json()["code"] == "no_comment_period"


def test_another_nominee_is_announced_anew(
    world: World, council: MadeCouncil, admission: str, parts: Parts, clock: TestClock
) -> None:
    """Nobody harmless is announced for five days to be exchanged on the sixth."""
    first = _until(parts, admission)
    clock.days(9.5)
    other = councils.people(world, {"other": notices.HOLDER})["other"]
    assert notices.announced(world, council, other) == admission
    with parts.database.reading() as tx:
        end = comments.until(tx, council_facts.find_admission(tx, admission))
    assert end is not None
    assert end >= first + 5 * DAY
    council = stepped_up(world, council)
    assert decide(council.minister_fund, admission).status_code == 409


def test_a_council_may_keep_no_period(world: World) -> None:
    council = established_council(world)  # made councils keep none
    admission = notices.announced(world, council, notices.holder(world))
    assert comment(council.fa, admission).json()["code"] == "no_comment_period"
    assert decide(council.minister_fund, admission).status_code == 200


def test_a_shorter_period_does_not_shorten_one_that_runs(
    world: World, council: MadeCouncil, admission: str
) -> None:
    notices.with_comments(world, council, 0)
    answer = decide(council.minister_fund, admission)
    assert (answer.status_code, answer.json()["until"]) == (409, UNTIL)


def test_at_the_founding_nobody_is_asked(world: World) -> None:
    """There is no member yet: who was decided upon before joins with the founders."""
    organisations, who = councils.parties(world)
    council_id = councils.prepared_council(world, who)
    world.clock.advance(1)
    with world.changing(council_id) as tx:
        councils.rule(tx, council_id, by=who["compliance"].person_id, comment_days=5)
    with world.changing(council_id) as tx:
        council = council_facts.find_council(tx, council_id)
        admission = invitations.invite(
            tx,
            council,
            councils.Category.FUNDING_AGENCY,
            organisation_id=organisations["fa"],
            person_id=None,
            nominee=who["fa"].person_id,
            by=who["secretariat"].person_id,
        )
        assert comments.until(tx, admission) is None
        for name in ("minister_fund", "minister_pm"):
            admissions.decide(
                tx,
                admission,
                minister=organisations[name],
                verdict=AdmissionVerdict.ADMIT,
                reason=None,
                by=who[name].person_id,
            )


def test_who_was_nominated_before_the_founding_is_announced_by_it(world: World) -> None:
    organisations, who = councils.parties(world)
    council_id = councils.prepared_council(world, who)
    world.clock.advance(1)
    with world.changing(council_id) as tx:
        councils.rule(tx, council_id, by=who["compliance"].person_id, comment_days=5)
        council = council_facts.find_council(tx, council_id)
        admission = invitations.invite(
            tx,
            council,
            councils.Category.THINK_TANK,
            organisation_id=organisations["think_tank"],
            person_id=None,
            nominee=who["think_tank"].person_id,
            by=who["secretariat"].person_id,
        )
        councils.establish(tx, council, who)
        end = comments.until(tx, admission)
    assert end is not None
    assert to_text(end) == UNTIL
    answer = decide(who["minister_fund"], admission.id)
    assert answer.json()["code"] == "comment_period_open"
