"""What a mail says, byte by byte: nothing confidential, readable Japanese, calendars that parse."""

import re
from email.message import EmailMessage
from pathlib import Path

from icalendar import Calendar

from server import wiring
from server.access.matters import Task, Topic
from server.access.parts import Parts
from server.access.vocabulary import KindName
from server.jobs import run_due
from server.notices.words import PLACES, TASKS, TOPICS
from tests.conftest import TestClock
from tests.factories import World
from tests.making import alarming, asking, closing, notices
from tests.making.councils import MadeCouncil, established_council
from tests.making.mail import SENDER, Mailbox, post
from tests.making.publication import run_jobs, stepped_up

NAME = "船舶向け通信衛星コンステレーションによる海洋状況把握技術の開発・実証"


def words_of(letter: EmailMessage) -> str:
    """Everything a mail holds for a reader: headers, text, calendars without folded lines."""
    headers = [f"{name}: {value}" for name, value in letter.items()]
    parts = [each for each in letter.walk() if each.get_content_maintype() == "text"]
    texts = [re.sub(r"\r?\n ", "", str(each.get_content())) for each in parts]
    return "\n".join([*headers, *texts])


def calendars_of(letter: EmailMessage) -> list[Calendar]:
    return [
        Calendar.from_ical(str(part.get_content()))
        for part in letter.walk()
        if part.get_content_type() == "text/calendar"
    ]


def everything(world: World, mailed: Parts, folder: Path) -> MadeCouncil:
    """Each topic happens at least once, over some weeks, with canaries wherever text can stand."""
    council = established_council(world, confirmed=["organ_b", "private"])
    alarming.held_back(world, council)
    for _ in alarming.every_alarm(world, council, folder, notices.CANARY):
        post(mailed)
    notices.with_comments(world, council)
    notices.announced(world, council, notices.holder(world))
    notices.seat_until(world, council, 20)
    notices.end_seat_of(world, council, council.handler_a)
    notices.token(world, council.fa, 5)
    notices.link(world, council.fa)
    notices.signable(world, council)
    notices.scope_moved(council, notices.secret(world, council))
    notices.asked(world, council)
    asking.all_of_it(world, council, notices.CANARY)
    alarming.marked(world, council, notices.CANARY)
    notices.proposed_removal(council)
    for days in (0, 11, 13, 7):
        world.clock.days(days)
        post(mailed)
    run_due(mailed.database, wiring.jobs(mailed))
    post(mailed)
    world.clock.days(140)  # seats are confirmed every 180 days
    post(mailed)
    for _ in closing.every_topic(world, council, notices.CANARY):
        post(mailed)
    return stepped_up(world, council)


def test_no_mail_of_any_kind_holds_a_title_a_text_or_a_name(
    world: World, mailed: Parts, box: Mailbox, tmp_path: Path
) -> None:
    everything(world, mailed, tmp_path)

    assert {each.topic for each in notices.told(mailed)} == {topic.value for topic in Topic}
    assert {each.topic for each in notices.told(mailed) if each.sent_at} == {*Topic}
    assert box.letters
    for raw, letter in zip(box.raw, box.letters, strict=True):
        said = words_of(letter)
        for canary in notices.CANARIES:
            assert canary not in said
            assert canary.encode() not in raw


def test_every_topic_task_and_kind_has_its_words() -> None:
    assert set(TOPICS) == set(Topic)
    assert set(TASKS) == set(Task)
    assert set(PLACES) <= set(KindName)
    for said in (*TOPICS.values(), *(each.what for each in TASKS.values())):
        assert re.search(r"[ぁ-ん一-龠]", said.ja)
        assert re.fullmatch(r"[ -~]+", said.en)


def test_one_notice_is_a_mail_as_offices_write_it(
    world: World, mailed: Parts, box: Mailbox, clock: TestClock
) -> None:
    council = established_council(world)
    post(mailed)
    box.raw.clear()
    round_id = notices.asked(world, council)
    post(mailed)

    to_fa = council.fa.get("/me").json()["email"]
    [letter] = [each for each in box.letters if each["To"] == to_fa]
    assert letter["Subject"] == f"【{NAME}】同意手続の開始（期限10月21日（水）23:13）"
    assert letter["From"] == f"協議会 Kyogikai <{SENDER}>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"] == "Mon, 21 Sep 2026 23:13:20 +0900"
    assert re.fullmatch(r"<[0-9a-f-]{36}@localhost>", letter["Message-ID"])
    body = letter.get_body()
    assert body is not None
    text = body.get_content()
    for line in (
        f"協議会　： {NAME}",
        "用件　　： 同意手続の開始",
        f"番号　　： {round_id[-8:-4]}-{round_id[-4:]}",
        "期限　　： 2026年10月21日（水）23:13（日本時間）",
        "開く　　： http://localhost:8000/",
        f"コマンド： kyogikai round summary {round_id}",
        "Matter  : A round of consent has opened",
        "Deadline: Wed 2026-10-21 23:13 JST",
    ):
        assert line in text.splitlines(), line
    assert text.index("協議会") < text.index("Council")


def test_the_raw_mail_is_plain_ascii_lines_of_a_lawful_length(
    world: World, mailed: Parts, box: Mailbox
) -> None:
    """RFC 5321, 4.5.3.1.6; RFC 5322, 2.1.1: an old relay must not damage it."""
    council = established_council(world)
    notices.asked(world, council)
    post(mailed)

    for raw in box.raw:
        assert raw.isascii()
        assert max(map(len, raw.splitlines())) <= 998


def test_a_deadline_comes_as_a_calendar_entry_and_goes_again(
    world: World, mailed: Parts, box: Mailbox, clock: TestClock
) -> None:
    council = established_council(world)
    round_id = notices.asked(world, council)
    post(mailed)
    clock.days(29.5)
    post(mailed)
    clock.days(1)
    run_jobs(world)
    post(mailed)

    to_fa = council_address(world, council)
    found = [
        (str(each["METHOD"]), event)
        for letter in box.letters
        if letter["To"] == to_fa
        for each in calendars_of(letter)
        for event in each.walk("VEVENT")
    ]
    uid = f"round-{round_id}@localhost"
    assert [(method, str(e["UID"]), int(e["SEQUENCE"])) for method, e in found] == [
        ("PUBLISH", uid, 0),
        ("PUBLISH", uid, 0),
        ("CANCEL", uid, 1),
    ]
    assert str(found[-1][1]["STATUS"]) == "CANCELLED"
    deadline = found[0][1].decoded("DTSTART")
    assert deadline.isoformat() == "2026-10-21T14:13:20+00:00"
    assert str(found[0][1]["SUMMARY"]) == f"【{NAME}】同意手続の開始"


def council_address(world: World, council: MadeCouncil) -> str:
    fresh = world.session(council.fa.person_id)
    return str(fresh.get("/me").json()["email"])


def test_several_notices_of_one_moment_are_one_mail(
    world: World, mailed: Parts, box: Mailbox, clock: TestClock
) -> None:
    council = established_council(world)
    post(mailed)
    box.raw.clear()
    for _ in range(3):
        notices.asked(world, council)
    post(mailed)

    mine = [each for each in box.letters if each["To"] == council_address(world, council)]
    assert [each["Subject"] for each in mine] == [f"【{NAME}】通知3件（期限10月21日（水）23:13）"]
    assert sum(len(each.walk("VEVENT")) for each in calendars_of(mine[0])) == 3
