"""Keys of age and OpenSSH, and files opened by Debian's `age`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


@dataclass(frozen=True)
class AgeKey:
    """A recipient's public key, and the file that holds the private one."""

    recipient: str
    identity: Path

    def opens(self, sealed: bytes) -> bytes:
        """What the file holds. Raises CalledProcessError where this key does not open it."""
        command = ["age", "--decrypt", "--identity", str(self.identity)]
        return subprocess.run(command, input=sealed, capture_output=True, check=True).stdout


def age_key(folder: Path, name: str = "key") -> AgeKey:
    """A key made by age-keygen."""
    path = folder / f"{name}.txt"
    subprocess.run(["age-keygen", "-o", str(path)], capture_output=True, check=True)
    told = subprocess.run(["age-keygen", "-y", str(path)], capture_output=True, check=True)
    return AgeKey(told.stdout.decode().strip(), path)


def ssh_key(folder: Path) -> AgeKey:
    """A key as ssh-keygen would make it, without a passphrase."""
    path, made = folder / "id_ed25519", Ed25519PrivateKey.generate()
    private = made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    path.write_bytes(private)
    path.chmod(0o600)
    public = made.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return AgeKey(f"{public.decode()} 架空", path)
