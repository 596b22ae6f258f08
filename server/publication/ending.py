"""What a council's end does to requests that nobody has been asked about: they are withdrawn.

Owns that alone. A request never restricted anything (BR-28); results, publishing, agreed know-how
and its period go on by themselves in a closed council (BR-25, BR-35).
"""

from typing import Any

from server.access.closing_models import CouncilClosed
from server.councils import closing
from server.database import Tx
from server.publication.kinds import EXCEPTION, REQUESTED
from server.publication.models import ExceptionRequest


def end_with_council(tx: Tx, closed: CouncilClosed) -> dict[str, Any]:
    """Enter the end of every request nobody was asked about; says which they were."""
    return {"exceptions": closing.end_all(tx, closed, EXCEPTION, REQUESTED, ExceptionRequest)}
