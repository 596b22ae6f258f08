"""A real SMTP server on this machine that accepts, refuses, hangs or drops, as a test wants it."""

import asyncio
import datetime
import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.access.parts import Parts
from server.notices.postman import Postman
from server.notices.relay import Relay, relay_of

SENDER = "council@example.jp"


@dataclass
class Mailbox:
    """What the server was given, and how it behaves from now on."""

    port: int
    answer: str = "250 OK"
    to_recipient: str = "250 OK"
    hangs: bool = False
    drops: bool = False
    raw: list[bytes] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    conversations: int = 0

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        self.conversations += 1
        session.host_name = name
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, _: Any) -> str:  # noqa: N802
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hangs:
            await asyncio.sleep(3600)
        if self.answer.startswith("250"):
            self.raw.append(envelope.content)
        if self.drops:
            # Accepted, and gone before it could say so.
            assert server.transport is not None
            server.transport.abort()
        return self.answer

    @property
    def letters(self) -> list[EmailMessage]:
        """Every mail that was accepted, parsed."""
        parsed = [email.message_from_bytes(raw, policy=default) for raw in self.raw]
        return [each for each in parsed if isinstance(each, EmailMessage)]

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, how: str, data: Any) -> Any:
        """Whoever knows the word gets in; whoever does not is told so."""
        self.users.append(data.login.decode())
        return AuthResult(success=data.password == b"hidden-word", handled=False)


@contextmanager
def mail_server(**more: Any) -> Iterator[Mailbox]:
    """A server of one's own, on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    box = Mailbox(port)
    if more.pop("with_password", False):
        more |= {"authenticator": box.authenticate, "auth_required": True}
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=60, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def mailing(parts: Parts, box: Mailbox, **settings: str) -> Parts:
    """The same server's parts, with this mail server."""
    chosen = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "mail_from": SENDER, **settings}
    return replace(parts, settings=replace(parts.settings, **chosen))  # type: ignore[arg-type]


def relay(parts: Parts) -> Relay:
    """The mail server of these parts."""
    found = relay_of(parts.settings)
    assert found is not None
    return found


def post(parts: Parts) -> None:
    """One round of a postman who has not worked yet: logs, deadlines, letters."""
    Postman(parts).round()


@dataclass(frozen=True)
class Certificate:
    """A certificate that signs itself, for this machine's names, and its key; as files."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What a server shows it with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def self_signed(folder: Path, name: str = "localhost") -> Certificate:
    """Make one, valid today."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    found = Certificate(folder / "mail.pem", folder / "mail.key")
    found.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    found.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return found
