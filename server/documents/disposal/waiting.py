"""Content that waits for its provider's decision as a council closes.

Owns which it is. What the decision does is `service.py`.
"""

from collections.abc import Iterator

from server.access.matters import Task, Waiting
from server.access.sitting import speaking_for
from server.access.vocabulary import Action
from server.database import Tx
from server.documents.disposal import service as disposal
from server.documents.kinds import DOCUMENT
from server.ids import Id


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Content of the person's member about which nothing is decided, or which is to be taken back
    and is not confirmed to be; of closed councils the latter alone.
    """
    for item in disposal.contents_at_closing(tx):
        over = item.closes_at <= tx.now
        if not item.open or (over and item.decided is None):
            continue
        if person_id in speaking_for(tx, item.membership):
            yield Waiting(
                task=Task.DISPOSE_CONTENT,
                kind=DOCUMENT,
                id=item.document,
                action=Action.DISPOSE,
                council_id=item.council,
                matter=item.document,
                deadline=None if over else item.closes_at,
            )
