"""The duty of confidentiality as users are shown it: versioned data, read strictly.

Owns which version is in force and its digest. A version is never changed: acknowledgements name it
by digest. Says nothing about who has acknowledged (server/access).
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access import seats
from server.access.models import Acknowledgement
from server.clock import Instant
from server.database import Tx
from server.ids import Id
from server.problems import Conflict

FILE = Path(__file__).parent / "texts" / "duty-of-confidentiality.yaml"
JAPAN = ZoneInfo("Asia/Tokyo")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Version(_Strict):
    """One version of the text, in force from a day on."""

    version: int = Field(ge=1)
    effective_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    ja: str = Field(min_length=1)
    en: str = Field(min_length=1)
    citations: list[str] = Field(min_length=1)
    counsel_note: str = Field(min_length=1)


class Text(_Strict):
    """A legal text shown to users, in all its versions, oldest first."""

    id: str = Field(pattern=r"^[a-z-]+$")
    versions: list[Version] = Field(min_length=1)


class TextError(Exception):
    """The file of a legal text is not understood. Keeps the server down."""


class NotInForce(Conflict):
    code = "text_not_in_force"
    ja = "確認しようとした版は現在の版ではありません。current の版を読んで確認してください。"
    en = "That is not the version in force. Read and acknowledge the one in `current`."


def read(source: str) -> Text:
    """A text from YAML. Raises TextError: unknown or missing field, or versions out of order."""
    try:
        text = Text.model_validate(yaml.safe_load(source))
    except (ValueError, yaml.YAMLError) as error:
        raise TextError(f"a legal text is not understood: {error}") from error
    numbers, days = [v.version for v in text.versions], [v.effective_on for v in text.versions]
    if numbers != list(range(1, len(numbers) + 1)) or days != sorted(set(days)):
        raise TextError("versions are numbered 1, 2, 3 … in the order they come into force")
    return text


@cache
def shipped() -> Text:
    """The text this server shows."""
    return read(FILE.read_text("utf-8"))


def current(now: Instant, text: Text | None = None) -> Version:
    """The version in force today in Japan."""
    text = text or shipped()
    today = datetime.fromtimestamp(now / 1000, UTC).astimezone(JAPAN).date().isoformat()
    begun = [version for version in text.versions if version.effective_on <= today]
    return begun[-1] if begun else text.versions[0]


def id_of(version: Version) -> str:
    """How an acknowledgement names a version: `duty-of-confidentiality/1`."""
    return f"{shipped().id}/{version.version}"


def digest_of(version: Version) -> str:
    """SHA-256 over the canonical version, in hex."""
    content: dict[str, Any] = {"id": id_of(version), **version.model_dump()}
    return sha256(canonical(content)).hex()


def acknowledge(tx: Tx, council_id: Id, person_id: Id, text_id: str) -> Acknowledgement:
    """Record that a person acknowledges the version in force (BR-36).

    Raises NotInForce with the current one, AlreadyAcknowledged.
    """
    version = current(tx.now)
    if text_id != id_of(version):
        raise NotInForce(current=id_of(version))
    return seats.acknowledge(
        tx,
        council_id,
        person_id,
        text_id=text_id,
        text_digest=digest_of(version),
        subject_id=council_id,
    )
