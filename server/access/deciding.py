"""From a caller and a thing to a Grant, or to the refusal that is theirs.

Owns the decision: identify, facts, subtract denials, look up, and what an action needs besides.
Nothing else makes a Grant. Never records: what became of a request is entered by the guard.
"""

from fastapi import Request

from server.access.credentials import check_address, check_credential
from server.access.grant import Attempt, Grant
from server.access.kind import Facts, Kind
from server.access.parts import Parts
from server.access.policy import Policy, subtract
from server.access.standing_in import on_behalf_of
from server.access.vocabulary import Action, Relation
from server.clock import SECOND, Instant
from server.database import Tx
from server.identity.caller import Caller, identify, still
from server.ids import Id
from server.keys.service import lookup_digest
from server.networks import admits
from server.problems import NetworkNotAllowed, NotFound, Refused

SEES_NOTHING: frozenset[Relation] = frozenset()


def begin(tx: Tx, request: Request, attempt: Attempt, known: Caller | None = None) -> Caller:
    """Identify the caller of this request; `known` is who began it, if it runs for long.

    Raises Unauthenticated, NetworkNotAllowed for a token of other networks.
    """
    caller = still(tx, known) if known else identify(tx, request.headers.get("authorization"))
    attempt.caller = caller
    attempt.address_digest = lookup_digest(tx, "address", attempt.address or "")
    if not admits(caller.networks, attempt.address):
        raise NetworkNotAllowed("this token is for other networks")
    return caller


def decide(
    parts: Parts, tx: Tx, attempt: Attempt, caller: Caller, action: Action, kind: Kind, id: Id
) -> Grant:
    """A Grant, once relation, category, credential and step-up all hold in this transaction.

    Raises NotFound for whoever is not to know of the thing, Refused with what is missing for who
    may know of it, NetworkNotAllowed for them elsewhere than the council's rules say, and
    StepUpNeeded where only a fresh proof of identity is lacking.
    """
    row, tx.now = facts_of(tx, kind, id, caller.subject)
    if row is None:
        raise NotFound
    attempt.log_id = row.log_id
    if caller.council_id not in (None, row.log_id):
        raise NotFound
    held = held_to(kind, row)
    policy = parts.policy
    by = policy.allows(held, row.category, action, kind.name, row.state)
    if row.networks is not None and policy.may(held, row.category, kind.name, row.state):
        check_address(row.networks, attempt.address, action)
    if not by:
        raise _refusal(policy, held, row, action, kind)
    check_credential(policy, tx, caller, action, f"{kind.name}/{id}", row.log_id)
    deputises = Relation.DEPUTY in held
    return Grant(
        parts,
        tx,
        caller,
        action,
        kind,
        row,
        held,
        by,
        attempt.request_id,
        attempt.address,
        attempt.address_digest,
        on_behalf_of=on_behalf_of(tx, row.log_id, caller.person_id) if deputises else {},
    )


def facts_of(tx: Tx, kind: Kind, id: Id, subject: Id) -> tuple[Facts | None, Instant]:
    """The row of facts, and the moment it is of: no earlier than the thing's log has reached, for a
    clock that was set back must not bring back what has ended. Within a second it is only another
    request's entry.
    """
    row, now = kind.one.row(tx, {"id": id, "person": subject, "now": tx.now}), tx.now
    if row is not None and (row.last_time or 0) - now > SECOND:
        now = row.last_time
        row = kind.one.row(tx, {"id": id, "person": subject, "now": now})
    return row, now


def held_to(kind: Kind, row: Facts) -> frozenset[Relation]:
    """The relations a row of facts shows, denials subtracted."""
    held = frozenset(
        relation for relation, column, values in kind.readings if getattr(row, column) in values
    )
    return subtract(held, row.denied)


def _refusal(
    policy: Policy, held: frozenset[Relation], row: Facts, action: Action, kind: Kind
) -> NotFound | Refused:
    if not policy.may(held, row.category, kind.name, row.state):
        return NotFound()
    would = policy.suffices(action, kind.name)
    # In a state in which nobody may, the domain's words would name the wrong reason.
    words = kind.refusals.get(action, Refused) if would.get(row.state) else Refused
    return words(
        None,
        action=action,
        kind=kind.name,
        state=row.state,
        held=sorted(held),
        would_suffice=sorted(would.get(row.state, SEES_NOTHING)),
        possible_in_states=sorted(would),
        categories=sorted(policy.requirements[action].categories),
    )
