"""Whether a provider answers, and whether what it offers fits what the operator's file allows.

Owns the words `kyogikai-server doctor` says of it. Signs nobody in and changes nothing.
"""

from collections.abc import Iterator
from typing import Literal

from server.identity.oidc import RelyingParty
from server.identity.oidc_metadata import Metadata
from server.identity.oidc_problems import ProviderUnavailable

NO_ALGORITHM = (
    "許した署名方式（algorithms）のどれも使わない / it signs in no way that `algorithms` allows"
)
UNNAMED = (
    "応答に iss がない（RFC 9207）。混同攻撃への守りは state だけ / "
    "its answers do not name it: against mix-up there is the state alone"
)
NO_LOGOUT = (
    "サインアウトを知らせない。ここのセッションは期限まで続く / "
    "it gives no notice of a sign-out: sessions here go on to their limits"
)

Remark = tuple[Literal["ok", "note", "wrong"], str]


def examine(party: RelyingParty) -> Iterator[Remark]:
    """What is to be said of one provider, after asking it for its metadata and its keys."""
    name = party.provider.id
    try:
        metadata = party.discovery.metadata()
        keys = party.discovery.keys(None)
    except ProviderUnavailable as error:
        yield "wrong", f"使えない / cannot be used: {error.detail}"
        return
    yield "ok", f"{name}: 応答あり、鍵 {len(keys.keys)} 個 / answers, that many keys"
    yield from _offers(party, metadata)


def _offers(party: RelyingParty, metadata: Metadata) -> Iterator[Remark]:
    provider = party.provider
    if metadata.algorithms and not set(metadata.algorithms) & set(provider.algorithms):
        offered = ", ".join(metadata.algorithms)
        yield "wrong", f"{provider.id}: {NO_ALGORITHM}: {offered}"
    if not metadata.names_issuer:
        yield "note", f"{provider.id}: {UNNAMED}"
    if not metadata.backchannel_logout:
        yield "note", f"{provider.id}: {NO_LOGOUT}"
