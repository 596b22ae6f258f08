"""Sending a file as a document's version, and waiting until the server has read it again.

Owns what `document share`, `provide` and `upload` have in common. A large file goes in parts, and
what an interruption left is remembered: the same command again sends only what is missing.
"""

import mimetypes
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from clients.cli import profile
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.transferring import shown
from clients.sdk.calls import documents
from clients.sdk.in_parts import send_parts
from clients.sdk.parting import InParts
from clients.sdk.problems import Failure
from clients.sdk.transfers import Progress, Source, source_of

IN_PARTS_FROM = 64 * 1024 * 1024
# Every look is an entry of the log, so looks become rarer.
WAITS = (0.2, 0.3, 0.5, 1, 2, 4, 8, 16, 30)


def share_content(desk: Desk, document: str, file: Path, wait: bool) -> Any:
    """Upload a file as a new version; what the server says of it.

    When it fails, the document stays and is named, so that only the upload need be repeated.
    """
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    try:
        source = source_of(file, media_type)
        with shown(file.name, desk.as_json) as progress:
            send = _send_whole if source.size < IN_PARTS_FROM else _send_in_parts
            version = send(desk, document, source, progress)
    except (Failure, OSError, KeyboardInterrupt):
        again = desk.again("document", "upload", document, str(file))
        desk.say(t(f"資料 {document} の内容は送り終えていません → {again}",
                   f"The content of document {document} was not sent → {again}"))  # fmt: skip
        raise
    if wait:
        version["state"] = _settled(desk, document, version["id"])
    return version


def _send_whole(desk: Desk, document: str, source: Source, progress: Progress) -> Any:
    call = documents.upload_content(document, source.path.name)
    return desk.runner().send_plain(call, source, progress)


def _send_in_parts(desk: Desk, document: str, source: Source, progress: Progress) -> Any:
    kept = _kept_at(desk, document, source)
    left = profile.recall(kept)
    wanted = InParts(
        document_id=document,
        source=source,
        file_name=source.path.name,
        upload_id=str(left["upload"]) if left else None,
        begun=lambda upload_id: profile.remember(kept, {"upload": upload_id}),
        progress=progress,
    )
    version = send_parts(desk.runner(), wanted)
    profile.forget(kept)
    return version


def _kept_at(desk: Desk, document: str, source: Source) -> Path:
    """Where it is remembered which upload brings exactly this content to this document."""
    name = sha256(f"{desk.name}/{document}/{source.digest.hex()}".encode()).hexdigest()
    return profile.place(desk.root, desk.server, "uploads", f"{name}.json")


def _settled(desk: Desk, document: str, version: str) -> str:
    state = "verifying"
    for pause in WAITS:
        found = desk.run(documents.read_document(document)).versions
        state = next((each.state for each in found if each.id == version), state)
        if state != "verifying":
            return state
        time.sleep(pause)
    desk.say(t("サーバーが内容を確認中です。", "The server is still checking the content."))
    return state
