"""A request made before: its first answer again, for who may still know of the thing.

Owns who is given an old answer, and the entry of the repetition. What was done is not done again,
and nothing is decided: an act that changed the state it needs must still answer its repetition.
"""

from typing import Any

from server.access import idempotency
from server.access.calls import Call
from server.access.credentials import check_address
from server.access.deciding import held_to
from server.access.entries import draft_of
from server.access.idempotency import Keyed
from server.audit import service as audit
from server.database import Tx
from server.identity.caller import Caller
from server.ids import Id
from server.problems import NotFound

Answer = tuple[int, bytes]  # a status, and the JSON beside it


def answered(
    call: Call, tx: Tx, caller: Caller, id: Id, once: Keyed | None, **facts: Any
) -> Answer | None:
    """The first answer, with `facts` in the repetition's entry; None where this is the first.

    Raises NotFound, NetworkNotAllowed, KeyReused, ShownOnce.
    """
    stored = idempotency.replay(tx, once) if once else None
    if stored is not None:
        check_told(call, tx, caller, id)
        _enter(call, tx, id, facts)
    return stored


def check_told(call: Call, tx: Tx, caller: Caller, id: Id) -> None:
    """Whose rights have ended since gets no old answer either. Raises NotFound,
    NetworkNotAllowed.
    """
    kind = call.rule.kind
    row = kind.one.row(tx, {"id": id, "person": caller.subject, "now": tx.now})
    if row is None:
        raise NotFound
    call.attempt.log_id = row.log_id
    if not call.parts.policy.may(held_to(kind, row), row.category, kind.name, row.state):
        raise NotFound
    check_address(row.networks, call.attempt.address, call.rule.action)


def _enter(call: Call, tx: Tx, id: Id, facts: dict[str, Any]) -> None:
    action, kind, attempt = call.rule.action, call.rule.kind, call.attempt
    said = {"action": action.value, "replayed": True, **facts}
    draft = draft_of(call.parts.policy, attempt, kind, id, action, "done", said)
    audit.append(tx, attempt.log_id, draft)
