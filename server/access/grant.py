"""From a caller and a thing to a Grant, or to the refusal that is theirs.

Owns the decision: identify, facts, subtract denials, look up, and what an action needs besides.
A Grant is the proof that all of it held in the transaction it carries; nothing else makes one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import Request

from crypto.digests import sha256
from server.access.credentials import check_address, check_credential
from server.access.kind import Kind
from server.access.parts import Parts
from server.access.policy import Policy, subtract
from server.access.sharing import Share
from server.access.standing_in import on_behalf_of
from server.access.vocabulary import Action, KindName, Relation
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.clock import MINUTE, SECOND, Instant
from server.database import Tx
from server.identity.caller import Caller, identify, seen, still
from server.ids import Id
from server.keys.service import lookup_digest
from server.networks import admits
from server.problems import NetworkNotAllowed, NotFound, Problem, Refused

Facts = Any  # a named tuple of the kind's facts and columns (server/access/kind.py)
LONGEST_ID = 64
INSTALLATION_ID = "installation"
SEES_NOTHING: frozenset[Relation] = frozenset()


@dataclass(slots=True, eq=False)
class Grant:
    """The caller may do `action` to `thing`, as decided in `tx`.

    `thing` is the row of the kind's facts and columns; `held` the relations after denials; `by`
    those that allowed it; `on_behalf_of` says for which member and whom a deputy acts. `note` adds
    facts to the entry (committed to and sealed, not in clear). `headers` are added to the answer.
    """

    parts: Parts
    tx: Tx
    caller: Caller
    action: Action
    kind: Kind
    thing: Facts
    held: frozenset[Relation]
    by: frozenset[Relation]
    request_id: str
    address: str | None
    address_digest: bytes | None
    body: dict[str, Any] = field(default_factory=dict)
    before: Any = None
    shown_once: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    on_behalf_of: Mapping[str, Id | None] = field(default_factory=dict)
    mark: bytes | None = None  # keyed digest of the code drawn into what this read lets out
    # Of a read: what is written together with its entry; what it raises lets nothing go.
    also: list[Callable[[Tx], None]] = field(default_factory=list)
    # Of a transfer: what is written where it comes to nothing before it has begun to send.
    unkept: Callable[[Tx], None] | None = None
    share: Share | None = None  # of a range: it may go on under an entry there is already

    @property
    def now(self) -> Instant:
        """The moment of the decision."""
        return self.tx.now

    @property
    def person_id(self) -> Id:
        """Who acts."""
        return self.caller.person_id

    @property
    def id(self) -> Id:
        """The thing's id."""
        identifier: str = self.thing.id
        return identifier

    @property
    def log_id(self) -> str:
        """The log that records it: the council's id, or `system`."""
        log: str = self.thing.log_id
        return log

    @property
    def council_id(self) -> Id:
        """The council the thing belongs to; an error in our own code where it has none."""
        if self.log_id == SYSTEM:
            raise LookupError(f"{self.kind.name} belongs to no council")
        return self.log_id

    @property
    def may(self) -> list[Action]:
        """Everything the caller may do to the thing in its present state."""
        policy, thing = self.parts.policy, self.thing
        return policy.may(self.held, thing.category, self.kind.name, thing.state)

    def note(self, **facts: Any) -> None:
        """Add facts to the entry's sealed body."""
        self.body.update(facts)

    def note_use(self) -> None:
        """Have it written that the credential is in use, unless that was noted a moment ago."""
        if abs(self.now - self.caller.seen_at) > MINUTE:
            self.also.append(lambda tx: seen(tx, self.caller))

    def write_also(self, tx: Tx) -> None:
        """Write what is to be written together with the entry of this read."""
        for act in self.also:
            act(tx)

    def draft(self, outcome: str) -> Draft:
        """The entry that records this act."""
        facts = {
            "action": self.action.value,
            "relations": sorted(relation.value for relation in self.by),
            "state": self.thing.state,
            "category": self.thing.category,
            **self.body,
        }
        if self.on_behalf_of:
            facts["on_behalf_of"] = dict(self.on_behalf_of)
        policy, kind = self.parts.policy, self.kind
        draft = draft_of(policy, self, kind, self.id, self.action, outcome, facts)
        return replace(draft, mark=self.mark)


@dataclass(slots=True, eq=False)
class Attempt:
    """What is known of a request so far, for the entry of a refusal."""

    request_id: str
    address: str | None
    caller: Caller | None = None
    log_id: str = SYSTEM
    address_digest: bytes | None = None


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


def thing_id(kind: Kind, caller: Caller, path: Mapping[str, Any]) -> Id:
    """The id a route speaks of: from its path, the caller's own, or the installation."""
    id = asked_id(kind, caller, path)
    if not _is_plain(id):
        raise NotFound  # no id looks like this; it is not put to a database
    return id


def asked_id(kind: Kind, caller: Caller, path: Mapping[str, Any]) -> str:
    """As `thing_id`, for the entry of a refusal: any text a caller may have sent."""
    if kind.name is KindName.PERSON:
        return caller.person_id
    if kind.name is KindName.INSTALLATION:
        return INSTALLATION_ID
    return str(path[f"{kind.name}_id"])


def _is_plain(id: str) -> bool:
    return len(id) <= LONGEST_ID and id.isprintable()


def refusal_draft(
    policy: Policy, attempt: Attempt, kind: Kind, id: str, action: Action, problem: Problem
) -> Draft:
    """The entry of a refusal: who asked for what, the problem's code, and what it holds inside."""
    # An id that no row has may be any text: its digest is kept, not the text.
    known = id if _is_plain(id) else sha256(id.encode(errors="surrogatepass")).hex()
    facts = {"action": action.value, "code": problem.code, **problem.inside}
    return draft_of(policy, attempt, kind, known, action, "refused", facts)


def draft_of(
    policy: Policy,
    who: Grant | Attempt,
    kind: Kind,
    id: str,
    action: Action,
    outcome: str,
    facts: Mapping[str, Any],
) -> Draft:
    """An entry about an act or an attempt: `facts` are committed to and sealed."""
    caller = who.caller
    actor = {"address": who.address}
    if caller is not None:
        actor |= {
            "person": caller.person_id,
            "credential": caller.credential,
            "credential_id": caller.credential_id,
            **({"service": caller.service_id} if caller.service_id else {}),
        }
    return Draft(
        kind=f"{kind.name.value}.{action.value}",
        object=f"{kind.name.value}/{id}",
        outcome=outcome,
        actor=actor,
        body=facts,
        person_id=caller.person_id if caller else None,
        address_digest=who.address_digest,
        policy=policy.digest,
        request=who.request_id,
    )
