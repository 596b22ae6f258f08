"""Guarded transfers: an `async def` endpoint whose stream runs with no transaction open.

Owns the two transactions around a stream: the first decides and records before a
byte moves; the second decides again and records the outcome. In between, `again` decides anew
every 16 MiB or 5 seconds, so that a removal stops the next byte range. A transfer that fails after
the first is recorded as refused, with the problem's code. A range may find its entry on disk
already, and is then decided anew, but not recorded again (sharing.py). What comes in with an
Idempotency-Key that has an answer already is no transfer: it is compared (resending.py).
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar, overload

from anyio.to_thread import run_sync
from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from server.access import alarm, guard, idempotency, repeating, resending
from server.access.calls import Call, Guarded
from server.access.entries import act_draft
from server.access.grant import Attempt, Grant
from server.access.kind import Kind
from server.access.parts import Parts
from server.access.resending import Content, Resent
from server.access.routes import dressed
from server.access.sharing import Group, Share
from server.access.vocabulary import Action
from server.audit import service as audit
from server.audit.recorder import RightsMoved
from server.clock import SECOND
from server.crashpoints import crashpoint
from server.database import Tx
from server.ids import Id
from server.problems import Busy, Problem
from server.vault import Damaged

Prepared = TypeVar("Prepared")
Result = TypeVar("Result")
Other = TypeVar("Other")
AGAIN_BYTES = 16 << 20
AGAIN_MS = 5 * SECOND


class Disconnected(Problem):
    """Nobody is there to be answered: the code is for the log."""

    status, code = 400, "disconnected"
    ja = "通信が途中で切れました。何も保存されていません。もう一度送ってください。"
    en = "The connection was lost midway. Nothing was stored; send it again."


class Transfer(Generic[Prepared]):
    """What a transferring endpoint holds: the decision, and the ways to make it again.

    `grant` is of the first transaction, which is over: it answers who and what, its `tx` is closed.
    """

    def __init__(
        self, call: Call, grant: Grant, prepared: Prepared, seq: int, group: Group | None = None
    ) -> None:
        self._call, self.grant, self.prepared, self.seq = call, grant, prepared, seq
        self._group = group
        self._refusal_recorded = False
        self._decided_at, self._decided_after = grant.now, 0
        # What must still be so of the thing itself at each later decision.
        self.still: Callable[[Grant], None] = lambda _: None

    @property
    def parts(self) -> Parts:
        """The server's parts."""
        return self._call.parts

    async def keep_deciding(self, moved: int) -> None:
        """Decide again if 16 MiB or 5 seconds have gone by since the last decision.

        `moved` is how many bytes have been sent so far. Raises the Problem that now stands in
        the way. The stream waits: deciding beside it was measured slower, for both want the GIL.
        """
        now = self.parts.clock()
        if moved - self._decided_after >= AGAIN_BYTES or now - self._decided_at >= AGAIN_MS:
            self._decided_at, self._decided_after = now, moved
            await self.again()

    async def again(self) -> None:
        """Decide anew on today's facts. Raises the Problem that now stands in the way."""
        await run_sync(self._again)

    def _again(self) -> None:
        with self.parts.database.reading() as tx:
            self.still(guard.enter(self._call, tx, self.grant.caller))

    async def beside(
        self, action: Action, kind: Kind, id: Id, prepare: Callable[[Grant], Other]
    ) -> "Transfer[Other]":
        """Begin to transfer another thing within this request: decided and recorded by itself.

        Raises the Problem that stands in the way, its refusal recorded.
        """
        call = _beside(self._call, Guarded(action, kind), id, prepare)
        return await run_sync(lambda: _begin(call))

    def counted(self, start: int, length: int) -> bool:
        """Whether an entry to come will say that this range was sent whole, among others; else it
        is to be noted now.
        """
        group = self._group
        return group is not None and self.parts.sharing.sent(group, start, length)

    async def note(
        self, outcome: str, *, also: Callable[[Tx], None] | None = None, **facts: Any
    ) -> None:
        """Record how the transfer ended: for a download, the bytes sent. `also` is written with
        the entry.
        """
        await run_sync(lambda: self._note(outcome, also, facts))

    def _note(self, outcome: str, also: Callable[[Tx], None] | None, facts: dict[str, Any]) -> None:
        grant = self.grant
        # The code of a mark stands in the first entry alone.
        grant.body, grant.mark = {"begun_as": self.seq, **facts}, None
        self.parts.recorder.record(grant.log_id, act_draft(grant, outcome), also=also)
        if facts.get("code") == Damaged.code:
            alarm.damaged(self.parts, grant.log_id, act_draft(grant, "done"))

    async def refused(self, problem: Problem) -> None:
        """Record that the transfer came to nothing, once."""
        if not self._refusal_recorded:
            self._refusal_recorded = True
            await self.note("refused", also=self.grant.unkept, code=problem.code)

    async def change(self, act: Callable[[Grant], Result]) -> Result:
        """The second transaction of an upload: lock, decide again, act, record, commit."""
        return await run_sync(lambda: self._change(act))

    def _change(self, act: Callable[[Grant], Result]) -> Result:
        with self.parts.database.changing() as tx:
            grant = guard.enter_change(self._call, tx, self.grant.caller)
            grant.note(begun_as=self.seq)
            result = act(grant)
            guard.conclude(grant)
        return result

    async def change_once(
        self, content: Content, act: Callable[[Grant], bytes], status: int
    ) -> tuple[bytes, bool]:
        """As `change`, of a request that may have an Idempotency-Key; `act` makes the answer, which
        leaves with `status`. The answer, and whether it is that to an earlier request with the same
        `content`, which alone has done it. Raises KeyReused besides.
        """
        return await run_sync(lambda: self._change_once(content, act, status))

    def _change_once(
        self, content: Content, act: Callable[[Grant], bytes], status: int
    ) -> tuple[bytes, bool]:
        with self.parts.database.changing() as tx:
            caller, id, once = resending.locked(self._call, tx, self.grant.caller, content)
            earlier = repeating.answered(self._call, tx, caller, id, once, begun_as=self.seq)
            if earlier is not None:
                return earlier[1], True
            grant = guard.decided(self._call, tx, caller, id)
            grant.note(begun_as=self.seq)
            answer = act(grant)
            if once:
                idempotency.keep(tx, once, status, answer)
            guard.conclude(grant)
        return answer, False


