"""Memberships, seats and acknowledgements: who may sit where, and how it ends."""

from collections.abc import Callable
from typing import Any

import pytest

from server.access import offices, seats
from server.access.models import Membership, Seat
from server.access.vocabulary import OfficeRole, SeatRole
from server.audit.models import SYSTEM
from server.clock import DAY
from server.councils import facts as council_facts
from server.database import Tx
from server.identity import service as identity
from server.problems import NotFound
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import MadeCouncil, established_council, office


@pytest.fixture
def made(world: World) -> MadeCouncil:
    return established_council(world)


def member(tx: Tx, made: MadeCouncil, name: str = "organ_a") -> Membership:
    membership = tx.session.get(Membership, made.memberships[name])
    assert membership is not None
    return membership


Naming = Callable[..., Seat]


@pytest.fixture
def name(world: World, made: MadeCouncil) -> Naming:
    """Names a seat of organ_a (or another member) in a transaction of its own."""

    def naming(
        person: str, role: SeatRole = SeatRole.HANDLER, of: str = "organ_a", **term: Any
    ) -> Seat:
        with world.changing(made.id) as tx:
            by = made.organ_a.person_id
            named = seats.Term(**term)
            return seats.name_seat(tx, member(tx, made, of), person, role, by=by, term=named)

    return naming


def test_a_person_of_the_organisation_can_be_named(world: World, name: Naming) -> None:
    person = world.person(organisation="atla").person_id

    seat = name(person)

    assert (seat.person_id, seat.role) == (person, SeatRole.HANDLER)


def test_a_person_of_the_parent_organisation_cannot(world: World, name: Naming) -> None:
    """防衛装備庁 is the member; 防衛省 is its parent (BR-09)."""
    with pytest.raises(seats.NotAffiliated):
        name(world.person(organisation="mod").person_id)


def test_nobody_sits_twice_in_one_council(made: MadeCouncil, name: Naming) -> None:
    with pytest.raises(seats.AlreadySeated):
        name(made.handler_a.person_id, SeatRole.DEPUTY)


@pytest.mark.parametrize("role", seats.EXCLUDED)
@pytest.mark.parametrize("everywhere", [False, True])
def test_an_office_excludes_a_seat(
    world: World, made: MadeCouncil, name: Naming, role: OfficeRole, everywhere: bool
) -> None:
    """Rows 14–17 and the secretariat exclude every seat of the same council."""
    person = world.person(organisation="atla").person_id
    council_id = None if everywhere else made.id
    with world.changing(made.id) as tx:
        office(tx, role, person, council_id, None)

    with pytest.raises(seats.HoldsOffice):
        name(person)


def test_an_office_of_another_council_excludes_nothing(
    world: World, made: MadeCouncil, name: Naming
) -> None:
    other = established_council(world, concept="C-2212A-01")
    person = world.person(organisation="atla").person_id
    with world.changing(other.id) as tx:
        office(tx, OfficeRole.AUDITOR, person, other.id, None)

    assert name(person).person_id == person


def test_an_appointment_and_a_seat_at_once_do_not_pass_one_another(
    world: World, made: MadeCouncil, clock: TestClock
) -> None:
    """Their logs differ: whoever comes second waits for the person, and sees what the first did."""
    person = world.person(organisation="atla").person_id
    earlier = clock.now
    clock.days(1)
    with world.changing() as tx:
        offices.appoint(tx, person, OfficeRole.AUDITOR, council_id=None, until=None)

    with world.changing(made.id) as tx:
        tx.now = earlier  # as of a transaction that began before and waited
        membership, by = member(tx, made), made.organ_a.person_id
        with pytest.raises(seats.HoldsOffice):
            seats.name_seat(tx, membership, person, SeatRole.HANDLER, by=by)


def test_another_representative_of_a_minister_ends_the_officials_office(
    world: World, made: MadeCouncil, name: Naming
) -> None:
    successor = world.person(organisation="pm").person_id
    name(successor, SeatRole.REPRESENTATIVE, "minister_pm")

    with world.parts.database.reading() as tx:
        assert council_facts.ministers_for(tx, made.id, made.minister_pm.person_id) == set()
        assert council_facts.ministers_for(tx, made.id, successor) == {"pm"}
        assert council_facts.ministers_for(tx, made.id, made.minister_fund.person_id)


