"""What is known of a request: an Attempt until it is decided, a Grant from then on.

A Grant is the proof that caller, relation, category, credential and step-up all held in the
transaction it carries; only `decide` makes one (server/access/deciding.py). Owns no rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.access.kind import Facts, Kind
from server.access.parts import Parts
from server.access.sharing import Share
from server.access.vocabulary import Action, Relation
from server.audit.models import SYSTEM
from server.clock import MINUTE, Instant
from server.database import Tx
from server.identity.caller import Caller, seen
from server.ids import Id


@dataclass(slots=True, eq=False)
class Attempt:
    """What is known of a request so far, for the entry of a refusal."""

    request_id: str
    address: str | None
    caller: Caller | None = None
    log_id: str = SYSTEM
    address_digest: bytes | None = None


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
