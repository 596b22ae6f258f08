"""Copies of secrets that leave as files: a PDF carries the mark on each of its pages.

Owns which downloads are marked (a PDF of a provided secret, for anybody but its provider) and the
answer with one. A copy is made anew each time under its own code, so it has neither ranges nor a
tag, and no answer with one tells length or digest of the unmarked file. What cannot be marked is
not sent.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from fastapi import Response

from server.access.grant import Grant
from server.access.transfer import Transfer
from server.access.vocabulary import Action, Relation
from server.documents import destruction
from server.documents.content.download_limits import check_room, count
from server.documents.content.flowing import Flowing, decided, safe_headers
from server.documents.content.manifest import Manifest
from server.documents.content.sending import ToSend, read_whole
from server.documents.content.unlocking import to_send
from server.documents.content.versions import StoredVersion
from server.documents.kinds import SECRET
from server.documents.viewing import marking
from server.documents.viewing.marking import COPIED, Mark
from server.problems import Problem
from server.rendering.problems import NotViewable
from server.rendering.renderer import LARGEST, Content

PDF = "application/pdf"
PIECE = 256 << 10


class CopyNotMarked(Problem):
    """`why` is the code of the reason: encrypted, damaged, too large …"""

    status, code = 422, "copy_not_marked"
    ja = (
        "この PDF には受領者の表示を入れられないため、ダウンロードできません（理由は why）。"
        "ページとして閲覧するか、提供者に別のファイルを求めてください。"
    )
    en = (
        "This PDF cannot be marked for you, so it is not downloaded; `why` says the reason. View "
        "its pages, or ask its provider for another file."
    )


@dataclass(frozen=True, slots=True)
class ToMark(ToSend):
    """A version to be marked before it leaves; without a mark, only to be spoken of (HEAD)."""

    mark: Mark | None = None


def is_marked(grant: Grant, stored: StoredVersion) -> bool:
    """Whether what the grant lets out must carry a mark."""
    secret = grant.thing.state == SECRET and Relation.PROVIDER not in grant.held
    return secret and _is_pdf(stored)


def _is_pdf(stored: StoredVersion) -> bool:
    """By its bytes, by what its uploader said, or by its name: one is enough."""
    manifest = stored.manifest
    said = f"{stored.detected or ''},{manifest.media_type}".lower()
    return PDF in said or PurePath(manifest.file_name).suffix.lower() == ".pdf"


def prepare(grant: Grant, stored: StoredVersion) -> ToMark:
    """First transaction of a marked download. Raises CopyNotMarked, DownloadsToday, Damaged."""
    manifest = stored.manifest
    if grant.action is not Action.DOWNLOAD:
        raise CopyNotMarked(None, why="not_a_download")
    if manifest.total > LARGEST:
        raise CopyNotMarked(None, why="file_too_large_to_view", limit=LARGEST)
    check_room(grant)
    wanted = to_send(grant, stored)
    return ToMark(manifest, wanted.keys, marking.mark(grant))


def headers(manifest: Manifest) -> dict[str, str]:
    """What can be said of a copy before it is made."""
    return {**safe_headers("attachment", manifest.file_name), "Content-Type": PDF}


def head(manifest: Manifest) -> Response:
    """What HEAD is answered: neither length nor digest nor tag."""
    answer = Response(headers=headers(manifest))
    del answer.headers["content-length"]
    return answer


async def send(transfer: Transfer[ToSend], wanted: ToMark) -> Response:
    """The marked copy, counted as what it is itself. Raises CopyNotMarked, DownloadsToday, Busy."""
    transfer.still = destruction.check_there
    manifest = wanted.manifest
    if wanted.mark is None:
        raise AssertionError("a copy without a mark never leaves")
    content = Content(manifest.version, partial(read_whole, transfer.parts.vault, wanted))
    try:
        copy = await transfer.parts.renderer.stamped(content, wanted.mark.lines(COPIED))
    except NotViewable as why:
        raise CopyNotMarked(None, why=why.code) from why
    await count(transfer.grant, len(copy))
    told = {**headers(manifest), "Content-Length": str(len(copy))}
    flow = decided(transfer, manifest.version, _pieces(copy), promised=len(copy))
    return Flowing(flow, told)


async def _pieces(copy: bytes) -> AsyncGenerator[bytes, None]:
    for at in range(0, len(copy), PIECE):
        yield copy[at : at + PIECE]
