"""A member's safe management that runs out: closed to that member alone, entered once, told."""

from typing import Any

import pytest
from sqlalchemy import Table, select

from server.access.parts import Parts
from server.audit.models import Entry
from server.clock import DAY, to_text
from server.councils import safety
from server.councils.safety_lapses import JOBS, note_lapses
from server.notices import making
from server.wiring import NOTICES
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import CHECKED, MadeCouncil, established_council
from tests.making.documents import provided_secret

_entry: Table = Entry.__table__  # type: ignore[attr-defined]
OTHERS = ("fa", "organ_b", "think_tank", "private", "minister_fund", "minister_pm", "pd")


@pytest.fixture
def council(world: World) -> MadeCouncil:
    """Everybody is confirmed for a year but organ A, which is for ten days."""
    made = established_council(world, confirmed=OTHERS)
    assert confirm(made, world, days=10).status_code == 201
    return made


def confirm(made: MadeCouncil, world: World, *, days: float) -> Any:
    asked = {
        "membership": made.memberships["organ_a"],
        **CHECKED,
        "evidence": "確認書（架空）",
        "valid_to": to_text(world.clock() + round(days * DAY)),
    }
    officer = world.session(made.compliance.person_id)
    return officer.post(f"/councils/{made.id}/safe-management-confirmations", asked)


def again(world: World, person: Caller) -> Caller:
    return world.session(person.person_id)


def standings(world: World, made: MadeCouncil) -> list[tuple[str, str]]:
    answer = again(world, made.auditor).get(f"/councils/{made.id}/safe-management")
    names = {id: name for name, id in made.memberships.items()}
    return [(names[each["membership"]], each["state"]) for each in answer.json()["items"]]


def entered(parts: Parts, council_id: str) -> list[int]:
    """The entries about lapses in a council's log."""
    query = select(_entry.c.seq).where(
        _entry.c.log_id == council_id, _entry.c.kind == "safe_management.lapsed"
    )
    with parts.database.reading() as tx:
        return list(tx.connection.scalars(query))


def told(world: World, person: Caller) -> list[str]:
    making.read_logs(world.parts, NOTICES)
    making.remind(world.parts, NOTICES)
    return [each["topic"] for each in again(world, person).get("/me/notices").json()["items"]]


@pytest.mark.on_both_databases
def test_a_lapse_closes_the_secret_to_that_member_alone_until_it_is_confirmed_again(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    secret = provided_secret(world, council, council.private, [council.organ_a, council.fa])
    assert standings(world, council)[0] == ("organ_a", "ending")
    clock.days(10)

    def opens(person: Caller) -> int:
        return int(again(world, person).get(f"/documents/{secret.id}").status_code)

    assert (opens(council.organ_a), opens(council.fa)) == (404, 200)
    assert standings(world, council)[0] == ("organ_a", "lapsed")
    assert "confirmation_lapsed" in told(world, council.organ_a)
    assert "confirmation_lapsed" in told(world, council.compliance)
    assert "delivery_held" in told(world, council.private)
    assert "delivery_held" not in told(world, council.organ_b)

    assert confirm(council, world, days=100).status_code == 201
    assert (opens(council.organ_a), opens(council.fa)) == (200, 200)
    assert dict(standings(world, council))["organ_a"] == "valid"


@pytest.mark.on_both_databases
def test_it_is_entered_once_with_its_moment_by_the_job_or_by_a_reader(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    ends = clock.now + 10 * DAY
    clock.days(12)
    standings(world, council)
    standings(world, council)
    for job in JOBS.values():
        job(world.parts, "019a0000-0000-7000-8000-000000000000")
    note_lapses(world.parts, council.id)

    (seq,) = entered(world.parts, council.id)
    log = again(world, council.compliance).get(f"/councils/{council.id}/log/entries").json()
    body = next(each["opened"]["body"] for each in log["items"] if each["seq"] == seq)
    assert body["effective_at"] == ends
    shown = again(world, council.auditor).get(f"/councils/{council.id}/safe-management").json()
    assert shown["items"][0]["since"] == to_text(ends)


def test_the_job_of_the_confirmation_enters_it_too(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    clock.days(10)
    found = again(world, council.auditor)
    with world.parts.database.reading() as tx:
        made = safety.confirmations(tx, council.id)[0].id
    for job in JOBS.values():
        job(world.parts, made)

    assert len(entered(world.parts, council.id)) == 1
    assert found.get("/me").status_code == 200


@pytest.mark.parametrize("how", ["renewed", "revoked", "left"])
def test_what_did_not_run_out_is_no_lapse(
    world: World, council: MadeCouncil, clock: TestClock, how: str
) -> None:
    if how == "renewed":
        confirm(council, world, days=40)
    elif how == "revoked":
        base = f"/councils/{council.id}/safe-management-confirmations"
        made = council.compliance.get(base).json()["items"][0]["id"]
        asked = {"reason": "不備が見つかったため"}
        assert council.compliance.post(f"{base}/{made}/revocation", asked).status_code == 204
        assert "confirmation_lapsed" in told(world, council.organ_a)
    else:
        path = f"/memberships/{council.memberships['organ_a']}/leave"
        assert council.organ_a.post(path).status_code == 204
    clock.days(11)

    assert dict(standings(world, council)).get("organ_a") == {"renewed": "ending"}.get(
        how, "revoked" if how == "revoked" else None
    )
    assert entered(world.parts, council.id) == []


def test_the_organisation_and_the_officer_are_reminded_thirty_and_seven_days_before(
    world: World, clock: TestClock
) -> None:
    made = established_council(world, confirmed=OTHERS)
    confirm(made, world, days=31)
    heard = []
    for days in (0, 2, 23):
        clock.days(days)
        people = (made.organ_a, made.compliance)
        heard.append([told(world, each).count("confirmation_ending") for each in people])

    assert heard == [[0, 0], [1, 1], [2, 2]]


def test_who_never_was_confirmed_comes_before_who_is(world: World) -> None:
    made = established_council(world, confirmed=("fa",))
    assert [state for _, state in standings(world, made)] == ["missing"] * 7 + ["valid"]
    assert made.stranger.get(f"/councils/{made.id}/safe-management").status_code == 404
