"""Taking papers out: the council's papers as one ZIP, a document sealed for others, the limits.

The two that answer bytes are given to the runners' `fetch`.
"""

from collections.abc import Sequence

from clients.sdk.answers.limits import Limits
from clients.sdk.call import Call, get, plain
from clients.sdk.reading import nothing


def read_limits(council_id: str) -> Call[Limits]:
    """How much may be stored and moved, and how much of it is used."""
    return get(Limits, "/councils/{council_id}/limits", council_id=council_id)


def read_archive(council_id: str, document: Sequence[str] = ()) -> Call[None]:
    """The council's papers that the caller may take, in one ZIP archive: all, or those chosen."""
    call = Call("GET", "/councils/{council_id}/archive", nothing, {"council_id": council_id})
    return call.asking(document=list(document) or None)


def hand_over(
    document_id: str, recipients: Sequence[str], version: str | None = None
) -> Call[None]:
    """A document as an age file for these public keys (`age1…`, `ssh-ed25519 …`)."""
    body = plain({"recipients": list(recipients), "version": version})
    at = {"document_id": document_id}
    return Call("POST", "/documents/{document_id}/hand-over", nothing, at, body=body)
