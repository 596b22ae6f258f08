"""Signing in by an organisation's own service (OpenID Connect), and one's accounts there."""

from dataclasses import replace

from clients.sdk.answers.identity import Session
from clients.sdk.answers.oidc import Flow, Provider, ProviderLink
from clients.sdk.call import Call, delete, listing, post
from clients.sdk.reading import Page


def list_providers() -> Call[Page[Provider]]:
    """The organisations' sign-in services."""
    return replace(listing(Provider, "/providers"), signed_in=False)


def begin_sign_in_with(provider: str, link: str | None = None) -> Call[Flow]:
    """Begin to sign in by a service; with an invitation's link, for the first time."""
    call = post(Flow, "/sign-ins", {"provider": provider, "link": link})
    return replace(call, keyed=False, signed_in=False)


def complete_sign_in(
    flow: str,
    state: str,
    code: str | None = None,
    iss: str | None = None,
    error: str | None = None,
) -> Call[Session]:
    """Exchange what the service sent back to the browser for a session."""
    body = {"flow": flow, "state": state, "code": code, "iss": iss, "error": error}
    call = post(Session, "/sign-ins/callback", body)
    return replace(call, keyed=False, signed_in=False)


def list_links() -> Call[Page[ProviderLink]]:
    """The accounts by which the caller signs in."""
    return listing(ProviderLink, "/me/links")


def add_link(provider: str) -> Call[Flow]:
    """Begin to link an account of a further organisation of the caller's."""
    return replace(post(Flow, "/me/links", {"provider": provider}), keyed=False)


def remove_link(link_id: str) -> Call[None]:
    """Remove one of the caller's accounts; the sessions it opened end."""
    return delete("/me/links/{link_id}", link_id=link_id)
