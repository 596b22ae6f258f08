"""A passkey kept in a file, for demonstrations and automated tests; never for confidential work.

Owns a software authenticator (WebAuthn Level 3): it makes P-256 keys and signs with them, answering
the options that the server sends as a browser would (`create`, `get`).

What it is not: whoever can read the file is the person, for nobody is asked for a fingerprint or a
PIN although the answers say "verified"; the keys can be copied, which the answers do say (backup
eligible, backed up), so that a council that asks for keys bound to a device refuses them. Of two
copies in use, the one that lags behind is refused by its count. Nothing here reads or writes a
file: whoever does keeps it to its owner, and writes it again after each use.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

ES256 = -7  # RFC 9053, 2.1
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
COPYABLE = PRESENT | VERIFIED | ELIGIBLE | BACKED_UP
AAGUID = bytes(16)  # says no model, as attestation `none` does

Options = Mapping[str, Any]


class NoPasskey(Exception):
    """This authenticator cannot answer: no key that fits, or one of this person already."""


@dataclass
class Key:
    """One passkey: for which relying party and user, its private key (PKCS #8), its count of uses.

    `id`, `user` and `private` are base64url, as in the JSON of WebAuthn.
    """

    rp: str
    id: str
    user: str
    private: str = field(repr=False)
    count: int = 0


@dataclass
class Authenticator:
    """Passkeys in memory. `flags` are those of every answer (WebAuthn 6.1)."""

    keys: list[Key] = field(default_factory=list)
    flags: int = COPYABLE

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> "Authenticator":
        """The authenticator that `to_dict` described. Raises KeyError, TypeError."""
        return cls([Key(**each) for each in value["keys"]], int(value["flags"]))

    def to_dict(self) -> dict[str, Any]:
        """Everything it holds, private keys in clear, as JSON can hold it."""
        return asdict(self)

    def create(self, options: Options, origin: str) -> dict[str, Any]:
        """Make a passkey as the options of a registration ask; the credential to send back.

        Raises NoPasskey where it holds one that is excluded, or cannot make what is asked.
        """
        rp = _rp(str(options["rp"]["id"]), origin)
        excluded = {each["id"] for each in options.get("excludeCredentials", ())}
        if any(key.id in excluded for key in self.keys):
            raise NoPasskey("this authenticator holds a passkey of this person already")
        if ES256 not in [each["alg"] for each in options["pubKeyCredParams"]]:
            raise NoPasskey("the server accepts no key that this authenticator can make")
        private = ec.generate_private_key(ec.SECP256R1())
        key = Key(rp, _text(secrets.token_bytes(32)), options["user"]["id"], _private(private))
        self.keys.append(key)
        named = base64url_to_bytes(key.id)
        attested = AAGUID + len(named).to_bytes(2, "big") + named + _cose(private.public_key())
        data = self._data(key, ATTESTED) + attested
        statement = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": _text(_client_data("webauthn.create", options, origin)),
            "attestationObject": _text(statement),
            "transports": ["internal"],
        }
        return _credential(key, response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def get(self, options: Options, origin: str) -> dict[str, Any]:
        """Sign what the options of an authentication ask; the credential to send back.

        Raises NoPasskey where no key of its own fits.
        """
        rp = _rp(str(options["rpId"]), origin)
        allowed = {each["id"] for each in options.get("allowCredentials", ())}
        fitting = [k for k in self.keys if k.rp == rp and (not allowed or k.id in allowed)]
        if not fitting:
            raise NoPasskey(f"no passkey for {rp} that the server would accept")
        key = fitting[-1]
        key.count += 1
        data = self._data(key)
        client = _client_data("webauthn.get", options, origin)
        signed = _load(key).sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(signed),
            "userHandle": key.user,
        }
        return _credential(key, response)

    def _data(self, key: Key, more: int = 0) -> bytes:
        flags = (self.flags | more).to_bytes(1, "big")
        return sha256(key.rp.encode()).digest() + flags + key.count.to_bytes(4, "big")


def _rp(rp: str, origin: str) -> str:
    """The relying party, if a page of `origin` may speak for it, as a browser checks."""
    host = urlsplit(origin).hostname or ""
    if host != rp and not host.endswith(f".{rp}"):
        raise NoPasskey(f"a page of {origin} does not speak for {rp}")
    return rp


def _client_data(kind: str, options: Options, origin: str) -> bytes:
    said = {"type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": False}
    return json.dumps(said, separators=(",", ":")).encode()


def _credential(key: Key, response: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": key.id,
        "rawId": key.id,
        "type": "public-key",
        "response": dict(response),
        "clientExtensionResults": {},
    }


def _cose(public: ec.EllipticCurvePublicKey) -> bytes:
    """The public key as a COSE_Key: EC2, ES256, P-256 (RFC 9053, 7.1)."""
    point = public.public_numbers()
    x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
    return encode_cbor({1: 2, 3: ES256, -1: 1, -2: x, -3: y})


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    clear = serialization.NoEncryption()
    return _text(key.private_bytes(serialization.Encoding.DER, form, clear))


def _load(key: Key) -> ec.EllipticCurvePrivateKey:
    loaded = serialization.load_der_private_key(base64url_to_bytes(key.private), None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise NoPasskey("the private key of this passkey is of another kind")
    return loaded


def _text(value: bytes) -> str:
    return bytes_to_base64url(value)
