"""The queue: nothing lost, nothing twice but where a crash says so, no act held up."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from server import crashpoints
from server.access.kinds import PERSON_KIND
from server.access.matters import Telling, Topic
from server.access.parts import Parts
from server.audit import facts
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.clock import DAY, HOUR, MINUTE
from server.identity import service as identity
from server.identity.models import Person
from server.notices import making, sending
from server.notices.postman import Postman
from server.notices.relay import Unreachable
from server.notices.sources import declared
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import notices
from tests.making.councils import established_council
from tests.making.mail import Mailbox, mailing, post, relay
from tests.making.notices import told

PATIENCE = 60


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
def crash() -> Iterator[Callable[[str], None]]:
    """Let the process end at a crash point."""

    def at(point: str) -> None:
        def hook(name: str) -> None:
            if name == point:
                raise Crash

        crashpoints.set_hook(hook)

    yield at
    crashpoints.set_hook(None)


@pytest.fixture
def person(world: World) -> Caller:
    return world.person()


def linked(world: World, person: Caller) -> None:
    """One notice is due to the person: somebody made a one-time link for them."""
    world.clock.advance(1)
    notices.link(world, person)


def states(parts: Parts) -> list[str]:
    return [
        "sent"
        if each.sent_at
        else "failed"
        if each.failed_at
        else "kept"
        if each.kept_at
        else "waiting"
        for each in told(parts)
    ]


def test_a_notice_is_sent_once(world: World, mailed: Parts, box: Mailbox, person: Caller) -> None:
    linked(world, person)
    for _ in range(3):
        post(mailed)

    assert len(box.raw) == 1
    assert states(mailed) == ["sent"]


def test_without_a_mail_server_notices_stay_in_the_product(
    world: World, parts: Parts, person: Caller
) -> None:
    linked(world, person)
    post(parts)

    assert states(parts) == ["kept"]
    [shown] = person.get("/me/notices").json()["items"]
    assert (shown["topic"], shown["state"]) == ("credential_changed", "kept")
    assert person.get("/me/notice-preference").json() == {"daily": False, "mailed": False}


def test_a_mail_server_that_is_down_holds_no_act_up_and_gets_the_letters_later(
    world: World, mailed: Parts, box: Mailbox, person: Caller, clock: TestClock
) -> None:
    """Six hours of it: tried again after 1, 2, 4 … minutes, at most every six hours."""
    nowhere = mailing(mailed, replace(box, port=1))
    linked(world, person)
    for _ in range(12 * 6):
        clock.advance(5 * MINUTE)
        post(nowhere)
    [waiting] = told(mailed)
    assert 5 <= waiting.tries <= 9
    assert waiting.error == "SMTPConnectError"
    clock.advance(6 * HOUR)
    post(mailed)

    assert states(mailed) == ["sent"]
    assert len(box.raw) == 1
    assert told(mailed)[0].error is None


def test_a_postman_leaves_a_dead_server_alone_for_a_minute(
    world: World, mailed: Parts, box: Mailbox, person: Caller, clock: TestClock
) -> None:
    postman = Postman(mailing(mailed, replace(box, port=1)))
    linked(world, person)
    postman.round()
    linked(world, person)
    postman.round()
    assert [each.tries for each in told(mailed)] == [1, 0]
    clock.advance(MINUTE)
    postman.round()
    assert [each.tries for each in told(mailed)] == [2, 1]


@pytest.mark.parametrize("answer", ["451 later", "554 never"])
def test_a_letter_is_given_up_after_three_days_in_sight_of_the_operators(
    world: World, mailed: Parts, box: Mailbox, person: Caller, clock: TestClock, answer: str
) -> None:
    box.answer = answer
    linked(world, person)
    post(mailed)
    administrator = world.officer("system_administrator")
    assert states(mailed)[0] == "waiting"
    for _ in range(4 * 4):
        clock.advance(6 * HOUR)
        post(mailed)

    mine = [each for each in told(mailed) if each.person_id == person.person_id]
    assert [each.failed_at is not None for each in mine] == [True]
    assert 10 <= mine[0].tries <= 20
    answered = world.session(administrator.person_id).get("/notices/failing")
    failing = [each for each in answered.json()["items"] if each["person"] == person.person_id]
    assert failing[0]["error"] == f"smtp {answer[:3]}"
    assert failing[0]["given_up_at"] is not None
    assert "example.jp" not in answered.text
    box.answer = "250 OK"
    clock.days(1)
    post(mailed)
    assert mine[0].id not in {each.id for each in told(mailed) if each.sent_at}


def test_who_runs_the_server_alone_sees_what_fails(world: World, parts: Parts) -> None:
    assert world.officer("system_administrator").get("/notices/failing").status_code == 200
    for role in ("secretariat", "compliance_officer", "auditor", "key_custodian"):
        assert world.officer(role).get("/notices/failing").status_code == 403
    assert world.person().get("/notices/failing").status_code == 404


@pytest.mark.parametrize(
    ("point", "mails"),
    [
        ("notices.taken", 1),
        ("notices.before_sending", 1),
        # The server has said OK and we have not noted it: the same mail again.
        ("notices.after_sending", 2),
    ],
)
def test_a_crash_loses_no_letter(
    world: World,
    mailed: Parts,
    box: Mailbox,
    person: Caller,
    clock: TestClock,
    crash: Callable[[str], None],
    point: str,
    mails: int,
) -> None:
    linked(world, person)
    crash(point)
    with pytest.raises(Crash):
        post(mailed)
    crashpoints.set_hook(None)
    post(mailed)
    assert len(box.raw) == mails - 1  # it may be on its way: not yet again
    clock.advance(2 * MINUTE)
    post(mailed)

    assert len(box.raw) == mails
    assert len({each["Message-ID"] for each in box.letters}) == 1
    assert states(mailed) == ["sent"]


def test_a_server_that_accepts_and_drops_gets_the_same_mail_again(
    world: World, mailed: Parts, box: Mailbox, person: Caller, clock: TestClock
) -> None:
    box.drops = True
    linked(world, person)
    post(mailed)
    box.drops = False
    clock.advance(2 * MINUTE)
    post(mailed)

    one, other = box.letters
    assert one["Message-ID"] == other["Message-ID"]
    body = (one.get_body(), other.get_body())
    assert body[0] is not None
    assert body[1] is not None
    assert body[0].get_content() == body[1].get_content()


def test_a_crash_while_facts_are_told_of_tells_of_them_once(
    world: World, mailed: Parts, box: Mailbox, person: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked(world, person)
    whole = making.enter

    def half(*given: Any) -> int:
        whole(*given)
        raise Crash

    monkeypatch.setattr(making, "enter", half)
    with pytest.raises(Crash):
        post(mailed)
    monkeypatch.undo()
    assert told(mailed) == []
    post(mailed)

    assert len(box.raw) == 1


def test_a_daily_person_gets_one_mail_a_morning(
    world: World, mailed: Parts, box: Mailbox, clock: TestClock
) -> None:
    council = established_council(world)
    post(mailed)
    box.raw.clear()
    assert council.fa.put("/me/notice-preference", {"daily": True}).json() == {
        "daily": True,
        "mailed": False,
    }
    address = council.fa.get("/me").json()["email"]
    for _ in range(3):
        notices.asked(world, council)
        clock.advance(MINUTE)
    post(mailed)
    assert [each for each in box.letters if each["To"] == address] == []
    clock.now = making.next_morning(clock.now) - 1
    post(mailed)
    assert [each for each in box.letters if each["To"] == address] == []
    clock.advance(1)
    post(mailed)

    [mine] = [each for each in box.letters if each["To"] == address]
    assert "通知3件" in mine["Subject"]


def test_what_is_urgent_does_not_wait_for_the_morning(
    world: World, mailed: Parts, box: Mailbox, person: Caller
) -> None:
    person.put("/me/notice-preference", {"daily": True})
    linked(world, person)  # one's credentials
    notices.token(world, person, 1)  # within two days
    notices.token(world, person, 5)
    post(mailed)

    assert sorted(states(mailed)) == ["sent", "sent", "waiting"]


def test_the_morning_is_eight_o_clock_in_japan() -> None:
    eight = 1_790_031_600_000  # 2026-09-22T08:00 in Japan
    assert making.next_morning(eight - 1) == eight
    assert making.next_morning(eight) == eight + DAY
    assert making.next_morning(eight - 9 * HOUR) == eight


def test_who_has_left_the_server_is_not_written_to(
    world: World, mailed: Parts, box: Mailbox, person: Caller
) -> None:
    linked(world, person)
    making.read_logs(mailed, declared())
    with world.changing() as tx:
        facts.end(tx, tx.session.get_one(Person, person.person_id), by=None, reason="disabled")
    post(mailed)

    assert box.raw == []
    assert set(states(mailed)) == {"kept"}


def test_what_one_may_no_longer_know_of_is_not_mailed(
    world: World, mailed: Parts, box: Mailbox
) -> None:
    """ACC-5: a mail in the queue tells no more than the guard would."""
    council = established_council(world)
    post(mailed)
    box.raw.clear()
    notices.asked(world, council)
    making.read_logs(mailed, declared())
    address = council.deputy_a.get("/me").json()["email"]
    notices.end_seat_of(world, council, council.deputy_a)
    post(mailed)

    subjects = [each["Subject"] for each in box.letters if each["To"] == address]
    assert len(subjects) == 1
    assert "席の終了" in subjects[0]


@pytest.mark.spoils_the_log
def test_an_odd_address_keeps_no_other_letter_back(
    world: World, mailed: Parts, box: Mailbox, person: Caller
) -> None:
    odd = world.person()
    with world.changing() as tx:
        row = tx.session.get_one(Person, odd.person_id)
        row.email = b"not sealed"
    linked(world, odd)
    linked(world, person)
    post(mailed)

    assert len(box.raw) == 1
    assert {each.error for each in told(mailed)} == {"letter: Unverified", None}


@pytest.mark.on_both_databases
def test_many_workers_never_send_a_letter_twice(world: World, mailed: Parts, box: Mailbox) -> None:
    people = [world.person() for _ in range(12)]
    for person in people * 2:
        linked(world, person)
    making.read_logs(mailed, declared())

    def work() -> int:
        return sending.send_due(mailed, relay(mailed))

    with ThreadPoolExecutor(4) as pool:
        sent = sum(each.result(PATIENCE) for each in [pool.submit(work) for _ in range(4)])

    assert len(box.raw) == sent
    assert set(states(mailed)) == {"sent"}
    notices_of = [each.letter for each in told(mailed)]
    assert len(set(notices_of)) == sent


@pytest.mark.on_both_databases
def test_many_workers_tell_of_each_fact_once(world: World, mailed: Parts) -> None:
    people = [world.person() for _ in range(10)]
    for person in people:
        linked(world, person)
    sources = declared()

    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(making.read_logs, mailed, sources) for _ in range(4)]
        total = sum(each.result(PATIENCE) for each in made)

    assert total == len(told(mailed)) == len(people)


@pytest.mark.on_both_databases
def test_many_workers_remind_once(world: World, mailed: Parts) -> None:
    person = world.person()
    for _ in range(5):
        notices.token(world, person, 5)
    sources = declared()

    with ThreadPoolExecutor(4) as pool:
        made = [pool.submit(making.remind, mailed, sources) for _ in range(4)]
        total = sum(each.result(PATIENCE) for each in made)

    assert total == len(told(mailed)) == 5


def test_what_was_rolled_back_tells_nobody(world: World, mailed: Parts, person: Caller) -> None:
    def in_vain() -> None:
        with mailed.database.changing() as tx:
            audit.lock(tx, SYSTEM)
            identity.invite(tx, person.person_id, by=None)
            raise Crash

    with pytest.raises(Crash):
        in_vain()
    post(mailed)

    assert told(mailed) == []


def test_an_old_fact_is_shown_but_no_longer_mailed(
    world: World, mailed: Parts, box: Mailbox, person: Caller, clock: TestClock
) -> None:
    """After an upgrade, or a week without a worker, nobody gets a storm of last week's news."""
    linked(world, person)
    clock.days(4)
    post(mailed)

    assert box.raw == []
    assert states(mailed) == ["kept"]


def test_the_same_telling_twice_is_one_notice(mailed: Parts, person: Caller) -> None:
    telling = Telling(
        topic=Topic.CREDENTIAL_CHANGED,
        person_id=person.person_id,
        kind=PERSON_KIND,
        id=person.person_id,
        council_id=None,
        source="a-source",
        at=mailed.clock(),
    )
    with mailed.database.changing() as tx:
        assert making.enter(mailed, tx, [telling, telling]) == 1
    with mailed.database.changing() as tx:
        assert making.enter(mailed, tx, [telling]) == 0


def test_unreachable_says_so_to_the_postman(world: World, mailed: Parts, person: Caller) -> None:
    linked(world, person)
    making.read_logs(mailed, declared())
    with pytest.raises(Unreachable):
        sending.send_due(mailed, replace(relay(mailed), port=1))