def test_a_term_ends_by_itself(
    world: World, made: MadeCouncil, name: Naming, clock: TestClock
) -> None:
    person = world.person(organisation="atla").person_id
    name(person, valid_to=clock.now + DAY)
    clock.days(1)

    with world.parts.database.reading() as tx:
        assert seats.seat_of(tx, made.id, person) is None


def test_a_term_in_the_past_is_refused(world: World, name: Naming, clock: TestClock) -> None:
    with pytest.raises(seats.TermOver):
        name(world.person(organisation="atla").person_id, valid_to=clock.now)


def test_another_deputy_takes_the_place_of_the_first(
    world: World, made: MadeCouncil, name: Naming
) -> None:
    name(world.person(organisation="atla").person_id, SeatRole.DEPUTY)

    with world.parts.database.reading() as tx:
        assert seats.seat_of(tx, made.id, made.deputy_a.person_id) is None


def test_a_successor_takes_over_from_the_representative(
    world: World, made: MadeCouncil, name: Naming
) -> None:
    name(world.person(organisation="atla").person_id, SeatRole.REPRESENTATIVE)

    with world.parts.database.reading() as tx:
        assert seats.seat_of(tx, made.id, made.organ_a.person_id) is None
        assert len(seats.seats_of(tx, made.memberships["organ_a"], SeatRole.REPRESENTATIVE)) == 1


def test_nobody_else_speaks_for_a_member_in_person(world: World, name: Naming) -> None:
    colleague = world.person(organisation="a-university").person_id
    with pytest.raises(seats.SpeaksForSelf):
        name(colleague, SeatRole.REPRESENTATIVE, "pd")


def test_a_member_in_person_is_helped_by_a_colleague_only(world: World, name: Naming) -> None:
    assert name(world.person(organisation="a-university").person_id, of="pd")
    with pytest.raises(seats.NotAffiliated):
        name(world.person(organisation="elsewhere").person_id, of="pd")


def test_a_seat_ends_at_once(world: World, made: MadeCouncil) -> None:
    with world.changing(made.id) as tx:
        seat = seats.seat_of(tx, made.id, made.handler_a.person_id)
        assert seat is not None
        seats.end_seat(tx, seat, by=made.organ_a.person_id)

        assert seats.seat_of(tx, made.id, made.handler_a.person_id) is None


def test_a_member_is_not_left_without_a_representative(world: World, made: MadeCouncil) -> None:
    with world.changing(made.id) as tx:
        seat = seats.seat_of(tx, made.id, made.organ_a.person_id)
        assert seat is not None
        with pytest.raises(seats.NobodySpeaks):
            seats.end_seat(tx, seat, by=made.organ_a.person_id)


def test_a_membership_ends_with_all_its_seats(world: World, made: MadeCouncil) -> None:
    with world.changing(made.id) as tx:
        membership = member(tx, made)
        seats.end_membership(tx, membership, by=made.organ_a.person_id, reason="left")

        assert not seats.seats_of(tx, membership.id)
        assert seats.membership_of(tx, made.id, organisation_id="atla") is None


def test_a_seat_of_another_member_is_not_found(world: World, made: MadeCouncil) -> None:
    with world.parts.database.reading() as tx:
        seat = seats.seat_of(tx, made.id, made.handler_a.person_id)
        assert seat is not None
        with pytest.raises(NotFound):
            seats.find_seat(tx, made.memberships["organ_b"], seat.id)


def test_the_same_text_is_acknowledged_once(world: World, made: MadeCouncil) -> None:
    text = {"text_id": "duty-of-confidentiality/2", "text_digest": "f" * 64}
    with world.changing(made.id) as tx:
        person = made.organ_a.person_id
        seats.acknowledge(tx, made.id, person, subject_id=made.id, **text)
        with pytest.raises(seats.AlreadyAcknowledged):
            seats.acknowledge(tx, made.id, person, subject_id=made.id, **text)


def test_an_affiliation_that_ended_no_longer_counts(
    world: World, made: MadeCouncil, name: Naming, clock: TestClock
) -> None:
    person = world.person(organisation="elsewhere").person_id
    with world.changing(SYSTEM) as tx:
        identity.affiliate(tx, person, "atla", title="主査", until=clock.now + DAY)
    clock.days(2)

    with pytest.raises(seats.NotAffiliated):
        name(person)
