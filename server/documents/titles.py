"""Titles of documents in clear.

Owns where a title is sealed for. Never decides who may know it: its callers hold a Grant that
reads.
"""

from server.database import Tx
from server.ids import Id
from server.keys.service import open_field, seal_field


def title_of(tx: Tx, council_id: Id, document_id: Id, sealed: bytes) -> str:
    """A document's title in clear. Raises Unverified."""
    return open_field(tx, council_id, _place(document_id), bytes(sealed))


def sealed_title(tx: Tx, council_id: Id, document_id: Id, title: str) -> bytes:
    """A document's title as it is stored."""
    return seal_field(tx, council_id, _place(document_id), title)


def _place(document_id: Id) -> tuple[str, str, str]:
    return ("document", "title", document_id)
