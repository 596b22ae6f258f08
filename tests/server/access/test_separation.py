"""Separation of duties at assignment: every pair of roles, by every path that gives one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.access import offices, seats
from server.access.models import Membership
from server.access.vocabulary import OfficeRole, SeatRole
from server.clock import DAY
from server.councils import facts as council_facts
from server.councils import invitations, service
from server.councils.models import Admission
from server.ids import Id
from server.problems import Problem
from tests.factories import World
from tests.making.councils import (
    MadeCouncil,
    established_council,
    office,
    parties,
    prepared_council,
)

SIGNING = OfficeRole.ESTABLISHING_MINISTRY
WATCHING = [role for role in OfficeRole if role is not SIGNING]
MINISTER = "pm"


@pytest.fixture
def made(world: World) -> MadeCouncil:
    return established_council(world)


def person_of(world: World, organisation: str) -> Id:
    return world.person("兼務", organisation).person_id


def seated(world: World, made: MadeCouncil, person: Id, role: SeatRole) -> None:
    with world.changing(made.id) as tx:
        membership = tx.session.get_one(Membership, made.memberships["organ_a"])
        seats.name_seat(tx, membership, person, role, by=made.organ_a.person_id)


def appointed(world: World, made: MadeCouncil, person: Id, role: OfficeRole, all_: bool) -> None:
    with world.changing() as tx:
        offices.appoint(tx, person, role, council_id=None if all_ else made.id, until=None)


@pytest.mark.parametrize("everywhere", [False, True], ids=["council", "installation"])
@pytest.mark.parametrize("office_role", WATCHING)
@pytest.mark.parametrize("seat_role", list(SeatRole))
def test_seat_and_office_exclude_one_another_whichever_comes_first(
    world: World, made: MadeCouncil, seat_role: SeatRole, office_role: OfficeRole, everywhere: bool
) -> None:
    first, second = (person_of(world, made.organisations["organ_a"]) for _ in range(2))

    appointed(world, made, first, office_role, everywhere)
    with pytest.raises(seats.HoldsOffice):
        seated(world, made, first, seat_role)
    seated(world, made, second, seat_role)
    with pytest.raises(offices.Incompatible):
        appointed(world, made, second, office_role, everywhere)


@pytest.mark.parametrize("one", WATCHING)
@pytest.mark.parametrize("other", WATCHING)
def test_offices_exclude_one_another(
    world: World, made: MadeCouncil, one: OfficeRole, other: OfficeRole
) -> None:
    for first, second in ((True, False), (False, True), (True, True), (False, False)):
        person = person_of(world, "office-org")
        appointed(world, made, person, one, first)
        with pytest.raises(offices.Incompatible):
            appointed(world, made, person, other, second)


def test_an_office_to_end_before_a_seat_begins_stands_in_nobodys_way(
    world: World, made: MadeCouncil
) -> None:
    person = person_of(world, made.organisations["organ_a"])
    with world.changing() as tx:
        until = tx.now + 5 * DAY
        offices.appoint(tx, person, OfficeRole.AUDITOR, council_id=made.id, until=until)
    with world.changing(made.id) as tx:
        membership = tx.session.get_one(Membership, made.memberships["organ_a"])
        for start, refused in ((4, True), (5, False)):
            term = seats.Term(valid_from=tx.now + start * DAY)
            try:
                seats.name_seat(
                    tx, membership, person, SeatRole.DEPUTY, by=made.organ_a.person_id, term=term
                )
                assert not refused
            except seats.HoldsOffice:
                assert refused


# --- signing for a minister -----------------------------------------------------------------------
@pytest.fixture
def preparing(world: World) -> tuple[Id, Id]:
    """A council in preparation, and its secretariat."""
    _, who = parties(world, "C-2212A-03")
    return prepared_council(world, who, concept="C-2212A-03"), who["secretariat"].person_id


@pytest.mark.parametrize("everywhere", [False, True], ids=["council", "installation"])
@pytest.mark.parametrize("role", WATCHING)
def test_who_watches_does_not_sign_and_who_signs_does_not_watch(
    world: World, preparing: tuple[Id, Id], role: OfficeRole, everywhere: bool
) -> None:
    council, by = preparing
    place = None if everywhere else council
    watcher, signer = (person_of(world, MINISTER) for _ in range(2))

    def name(person: Id) -> None:
        with world.changing(council) as tx:
            service.name_official(tx, council, minister=MINISTER, person_id=person, by=by)

    with world.changing() as tx:
        offices.appoint(tx, watcher, role, council_id=place, until=None)
    with pytest.raises(seats.HoldsOffice):
        name(watcher)
    name(signer)
    with pytest.raises(offices.Incompatible), world.changing() as tx:
        offices.appoint(tx, signer, role, council_id=place, until=None)


def test_who_signs_for_a_minister_here_may_watch_another_council(
    world: World, made: MadeCouncil, preparing: tuple[Id, Id]
) -> None:
    """The rows exclude one another within one council, whichever was first."""
    council, by = preparing
    signer = person_of(world, MINISTER)
    with world.changing(council) as tx:
        service.name_official(tx, council, minister=MINISTER, person_id=signer, by=by)
    appointed(world, made, signer, OfficeRole.AUDITOR, all_=False)


# --- joining --------------------------------------------------------------------------------------
def invited(world: World, made: MadeCouncil, person: Id) -> Admission:
    with world.changing(made.id) as tx:
        return invitations.invite(
            tx,
            council_facts.find_council(tx, made.id),
            service.Category.KNOWLEDGE_HOLDER,
            organisation_id="a-holder",
            person_id=None,
            nominee=person,
            by=made.secretariat.person_id,
        )


@pytest.mark.parametrize("role", WATCHING)
def test_who_watches_is_not_nominated_and_a_nominee_who_watches_does_not_join(
    world: World, made: MadeCouncil, role: OfficeRole
) -> None:
    watcher, nominee = (person_of(world, "a-holder") for _ in range(2))
    appointed(world, made, watcher, role, all_=False)
    with pytest.raises(seats.HoldsOffice):
        invited(world, made, watcher)
    invited(world, made, nominee)
    appointed(world, made, nominee, role, all_=False)
    with pytest.raises(seats.HoldsOffice), world.changing(made.id) as tx:
        seats.admit(
            tx,
            made.id,
            service.Category.KNOWLEDGE_HOLDER,
            organisation_id="a-holder",
            person_id=None,
            representative=nominee,
            by=made.secretariat.person_id,
        )


@pytest.mark.parametrize("role", WATCHING)
def test_who_watches_is_not_named_for_a_member_nobody_represents(
    world: World, made: MadeCouncil, role: OfficeRole
) -> None:
    person = person_of(world, made.organisations["organ_a"])
    with world.changing(made.id) as tx:
        office(tx, role, person, made.id, None)
        [speaker] = seats.seats_of(tx, made.memberships["organ_a"], SeatRole.REPRESENTATIVE)
        seats.departing.end_seats(tx, [speaker], by=None, reason="moved")
    path = f"/memberships/{made.memberships['organ_a']}/representative"
    asked = {"person": person, "basis": "届出（架空）"}
    made.minister_pm.post(path, asked)
    assert made.secretariat.post(path, asked).json()["code"] == "holds_office"


# --- at once --------------------------------------------------------------------------------------
@pytest.mark.on_both_databases
@pytest.mark.parametrize("path", ["seat", "official"])
def test_an_office_and_a_part_in_a_council_given_at_once_never_both_hold(
    world: World, path: str
) -> None:
    made = established_council(world)
    _, who = parties(world, "C-2212A-03")
    preparing = prepared_council(world, who, concept="C-2212A-03")
    by = made.organ_a.person_id

    def sit(person: Id) -> None:
        seated(world, made, person, SeatRole.HANDLER)

    def sign(person: Id) -> None:
        with world.changing(preparing) as tx:
            service.name_official(tx, preparing, minister=MINISTER, person_id=person, by=by)

    def watch(person: Id) -> None:
        with world.changing() as tx:
            offices.appoint(tx, person, OfficeRole.AUDITOR, council_id=None, until=None)

    def done(act: Callable[[Id], None], person: Id) -> bool:
        try:
            act(person)
        except Problem:
            return False
        return True

    organisation = {"seat": made.organisations["organ_a"], "official": MINISTER}[path]
    take = {"seat": sit, "official": sign}[path]
    for _ in range(4):
        person = person_of(world, organisation)
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(done, act, person) for act in (take, watch)]
        assert sorted(each.result(60) for each in both) == [False, True]
