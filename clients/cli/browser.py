"""Signing in by the person's own browser: what is opened there, and what comes back of it.

Owns the program's half of RFC 8252 with PKCE (RFC 7636): a fresh secret and state for each sign-in,
which never leave this process but as the secret's digest.
"""

import platform
import secrets
import webbrowser
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from clients.cli.language import t
from clients.cli.listening import Listener
from clients.sdk.answers.identity import Session
from clients.sdk.call import Call
from clients.sdk.calls.authorising import exchange_code

if TYPE_CHECKING:
    from clients.cli.desk import Desk

LONGEST_NAME = 80
DEFAULT_PORTS = {"https": 443, "http": 80}


def sign_in(desk: "Desk") -> Call[Session]:
    """Have the person sign in at the server in a browser; the call that fetches the session.

    Raises NotSignedIn when that takes too long, or when the person declines there.
    """
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    with Listener(state, origin(desk.server)) as listener:
        asked = {
            "response_type": "code",
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            "redirect_uri": listener.redirect_uri,
            "state": state,
            "name": _computer(),
        }
        show(
            desk,
            f"{origin(desk.server)}/authorise?{urlencode(asked)}",
            t("ブラウザでサインインしてください。", "Sign in with your browser."),
        )
        code = listener.wait(desk.wait)
    return exchange_code(code, verifier, listener.redirect_uri)


def show(desk: "Desk", address: str, why: str) -> None:
    """Open an address in the browser, and say it, for who has to open it themselves."""
    desk.say(f"{why}\n{address}")
    if desk.opens_browser and not webbrowser.open(address):
        desk.say(
            t(
                "ブラウザを開けませんでした。上のアドレスを開いてください。",
                "No browser could be opened. Open the address above.",
            )
        )


def origin(server: str) -> str:
    """The origin of a server's address, as a browser spells it."""
    parts = urlsplit(server.lower())
    port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _computer() -> str:
    """What the person will know this sign-in by, in the list of their sessions."""
    shown = "".join(each for each in platform.node() if each.isprintable())
    return f"kyogikai ({shown or '?'})"[:LONGEST_NAME]
