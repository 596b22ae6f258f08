"""Relying parties: this server towards each of the organisations' sign-in services.

Owns the request that sends a browser to a provider (OpenID Connect Core 1.0, 3.1.2.1, with PKCE
S256 and a nonce always) and the checks of what comes back with it. Knows no person: who a subject
is here is in `links.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.clock import Clock, Instant
from server.identity import logout_tokens, oidc_tokens
from server.identity.logout_tokens import SignedOut
from server.identity.oidc_metadata import Discovery
from server.identity.oidc_problems import (
    IssuerMismatch,
    LogoutRefused,
    NoSuchProvider,
    ProviderUnavailable,
    TokenRefused,
)
from server.identity.oidc_tokens import Subject, Unproven
from server.identity.outgoing import Outgoing
from server.identity.providers import Provider

CALLBACK = "/sign-in/callback"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a flow keeps to itself: `nonce` returns in the ID token, `verifier` opens the code."""

    nonce: str
    verifier: str


class RelyingParty:
    """This server towards one provider. Every method may raise ProviderUnavailable."""

    def __init__(self, provider: Provider, origin: str, clock: Clock) -> None:
        self.provider, self._clock = provider, clock
        self._redirect_uri = origin + CALLBACK
        self._outgoing = Outgoing(provider)
        self.discovery = Discovery(provider, clock, self._outgoing)

    def authorisation_url(self, state: str, kept: Secrets) -> str:
        """Where the browser goes to sign in."""
        provider = self.provider
        asked = {
            "redirect_uri": self._redirect_uri,
            "scope": " ".join(provider.scopes),
            "state": state,
            "nonce": kept.nonce,
            "max_age": str(provider.max_age),
        }
        if provider.prompt:
            asked["prompt"] = provider.prompt
        if provider.acr_values:
            asked["acr_values"] = " ".join(provider.acr_values)
        endpoint = self.discovery.metadata().authorization_endpoint
        return self._outgoing.authorisation_url(endpoint, kept.verifier, **asked)

    def check_issuer(self, iss: str | None) -> None:
        """Whether the answer in the browser is this provider's (RFC 9207, 2.4): against mix-up.

        Raises IssuerMismatch.
        """
        if iss is None and not self.discovery.metadata().names_issuer:
            return
        if iss != self.provider.issuer:
            raise IssuerMismatch

    def subject(self, code: str, kept: Secrets) -> Subject:
        """Who signed in there, for the code of the answer. Raises TokenRefused, ProviderRefused."""
        metadata = self.discovery.metadata()
        given = self._outgoing.exchange(
            metadata.token_endpoint,
            metadata.client_auth,
            code=code,
            code_verifier=kept.verifier,
            redirect_uri=self._redirect_uri,
        )
        token = given.get("id_token")
        if not isinstance(token, str):
            raise TokenRefused("missing")
        try:
            return oidc_tokens.subject_of(
                token, self.provider, self.discovery.keys, kept.nonce, self._clock()
            )
        except Unproven as error:
            raise TokenRefused(error.reason) from error

    def signed_out(self, token: str, now: Instant) -> SignedOut:
        """Who signed out there. Raises LogoutRefused."""
        try:
            return logout_tokens.signed_out(token, self.provider, self.discovery.keys, now)
        except Unproven as error:
            raise LogoutRefused(error.reason) from error
        except ProviderUnavailable as error:  # 2.8 knows no other answer to a sign-out that failed
            raise LogoutRefused(error.code) from error


class Providers:
    """The providers of this installation, in the order of the operator's file."""

    def __init__(self, configured: Iterable[Provider], origin: str, clock: Clock) -> None:
        self._parties = tuple(RelyingParty(each, origin, clock) for each in configured)

    def __iter__(self) -> Iterator[RelyingParty]:
        return iter(self._parties)

    def find(self, id: str) -> RelyingParty:
        """The provider of this id. Raises NoSuchProvider."""
        for party in self._parties:
            if party.provider.id == id:
                return party
        raise NoSuchProvider

    def by_issuer(self, issuer: object) -> RelyingParty | None:
        """The provider with exactly this issuer."""
        return next((each for each in self._parties if each.provider.issuer == issuer), None)
