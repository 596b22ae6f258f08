"""Who is told of an information request, and of its answer.

Owns whom. Never says what is asked, nor what was answered.
"""

from collections.abc import Iterator

from server.access.matters import Telling, Tells, Topic, because_of
from server.access.sitting import speaking_for
from server.access.vocabulary import Action
from server.asking.kinds import INFORMATION_REQUEST
from server.asking.models import InformationRequest, RequestAnswer
from server.database import Tx


def asked(tx: Tx, request: InformationRequest) -> Iterator[Telling]:
    """Somebody asks a member for information: who speaks for it."""
    for person in speaking_for(tx, request.membership_id):
        yield because_of(
            request,
            Topic.INFORMATION_ASKED,
            person,
            INFORMATION_REQUEST,
            request.id,
            action=Action.DECLINE,
        )


def answered(tx: Tx, given: RequestAnswer) -> Iterator[Telling]:
    """A request was answered, in whichever way: who asked."""
    request = tx.session.get_one(InformationRequest, given.request_id)
    yield because_of(
        given, Topic.INFORMATION_ANSWERED, request.asked_by, INFORMATION_REQUEST, request.id
    )


TELLS = (Tells(InformationRequest, asked), Tells(RequestAnswer, answered))
