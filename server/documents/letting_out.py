"""Which entries of a log let content out: the acts that may, and what one entry says it did.

Owns that reading for the list of accesses, the duty register and the alarm. Opens no content.
"""

from typing import Any

from server.access import range_closings
from server.access.vocabulary import Action, KindName
from server.database import Tx


def kind_of(action: Action) -> str:
    """What the entries of this act on a document are called."""
    return f"{KindName.DOCUMENT}.{action}"


VIEWED = kind_of(Action.VIEW)
# How content leaves as a file, and what the list of accesses calls it.
TAKEN_OUT = {
    kind_of(action): action.value for action in (Action.PRINT, Action.DOWNLOAD, Action.HAND_OVER)
}
# Acts that show content; reading a document's page shows none.
SHOWN = (VIEWED, kind_of(Action.OPEN), *TAKEN_OUT)


def let_out(tx: Tx, log_id: str, entry: Any) -> bool:
    """Whether an entry (its `seq`, `kind` and `opening`) let content out: a request for the headers
    alone opens none, and counting pages shows none. False once the opening was dropped.
    """
    body = range_closings.body_of(tx, log_id, entry)
    return "opened" in body and (entry.kind != VIEWED or "page" in body)
