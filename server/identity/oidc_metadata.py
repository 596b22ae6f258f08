"""What a provider says of itself, and the keys it signs with (OpenID Connect Discovery 1.0).

Owns how long both are believed. They are caches of public documents: losing them costs a call. What
a provider says of itself never widens what the operator's file allows.
"""

import threading
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from server.clock import HOUR, MINUTE, Clock, Instant
from server.identity.oidc_problems import ProviderUnavailable
from server.identity.outgoing import Outgoing
from server.identity.providers import Provider

BELIEVED = HOUR
AGAIN = MINUTE  # an unknown key is asked for at most this often, whoever sends how many tokens
MOST_KEYS = 50
LEAST_RSA_BITS = 2048
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
CLIENT_AUTH = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider's document. `names_issuer`: answers to the browser carry `iss` (RFC 9207)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_issuer: bool
    client_auth: str
    algorithms: tuple[str, ...]
    backchannel_logout: bool


@dataclass(frozen=True, slots=True)
class _Held:
    at: Instant
    value: Any

    def fresh(self, now: Instant) -> bool:
        return 0 <= now - self.at < BELIEVED


class Discovery:
    """One provider's metadata and keys, fetched when needed and believed for an hour."""

    def __init__(self, provider: Provider, clock: Clock, outgoing: Outgoing) -> None:
        self._provider, self._clock, self._outgoing = provider, clock, outgoing
        self._metadata: _Held | None = None
        self._keys: _Held | None = None
        self._asked_again: Instant | None = None
        self._lock = threading.Lock()

    def metadata(self) -> Metadata:
        """The provider's document. Raises ProviderUnavailable, also for one that is not its own."""
        held, now = self._metadata, self._clock()
        if held is None or not held.fresh(now):
            base = self._provider.issuer.rstrip("/")
            found = self._outgoing.read(f"{base}/.well-known/openid-configuration")
            held = self._metadata = _Held(now, self._checked(found))
        metadata: Metadata = held.value
        return metadata

    def keys(self, kid: str | None) -> KeySet:
        """The provider's keys; fetched again, once a minute at most, when `kid` is none of them.

        Raises ProviderUnavailable. A key the provider has taken back works for an hour at most.
        """
        held, now = self._keys, self._clock()
        known = held is not None and held.fresh(now)
        if held is None or not known or (not _has(held.value, kid) and self._may_ask(now)):
            document = self._outgoing.read(self.metadata().jwks_uri)
            held = self._keys = _Held(now, KeySet(list(_usable(document, self._unfit))))
        keys: KeySet = held.value
        return keys

    def _may_ask(self, now: Instant) -> bool:
        with self._lock:
            last = self._asked_again
            if last is not None and 0 <= now - last < AGAIN:
                return False
            self._asked_again = now
            return True

    def _checked(self, found: dict[str, Any]) -> Metadata:
        if found.get("issuer") != self._provider.issuer:
            raise self._unfit("its metadata names another issuer than the one configured")
        endpoints = {name: found.get(name) for name in ENDPOINTS}
        if not all(self._outgoing.allowed(each) for each in endpoints.values()):
            raise self._unfit("its metadata names an address that is missing or not https")
        offered = _words(found.get("token_endpoint_auth_methods_supported")) or CLIENT_AUTH[:1]
        usable = [method for method in CLIENT_AUTH if method in offered]
        if not usable:
            raise self._unfit(f"it takes neither {' nor '.join(CLIENT_AUTH)}")
        return Metadata(
            authorization_endpoint=str(endpoints["authorization_endpoint"]),
            token_endpoint=str(endpoints["token_endpoint"]),
            jwks_uri=str(endpoints["jwks_uri"]),
            names_issuer=found.get("authorization_response_iss_parameter_supported") is True,
            client_auth=usable[0],
            algorithms=_words(found.get("id_token_signing_alg_values_supported")),
            backchannel_logout=found.get("backchannel_logout_supported") is True,
        )

    def _unfit(self, why: str) -> ProviderUnavailable:
        return ProviderUnavailable(f"{self._provider.id}: {why}", headers={"Retry-After": "60"})


def _has(keys: KeySet, kid: str | None) -> bool:
    return kid is None or any(key.kid == kid for key in keys.keys)


def _words(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _usable(document: dict[str, Any], unfit: Callable[[str], ProviderUnavailable]) -> list[Key]:
    """The public keys for signatures in a JWK set (RFC 7517, 5); others in it are passed over."""
    listed = document.get("keys")
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise unfit("its key set is none, or too large")
    keys = [key for each in listed if (key := _key(each)) is not None]
    if not keys:
        raise unfit("its key set holds no key for signatures")
    return keys


def _key(described: Any) -> Key | None:
    if not isinstance(described, dict) or described.get("kty") not in ("RSA", "EC"):
        return None
    if described.get("use", "sig") != "sig" or "d" in described:
        return None
    try:
        return None if _short(described) else JWKRegistry.import_key(described)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _short(described: dict[str, Any]) -> bool:
    """Whether it is an RSA key that a rich enemy may have factored (RFC 7518, 3.3)."""
    if described["kty"] != "RSA":
        return False
    modulus = urlsafe_b64decode(f"{described['n']}==")
    return int.from_bytes(modulus, "big").bit_length() < LEAST_RSA_BITS
