"""Passkeys: enrolling and signing in with them, one's own, and proving anew that it is oneself.

A ceremony takes two calls: one whose answer goes to the browser's passkey (or, for demonstrations,
to `clients.sdk.authenticator`), and one that brings back what it made or signed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clients.sdk.answers.identity import EnrolmentLink, Session
from clients.sdk.answers.passkeys import Ceremony, Codes, Passkey, SteppedUp, StepUpRequest
from clients.sdk.call import Call, act, delete, get, listing, post, put
from clients.sdk.reading import Page


def begin_enrolment(link: str) -> Call[Ceremony]:
    """Begin to enrol by a one-time link: what the first passkey is made from."""
    return _open(post(Ceremony, "/enrolments/options", {"link": link}))


def enrol(link: str, challenge: str, name: str, credential: Mapping[str, Any]) -> Call[Session]:
    """Register the first passkey by a one-time link, and start a session."""
    body = {"link": link, "challenge": challenge, "name": name, "credential": credential}
    return _open(post(Session, "/enrolments", body))


def begin_sign_in() -> Call[Ceremony]:
    """Begin to sign in: what a passkey is asked to sign."""
    return _open(post(Ceremony, "/sessions/options", None))


def sign_in(challenge: str, credential: Mapping[str, Any]) -> Call[Session]:
    """Start a session by passkey."""
    return _open(post(Session, "/sessions", {"challenge": challenge, "credential": credential}))


def list_passkeys() -> Call[Page[Passkey]]:
    """The caller's passkeys."""
    return listing(Passkey, "/me/passkeys")


def begin_passkey() -> Call[Ceremony]:
    """Begin to add a passkey, having proved by another (`add_passkey`)."""
    return _once(post(Ceremony, "/me/passkeys/options", None))


def add_passkey(challenge: str, name: str, credential: Mapping[str, Any]) -> Call[Passkey]:
    """Add a passkey."""
    body = {"challenge": challenge, "name": name, "credential": credential}
    return _once(post(Passkey, "/me/passkeys", body))


def begin_first_passkey() -> Call[Ceremony]:
    """Begin to add a first passkey, within five minutes of signing in at one's organisation."""
    return _once(post(Ceremony, "/me/first-passkey/options", None))


def add_first_passkey(challenge: str, name: str, credential: Mapping[str, Any]) -> Call[Passkey]:
    """Add the first passkey."""
    body = {"challenge": challenge, "name": name, "credential": credential}
    return _once(post(Passkey, "/me/first-passkey", body))


def rename_passkey(passkey: str, name: str) -> Call[None]:
    """Give one of the caller's passkeys another name."""
    return put("/me/passkeys/{passkey_id}", {"name": name}, passkey_id=passkey)


def remove_passkey(passkey: str) -> Call[None]:
    """Remove one of the caller's passkeys; never the last."""
    return delete("/me/passkeys/{passkey_id}", passkey_id=passkey)


def begin_step_up(
    action: str | None = None,
    thing: str | None = None,
    request: str | None = None,
    device_bound: bool | None = None,
) -> Call[Ceremony]:
    """Begin to prove that it is the caller, for one act on one thing as `StepUpNeeded` names them,
    or for the `request` of another session of theirs. `device_bound`: only by a passkey that
    cannot leave its device, where a council asks for that.
    """
    body = {"action": action, "thing": thing, "request": request, "device_bound": device_bound}
    return _once(post(Ceremony, "/me/step-up/options", body))


def step_up(challenge: str, credential: Mapping[str, Any]) -> Call[SteppedUp]:
    """Prove it. The session goes on with the token that is answered, and with no other."""
    body = {"challenge": challenge, "credential": credential}
    return _once(post(SteppedUp, "/me/step-up", body))


def request_step_up(action: str, thing: str) -> Call[StepUpRequest]:
    """Ask that the caller confirm one act on one thing in another session, where a passkey is."""
    return _once(post(StepUpRequest, "/me/step-up/requests", {"action": action, "thing": thing}))


def list_step_up_requests() -> Call[Page[StepUpRequest]]:
    """What the caller's sessions ask them to confirm."""
    return listing(StepUpRequest, "/me/step-up/requests")


def read_step_up_request(request: str) -> Call[StepUpRequest]:
    """What one of the caller's sessions asks to have confirmed, and whether it was."""
    return get(StepUpRequest, "/me/step-up/requests/{request_id}", request_id=request)


def recover_person(person: str) -> Call[EnrolmentLink]:
    """Let a person who lost every passkey begin anew (two persons; the second gets the link)."""
    call = post(EnrolmentLink, "/persons/{account_id}/recovery", None, account_id=person)
    return _once(call)


def sign_in_by_password(email: str, password: str, code: str | None = None) -> Call[Session]:
    """Start a session by password, to read; only where the server runs with --demo."""
    body = {"email": email, "password": password, "code": code}
    return _open(post(Session, "/sessions/password", body))


def set_password(new: str) -> Call[None]:
    """Set or change the caller's password; sessions by the one before it end."""
    return put("/me/password", {"new": new})


def begin_codes() -> Call[Codes]:
    """Begin to use one-time codes beside the password."""
    return _once(post(Codes, "/me/codes", None))


def confirm_codes(code: str) -> Call[None]:
    """Confirm by a first code; signing in by password needs one from now on."""
    return replace(act("/me/codes/confirm", {"code": code}), keyed=False)


def remove_codes() -> Call[None]:
    """Ask for no codes any more."""
    return delete("/me/codes")


def _once(call: Call[Any]) -> Call[Any]:
    """Without an Idempotency-Key: what is answered is good once, or is shown once."""
    return replace(call, keyed=False)


def _open(call: Call[Any]) -> Call[Any]:
    return replace(call, keyed=False, signed_in=False)
