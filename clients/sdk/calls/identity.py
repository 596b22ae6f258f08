"""Signing in and out, one's own credentials, persons, offices, proposals."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from clients.sdk.answers.identity import (
    Approval,
    EnrolmentLink,
    Me,
    NewToken,
    Office,
    OpenSession,
    Person,
    Token,
)
from clients.sdk.call import Call, act, delete, get, listing, post
from clients.sdk.reading import Page


def read_me() -> Call[Me]:
    """The caller."""
    return get(Me, "/me")


def list_sessions() -> Call[Page[OpenSession]]:
    """The caller's sessions."""
    return listing(OpenSession, "/me/sessions")


def end_session(session_id: str = "current") -> Call[None]:
    """Sign out: this session, or another of the caller's."""
    return delete("/me/sessions/{session_id}", session_id=session_id)


def end_other_sessions() -> Call[None]:
    """Sign out every session of the caller but this one."""
    return delete("/me/sessions")


def list_tokens() -> Call[Page[Token]]:
    """The caller's tokens for programs."""
    return listing(Token, "/me/tokens")


def make_token(
    name: str,
    scopes: Sequence[str],
    council: str | None = None,
    days: int | None = None,
    networks: Sequence[str] = (),
) -> Call[NewToken]:
    """Make a token for programs. Scopes: `read`, `write`; `networks` (CIDR): used from there only.

    Without networks it is used from anywhere.
    """
    body = {
        "name": name,
        "scopes": list(scopes),
        "council": council,
        "days": days,
        "networks": list(networks),
    }
    return replace(post(NewToken, "/me/tokens", body), keyed=False)


def revoke_token(token_id: str) -> Call[None]:
    """Revoke one of the caller's tokens."""
    return delete("/me/tokens/{token_id}", token_id=token_id)


def register_person(
    name: str, kana: str, email: str, organisation: str, title: str
) -> Call[Person]:
    """Register a person (氏名, フリガナ, e-mail, 所属, 役職); it gives no credential yet."""
    body = {
        "name": name,
        "kana": kana,
        "email": email,
        "organisation": organisation,
        "title": title,
    }
    return post(Person, "/persons", body)


def invite_person(person: str) -> Call[EnrolmentLink]:
    """Make the one-time link by which a person without credential sets the first passkey."""
    call = post(EnrolmentLink, "/persons/{person}/enrolment-link", None, person=person)
    return replace(call, keyed=False)


def appoint(
    role: str, person: str, council: str | None = None, until: datetime | None = None
) -> Call[Office]:
    """Appoint a person to an office of the installation or of a council (two persons)."""
    body = {"role": role, "person": person, "council": council, "until": until}
    return post(Office, "/offices", body)


def end_office(office: str) -> Call[None]:
    """End an office at once (two persons)."""
    return act("/offices/ending", {"office": office})


def list_offices() -> Call[Page[Office]]:
    """Who holds which office."""
    return listing(Office, "/offices")


def list_approvals() -> Call[Page[Approval]]:
    """Acts that wait for a second person, and which the caller could confirm."""
    return listing(Approval, "/approvals")
