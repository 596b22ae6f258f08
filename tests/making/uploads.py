"""Uploads of many parts, made over HTTP as a client would make them."""

import base64
import hashlib
from typing import Any

from tests.factories import Caller
from tests.making.documents import made


def digest_of(content: bytes) -> str:
    """Content-Digest (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def begin(caller: Caller, document: str, **asked: Any) -> Any:
    """The answer to beginning an upload; nothing of the file is announced unless said."""
    body = {
        "file_name": "大きな資料.bin",
        "media_type": "application/octet-stream",
        "contains_designated_secret": False,
        **asked,
    }
    return caller.post(f"/documents/{document}/uploads", body)


def announced(content: bytes) -> dict[str, Any]:
    """Length and digest of a whole file."""
    return {"length": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def begun(caller: Caller, document: str, **asked: Any) -> str:
    """The address of a new upload."""
    upload: str = made(begin(caller, document, **asked))["id"]
    return f"/documents/{document}/uploads/{upload}"


def patch(caller: Caller, upload: str, offset: Any, content: Any, **headers: str) -> Any:
    """The answer to sending a part; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {
        "Upload-Offset": str(offset),
        "Content-Type": "application/partial-upload",
        **named,
    }
    return caller.request("PATCH", upload, content=content, headers=sent)


def sent(caller: Caller, upload: str, offset: int, content: bytes) -> None:
    """A part that is taken."""
    answer = patch(caller, upload, offset, content, Content_Digest=digest_of(content))
    assert answer.status_code == 204, answer.text


def complete(caller: Caller, upload: str) -> Any:
    """The answer to completing it."""
    return caller.post(f"{upload}/completion")


def in_parts(caller: Caller, document: str, content: bytes, size: int, **asked: Any) -> str:
    """The version made of parts of `size` bytes, not read again yet."""
    upload = begun(caller, document, **asked)
    for at in range(0, len(content), size):
        sent(caller, upload, at, content[at : at + size])
    version: str = made(complete(caller, upload))["id"]
    return version
