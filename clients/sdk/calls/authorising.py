"""Signing in a program on a person's own computer by the browser (RFC 8252 with PKCE)."""

from dataclasses import replace

from clients.sdk.answers.authorising import Authorisation
from clients.sdk.answers.identity import Session
from clients.sdk.call import Call, post


def authorise_computer(
    code_challenge: str, redirect_uri: str, computer: str
) -> Call[Authorisation]:
    """Let the program that listens at a loopback address sign in as the caller."""
    body = {
        "code_challenge": code_challenge,
        "redirect_uri": redirect_uri,
        "computer": computer,
    }
    return replace(post(Authorisation, "/me/authorisations", body), keyed=False)


def exchange_code(code: str, code_verifier: str, redirect_uri: str) -> Call[Session]:
    """Exchange the code for a session of its own; a second use ends what the first one made."""
    body = {"code": code, "code_verifier": code_verifier, "redirect_uri": redirect_uri}
    return replace(post(Session, "/sessions/exchange", body), keyed=False, signed_in=False)