Held = TypeVar("Held", bound=Transfer[Any] | Resent)
Again = Callable[[Resent, Request], Awaitable[Response]]


def transfer(
    action: Action, kind: Kind, prepare: Callable[..., Prepared], again: Again | None = None
) -> Callable[[Callable[[Transfer[Prepared], Request], Awaitable[Response]]], Callable[..., Any]]:
    """Guard an `async def` endpoint. `prepare(grant, **path and query)` runs in the first
    transaction (it reads what the stream will need); the endpoint receives a `Transfer` holding
    what `prepare` returned, after the entry is durable. `again` is run instead of it where the
    request's Idempotency-Key has an answer already; without it such a key has no meaning.
    """

    def wrap(
        endpoint: Callable[[Transfer[Prepared], Request], Awaitable[Response]],
    ) -> Callable[..., Any]:
        rule = Guarded(action, kind)
        wants = frozenset(inspect.signature(prepare).parameters)

        async def enforce(request: Request, **arguments: Any) -> Response:
            call = guard.new_call(request, rule, prepare, arguments, wants)
            if again is None:
                return await _run(await run_sync(lambda: _begin(call)), endpoint, request)
            begun = await run_sync(lambda: _begin(call, resending.found))
            if isinstance(begun, Resent):
                return await _run(begun, again, request)
            return await _run(begun, endpoint, request)

        return dressed(enforce, prepare, rule, kind, endpoint)

    return wrap


def _beside(call: Call, rule: Guarded, id: Id, prepare: Callable[..., Any]) -> Call:
    scope = {**call.request.scope, "path_params": {f"{rule.kind.name}_id": id}}
    attempt = Attempt(call.attempt.request_id, call.attempt.address)
    return Call(call.parts, Request(scope), attempt, rule, prepare, {}, frozenset())


async def _run(
    begun: Held, endpoint: Callable[[Held, Request], Awaitable[Response]], request: Request
) -> Response:
    try:
        return await endpoint(begun, request)
    except ClientDisconnect as gone:
        await begun.refused(Disconnected())
        raise Disconnected from gone
    except Problem as problem:
        await begun.refused(problem)
        raise


@overload
def _begin(call: Call) -> Transfer[Any]: ...


@overload
def _begin(call: Call, found: Callable[[Call, Tx], Resent | None]) -> Transfer[Any] | Resent: ...


def _begin(
    call: Call, found: Callable[[Call, Tx], Resent | None] = lambda *_: None
) -> Transfer[Any] | Resent:
    try:
        for _ in range(guard.TRIES):
            with call.parts.database.reading() as tx:
                resent = found(call, tx)
                if resent is not None:
                    return resent
                grant = guard.enter(call, tx)
                prepared = guard.run(call, grant)
            try:
                seq, group = _recorded(call, grant)
            except RightsMoved:
                continue
            return Transfer(call, grant, prepared, seq, group)
    except Problem as problem:
        guard.record_refusal(call, problem)
        raise
    raise Busy(headers={"Retry-After": "1"})


def _recorded(call: Call, grant: Grant) -> tuple[int, Group | None]:
    """The number of the entry that is on disk before a byte leaves, and for a range the group it
    goes on with, or has begun. Raises RightsMoved.
    """
    share, sharing = grant.share, call.parts.sharing
    if share is None:
        return guard.record_read(call, grant), None
    about = grant.log_id, act_draft(grant, "allowed"), grant.thing.rights_epoch
    group = sharing.find(*about)
    if group is not None:
        _go_on(call, grant, share, group)
        return group.seq, group
    sharing.make_room()
    _promise(grant, share, share.length)
    seq = guard.record_read(call, grant)
    crashpoint("range.opened")
    return seq, sharing.begin(*about, seq, share)


def _go_on(call: Call, grant: Grant, share: Share, group: Group) -> None:
    """Nothing is recorded; what there is to be written besides is written, durably."""
    with call.parts.database.reading() as tx:
        if audit.rights_epoch(tx, grant.log_id) != grant.thing.rights_epoch:
            raise RightsMoved
    more = call.parts.sharing.draw(group, share)
    _promise(grant, share, more)
    grant.note_use()
    if grant.also:
        with call.parts.database.changing() as tx:
            grant.write_also(tx)
    if more:
        call.parts.sharing.spare(group, more - share.length)


def _promise(grant: Grant, share: Share, length: int) -> None:
    if share.promise is not None and length:
        promise = share.promise
        grant.also.append(lambda tx: promise(tx, length))
