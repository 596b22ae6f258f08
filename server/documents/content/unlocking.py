"""From a version to what sends it: its manifest, and the keys of the parts that are needed.

Owns which keys a read takes: those of the parts that hold the bytes asked for, and no other. The
entry of the Grant names them.
"""

from crypto.errors import Unverified
from server.access.content import open_contents
from server.access.grant import Grant
from server.documents.content import versions
from server.documents.content.manifest import Manifest
from server.documents.content.ranges import Span
from server.documents.content.sending import ToSend
from server.documents.content.versions import StoredVersion
from server.ids import Id
from server.vault import Damaged


def to_send(grant: Grant, stored: StoredVersion, span: Span | None = None) -> ToSend:
    """The version with the keys for these bytes; without a span, for the whole. Raises Damaged."""
    manifest = stored.manifest
    needed = {part.id for part in manifest.parts} if span is None else _holding(manifest, span)
    wanted = [part for part in versions.parts_of(grant.tx, manifest) if part.id in needed]
    try:
        keys = open_contents(grant, [(part.id, part.wrapped) for part in wanted])
    except Unverified as error:
        raise Damaged(str(error)) from error
    return ToSend(manifest, tuple(keys.get(part.id) for part in manifest.parts))


def _holding(manifest: Manifest, span: Span) -> set[Id]:
    """The parts that hold some byte of the span."""
    found, at = set(), 0
    for part in manifest.parts:
        if at < span.stop and at + part.length > span.start:
            found.add(part.id)
        at += part.length
    return found
