"""Sign-ins under way: what is remembered between sending a browser away and its return.

Owns the table `oidc_flow`. A flow belongs to the browser that holds its secret, is answered by the
`state` it sent, within ten minutes, once.
"""

import hmac
import json
import secrets
from dataclasses import dataclass

from sqlalchemy import Table, delete, update

from crypto import tokens
from crypto.canonical import canonical
from crypto.digests import sha256
from crypto.errors import Unverified
from server.clock import MINUTE, Instant
from server.database import Tx
from server.identity.oidc import Secrets
from server.identity.oidc_models import Flow
from server.identity.oidc_problems import FlowExpired, FlowUnknown, FlowUsed, StateMismatch
from server.ids import Id
from server.keys.models import INSTALLATION
from server.keys.service import bound_hash, open_field, seal_field

LASTS = 10 * MINUTE
KEPT = 60 * MINUTE  # so that who comes late is told so

_flow: Table = Flow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Begun:
    """A new flow: `token` for the browser's cookie, `state` for the provider, the rest for us."""

    token: str
    state: str
    kept: Secrets
    expires_at: Instant


def begin(
    tx: Tx, provider: str, *, enrolment_id: Id | None = None, person_id: Id | None = None
) -> Begun:
    """Remember a flow towards a provider, with secrets of 256 bits each; those of long ago go."""
    tx.connection.execute(delete(_flow).where(_flow.c.expires_at < tx.now - KEPT))
    token, state = tokens.new_token("kyf"), secrets.token_urlsafe(32)
    kept = Secrets(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    sealed = canonical([provider, kept.nonce, kept.verifier]).decode()
    row = Flow(
        id=token.token_id,
        secret_hash=bound_hash(tx, "kyf", token.token_id, provider, token.secret_hash),
        provider=provider,
        state_hash=_state_hash(tx, token.token_id, provider, state),
        sealed=seal_field(tx, INSTALLATION, _place(token.token_id), sealed),
        enrolment_id=enrolment_id,
        person_id=person_id,
        expires_at=tx.now + LASTS,
        used_at=None,
    )
    tx.session.add(row)
    tx.flush()
    return Begun(token.text, state, kept, row.expires_at)


def find(tx: Tx, text: str, state: str) -> Flow:
    """The flow of this browser that this answer is to.

    Raises FlowUnknown, FlowUsed, FlowExpired, StateMismatch. A wrong `state` does not use it up:
    whoever slips a stranger's answer into a browser must not spoil its own sign-in.
    """
    try:
        kind, flow_id, secret = tokens.parse_token(text)
    except Unverified as error:
        raise FlowUnknown from error
    flow = tx.session.get(Flow, flow_id)
    if kind != "kyf" or flow is None:
        raise FlowUnknown
    expected = bound_hash(tx, kind, flow_id, flow.provider, tokens.secret_hash(secret))
    if not hmac.compare_digest(flow.secret_hash, expected):
        raise FlowUnknown
    if not hmac.compare_digest(flow.state_hash, _state_hash(tx, flow_id, flow.provider, state)):
        raise StateMismatch
    if flow.used_at is not None:
        raise FlowUsed
    if flow.expires_at <= tx.now:
        raise FlowExpired
    return flow


def use(tx: Tx, flow: Flow) -> Secrets:
    """Use a flow up, before its code is; what it kept. Raises FlowUsed when another was faster."""
    done = tx.connection.execute(
        update(_flow).where(_flow.c.id == flow.id, _flow.c.used_at.is_(None)).values(used_at=tx.now)
    )
    if done.rowcount != 1:
        raise FlowUsed
    opened = open_field(tx, INSTALLATION, _place(flow.id), flow.sealed)
    provider, nonce, verifier = json.loads(opened)
    if provider != flow.provider:
        raise Unverified("oidc_flow")
    return Secrets(nonce, verifier)


def _state_hash(tx: Tx, flow_id: str, provider: str, state: str) -> bytes:
    return bound_hash(tx, "state", flow_id, provider, sha256(state.encode()))


def _place(flow_id: str) -> tuple[str, str, str]:
    return ("oidc_flow", "sealed", flow_id)
