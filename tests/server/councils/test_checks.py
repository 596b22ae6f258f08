"""What fsck asks of councils."""

import pytest
from sqlalchemy import delete, update

from server.access.models import Membership
from server.audit import facts
from server.councils import checks
from server.councils.models import AdmissionDecision, Council, EstablishmentSignature
from tests.factories import World
from tests.making.councils import MadeCouncil


def found(world: World) -> list[str]:
    with world.parts.database.reading() as tx:
        return [fault for check in checks.CHECKS for fault in check(tx)]


def test_a_council_made_by_the_rules_has_no_fault(world: World, made: MadeCouncil) -> None:
    assert found(world) == []


@pytest.mark.spoils_the_log
def test_a_signature_changed_behind_the_server_is_found(world: World, made: MadeCouncil) -> None:
    table = EstablishmentSignature.__table__  # type: ignore[attr-defined]
    with world.parts.database.changing() as tx:
        tx.connection.execute(update(table).values(statement="{}"))

    assert found(world) == [f"council {made.id}: not signed alike for both ministers (BR-05)"]


@pytest.mark.spoils_the_log
def test_a_decision_taken_away_is_found(world: World, made: MadeCouncil) -> None:
    table = AdmissionDecision.__table__  # type: ignore[attr-defined]
    with world.parts.database.changing() as tx:
        tx.connection.execute(delete(table))

    assert len(found(world)) == 5


def test_a_membership_from_nowhere_is_found(world: World, made: MadeCouncil) -> None:
    with world.changing(made.id) as tx:
        row = Membership(
            council_id=made.id,
            category="think_tank",
            organisation_id="jst",
            person_id=None,
            valid_from=tx.now,
        )
        smuggled = facts.enter(tx, made.id, row).id

    assert found(world) == [f"membership {smuggled}: no admission led to it (BR-07)"]


def test_a_second_council_of_a_concept_is_found(world: World, made: MadeCouncil) -> None:
    with world.changing(made.id) as tx:
        row = Council(
            concept_id=made.concept_id,
            representative_mode="pd",
            prepared_by=made.secretariat.person_id,
        )
        facts.enter(tx, made.id, row)

    assert found(world) == [f"concept {made.concept_id}: more than one council (BR-01)"]
