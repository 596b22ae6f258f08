"""What waits for me: everything I may do and have not done, and nothing I may not know of."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from typer.main import get_command

from clients.cli import main
from server import settings
from server.access.matters import Task
from server.app import build_parts, create_app
from server.notices.words import PLACES, TASKS
from tests import whole_log
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import councils, notices, publication
from tests.making.councils import MadeCouncil, established_council
from tests.policies.stage import Stage, staged
from tests.route_table import EVERYONE


@pytest.fixture(scope="module")
def stage(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage of every route, with more that waits."""
    folder = shutil.copytree(template, tmp_path_factory.mktemp("stage") / "data")
    clock = TestClock()
    parts = build_parts(settings.read({}, data=str(folder)), clock)
    with TestClient(create_app(parts), base_url=parts.settings.origin) as client:
        made = staged(parts, client, clock)
        notices.proposed_removal(made.council)
        yield made
        parts.tally.flush(everything=True)
        whole_log.verify(parts)


def waiting(caller: Caller) -> list[dict[str, Any]]:
    answer = caller.get("/me/waiting")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def tasks(caller: Caller) -> set[str]:
    return {item["task"] for item in waiting(caller)}


@pytest.mark.parametrize("who", EVERYONE.split())
def test_everything_that_waits_can_be_opened(stage: Stage, who: str) -> None:
    """An item never names a thing that its person may not know of."""
    caller = stage.callers[who]
    for item in waiting(caller):
        opened = caller.get(item["path"])
        assert opened.status_code == 200, (item, opened.text)
        assert item["thing"] in opened.text or item["kind"] == "installation"


def test_the_stage_has_something_waiting_for_many(stage: Stage) -> None:
    found = {who: tasks(stage.callers[who]) for who in EVERYONE.split()}
    for who in ("representative", "deputy", "think_tank", "minister", "owner"):
        assert "answer_round" in found[who], who
    assert "consent_to_join" in found["invited"]
    assert "acknowledge_duty" in found["unacknowledged"]
    assert "acknowledge_secret" in found["named"]
    assert {"decide_admission", "sign_council"} <= found["minister"]
    assert "open_requested_round" in found["representative"]
    assert found["outsider"] == found["auditor"] == set()
    assert found["ex_member"] == {"certify_return"}
    assert "confirm_proposal" not in found["minister"]  # it is their own proposal
    assert "confirm_proposal" in tasks(stage.council.minister_pm)


def test_titles_and_names_are_in_no_item(stage: Stage) -> None:
    for who in EVERYONE.split():
        told = stage.callers[who].get("/me/waiting").text
        for word in ("架空", "太郎", "成果（", "試験", "積分時間"):
            assert word not in told, who


def test_the_nearest_deadline_comes_first_and_what_has_none_last(stage: Stage) -> None:
    for who in EVERYONE.split():
        deadlines = [item["deadline"] for item in waiting(stage.callers[who])]
        with_one = [each for each in deadlines if each is not None]
        assert deadlines == sorted(with_one) + [None] * (len(deadlines) - len(with_one))


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def test_what_was_done_waits_no_longer(world: World, council: MadeCouncil) -> None:
    round_id = notices.asked(world, council)
    [item] = waiting(council.fa)
    assert (item["task"], item["thing"], item["days_left"]) == ("answer_round", round_id, 30)
    assert item["number"] == f"{round_id[-8:-4]}-{round_id[-4:]}"
    assert "同意ではありません" in item["otherwise"]["ja"]
    assert item["command"] == f"kyogikai round answer {round_id}"
    publication.answered(council.fa, round_id)
    assert waiting(council.fa) == []
    publication.answered(council.fa, round_id, "withdrawal")
    assert tasks(council.fa) == {"answer_round"}


