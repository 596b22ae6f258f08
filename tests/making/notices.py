"""Everything that people are told, brought about through the services and the API.

`CANARIES` are what no mail may ever hold: titles, subjects, reasons, texts, names of persons.
"""

from typing import Any

from sqlmodel import select

from server.access import seats
from server.access.models import Membership
from server.access.parts import Parts
from server.access.vocabulary import Category, SeatRole
from server.audit import facts
from server.clock import DAY, to_text
from server.councils import facts as council_facts
from server.councils import invitations
from server.councils.models import Admission
from server.identity import service as identity
from server.identity import sessions
from server.notices.models import Notice
from tests.factories import Caller, World
from tests.making import councils, documents, publication
from tests.making.councils import MadeCouncil

CANARY = "カナリア題名"
CANARIES = (CANARY, "canary", "太郎", "甲野", "架空", "懸念用途", "積分時間")
HOLDER = "a-holder"


def with_comments(world: World, council: MadeCouncil, days: int = 5) -> None:
    """From now the members are asked for so many working days."""
    world.clock.advance(1)
    with world.changing(council.id) as tx:
        councils.rule(tx, council.id, by=council.compliance.person_id, comment_days=days)
    world.clock.advance(1)


def announced(world: World, council: MadeCouncil, nominee: Caller) -> str:
    """A knowledge holder is invited, its nominee named; the admission's id."""
    with world.changing(council.id) as tx:
        admission: Admission = invitations.invite(
            tx,
            council_facts.find_council(tx, council.id),
            Category.KNOWLEDGE_HOLDER,
            organisation_id=HOLDER,
            person_id=None,
            nominee=nominee.person_id,
            by=council.secretariat.person_id,
        )
        return admission.id


def holder(world: World) -> Caller:
    """Somebody of the organisation that is to join."""
    return councils.people(world, {"holder": HOLDER})["holder"]


def seat_until(world: World, council: MadeCouncil, days: float) -> Caller:
    """A further handler of the member organ_a, whose term ends."""
    person = councils.people(world, {"temporary": councils.ORGAN_A})["temporary"]
    with world.changing(council.id) as tx:
        membership = tx.session.get_one(Membership, council.memberships["organ_a"])
        seats.name_seat(
            tx,
            membership,
            person.person_id,
            SeatRole.HANDLER,
            by=council.organ_a.person_id,
            term=seats.Term(valid_to=tx.now + round(days * DAY)),
        )
    return person


def end_seat_of(world: World, council: MadeCouncil, person: Caller) -> None:
    """The person's seat in the council ends."""
    with world.changing(council.id) as tx:
        seat = seats.seat_of(tx, council.id, person.person_id)
        assert seat is not None
        facts.end(tx, seat, by=council.organ_a.person_id, reason="ended")


def token(world: World, person: Caller, days: int) -> None:
    """A token for programs."""
    with world.changing() as tx:
        sessions.make_token(
            tx, person.person_id, name=CANARY, scopes=["read"], council_id=None, days=days
        )


def link(world: World, person: Caller) -> None:
    """Somebody makes a one-time link for the person."""
    with world.changing() as tx:
        identity.invite(tx, person.person_id, by=None)


def signable(world: World, council: MadeCouncil) -> str:
    """Another council, ready to be signed for by the same officials; its id."""
    names = ("secretariat", "compliance", "auditor", "admin", "minister_fund", "minister_pm")
    who = {**{name: getattr(council, name) for name in names}}
    who |= councils.people(world, {"pd": "b-university"})
    other = councils.prepared_council(world, who, concept="C-2212A-03")
    with world.changing(other) as tx:
        councils.meet_requirements(tx, other, council.secretariat.person_id)
        founder = council_facts.founding_representative(tx, other)
        assert founder is not None
        councils.consent(tx, founder, who["pd"].person_id)
    return other


def asked(world: World, council: MadeCouncil) -> str:
    """A round about a result of the PD, with canaries in every text; its id."""
    made = publication.result(council, title=CANARY, summary=CANARY)
    wanted = publication.exception(world, council, made["id"], harm=CANARY, information=CANARY)
    return publication.opened(wanted["id"], council.organ_a)


def secret(world: World, council: MadeCouncil) -> documents.MadeDocument:
    """A secret provided to organ_b, which has not acknowledged it."""
    return documents.provided_secret(
        world,
        council,
        council.organ_a,
        [council.organ_b],
        acknowledged=False,
        title=CANARY,
        subject=CANARY,
        reason=CANARY,
    )


def scope_moved(council: MadeCouncil, provided: documents.MadeDocument) -> None:
    """Of a secret, the handling changes, and somebody is named and removed again."""
    path, named = f"/documents/{provided.id}", [council.private.person_id]
    for ending, asked in (
        ("handling", {"handling": "view_only", "reason": CANARY}),
        ("recipients", {"add": named, "reason": CANARY}),
        ("recipients", {"remove": named}),
    ):
        answer = council.organ_a.post(f"{path}/{ending}", asked)
        assert answer.status_code == 200, answer.text


def proposed_removal(council: MadeCouncil) -> None:
    """One minister proposes that a member be removed."""
    path = f"/memberships/{council.memberships['private']}/removal"
    answer = council.minister_fund.post(path, {"reason": CANARY})
    assert answer.status_code == 202, answer.text


def told(parts: Parts) -> list[Notice]:
    """Every notice ever made."""
    with parts.database.reading() as tx:
        found = list(tx.session.exec(select(Notice).order_by(Notice.id)))  # type: ignore[arg-type]
        tx.session.expunge_all()
    return found


def about(parts: Parts, topic: str) -> set[str]:
    """The persons who were told of a topic."""
    return {each.person_id for each in told(parts) if each.topic == topic}


def ids(*callers: Caller) -> set[str]:
    """Their persons."""
    return {each.person_id for each in callers}


def later(world: World, days: float) -> Any:
    """Time passes."""
    world.clock.days(days)
    return to_text(world.clock())
