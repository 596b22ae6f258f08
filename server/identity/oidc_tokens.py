"""ID tokens: whether a provider really says that this person just signed in there.

Owns the checks of OpenID Connect Core 1.0, 3.1.3.7, and our stricter ones (IDN-2). Every refusal
has a word of its own. The provider's key, its issuer and the algorithms come from the operator's
file and the key set it leads to, never from the token.
"""

import hmac
import json
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from server.clock import SECOND, Instant
from server.identity.providers import Provider

LONGEST = 16 << 10
LEEWAY = 30  # seconds two clocks may differ
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, 2
# Headers by which a token would bring its own key, or change what is signed.
BROUGHT = frozenset("jwk jku x5u crit b64".split())

Keys = Callable[[str | None], KeySet]


class Unproven(Exception):
    """A token that does not hold; `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Subject:
    """Who signed in, by the provider's word: only the pair of issuer and sub names a person."""

    issuer: str
    sub: str
    sid: str | None


def unproven_issuer(text: str) -> Any:
    """The issuer a token claims, to know whose keys to prove it by; None if it claims none."""
    if len(text) > LONGEST:
        return None
    try:
        payload = jws.extract_compact(text.encode()).payload
        claims = json.loads(payload or b"")
    except (JoseError, ValueError, RecursionError, TypeError):
        return None
    return claims.get("iss") if isinstance(claims, dict) else None


def signed(
    text: str, provider: Provider, keys: Keys, types: Collection[str | None]
) -> dict[str, Any]:
    """The claims of a token the provider signed for us. Raises Unproven, ProviderUnavailable.

    `types` are the values of `typ` it may bear, in lower case; None: it may bear none.
    """
    if len(text) > LONGEST:
        raise Unproven("oversize")
    registry = jws.JWSRegistry(algorithms=provider.algorithms, strict_check_header=False)
    try:
        header = jws.extract_compact(text.encode(), registry=registry).headers()
        _check_header(header, provider, types)
        kid = header.get("kid")
        claims = jwt.decode(text, keys(kid), registry=registry).claims
    except BadSignatureError as error:
        raise Unproven("signature") from error
    except InvalidKeyIdError as error:
        raise Unproven("unknown_key") from error
    except (JoseError, ValueError, RecursionError, TypeError) as error:
        raise Unproven("malformed") from error
    _check_addressed(claims, provider)
    return claims


def _check_header(
    header: dict[str, Any], provider: Provider, types: Collection[str | None]
) -> None:
    if header.get("alg") not in provider.algorithms:
        raise Unproven("algorithm")
    if BROUGHT & header.keys():
        raise Unproven("header")
    kid, typ = header.get("kid"), header.get("typ")
    if not isinstance(kid, str | None) or not isinstance(typ, str | None):
        raise Unproven("malformed")
    if (typ.lower().removeprefix("application/") if typ else None) not in types:
        raise Unproven("type")


def _check_addressed(claims: dict[str, Any], provider: Provider) -> None:
    """From this issuer, to us and to nobody else."""
    if claims.get("iss") != provider.issuer:
        raise Unproven("issuer")
    if claims.get("aud") not in (provider.client_id, [provider.client_id]):
        raise Unproven("audience")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise Unproven("authorised_party")


def check_times(claims: dict[str, Any], now: Instant) -> None:
    """Whether a token is of the present. Raises Unproven."""
    seconds = now / SECOND
    if seconds >= moment(claims, "exp") + LEEWAY:
        raise Unproven("expired")
    if moment(claims, "iat") > seconds + LEEWAY:
        raise Unproven("issued_in_future")
    if "nbf" in claims and moment(claims, "nbf") > seconds + LEEWAY:
        raise Unproven("issued_in_future")


def moment(claims: dict[str, Any], name: str) -> float:
    """A claim of seconds since the epoch. Raises Unproven with the claim's name."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unproven(f"{name}_missing")
    return float(value)


def words(claims: dict[str, Any], name: str, longest: int = LONGEST_SUBJECT) -> str:
    """A claim that is a short text. Raises Unproven with the claim's name."""
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise Unproven(f"{name}_missing")
    return value


def subject_of(text: str, provider: Provider, keys: Keys, nonce: str, now: Instant) -> Subject:
    """Who the ID token says has signed in, for the request that bore `nonce`.

    Groups, roles and addresses in it are not read: seats come from a council's roster alone.
    Raises Unproven, ProviderUnavailable.
    """
    claims = signed(text, provider, keys, ("jwt", None))
    check_times(claims, now)
    if not hmac.compare_digest(words(claims, "nonce").encode(), nonce.encode()):
        raise Unproven("nonce")
    _check_proof(claims, provider, now)
    sid = words(claims, "sid") if "sid" in claims else None
    return Subject(provider.issuer, words(claims, "sub"), sid)


def _check_proof(claims: dict[str, Any], provider: Provider, now: Instant) -> None:
    """How recently, and how well, the person proved themself there."""
    age = now / SECOND - moment(claims, "auth_time")
    if age < -LEEWAY:
        raise Unproven("issued_in_future")
    if age > provider.max_age + LEEWAY:
        raise Unproven("signed_in_too_long_ago")
    if provider.acr_values and claims.get("acr") not in provider.acr_values:
        raise Unproven("acr_too_low")
    used = claims.get("amr")
    if not set(provider.amr_values) <= set(_texts(used)):
        raise Unproven("amr_too_low")


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
