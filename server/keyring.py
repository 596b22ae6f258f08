"""The keys this process holds, and the provider they come from.

Owns reading the key file; nothing else does. Keeps unwrapped keys in memory only, hands out
operations or derived keys, never writes a key into a log, an exception or a row. Python cannot
reliably wipe memory: whoever reads this process's memory reads its keys (SECURITY.md says so).
"""

import base64
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crypto import keys
from server.settings import ReasonNotToStart

FORMAT = "kyogikai/key-file/v1"


class KeyProblem(ReasonNotToStart):
    """Keys cannot be used; the message says what to do. Keeps the server down."""


class Provider(Protocol):
    """Where root keys live (KEY-1). The context is mandatory in every call."""

    installation: str

    def wrap(self, key: bytes, context: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes: ...

    def log_key(self) -> Ed25519PrivateKey: ...


class FileProvider:
    """Root keys in one file `0600`: no set-up, and no protection once the disk is stolen."""

    def __init__(self, path: Path) -> None:
        content = _read(path)
        self.installation: str = content["installation"]
        self._root = _key(content, "root", path)
        self._log_seed = _key(content, "log", path)

    def wrap(self, key: bytes, context: bytes) -> bytes:
        return keys.wrap(self._root, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        return keys.unwrap(self._root, wrapped, context)

    def log_key(self) -> Ed25519PrivateKey:
        return keys.signing_key_from_seed(self._log_seed)


class Keyring:
    """The provider and what it has unwrapped so far. Entries are pure functions of stored wraps."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.log_key = provider.log_key()
        # Why this process signs no log any more; None while it may (server/audit/outside.py).
        self.withheld: str | None = None
        self._remembered: dict[str, bytes] = {}

    @property
    def installation(self) -> str:
        """The id fixed at `init` that database and key file must share."""
        return self.provider.installation

    def recall(self, name: str, load: Callable[[], bytes]) -> bytes:
        """The key called `name`, from memory or from `load`."""
        key = self._remembered.get(name)
        if key is None:
            key = self._remembered[name] = load()
        return key

    def forget(self) -> None:
        """Drop every unwrapped key; the next use asks the provider again."""
        self._remembered.clear()


def create_file(path: Path, installation: str) -> None:
    """Write a new key file, readable by its owner alone; never overwrites one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {
        "format": FORMAT,
        "installation": installation,
        "root": base64.b64encode(keys.new_key()).decode(),
        "log": base64.b64encode(keys.new_key()).decode(),
    }
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyProblem(f"{path} exists already; it is never overwritten") from error
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> dict[str, str]:
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except OSError as error:
        raise KeyProblem(
            f"the key file {path} cannot be read ({error.strerror}). Put back the file that "
            "belongs to this database (KYOGIKAI_KEY_FILE); without it nothing stored can be opened"
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyProblem(f"others may read the key file {path}: run  chmod 600 {path}")
    try:
        content = json.loads(text.decode())
        if content["format"] != FORMAT or not isinstance(content["installation"], str):
            raise ValueError("format")
    except (ValueError, KeyError, TypeError) as error:
        raise KeyProblem(f"{path} is not a Kyogikai key file, or it is damaged") from error
    return dict(content)


def _key(content: dict[str, str], name: str, path: Path) -> bytes:
    try:
        key = base64.b64decode(content[name], validate=True)
    except (KeyError, ValueError, TypeError) as error:
        raise KeyProblem(f"the key file {path} lacks a usable key {name!r}") from error
    if len(key) != keys.KEY_SIZE:
        raise KeyProblem(f"the key {name!r} in {path} is not {keys.KEY_SIZE} bytes long")
    return key
