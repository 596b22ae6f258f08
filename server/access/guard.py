"""The one guard: who, what, may they, do it, record it, commit it — in one thread hop.

`@guarded(Action.READ, DOCUMENT)` wraps a plain `def` endpoint, which receives a `Grant` and is not
entered without one. A read's answer leaves when its entry is durable; a change and its entry are
one transaction; a refusal is recorded after everything else was rolled back.
"""

import inspect
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from fastapi import Request, Response
from pydantic import TypeAdapter

from server.access import approvals, idempotency, leaving, repeating
from server.access.answering import answer, etag_of
from server.access.calls import Ahead, Call, Guarded
from server.access.deciding import begin, decide
from server.access.entries import act_draft, refusal_draft
from server.access.grant import Attempt, Grant
from server.access.kind import Kind
from server.access.models import Proposal
from server.access.parts import parts_of
from server.access.routes import dressed
from server.access.schemas import ProposalOut
from server.access.thing_ids import asked_id, thing_id
from server.access.vocabulary import Action
from server.audit import checkpoints
from server.audit import service as audit
from server.audit.recorder import RightsMoved
from server.database import Tx
from server.identity import caller as callers
from server.identity.caller import Caller
from server.ids import Id, new_id
from server.problems import Busy, Internal, NotFound, PreconditionFailed, Problem, Unauthenticated

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
READS = ("GET", "HEAD")
TRIES = 5


def guarded(
    action: Action,
    kind: Kind,
    *,
    before: Callable[[Call], Any] | None = None,
    ahead: Ahead | None = None,
) -> Callable[[Endpoint], Endpoint]:
    """Let an endpoint be entered only with a Grant for `action` on the thing its path names.

    `before` does what must not hold a lock (checking a password) ahead of a change's transaction;
    what it returns is `grant.before`. `ahead` says which councils an act on the installation will
    change besides: their logs are locked first, in order, for the system log is always the last.
    """

    def wrap(endpoint: Endpoint) -> Endpoint:
        adapter = TypeAdapter(inspect.signature(endpoint).return_annotation)
        rule = Guarded(action, kind, before, ahead)
        wants = frozenset(inspect.signature(endpoint).parameters)

        def enforce(request: Request, **arguments: Any) -> Response:
            call = new_call(request, rule, endpoint, arguments, wants)
            if request.method in READS:
                return refusing(call, lambda: _read(call, adapter))
            return refusing(call, lambda: _change(call, adapter))

        return dressed(enforce, endpoint, rule, kind, endpoint)  # type: ignore[return-value]

    return wrap


def anyone(endpoint: Endpoint) -> Endpoint:
    """Says, where an endpoint is declared, that no one is kept out."""
    endpoint.__guard__ = anyone  # type: ignore[attr-defined]
    return endpoint


def new_call(
    request: Request,
    rule: Guarded,
    endpoint: Callable[..., Any],
    arguments: dict[str, Any],
    wants: frozenset[str],
) -> Call:
    """A request on its way through the guard, with an id for its entry and its problems."""
    parts = parts_of(request)
    request.state.request_id = new_id(parts.clock())
    address = request.client.host if request.client else None
    attempt = Attempt(request.state.request_id, address)
    return Call(parts, request, attempt, rule, endpoint, arguments, wants)


def refusing(call: Call, act: Callable[[], Response]) -> Response:
    """Run the act; when it raises a Problem, record the refusal on its own and raise it again."""
    try:
        return act()
    except Problem as problem:
        record_refusal(call, problem)
        raise
    except Exception:
        # Whatever failed, that it was asked stays on record; the failure itself goes its own way.
        with suppress(Exception):
            record_refusal(call, Internal())
        raise


def record_refusal(call: Call, problem: Problem) -> None:
    """Record a refusal in its own transaction; bad credentials are only counted."""
    attempt, rule = call.attempt, call.rule
    if isinstance(problem, Unauthenticated) or attempt.caller is None:
        call.parts.tally.count("credential.refused", attempt.address)
        return
    id = asked_id(rule.kind, attempt.caller, call.request.path_params)
    draft = refusal_draft(call.parts.policy, attempt, rule.kind, id, rule.action, problem)
    leaving.record(call.parts, attempt.log_id, draft, problem)


def enter(call: Call, tx: Tx, known: Caller | None = None) -> Grant:
    """Identify and decide, in this transaction; `known` is who began what still runs."""
    caller = begin(tx, call.request, call.attempt, known)
    id = thing_id(call.rule.kind, caller, call.request.path_params)
    return decide(call.parts, tx, call.attempt, caller, call.rule.action, call.rule.kind, id)


