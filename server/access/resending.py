"""A transfer made again by its Idempotency-Key: what arrives is compared, and not kept.

Owns what becomes of content that comes in by one request, with a key that has an answer. Whether it
has one is asked twice: at the beginning (`found`), so that a repetition takes no room, is held to
no limit and is not refused for what has changed since; and under the lock at the end, so that of
two at once one is done (transfer.py).
"""

from collections.abc import Mapping
from typing import Any

from anyio.to_thread import run_sync

from server.access import guard, idempotency, repeating
from server.access.calls import Call
from server.access.deciding import begin
from server.access.idempotency import Keyed
from server.access.parts import Parts
from server.access.thing_ids import thing_id
from server.database import Tx
from server.identity.caller import Caller
from server.ids import Id
from server.problems import Busy, Problem

Content = Mapping[str, Any]  # what is compared of it: its name and type, length and digest


class Resent:
    """What an endpoint holds of a request whose key has an answer: no Grant, for none is needed."""

    def __init__(self, call: Call, caller: Caller) -> None:
        self._call, self._caller = call, caller

    @property
    def parts(self) -> Parts:
        """The server's parts."""
        return self._call.parts

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What was asked for besides the content, as in the first request."""
        return self._call.arguments

    async def answer(self, content: Content) -> bytes:
        """The first answer, if it was to the same content; its entry says that it is a repetition.

        Raises KeyReused, NotFound, NetworkNotAllowed; Busy where the key's day has ended meanwhile.
        """
        return await run_sync(self._answer, content)

    def _answer(self, content: Content) -> bytes:
        call = self._call
        with self.parts.database.changing() as tx:
            caller, id, once = locked(call, tx, self._caller, content)
            stored = repeating.answered(call, tx, caller, id, once)
        if stored is None:
            raise Busy(headers={"Retry-After": "1"})
        return stored[1]

    async def refused(self, problem: Problem) -> None:
        """Record that it came to nothing."""
        await run_sync(guard.record_refusal, self._call, problem)


def found(call: Call, tx: Tx) -> Resent | None:
    """The request as a repetition, where its key has an answer already, to the same arguments.

    Raises Unauthenticated, NotFound, NetworkNotAllowed, KeyReused for a key that is none.
    """
    if "idempotency-key" not in call.request.headers:
        return None
    caller = begin(tx, call.request, call.attempt)
    once = idempotency.key_of(tx, call.request, caller, call.asked)
    if once is None or not idempotency.is_kept(tx, once):
        return None
    id = thing_id(call.rule.kind, caller, call.request.path_params)
    repeating.check_told(call, tx, caller, id)
    return Resent(call, caller)


def locked(call: Call, tx: Tx, known: Caller, content: Content) -> tuple[Caller, Id, Keyed | None]:
    """Who asks for what in the second transaction, its log locked, and what the request with this
    content is remembered by. Raises as `guard.locked`, KeyReused.
    """
    caller = begin(tx, call.request, call.attempt, known)
    once = idempotency.key_of(tx, call.request, caller, call.asked)
    return caller, guard.locked(call, tx, caller), once and once.bringing(tx, content)
