"""A person who lost every way of signing in begins anew, at the word of two officers (ASVS 6.4.4).

Owns what recovering does: everything that could sign the person in ends, and one link is made. Who
may is decided by the guard over the kind `account` (kinds.py); that two do it, by its policy. A
person keeps exactly the rights they had; nobody can do this for themself.
"""

from server.audit import facts
from server.database import Tx
from server.identity import ending, service, sessions
from server.ids import Id
from server.problems import Problem

REASON = "recovered"


class NothingToRecover(Problem):
    status, code = 409, "nothing_to_recover"
    ja = "この人はまだ登録を済ませていません。招待のリンクを新しく作ってください。"
    en = "This person never enrolled. Make a new link by invitation."


def recover(tx: Tx, person_id: Id, *, by: Id) -> str:
    """End everything the person signs in with; a one-time link's token, shown once.

    Raises NothingToRecover for who never had a credential: they are invited.
    """
    if not service.has_credential(tx, person_id):
        raise NothingToRecover
    ending.end_credentials(tx, person_id, by=by, reason=REASON)
    sessions.end_sessions(tx, person_id)
    for token in sessions.tokens_of(tx, person_id):
        facts.end(tx, token, by=by, reason=REASON)
    return service.make_link(tx, person_id, by=by)
