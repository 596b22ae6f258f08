"""What recipients acknowledged before the item had a text of its own (chapter 0010)."""

import pytest

from server.access import seats
from server.councils import duty
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import acknowledge, provided_secret


@pytest.mark.on_both_databases
def test_it_opens_nothing_any_more_and_stays_on_record(world: World, council: MadeCouncil) -> None:
    """It was the text of the duty that was acknowledged then: nobody has promised the new one."""
    reader = council.organ_b
    secret = provided_secret(world, council, council.fa, [reader], acknowledged=False).id
    with world.changing(council.id) as tx:
        seats.acknowledge(
            tx,
            council.id,
            reader.person_id,
            text_id=duty.current(tx).name,
            text_digest="0" * 64,
            subject_id=secret,
        )
    world.clock.advance(1000)

    assert reader.get(f"/documents/{secret}").status_code == 403
    [waiting] = reader.get("/me/waiting").json()["items"]
    assert (waiting["task"], waiting["thing"]) == ("acknowledge_secret", secret)
    [before] = reader.get("/me/duties").json()["items"]

    acknowledge(reader, secret)
    assert reader.get(f"/documents/{secret}/download").status_code == 200
    [after] = reader.get("/me/duties").json()["items"]
    assert before["text"].startswith("duty-of-confidentiality/")
    assert after["text"].startswith("item-acknowledgement/")
    assert before["acknowledged_at"] == after["acknowledged_at"], "it binds since then"
