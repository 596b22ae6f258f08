"""What this computer remembers: who is signed in at which server, under which name.

Owns the configuration folder. A session's file is readable by its owner only (0600), lies under the
server it belongs to, and is never sent to another.
"""

import json
import os
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

NAME = re.compile(r"\w[\w.@-]{0,63}")
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Unsafe(Exception):
    """A file with a secret can be read by others; the message is its path."""


def folder(environment: Mapping[str, str]) -> Path:
    """Where this computer remembers: KYOGIKAI_CONFIG, or the platform's folder."""
    if given := environment.get("KYOGIKAI_CONFIG"):
        return Path(given)
    from platformdirs import user_config_path

    return user_config_path("kyogikai")


def place(root: Path, server: str, *inside: str) -> Path:
    """A path below what is remembered of one server."""
    netloc = urlsplit(server).netloc.lower()
    return root.joinpath(re.sub(r"[^a-z0-9.-]", "_", netloc), *inside)


def session_file(root: Path, server: str, name: str) -> Path:
    """Where the session called `name` is kept. Raises ValueError for an unusable name."""
    if not NAME.fullmatch(name):
        raise ValueError(name)
    return place(root, server, "sessions", f"{name}.json")


def remember(path: Path, value: Mapping[str, Any]) -> None:
    """Write a file that nobody else can read, at once and whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dict(value), file, ensure_ascii=False)
    fresh.replace(path)


def recall(path: Path) -> dict[str, Any] | None:
    """What a file holds; None where there is none or it is unreadable. Raises Unsafe."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if os.name == "posix" and mode & OTHERS:
        raise Unsafe(str(path))
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def forget(path: Path) -> None:
    """Remove a file, if it is there."""
    path.unlink(missing_ok=True)