def test_one_answer_is_enough_for_representative_and_deputy(
    world: World, council: MadeCouncil
) -> None:
    round_id = notices.asked(world, council)
    assert tasks(council.deputy_a) == {"answer_round"}
    publication.answered(council.deputy_a, round_id)
    assert waiting(council.deputy_a) == waiting(council.organ_a) == []
    assert waiting(council.handler_a) == []


def test_a_round_that_closed_waits_for_nobody(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    notices.asked(world, council)
    clock.days(29)
    assert [i["days_left"] for i in waiting(world.session(council.fa.person_id))] == [1]
    clock.days(1)
    assert waiting(world.session(council.fa.person_id)) == []


def test_comments_wait_for_the_members_and_then_decisions_for_the_ministers(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    notices.with_comments(world, council)
    admission = notices.announced(world, council, notices.holder(world))
    assert tasks(council.fa) == {"comment_on_joiner"}
    assert "decide_admission" not in tasks(council.minister_fund)
    council.fa.post(f"/admissions/{admission}/comments", {"text": "意見"})
    assert waiting(council.fa) == []
    clock.days(10)
    fund = world.session(council.minister_fund.person_id)
    assert tasks(fund) == {"decide_admission"}
    fund.post(f"/admissions/{admission}/decision", {"verdict": "admit"})
    assert waiting(fund) == []


def test_what_ends_within_a_month_waits_to_be_renewed(world: World, clock: TestClock) -> None:
    council = established_council(world, confirmed=["organ_b"])
    member = council.memberships["organ_a"]
    with world.changing(council.id) as tx:
        councils.confirm(tx, council.id, member, council.compliance.person_id, days=40)
    notices.seat_until(world, council, 40)
    assert waiting(council.organ_a) == waiting(council.compliance) == []
    clock.days(11)
    compliance = world.session(council.compliance.person_id)
    [item] = waiting(compliance)
    assert (item["task"], item["days_left"]) == ("renew_confirmation", 29)
    assert item["command"].endswith(f"{council.id} {member}")
    assert tasks(world.session(council.organ_a.person_id)) == {"renew_term"}
    assert tasks(world.session(council.minister_pm.person_id)) == {"renew_confirmation"}
    with world.changing(council.id) as tx:
        councils.confirm(tx, council.id, member, council.compliance.person_id, days=300)
    assert waiting(compliance) == []


def test_a_suspended_secret_waits_for_nobody(world: World, council: MadeCouncil) -> None:
    made = notices.secret(world, council)
    assert tasks(council.organ_b) == {"acknowledge_secret"}
    council.compliance.post(f"/documents/{made.id}/suspension", {"reason": "確認"})
    assert waiting(council.organ_b) == []


def test_my_calendar_holds_my_deadlines_and_no_content(world: World, council: MadeCouncil) -> None:
    round_id = notices.asked(world, council)
    answer = council.fa.get("/me/calendar")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    [event] = Calendar.from_ical(answer.text).walk("VEVENT")
    assert str(event["UID"]) == f"round-{round_id}@localhost"
    assert event.decoded("DTSTART") == datetime(2026, 10, 21, 14, 13, 20, tzinfo=UTC)
    for canary in notices.CANARIES:
        assert canary not in answer.text.replace("\r\n ", "")
    as_json = council.fa.get("/me/calendar", headers={"Accept": "application/json"}).json()
    assert as_json["calendar"] == answer.text
    assert Calendar.from_ical(council.stranger.get("/me/calendar").text).walk("VEVENT") == []


def test_every_command_that_is_named_exists() -> None:
    """`kyogikai round answer ID`: its noun and its verb are commands of the client."""
    named = [wait.command for wait in TASKS.values()] + [shows for _, shows in PLACES.values()]
    root: Any = get_command(main.build())
    for line in named:
        _, noun, *rest = line.split()
        found = root.get_command(None, noun)
        assert found is not None, line
        if rest and hasattr(found, "commands"):
            assert rest[0] in found.commands, line
    assert set(TASKS) == set(Task)
