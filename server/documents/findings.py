"""The digest that reading a version again found, in clear and as it is stored.

Owns where it is sealed for. Never measures: `content/verifying.py` does.
"""

from server.database import Tx
from server.ids import Id
from server.keys.service import open_field, seal_field


def measured(tx: Tx, council_id: Id, finding_id: Id, sealed: bytes) -> str:
    """The SHA-256 (hex) that reading a version again found. Raises Unverified."""
    return open_field(tx, council_id, _place(finding_id), bytes(sealed))


def sealed_measure(tx: Tx, council_id: Id, finding_id: Id, sha256: str) -> bytes:
    """The SHA-256 (hex) of the whole as it is stored."""
    return seal_field(tx, council_id, _place(finding_id), sha256)


def _place(finding_id: Id) -> tuple[str, str, str]:
    return ("version_finding", "measured", finding_id)
