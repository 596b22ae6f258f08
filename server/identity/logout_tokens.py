"""Logout tokens: a provider says that somebody has signed out there.

Owns the checks of OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6. `typ` is `logout+jwt` where
the provider writes one; 2.4 only recommends it, so `JWT` and none are taken as well: `events` and
the forbidden `nonce` keep ID tokens and logout tokens apart.
"""

from dataclasses import dataclass
from typing import Any

from server.clock import SECOND, Instant
from server.identity.oidc_tokens import (
    LEEWAY,
    Keys,
    Unproven,
    check_times,
    moment,
    signed,
    words,
)
from server.identity.providers import Provider

EVENT = "http://schemas.openid.net/event/backchannel-logout"
# 2.4 advises two minutes. A notice that is good for longer would have to be remembered as long.
LONGEST = 3600


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Whose sessions end: of this provider session, of this subject, or both at once."""

    sub: str | None
    sid: str | None
    jti: str
    expires_at: Instant


def signed_out(text: str, provider: Provider, keys: Keys, now: Instant) -> SignedOut:
    """What a logout token says. Raises Unproven, ProviderUnavailable.

    That its `jti` is new is for who obeys it to see.
    """
    claims = signed(text, provider, keys, ("logout+jwt", "jwt", None))
    check_times(claims, now)
    if "nonce" in claims:
        raise Unproven("nonce")
    _check_event(claims)
    sub = words(claims, "sub") if "sub" in claims else None
    sid = words(claims, "sid") if "sid" in claims else None
    if sub is None and sid is None:
        raise Unproven("nobody_named")
    expires = moment(claims, "exp")
    if expires > now / SECOND + LONGEST:
        raise Unproven("valid_too_long")
    return SignedOut(sub, sid, words(claims, "jti"), round((expires + LEEWAY) * SECOND))


def _check_event(claims: dict[str, Any]) -> None:
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise Unproven("event")
