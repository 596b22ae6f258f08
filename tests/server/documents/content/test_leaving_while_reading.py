"""A running download ends when its reader's rights do, within five seconds (promise 4, IDN-T4).

Over a real socket with a reader that waits: the clock is the server's, and moves only here.
"""

import os
import socket
from collections.abc import Callable

import pytest

from server.access import departing, offices, seats
from server.access.models import Membership
from server.access.transfer import AGAIN_MS
from server.audit.models import SYSTEM
from server.councils import departures
from server.identity import sessions
from server.ids import Id
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import shared_document
from tests.server.documents.conftest import serving
from tests.server.documents.content.test_content import bodies, request_bytes

MIB = 1 << 20
SIZE = 12 * MIB  # less than what is decided on by volume: only the clock can stop it
PIECE = 256 << 10
Ending = Callable[[World, MadeCouncil, Id], None]


def seat_ended(world: World, made: MadeCouncil, person: Id) -> None:
    with world.changing(made.id) as tx:
        seat = seats.seat_of(tx, made.id, person)
        assert seat is not None
        departing.end_seats(tx, [seat], by=None, reason="ended")


def member_removed(world: World, made: MadeCouncil, person: Id) -> None:
    with world.changing(made.id) as tx:
        membership = tx.session.get_one(Membership, made.memberships["organ_b"])
        seats.end_membership(tx, membership, by=person, reason="removed")


def person_disabled(world: World, made: MadeCouncil, person: Id) -> None:
    with world.changing(made.id) as tx:
        departures.disable(tx, person, by=person)


def affiliation_ended(world: World, made: MadeCouncil, person: Id) -> None:
    with world.changing(made.id) as tx:
        organisation = made.organisations["organ_b"]
        departures.end_affiliation(tx, person, organisation, at=None, by=person)


def signed_out(world: World, made: MadeCouncil, person: Id) -> None:
    with world.changing(SYSTEM) as tx:
        sessions.end_sessions(tx, person)


def token_revoked(world: World, made: MadeCouncil, person: Id) -> None:
    with world.changing(SYSTEM) as tx:
        [token] = sessions.tokens_of(tx, person)
        sessions.revoke_token(tx, person, token.id)


@pytest.mark.parametrize(
    ("ended", "by_token"),
    [
        (seat_ended, False),
        (member_removed, False),
        (person_disabled, False),
        (affiliation_ended, False),
        (signed_out, False),
        (token_revoked, True),
        (seat_ended, True),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_running_download_ends_with_the_rights_of_its_reader(
    world: World, council: MadeCouncil, clock: TestClock, ended: Ending, by_token: bool
) -> None:
    document = shared_document(world, council, council.organ_a, os.urandom(MIB) * 12)
    reader = council.organ_b.person_id
    bearer = council.organ_b.token
    if by_token:
        with world.changing(SYSTEM) as tx:
            _, bearer = sessions.make_token(
                tx, reader, name="集計", scopes=["read"], council_id=council.id, days=1
            )
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        line.sendall(request_bytes(world, f"/documents/{document.id}/content", bearer))
        got = len(line.recv(65536))
        ended(world, council, reader)
        clock.advance(AGAIN_MS)
        while piece := line.recv(MIB):
            got += len(piece)

    assert 0 < got < SIZE
    outcome, closing = bodies(world, document.id, "open")[-1]
    assert outcome == "refused"
    assert closing["code"] in ("unauthenticated", "not_found")
    assert closing["bytes"] % PIECE == 0
    assert closing["bytes"] < SIZE


def test_an_officers_download_ends_with_the_office(
    world: World, council: MadeCouncil, clock: TestClock
) -> None:
    document = shared_document(world, council, council.organ_a, os.urandom(MIB) * 12)
    office = world.officer("compliance_officer")
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        path = f"/documents/{document.id}/content"
        line.sendall(request_bytes(world, path, office.token))
        got = len(line.recv(65536))
        with world.changing(SYSTEM) as tx:
            [held] = offices.held(tx, person_id=office.person_id)
            offices.end(tx, held.id, by=office.person_id)
        clock.advance(AGAIN_MS)
        while piece := line.recv(MIB):
            got += len(piece)

    assert 0 < got < SIZE
    assert bodies(world, document.id, "open")[-1][1]["code"] == "unauthenticated"
