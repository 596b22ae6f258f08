"""A member that has left, owing a certificate; and links to duty registers."""

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import Category
from server.councils import leaving
from server.duties import links
from server.identity import service as identity
from tests.factories import Caller, World
from tests.making import documents
from tests.making.councils import MadeCouncil, confirm, organisation

ORGANISATION = "a-former-member"


def left_member(world: World, council: MadeCouncil, person: Caller, by: Caller) -> str:
    """A member that `person`, bound by the duty already, represented, and that received a secret of
    `by` before it left.
    """
    with world.changing(council.id) as tx:
        identity.affiliate(tx, person.person_id, organisation(tx, ORGANISATION), title="部長")
        member = seats.admit(
            tx,
            council.id,
            Category.KNOWLEDGE_HOLDER,
            organisation_id=ORGANISATION,
            person_id=None,
            representative=person.person_id,
            by=council.minister_fund.person_id,
        )
        member_id = member.id
        confirm(tx, council.id, member_id, council.compliance.person_id)
    documents.provided_secret(world, council, by, [world.session(person.person_id)])
    world.clock.advance(1000)
    with world.changing(council.id) as tx:
        leaving.leave(tx, tx.session.get_one(Membership, member_id), by=person.person_id)
    return member_id


def duty_link(world: World, person_id: str) -> tuple[str, str]:
    """A link to a person's register: its id and its text."""
    with world.changing() as tx:
        link, text = links.make(tx, person_id, by=person_id)
        return link.id, text