def run(call: Call, grant: Grant) -> Any:
    """The endpoint's body, with what it asked for."""
    arguments = {name: value for name, value in call.arguments.items() if name in call.wants}
    if "request" in call.wants:
        arguments["request"] = call.request
    return call.endpoint(grant, **arguments)


def _read(call: Call, adapter: TypeAdapter[Any]) -> Response:
    for _ in range(TRIES):
        with call.parts.database.reading() as tx:
            grant = enter(call, tx)
            content = adapter.dump_json(run(call, grant))
            etag = etag_of(grant) if call.request.url.path.endswith(f"/{grant.id}") else None
        try:
            record_read(call, grant)
        except RightsMoved:
            continue
        if etag and etag in call.request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": etag})
        return answer(200, content, etag, grant.headers)
    raise Busy(headers={"Retry-After": "1"})


def record_read(call: Call, grant: Grant) -> int:
    """Record a decided read durably; its entry's number. Raises RightsMoved."""
    grant.note_use()
    return call.parts.recorder.record(
        grant.log_id,
        act_draft(grant, "allowed"),
        epoch=grant.thing.rights_epoch,
        also=grant.write_also if grant.also else None,
    )


def _change(call: Call, adapter: TypeAdapter[Any]) -> Response:
    before = call.rule.before(call) if call.rule.before else None
    with call.parts.database.changing() as tx:
        caller = begin(tx, call.request, call.attempt)
        is_post = call.request.method == "POST"
        once = idempotency.key_of(tx, call.request, caller, call.asked) if is_post else None
        id = locked(call, tx, caller)
        stored = repeating.answered(call, tx, caller, id, once)
        if stored is not None:
            return answer(*stored, None)
        grant = decided(call, tx, caller, id)
        grant.before = before
        _check_match(call, grant)
        status, content = _do(call, grant, adapter)
        if once:
            idempotency.keep(tx, once, status, None if grant.shown_once else content)
        conclude(grant)
    return answer(status, content, None, grant.headers)


def enter_change(call: Call, tx: Tx, known: Caller) -> Grant:
    """Lock the log of the thing, then decide on facts that nobody else can change meanwhile."""
    caller = begin(tx, call.request, call.attempt, known)
    return decided(call, tx, caller, locked(call, tx, caller))


def locked(call: Call, tx: Tx, caller: Caller) -> Id:
    """The thing's id, its log locked. Raises NotFound."""
    kind = call.rule.kind
    id = thing_id(kind, caller, call.request.path_params)
    found = kind.log_of.row(tx, {"id": id})
    if found is None:
        raise NotFound
    for log_id in sorted(set(call.rule.ahead(tx, call.arguments)) if call.rule.ahead else ()):
        audit.lock(tx, log_id)
    audit.lock(tx, found.log_id)
    call.attempt.log_id = found.log_id
    callers.seen(tx, caller)
    return id


def decided(call: Call, tx: Tx, caller: Caller, id: Id) -> Grant:
    """The decision on what was locked. Raises as `decide`."""
    return decide(call.parts, tx, call.attempt, caller, call.rule.action, call.rule.kind, id)


def conclude(grant: Grant) -> None:
    """Append the entry of a change, vouch for its facts in every log it touched, sign."""
    grant.tx.flush()
    draft = act_draft(grant, "done")
    audit.append(grant.tx, grant.log_id, draft)
    for log_id in sorted(grant.tx.evidence):
        audit.append(grant.tx, log_id, draft)
    for log_id in grant.tx.heads:
        checkpoints.sign(grant.tx, log_id)


def _do(call: Call, grant: Grant, adapter: TypeAdapter[Any]) -> tuple[int, bytes]:
    if grant.parts.policy.requirements[grant.action].persons == 2:
        proposal = approvals.second_person(grant, call.asked)
        if proposal is not None:
            return 202, _proposed(proposal).model_dump_json().encode()
    result = run(call, grant)
    grant.tx.flush()
    status = call.request.scope["route"].status_code or 200
    return status, b"" if status == 204 else adapter.dump_json(result)


def _proposed(proposal: Proposal) -> ProposalOut:
    return ProposalOut(
        proposal=proposal.id,
        action=proposal.action,
        thing=proposal.thing,
        expires_at=proposal.expires_at,
    )


def _check_match(call: Call, grant: Grant) -> None:
    wanted = call.request.headers.get("if-match")
    if wanted not in (None, "*") and etag_of(grant) != wanted:
        raise PreconditionFailed
