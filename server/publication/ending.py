"""What a council's end does to requests that nobody has been asked about: they are withdrawn.

Owns that alone. A request never restricted anything (BR-28); results, publishing, agreed know-how
and its period go on by themselves in a closed council (BR-25, BR-35).
"""

from typing import Any

from sqlalchemy import Table, select

from server.access.closing_models import CouncilClosed
from server.audit import facts
from server.database import Tx
from server.publication.kinds import EXCEPTION, REQUESTED, WITHDRAWN
from server.publication.models import ExceptionRequest

_request: Table = ExceptionRequest.__table__  # type: ignore[attr-defined]


def end_with_council(tx: Tx, closed: CouncilClosed) -> dict[str, Any]:
    """Enter the end of every request nobody was asked about; says which they were."""
    query = select(ExceptionRequest).where(
        _request.c.council_id == closed.council_id, EXCEPTION.state == REQUESTED
    )
    # As of the last moment before: from then on such a request is withdrawn, by computation.
    before = {"now": closed.effective_at - 1}
    ended = list(tx.session.scalars(query.order_by(_request.c.id), before))
    for made in ended:
        facts.end(tx, made, by=None, reason=WITHDRAWN)
    return {"exceptions": [made.id for made in ended]}
