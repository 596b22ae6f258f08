"""F14, F19: the clock is set back, and what a reader needs runs out while they read.

The clock is the server's own; only these tests move it.
"""

import os
import socket

import pytest

from server.access import seats
from server.access.transfer import AGAIN_MS
from server.audit import facts
from server.clock import DAY, HOUR
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import confirm, established_council
from tests.making.documents import provided_secret, shared_document
from tests.server.documents.conftest import serving
from tests.server.documents.content.test_content import bodies, request_bytes

MIB = 1 << 20
SIZE = 12 * MIB  # less than what is decided on by volume: only the clock can stop it


@pytest.mark.on_both_databases
def test_a_clock_that_is_set_back_brings_no_ended_right_back(
    world: World, clock: TestClock
) -> None:
    council = established_council(world)
    paper = shared_document(world, council, council.organ_a)
    secret = provided_secret(world, council, council.organ_a, [council.organ_b], days=1)
    gone = council.handler_a
    clock.advance(3 * HOUR)
    with world.changing(council.id) as tx:
        seat = seats.seat_of(tx, council.id, gone.person_id)
        assert seat is not None
        facts.end(tx, seat, by=None, reason="ended")
    clock.advance(DAY)
    reader = world.session(council.organ_b.person_id)
    assert reader.get(f"/documents/{secret.id}").json()["state"] == "council_internal"

    clock.advance(-DAY - 4 * HOUR)

    back = world.session(gone.person_id)
    assert back.get(f"/documents/{paper.id}").status_code == 404
    assert back.get(f"/councils/{council.id}/documents").status_code == 404
    reader = world.session(council.organ_b.person_id)
    assert reader.get(f"/documents/{secret.id}").json()["state"] == "council_internal"
    listed = reader.get(f"/councils/{council.id}/documents").json()["items"]
    assert {each["state"] for each in listed} == {"council_internal"}


@pytest.mark.on_both_databases
def test_what_asks_of_many_councils_says_of_each_what_opening_it_would_say(
    world: World, clock: TestClock
) -> None:
    """Such a list is of a moment of the system log, which need not have come as far as theirs."""
    council = established_council(world)
    paper = shared_document(world, council, council.organ_a)
    gone = council.handler_a
    assert len(gone.get("/councils").json()["items"]) == 1
    clock.advance(3 * HOUR)
    with world.changing(council.id) as tx:
        seat = seats.seat_of(tx, council.id, gone.person_id)
        assert seat is not None
        facts.end(tx, seat, by=None, reason="ended")

    clock.advance(-2 * HOUR)

    back = world.session(gone.person_id)
    assert back.get(f"/councils/{council.id}").status_code == 404
    assert back.get("/councils").json()["items"] == []
    asked = f"kind=document&thing={paper.id}&action=read"
    assert back.get(f"/me/explanation?{asked}").status_code == 404


def test_a_running_download_ends_when_a_confirmation_runs_out(
    world: World, clock: TestClock
) -> None:
    """By time alone: nobody does anything, and nothing is entered."""
    council = established_council(world, confirmed=["organ_a"])
    with world.changing(council.id) as tx:
        by = council.compliance.person_id
        confirm(tx, council.id, council.memberships["organ_b"], by, days=1)
    content = os.urandom(MIB) * 12
    to = [council.organ_b]
    secret = provided_secret(world, council, council.organ_a, to, content=content)
    clock.advance(DAY - AGAIN_MS // 2)
    reader = world.session(council.organ_b.person_id)
    with serving(world.parts) as address, socket.create_connection(address) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        line.sendall(request_bytes(world, f"/documents/{secret.id}/download", reader.token))
        got = len(line.recv(65536))
        clock.advance(AGAIN_MS)
        while piece := line.recv(MIB):
            got += len(piece)

    assert 0 < got < SIZE
    outcome, closing = bodies(world, secret.id, "download")[-1]
    assert (outcome, closing["code"]) == ("refused", "not_found")
    assert closing["bytes"] < SIZE
