"""How long a session lasts, how many there are, and who ends them (IDN-4, IDN-T3)."""

import pytest
from starlette.requests import Request

from server.access import offices
from server.access.vocabulary import OfficeRole
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.clock import DAY, HOUR, MINUTE
from server.identity import sessions
from server.identity.caller import PASSKEY
from server.identity.opening import IDLE_IN_OFFICE, open_session
from tests.conftest import TestClock
from tests.factories import Caller, World

pytestmark = pytest.mark.on_both_databases


def opened(world: World, person: Caller, agent: str = "Firefox") -> Caller:
    """A session as every way of signing in opens it."""
    headers = [(b"user-agent", agent.encode())]
    request = Request({"type": "http", "client": ("192.0.2.7", 1), "headers": headers})
    parts = world.parts
    with parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)
        made = open_session(parts, tx, request, person.person_id, PASSKEY, "session.start")
    return Caller(person.person_id, made.token, world.client)


def alive(caller: Caller) -> bool:
    status = caller.get("/me").status_code
    assert status in (200, 401)
    return bool(status == 200)


# --- limits ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("in_office", [False, True])
def test_whoever_holds_an_office_is_signed_out_sooner(
    world: World, clock: TestClock, in_office: bool
) -> None:
    person = world.officer("auditor") if in_office else world.person()
    minutes = IDLE_IN_OFFICE if in_office else world.parts.settings.session_idle_minutes
    session = opened(world, person)
    clock.advance(minutes * MINUTE - 1)
    assert alive(session)
    clock.advance(minutes * MINUTE)

    assert not alive(session)


def test_use_keeps_a_session_until_its_hour_and_no_longer(world: World, clock: TestClock) -> None:
    session, begun = opened(world, world.person()), clock.now
    end = begun + world.parts.settings.session_hours * HOUR
    while clock.now + 20 * MINUTE < end:
        clock.advance(20 * MINUTE)
        assert alive(session)
    clock.advance(end - clock.now - 1)
    assert alive(session)
    clock.advance(1)

    assert not alive(session)


def test_being_used_is_written_at_most_once_a_minute(world: World, clock: TestClock) -> None:
    session, begun = opened(world, world.person()), clock.now

    def seen() -> int:
        [shown] = [s for s in session.get("/me/sessions").json()["items"] if s["current"]]
        with world.parts.database.reading() as tx:
            return next(
                s.seen_at - begun
                for s in sessions.sessions(tx, session.person_id)
                if s.id == shown["id"]
            )

    clock.advance(MINUTE)
    assert seen() == 0
    clock.advance(1)
    assert alive(session)
    assert seen() == MINUTE + 1
    clock.advance(MINUTE)
    assert alive(session)
    assert seen() == MINUTE + 1


def test_of_more_than_five_at_once_the_oldest_ends(world: World, clock: TestClock) -> None:
    person, five = world.person(), []
    person.delete("/me/sessions/current")
    for _ in range(sessions.PARALLEL):
        five.append(opened(world, person))
        clock.advance(1)
    assert all(alive(each) for each in five)
    sixth = opened(world, person)

    assert [alive(each) for each in (*five, sixth)] == [False, *[True] * sessions.PARALLEL]


# --- the clock ------------------------------------------------------------------------------------
def test_a_clock_that_jumps_forward_ends_a_session(world: World, clock: TestClock) -> None:
    session = opened(world, world.person())
    clock.advance(DAY)

    assert not alive(session)


def test_a_clock_that_is_set_back_ends_nothing_and_lets_nothing_live_for_ever(
    world: World, clock: TestClock
) -> None:
    """Until the clock is where it was, a session that is used goes on; its limits are moments."""
    session = opened(world, world.person())
    clock.advance(-2 * HOUR)
    assert alive(session)
    clock.advance(2 * HOUR + 30 * MINUTE)

    assert not alive(session)


def test_what_ended_stays_ended_whatever_the_clock_says(world: World, clock: TestClock) -> None:
    session = opened(world, world.person())
    assert session.delete("/me/sessions/current").status_code == 204
    for jump in (-DAY, 2 * DAY, -3 * DAY):
        clock.advance(jump)
        assert not alive(session)


# --- who ends them --------------------------------------------------------------------------------
def test_the_others_end_together_and_this_one_goes_on(world: World) -> None:
    person, somebody = world.person(), world.person()
    others = [opened(world, person) for _ in range(3)]
    here = opened(world, person)

    assert here.delete("/me/sessions").status_code == 204

    assert alive(here)
    assert not any(alive(each) for each in (person, *others))
    assert alive(somebody)
    assert [s["current"] for s in here.get("/me/sessions").json()["items"]] == [True]


def test_a_token_ends_no_sessions(world: World) -> None:
    person = world.person()
    made = person.post("/me/tokens", {"name": "集計", "scopes": ["read", "write"]}).json()
    program = Caller(person.person_id, made["token"], world.client)

    assert program.delete("/me/sessions").status_code == 403
    assert alive(person)


def test_each_is_listed_by_how_it_began_and_by_its_device(world: World) -> None:
    person = world.person()
    opened(world, person, "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0")
    here = opened(world, person, "kyogikai \u202etxt.exe\x00\n" + "x" * 500)

    shown = here.get("/me/sessions").json()["items"]

    agents = {each["agent"]: each["method"] for each in shown}
    assert agents["Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0"] == PASSKEY
    [odd] = [agent for agent in agents if agent and agent.startswith("kyogikai")]
    assert len(odd) <= sessions.AGENT_LENGTH
    assert odd.isprintable()


def test_an_appointment_to_an_office_ends_every_session(world: World) -> None:
    """An office reaches further: it is held by fresh sessions with the shorter limit."""
    person = world.person()
    before = [person, opened(world, person)]
    with world.changing() as tx:
        offices.appoint(tx, person.person_id, OfficeRole.AUDITOR, council_id=None, until=None)

    assert not any(alive(each) for each in before)
    assert alive(opened(world, person))


def test_a_new_secret_for_a_session_ends_the_old_one(world: World) -> None:
    """Rotation: fixing a token beforehand, or keeping one, is worth nothing (IDN-T3)."""
    session = opened(world, world.person())
    with world.changing() as tx:
        [row] = [s for s in sessions.sessions(tx, session.person_id) if s.id in session.token]
        text, expires = sessions.rotate(tx, row.id)
    rotated = Caller(session.person_id, text, world.client)

    assert not alive(session)
    assert alive(rotated)
    assert expires == row.expires_at
    assert text != session.token
