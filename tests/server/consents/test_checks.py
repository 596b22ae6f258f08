"""What fsck finds in rounds changed behind the server's back; SQL and outcome agree."""

import pytest
from sqlalchemy import text

from server import fsck
from server.consents import closing
from server.consents.happened import outcome_of
from server.consents.models import Round
from server.publication import agreement
from tests.factories import World
from tests.making.councils import MadeCouncil, established_council
from tests.making.publication import (
    all_consent,
    answered,
    asked_round,
    entries,
    run_jobs,
    stepped_up,
)


def faults(world: World) -> list[str]:
    with world.parts.database.reading() as tx:
        return [*closing.check_rounds(tx), *agreement.check_know_how(tx)]


def tamper(world: World, statement: str) -> None:
    with world.parts.database.changing() as tx:
        assert tx.connection.execute(text(statement)).rowcount >= 1


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def test_the_log_vouches_for_a_whole_life_of_rounds(world: World, council: MadeCouncil) -> None:
    """From the request to the end of the know-how: fsck recomputes every row and finds no fault."""
    made, _, round_id = asked_round(world, council)
    council.pd.post(f"/results/{made['id']}/hold", {"round": round_id})
    answered(council.fa, round_id, "objection", reason="一度反対した。")
    all_consent(council, round_id)
    world.clock.days(800)
    run_jobs(world)

    checks = [*closing.CHECKS, *agreement.CHECKS]
    report = fsck.check(world.parts.database, world.parts.settings.checkpoints, checks)

    assert report.faults == ()
    assert "know_how.release" in [kind for kind, _ in entries(world, council.id)]


def test_an_untouched_agreement_has_no_faults(world: World, council: MadeCouncil) -> None:
    _, _, round_id = asked_round(world, council)
    answered(council.fa, round_id, "objection", reason="一度反対した。")
    all_consent(council, round_id)
    assert faults(world) == []


@pytest.mark.spoils_the_log
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE answer SET verdict = 'objection'", "is not what was attested"),
        ("UPDATE answer SET statement = x'7b7d'", "is not what was attested"),
        ("UPDATE round SET question_digest = 'f0'", "is not"),
        ("UPDATE roster_member SET category = 'think_tank'", "is not the one that was asked"),
        ("UPDATE round_closed SET effective_at = 1", "is recorded as agreed"),
        ("DELETE FROM roster_member WHERE category = 'implementer_private'", "the roster"),
        ("UPDATE know_how SET valid_to = valid_to + 1", "is not what was agreed"),
        ("UPDATE round_closed SET outcome = 'not_agreed'", "has no agreement"),
    ],
)
def test_a_change_behind_the_servers_back_is_named(
    world: World, council: MadeCouncil, change: str, named: str
) -> None:
    _, _, round_id = asked_round(world, council)
    all_consent(council, round_id)
    tamper(world, change)
    assert any(named in fault for fault in faults(world))


def test_the_state_in_sql_is_what_the_pure_outcome_gives(
    world: World, council: MadeCouncil
) -> None:
    """Two ways to one answer: EXCEPTION.state by facts, `outcome` by events, at every step."""
    _, wanted, round_id = asked_round(world, council)
    seen = []
    for name in ("fa", "organ_b", "private"):
        answered(getattr(council, name), round_id, "objection", reason="反対")
        seen.append(both(world, council, wanted["id"], round_id))
    for days in (29, 1, 1):
        world.clock.days(days)
        council = stepped_up(world, council)
        seen.append(both(world, council, wanted["id"], round_id))
    expected = [("consent_open", "open")] * 4 + [("not_agreed", "not_agreed")] * 2
    assert seen == expected


def both(world: World, council: MadeCouncil, exception: str, round_id: str) -> tuple[str, str]:
    with world.parts.database.reading() as tx:
        state = outcome_of(tx, tx.session.get_one(Round, round_id)).state
    return council.pd.get(f"/exceptions/{exception}").json()["state"], str(state)
