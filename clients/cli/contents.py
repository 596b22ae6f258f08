"""Sending a file as a document's version, and waiting until the server has read it again.

Owns what `document share`, `provide` and `upload` have in common.
"""

import mimetypes
import time
from pathlib import Path
from typing import Any

from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.transferring import shown
from clients.sdk.calls import documents
from clients.sdk.problems import Failure
from clients.sdk.transfers import source_of

# Every look is an entry of the log, so looks become rarer.
WAITS = (0.2, 0.3, 0.5, 1, 2, 4, 8, 16, 30)


def share_content(desk: Desk, document: str, file: Path, wait: bool) -> Any:
    """Upload a file as a new version; what the server says of it.

    When it fails, the document stays and is named, so that only the upload need be repeated.
    """
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    call = documents.upload_content(document, file.name)
    try:
        source = source_of(file, media_type)
        with shown(file.name, desk.as_json) as progress:
            version = desk.runner().send_plain(call, source, progress)
    except (Failure, OSError):
        again = f"kyogikai document upload {document} {file}"
        desk.say(t(f"資料 {document} は内容なしで残っています → {again}",
                   f"Document {document} remains without content → {again}"))  # fmt: skip
        raise
    if wait:
        version["state"] = _settled(desk, document, version["id"])
    return version


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
