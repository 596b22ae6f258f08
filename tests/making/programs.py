"""A program on a person's computer that is to sign in: its secret, its address, its code."""

from typing import Any

from crypto.tokens import parse_token
from server.identity import authorising
from tests.factories import Caller, World

VERIFIER = "a-secret-of-the-program-that-nobody-else-has-ever-seen"
LISTENS = "http://127.0.0.1:49152/signed-in"


def asking(verifier: str = VERIFIER, address: str = LISTENS) -> dict[str, Any]:
    """What the page in the browser asks for it."""
    return {
        "code_challenge": authorising.challenge_of(verifier),
        "redirect_uri": address,
        "computer": "甲野のノートPC",
    }


def exchange(world: World, caller: Caller) -> dict[str, Any]:
    """What the program sends, with a code that this session has just given it."""
    with world.changing() as tx:
        code, _ = authorising.authorise(
            tx,
            caller.person_id,
            parse_token(caller.token)[1],
            challenge=authorising.challenge_of(VERIFIER),
            redirect_uri=LISTENS,
            computer="甲野のノートPC",
        )
    return sending(code)


def sending(code: str, verifier: str = VERIFIER, address: str = LISTENS) -> dict[str, Any]:
    """What the program sends with a code."""
    return {"code": code, "code_verifier": verifier, "redirect_uri": address}
