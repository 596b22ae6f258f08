"""The mail server that takes our letters: how it is reached, and giving it some.

Owns the SMTP conversation (RFC 5321) and its TLS: certificates are always verified, and without
TLS only this machine is spoken to. Knows no queue; what the server answers in words is never kept.
"""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib.errors import SMTPException, SMTPResponseException, SMTPTimeoutError

from server.notices.letters import Letter
from server.settings import Settings

TIMEOUT = 10.0  # seconds for each step of the conversation
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
Done = Callable[[Letter, str | None], None]


class Unreachable(Exception):
    """No conversation came about, so that no letter was tried; the text is a word of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Where letters are handed in. `scheme` is smtp, smtps or smtp+starttls."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    ca: str | None
    sender: str
    name: str
    timeout: float = TIMEOUT


def relay_of(settings: Settings) -> Relay | None:
    """The mail server of these settings; None when no mail leaves."""
    if not settings.smtp_url:
        return None
    parsed = urlsplit(settings.smtp_url)
    return Relay(
        scheme=parsed.scheme,
        host=parsed.hostname or "",
        port=parsed.port or PORTS[parsed.scheme],
        user=unquote(parsed.username) if parsed.username else None,
        password=settings.smtp_password or None,
        ca=settings.smtp_ca or None,
        sender=settings.mail_from,
        name=urlsplit(settings.origin).hostname or "localhost",
    )


def deliver(relay: Relay, letters: Sequence[Letter], done: Done) -> None:
    """Hand in letters, one conversation for all; `done(letter, fault)` follows each at once.

    A fault is a word of ours with at most the server's reply code. Raises Unreachable.
    """
    asyncio.run(_deliver(relay, letters, done))


async def _deliver(relay: Relay, letters: Sequence[Letter], done: Done) -> None:
    client = _client(relay)
    try:
        await client.connect()
    except (SMTPException, OSError, ValueError) as error:
        client.close()
        raise Unreachable(fault_of(error)) from error
    try:
        for letter in letters:
            done(letter, await _hand_in(client, relay, letter))
    finally:
        with suppress(SMTPException, OSError):
            await client.quit()
        client.close()


def _client(relay: Relay) -> aiosmtplib.SMTP:
    try:
        context = ssl.create_default_context(cafile=relay.ca)
    except OSError as error:
        raise Unreachable("ca file") from error
    return aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        username=relay.user,
        password=relay.password if relay.user else None,
        local_hostname=relay.name,
        use_tls=relay.scheme == "smtps",
        # Never "if it is offered": whoever stands between could take the offer away.
        start_tls=relay.scheme == "smtp+starttls",
        tls_context=context if relay.scheme != "smtp" else None,
        timeout=relay.timeout,
    )


async def _hand_in(client: aiosmtplib.SMTP, relay: Relay, letter: Letter) -> str | None:
    if not client.is_connected:
        return "disconnected"
    try:
        await client.send_message(letter.message, sender=relay.sender, recipients=[letter.to])
    except SMTPTimeoutError as error:
        client.close()  # a server that hangs keeps the other letters for the next conversation
        return fault_of(error)
    except (SMTPException, OSError, ValueError) as error:
        return fault_of(error)
    return None


def fault_of(error: BaseException) -> str:
    """What went wrong in a word of ours: a server's text may hold an address."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        return fault_of(error.recipients[0])
    if isinstance(error, SMTPResponseException):
        return f"smtp {error.code}"
    cause = error.__cause__ or error.__context__
    if isinstance(error, ssl.SSLError) or isinstance(cause, ssl.SSLError):
        return "tls: the certificate or the connection was not accepted"
    return f"{type(error).__name__}"
